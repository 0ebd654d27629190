"""Checks mixed in among the records: answers that belong to another question, to see whether people read. They never reach the data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from alignment.case import stems
from alignment.desk import Item, Verdict, chosen_is_a
from curation.records import content_id

_LEAST_WORDS = 4  # "Yanlış." or "1983'te." may be right for many questions
_PREFIX = {"pairs": "pair", "preferences": "pref"}


@dataclass(frozen=True, slots=True)
class Check:
    """An item whose right verdicts are known."""

    item: Item
    expected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Attention:
    """How one reviewer did: checks `seen` and `passed`."""

    reviewer: str
    seen: int
    passed: int

    @property
    def weight(self) -> float:
        """Return the share passed, as if two more had been seen and one passed, so that one check decides nothing. Laplace's rule."""
        return (self.passed + 1) / (self.seen + 2)


def checks(items: Sequence[Item], share: float, seed: int) -> list[Check]:
    """Return checks made of `items`, `share` of their number of each kind, the same for the same `seed`; fewer where no strange answer is certain to be wrong.

    An id looks like any other, and the queue mixes checks in: they carry the priority of the item they are made of.
    """
    made: list[Check] = []
    for what in _PREFIX:
        of_kind = sorted((item for item in items if item.what == what), key=lambda item: _coin(item.id, seed))
        wanted = ceil(share * len(of_kind))
        for index, item in enumerate(of_kind):
            if wanted == 0:
                break
            other = next((one for one in of_kind[index + 1 :] + of_kind[:index] if _strange(item, one)), None)
            if other is not None:
                made.append(_check(item, other))
                wanted -= 1
    return made


def attention(verdicts: Sequence[Verdict], expected: Mapping[str, Sequence[str]]) -> list[Attention]:
    """Return how each reviewer did on the checks; `expected` are the right verdicts by id."""
    marks: dict[str, list[bool]] = {}
    for verdict in verdicts:
        if verdict.id in expected:
            marks.setdefault(verdict.reviewer, []).append(verdict.verdict in expected[verdict.id])
    return [Attention(reviewer, len(given), sum(given)) for reviewer, given in sorted(marks.items())]


def _check(item: Item, other: Item) -> Check:
    wrong = _right(other)
    identity = content_id(_PREFIX[item.what], "dikkat", item.id, other.id)
    if item.what == "pairs":
        return Check(replace(item, id=identity, answers=(wrong,)), frozenset({"ret", "duzelt"}))
    right_is_a = chosen_is_a(identity)
    answers = (_right(item), wrong) if right_is_a else (wrong, _right(item))
    return Check(replace(item, id=identity, answers=answers), frozenset({"a" if right_is_a else "b"}))


def _right(item: Item) -> str:
    return item.answers[0] if item.what == "pairs" or chosen_is_a(item.id) else item.answers[1]


def _strange(item: Item, other: Item) -> bool:
    """Whether the right answer of `other` has nothing to do with `item`: no word in common with its question, answers or evidence."""
    answer = _right(other)
    known = stems("\n".join((item.before, item.instruction, item.input, *item.answers, item.evidence)))
    return other.task == item.task and len(answer.split()) >= _LEAST_WORDS and not stems(answer) & known


def _coin(identity: str, seed: int) -> bytes:
    return hashlib.sha256(f"dikkat\x1f{seed}\x1f{identity}".encode()).digest()
