"""What the report says of the data: pairs and preferences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from curation.records import Document, Pair, Preference
from curation.storage import read_jsonl
from pipelines.report.opened import OpenRun
from pipelines.report.samples import Excerpt, clipped, excerpt, in_turn, lowest_ids, shortened
from pipelines.report.words import word
from pipelines.stages.files import PAIRS, PREFERENCES
from pipelines.study.files import documents_by_id

PAIRS_SHOWN, PREFERENCES_SHOWN, EVIDENCE_SHOWN = 8, 6, 4
INPUT_TEXT, ANSWER_TEXT = 240, 900  # characters; a title or a list of facts stays whole, an essay does not
_DOUBT = "doubt_"

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PairSample:
    """A pair and the evidence it rests on; `more` pieces of evidence are not shown."""

    pair: Pair
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
    samples: tuple[PairSample, ...]

    @property
    def doubted(self) -> int:
        """How many candidates the writer itself doubted."""
        return sum(count for _, count in self.doubts)


@dataclass(frozen=True, slots=True)
class PreferenceSample:
    """A preference with its two answers cut to a size that stands side by side."""

    preference: Preference
    given: str
    chosen: str
    rejected: str


@dataclass(frozen=True, slots=True)
class PreferencesView:
    """Stage 3: preferences per kind of worse answer, and whether length alone gives the better one away."""

    read: int
    kept: int
    kinds: Counts
    dropped: Counts
    figures: Mapping[str, Any]
    balanced: bool
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
        _pair_samples(run),
    )


def preferences(run: OpenRun) -> PreferencesView:
    """Return what there is to say of stage 3."""
    manifest = run.manifest("preferences")
    found = lowest_ids(read_jsonl(run.path("preferences", PREFERENCES), Preference), lambda one: one.rejected_by, PREFERENCES_SHOWN)
    samples = tuple(
        PreferenceSample(one, shortened(one.input, INPUT_TEXT), clipped(one.chosen, ANSWER_TEXT), clipped(one.rejected, ANSWER_TEXT))
        for one in in_turn(found, PREFERENCES_SHOWN)
    )
    limit, ratio = run.recipe.preferences.max_length_ratio, manifest.figures["length_bias"]["mean_ratio"]
    kinds, dropped = ranked(manifest.figures["kinds"]), ranked(manifest.rejected)
    return PreferencesView(manifest.read, manifest.kept, kinds, dropped, manifest.figures, 1 / limit <= ratio <= limit, samples)


def ranked(counts: Mapping[str, int]) -> Counts:
    """Return counts with the largest first, equal ones by name."""
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def splits(counts: Mapping[str, int]) -> Counts:
    """Return the rows to train on, then those held out, by their Turkish names."""
    return tuple((word("splits", name), counts[name]) for name in ("train", "validation", "held_out") if name in counts)


def _pair_samples(run: OpenRun) -> tuple[PairSample, ...]:
    chosen = in_turn(lowest_ids(read_jsonl(run.path("pairs", PAIRS), Pair), lambda one: one.task, PAIRS_SHOWN), PAIRS_SHOWN)
    wanted = {evidence.document_id for pair in chosen for evidence in pair.evidence}
    texts: dict[str, Document] = {}
    if run.sound("curate"):
        texts = documents_by_id(run.folder, wanted)
    return tuple(
        PairSample(
            pair,
            shortened(pair.input, INPUT_TEXT),
            clipped(pair.output, ANSWER_TEXT),
            tuple(excerpt(evidence, texts.get(evidence.document_id)) for evidence in pair.evidence[:EVIDENCE_SHOWN]),
            max(0, len(pair.evidence) - EVIDENCE_SHOWN),
        )
        for pair in chosen
    )
