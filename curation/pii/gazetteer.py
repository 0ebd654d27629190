"""What a word can be of a name: first name, surname, a word of the language that is a name too, or no name at all."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from curation import turkish


class Part:
    """The parts a word can play beside or in a name, as bits of an int: an enum's take ten times as long."""

    NONE = 0
    FIRST = 1  # a first name and little else
    HOMOGRAPH = 2  # a first name and a word or a place
    SURNAME = 4
    FOREIGN = 8  # a first name of another language
    INITIAL = 16
    OTHER = 32  # never a part of a name
    FORM = 64  # a form of address behind a name
    CUE = 128  # a role or form of address before a name
    THING = 256  # a homograph that stands with a capital without being a person: a place, a day, a planet


OPENS = Part.FIRST | Part.HOMOGRAPH | Part.FOREIGN | Part.INITIAL
GOES_ON = OPENS | Part.SURNAME

_FORMS = frozenset(
    ["bey", "hanim", "beyefendi", "hanimefendi", "efendi", "hoca", "abi", "abla", "teyze", "amca", "dayi", "aga", "pasa", "hazretleri"]
)
_CUES = frozenset(
    re.findall(
        r"\w+",
        "sayin sn davaci davali sanik supheli magdur musteki sikayetci tanik muvekkil muvekkilim muvekkilimiz musterimiz "
        "temsilcimiz hasta hastamiz avukat av doktor dr prof doc hemsire ogretmen profesor muhtar bay bayan emlakci kiracimiz "
        "basvuran calisanimiz personelimiz ogrencimiz uyemiz yetkili alici gonderen gonderici esim kizim oglum kardesim annem "
        "babam komsum",
    )
)  # fmt: skip


@lru_cache(maxsize=1 << 16)  # words come back again and again
def part(word: str) -> int:
    """What `word`, with a capital or in capitals, can be; a word in plain ASCII is taken for one that lost its dots too."""
    lower = turkish.lower(word)
    if word.endswith("."):
        return (Part.INITIAL if len(word) == 2 else Part.NONE) | (Part.CUE if turkish.fold(word[:-1]) in _CUES else Part.NONE)
    found = _exact().get(lower, Part.NONE)
    key = turkish.ascii_letters(word)
    if not found and word.isascii():
        found = _plain().get(key, Part.NONE)
    return found | (Part.FORM if key in _FORMS else Part.NONE) | (Part.CUE if key in _CUES else Part.NONE)


_SUFFIX = re.compile(r"(?=(?:n?[iu]n|[yn]?[aeiu]|[dt][ae]n?|y?l[ae])$)")


@lru_cache(maxsize=1 << 14)
def glued_suffix(word: str, of: int) -> int:
    """Return the length of a case suffix that stands without its apostrophe behind a name that is `of` a part ("Ayşe Kayaya"); 0 for anything else."""
    if part(word):
        return 0
    return next(
        (len(word) - match.start() for match in _SUFFIX.finditer(turkish.ascii_letters(word)) if part(word[: match.start()]) & of), 0
    )


@cache
def _exact() -> dict[str, int]:
    first, also, things = re.split(r"^# (?:also words|of these also places).*$", _text("first_names.txt"), flags=re.MULTILINE)
    lists = {
        Part.FIRST: _words(first.partition("\n")[2]),
        Part.HOMOGRAPH: _words(also),
        Part.HOMOGRAPH | Part.THING: _words(things),
        Part.SURNAME: _words(_text("surnames.txt").partition("\n")[2]),
        Part.FOREIGN: _words(_text("foreign_names.txt").partition("\n")[2]),
    }
    parts: dict[str, int] = {}
    for kind, words in lists.items():
        for word in words:
            parts[word] = parts.get(word, Part.NONE) | kind
    for word in _words(_text("not_names.txt").partition("\n")[2]):
        parts[word] = parts.get(word, Part.NONE) & (Part.HOMOGRAPH | Part.THING | Part.FIRST | Part.SURNAME) or Part.OTHER
    return {word: found & ~Part.FOREIGN if found & (Part.FIRST | Part.HOMOGRAPH) else found for word, found in parts.items()}


@cache
def _plain() -> dict[str, int]:
    parts: dict[str, int] = {}
    for word, found in _exact().items():
        key = turkish.ascii_letters(word)
        parts[key] = Part.OTHER if Part.OTHER in (found, parts.get(key)) else parts.get(key, Part.NONE) | found
    return parts


@cache
def first_names() -> frozenset[str]:
    """Return the keys of every first name that may open a name, in lower case and ASCII."""
    return frozenset(key for key, found in _plain().items() if found & (Part.FIRST | Part.HOMOGRAPH))


def is_surname(key: str) -> bool:
    """Whether a key in lower case and ASCII is a frequent surname."""
    return bool(_plain().get(key, Part.NONE) & Part.SURNAME)


def _words(text: str) -> list[str]:
    return [turkish.lower(word) for word in re.findall(r"\w+", text)]


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
