"""The review wall: what people are shown, what they answer, and the one place that opens a desk."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from alignment.config import ReviewConfig
from curation.progress import Tick, silent
from curation.records import Document, Evidence, Pair, Preference, conversation

R = TypeVar("R", Pair, Preference)
What = Literal["pairs", "preferences"]
PairVerdict = Literal["kabul", "duzelt", "ret"]
PreferenceVerdict = Literal["a", "b", "esit", "ikisi_kotu"]


@dataclass(frozen=True, slots=True)
class Item:
    """One record as people see it: `answers` holds one answer of a pair, or A and B of a preference in an order that gives nothing away.

    `priority` orders the queue, smallest first: how sure the judge was. `origin` says who wrote the answers and is shown only where the review is not blind.
    `disputed` records go to those who settle disagreements. `before` is what was said before the instruction, as people read it.
    """

    id: str
    what: What
    task: str
    instruction: str
    input: str
    answers: tuple[str, ...]
    evidence: str
    priority: float | None = None
    origin: str = ""
    disputed: bool = False
    before: str = ""


@dataclass(frozen=True, slots=True)
class ErrorSpan:
    """The characters `start:end` of the shown answer that a reviewer marked, and as what."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one reviewer said of one record; `output` is the corrected answer of `duzelt`, `reviewed_at` free text that sorts by time, `where` file and line.

    `original` is the answer that was shown, `guideline` the version of the guidelines at that time; a `final` verdict settles a disagreement.
    """

    id: str
    what: What
    verdict: PairVerdict | PreferenceVerdict
    reviewer: str
    output: str = ""
    note: str = ""
    reviewed_at: str = ""
    where: str = ""
    original: str = ""
    guideline: str = ""
    reasons: tuple[str, ...] = ()
    spans: tuple[ErrorSpan, ...] = ()
    final: bool = False


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a desk gave back: `verdicts`, the last of each reviewer on each record, and `problems`, one message per line that could not be used."""

    verdicts: tuple[Verdict, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """How far people are: records `shown`, records `judged` by at least one, and `verdicts` and `problems` in all."""

    shown: int
    judged: int
    verdicts: int
    problems: int


class Desk(Protocol):
    """A place where people judge records. Nothing that people wrote is ever deleted or overwritten."""

    def push(self, items: Sequence[Item]) -> int:
        """Return how many `items` were not shown before; showing the same ones again changes nothing."""
        ...

    def pull(self) -> Pulled:
        """Return what people said so far; asking again gives the same."""
        ...

    def status(self) -> DeskStatus:
        """Return how far people are."""
        ...


def said(folder: Path) -> Pulled:
    """Return what people said as it lies in `folder`, whichever desk brought it there; no server is asked."""
    from alignment.exchange import JsonlDesk

    return JsonlDesk(folder).pull()


def open_desk(config: ReviewConfig, folder: Path, name: str = "", tick: Tick = silent) -> Desk:
    """Return the desk that `config` asks for; `name` is the run's, `tick` counts records sent. Raises ReviewError where it cannot be used.

    Every desk keeps what was shown and what people said in `folder`, in the form of the file desk.
    """
    from alignment.exchange import JsonlDesk
    from curation.errors import ReviewError

    reason = unavailable(config)
    if reason is not None:
        raise ReviewError(reason)
    if config.desk == "jsonl":
        return JsonlDesk(folder)
    from alignment.argilla_desk.desk import open_argilla

    return open_argilla(config, folder, name or folder.parent.name, tick)


def unavailable(config: ReviewConfig) -> str | None:
    """Return why the desk of `config` cannot be used, with what to write instead, or None."""
    if config.desk == "argilla" and config.sample > 0 and importlib.util.find_spec("argilla") is None:
        return "review.desk: `argilla` needs its client, which is not installed: pip install 'imbik[review]'"
    if config.desk == "argilla" and config.sample > 0 and config.url and not os.environ.get(config.api_key_env):
        return f"review.api_key_env: the environment variable {config.api_key_env} holds no key for {config.url}"
    return None


def sample(
    pairs: Sequence[Pair], preferences: Sequence[Preference], config: ReviewConfig, seed: int
) -> tuple[list[Pair], list[Preference]]:
    """Return the pairs and preferences that people are to see: `config.sample` in all, the same for the same `seed` whatever the order."""
    if config.what == "pairs":
        return _drawn(pairs, config.sample, seed), []
    if config.what == "preferences":
        return [], _drawn(preferences, config.sample, seed)
    half = config.sample // 2
    return _drawn(pairs, config.sample - half, seed), _drawn(preferences, half, seed)


def review_items(pairs: Iterable[Pair], preferences: Iterable[Preference], documents: Iterable[Document]) -> list[Item]:
    """Return `pairs`, then `preferences`, as people see them; evidence of a document that is not there stays empty."""
    known = {document.id: document for document in documents}
    shown = [_item(p, "pairs", (p.output,), known, p.scores.get("judge"), p.writer) for p in pairs]
    for q in preferences:
        first = chosen_is_a(q.id)
        answers = (q.chosen, q.rejected) if first else (q.rejected, q.chosen)
        origin = " / ".join((q.chosen_by, q.rejected_by) if first else (q.rejected_by, q.chosen_by))
        shown.append(_item(q, "preferences", answers, known, q.margin, origin))
    return shown


def chosen_is_a(preference_id: str) -> bool:
    """Whether people see the chosen answer of this preference as A: a coin that the id alone throws."""
    return hashlib.sha256(preference_id.encode()).digest()[0] % 2 == 0


def _item(
    one: Pair | Preference, what: What, answers: tuple[str, ...], known: Mapping[str, Document], priority: float | None, origin: str
) -> Item:
    evidence, before = _quoted(one.evidence, known), conversation(one.turns)
    return Item(one.id, what, one.task, one.instruction, one.input, answers, evidence, priority, origin, before=before)


def _quoted(evidence: Sequence[Evidence], known: Mapping[str, Document]) -> str:
    return "\n[...]\n".join(known[e.document_id].text[e.start : e.end] for e in evidence if e.document_id in known)


def _drawn(records: Sequence[R], count: int, seed: int) -> list[R]:
    chosen = {r.id for r in sorted(records, key=lambda r: hashlib.sha256(f"{seed}\x1f{r.id}".encode()).digest())[:count]}
    return [record for record in records if record.id in chosen]
