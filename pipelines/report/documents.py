"""What the report says of the documents: the funnel, the measures with their cuts, duplicates, personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from curation.finish import CLUSTERS
from curation.records import Rejected
from pipelines.report.data import Counts, ranked
from pipelines.report.opened import OpenRun
from pipelines.report.samples import shortened
from pipelines.stage import REJECTED
from pipelines.study.clusters import Cluster, Clusters, clusters
from pipelines.study.columns import measure_names
from pipelines.study.files import documents_by_id, dropped_samples, measures_file
from pipelines.study.limits import cuts_of
from pipelines.study.measures import Distribution, distributions
from pipelines.study.personal import Personal, personal

LANGUAGES_SHOWN, DROPPED_EACH, MEASURES_SHOWN, CLUSTERS_SHOWN, MEMBERS_SHOWN, RULES_SHOWN = 12, 3, 8, 5, 4, 40
_DROPPED_TEXT, _KEPT_TEXT = 160, 200  # characters
SENSITIVE = "ozel:"  # how a document's tag of a sensitive category begins
_MEASURES_BINS = 40


@dataclass(frozen=True, slots=True)
class Dropped:
    """Records dropped for one reason, some of them to see."""

    reason: str
    count: int
    samples: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures whose limits have most documents beyond them, the other ones with a limit, those without one, and those that are the same in every document."""

    telling: tuple[Distribution, ...]
    limited: tuple[Distribution, ...]
    free: tuple[Distribution, ...]
    constant: tuple[Distribution, ...]


@dataclass(frozen=True, slots=True)
class ShownCluster:
    """A cluster of duplicates with the beginning of the text that stayed, empty where it is no longer there, and how many members are not shown."""

    cluster: Cluster
    text: str
    source: str
    more: int


@dataclass(frozen=True, slots=True)
class DocumentsView:
    """Stage 1: what was read and what was dropped, most frequent reason first; what an older run did not write is None."""

    read: int
    kept: int
    dropped: tuple[Dropped, ...]
    languages: Counts
    repairs: Counts
    lines: Counts
    contamination: Counts
    personal: tuple[tuple[str, int, int], ...]
    sensitive: Counts
    handled: Personal | None
    measured: Measured | None
    clusters: Clusters | None
    shown: tuple[ShownCluster, ...]


def documents(run: OpenRun) -> DocumentsView:
    """Return what there is to say of stage 1."""
    manifest = run.manifest("curate")
    figures = manifest.figures
    samples = dropped_samples(run.path("curate", REJECTED), DROPPED_EACH)
    found, covered = figures["pii_found"], figures["pii_covered"]
    duplicates = clusters(run.folder, CLUSTERS_SHOWN) if run.path("curate", CLUSTERS).is_file() else None
    return DocumentsView(
        read=manifest.read,
        kept=manifest.kept,
        dropped=tuple(Dropped(reason, count, tuple(map(_cut, samples.get(reason, ())))) for reason, count in ranked(manifest.rejected)),
        languages=_most(ranked(figures["languages"])),
        repairs=ranked({**figures.get("repairs", {}), **figures.get("tags", {})}),
        lines=_some(figures, "lines_removed"),
        contamination=_some(figures, "contamination"),
        personal=tuple((kind, count, covered.get(kind, 0)) for kind, count in ranked(found)),
        sensitive=tuple((tag.removeprefix(SENSITIVE), count) for tag, count in _some(figures, "sensitive")),
        handled=personal(run.folder),
        measured=measured(run),
        clusters=duplicates,
        shown=_shown(run, duplicates.largest if duplicates else ()),
    )


def measured(run: OpenRun) -> Measured | None:
    """Return the distributions of every measure, None where the run did not keep them."""
    path = measures_file(run.folder)
    if path is None:
        return None
    found = distributions(path, measure_names(path), cuts_of(run.recipe), _MEASURES_BINS)
    limited = sorted((one for one in found if one.cuts and not one.constant), key=lambda one: -sum(cut.beyond for cut in one.cuts))
    return Measured(
        tuple(limited[:MEASURES_SHOWN]),
        tuple(limited[MEASURES_SHOWN:]),
        tuple(one for one in found if not one.cuts and not one.constant),
        tuple(one for one in found if one.constant),
    )


def _some(figures: Mapping[str, Any], name: str) -> Counts:
    return ranked({key: count for key, count in figures.get(name, {}).items() if count})


def _most(counts: Counts) -> Counts:
    """The most frequent ones, and all others as one: a model of 2,000 languages finds a little of each."""
    rest = sum(count for _, count in counts[LANGUAGES_SHOWN:])
    return counts[:LANGUAGES_SHOWN] + ((("other", rest),) if rest else ())


def _cut(record: Rejected) -> Rejected:
    text = shortened(record.text, _DROPPED_TEXT)
    return Rejected(record.id, record.reason, shortened(record.detail, _DROPPED_TEXT), record.source, text)


def _shown(run: OpenRun, largest: tuple[Cluster, ...]) -> tuple[ShownCluster, ...]:
    kept = documents_by_id(run.folder, {one.kept for one in largest})
    found = []
    for one in largest:
        document = kept.get(one.kept)
        text, source = (shortened(document.text, _KEPT_TEXT), document.source) if document else ("", "")
        found.append(ShownCluster(one, text, source, max(0, len(one.members) - MEMBERS_SHOWN)))
    return tuple(found)
