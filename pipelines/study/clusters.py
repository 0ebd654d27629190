"""Clusters of duplicates: how many there are of each size, the largest ones, and the one a document is in."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError
from curation.finish import CLUSTERS
from pipelines.study.files import rows

_SIZES = (2, 3, 4, 5, 10, 20, 50, 100, 1000)  # largest sizes of the buckets; the last bucket is open


@dataclass(frozen=True, slots=True)
class Member:
    """A document that went, and its Jaccard similarity to document `match`, None where none was measured; `exact` copies have the same folded text as the kept one."""

    id: str
    source: str
    match: str
    jaccard: float | None
    exact: bool


@dataclass(frozen=True, slots=True)
class Cluster:
    """Documents that are one; `kept` is the id of the one that stayed, `members` the others. `size` counts all of them."""

    id: str
    kept: str
    size: int
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Clusters:
    """All clusters of a run: their number, the documents in them, `sizes` as (from, to, clusters) with to 0 for an open end, and the `largest`."""

    clusters: int
    documents: int
    sizes: tuple[tuple[int, int, int], ...]
    largest: tuple[Cluster, ...]


def clusters(run: Path, most: int) -> Clusters:
    """Return the clusters of a run with its `most` largest ones, equal ones by id."""
    total = documents = 0
    sizes: Counter[int] = Counter()
    largest: list[tuple[int, str, dict[str, Any]]] = []
    for row in rows(run, CLUSTERS):
        size = _field(row, "size")
        total, documents = total + 1, documents + size
        sizes[next((number for number, top in enumerate(_SIZES) if size <= top), len(_SIZES))] += 1
        largest = heapq.nsmallest(most, [*largest, (-size, str(_field(row, "id")), row)], key=lambda one: one[:2])
    return Clusters(total, documents, tuple((*_bucket(number), sizes[number]) for number in sorted(sizes)), tuple(map(_cluster, largest)))


def cluster_of(run: Path, document: str) -> Cluster | None:
    """Return the cluster that a document is in, None where it has no duplicate."""
    for row in rows(run, CLUSTERS, document):
        if _field(row, "kept") == document or any(_field(one, "id") == document for one in _field(row, "members")):
            return _cluster((0, "", row))
    return None


def _cluster(found: tuple[int, str, dict[str, Any]]) -> Cluster:
    row = found[2]
    others = (one for one in _field(row, "members") if _field(one, "id") != row["kept"])
    members = (
        Member(one["id"], str(one.get("source", "")), one.get("match", row["kept"]), one.get("jaccard"), bool(one.get("exact")))
        for one in others
    )
    ranked = sorted(members, key=lambda one: (not one.exact, -(one.jaccard or 0.0), one.id))
    return Cluster(str(_field(row, "id")), row["kept"], row["size"], tuple(ranked))


def _bucket(number: int) -> tuple[int, int]:
    lower = 2 if number == 0 else _SIZES[number - 1] + 1
    return lower, _SIZES[number] if number < len(_SIZES) else 0


def _field(row: Mapping[str, Any], name: str) -> Any:
    try:
        return row[name]
    except (KeyError, TypeError) as error:
        raise ArtifactError(f"{CLUSTERS} holds a row without `{name}`; run the stage `curate` again") from error
