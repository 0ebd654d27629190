"""Invented names of people: coined given names and surnames that the lists names are found by do not hold."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import cache
from itertools import count
from pathlib import Path

from curation import turkish
from curation.pii.people import Gender, Person, is_given_name, words_of
from curation.pii.suffixes import ascii_letters, is_suffix
from curation.pii.surrogates.draw import Draw

_WORD = re.compile(rf"[^\W\d_{turkish.APOSTROPHES}]+\.?")
_FILES: Mapping[Gender, str] = {"woman": "women.txt", "man": "men.txt", "": "either.txt"}


def invent_name(person: Person, key: bytes, used: Container[str]) -> dict[str, str]:
    """Return for each folded word of a person's name its invented one, capitalised; the last of several words is a surname.

    The given names follow from the whole name, the surname from the surname alone, so that a family stays one. `used` are invented names
    that other persons of the document have already.
    """
    for attempt in count():
        words = _drawn(person, key, attempt)
        folded = turkish.fold(" ".join(words))
        if " ".join(words) not in used and not any(word in folded for word in person.words if len(word) > 2):
            return dict(zip(person.words, words, strict=True))
    raise AssertionError("an endless count has no end")


def _drawn(person: Person, key: bytes, attempt: int) -> list[str]:
    given, surnames = _list(_FILES[person.gender]), _list("surnames.txt")
    round_ = attempt // len(given)  # when a document's bearers of one surname have used up the list, the next ones get other surnames
    words: list[str] = []
    for place, word in enumerate(person.words):
        if _is_surname(person, place):
            words.append(surnames[Draw(key, "surname", word, round_).below(len(surnames))])
            continue
        start = Draw(key, "given name", person.identity).below(len(given), str(place)) + attempt
        words.append(next(name for step in range(len(given)) if (name := given[(start + step) % len(given)]) not in words))
    if len(words) == 1 and round_:  # and single names get a second one
        words[0] += (
            f" {given[(given.index(words[0]) + round_) % len(given)]}" if words[0] in given else f" {surnames[round_ % len(surnames)]}"
        )
    return words


def _is_surname(person: Person, place: int) -> bool:
    if len(person.words) > 1:
        return place == len(person.words) - 1
    return person.by_surname or (not person.gender and not is_given_name(person.words[0]) and person.words[0] in _known_surnames())


def written_name(written: str, names: Mapping[str, str], *, is_ascii: bool) -> str:
    """Return the mention `written` with each word replaced by its invented one, in the same letters: capitals, small letters, ASCII, initials."""
    spare = list(names.values())

    def replaced(match: re.Match[str]) -> str:
        word = match.group()
        folded = turkish.fold(word.rstrip("."))
        invented = next((names[known] for known in names if known.rstrip(".") == folded), None)
        if invented is None:  # the initial of a name given in full elsewhere, or a full one of an initial
            invented = next((names[known] for known in names if known[:1] == folded[:1] and "." in known + word), spare[0])
        return _like(word, invented, is_ascii=is_ascii)

    return _WORD.sub(replaced, written) if _WORD.search(written) else " ".join(spare)


def joined_name(written: str, names: Mapping[str, str]) -> str:
    """Return a mention that stands joined in an address or a handle (`ahmetyilmaz`) as the joined invented name, in small ASCII letters."""
    mark = next(iter(re.findall(r"[ \-_.+]", written)), "")
    invented = [turkish.ascii_letters(name.rstrip(".")) for name in names.values()]
    return mark.join((invented[0], invented[-1]) if len(invented) > 1 else invented)


def is_invented_name(name: str) -> bool:
    """Whether every word of `name` is one of the invented names, with a suffix glued to it or without, or an initial beside one."""
    whole = [word for word in words_of(name) if not word.endswith(".")]
    return bool(whole) and all(map(_is_coined, whole))


def _is_coined(word: str) -> bool:
    coined = _invented()
    return word in coined or any(word[:end] in coined and is_suffix(word[end:]) for end in range(4, len(word)))


def _like(word: str, invented: str, *, is_ascii: bool) -> str:
    if word.endswith(".") and len(word) == 2:
        invented = invented[0] + "."
    if is_ascii:
        invented = ascii_letters(invented)
    if word.islower():
        return invented.lower() if is_ascii else turkish.lower(invented)
    if len(word.rstrip(".")) > 1 and word.isupper():
        return invented.upper() if is_ascii else turkish.upper(invented)
    return invented


@cache
def _invented() -> frozenset[str]:
    return frozenset(turkish.fold(name) for file in (*_FILES.values(), "surnames.txt") for name in _list(file))


@cache
def _known_surnames() -> frozenset[str]:
    text = (Path(__file__).parents[1] / "surnames.txt").read_text(encoding="utf-8")
    return frozenset(map(turkish.fold, turkish.words(re.sub(r"(?m)^#.*$", "", text))))


@cache
def _list(file: str) -> tuple[str, ...]:
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    return tuple(turkish.words(re.sub(r"(?m)^#.*$", "", text)))
