"""What a Turkish text hangs on a name or number: read behind one host, said again behind another as vowel harmony asks for it.

A suffix is kept as its pattern: A is a or e, I is ı, i, u or ü, D is d or t, C is c or ç; a letter in brackets stands only
where host and suffix would otherwise meet in two vowels or two consonants. `DAn` is what -dan, -den, -tan and -ten have in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from curation import turkish

_HARD = "fstkçşhp"
_NARROW = {"a": "ı", "â": "ı", "ı": "ı", "e": "i", "i": "i", "î": "i", "o": "u", "u": "u", "û": "u", "ö": "ü", "ü": "ü"}
_TO_ASCII = str.maketrans("çğıöşüâîûÇĞİÖŞÜÂÎÛ", "cgiosuaiuCGIOSUAIU")
_TOKEN = re.compile(r"\((?P<buffer>.)\)|(?P<plain>.)")
_AFTER = re.compile(rf"(?P<mark>[{turkish.APOSTROPHES}]?)(?P<letters>[^\W\d_]+)")
_CLITIC = re.compile(r" (?P<letters>[dDmM][aeıiuüAEIİUÜ](?:[^\W\d_]{1,5})?)(?!\w)")

_CASES = ("", "(n)In", "(y)A", "DA", "DAn", "(y)I", "(y)lA")
# What may stand between a name and its case: plural, "-gil", endearments, possessives, "-li" and "-siz".
_STEMS = ("", "lAr", "gil", "gillAr", "CIğIm", "CIm", "lI", "sIz", "CA", "(I)mIz", "(I)m", "(s)I")
_COPULAS = ("DIr", "(y)DI", "(y)mIş", "(y)sA", "(y)ken", "sIn", "sInIz", "(y)Im", "(y)Iz", "(y)DIm", "(y)mIşIm", "DIrlAr")
# Behind a possessive or "-ki" a case has an n: "Sokağı'nda", "Ahmet'inkini". Behind a new host, which has none, it is the plain case.
_CASES_WITH_N = {"nA": "(y)A", "nI": "(y)I", "nDA": "DA", "nDAn": "DAn"}
_CLITICS = ("dA", "mI", "mIdIr", "mIyDI", "mIymIş", "mIsIn", "mIsInIz", "mIyIm", "mIyIz")


@dataclass(frozen=True, slots=True)
class Sound:
    """How a word ends: its vowels in harmony, whether in a vowel, whether in a voiceless consonant."""

    narrow: str
    wide: str
    open: bool
    hard: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """A suffix behind a host, and a particle behind both (`de`, `mi`): `pattern` of it, written after `mark`, up to `end` in its text."""

    pattern: str
    mark: str
    end: int
    is_upper: bool
    is_ascii: bool


def sound(host: str) -> Sound:
    """Return how `host` ends when read aloud; digits are read out."""
    genitive, locative = turkish.suffix(host, "genitive"), turkish.suffix(host, "locative")
    return Sound(genitive[-2], locative[1], genitive.startswith("n"), locative[0] == "t")


def said(pattern: str, host: Sound) -> str:
    """Return `pattern` in the letters it has behind `host`, in lower case."""
    narrow, wide, is_open, hard = host.narrow, host.wide, host.open, host.hard
    letters: list[str] = []
    for token in _TOKEN.finditer(pattern):
        sign = token["plain"] or token["buffer"]
        if token["buffer"] and (sign in "I") == is_open:
            continue
        letter = {"A": wide, "I": narrow, "D": "t" if hard else "d", "C": "ç" if hard else "c"}.get(sign, sign)
        if letter in _NARROW:
            narrow, wide = _NARROW[letter], "a" if letter in "aâıouû" else "e"
        if letter != " ":
            is_open, hard = letter in _NARROW, letter in _HARD
        letters.append(letter)
    return "".join(letters)


def ending_after(text: str, end: int, host: str, *, is_ascii: bool = False) -> Ending | None:
    """Return the suffix and particle that stand in `text` from `end` on, behind `host`; None where there is none, or letters that are no suffix.

    `is_ascii` says that the writer has no Turkish letters; where a suffix shows it, it need not be said.
    """
    match = _AFTER.match(text, end)
    pattern, mark, letters = "", "", ""
    if match is not None:
        mark, letters = match["mark"], match["letters"]
        pattern = _patterns().get(turkish.fold(letters), "")
        if not pattern or not (letters.islower() or letters.isupper()):
            return None
        end = match.end()
    clitic = _CLITIC.match(text, end)
    particle = _particles().get(turkish.fold(clitic["letters"]), "") if clitic else ""
    if clitic is not None and particle and (clitic["letters"].islower() or (host.isupper() and clitic["letters"].isupper())):
        pattern, letters, end = f"{pattern} {particle}", letters + clitic["letters"], clitic.end()
    if not pattern:
        return None
    return Ending(pattern, mark, end, letters.isupper(), letters.isascii() and (is_ascii or _lacks_letters(letters, pattern, host)))


def attached(ending: Ending, host: str) -> str:
    """Return the mark and letters of `ending` as they stand behind `host`, in the letters (capital, ASCII) they were written in."""
    letters = said(ending.pattern, sound(host))
    if ending.is_ascii:
        letters = ascii_letters(letters)
        return ending.mark + (letters.upper() if ending.is_upper else letters)
    return ending.mark + (turkish.upper(letters) if ending.is_upper else letters)


def is_suffix(letters: str) -> bool:
    """Whether `letters`, in any case, with Turkish letters or without, can stand behind a name as a suffix."""
    return turkish.fold(letters) in _patterns()


def ascii_letters(text: str) -> str:
    """Return `text` with ASCII letters for the Turkish ones; capitals stay capitals."""
    return text.translate(_TO_ASCII)


def _lacks_letters(letters: str, pattern: str, host: str) -> bool:
    """Whether a suffix in lower case is written without the Turkish letters that it has behind `host` ("Yılmaz'in")."""
    proper = said(pattern, sound(host)).replace(" ", "")
    return letters.islower() and letters != proper and letters == ascii_letters(proper)


@cache
def _patterns() -> dict[str, str]:
    """Every folded surface of every suffix, with its pattern; of two patterns that sound alike the more frequent one comes first."""
    table: dict[str, str] = {}
    for surface_of, pattern in _chains():
        for host in _sounds():
            table.setdefault(turkish.fold(said(surface_of, host)), pattern)
    return table


@cache
def _particles() -> dict[str, str]:
    return {turkish.fold(said(pattern, host)): pattern for pattern in reversed(_CLITICS) for host in _sounds()}


def _sounds() -> list[Sound]:
    harmonies = (("ı", "a"), ("i", "e"), ("u", "a"), ("ü", "e"))
    return [Sound(*harmony, is_open, hard) for harmony in harmonies for is_open, hard in ((True, False), (False, False), (False, True))]


def _chains() -> Iterator[tuple[str, str]]:
    """Yield pairs of a pattern as it is read and as it is written behind a new host."""
    yield from ((case, case) for case in _CASES[1:])
    yield from _CASES_WITH_N.items()
    yield from ((stem, stem) for stem in _STEMS[1:])
    yield from ((copula, copula) for copula in _COPULAS)
    for stem in _STEMS[1:]:
        cases = _CASES_WITH_N if stem == "(s)I" else dict(zip(_CASES[1:], _CASES[1:], strict=True))
        yield from ((stem + case, stem + case) for case in cases)
    for base in ("(n)Inki", "DAki", "lArInki", "lArDAki"):
        yield from ((base + more, base + more) for more in ("", "ler", *_CASES_WITH_N, "nIn", "yle", "lerin", "lere", "leri", "lerden"))
    for base in (*_CASES[1:6], *_STEMS[1:]):
        yield from ((base + copula, base + copula) for copula in _COPULAS)
