"""Which records a reader sees, the same ones every time, and how much of their text."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from curation.records import Document, Evidence, Message

AROUND = 140  # characters beside the evidence: about a sentence to either side
LONGEST_EVIDENCE = 420  # a whole passage as evidence would drown the page
TURN_TEXT = 300  # characters of an earlier turn; the first may hold a whole passage
_SPACE = re.compile(r"\s+")


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_Identified)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a text, `marked` where they are the evidence."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Evidence in its surroundings; `pieces` are empty where the document is no longer in the run."""

    document_id: str
    title: str
    source: str
    pieces: tuple[Piece, ...]


def lowest_ids(records: Iterable[R], group: Callable[[R], str], each: int) -> dict[str, list[R]]:
    """Return the `each` records with the lowest ids of every group; ids are hashes, so this draws fairly and always the same."""
    found: dict[str, list[R]] = {}
    for record in records:
        some = found.setdefault(group(record), [])
        insort(some, record, key=lambda one: one.id)
        del some[each:]
    return {name: found[name] for name in sorted(found)}


def in_turn(groups: Mapping[str, Sequence[R]], most: int) -> list[R]:
    """Return at most `most` records, one of every group in turn."""
    ranked = sorted((turn, name, record.id, record) for name, some in groups.items() for turn, record in enumerate(some))
    return [record for *_, record in ranked[:most]]


def shortened(text: str, most: int) -> str:
    """Return `text` on one line in at most `most` characters, cut between words with an ellipsis."""
    line = _SPACE.sub(" ", text).strip()
    if len(line) <= most:
        return line
    head = line[: most - 1]
    return (head[: head.rfind(" ")] if " " in head[most // 2 :] else head).rstrip(" ,;:.") + "…"


def clipped(text: str, most: int) -> str:
    """Return `text` with its lines, cut to `most` characters with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def said(turns: Sequence[Message]) -> tuple[Message, ...]:
    """Return earlier turns, each cut to a few lines."""
    return tuple(replace(turn, content=clipped(turn.content, TURN_TEXT)) for turn in turns)


def excerpt(evidence: Evidence, document: Document | None) -> Excerpt:
    """Return the evidence marked in its surroundings."""
    if document is None or not 0 <= evidence.start < evidence.end <= len(document.text):
        return Excerpt(evidence.document_id, "", "", ())
    before, after = document.text[: evidence.start], document.text[evidence.end :]
    pieces = (Piece(_tail(before), False), *_evidence(document.text[evidence.start : evidence.end]), Piece(_head(after), False))
    return Excerpt(document.id, document.title, document.source, tuple(piece for piece in pieces if piece.text))


def _evidence(text: str) -> tuple[Piece, ...]:
    line = _SPACE.sub(" ", text)
    if len(line) <= LONGEST_EVIDENCE:
        return (Piece(line, True),)
    half = LONGEST_EVIDENCE // 2
    first, last = line[:half].rsplit(" ", 1)[0], line[-half:].split(" ", 1)[-1]
    return (Piece(first, True), Piece(" … ", False), Piece(last, True))


def _tail(text: str) -> str:
    line = _SPACE.sub(" ", text[-4 * AROUND :])
    return line if len(line) <= AROUND else "… " + line[-AROUND:].split(" ", 1)[-1]


def _head(text: str) -> str:
    line = _SPACE.sub(" ", text[: 4 * AROUND])
    return line if len(line) <= AROUND else line[:AROUND].rsplit(" ", 1)[0] + " …"
