"""A vector for "show me similar records": hashed letter trigrams, no model and no download."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from curation.turkish import fold, words

DIMENSIONS = 128
"""Collisions among 128 places blur single trigrams; two records that share most of them still come out first."""
_DIGITS = 4  # of every number sent: cosine does not see more, and the upload is half the size


def vector(text: str) -> list[float]:
    """Return the direction of `text` by its folded letter trigrams, float[DIMENSIONS] of length one; all zero without letters. Suffixes weigh little. Weinberger et al. 2009."""
    values = np.zeros(DIMENSIONS)
    for trigram, count in Counter(_trigrams(text)).items():
        place, sign = _place(trigram)
        values[place] += sign * (1 + np.log(count))
    length = float(np.linalg.norm(values))
    return [round(float(value) / length, _DIGITS) for value in values] if length else [0.0] * DIMENSIONS


def _trigrams(text: str) -> Iterator[str]:
    for word in words(fold(text)):
        padded = f" {word} "
        yield from (padded[start : start + 3] for start in range(len(padded) - 2))


@lru_cache(maxsize=65_536)
def _place(trigram: str) -> tuple[int, int]:
    digest = hashlib.blake2b(trigram.encode(), digest_size=4).digest()
    return int.from_bytes(digest[:3], "big") % DIMENSIONS, 1 if digest[3] % 2 else -1
