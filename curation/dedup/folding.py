"""Words of a text as the comparison sees them: `turkish.fold`, then runs of letters, digits and underscores. As Python, and as tables for the kernels.

Every script is treated alike, since the tables are read off `turkish.fold` itself, one character at a time. One thing depends on its
neighbours in Unicode and is settled here: the Greek final sigma counts as a sigma. Combining vowel signs (Devanagari, Arabic) are no
letters for `\\w` and part words; they do so in both paths.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from curation import turkish

SEPARATOR = 0
DROPPED = 1
LETTER = 1 << 63
"""Set in the value of every letter; smaller values than that, from 2, are rows of `Folding.expansions` plus 2."""

_WORD = re.compile(r"\w+")
_LIMIT = 0x32400  # behind the last assigned ideograph; beyond it no code point of Unicode 15 is a letter, a digit or changed by folding
_SURROGATES = range(0xD800, 0xE000)


class Folding(NamedTuple):
    """`letters`, uint64[0x32400]: for each code point SEPARATOR, DROPPED, the hash value of the letter it folds to, or 2 + row of `expansions`, uint64[rows, 3], if it folds to several."""

    letters: NDArray[np.uint64]
    expansions: NDArray[np.uint64]


def words(text: str) -> list[str]:
    """Return the folded words of `text` in order: what the kernels hash, written in Python."""
    return _WORD.findall(turkish.fold(text).replace("ς", "σ"))


@cache
def folding() -> Folding:
    """Return the folding of single characters as tables; takes 0.1 s once in a process."""
    points = [point for point in range(_LIMIT) if point not in _SURROGATES and point != ord("\n")]
    pieces = turkish.fold("\n".join(map(chr, points))).replace("ς", "σ").split("\n")
    folded = np.full((_LIMIT, 3), DROPPED, np.uint64)
    folded[[ord("\n"), *_SURROGATES], 0] = SEPARATOR
    for point, piece in zip(points, pieces, strict=True):
        for place, letter in enumerate(piece):
            folded[point, place] = ord(letter) if letter.isalnum() or letter == "_" else SEPARATOR
    values = np.where(folded > DROPPED, letter_values(folded), folded)
    letters = values[:, 0].copy()
    several = np.flatnonzero(folded[:, 1] != DROPPED)
    expansions, rows = np.unique(values[several], axis=0, return_inverse=True)
    letters[several] = rows.reshape(-1).astype(np.uint64) + np.uint64(2)
    return Folding(letters, expansions)


def letter_values(points: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return what folded code points add to the hash of a word: their bits scrambled by MurmurHash3's finaliser, the highest one set."""
    value = points ^ (points >> np.uint64(33))
    value = value * np.uint64(0xFF51AFD7ED558CCD)
    value = (value ^ (value >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    mixed: NDArray[np.uint64] = (value ^ (value >> np.uint64(33))) | np.uint64(LETTER)
    return mixed
