"""Numbers, accounts and contact data of Turkish texts: patterns, check digits and the words that stand beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from curation.config import PiiEntity
from curation.pii import checks
from curation.pii.findings import Finding, matching_key

_BEFORE, _AFTER = 40, 30
_NUMBER_START, _NUMBER_END = r"(?<![\w.,/*-])", r"(?![\w*]|[.,/-]\d)"
# Words that make a number beside them something else than a person's.
_ORDER = re.compile(
    r"siparis|kargo|takip|fatura no|barkod|kupon|hediye|cek[i]? kodu|seri numarasi|islem kodu|isbn|imei|urun|koordinat|nufus"
)

_MONTHS = "ocak|subat|mart|nisan|mayis|haziran|temmuz|agustos|eylul|ekim|kasim|aralik"
_DATE = rf"(?:\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?(?:19|20)\d{{2}}|\d{{1,2}} (?:{_MONTHS}) (?:19|20)\d{{2}})"
_AREA = (
    "212|216|222|224|226|228|232|236|242|246|248|252|256|258|262|264|266|272|274|276|28[2468]|312|318|322|324|326|328|332|338|34[2468]|35[2468]|"
    "36[2468]|37[02468]|38[02468]|392|412|414|416|42[2468]|43[2468]|442|446|45[2468]|46[2468]|47[2468]|48[2468]"
)
_SEPARATOR = r"[ .-]?"
# Two letters that look like a number plate's and are units, months or standards in running text.
_NO_PLATE = frozenset(re.findall(r"\w+", "AY KM KG DK SN TL CM MM GB TB MB KB EN TS MG ML GR LT HZ CC YY MD AD NO VE DE DA"))


@dataclass(frozen=True, slots=True)
class Hit:
    """What a pattern matched, and the key letters before and after it."""

    value: str
    before: str
    after: str


Accepts = Callable[[Hit], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind is found: `pattern` on the text's matching key (or the text itself), `accepts` to judge a hit, `score` by its certainty; without one of `triggers` in the key it is not tried."""

    kind: PiiEntity
    pattern: re.Pattern[str]
    accepts: Accepts
    score: float
    on_key: bool = True
    triggers: tuple[str, ...] = ()


def find_identifiers(text: str, kind: PiiEntity | None = None) -> Iterator[Finding]:
    """Yield every identifier of `text`, or those of one `kind`; findings of different kinds may overlap."""
    key = matching_key(text)
    for rule in RULES:
        if (kind is not None and rule.kind != kind) or (rule.triggers and not any(trigger in key for trigger in rule.triggers)):
            continue
        for match in rule.pattern.finditer(key if rule.on_key else text):
            start, end = match.span("value")
            if rule.kind == "ADDRESS":
                start = _address_start(text, start, match["mahalle"])
            if rule.accepts(Hit(text[start:end], key[max(0, start - _BEFORE) : start], key[end : end + _AFTER])):
                yield Finding(rule.kind, start, end, rule.score)


def _address_start(text: str, start: int, mahalle: str | None) -> int:
    """Where the address begins: without a word that stands before the neighbourhood's name and is not part of it ("olay", "Kargoyu" at a sentence's start)."""
    if mahalle is None or mahalle.count(" ") < 2:
        return start
    opens_sentence = not text[:start].strip() or text[:start].rstrip().endswith((".", "!", "?"))
    return text.index(" ", start) + 1 if text[start].islower() or opens_sentence else start


def _digits(value: str) -> str:
    return re.sub(r"\D", "", value)


def _near(pattern: str) -> Accepts:
    word = re.compile(pattern)
    return lambda hit: bool(word.search(hit.before) or word.search(hit.after))


_KIMLIK = _near(r"\bt\.? ?c\.? ?(?:kimlik|no|numara|:|$)|tckn|kimlik (?:no|num)|vatandaslik no")
_VERGI = _near(r"\bvkn\b|vergi (?:kimlik )?(?:no|num)|\bv\.? ?d\.|vergi dairesi|\bmukellef")
_VERGI_BESIDE = re.compile(r"(?:vkn|vergi (?:kimlik )?(?:no|numara\w*))\W{0,3}$")
_PHONE_WORDS = _near(
    r"\btel\b|telefon|gsm|\bcep\b|\bfaks?\b|\bara(?:yin|yan|di|dik|ndi|yacak|yabil)|ulas|iletisim|whatsapp|numara(?:si|m|sini|sindan|li)\b"
)


