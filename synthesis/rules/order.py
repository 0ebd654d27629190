"""Dated sentences to be put in order, and sentences to be written out again with their letters, capitals and marks."""

from __future__ import annotations

import random
import re

from curation.turkish import lower
from synthesis.rules.sentence import LAW, Sentence, leave_alone, sentences_of

_YEAR = re.compile(r"(?<![\w.,/–-])(?:1[0-9]{3}|20[0-2][0-9])(?![\w.,/–-]\d)(?!\w)")
# Something happened in the year; "2025 yılının sınırını" tells of it at another time.
_DATED = re.compile(r"(?:1[0-9]{3}|20[0-2][0-9])(?:['’][dt][ae](?![\w-])|(?: yılı| senesi)nd[ae](?!\w)| tarihinde)")
_PAST = re.compile(r"(?:[dt][ıiuü](?:l[ae]r)?|m[ıiuü]şt[ıiuü]r)\.$")
_OTHER_TIME = re.compile(r"[Mm]ilattan|M\.?Ö|[Yy]üzyıl|[Hh]icr[iî]|R[uû]m[iî]|\d{3,4}['’]l[ae]r|sonra|önce|beri|kadar|itibaren|arası")
_FEWEST = 3
_MOST = 6
_ASCII = str.maketrans("çğıöşüâîûÇĞİÖŞÜÂÎÛ", "cgiosuaiuCGIOSUAIU")
_TURKISH = re.compile(r"[çğıöşüÇĞİÖŞÜ]")
_FEWEST_WORDS = 6  # "Cumhurbaşkanınca düzenlenir" is a rest of something
# What people write together or as it was written once: a text to be copied letter by letter must not have it.
_MISSPELT = re.compile(
    r"(?<!\w)(?:her(?:gün|şey|kez|hangibir|yer|zaman)|bir(?:şey|kaçı?tane|sürü)|hiç(?:birşey|kimse)|pekçok|yada|vede|yinede|bende|böylede|hemde|öyleki|tabi|malesef|herkez|yanlız|orjinal|egzos|süpriz|şöför|şarz|dahada|kesinlikte|bi|çoçuk)(?!\w)"
    r"|[ae]?m[ıi]y(?:[ae]n|[ae]c[ae])|[bcçdfghjklmnprsştvyz][ıiuü]y[ae]n|\d[a-zçğıöşü]|\d \d|aşağıda|yukarıda|^\w+[aeıiuü]r (?:ve|veya) |(?<!\w)\w\. |\s[.,]|(?<=[a-zçğıöşü]{3})[cğ](?!\w)|suretile|veçhile|zarfında|(?<!\w)işbu"
)
_LEAST_TURKISH = 5  # letters that must be restored


def year_of(sentence: str) -> int | None:
    """Return the one year that dates a sentence; None where there is none, or several, or time is told in another way too."""
    years = _YEAR.findall(sentence)
    dated = _DATED.search(sentence) and _PAST.search(sentence)
    return int(years[0]) if len(years) == 1 and dated and not _OTHER_TIME.search(sentence) else None


def events(passage: str) -> list[str]:
    """Return the sentences of `passage` that stand alone and have a year of their own, oldest first; empty where they are too few to order."""
    dated: dict[int, str] = {}
    for sentence in sentences_of(passage):
        year = year_of(sentence.whole)
        if year is not None and leave_alone(sentence) is None and sentence.text == sentence.whole:
            dated[year] = "" if year in dated else sentence.whole
    found = [dated[year] for year in sorted(dated) if dated[year]]
    return found[:_MOST] if len(found) >= _FEWEST else []


def shuffled(lines: list[str], rng: random.Random) -> list[str]:
    """Return `lines` in another order."""
    mixed = list(lines)
    while mixed == lines:
        rng.shuffle(mixed)
    return mixed


def clean_sentences(passage: str) -> list[str]:
    """Return the sentences that are written as they should be, as far as rules can tell, and have enough letters to restore."""
    return [
        sentence.whole
        for sentence in sentences_of(passage)
        if leave_alone(sentence) is None
        and _spelt_by_rule(sentence)
        and len(_TURKISH.findall(sentence.whole)) >= _LEAST_TURKISH
        and _begins(sentence)
        and not LAW.search(sentence.whole)
        and not _MISSPELT.search(lower(sentence.whole))
        and len(sentence.tokens) >= _FEWEST_WORDS
        and not re.search(r"^\d|['’]{2}|[^\w\s.,'’%-]|\w\.\w|\d[.,]\d|[A-ZÇĞİÖŞÜ]{2}", sentence.whole)
    ]


def _begins(sentence: Sentence) -> bool:
    """Whether a sentence stands behind a full stop or at the beginning: under a line without a mark it may be the second half of one."""
    before = sentence.earlier.rstrip()
    return not before or before[-1] in '.!?…:”"' or before.rsplit("\n", maxsplit=1)[-1].startswith("#")


def _spelt_by_rule(sentence: Sentence) -> bool:
    """Whether no apostrophe stands behind a body's name or before what is no suffix, and no copula on a capital has none."""
    for token in sentence.tokens:
        stem, _, ending = token.text.replace("’", "'").partition("'")
        if "'" in token.text.replace("’", "'") and (not _SUFFIX.fullmatch(ending) or _BODY.search(stem)):
            return False
        if token.capital and token.bare and token.start > 0 and _COPULA.search(token.text):
            return False
    return True


_SUFFIX = re.compile(
    r"(?:n?[ıiuü]n|[sy]?[ıiuü]|n[ıiuü]|[yn]?[ae]|n?[dt][ae]n?|y?l[ae]|[dt][ıiuü]r?|yd[ıiuü]|m[ıiuü]ş|ym[ıiuü]ş|[dt][ae]ki\w*|n?[dt][ae]y\w+|l[ıiuü]\w*|c[ae]|[sy]?[ıiuü]n(?:[ae]|[dt][ae]n?|[ıiuü]n?))"
)
# The spelling guide sets no suffix of an institution's name off.
_BODY = re.compile(
    r"(?:l[ae]r[ıi]|Bakanlığı|Nezareti|Başkanlığı|Müdürlüğü|Kurulu|Kurumu|Meclisi|Derneği|Cemiyeti|Vakfı|Partisi|Fırkası|Üniversitesi|Belediyesi|Bankası|Mahkemesi|Komisyonu|Kumandanlığı|Komutanlığı|Valiliği|Birliği|Hükümeti|Kongresi|Heyeti|Ordusu)$"
)
_COPULA = re.compile(r"(?:[ıiuüae]yd[ıiuü]|[^aeıioöuü][dt][ıiuü]r|[ae]yd[ıi])$")


def without_turkish(text: str) -> str:
    """Return `text` as a foreign keyboard writes it: `şimşek` is `simsek`."""
    return text.translate(_ASCII)


def without_marks(text: str) -> str:
    """Return `text` in small letters without full stops, commas and apostrophes."""
    small = text.replace("I", "ı").replace("İ", "i").lower()
    return re.sub(r"[.,'’]", "", small)
