"""Where people can be reached and when they were born: e-mail, links, addresses on the net and on the street, birth dates."""

from __future__ import annotations

import re

from curation.config import PiiEntity
from curation.pii import checks
from curation.pii.findings import matching_key
from curation.pii.rules import BEFORE, Accepts, Hit, Rule, always, number

# --- on the net --------------------------------------------------------------------------------------------------------

_LOCAL = r"[^\W_](?:[\w.+-]{0,62}\w)?"
_LABEL = r"[^\W_](?:[\w-]{0,38}[^\W_])?"
_EMAIL = rf"(?<![\w.+-])(?<!//)(?P<value>{_LOCAL}@(?:{_LABEL}\.){{1,5}}[a-z]{{2,24}})\b"
_KEP = rf"(?<![\w.+-])(?P<value>{_LOCAL}@(?:\w{{1,40}}\.){{0,3}}hs[0-9]{{2}}\.kep\.tr)\b"
_FILE_ENDINGS = frozenset(
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "css", "js", "ts", "tsx", "jsx", "json", "html", "php", "py"]
)  # logo@2x.png

_URL = r"(?P<value>(?:https?|ftp)://[^\s<>\"'’)\]}]{4,500}(?<![.,;:!?])|(?<!\w)www\.[^\s<>\"'’)\]}]{4,500}(?<![.,;:!?]))"
_LOGIN = re.compile(r"//[^/\s:@]{1,64}:[^/\s@]{1,64}@|//[^/\s:@]{1,64}@")
_PERSONAL_PARAMETER = re.compile(
    r"[?&;#](?:[a-z]+[_-])?(?:e-?mail|e-?posta|mail|tckn|tc|tc_?kimlik(?:_?no)?|kimlik(?:_?no)?|vkn|telefon|tel|phone|gsm|cep|msisdn|ad_?soyad|soyad\w*|iban|dogum\w*|birth\w*|plaka"
    r"|passw(?:or)?d|pwd|sifre|parola|token|access_token|auth\w*|session_?id|sid|api_?key)=[^&#\s]|=[^&#\s]{1,64}(?:@|%40)[^&#\s]{1,64}"
)


def _email(hit: Hit) -> bool:
    return hit.value.rpartition(".")[2] not in _FILE_ENDINGS


def _personal_url(hit: Hit) -> bool:
    url = matching_key(hit.value)
    return bool(_LOGIN.search(url) or _PERSONAL_PARAMETER.search(url))


_VERSION = re.compile(r"surum|version|\bv\.? ?$|\bver\b|madde|bolum|\bbent|paket|yama|build|release|firmware|kernel")
_NET = re.compile(
    r"\bip(?:v[46])?\b|sunucu|server|\bhost|\bdns\b|\bping|baglan|erisim|giris|adres|\bag\b|modem|router|vpn|log\b|subnet|gateway|proxy"
)


def _ipv4(hit: Hit) -> bool:
    if not checks.is_ip(hit.value):
        return False
    if _NET.search(hit.before):
        return True
    if _VERSION.search(hit.before[-25:]) or _VERSION.search(hit.after[:15]):
        return False
    return max(map(int, hit.value.split("."))) >= 100 or _NET.search(hit.after) is not None  # 1.2.3.4 alone counts headings


def _ipv6(hit: Hit) -> bool:
    groups = [group for group in hit.value.split(":") if group]
    return len(groups) >= 3 and any(map(str.isdecimal, hit.value)) and checks.is_ip(hit.value)  # ab::cd is C++


# --- birth -------------------------------------------------------------------------------------------------------------