def _tckn(hit: Hit) -> bool:
    if _KIMLIK(hit):
        return True
    return checks.is_tckn(_digits(hit.value)) and not _ORDER.search(hit.before)


def _vkn(hit: Hit) -> bool:
    return bool(_VERGI_BESIDE.search(hit.before)) or (_VERGI(hit) and checks.is_vkn(_digits(hit.value)))


def _mersis(hit: Hit) -> bool:
    return "mersis" in hit.before or "mersis" in hit.after or (hit.value[0] == "0" and checks.is_mersis(_digits(hit.value)))


def _iban(hit: Hit) -> bool:
    return checks.is_iban(hit.value.replace(" ", "").upper())


def _card(hit: Hit) -> bool:
    return checks.is_card(_digits(hit.value)) and not _ORDER.search(hit.before[-25:])


def _phone(hit: Hit) -> bool:
    number = _digits(hit.value)
    grouped = len(re.split(r"\D+", hit.value)) >= 3
    if len(number) > 10 or hit.value.startswith(("+", "(")) or (grouped and number.startswith("5")):
        return True
    if _ORDER.search(hit.before[-25:]) or _ORDER.search(hit.after[:20]) or _VERGI_BESIDE.search(hit.before):
        return False
    return _PHONE_WORDS(hit)


def _letters(value: str) -> str:
    return re.sub(r"[^A-Za-z]", "", value)


def _plate(hit: Hit) -> bool:
    letters = _letters(hit.value)
    if "plaka" in hit.before or "plaka" in hit.after:
        return True
    if len(letters) == 1 and " " in hit.value:  # "27 C 1330" is how dates of the Hijri calendar are written
        return False
    return hit.value.isupper() and letters not in _NO_PLATE and not _ORDER.search(hit.before)


def _always(_: Hit) -> bool:
    return True


def _rule(kind: PiiEntity, pattern: str, accepts: Accepts, score: float, *triggers: str) -> Rule:
    if "(?P<value>" not in pattern:
        pattern = f"{_NUMBER_START}(?P<value>{pattern}){_NUMBER_END}"
    return Rule(kind, re.compile(pattern), accepts, score, triggers=triggers)


_LOCAL = r"[^\W_](?:[\w.+-]{0,62}[\w])?"
_WORD = r"[^\W\d_]+"
_STREET_KIND = r"(?:cad(?:desi)?|cd|sok(?:ak|agi)?|sk|bul(?:vari)?|blv|bulv)\b\.?"
_HOUSE_PART = r"(?:(?:\w+ ){0,3}(?:apt|apartmani|sitesi|sit|is merkezi|plaza)\b\.?|\w{1,2} blok|blok \w{1,3}|(?:no|kat|k|daire|d|ic kapi no)\b ?[:.]? ?\d+(?:[/-]\w+)?)"
_TOWN = rf"(?:[ ,]*\d{{5}})?(?:[ ,]+{_WORD}(?: {_WORD})?(?: ?[/,-] ?{_WORD})?)?"
_MAHALLE = rf"(?:{_WORD} ){{1,2}}(?:mah(?:allesi)?|mh)\b\.?"
_STREET = rf"(?:{_WORD} ){{1,3}}{_STREET_KIND}|\d{{1,4}}\.? ?{_STREET_KIND}"
_ADDRESS = rf"\b(?P<value>(?:(?P<mahalle>{_MAHALLE})[ ,]+)?(?:{_STREET})[ ,]+(?:{_HOUSE_PART}[ ,]*)*?(?:no)\b ?[:.]? ?\d+(?:[/-]\w+)?(?:[ ,]+{_HOUSE_PART})*(?:[ ,]*\d{{5}})?(?:[ ,]+{_WORD} ?[/,-] ?{_WORD})?)"

