"""Clusters as people and files see them: who stays, who went, like whom and how much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curation.dedup.clusters import Choice
from curation.records import content_id

Describe = Callable[[int], tuple[str, str]]
"""Gives id and source of a document by its number."""


@dataclass(frozen=True, slots=True)
class Member:
    """A document that went. `jaccard` is its similarity to document `match`; `exact` where its folded text equals that of the kept one."""

    id: str
    source: str
    match: str
    jaccard: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Cluster:
    """One row of clusters.jsonl: `kept` stays, `members` went; `size` counts both."""

    id: str
    kept: str
    size: int
    members: tuple[Member, ...]


def groups(choice: Choice) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield each document that stays for others, in order, and the numbers of those that go, ascending."""
    dropped = choice.dropped()
    by_kept = dropped[np.argsort(choice.kept[dropped], kind="stable")]
    heads = np.flatnonzero(np.diff(choice.kept[by_kept], prepend=-1))
    for group in np.split(by_kept, heads[1:]) if len(by_kept) else []:
        yield int(choice.kept[group[0]]), group


def cluster_of(choice: Choice, kept: int, group: NDArray[np.int64], describe: Describe) -> Cluster:
    """Return the row of one group; its id hashes the ids of all in it."""
    members = tuple(_member(choice, int(number), describe) for number in group)
    kept_id = describe(kept)[0]
    return Cluster(content_id("c", *sorted((kept_id, *(member.id for member in members)))), kept_id, len(members) + 1, members)


def _member(choice: Choice, number: int, describe: Describe) -> Member:
    match = describe(int(choice.match[number]))[0]
    return Member(*describe(number), match, round(float(choice.jaccard[number]), 4), bool(choice.exact[number]))


def reason(choice: Choice, number: int) -> str:
    """Return the key by which dropped document `number` is counted."""
    return "exact_duplicate" if choice.exact[number] else "near_duplicate"


def detail(choice: Choice, number: int, cluster: Cluster, describe: Describe) -> str:
    """Return why document `number` went: the document it is like, how much, its cluster, and the one that stays where that is another."""
    match, kept = int(choice.match[number]), int(choice.kept[number])
    like = "{} ({})".format(*describe(match))
    stays = "" if match == kept else ", kalan {} ({})".format(*describe(kept))
    return f"{like} ile aynı, Jaccard {choice.jaccard[number]:.3f}; küme {cluster.id}, {cluster.size} belge{stays}"
