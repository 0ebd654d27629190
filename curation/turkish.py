"""Turkish letters, words and sentences: the one place that changes case, folds text to keys, splits sentences and harmonises suffixes."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Literal

APOSTROPHES = "'’‘`´ʼ＇"
"""Every mark that people write between a Turkish name and its suffix; the first is the one we keep."""

TURKISH_LETTERS = "çğıöşüÇĞİÖŞÜ"
VOWELS = "aeıioöuüâîû"

_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"\d+(?:[.,:/]\d+)*(?:[{APOSTROPHES}]{_LETTER}+)?|[^\W_]+(?:[{APOSTROPHES}-][^\W_]+)*")
_PLAIN_LETTERS = tuple(zip("çğıöşüâîûéê", "cgiosuaiuee", strict=True))
_TO_ASCII = str.maketrans(dict(_PLAIN_LETTERS))
_DROP_APOSTROPHES = str.maketrans("", "", APOSTROPHES)
_MARKS = re.compile(r"[\u0300-\u036f]")


def lower(text: str) -> str:
    """Return `text` in Turkish lower case: İ to i, I to ı; as long as `text`, unless İ came in two pieces."""
    return text.replace("I\u0307", "i").replace("İ", "i").replace("I", "ı").lower().replace("i\u0307", "i")


def upper(text: str) -> str:
    """Return `text` in Turkish upper case: i to İ, ı to I."""
    return text.replace("i\u0307", "i").replace("i", "İ").upper()


def capitalize(text: str) -> str:
    """Return `text` with its first character in upper case and the rest in lower case, as Turkish has them."""
    return upper(text[:1]) + lower(text[1:])


def ascii_letters(text: str) -> str:
    """Return lower-cased `text` with çğıöşüâîû as ASCII, character for character, so that offsets stay where they are."""
    key = lower(text)
    for letter, plain in _PLAIN_LETTERS:  # eight times as fast as translate, which looks every letter up
        key = key.replace(letter, plain)
    return key


def fold(text: str) -> str:
    """Return the key form of `text` for matching: Turkish lower case, no accents, no apostrophes. Folding twice changes nothing."""
    key = lower(text).translate(_TO_ASCII).translate(_DROP_APOSTROPHES)
    return key if key.isascii() else _MARKS.sub("", unicodedata.normalize("NFD", key))


def words(text: str) -> list[str]:
    """Return the words and numbers of `text` in order, a suffix after an apostrophe kept with its word."""
    return _WORD.findall(text)


def turkish_letter_share(text: str) -> float:
    """Return the share of çğıöşü among the letters of `text`, in [0, 1]; 0 without letters. Turkish prose has 0.05 to 0.16, ASCII-fied under 0.03."""
    letters = sum(map(str.isalpha, text))
    return sum(map(text.count, TURKISH_LETTERS)) / letters if letters else 0.0


# --- sentences ---------------------------------------------------------------------------------------------------------

# After these a full stop does not end the sentence. vb., vs., vd. and TL. are not here: before a capital they end one more often than not.
_ABBREVIATIONS = frozenset(map(fold, words(Path(__file__).with_name("abbreviations.txt").read_text(encoding="utf-8"))))
# In lower case these are words, and only with a capital (Öğr. Gör.) an abbreviation.
_LOWER_CASE_WORDS = frozenset(words("gör bul kur gen tek al en as ar kor cum mah kom cilt fak sa sit sn top tur müh at ön"))
_ROMAN = re.compile(r"[IVX]+")
_INITIALS = re.compile(r"(?:[A-ZÇĞİÖŞÜ][a-zçğıöşü]?\.)*[A-ZÇĞİÖŞÜ]|[bcefhkmsy]")
_STREET = re.compile(r"\d+\. ?(?:Sok|Sk|Cad|Cd|Bul|Blv|Mah|Km)\b|\d+\. ?(?:Sokak|Cadde|Bulvar|Mahalle)")
_OPENING = "\"'“‘«([{-–—•"
_SMALL_START = re.compile(r"[a-z]{1,2}[A-ZÇĞİÖŞÜ]|www\.|https?://")  # iPad, eBay and addresses begin a sentence as they are
_CANDIDATE = re.compile(r"(?P<mark>[.!?…]+)[\"'”’»)\]]*(?=\s|$)|\n", re.MULTILINE)
_LAST_TOKEN = re.compile(r"(?P<percent>yüzde\s+|%)?(?P<token>[^\s\"“‘«(\[/%]*)$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the start and end of every sentence of `text`, in order and without the white space around it; a line break ends one too."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _CANDIDATE.finditer(text):
        if match["mark"] is not None and not _ends_sentence(text, start, match):
            continue
        _append_stripped(spans, text, start, match.end())
        start = match.end()
    _append_stripped(spans, text, start, len(text))
    return spans


def _append_stripped(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    if start < end:
        spans.append((start, end))


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    following = text[match.end() : match.end() + 40].lstrip(" \t")
    if not following or following[0] == "\n":
        return True
    opened = following.lstrip(_OPENING + " ")
    first = opened[:1]
    if (first.islower() and not _SMALL_START.match(opened)) or following[0] in ",;:)":
        return False
    if match["mark"] != ".":
        return True
    last = _LAST_TOKEN.search(text, max(start, match.start() - 40), match.start())
    if last is None:
        return True
    if last["token"].isdigit() and _STREET.match(text, last.start("token")):
        return False
    return not _is_abbreviation(last["token"]) and not (first.isalpha() and last["percent"] is None and _is_ordinal(last["token"]))


def _is_abbreviation(token: str) -> bool:
    tail = token.rpartition(".")[2]
    if tail in _LOWER_CASE_WORDS:
        return False
    return fold(tail) in _ABBREVIATIONS or bool(_INITIALS.fullmatch(token.rpartition("-")[2]))


def _is_ordinal(token: str) -> bool:
    # "473. sıradan", "9. Hukuk Dairesi", "II. Murat"; a year (1985.) or a decimal (3,5.) in front of a capital ends its sentence.
    return (token.isdigit() and len(token) <= 3) or bool(_ROMAN.fullmatch(token))


# --- suffixes ----------------------------------------------------------------------------------------------------------

Case = Literal["genitive", "accusative", "dative", "locative", "ablative"]

_DIGITS = ("sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
_ZEROS = {2: "yüz", 3: "bin", 4: "bin", 5: "bin", 6: "milyon", 7: "milyon", 8: "milyon"}
_HARD = "fstkçşhp"


def with_suffix(name: str, case: Case) -> str:
    """Return a proper noun or number with the apostrophe and the case suffix that vowel harmony asks for: `Ayşe'nin`, `1453'te`."""
    return f"{name}'{suffix(name, case)}"


def suffix(name: str, case: Case) -> str:
    """Return the case suffix of a proper noun or number, without apostrophe; digits are read out (`40` takes `tan`)."""
    sound = spoken(name)
    last = sound[-1:] or "e"
    vowel = next((letter for letter in reversed(sound) if letter in VOWELS), "e")
    narrow = {"a": "ı", "ı": "ı", "â": "ı", "e": "i", "i": "i", "î": "i", "o": "u", "u": "u", "û": "u", "ö": "ü", "ü": "ü"}[vowel]
    wide = "a" if vowel in "aıouâû" else "e"
    open_end = last in VOWELS
    hard = "t" if last in _HARD else "d"
    return {
        "genitive": ("n" if open_end else "") + narrow + "n",
        "accusative": ("y" if open_end else "") + narrow,
        "dative": ("y" if open_end else "") + wide,
        "locative": hard + wide,
        "ablative": hard + wide + "n",
    }[case]


def spoken(name: str) -> str:
    """Return how `name` ends when it is said: its letters in lower case, of a number the last word that is read out."""
    digits = re.search(r"\d+$", name)
    if digits is None:
        return re.sub(r"[^a-zçğıöşüâîû]", "", lower(name))
    number = digits.group()
    stripped = number.rstrip("0")
    zeros = len(number) - len(stripped)
    if not stripped or zeros == 0:
        return _DIGITS[int(number[-1])]
    return _TENS[int(stripped[-1])] if zeros == 1 else _ZEROS.get(zeros, "milyar")
