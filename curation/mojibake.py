"""Turkish read in the wrong character set, found and put right: UTF-8, cp1254 and DOS (cp857) texts in the sets they are mistaken for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

import ftfy
from ftfy.badness import is_bad

_FTFY = ftfy.TextFixerConfig(uncurl_quotes=False, explain=False)

# First byte of a two- or three-byte UTF-8 letter in cp1252, latin-1, cp1254, MacRoman and cp437: cheap to look for, so that clean text costs nothing.
_UTF8_LEAD = re.compile(r"(?:[ÃÄÅÂ√ƒ≈¬├─┼┬]|â(?=[€\x80]))[^\x00-\x7f]")
# The same bytes in cp857, which ftfy does not know, and in cp437, where it leaves one in six: ├╝ is ü, ─▒ is ı. Box drawings decode to nothing and stay.
_UTF8_IN_DOS = re.compile(r"[├─┼][^\x00-\x7f]")

# cp1254 read as cp1252 changes exactly these six letters; ç ö ü Ç Ö Ü have the same byte in both.
_CP1254 = str.maketrans("þýðÞÝÐ", "şığŞİĞ")
_GENUINE = "şığŞİĞ"
_TURKMEN = "ňäžŇÄŽ"
_CONSONANT_Y = re.compile(r"\b[ýÝ][yY]|[ýÝ](?:(?=[aeiouöüAEIOUÖÜ])|(?<=[aeiouöüAEIOUÖÜ].))")
_OTHER_ACCENTS = "áíóúæšěřčÁÍÓÚÆŠĚŘČ"

# Control codes 0x80-0x9f in a text are cp1252 punctuation that went through latin-1.
_C1 = re.compile(r"[\x80-\x9f]")

# cp857 read as cp1252 or latin-1, and as cp850 or cp437. `inside` stands between letters in no clean text; the others of the table only beside letters.
_DOS_CP1252 = "‡\x87§Ÿ\x9f\x8d\x81¦˜\x98™\x99š\x9až\x9e€\x80”\x94"
_DOS_CP850 = "ƒºìÿª×₧"
_LETTERS = "A-Za-zçğıöşüÇĞİÖŞÜ"


@dataclass(frozen=True, slots=True)
class _Misread:
    inside: re.Pattern[str]
    beside_letters: re.Pattern[str]
    table: dict[int, int]


def _misread(certain: str, broken: str, letters: str) -> _Misread:
    near = _LETTERS + broken
    return _Misread(
        # The set comes first and the look behind after it: a search for one set of characters is many times as fast.
        inside=re.compile(rf"[{certain}](?<=[{near}].)(?=[{near}])"),
        beside_letters=re.compile(rf"[{certain}]|[{broken}](?:(?=[{near}])|(?<=[{near}.][^”\x94]))"),
        table=str.maketrans(broken, letters),
    )


_DOS = (
    _misread("‡\x87§Ÿ\x9f\x8d\x81", _DOS_CP1252, "ççğşşıüĞİİÖÖÜÜŞŞÇÇöö"),
    _misread("ƒºì", _DOS_CP850, "şğıİĞŞŞ"),
)
_MIN_DOS = 3


def repair_utf8(text: str) -> str:
    """Return `text` with lines of UTF-8 that was read as cp1252, latin-1, cp1254, MacRoman, cp437 or cp857 put right; clean lines stay as they are."""
    if not _UTF8_LEAD.search(text):
        return text
    if any(map(text.count, "├┼─")):
        text = _UTF8_IN_DOS.sub(_from_dos, text)
    return "\n".join(ftfy.fix_encoding(line, _FTFY) if is_bad(line) else line for line in text.split("\n"))


def _from_dos(match: re.Match[str]) -> str:
    for charset in ("cp857", "cp437"):
        try:
            return match.group().encode(charset).decode("utf-8")
        except UnicodeError:
            continue
    return match.group()


def has_cp1254_mojibake(text: str) -> bool:
    """Whether a document is cp1254 or ISO-8859-9 that was read as cp1252, in whole or in part; not so Turkmen, Czech, Icelandic or their names in clean text."""
    broken = sum(map(text.count, "þðÞÐýÝ"))
    if not broken or broken <= 8 * sum(map(text.count, _OTHER_ACCENTS)):
        return False
    certain = any(map(text.count, "þðÞÐ"))
    if any(map(text.count, _TURKMEN)):
        return certain and not any(map(text.count, _GENUINE))
    if any(map(text.count, _GENUINE)):
        return certain and broken >= 3
    # ý alone: for ı it stands between consonants, in Turkmen it is the consonant beside a vowel, which its y is too.
    return certain or not _CONSONANT_Y.search(text)


def repair_cp1254(text: str) -> str:
    """Return a document for which `has_cp1254_mojibake` holds with its six letters put right."""
    return text.translate(_CP1254)


def repair_dos(text: str) -> str:
    """Return `text` with Turkish of cp857 that was read as cp1252, latin-1 or cp850 put right, where three letters inside words leave no doubt of it."""
    for misread in _DOS:
        found = len(misread.inside.findall(text))
        if found >= _MIN_DOS and found > 2 * sum(map(text.count, _GENUINE)):
            return misread.beside_letters.sub(partial(_translated, table=misread.table), text)
    return text


def _translated(match: re.Match[str], table: dict[int, int]) -> str:
    return match.group().translate(table)


def repair_c1(text: str) -> str:
    """Return `text` with control codes 0x80-0x9f as the cp1252 punctuation they were; those that cp1252 leaves empty go."""
    return _C1.sub(lambda match: bytes([ord(match.group())]).decode("cp1252", "ignore"), text)
