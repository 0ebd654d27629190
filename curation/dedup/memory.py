"""Duplicates among documents that fit in memory, on the kernels that big corpora use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from curation.config import DedupConfig
from curation.progress import Tick, silent
from curation.records import Document, Reject, Rejected

if TYPE_CHECKING:
    from curation.dedup.cluster_rows import Cluster
    from curation.dedup.clusters import Choice, Edges, Ranks
    from curation.dedup.signatures import Signed

REPAIRS = frozenset({"mojibake_utf8", "mojibake_cp1254", "unwrapped", "ascii", "capitals"})
"""Tags of `normalise` that say a text was broken or tells less: of two copies the one with fewer of them stays."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Document number `dropped` goes and `kept` stays for it; `jaccard` in [0, 1] is its similarity to `match`; `exact` where its folded text is the kept one's."""

    dropped: int
    kept: int
    match: int
    jaccard: float
    exact: bool


def without_duplicates(
    documents: Sequence[Document],
    config: DedupConfig,
    reject: Reject,
    tick: Tick = silent,
    scores: Sequence[float] | None = None,
    report: Callable[[Cluster], None] | None = None,
) -> Iterator[Document]:
    """Yield `documents` in order without the copies of others; of each cluster stays the highest score, then the least repaired, then the longest, then the first.

    `scores` are quality scores in [0, 1], one a document. `report` is called with each cluster before the first document is yielded.
    """
    from curation.dedup.cluster_rows import cluster_of, detail, groups, reason

    def describe(number: int) -> tuple[str, str]:
        return documents[number].id, documents[number].source

    choice = _choose(documents, config, tick, scores)
    dropped = {}
    for kept, group in groups(choice):
        cluster = cluster_of(choice, kept, group, describe)
        if report is not None:
            report(cluster)
        dropped.update({int(number): (reason(choice, number), detail(choice, number, cluster, describe)) for number in group})
    for number, document in enumerate(documents):
        if number in dropped:
            reject(Rejected(document.id, *dropped[number], document.source, document.text))
        else:
            yield document


def find_duplicates(
    documents: Sequence[Document], config: DedupConfig, tick: Tick = silent, scores: Sequence[float] | None = None
) -> list[Duplicate]:
    """Return what to drop, in order."""
    choice = _choose(documents, config, tick, scores)
    return [
        Duplicate(
            int(number), int(choice.kept[number]), int(choice.match[number]), float(choice.jaccard[number]), bool(choice.exact[number])
        )
        for number in choice.dropped()
    ]


def _choose(documents: Sequence[Document], config: DedupConfig, tick: Tick, scores: Sequence[float] | None) -> Choice:
    from curation.dedup.clusters import choose, first_copies
    from curation.dedup.signatures import sign_strings

    texts = [document.text for document in documents]
    signed = sign_strings(texts, config.permutations, tick)
    first = np.arange(len(documents))
    copies, originals = first_copies(signed.keys, first)
    first[copies] = originals
    edges = similar(texts, signed, np.flatnonzero(first == np.arange(len(first))), config)
    return choose(first, lambda: (edges,), ranks(documents, scores), follow_chains=config.chains == "follow")


def ranks(documents: Sequence[Document], scores: Sequence[float] | None = None) -> Ranks:
    """Return what decides between copies: `scores` (equal where none are given), the number of repairs, the length in characters."""
    from curation.dedup.clusters import Ranks

    repairs = [len(REPAIRS.intersection(document.tags)) for document in documents]
    lengths = [len(document.text) for document in documents]
    given = np.zeros(len(documents)) if scores is None else np.asarray(scores, np.float64)
    return Ranks(given, np.array(repairs, np.int64), np.array(lengths, np.int64))


def similar(texts: Sequence[str], signed: Signed, unequal: NDArray[np.int64], config: DedupConfig) -> Edges:
    """Return the pairs among `unequal` texts whose true similarity reaches the threshold; all candidate pairs are in memory."""
    from curation.dedup import kernels
    from curation.dedup.bands import band_keys, candidates, layout, promising, unpack
    from curation.dedup.clusters import Edges
    from curation.dedup.folding import folding
    from curation.dedup.texts import of_strings

    found = [np.empty(0, np.uint64)]
    if config.threshold < 1 and len(unequal) > 1:
        signatures = signed.signatures
        keys = band_keys(signatures, layout(config.threshold, config.permutations))
        for band in keys:
            pairs = candidates(band[unequal], unequal).pairs
            found.append(pairs[promising(signatures, signatures, unpack(pairs), config.threshold)])
    pairs = np.unique(np.concatenate(found))
    needed, rows = np.unique(np.concatenate(unpack(pairs)), return_inverse=True)
    packed = of_strings([texts[number] for number in needed])
    where = (packed.data, packed.starts, packed.ends)
    jaccard = np.empty(len(pairs))
    kernels.similarities(*where, *where, *folding(), rows[: len(pairs)], rows[len(pairs) :], jaccard)
    alike = jaccard >= config.threshold
    return Edges(pairs[alike], jaccard[alike])
