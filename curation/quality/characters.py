"""What every character is to the scan: two tables over the Basic Multilingual Plane, made once from Python's own and Turkish rules."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from curation import turkish

_SYMBOL = re.compile(r"[^\w\s.,;:!?'\"“”‘’()%/…-]")
_LINE_ENDS = ".!?…"
_CLOSING = "\"'”’»)]*_"  # may follow the mark that ends a line; the last two are Markdown's

Classes = npt.NDArray[np.uint16]
Folds = npt.NDArray[np.uint32]


@cache
def tables() -> tuple[Classes, Folds]:
    """Return class bits and folded form of every character, uint16[65536] and uint32[65536]; a folded form of 0 is dropped from keys."""
    from curation.quality.scan import PLANE

    classes = np.zeros(PLANE, np.uint16)
    folds = np.zeros(PLANE, np.uint32)
    for code in range(PLANE):
        character = chr(code)
        classes[code] = _bits(character)
        folded = turkish.fold(character)
        folds[code] = ord(folded[0]) if folded else 0
    return classes, folds


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """Return the characters of `text` as uint32[len(text)], without a copy of the bytes."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _bits(character: str) -> int:
    from curation.quality.scan import ALPHA, APOSTROPHE, CLOSING, DECIMAL, LINE_END, SPACE, SYMBOL, TURKISH, UPPER, WORD

    word = character.isalnum()
    flags: tuple[tuple[Any, int], ...] = (
        (word, WORD),
        (character.isdecimal(), DECIMAL),
        (character.isalpha(), ALPHA),
        (character.isspace(), SPACE),
        (character.isupper(), UPPER),
        (not word and _SYMBOL.match(character), SYMBOL),
        (character in _LINE_ENDS, LINE_END),
        (character in _CLOSING, CLOSING),
        (character in turkish.APOSTROPHES, APOSTROPHE),
        (character in turkish.TURKISH_LETTERS, TURKISH),
    )
    return sum(bit for flag, bit in flags if flag)
