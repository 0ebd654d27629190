"""Locality-sensitive hashing: bands of a signature to keys, equal keys to candidate pairs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from curation.jit import kernel

WINDOW = 64
"""Documents each one is compared with, counted backwards, in one bucket. Buckets up to this size are compared whole."""

_LOST_PAIRS = 1e-4  # at most one pair in ten thousand at the threshold shares no band
_DEVIATIONS = 5  # a pair is dropped unseen where its estimate lies this far under the threshold: odds of 3 in 10 million
_u64 = np.uint64


class Layout(NamedTuple):
    """How a signature is cut: `bands` of `rows` hash values each."""

    bands: int
    rows: int


class Bucketed(NamedTuple):
    """`pairs`, uint64: earlier document << 32 | later document; `skipped`: pairs of a bucket further apart than WINDOW; `largest`: documents in the fullest bucket."""

    pairs: NDArray[np.uint64]
    skipped: int
    largest: int


def layout(threshold: float, permutations: int) -> Layout:
    """Return the widest bands that lose at most one pair in ten thousand at the threshold. Candidates are verified, so only recall counts."""
    for rows in range(16, 1, -1):
        bands = permutations // rows
        if bands and (1 - threshold**rows) ** bands <= _LOST_PAIRS:
            return Layout(bands, rows)
    return Layout(permutations, 1)


def band_keys(signatures: NDArray[np.uint32], cut: Layout) -> NDArray[np.uint64]:
    """Return uint64[bands, documents]: equal where all rows of the band are."""
    keys = np.empty((cut.bands, len(signatures)), np.uint64)
    _hash_bands(signatures, cut.rows, keys)
    return keys


@kernel
def _hash_bands(signatures: NDArray[np.uint32], rows: int, keys: NDArray[np.uint64]) -> None:
    for document in range(signatures.shape[0]):
        for band in range(keys.shape[0]):
            value = _u64(0x9E3779B97F4A7C15)
            for row in range(band * rows, (band + 1) * rows):
                value = (value ^ _u64(signatures[document, row])) * _u64(0xFF51AFD7ED558CCD)
                value ^= value >> _u64(32)
            keys[band, document] = value


def candidates(keys: NDArray[np.uint64], documents: NDArray[np.int64]) -> Bucketed:
    """Return the pairs of `documents` (numbers under 2**32) with equal keys; in a bucket of more than WINDOW, each with the WINDOW before it."""
    order = np.argsort(keys)
    ordered = keys[order]
    heads = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(keys) else np.empty(0, np.int64)
    sizes = np.diff(np.append(heads, len(keys)))
    full = sizes > 1
    heads, sizes = heads[full], sizes[full]
    near = np.minimum(sizes, WINDOW + 1)
    wanted = near * (near - 1) // 2 + (sizes - near) * WINDOW
    pairs = np.empty(int(wanted.sum()), np.uint64)
    _pair_up(documents[order], heads, sizes, WINDOW, pairs)
    return Bucketed(pairs, int((sizes * (sizes - 1) // 2 - wanted).sum()), int(sizes.max(initial=0)))


@kernel
def _pair_up(
    documents: NDArray[np.int64], heads: NDArray[np.int64], sizes: NDArray[np.int64], window: int, pairs: NDArray[np.uint64]
) -> None:
    written = 0
    for bucket in range(heads.shape[0]):
        members = np.sort(documents[heads[bucket] : heads[bucket] + sizes[bucket]])
        for later in range(1, members.shape[0]):
            for earlier in range(max(0, later - window), later):
                pairs[written] = (_u64(members[earlier]) << _u64(32)) | _u64(members[later])
                written += 1


def unpack(pairs: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the earlier and the later document of each pair."""
    return (pairs >> _u64(32)).astype(np.int64), (pairs & _u64(0xFFFFFFFF)).astype(np.int64)


def promising(
    left: NDArray[np.uint32], right: NDArray[np.uint32], pairs: tuple[NDArray[np.int64], NDArray[np.int64]], threshold: float
) -> NDArray[np.bool_]:
    """Return which pairs (rows of `left`, rows of `right`) may reach the threshold: those whose estimate is no more than five standard deviations under it."""
    permutations = left.shape[1]
    slack = _DEVIATIONS * (threshold * (1 - threshold) / permutations) ** 0.5
    enough = np.empty(len(pairs[0]), np.bool_)
    _agree(left, right, *pairs, int(np.ceil((threshold - slack) * permutations)), enough)
    return enough


@kernel
def _agree(
    left: NDArray[np.uint32],
    right: NDArray[np.uint32],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    least: int,
    enough: NDArray[np.bool_],
) -> None:
    for pair in range(first.shape[0]):
        equal = 0
        for permutation in range(left.shape[1]):
            equal += left[first[pair], permutation] == right[second[pair], permutation]
        enough[pair] = equal >= least
