"""How different texts are, and the k of n that differ most: character n-gram vectors, distinct-n, facility location and k-center."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from math import ceil, isqrt

import numpy as np
from numpy.typing import NDArray

from curation.turkish import fold, words

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

_GRAM = 4  # letters: the shortest run that tells Turkish stems apart and still survives a suffix
_DIMENSIONS = 1024  # two of a sentence's 40 or so grams share a dimension once in fifty sentences
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio, Knuth's multiplicative hash
_CELLS = 1 << 26  # similarities held at once, float32: 256 MB
_BLOCK = 1024  # rows compared at once with those of a part: 32 MB
_DECIMALS = 6  # finer differences of a gain come from the order in which a processor adds


def character_vectors(texts: Sequence[str]) -> F32:
    """Return float32[texts, 1024] of length 1: hashed character 4-grams of the folded words, each by 1 + log of its count; 0 for a text without letters."""
    vectors = np.zeros((len(texts), _DIMENSIONS), np.float32)
    for row, text in zip(vectors, texts, strict=True):
        grams, counts = np.unique(_grams(text), return_counts=True)
        row[grams] = 1 + np.log(counts)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _grams(text: str) -> NDArray[np.int64]:
    """The dimensions of the 4-grams of a text, which begins and ends with a space so that a short word has some too."""
    key = " ".join(words(fold(text)))
    if not key:
        return np.empty(0, np.int64)
    points = np.frombuffer(f"  {key}  ".encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    value = np.zeros(len(points) - _GRAM + 1, np.uint64)
    for place in range(_GRAM):
        value = (value + points[place : place + len(value)]) * _FACTOR
        value ^= value >> np.uint64(29)
    return (value % np.uint64(_DIMENSIONS)).astype(np.int64)


# --- figures -----------------------------------------------------------------------------------------------------------


def distinct_n(texts: Sequence[str], n: int) -> float:
    """Return how many of the n-grams of words in `texts` are different ones, as a share in [0, 1]; 0 where there are none. Li et al. 2016, section 5."""
    seen: set[tuple[str, ...]] = set()
    total = 0
    for text in texts:
        found = words(fold(text))
        grams = [tuple(found[start : start + n]) for start in range(len(found) - n + 1)]
        seen.update(grams)
        total += len(grams)
    return len(seen) / total if total else 0.0


def mean_distance(texts: Sequence[str]) -> float:
    """Return the mean of 1 - cosine over all couples of `texts`, in [0, 1]; 0 for fewer than two."""
    if len(texts) < 2:
        return 0.0
    vectors = character_vectors(texts).astype(np.float64)
    # The cosines of all couples add up to half of |sum|² less the vectors' own.
    total = float(np.square(vectors.sum(axis=0)).sum() - np.square(vectors).sum()) / 2
    return round(min(1.0, max(0.0, 1 - total / (len(texts) * (len(texts) - 1) / 2))), _DECIMALS)


# --- k of n ------------------------------------------------------------------------------------------------------------


def facility_location(vectors: F32, k: int, quality: F64 | None = None, weight: float = 0.0) -> list[int]:
    """Return `k` rows that stand best for all rows, in the order they were taken; all rows where there are no more than `k`.

    Greedy over (1 - weight) * mean over all rows of the highest cosine to a taken one + weight * mean `quality` (in [0, 1]) of the taken:
    at least 1 - 1/e of the best there is (Nemhauser 1978), looked at lazily (Minoux 1978). Of equal rows the first is taken.
    Above 8,192 rows, even parts of at most so many give their share of `k` one after another, each on top of what the parts before it gave,
    as in stochastic greedy (Mirzasoleiman 2015): memory stays at 256 MB beside the vectors, and time grows with rows times `k`.
    """
    if k >= len(vectors):
        return list(range(len(vectors)))
    worth = np.zeros(len(vectors)) if quality is None else weight * quality * len(vectors) / k
    taken: list[int] = []
    parts = _parts(len(vectors))
    for number, rows in enumerate(parts, 1):
        share = k * number // len(parts) - len(taken)
        if share:
            places = _greedy(vectors[rows], _covered(vectors, rows, taken), share, worth[rows], 1 - weight, len(vectors) / len(rows))
            taken += [int(rows[place]) for place in places]
    return taken


def _parts(count: int) -> list[NDArray[np.intp]]:
    """So many rows in parts that fit in memory two by two, each spread evenly over all, whatever period the rows have."""
    number = max(1, ceil(count / isqrt(_CELLS)))
    spread = np.argsort(np.arange(count, dtype=np.uint64) * _FACTOR, kind="stable")  # Fibonacci hashing leaves no gap
    return [np.sort(part) for part in np.array_split(spread, number)]


def _covered(vectors: F32, rows: NDArray[np.intp], taken: list[int]) -> F32:
    """The highest cosine of each of `rows` to a taken one, at least 0."""
    best = np.zeros(len(rows), np.float32)
    for start in range(0, len(taken), _BLOCK):
        np.maximum(best, (vectors[rows] @ vectors[taken[start : start + _BLOCK]].T).max(axis=1), out=best)
    return best


def _greedy(vectors: F32, best: F32, k: int, worth: F64, weight: float, stands_for: float) -> list[int]:
    """The places of `k` rows, seen that `best` is covered already; each row but the one looked at stands for so many of the whole set."""
    cosine = vectors @ vectors.T

    def value(row: int) -> float:
        gains = np.maximum(cosine[row] - best, 0)
        gain = stands_for * float(gains.sum(dtype=np.float64)) - (stands_for - 1) * float(gains[row])
        return round((weight * gain + float(worth[row])) / len(vectors), _DECIMALS)

    heap = [(-value(row), row, 0) for row in range(len(vectors))]
    heapq.heapify(heap)
    taken: list[int] = []
    while len(taken) < k:
        _, row, seen = heapq.heappop(heap)
        if seen == len(taken):  # no other can gain more: gains only shrink
            taken.append(row)
            np.maximum(best, cosine[row], out=best)
        else:
            heapq.heappush(heap, (-value(row), row, len(taken)))
    return taken


def k_center(vectors: F32, k: int, quality: F64 | None = None, weight: float = 0.0) -> list[int]:
    """Return `k` rows none of which is near another, in the order they were taken, and no more than there are.

    Farthest first from the row nearest the mean, by (1 - weight) * distance / 2 + weight * `quality` (in [0, 1]); with weight 0 the
    farthest row is at most twice as far from a taken one as with the best choice (Gonzalez 1985). Time grows with rows times `k`.
    """
    if not len(vectors):
        return []
    worth = np.zeros(len(vectors)) if quality is None else weight * quality
    first = (1 - weight) * (vectors @ vectors.mean(axis=0)) + worth
    taken = [int(np.round(first, _DECIMALS).argmax())]
    near = np.full(len(vectors), np.inf)
    while len(taken) < min(k, len(vectors)):
        near = np.minimum(near, np.sqrt(np.maximum(2 - 2 * (vectors @ vectors[taken[-1]]).astype(np.float64), 0)))
        value = np.round((1 - weight) * near / 2 + worth, _DECIMALS)
        value[taken] = -1
        taken.append(int(value.argmax()))
    return taken
