"""What the report says of the data: pairs and preferences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from curation.records import Document, Message, Pair, Preference
from curation.storage import read_jsonl
from pipelines.report.judges import JudgesView, Usage, judges, usage
from pipelines.report.opened import OpenRun
from pipelines.report.samples import Excerpt, clipped, excerpt, in_turn, lowest_ids, said, shortened
from pipelines.report.words import by_word, word
from pipelines.stages.files import PAIRS, PREFERENCES
from pipelines.study.files import documents_by_id

PAIRS_SHOWN, PREFERENCES_SHOWN, EVIDENCE_SHOWN = 8, 6, 4
INPUT_TEXT, ANSWER_TEXT = 240, 900  # characters; a title or a list of facts stays whole, an essay does not
_DOUBT = "doubt_"
_FAILED_RUN = ("solution_", "tests_pass_on_stub", "tests_too_weak")  # beginnings of the reasons to drop code that was run
_LENGTHS = ("pairs_per_document", "instruction_words", "input_words", "output_words")

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PairSample:
    """A pair and the evidence it rests on; `more` pieces of evidence are not shown."""

    pair: Pair
    before: tuple[Message, ...]
    given: str
    output: str
    evidence: tuple[Excerpt, ...]
    more: int


@dataclass(frozen=True, slots=True)
class PairsView:
    """Stage 2: pairs per task and split, and why candidates were dropped, the writer's own doubts apart from failed checks."""

    read: int
    kept: int
    tasks: Counts
    splits: Counts
    failed_checks: Counts
    doubts: Counts
    figures: Mapping[str, Any]
    coverage: Mapping[str, Any] | None
    judges: JudgesView | None
    samples: tuple[PairSample, ...]

    @property
    def doubted(self) -> int:
        """How many candidates the writer itself doubted."""
        return sum(count for _, count in self.doubts)

    @property
    def code(self) -> tuple[int, int]:
        """How many pairs are code that was run and passed its tests, and how many candidates were dropped once they ran."""
        return dict(self.tasks).get("kod", 0), sum(count for reason, count in self.failed_checks if reason.startswith(_FAILED_RUN))

    @property
    def longest(self) -> int:
        """The end of the axis on which the lengths of the coverage stand side by side, in words."""
        return max((self.coverage[name]["quantiles"][-1] for name in _LENGTHS[1:]), default=0) if self.coverage else 0


@dataclass(frozen=True, slots=True)
class PreferenceSample:
    """A preference with its two answers cut to a size that stands side by side."""

    preference: Preference
    before: tuple[Message, ...]
    given: str
    chosen: str
    rejected: str


@dataclass(frozen=True, slots=True)
class PreferencesView:
    """Stage 3: preferences per origin and kind of worse answer, whether length or layout gives the better one away, and who judged.

    `before` is how often the longer answer was chosen, and of how many rows, before rows were let go for it; None where none were.
    """

    read: int
    kept: int
    origins: Counts
    kinds: Counts
    dropped: Counts
    figures: Mapping[str, Any]
    balanced: bool
    before: tuple[int, int] | None
    usage: Usage
    judges: JudgesView | None
    samples: tuple[PreferenceSample, ...]


def pairs(run: OpenRun) -> PairsView:
    """Return what there is to say of stage 2."""
    manifest = run.manifest("pairs")
    reasons = ranked(manifest.rejected)
    return PairsView(
        manifest.read,
        manifest.kept,
        ranked(manifest.figures["tasks"]),
        splits(manifest.figures["splits"]),
        tuple(one for one in reasons if not one[0].startswith(_DOUBT)),
        tuple(one for one in reasons if one[0].startswith(_DOUBT)),
        manifest.figures,
        manifest.figures.get("coverage"),
        judges(run, "pairs"),
        _pair_samples(run),
    )


def preferences(run: OpenRun) -> PreferencesView:
    """Return what there is to say of stage 3."""
    manifest = run.manifest("preferences")
    found = lowest_ids(read_jsonl(run.path("preferences", PREFERENCES), Preference), lambda one: one.rejected_by, PREFERENCES_SHOWN)
    samples = tuple(_preference_sample(one) for one in in_turn(found, PREFERENCES_SHOWN))
    limit, ratio = run.recipe.preferences.max_length_ratio, manifest.figures["length_bias"]["mean_ratio"]
    return PreferencesView(
        read=manifest.read,
        kept=manifest.kept,
        origins=ranked(manifest.figures.get("origins", {})),
        kinds=tuple((by_word(by), count) for by, count in ranked(manifest.figures["kinds"])),
        dropped=ranked(manifest.rejected),
        figures=manifest.figures,
        balanced=1 / limit <= ratio <= limit,
        before=manifest.figures.get("longer_chosen_before"),
        usage=usage(manifest.figures, "answers"),
        judges=judges(run, "preferences"),
        samples=samples,
    )


def ranked(counts: Mapping[str, int]) -> Counts:
    """Return counts with the largest first, equal ones by name."""
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def splits(counts: Mapping[str, int]) -> Counts:
    """Return the rows to train on, then those held out, by their Turkish names."""
    return tuple((word("splits", name), counts[name]) for name in ("train", "validation", "held_out") if name in counts)


def _preference_sample(one: Preference) -> PreferenceSample:
    texts = clipped(one.chosen, ANSWER_TEXT), clipped(one.rejected, ANSWER_TEXT)
    return PreferenceSample(one, said(one.turns), shortened(one.input, INPUT_TEXT), *texts)


def _pair_samples(run: OpenRun) -> tuple[PairSample, ...]:
    chosen = in_turn(lowest_ids(read_jsonl(run.path("pairs", PAIRS), Pair), lambda one: one.task, PAIRS_SHOWN), PAIRS_SHOWN)
    wanted = {evidence.document_id for pair in chosen for evidence in pair.evidence}
    texts: dict[str, Document] = {}
    if run.sound("curate"):
        texts = documents_by_id(run.folder, wanted)
    return tuple(
        PairSample(
            pair,
            said(pair.turns),
            shortened(pair.input, INPUT_TEXT),
            clipped(pair.output, ANSWER_TEXT),
            tuple(excerpt(evidence, texts.get(evidence.document_id)) for evidence in pair.evidence[:EVIDENCE_SHOWN]),
            max(0, len(pair.evidence) - EVIDENCE_SHOWN),
        )
        for pair in chosen
    )