_MONTHS = "ocak|subat|mart|nisan|mayis|haziran|temmuz|agustos|eylul|ekim|kasim|aralik"
_YEAR = "(?:19|20)[0-9]{2}"
_DATE = (
    rf"(?:[0-9]{{1,2}} ?[./-] ?[0-9]{{1,2}} ?[./-] ?{_YEAR}|[0-9]{{1,2}} (?:{_MONTHS}),? {_YEAR}|{_YEAR}[./-][0-9]{{1,2}}[./-][0-9]{{1,2}})"
)
_BORN_ON = (  # not in brackets: "(doğum 3 Şubat 1976)" is how encyclopaedias write of public people
    r"(?<!\()\b(?:dogum (?:yeri (?:ve|/|-) ?)?(?:tarih|gun|tar\b)\w{0,6}|dogum yeri ?[/-] ?(?:dogum )?tarih\w{0,6}|d\.? ?t(?:arihi)?\b\.?|dogumu?\b|dob\b|dogdugum (?:gun|tarih))"
    r"(?: olan| ise| olarak)?\s{0,2}[.:=|)-]?\s{0,2}(?:[^\W\d_]{2,20}\s?[,/-]\s?)?"
)

# --- on the street -----------------------------------------------------------------------------------------------------

_WORD = r"[^\W\d_]{1,24}"
_STREET_KIND = r"(?:cad(?:de(?:si)?)?|cd|sok(?:ak|agi)?|sk|bul(?:var[i]?)?|blv|bulv|kume evleri)\b\.?"
_NUMBER = r"[0-9]{1,4}(?: ?[/-] ?\w{1,4})?"
_HOUSE_PART = (
    rf"(?:(?:\w{{1,16}} ){{0,3}}(?:apt|apartmani|sitesi|sit|is merkezi|is hani|plaza|rezidans|konutlari|evleri)\b\.?|\w{{1,2}} blok|blok ?:? ?\w{{1,3}}"
    rf"|(?:no|num|numara|kat|k|daire|d|dai|ic kapi no|dis kapi no|kapi no)\b ?[:.]? ?{_NUMBER}|(?:zemin|bodrum) kat)"
)
_NO = rf"(?:no|num|numara|kapi no|dis kapi no)\b ?[:.]? ?{_NUMBER}"
_MAHALLE = rf"(?:{_WORD} ){{1,2}}(?:mah(?:alle(?:si)?)?|mh)\b\.?"
_STREET = rf"(?:{_WORD} ){{1,3}}{_STREET_KIND}|[0-9]{{1,4}}(?:/[0-9]{{1,3}})?\.? ?{_STREET_KIND}"
_TOWN = rf"(?:[ ,]{{0,2}}\b[0-9]{{5}}\b)?(?:[ ,-]{{1,3}}{_WORD} ?[/,-] ?{_WORD})?"
_ADDRESS = (
    rf"\b(?P<value>(?:(?P<mahalle>{_MAHALLE})[ ,]{{1,2}})?(?P<street>{_STREET})[ ,]{{1,2}}(?:{_HOUSE_PART}[ ,]{{0,2}}){{0,3}}?(?:{_NO}|{_NUMBER}(?!\w| ?(?:[.]|adet|metre|yil|sayi|numarali)))"
    rf"(?:[ ,]{{1,2}}{_HOUSE_PART}){{0,5}}{_TOWN})"
)
# Without a street: a neighbourhood or village and a house in it.
_HOUSE = rf"\b(?P<value>(?P<mahalle>(?:{_WORD} ){{1,2}}(?:mah(?:alle(?:si)?)?|mh|koyu(?=,? no\b))\b\.?)[ ,]{{1,2}}(?:{_HOUSE_PART}[ ,]{{0,2}}){{0,3}}?{_NO}(?:[ ,]{{1,2}}{_HOUSE_PART}){{0,5}}{_TOWN})"
_BEFORE_ADDRESS = frozenset(
    re.findall(
        r"\w+",
        "adres adresi adresim adresimiz adresiniz adresini olay su ise ve ikamet ikametgahi acik en kargoyu teslimat fatura ev is",
    )
)


