"""Dated sentences to be put in order, and sentences to be written out again with their letters, capitals and marks."""

from __future__ import annotations

import random
import re

from curation.turkish import lower
from synthesis.rules.sentence import LAW, Sentence, finite, leave_alone, sentences_of, subordinate, tokenize
from synthesis.rules.spelling import careless, doubtful

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
# What leans on another place, or is half of something: an owner left unsaid ("Terfileri yapılır"), "oturur ve", a letter or a number of its own, a mark behind a space, a verb and no comma.
_HALF = re.compile(
    r"^(?:ve|veya|aksi) |^\w+l[ae]r[ıi] |\d \d|% \d|aşağıda|yukarıda|^\w+[aeıiuü]r (?:ve|veya) |(?<!\w)\w\. |\s[.,]|(?<=[a-zçğıöşü]{3})[cğ](?!\w)"
    r"|(?:[ıiuü]yor(?:um|uz|lar)?|m[ıiuü]şt[ıiuü]r) (?!(?:ve|veya|ya|ama|ancak|fakat|çünkü|ki|diye|gibi|da|de|m[ıiuü]|hem|ise)(?!\w))"
    r"|(?:s[ae](?:k|m|n|n[ıi]z|l[ae]r)?|[dt][ıiuü]ğ[ıiuü]nd[ae]|[ıiuü]nc[ae]|[ae]r[ae]k|ken|d[ıiuü]kç[ae]|m[ae]d[ae]n),"  # no comma behind these
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
    """Return the sentences that are written as they should be, as far as rules can tell, and have enough letters to restore; none of a text of an old or careless hand."""
    if careless(passage):
        return []
    return [
        sentence.whole
        for sentence in sentences_of(passage)
        if leave_alone(sentence) is None
        and _spelt_by_rule(sentence)
        and len(_TURKISH.findall(sentence.whole)) >= _LEAST_TURKISH
        and _begins(sentence)
        and not LAW.search(sentence.whole)
        and not _HALF.search(lower(sentence.whole))
        and not doubtful(sentence.whole)
        and not _loose_object(sentence)
        and not _many_unsaid(sentence)
        and len(sentence.tokens) >= _FEWEST_WORDS
        and not re.search(
            r"^\d|(?<!\w)bir [A-ZÇĞİÖŞÜ]|['’]{2}|[^\w\s.,'’%-]|\w\.\w|\d[.,]\d|[A-ZÇĞİÖŞÜ]{2}|\.\.|(?<![\w'’])[^\W\doO_](?![\w'’])|\d (?:[dt][ae]n?|[ıiuü]?nc[ıiuü])(?!\w)",
            sentence.whole,
        )
    ]


def _begins(sentence: Sentence) -> bool:
    """Whether a sentence stands at the beginning or behind one that ended: under a line without a mark, behind `II.` or behind half a sentence it may be a second half."""
    before = sentence.earlier.rstrip()
    if _CLIPPED.match(sentence.whole):
        return False
    if not before or before.rsplit("\n", maxsplit=1)[-1].startswith("#"):
        return True
    if before[-1] not in '.!?…”"' or _NUMBERED.search(before):
        return False
    halved = before[-1] == "." and "\n" not in sentence.earlier[len(before) :]
    return not halved or finite(re.sub(r"l[ae]r$", "", tokenize(before[-200:])[-1].low))  # "suçlar" is no verb


_CLIPPED = re.compile(r"(?:Dünya Savaşı|[Yy]üzyıl)")  # which one stood before it
_NUMBERED = re.compile(r"(?:\d|(?<!\w)[IVX]+|(?<!\w)\w{1,2})\.$")


def _loose_object(sentence: Sentence) -> bool:
    """Whether an object stands before a verb that takes none: `Boyanın rengini mevsime göre değişir`."""
    *words, verb = sentence.tokens
    if _INTRANSITIVE.match(verb.low) is None or any(subordinate(token.low) and not _OBJECT.search(token.low) for token in words):
        return False
    return any(_OBJECT.search(token.low) for token in words if not token.capital)


def _many_unsaid(sentence: Sentence) -> bool:
    """Whether a verb in the plural has no plural noun to be its subject: `Yasaya bağlı olarak çalışırlar` left it in the sentence before."""
    *words, verb = sentence.tokens
    plural = re.search(r"l[ae]r$", verb.low) is not None and finite(verb.low)
    return plural and not any(re.search(r"l[ae]r[ıi]?$|^onlar$|^herkes$", token.low) for token in words)


_INTRANSITIVE = re.compile(
    r"(?:değiş(?!tir)|oluş(?!tur)|art(?:ar|t[ıi]|ıyor)|azal(?!t)|yüksel(?!t)|geliş(?!tir)|düş(?!ür|ün)|yaşlan|büyü(?!t))"
)
_OBJECT = re.compile(r"\w{2}[ıiuü]n[ıiuü]$")


def _spelt_by_rule(sentence: Sentence) -> bool:
    """Whether no apostrophe stands behind a body's name, inside a common word or before what is no suffix, and no copula on a capital has none."""
    for token in sentence.tokens:
        stem, _, ending = token.text.replace("’", "'").partition("'")
        named = stem[:1].isupper() or stem[-1:].isdigit()
        if "'" in token.text.replace("’", "'") and (not named or not _SUFFIX.fullmatch(ending) or _BODY.search(stem)):
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
