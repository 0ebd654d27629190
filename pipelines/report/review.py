"""What the report says of the review: what people changed, and how far one can rely on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alignment.changes import Change
from alignment.corrections import UNHELD
from curation.records import Rejected
from curation.storage import read_jsonl
from pipelines.report.data import ANSWER_TEXT
from pipelines.report.opened import OpenRun
from pipelines.report.samples import clipped, in_turn, lowest_ids, shortened
from pipelines.stage import REJECTED
from pipelines.stages.review import CHANGES

CHANGES_SHOWN, REFUSED_SHOWN, NOTE_TEXT = 8, 6, 300
KAPPAS_SHOWN = 28  # every two of eight people; more say no more


@dataclass(frozen=True, slots=True)
class Shown:
    """A change as it is shown: its texts cut to a size that stands side by side."""

    change: Change
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that fell to people's verdicts, and what they noted or the correction that could not be used."""

    record: Rejected
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Person:
    """One person's work on one kind of records: the figures of `alignment.agreement.Reviewer`, and checks passed of those seen."""

    figures: Mapping[str, Any]
    passed: int
    seen: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """One kind of records: the figures of `alignment.agreement.Agreement`, its people, and how many couples of people are not shown."""

    figures: Mapping[str, Any]
    people: tuple[Person, ...]
    kappas: Sequence[Mapping[str, Any]]
    more: int


@dataclass(frozen=True, slots=True)
class ReviewView:
    """Stage 4: counts, agreement by kind of record, and what people changed and refused; an older run has the counts alone."""

    figures: Mapping[str, Any]
    agreed: tuple[Agreed, ...]
    changed: tuple[Shown, ...]
    refused: tuple[Refused, ...]


def review(run: OpenRun) -> ReviewView:
    """Return what there is to say of stage 4."""
    figures = run.manifest("review").figures
    return ReviewView(figures, tuple(_agreed(one) for one in figures.get("people", ())), _changed(run), _refused(run))


def _agreed(figures: Mapping[str, Any]) -> Agreed:
    marks = {one["reviewer"]: (one["passed"], one["seen"]) for one in figures["attention"]}
    named = {one["name"] for one in figures["reviewers"]}
    people = [Person(one, *marks.get(one["name"], (0, 0))) for one in figures["reviewers"]]
    # Who judged checks alone has no other figures.
    alone = {"verdicts": 0, "with_others": None, "earlier": None, "later": None, "drift": False, "seconds": None, "a_share": None}
    people += [Person({"name": name, **alone}, *mark) for name, mark in marks.items() if name not in named]
    kappas = figures["kappas"]
    return Agreed(figures, tuple(people), kappas[:KAPPAS_SHOWN], max(0, len(kappas) - KAPPAS_SHOWN))


def _changed(run: OpenRun) -> tuple[Shown, ...]:
    path = run.path("review", CHANGES)
    if not path.exists():
        return ()
    found = in_turn(lowest_ids(read_jsonl(path, Change), lambda one: one.kind, CHANGES_SHOWN), CHANGES_SHOWN)
    return tuple(Shown(one, clipped(one.before, ANSWER_TEXT), clipped(one.after, ANSWER_TEXT)) for one in found)


def _refused(run: OpenRun) -> tuple[Refused, ...]:
    path = run.path("review", REJECTED)
    if not path.exists():
        return ()
    by_people = (one for one in read_jsonl(path, Rejected) if one.reason.startswith("people_"))
    found = in_turn(lowest_ids(by_people, lambda one: one.reason, REFUSED_SHOWN), REFUSED_SHOWN)
    return tuple(Refused(one, shortened(one.text, NOTE_TEXT), shortened(_note(one), NOTE_TEXT)) for one in found)


def _note(record: Rejected) -> str:
    return "" if record.reason == "people_personal_data" else record.detail.removeprefix(UNHELD)
