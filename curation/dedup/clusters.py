"""Verified pairs to clusters, and which document of a cluster stays: union-find and choice over arrays, pairs streamed, memory by documents only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curation.dedup.bands import unpack
from curation.jit import kernel

I64 = NDArray[np.int64]

_SCORE_DECIMALS = 2  # finer differences of a quality score say nothing about two nearly equal texts


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs found alike: `pairs`, uint64, earlier << 32 | later; `jaccard`, float64, their true similarity."""

    pairs: NDArray[np.uint64]
    jaccard: NDArray[np.float64]


EdgeBlocks = Callable[[], Iterable[Edges]]
"""Gives all verified pairs in blocks; called once for each pass over them."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """What decides which of a cluster stays, one value a document: the higher quality score, then fewer repairs, then the longer text, then the first."""

    scores: NDArray[np.float64]
    repairs: I64
    lengths: I64

    def order(self) -> I64:
        """Return document numbers, the best first."""
        return np.lexsort((-self.lengths, self.repairs, -np.round(self.scores, _SCORE_DECIMALS)))


@dataclass(frozen=True, slots=True)
class Choice:
    """For each document: `kept`, the one that stays for it (itself if it stays); `match`, the one it is like; `jaccard` to `match`; `exact` where it equals the kept one.

    `match` is `kept` wherever the two are alike themselves, and in a chain the most similar neighbour.
    """

    kept: I64
    match: I64
    jaccard: NDArray[np.float64]
    exact: NDArray[np.bool_]

    def dropped(self) -> I64:
        """Return the numbers of the documents that go, ascending."""
        return np.flatnonzero(self.kept != np.arange(len(self.kept)))


def first_copies(keys: NDArray[np.uint64], documents: I64) -> tuple[I64, I64]:
    """Return (copy, first) of every document whose key, uint64[documents, 2], an earlier one has; ascending by copy."""
    order = np.lexsort((documents, keys[:, 1], keys[:, 0]))
    ordered = keys[order]
    starts = np.ones(len(order), np.bool_)
    starts[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    heads = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))
    copies, firsts = documents[order[~starts]], documents[order[heads[~starts]]]
    ascending = np.argsort(copies)
    return copies[ascending], firsts[ascending]


def choose(first: I64, edges: EdgeBlocks, ranks: Ranks, *, follow_chains: bool = True) -> Choice:
    """Return what stays and what goes. `first` holds for each document the first one with the same text (itself if none); pairs name firsts only.

    With `follow_chains`, connected documents are one cluster and the best of them stays. Without, documents are taken from the best on, and
    one goes if it is like one that stays: needs all pairs in memory, 50 bytes each.
    """
    order = ranks.order()
    best = np.full(len(first), -1, np.int64)  # of each text's copies
    _best_of(order, first, best)
    if follow_chains:
        chosen, near, like = _connected(first, edges, order)
    else:
        chosen, near, like = _alike(first, edges, order)
    kept, match, jaccard = best[chosen[first]], like[first], near[first]
    # To be like the text that stays is to be like the copy of it that stays.
    match = np.where(match == first[kept], kept, match)
    return Choice(kept, match, jaccard, (first == first[kept]) & (kept != np.arange(len(first))))


@kernel
def _best_of(order: I64, group: I64, best: I64) -> None:
    for place in range(order.shape[0]):
        if best[group[order[place]]] < 0:
            best[group[order[place]]] = order[place]


# Both ways give for each text: the text that stays for it, its similarity to the one to name, and that one.


def _connected(first: I64, edges: EdgeBlocks, order: I64) -> tuple[I64, NDArray[np.float64], I64]:
    root = np.arange(len(first))
    for block in edges():
        _unite(*unpack(block.pairs), root)
    _flatten(root)
    best = np.full(len(first), -1, np.int64)
    _best_of(order, root[first], best)
    chosen = first[best[root]]
    near, like = np.ones(len(first)), np.arange(len(first))
    for block in edges():
        _name_likest(*unpack(block.pairs), block.jaccard, chosen, near, like)
    return chosen, near, like


@kernel
def _find(parent: I64, at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


@kernel
def _unite(left: I64, right: I64, parent: I64) -> None:
    for pair in range(left.shape[0]):
        one, other = _find(parent, left[pair]), _find(parent, right[pair])
        parent[max(one, other)] = min(one, other)


@kernel
def _flatten(parent: I64) -> None:
    for document in range(parent.shape[0]):
        parent[document] = _find(parent, document)


@kernel
def _name_likest(left: I64, right: I64, jaccard: NDArray[np.float64], chosen: I64, near: NDArray[np.float64], like: I64) -> None:
    """Note for each document that goes the neighbour to name: the one that stays, else the likest, else the earlier; whatever the order of the pairs."""
    for pair in range(left.shape[0]):
        for side in range(2):
            document, other = (left[pair], right[pair]) if side == 0 else (right[pair], left[pair])
            goal = chosen[document]
            if document == goal or like[document] == goal:
                continue
            better = jaccard[pair] > near[document] or (jaccard[pair] == near[document] and other < like[document])
            if other == goal or like[document] == document or better:
                near[document] = jaccard[pair]
                like[document] = other


def _alike(first: I64, edges: EdgeBlocks, order: I64) -> tuple[I64, NDArray[np.float64], I64]:
    place = np.empty(len(first), np.int64)
    place[order] = np.arange(len(first))
    ranks = place.copy()
    np.minimum.at(ranks, first, place)  # a text ranks as its best copy
    blocks = [Edges(np.empty(0, np.uint64), np.empty(0)), *edges()]
    left, right = unpack(np.concatenate([block.pairs for block in blocks]))
    jaccard = np.concatenate([block.jaccard for block in blocks])
    swap = ranks[left] > ranks[right]
    better, worse = np.where(swap, right, left), np.where(swap, left, right)
    by_rank = np.lexsort((ranks[better], ranks[worse]))
    chosen, near = np.arange(len(first)), np.ones(len(first))
    _take_from_the_best(better[by_rank], worse[by_rank], jaccard[by_rank], chosen, near)
    return chosen, near, chosen


@kernel
def _take_from_the_best(better: I64, worse: I64, jaccard: NDArray[np.float64], chosen: I64, near: NDArray[np.float64]) -> None:
    for pair in range(better.shape[0]):
        stays, goes = better[pair], worse[pair]
        if chosen[stays] == stays and chosen[goes] == goes:
            chosen[goes] = stays
            near[goes] = jaccard[pair]