def _address_start(text: str, match: re.Match[str]) -> int:
    """Where the address begins: without a word that stands before its name and is not part of it ("olay", "Kargoyu" at a sentence's start)."""
    start = match.start("value")
    name = text[start : match.end("mahalle") if match["mahalle"] else match.end(match.re.groupindex.get("street", "value"))]
    words = name.split(" ")[:-1]  # the last one is Mah. or Sok.
    capitals = any(word[:1].isupper() for word in words)
    while len(words) > 1 and ((capitals and not words[0][:1].isupper()) or matching_key(words[0]) in _BEFORE_ADDRESS):
        start += len(words.pop(0)) + 1
    before = text[max(0, start - BEFORE) : start].rstrip()
    if match["mahalle"] and len(words) > 1 and start == match.start("value") and (not before or before.endswith((".", "!", "?"))):
        start += len(words[0]) + 1
    return start


def _rule(
    name: str,
    kind: PiiEntity,
    pattern: str,
    accepts: Accepts,
    score: float,
    *needs: str,
    reach: int = 60,
    lead: int = 60,
    anchor: str | None = None,
) -> Rule:
    return Rule(
        name,
        kind,
        re.compile(pattern),
        accepts,
        score,
        needs,
        reach=reach,
        lead=lead,
        anchor=re.compile(anchor) if anchor else None,
        words=70,
    )


_STREET_WORD = re.compile(r"(?<![^\W\d_])(?:mah(?:alle|\b)|mh\b|cad(?:de|\b)|cd\b|sok(?:a[kg]|\b)|sk\b|bul(?:v|\b)|blv\b|kume)")
_HOUSE_WORD = re.compile(r"(?<![^\W\d_])(?:mah(?:alle|\b)|mh\b|koyu\b)")
_STREET_NEEDS = ("cad", "cd", "sok", "sk", "bul", "blv", "kume evleri")
RULES: tuple[Rule, ...] = (
    _rule("kep", "KEP", _KEP, always, 1.0, ".kep.tr", reach=210, lead=70, anchor="@"),
    _rule("url", "URL", _URL, _personal_url, 0.995, "://", "www.", reach=520, lead=8),
    _rule("email", "EMAIL", _EMAIL, _email, 0.99, "@", reach=300, lead=70, anchor="@"),
    number("ipv4", "IP", r"[1-9][0-9]{0,2}(?:\.[0-9]{1,3}){3}(?!\.[0-9])", _ipv4, 0.84),
    _rule("ipv6", "IP", r"(?<![\w:.])(?P<value>(?:[0-9a-f]{1,4}|:):[0-9a-f:]{2,34}[0-9a-f])(?![\w:])", _ipv6, 0.84, ":"),
    _rule(
        "born-on",
        "BIRTH_DATE",
        rf"{_BORN_ON}(?P<value>{_DATE})(?![\w/]|[.-][0-9])",
        always,
        0.88,
        "dogum",
        "dogdu",
        "d.",
        "dt",
        "d t",
        "dob",
        reach=120,
        lead=20,
    ),
    _rule(
        "born",
        "BIRTH_DATE",
        rf"(?<![\w./-])(?P<value>{_DATE})(?=['’]?(?:te|ta|de|da)? ?(?:tarih(?:li|inde) |gunu )?(?:dogum|dogdum|dogan\b))",
        always,
        0.88,
        "dog",
    ),
    _rule("born-year", "BIRTH_DATE", rf"(?<![\w./-])(?P<value>{_YEAR})(?= dogumlu)", always, 0.6, "dogumlu"),
    Rule(
        "address",
        "ADDRESS",
        re.compile(_ADDRESS),
        always,
        0.86,
        _STREET_NEEDS,
        reach=760,
        lead=170,
        start=_address_start,
        anchor=_STREET_WORD,
    ),
    Rule(
        "address-house",
        "ADDRESS",
        re.compile(_HOUSE),
        always,
        0.855,
        ("mah", "mh", "koyu"),
        reach=760,
        lead=170,
        start=_address_start,
        anchor=_HOUSE_WORD,
    ),
)
