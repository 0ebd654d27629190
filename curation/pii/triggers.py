"""Where in many texts an identifier can stand at all: found over all of them at once, so that most text is never looked at by a recogniser.

Every match of a rule holds a trigger of the rule's group: ten digits near each other, an @, a word such as `sokak`. The windows around the
triggers are wide enough for the longest match and the words beside it, so what the rules find in the windows is what they find in the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from curation.config import PiiEntity
from curation.pii.identifiers import rules_of
from curation.pii.rules import AFTER, BEFORE, Rule
from curation.pii.sieve import KELVIN, any_case, holding, plain_letters, variants

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Letters:
    """Many texts as one: `plain` uint8[characters] holds each character's matching key where that is ASCII, else 0; the others are places in it.

    `joined[i]` says whether digit i is followed by another one, right away or behind one or two separators; `words` are where a word of ours may begin.
    """

    plain: npt.NDArray[np.uint8]
    digits: Positions
    joined: npt.NDArray[np.bool_]
    words: Positions


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of data with one trigger."""

    kinds: tuple[PiiEntity, ...]
    triggers: Callable[[Letters], Positions]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of its kinds."""
        return tuple(rule for kind in self.kinds for rule in rules_of(kind))

    @property
    def lead(self) -> int:
        """How far before a trigger a match and the words beside it can begin."""
        return max(rule.lead for rule in self.rules) + BEFORE

    @property
    def reach(self) -> int:
        """How far behind a trigger a match and the words beside it can end."""
        return max(rule.reach for rule in self.rules) + AFTER


def windows(texts: Sequence[str]) -> Mapping[Group, list[tuple[int, int, int]]]:
    """Return for each group the stretches of `texts` to look at: index of the text, start and end in it, in order and apart, cut at white space."""
    suspects = holding(texts, _any_trigger())
    places = _windows([texts[index] for index in suspects])
    return {group: [(suspects[index], start, end) for index, start, end in found] for group, found in places.items()}


def _windows(texts: Sequence[str]) -> Mapping[Group, list[tuple[int, int, int]]]:
    letters = _letters("\n".join(texts))
    ends = np.fromiter(accumulate(len(text) + 1 for text in texts), dtype=np.intp, count=len(texts)) - 1
    return {group: _up_to_spaces(texts, _around(group, letters, ends)) for group in GROUPS}


def _up_to_spaces(texts: Sequence[str], places: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Widen windows so that no word is cut, and merge those that meet."""
    widened: list[tuple[int, int, int]] = []
    for index, first, last in places:
        text = texts[index]
        start, end = text.rfind(" ", 0, first + 1) + 1, text.find(" ", last)
        if last == len(text) or end < 0:
            end = len(text)
        while widened and widened[-1][0] == index and start <= widened[-1][2]:
            _, earlier, later = widened.pop()
            start, end = min(start, earlier), max(end, later)
        widened.append((index, start, end))
    return widened


def _letters(text: str) -> Letters:
    # cp1254 has a byte for every character that ends as an ASCII letter in a matching key; all others become a question mark
    data = text.replace(KELVIN, "k").encode("cp1254", "replace").translate(plain_letters())
    plain = np.frombuffer(data, np.uint8)
    digits = np.flatnonzero(plain - ord("0") < 10)  # unsigned: what is below 0 wraps round
    return Letters(plain, digits, _joined(plain, digits), _word_places(data))


def _joined(plain: npt.NDArray[np.uint8], digits: Positions) -> npt.NDArray[np.bool_]:
    steps = np.diff(digits)
    inside = _BETWEEN_DIGITS[plain[digits[:-1] + 1]] & _BETWEEN_DIGITS[plain[digits[1:] - 1]]
    return (steps == 1) | ((steps <= 3) & inside)


def _word_places(data: bytes) -> Positions:
    """Where a word may begin with one of ours: each of its first five letters fits one of a set of words that have a bit in common, and no letter stands before."""
    before, first, second, third = (np.frombuffer(data.translate(table), np.uint8) for table in (_no_letter(), *_letter_bits()[:3]))
    fits = first[:-2] & second[1:-1] & third[2:]
    fits[1:] &= before[:-3]
    places = np.flatnonzero(fits != 0)
    bits = fits[places]
    for offset in (3, 4):  # the last two are looked up where the first three fit only
        letters = np.frombuffer(data, np.uint8).take(places + offset, mode="clip")
        bits &= np.frombuffer(_letter_bits()[offset], np.uint8)[letters]
    return places[bits != 0]


@cache
def _no_letter() -> bytes:
    return bytes(0 if chr(code).islower() else 255 for code in range(256))


