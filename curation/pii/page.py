"""The fields of one document written anew: what replaces each finding, and the suffix behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from curation import turkish
from curation.config import PiiConfig, PiiEntity, PiiPolicy
from curation.pii import tags
from curation.pii.covered import Place
from curation.pii.findings import Finding
from curation.pii.people import Person, spelling, words_of
from curation.pii.suffixes import attached, ending_after
from curation.pii.surrogates.draw import Draw
from curation.pii.surrogates.invent import invent
from curation.pii.surrogates.names import invent_name, joined_name, written_name

_ASCII_LETTERS = 40
"""So many letters without one of çğıöşü are written without them: Turkish prose has one in ten, so that 40 lack them once in a hundred."""
_MAX_ATTEMPTS = 1000
"""Draws for one value before two of a document may become one; the smallest range, an IP address's, has 256."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement: `start` to `end` of the old text, suffix included, became `new_start` to `after`; the replacement itself ends at `new_end`."""

    finding: Finding
    action: PiiPolicy
    written: str
    start: int
    end: int
    new_start: int
    new_end: int
    after: int


class Page:
    """What one document has given its values so far; one value has one tag, or one surrogate, in all fields."""

    def __init__(self, config: PiiConfig, key: bytes, people: dict[Place, Person], texts: Sequence[str], source: Sequence[str]) -> None:
        self.config = config
        self.key = key
        self.people = people
        self.texts = texts
        self.reserved = tags.taken((*texts, *source))
        self.tags: dict[tuple[PiiEntity, str], int] = {}
        self.last: dict[PiiEntity, int] = {}
        self.attempts: dict[tuple[PiiEntity, str], int] = {}
        self.given: dict[PiiEntity, set[str]] = {}
        self.names: dict[str, dict[str, str]] = {}
        self.used: set[str] = set()

    def treated(self, text: str, findings: Sequence[Finding], place: int) -> tuple[str, list[Edit]]:
        """Return field number `place` with its findings replaced, and the edits in order."""
        pieces: list[str] = []
        edits: list[Edit] = []
        last = length = 0
        for finding in findings:
            before = text[last : finding.start]
            edit, replacement = self._edit(text, finding, place, length + len(before))
            pieces += [before, replacement]
            length = edit.after
            last = edit.end
            edits.append(edit)
        return "".join((*pieces, text[last:])), edits

    def _edit(self, text: str, finding: Finding, place: int, new_start: int) -> tuple[Edit, str]:
        value = text[finding.start : finding.end]
        action = self.config.policy_of(finding.kind)
        if action in {"keep", "drop"}:
            after = new_start + len(value)
            return Edit(finding, action, "", finding.start, finding.end, new_start, new_start, after), value
        if action == "mask":  # nothing says how *** is read, so what hangs on it stays as it is
            after = new_start + len(tags.MASK)
            return Edit(finding, action, tags.MASK, finding.start, finding.end, new_start, after, after), tags.MASK
        is_ascii = self._is_ascii or _lacks_letters(value)
        if action == "tag":
            number = self._number(finding, value, place)
            replacement, reading = tags.tag(finding.kind, number), tags.reading(finding.kind, number)
            written = replacement
        else:
            replacement = reading = self._surrogate(finding, value, place, is_ascii=is_ascii)
            written = finding.kind
        new_end = new_start + len(replacement)
        ending = ending_after(text, finding.end, value, is_ascii=is_ascii)
        end = finding.end
        if ending is not None:
            replacement += attached(ending, reading)
            end = ending.end
        return Edit(finding, action, written, finding.start, end, new_start, new_end, new_start + len(replacement)), replacement

    def _number(self, finding: Finding, value: str, place: int) -> int:
        kind = finding.kind
        same = self._person(finding, value, place).identity if kind == "PERSON" else tags.identity(kind, value)
        if (kind, same) not in self.tags:
            number = self.last.get(kind, 0) + 1
            while tags.tag(kind, number) in self.reserved:
                number += 1
            self.last[kind] = self.tags[kind, same] = number
        return self.tags[kind, same]

    def _surrogate(self, finding: Finding, value: str, place: int, *, is_ascii: bool) -> str:
        if finding.kind == "PERSON":
            person = self._person(finding, value, place)
            names = self._names(person)
            known = {word.rstrip(".") for word in person.words}
            joined = len(person.words) > 1 and " " not in value and not {word.rstrip(".") for word in words_of(value)} & known
            return joined_name(value, names) if joined else written_name(value, names, is_ascii=is_ascii)
        return self._drawn(finding.kind, value, is_ascii=is_ascii)

    def _drawn(self, kind: PiiEntity, value: str, *, is_ascii: bool) -> str:
        """An invented value in the form of `value`: for every form of one value the same, for another value of the document another."""
        identity = tags.identity(kind, value)

        def drawn(attempt: int) -> str:
            return invent(kind, value, Draw(self.key, kind, identity, attempt), self._everyone, is_ascii=is_ascii)

        if (kind, identity) not in self.attempts:
            given = self.given.setdefault(kind, set())
            # Where a document holds more values than the range does, two of them become one.
            free = (n for n in range(_MAX_ATTEMPTS) if (same := tags.identity(kind, drawn(n))) != identity and same not in given)
            self.attempts[kind, identity] = next(free, 0)
            given.add(tags.identity(kind, drawn(self.attempts[kind, identity])))
        return drawn(self.attempts[kind, identity])

    def _names(self, person: Person) -> dict[str, str]:
        if person.identity not in self.names:
            names = invent_name(person, self.key, self.used)
            self.used.add(" ".join(names.values()))
            self.names[person.identity] = names
        return self.names[person.identity]

    def _person(self, finding: Finding, value: str, place: int) -> Person:
        return self.people.get((place, finding.start)) or Person(words_of(value), "")

    @cached_property
    def _everyone(self) -> list[Person]:
        return sorted(set(self.people.values()), key=lambda person: person.words)

    @cached_property
    def _is_ascii(self) -> bool:
        return all(map(str.isascii, self.texts)) and sum(character.isalpha() for text in self.texts for character in text) >= _ASCII_LETTERS


def _lacks_letters(value: str) -> bool:
    """Whether a word of `value` is known to have Turkish letters and stands here without them ("Yilmaz")."""
    if not value.isascii():
        return False
    for word in re.findall(r"[A-Za-z]+", value):
        spelt = spelling(turkish.fold(word))
        if not (turkish.upper(spelt) if word.isupper() else spelt).isascii():
            return True
    return False