# From sure to doubtful: where two kinds claim the same characters the higher score wins.
RULES: tuple[Rule, ...] = (
    _rule("KEP", rf"(?<![\w.+-])(?P<value>{_LOCAL}@(?:\w+\.)*hs\d\d\.kep\.tr)\b", _always, 1.0, ".kep.tr"),
    _rule(
        "EMAIL",
        rf"(?<![\w.+-])(?<!//)(?P<value>{_LOCAL}@[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*\.[a-z]{{2,}})\b",
        _always,
        0.99,
        "@",
    ),
    _rule("IBAN", r"tr ?\d{2}(?: ?\d{4}){5} ?\d{2}", _iban, 0.98),
    _rule(
        "SGK",
        r"\d ?\d{4} ?\d{2} ?\d{2} ?\d{7} ?\d{3} ?\d{2}[ -]?\d{2} ?\d{3}",
        _near(r"sgk|isyeri|is yeri|sicil|sigorta"),
        0.97,
        "sgk",
        "isyeri",
        "is yeri",
        "sicil",
        "sigorta",
    ),
    _rule("MERSIS", r"\d{4}(?P<s>[ -]?)\d{4}(?P=s)\d{4}(?P=s)\d{4}", _mersis, 0.96),
    _rule("CARD", r"\d{4}(?P<s>[ -]?)\d{4}(?P=s)\d{4}(?P=s)\d{4}|3[47]\d{2} ?\d{6} ?\d{5}", _card, 0.95),
    _rule("TCKN", r"[1-9]\d{2}(?P<s>[ -]?)\d{3}(?P=s)\d{3}(?P=s)\d{2}", _tckn, 0.94),
    _rule("VKN", r"\d{3}(?P<s> ?)\d{3}(?P=s)\d{4}", _vkn, 0.93, "vkn", "vergi", "v.d", "v. d", "vd", "v d", "mukellef"),
    _rule("PASSPORT", r"[a-z] ?\d{8}", _near("pasaport"), 0.92, "pasaport"),
    _rule("ID_SERIAL", r"[a-z]\d{2}[a-z]\d{5}", _near(r"kimlik|seri|cuzdan"), 0.91, "kimlik", "seri", "cuzdan"),
    _rule(
        "PHONE",
        rf"(?<![\w.,/*+-])(?P<value>(?:(?:\+|00)?90{_SEPARATOR}|0{_SEPARATOR})?(?:\(0?(?:5\d\d|{_AREA}|8[05]0)\)|(?:5\d\d|{_AREA}|8[05]0)){_SEPARATOR}\d{{3}}{_SEPARATOR}\d{{2}}{_SEPARATOR}\d{{2}}){_NUMBER_END}",
        _phone,
        0.9,
    ),
    _rule("PHONE", r"444[ -]?\d[ -]?\d{3}|444[ -]?\d{2}[ -]?\d{2}", _PHONE_WORDS, 0.85, "444"),
    _rule("BIRTH_DATE", rf"{_NUMBER_START}(?P<value>{_DATE})(?=['’]?(?:te|ta|de|da)? ?dogum)", _always, 0.88, "dogum"),
    _rule("BIRTH_DATE", rf"(?:dogum (?:tarihi|gunu|tar\.?)|\bd\. ?t\.|\bdt|dogumu)\s?[:=]?\s?(?P<value>{_DATE})", _always, 0.88),
    _rule("ADDRESS", _ADDRESS, _always, 0.86, "cad", "cd", "sok", "sk", "bul", "blv"),
    Rule(
        "PLATE",
        re.compile(
            rf"{_NUMBER_START}(?P<value>(?:0[1-9]|[1-7]\d|8[01])(?P<s>[ -]?)(?:[A-PR-VYZ](?P=s)\d{{4,5}}|[A-PR-VYZ]{{2}}(?P=s)\d{{3,4}}|[A-PR-VYZ]{{3}}(?P=s)\d{{2,3}})){_NUMBER_END}"
        ),
        _plate,
        0.8,
        on_key=False,
    ),
    Rule(
        "PLATE",
        re.compile(rf"{_NUMBER_START}(?P<value>(?:0[1-9]|[1-7]\d|8[01])(?P<s>[ -]?)[a-z]{{1,3}}(?P=s)\d{{2,5}}){_NUMBER_END}"),
        lambda hit: ("plaka" in hit.before[-20:] or "plaka" in hit.after[:12]) and _letters(hit.value).upper() not in _NO_PLATE,
        0.79,
        triggers=("plaka",),
    ),
)
