"""MinHash signatures of texts, the very numbers that datasketch 2 computes for the same shingles and seed.

A shingle is five folded words in a row (or all words of a shorter text). `shingle_hash` gives its 32 bits in Python; datasketch fed with
it, `MinHash(num_perm=n, seed=SEED, hashfunc=shingle_hash)`, arrives at the signatures of `sign` exactly. So signatures made here can be
compared with, and put into the index and storage of, those made there, and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.dedup.folding import LETTER, folding, words
from curation.dedup.texts import Texts, of_strings
from curation.errors import MissingPackage
from curation.progress import Tick, silent

SHINGLE_WORDS = 5
SEED = 1
"""Of the hash permutations, datasketch's default; part of which near-duplicates are found and of every index on disk, so never changed."""

_64_BITS = (1 << 64) - 1
_BLOCK = 512  # texts turned into bytes at once: a megabyte or so, which stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Signed:
    """What documents are compared by: `signatures`, uint32[texts, permutations]; `keys`, uint64[texts, 2], equal for equal folded texts."""

    signatures: NDArray[np.uint32]
    keys: NDArray[np.uint64]


def sign(texts: Texts, permutations: int) -> Signed:
    """Return signatures and keys of `texts`. Two texts have the same key if their folded words are the same (2**-128 odds aside)."""
    signed = Signed(np.empty((len(texts), permutations), np.uint32), np.empty((len(texts), 2), np.uint64))
    _sign(texts, signed.signatures, signed.keys)
    return signed


def sign_strings(texts: Sequence[str], permutations: int, tick: Tick = silent) -> Signed:
    """Return signatures and keys of `texts`, turned into bytes a block at a time, so that they are not in memory twice."""
    signed = Signed(np.empty((len(texts), permutations), np.uint32), np.empty((len(texts), 2), np.uint64))
    for start in range(0, len(texts), _BLOCK):
        end = min(start + _BLOCK, len(texts))
        _sign(of_strings(texts[start:end]), signed.signatures[start:end], signed.keys[start:end])
        tick(end, len(texts))
    return signed


def _sign(texts: Texts, signatures: NDArray[np.uint32], keys: NDArray[np.uint64]) -> None:
    from curation.dedup import kernels

    scale, shift = _permutations(signatures.shape[1])
    kernels.sign(texts.data, texts.starts, texts.ends, *folding(), scale, shift, signatures, keys)


@cache
def _permutations(number: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return factors (odd) and summands as datasketch 2 draws them for its affine32 scheme."""
    draw = np.random.RandomState(SEED)
    scale = draw.randint(0, 1 << 31, number, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return scale, draw.randint(0, 1 << 32, number, dtype=np.uint32)


def shingles(text: str) -> list[bytes]:
    """Return the shingles of `text` in order, as UTF-8, words parted by a space: what to feed datasketch with."""
    folded = words(text)
    if not folded:
        return []
    count = max(1, len(folded) - SHINGLE_WORDS + 1)
    return [" ".join(folded[start : start + SHINGLE_WORDS]).encode() for start in range(count)]


def shingle_hash(shingle: bytes) -> int:
    """Return the 32-bit hash of one shingle as the kernels compute it: a `hashfunc` for datasketch. Slow; written for exchange and tests."""
    hashes = [_word_hash(word) for word in shingle.decode().split(" ")]
    value = hashes[0] if len(hashes) == SHINGLE_WORDS else 0
    for word in hashes[1:] if len(hashes) == SHINGLE_WORDS else hashes:
        value = (value * 0x9E3779B97F4A7C15 & _64_BITS) ^ (value >> 29)
        value = (value + word) & _64_BITS
    return _mix(value) >> 32


def _word_hash(word: str) -> int:
    value = 0
    for letter in word:
        value = (value << 5 & _64_BITS | value >> 59) ^ (_mix(ord(letter)) | LETTER)
    return _mix(value)


def _mix(value: int) -> int:
    value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD & _64_BITS
    value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53 & _64_BITS
    return value ^ (value >> 33)


def to_datasketch(signature: NDArray[np.uint32]) -> Any:
    """Return one row of `Signed.signatures` as a datasketch MinHash: for its Jaccard estimates, MinHashLSH and storages. Raises MissingPackage."""
    return next(all_to_datasketch(signature[None]))


def all_to_datasketch(signatures: NDArray[np.uint32]) -> Iterator[Any]:
    """Yield each row of `signatures` as a datasketch MinHash; the permutations are drawn once. Raises MissingPackage."""
    try:
        from datasketch import MinHash
    except ImportError as error:
        raise MissingPackage("datasketch", "datasketch", "exchanging signatures with datasketch") from error
    permutations = np.array(_permutations(signatures.shape[1]))
    for row in signatures:
        yield MinHash(hashvalues=row, seed=SEED, scheme="affine32", permutations=permutations, hashfunc=shingle_hash)
