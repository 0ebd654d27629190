"""Raw text made whole: encoding damage repaired, stray characters removed, hard-wrapped lines joined; what was repaired is told in tags."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

import ftfy
from ftfy.badness import is_bad

from curation import turkish, unwrap

_FTFY = ftfy.TextFixerConfig(uncurl_quotes=False, explain=False)

# First byte of a two- or three-byte UTF-8 letter in cp1252, latin-1, cp1254, MacRoman and cp437: cheap to look for, so that clean text costs nothing.
_UTF8_LEAD = re.compile(r"(?:[ÃÄÅÂ√ƒ≈¬├─┼┬]|â(?=[€\x80]))[^\x00-\x7f]")

# cp1254 read as cp1252 changes exactly these six letters; ç ö ü Ç Ö Ü have the same byte in both.
_CP1254 = str.maketrans("þýðÞÝÐ", "şığŞİĞ")
_GENUINE = "şığŞİĞ"
_TURKMEN = "ňäžŇÄŽ"
_OTHER_ACCENTS = "áíóúæšěřčÁÍÓÚÆŠĚŘČ"

# Control codes 0x80-0x9f in a text are cp1252 punctuation that went through latin-1.
_C1 = re.compile(r"[\x80-\x9f]")

_SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\v\f]")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|(?<=\w)\u200d|\u200d(?=\w)"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_LINE_BREAK_TAG = re.compile(r"[ \t]*<br\s*/?>[ \t]*\n?", re.ASCII | re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_APOSTROPHE = re.compile(r"(?<=\w)[’‘´ʼ＇](?=\w)|(?<=[^\W_])`(?=[a-zçğıöşü]{1,6}\b(?!`))")
_INNER_SPACES = re.compile(r"(?<=\S) {2,}")
_TRAILING = re.compile(r" +$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")

# Words that exist in Turkish only with their own letters; written like this they give an ASCII keyboard away.
_ASCII_WORDS = frozenset(
    turkish.words(
        "icin cok degil gore boyle soyle oldugu oldugunu buyuk guzel dogru once gun yuzde hic ayni turkiye turk calisma ogrenci lutfen tesekkurler kucuk dusuk icinde uzerinde cunku baska"
    )
)


@dataclass(frozen=True, slots=True)
class Normalised:
    """A repaired text and the tags of what was repaired or seen: mojibake_utf8, mojibake_cp1254, unwrapped, ascii, capitals."""

    text: str
    tags: tuple[str, ...]


def normalise(text: str) -> Normalised:
    """Return `text` in NFC with encoding damage, stray characters and hard line wraps undone; paragraphs, lists and circumflexes stay."""
    tags = []
    repaired = repair_utf8(text)
    if repaired != text:
        tags.append("mojibake_utf8")
    if has_cp1254_mojibake(repaired):
        tags.append("mojibake_cp1254")
        repaired = repaired.translate(_CP1254)
    repaired = _spacing(_APOSTROPHE.sub("'", _characters(repaired)))
    whole = unwrap.unwrap(repaired)
    if whole != repaired:
        tags.append("unwrapped")
    return Normalised(whole, (*tags, *_writing(whole)))


def one_line(text: str) -> str:
    """Return a title or other short field repaired and on one line."""
    return " ".join(normalise(text).text.split())


def repair_utf8(text: str) -> str:
    """Return `text` with lines of UTF-8 that was read as cp1252, latin-1 or cp1254 put right; clean lines stay as they are."""
    if not _UTF8_LEAD.search(text):
        return text
    return "\n".join(ftfy.fix_encoding(line, _FTFY) if is_bad(line) else line for line in text.split("\n"))


def has_cp1254_mojibake(text: str) -> bool:
    """Whether a document is cp1254 or ISO-8859-9 that was read as cp1252, in whole or in part; not so Turkmen, Czech, Icelandic or their names in clean text."""
    broken = sum(map(text.count, "þðÞÐýÝ"))
    if not broken or broken <= 8 * sum(map(text.count, _OTHER_ACCENTS)):
        return False
    certain = any(map(text.count, "þðÞÐ"))
    if any(map(text.count, _GENUINE)):
        return certain and broken >= 3 and not any(map(text.count, _TURKMEN))
    return certain or not any(map(text.count, _TURKMEN))


def _characters(text: str) -> str:
    text = _LINE_ENDS.sub("\n", _C1.sub(lambda match: bytes([ord(match.group())]).decode("cp1252", "ignore"), text))
    if _LINE_BREAK_TAG.search(text):
        text = _LINE_BREAK_TAG.sub("\n", text)
    if "&" in text and "<" not in text:  # with tags in it the text speaks about HTML
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    text = _SPACES.sub(" ", text)
    if _SURROGATES.search(text):
        text = _SURROGATES.sub("\ufffd", text)
    # Lower-casing İ outside Turkish leaves i + U+0307, which NFC does not join.
    text = unicodedata.normalize("NFC", text).replace("i\u0307", "i").replace("ı\u0307", "i")
    return _INVISIBLE.sub("", text)


def _spacing(text: str) -> str:
    return _EMPTY_LINES.sub("\n\n", _TRAILING.sub("", _INNER_SPACES.sub(" ", text))).strip("\n ")


def _writing(text: str) -> list[str]:
    tags = []
    letters = sum(map(str.isalpha, text))
    if letters >= 40 and turkish.turkish_letter_share(text) < 0.03 and not _ASCII_WORDS.isdisjoint(turkish.words(turkish.lower(text))):
        tags.append("ascii")
    if letters >= 20 and sum(map(str.isupper, text)) >= 0.8 * letters:
        tags.append("capitals")
    return tags
