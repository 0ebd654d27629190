"""What the report says of judges: how far they agree, what they lean to, and the answers that show what they are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alignment.judges_agreement import Graded
from curation.records import Message
from curation.storage import read_jsonl
from pipelines.judging import GRADED
from pipelines.report.opened import OpenRun
from pipelines.report.samples import clipped, said

TAILS_SHOWN = 3  # of each end; all of them stand in uclar.md
_INSTRUCTION_TEXT, _ANSWER_TEXT, _WHY_TEXT = 400, 600, 400
_TAILS = ("highest", "lowest", "disputed")

Usage = tuple[tuple[str, Mapping[str, int]], ...]
"""Prompts, failures and tokens by who was asked."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one judge gave an answer, by criterion, and why."""

    judge: str
    score: float | None
    grades: tuple[tuple[str, float], ...]
    why: str


@dataclass(frozen=True, slots=True)
class Tail:
    """A graded answer as it is shown."""

    row: Graded
    before: tuple[Message, ...]
    instruction: str
    text: str
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True, slots=True)
class JudgesView:
    """The judges of a stage: the figures of its manifest, empty or None where there are none, and some answers from the ends of the scores."""

    usage: Usage
    agreement: Mapping[str, Any] | None
    leanings: Sequence[Mapping[str, Any]]
    position_bias: Sequence[Mapping[str, Any]]
    scores: tuple[tuple[str, Mapping[str, float]], ...]
    tails: tuple[tuple[str, tuple[Tail, ...]], ...]


def judges(run: OpenRun, stage: str) -> JudgesView | None:
    """Return what there is to say of the judges of `stage`, None where nobody judged."""
    figures = run.manifest(stage).figures
    if "judges" not in figures:
        return None
    return JudgesView(
        usage(figures, "judge", "swapped"),
        figures["judges"],
        figures["leanings"],
        figures.get("position_bias", ()),
        tuple(figures.get("scores", {}).items()),
        _tails(run, stage, figures["tails"]),
    )


def usage(figures: Mapping[str, Any], *names: str) -> Usage:
    """Return who was asked how much, by the figures called `names`."""
    return tuple((role, counts) for name in names for role, counts in figures.get(name, {}).items())


def _tails(run: OpenRun, stage: str, ids: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[Tail, ...]], ...]:
    shown = {name: ids[name][:TAILS_SHOWN] for name in _TAILS}
    wanted = {one for some in shown.values() for one in some}
    rows = {row.id: row for row in read_jsonl(run.path(stage, GRADED), Graded) if row.id in wanted} if wanted else {}
    return tuple((name, tuple(_tail(rows[one]) for one in some)) for name, some in shown.items() if some)


def _tail(row: Graded) -> Tail:
    names = dict.fromkeys((*row.grades, *row.why))
    opinions = tuple(
        Opinion(name, row.scores.get(name), tuple(row.grades.get(name, {}).items()), clipped(row.why.get(name, ""), _WHY_TEXT))
        for name in names
    )
    return Tail(row, said(row.turns), clipped(row.instruction, _INSTRUCTION_TEXT), clipped(row.text, _ANSWER_TEXT), opinions)
