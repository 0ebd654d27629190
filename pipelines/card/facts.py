"""What the card of a dataset says: counts and names out of the run's records and manifests, never a value of any personal datum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from curation.errors import ArtifactError
from curation.records import Document, Pair, Preference
from pipelines.manifest import Manifest, read_manifest
from pipelines.recipe import Recipe
from pipelines.stages.files import DOCUMENTS_FOLDER, PAIRS_FOLDER, PREFERENCES_FOLDER, REVIEWED_FOLDER
from synthesis.coverage import Coverage, coverage
from synthesis.formats import Format

SPLITS = ("train", "validation", "held_out")
UNKNOWN = ""
"""The licence of a document that has none, and of evidence whose document is not in the run."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows counted by a name and by split: `rows` are (name, counts in the order of SPLITS)."""

    rows: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """Counts of each split over all rows."""
        return tuple(sum(counts[place] for _, counts in self.rows) for place in range(len(SPLITS)))


@dataclass(frozen=True, slots=True)
class License:
    """One licence of the sources: how many `documents` under it were used, and how many `records` rest on them."""

    name: str
    documents: int
    records: int


@dataclass(frozen=True, slots=True)
class Personal:
    """How curation treated personal data: the policy, and how many findings of each kind it applied to."""

    policy: str
    policies: tuple[tuple[str, str], ...]
    names: str
    covered: tuple[tuple[str, int], ...]
    sensitive: int


@dataclass(frozen=True, slots=True)
class Review:
    """What people did: (what, verdicts, reviewers, Krippendorff's alpha or None) of each kind of records, and the counts of the decisions."""

    verdicts: int
    reviewers: int
    decisions: tuple[tuple[str, int], ...]
    agreement: tuple[tuple[str, int, int, float | None], ...]


@dataclass(frozen=True, slots=True)
class Road:
    """One stage that the data went through: records read, kept, and the commonest reasons to drop one."""

    stage: str
    read: int
    kept: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """Further answers to accepted questions: how many `questions` were answered again, how often it was `asked`, and the `pairs` that passed their checks."""

    questions: int
    asked: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the card is written from."""

    name: str
    form: Format
    pairs: Table | None
    preferences: Table | None
    origins: Table | None
    licenses: tuple[License, ...]
    personal: Personal
    review: Review | None
    models: tuple[str, ...]
    writers: tuple[tuple[str, int], ...]
    road: tuple[Road, ...]
    coverage: Coverage | None
    seed: int
    left_out: int
    talks: int
    tested: int
    answers: Answers | None


def facts_of(
    run: Path,
    recipe: Recipe,
    *,
    form: Format,
    pairs: Sequence[Pair] | None,
    preferences: Sequence[Preference] | None,
    documents: Mapping[str, Document],
    left_out: int,
) -> Facts:
    """Return what the card of these records says; None for a kind that is not published, `left_out` rows that the format cannot hold."""
    curated = read_manifest(run / DOCUMENTS_FOLDER)
    records: list[Pair | Preference] = [*(pairs or ()), *(preferences or ())]
    return Facts(
        name=recipe.name,
        form=form,
        pairs=None if pairs is None else _table((one.task, one.split) for one in pairs),
        preferences=None if preferences is None else _table((one.task, one.split) for one in preferences),
        origins=None if preferences is None else _table((one.rejected_by, one.split) for one in preferences),
        licenses=licenses(records, documents),
        personal=_personal(recipe, curated),
        review=_review(run),
        models=tuple(sorted(set(_models({"pairs": recipe.pairs.model_dump(), "preferences": recipe.preferences.model_dump()})))),
        writers=tuple(sorted(Counter(one.writer for one in pairs or ()).items())),
        road=tuple(_road(run)),
        coverage=coverage(pairs, curated.kept) if pairs else None,
        seed=recipe.seed,
        left_out=left_out,
        talks=sum(bool(one.turns) for one in records),
        tested=sum(bool(pair.tests) for pair in pairs or ()),
        answers=_answers(run) if pairs else None,
    )


def licenses(records: Iterable[Pair | Preference], documents: Mapping[str, Document]) -> tuple[License, ...]:
    """Return the licences of the documents that `records` rest on, the commonest first; UNKNOWN where there is none to be found."""
    used: dict[str, set[str]] = {}
    resting: Counter[str] = Counter()
    for record in records:
        found = {one.document_id: license_of(one.document_id, documents) for one in record.evidence} or {"": UNKNOWN}
        for document, name in found.items():
            used.setdefault(name, set()).add(document)
        resting.update(set(found.values()))
    return tuple(License(name, len(used[name]), count) for name, count in sorted(resting.items(), key=lambda one: (-one[1], one[0])))


def license_of(document_id: str, documents: Mapping[str, Document]) -> str:
    """Return the licence of a document, UNKNOWN where it has none or is not there."""
    found = documents.get(document_id)
    return found.license.strip() if found else UNKNOWN


def _table(counted: Iterable[tuple[str, str]]) -> Table:
    counts = Counter(counted)
    names = sorted({name for name, _ in counts})
    return Table(tuple((name, tuple(counts[name, split] for split in SPLITS)) for name in names))


def _personal(recipe: Recipe, curated: Manifest) -> Personal:
    pii = recipe.curate.pii
    covered = curated.figures.get("pii_covered", {})
    policies = tuple(sorted((str(kind), str(policy)) for kind, policy in pii.policies.items()))
    return Personal(pii.policy, policies, pii.names, tuple(sorted(covered.items())), sum(curated.figures.get("sensitive", {}).values()))


def _answers(run: Path) -> Answers | None:
    found = read_manifest(run / PAIRS_FOLDER).figures.get("answers")
    return None if found is None else Answers(found["questions"], found["asked"], found["pairs"])


def _review(run: Path) -> Review | None:
    try:
        figures: Mapping[str, Any] = read_manifest(run / REVIEWED_FOLDER).figures
    except ArtifactError:
        return None
    if not figures.get("verdicts"):
        return None
    decisions = tuple((name, count) for name, count in figures.items() if name.startswith(("pairs_", "preferences_")) and count)
    agreement = tuple(
        (str(one["what"]), int(one["verdicts"]), len(one["reviewers"]), one["alpha"]["value"] if one["alpha"] else None)
        for one in figures.get("people", ())
    )
    return Review(int(figures["verdicts"]), int(figures.get("reviewers", 0)), decisions, agreement)


def _models(values: Any) -> Iterator[str]:
    """Yield the names of all models in a recipe's part, whatever key they stand under: no address of a server, no path of a machine."""
    if isinstance(values, Mapping):
        kind = values.get("kind")
        if kind == "rules":
            yield "imbik rules"
        elif kind == "openai" and "name" in values:
            yield str(values["name"])
        elif kind == "gguf" and "path" in values:
            yield PurePosixPath(str(values["path"]).replace("\\", "/")).name
        values = list(values.values())
    if isinstance(values, list | tuple):
        for value in values:
            yield from _models(value)


_REASONS_SHOWN = 5


def _road(run: Path) -> Iterator[Road]:
    for folder in (DOCUMENTS_FOLDER, PAIRS_FOLDER, PREFERENCES_FOLDER, REVIEWED_FOLDER):
        try:
            manifest = read_manifest(run / folder)
        except ArtifactError:
            continue
        reasons = sorted(manifest.rejected.items(), key=lambda one: (-one[1], one[0]))[:_REASONS_SHOWN]
        yield Road(manifest.stage, manifest.read, manifest.kept, tuple(reasons))