@cache
def _letter_bits() -> tuple[bytes, ...]:
    """For each of five places of a word the letters that may stand there, as bits of the sets of words they stand for; the shortest words are one set."""
    tables = [bytearray(256) for _ in range(5)]
    for number, word in enumerate(sorted(_WORDS, key=lambda word: (len(word), word))):
        for place, table in enumerate(tables):
            for letter in word[place : place + 1] or range(256):
                table[letter] |= 1 << number * 8 // len(_WORDS)
    return tuple(map(bytes, tables))


def _around(group: Group, letters: Letters, ends: Positions) -> list[tuple[int, int, int]]:
    """Merge the reaches of the triggers, each up to the next white space of its text, to windows."""
    triggers = np.sort(group.triggers(letters))
    if not len(triggers):
        return []
    owner = np.searchsorted(ends, triggers)
    first = np.concatenate(([0], ends[:-1] + 1))[owner]
    start, end = np.maximum(triggers - group.lead, first), np.minimum(triggers + group.reach, ends[owner])
    opens = np.flatnonzero(np.concatenate(([True], (start[1:] > end[:-1]) | (owner[1:] != owner[:-1]))))
    closes = np.concatenate((opens[1:] - 1, [len(triggers) - 1]))
    return list(zip(owner[opens].tolist(), (start - first)[opens].tolist(), (end - first)[closes].tolist(), strict=True))


# --- triggers ----------------------------------------------------------------------------------------------------------

_DIGITS, _LONG_DIGITS = 10, 13
"""Digits of the shortest numbers that are told by their shape alone: a tax number or a phone number without its 0; a card or a MERSİS number."""


def _numbers(letters: Letters) -> Positions:
    steps = np.diff(letters.digits)
    return np.concatenate((_runs(letters.digits, letters.joined, _DIGITS), _slashed(letters, steps), _fours(letters, steps)))


def _long_numbers(letters: Letters) -> Positions:
    return _runs(letters.digits, letters.joined, _LONG_DIGITS)


def _runs(digits: Positions, joined: npt.NDArray[np.bool_], length: int) -> Positions:
    """Where `length` joined digits begin."""
    counted = np.concatenate(([0], np.cumsum(joined)))
    whole = counted[length - 1 :] - counted[: max(0, len(counted) - length + 1)] == length - 1
    return digits[: len(whole)][whole]


def _slashed(letters: Letters, steps: Positions) -> Positions:
    """0532/123 45 67"""
    digits = letters.digits
    shape = np.flatnonzero((steps[:-4] == 1) & (steps[1:-3] == 1) & (steps[2:-2] == 2) & (steps[3:-1] == 1) & (steps[4:] == 1))
    return digits[shape][letters.plain[digits[shape + 2] + 1] == ord("/")]


def _fours(letters: Letters, steps: Positions) -> Positions:
    """444 0 123"""
    fours = letters.plain[letters.digits] == ord("4")
    shape = (steps[:-1] == 1) & (steps[1:] == 1) & fours[:-2] & fours[1:-1] & fours[2:]
    return letters.digits[:-2][shape]


def _plates(letters: Letters) -> Positions:
    digits = letters.digits
    steps = np.diff(digits, prepend=-9, append=digits[-1:] + 9)  # steps[i]: from the digit before digit i to it
    before, to, after, beyond = steps[:-3], steps[1:-2], steps[2:-1], steps[3:]
    # province of two digits, then one to three letters with a separator on either side, then two digits or more
    shape = np.flatnonzero((before > 1) & (to == 1) & (after >= 2) & (after <= 6) & (beyond == 1))
    second = digits[shape + 1]
    plain = letters.plain
    return second[(plain[second + 1] - ord("a") < 26) | (plain[second + 2] - ord("a") < 26)]


def _at_signs(letters: Letters) -> Positions:
    return np.flatnonzero(letters.plain == ord("@"))


def _links(letters: Letters) -> Positions:
    """Where a link begins that goes on to an @ or a ="""
    plain, data = letters.plain, letters.plain.tobytes()
    colons = np.flatnonzero(plain[:-2] == ord(":"))
    links = np.concatenate((colons[(plain[colons + 1] == ord("/")) & (plain[colons + 2] == ord("/"))], _words(letters, _LINK_WORDS)))
    return np.array([link for link in links.tolist() if _has_mark(data, link)], dtype=np.intp)


def _has_mark(data: bytes, link: int) -> bool:
    end = data.find(b" ", link)
    return data.find(b"@", link, end if end >= 0 else None) >= 0 or data.find(b"=", link, end if end >= 0 else None) >= 0


