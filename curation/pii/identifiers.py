"""Numbers of people and their things in Turkish texts: patterns, check digits and the words that stand beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from curation.config import PiiEntity
from curation.pii import checks, contacts
from curation.pii.findings import Finding
from curation.pii.rules import NUMBER_END, NUMBER_START, Accepts, Hit, Rule, always, beside, digits, findings, near, number

# Words that make a number beside them a thing's and no person's.
_THINGS = (
    r"siparis|kargo|takip|fatura no|barkod|kupon|hediye|cek[i]? kodu|seri numarasi|islem (?:kodu|no)|isbn|imei|urun|koordinat|nufus|referans|rezervasyon|\bpnr|evrak|dosya no"
    r"|esas no|karar no|stok|parca no|takvim|katalog|\bparti no|poz no|dekont"
)
_THING = re.compile(_THINGS)

_TCKN_WORDS = r"\bt\.? ?c\.? ?(?:kimlik|no|num|:|$|['’])|\btc\b|tckn|\bykn\b|kimlik (?:no|num)|kimligi(?:m|n)\b|vatandaslik no|\bk\. ?no\b"
_VKN_WORDS = r"\bvkn|vergi (?:kimlik )?(?:no|num)|\bv\.? ?d\.|vergi dairesi|\bmukellef"
_VKN_BESIDE = re.compile(r"(?:\bvkn(?:['’]?\w{1,4})?|vergi (?:kimlik )?(?:no|num)\w*)\W{0,3}$")
_PHONE_WORDS = (
    r"\btel\b|telefon|\bgsm|\bcep\b|\bfaks?\b|\bara(?:yin|yan|di|dik|ndi|yacak|yabil|mak)|ulas|iletisim|whatsapp|numara(?:si|m|mi|sini|sindan|li|niz)\b|santral|cagri merkez|musteri hizmet|danisma|\bhat(?:ti|timiz|tin)"
)  # fmt: skip
_CARD_WORDS = r"\bkart|kredi|banka"

# Two letters that look like a number plate's and are units, months or standards in running text.
_NO_PLATE = frozenset(
    re.findall(r"\w+", "AY KM KG DK SN TL CM MM GB TB MB KB EN TS MG ML GR LT HZ CC YY MD AD NO VE DE DA ADET YIL SAAT USD EUR GRAM")
)

_by_tckn_words = near(_TCKN_WORDS, unless=_THINGS)
_by_vkn_words = near(_VKN_WORDS, unless=_THINGS)
_by_phone_words = near(_PHONE_WORDS, unless=_THINGS)


def _tckn(hit: Hit) -> bool:
    if _by_tckn_words(hit):
        return True
    return checks.is_tckn(digits(hit.value)) and not _THING.search(hit.before)


def _vkn(hit: Hit) -> bool:
    return bool(_VKN_BESIDE.search(hit.before)) or (_by_vkn_words(hit) and checks.is_vkn(digits(hit.value)))


def _mersis(hit: Hit) -> bool:
    return "mersis" in hit.before or "mersis" in hit.after or (hit.value[0] == "0" and checks.is_mersis(digits(hit.value)))


def _iban(hit: Hit) -> bool:
    value = re.sub(r"[ -]", "", hit.value).upper()
    return checks.is_iban(value) or (
        value.startswith("TR") and re.search(r"\biban(?:['’]?\w{1,4})?(?: no)?\W{0,3}$", hit.before) is not None
    )


def _foreign_iban(hit: Hit) -> bool:
    value = hit.value.replace(" ", "")
    return len(value) == checks.IBAN_LENGTHS.get(value[:2]) and checks.is_iban(value)


def _card(hit: Hit) -> bool:
    return checks.is_card(digits(hit.value)) and not _THING.search(hit.before[-25:])


def _rare_card(hit: Hit) -> bool:
    return re.search(_CARD_WORDS, hit.before) is not None and checks.is_rare_card(digits(hit.value)) and not _THING.search(hit.before[-25:])


def _phone(hit: Hit) -> bool:
    value = digits(hit.value)
    grouped = len(re.split(r"[^0-9]+", hit.value)) >= 3
    if len(value) > 10 or hit.value.startswith(("+", "(")) or (grouped and value.startswith("5")):
        return len(hit.value) > len(value) or not _THING.search(hit.before[-15:])
    if _THING.search(hit.before[-25:]) or _THING.search(hit.after[:20]) or _VKN_BESIDE.search(hit.before):
        return False
    return _by_phone_words(hit)


def _odd_phone(hit: Hit) -> bool:
    if _PHONE.fullmatch(hit.value):  # left to the first rule, for libphonenumber takes its time
        return False
    return (hit.value.startswith(("+90", "0090")) or _by_phone_words(hit)) and checks.is_phone(hit.value)


def _foreign_phone(hit: Hit) -> bool:
    return not hit.value.startswith("+90") and checks.is_phone(hit.value)


def _letters(value: str) -> str:
    return re.sub(r"[^A-Za-z]", "", value)


def _plate(hit: Hit) -> bool:
    letters = _letters(hit.value)
    if "plaka" in hit.before or "plaka" in hit.after:
        return True
    if len(letters) == 1 and " " in hit.value:  # "27 C 1330" is how dates of the Hijri calendar are written
        return False
    return letters not in _NO_PLATE and not _THING.search(hit.before)


def _small_plate(hit: Hit) -> bool:
    return ("plaka" in hit.before[-20:] or "plaka" in hit.after[:12]) and _letters(hit.value).upper() not in _NO_PLATE


_SEP = "[ .-]?"
_AREAS = {
    "2": "12|16|22|24|26|28|32|36|42|46|48|52|56|58|62|64|66|72|74|76|8[02468]",
    "3": "12|18|22|24|26|28|32|38|4[2468]|5[02468]|6[2468]|7[02468]|8[02468]|92",
    "4": "12|14|16|2[2468]|3[2468]|42|46|5[2468]|6[2468]|7[2468]|8[2468]",
    "5": "[0-9]{2}",
    "8": "[05]0|11|22|88",
}
"""Area codes by their first digit: the provinces, mobile numbers, and numbers at a rate of their own."""
_CODE = f"(?:{'|'.join(f'{first}(?:{rest})' for first, rest in _AREAS.items())})"
_REST = rf"[ ./-]?[0-9]{{3}}{_SEP}[0-9]{{2}}{_SEP}[0-9]{{2}}"
_WHOLE = rf"(?:\(0?{_CODE}\)|{_CODE}){_REST}"
_OPENS = r"(?<![\w*+/][+(0-9])(?<![0-9][.,-][+(0-9])"  # behind the first character, so that a search leaps from one such to the next
_PHONE = re.compile(
    rf"(?P<value>\+{_OPENS}90{_SEP}{_WHOLE}|0{_OPENS}(?:090)?{_SEP}{_WHOLE}|9{_OPENS}0{_SEP}{_WHOLE}|\({_OPENS}(?:0?{_CODE}|90)\){_REST}"
    + "".join(f"|{first}{_OPENS}(?:{rest}){_REST}" for first, rest in _AREAS.items())
    + r")(?![\w*]|[.,/][0-9]|-[0-9]{3})"
)
_PROVINCE = "(?:0[1-9]|[1-7][0-9]|8[01])"
_PLATE = re.compile(
    rf"(?P<value>[0-8]{NUMBER_START}(?:(?<=0)[1-9]|(?<=[1-7])[0-9]|(?<=8)[01])(?P<s>[ -]?)"
    rf"(?:[A-PR-VYZ](?P=s)[0-9]{{4,5}}|[A-PR-VYZ]{{2}}(?P=s)[0-9]{{3,4}}|[A-PR-VYZ]{{3}}(?P=s)[0-9]{{2,3}})){NUMBER_END}"
)
_FOREIGN_IBAN = re.compile(
    r"(?P<value>[A-Z](?<!\w[A-Z])[A-Z][0-9]{2}(?: ?[A-Z][A-Z0-9]{3})?(?:(?: ?[0-9]{4}){3,6}(?: ?[0-9]{1,3})?|(?: ?[0-9]{4}){2} ?[0-9]{2,3}))(?!\w)"
)
_SGK_WORDS = r"\b(?:sgk|ssk|isyeri|is yeri|sicil|sigorta)"
_SGK_BESIDE = r"\b(?:s[sg]k|sigorta\w{0,8}|bag[- ]?kur)(?: sicil)? (?:no|num)\w*"
_TCKN_BESIDE = r"(?:kimlik|\bt\.? ?c\.?) (?:no|num)\w*|tckn\w*"

_SERIES = r"(?: (?:seri|belge)\w{0,4}){0,2}(?: (?:no|num)\w{0,10})?"


def _rule(name: str, kind: PiiEntity, pattern: str, accepts: Accepts, score: float, *needs: str) -> Rule:
    return Rule(name, kind, re.compile(pattern), accepts, score, needs, reach=80)


# From sure to doubtful: where two kinds claim the same characters the higher score wins.
RULES: tuple[Rule, ...] = (
    _rule("iban", "IBAN", r"(?P<value>tr(?<!\wtr)[ -]?[0-9]{2}(?:[ -]?[0-9]{4}){5}[ -]?[0-9]{2})(?!\w)", _iban, 0.98, "tr"),
    Rule("iban-foreign", "IBAN", _FOREIGN_IBAN, _foreign_iban, 0.975, on_key=False),
    number(
        "sgk-workplace", "SGK", "[0-9](?:[ .-]?[0-9]){25}", near(_SGK_WORDS), 0.97, "sgk", "ssk", "isyeri", "is yeri", "sicil", "sigorta"
    ),
    number("mersis", "MERSIS", "[0-9][0-9]{3}(?P<s>[ .-]?)[0-9]{4}(?P=s)[0-9]{4}(?P=s)[0-9]{4}", _mersis, 0.96),
    number("card", "CARD", "[2-69][0-9]{3}(?P<s>[ .-]?)[0-9]{4}(?P=s)[0-9]{4}(?P=s)[0-9]{4}", _card, 0.95),
    number("card-amex", "CARD", "[3][47][0-9]{2}(?P<s>[ -]?)[0-9]{6}(?P=s)[0-9]{5}", _card, 0.95),
    number("card-rare", "CARD", "[3-6][0-9]{3}(?:[ -]?[0-9]{4}){2}[ -]?[0-9]{1,7}", _rare_card, 0.949, "kart", "kredi", "banka"),
    number("tckn", "TCKN", "[1-9][0-9]{2}(?P<s>[ .-]?)[0-9]{3}(?P=s)[0-9]{3}(?P=s)[0-9]{2}", _tckn, 0.94),
    number("tckn-grouped", "TCKN", "[1-9](?:[ .-]?[0-9]){10}", beside(_TCKN_BESIDE), 0.939, "kimlik", "tc", "t.c", "t. c", "t c"),
    number("sgk-insured", "SGK", "[0-9][0-9]{6,12}", beside(_SGK_BESIDE), 0.935, "sgk", "ssk", "sigorta", "kur"),
    number(
        "vkn",
        "VKN",
        "[0-9][0-9]{2}(?P<s>[ .-]?)[0-9]{3}(?P=s)(?:[0-9]{4}|[0-9]{2}(?P=s)[0-9]{2})",
        _vkn,
        0.93,
        "vkn",
        "vergi",
        "v.d",
        "v. d",
        "vd",
        "v d",
        "mukellef",
    ),
    _rule("passport", "PASSPORT", r"(?<!\w)(?P<value>[a-z][ -]?[0-9]{8})(?!\w)", near(r"\bpasaport"), 0.92, "pasaport"),
    _rule(
        "passport-foreign",
        "PASSPORT",
        rf"\bpasaport\w{{0,8}}{_SERIES}\W{{1,4}}(?P<value>[a-z]{{0,2}}[0-9][a-z0-9]{{5,8}})(?!\w)",
        always,
        0.918,
        "pasaport",
    ),
    _rule(
        "id-card",
        "ID_SERIAL",
        r"(?<!\w)(?P<value>[a-z][0-9]{2}[ -]?[a-z][ -]?[0-9]{5})(?!\w)",
        near(r"\b(?:kimlik|seri|cuzdan)"),
        0.91,
        "kimlik",
        "seri",
        "cuzdan",
    ),
    _rule(
        "id-book",
        "ID_SERIAL",
        r"(?<!\w)(?P<value>[a-z][0-9]{2}(?:[ -]?no:? ?|[ -])?[0-9]{6})(?!\w)",
        near(r"\b(?:kimlik|cuzdan|nufus)"),
        0.909,
        "kimlik",
        "cuzdan",
        "nufus",
    ),
    _rule(
        "licence",
        "LICENCE",
        rf"\b(?:ehliyet|surucu belge|src belge)\w{{0,10}}{_SERIES}\W{{1,4}}(?P<value>[a-z]{{0,2}}[ -]?[0-9]{{5,9}})(?!\w|[.,][0-9])",
        always,
        0.908,
        "ehliyet",
        "surucu",
        "src",
    ),
    Rule("phone", "PHONE", _PHONE, _phone, 0.9),
    _rule(
        "phone-odd",
        "PHONE",
        rf"(?P<value>(?:\+{_OPENS}90|0{_OPENS}(?:090)?)(?:[ .()-]{{0,2}}[0-9]){{10}}){NUMBER_END}",
        _odd_phone,
        0.88,
    ),
    _rule("phone-foreign", "PHONE", rf"(?<!\w)(?P<value>\+[1-9](?:[ .()-]{{0,2}}[0-9]){{7,13}}){NUMBER_END}", _foreign_phone, 0.87, "+"),
    number("phone-444", "PHONE", "[4]44[ -]?[0-9](?:[ -]?[0-9]{3}|[0-9][ -]?[0-9]{2})", _by_phone_words, 0.85, "444"),
    Rule("plate", "PLATE", _PLATE, _plate, 0.8, on_key=False),
    _rule(
        "plate-small",
        "PLATE",
        rf"(?<![\w*])(?<![0-9][.,/-])(?P<value>{_PROVINCE}(?P<s>[ -]?)[a-z]{{1,3}}[ -]?[0-9]{{2,5}}){NUMBER_END}",
        _small_plate,
        0.79,
        "plaka",
    ),
)


def find_identifiers(text: str, kind: PiiEntity | None = None) -> Iterator[Finding]:
    """Yield every identifier of `text`, or those of one `kind`; findings of different kinds may overlap."""
    return findings(rules_of(kind), text)


@cache
def rules_of(kind: PiiEntity | None) -> tuple[Rule, ...]:
    """Return the rules of one `kind`, or all."""
    return tuple(rule for rule in (*RULES, *contacts.RULES) if kind is None or rule.kind == kind)