def _machines(letters: Letters) -> Positions:
    digits = letters.digits
    split = digits[:-1][np.diff(digits) == 2]
    dots = split[letters.plain[split + 1] == ord(".")]
    colons = np.flatnonzero(letters.plain == ord(":"))
    return np.concatenate((dots[:-2][dots[2:] - dots[:-2] <= 8], colons[:-1][np.diff(colons) <= 5]))


def _births(letters: Letters) -> Positions:
    return _words(letters, _BIRTH_WORDS)


def _houses(letters: Letters) -> Positions:
    return _words(letters, _HOUSE_WORDS)


def _documents(letters: Letters) -> Positions:
    """Words that name a document, and numbers near words that do so more often than not without one."""
    steps = np.diff(letters.digits)
    words = np.sort(_words(letters, _OFFICE_WORDS))
    if not len(words):
        return _words(letters, _DOCUMENT_WORDS)
    numbers = np.concatenate((_runs(letters.digits, steps == 1, 5), _runs(letters.digits, letters.joined, _DIGITS)))
    after = np.minimum(np.searchsorted(words, numbers), len(words) - 1)
    near = np.minimum(np.abs(words[after] - numbers), np.abs(numbers - words[np.maximum(after - 1, 0)])) <= _NEAR
    return np.concatenate((numbers[near], _words(letters, _DOCUMENT_WORDS)))


_NEAR = 110  # a match of 60 and 40 characters of words beside it
_DOCUMENT_WORDS = (b"pasaport", b"ehliyet", b"surucu", b"src")
_OFFICE_WORDS = (
    b"kimlik",
    b"seri",
    b"cuzdan",
    b"nufus",
    b"sgk",
    b"ssk",
    b"sigorta",
    b"sicil",
    b"isyeri",
    b"is yeri",
    b"bag-kur",
    b"bag kur",
    b"bagkur",
)
_BIRTH_WORDS = (b"dogum", b"dogdu", b"dogan", b"dob", b"dt", b"d t", b"d.")
_HOUSE_WORDS = (
    b"cad",
    b"cd",
    b"sok",
    b"sk",
    b"bulv",
    b"bul.",
    b"bul ",
    b"bul,",
    b"blv",
    b"kume",
    b"mahalle",
    b"mah.",
    b"mah ",
    b"mah,",
    b"mh",
    b"koyu no",
    b"koyu, no",
)
_LINK_WORDS = (b"www",)
_WORDS = frozenset((*_DOCUMENT_WORDS, *_OFFICE_WORDS, *_BIRTH_WORDS, *_HOUSE_WORDS, *_LINK_WORDS))
_BETWEEN_DIGITS = np.isin(np.arange(256), np.frombuffer(b" .-()", np.uint8))


@cache
def _any_trigger() -> str:
    """Every group's trigger, or what it has to hold, as one expression of RE2."""
    letter = "".join(variants().values())
    words = "|".join(re.escape(word.decode()) for word in sorted({*_DOCUMENT_WORDS, *_BIRTH_WORDS, *_HOUSE_WORDS}))
    number = r"[0-9]{5}|[0-9](?:[ .()-]{0,2}[0-9]){9}|[0-9]{3}/[0-9]{3}|444"
    plate = "[0-9]{2}[ -]?[A-PR-VYZ]{1,3}[ -]?[0-9]{2}|" + any_case("plaka")
    net = rf"@|://[^ \n]*=|{any_case('www')}[^ \n]*=|[0-9]\.[0-9]{{1,3}}\.[0-9]{{1,3}}\.[0-9]|:[0-9A-Fa-f]{{0,4}}:"
    return f"{number}|{plate}|{net}|(?:^|[^{letter}])(?:{any_case(words)})"


def _words(letters: Letters, beginnings: tuple[bytes, ...]) -> Positions:
    """Where a word begins with one of `beginnings`."""
    places = [np.empty(0, np.intp)]
    for beginning in beginnings:
        here = letters.words[letters.words + len(beginning) <= len(letters.plain)]
        for offset, letter in enumerate(beginning):
            here = here[letters.plain[here + offset] == letter]
        places.append(here)
    return np.concatenate(places)


GROUPS = (
    Group(("IBAN", "TCKN", "VKN", "PHONE"), _numbers),
    Group(("MERSIS", "CARD"), _long_numbers),
    Group(("SGK", "PASSPORT", "ID_SERIAL", "LICENCE"), _documents),
    Group(("PLATE",), _plates),
    Group(("EMAIL", "KEP"), _at_signs),
    Group(("URL",), _links),
    Group(("IP",), _machines),
    Group(("BIRTH_DATE",), _births),
    Group(("ADDRESS",), _houses),
)
