"""Which of many texts hold a pattern at all: RE2 reads each once, whatever the number of alternatives, in any of the letters a matching key folds together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from curation import turkish

KELVIN = "\u212a"
"""The one character outside cp1254 whose lower case is a letter of it."""


def holding(texts: Sequence[str], pattern: str) -> list[int]:
    """Return the places in `texts` of those that hold `pattern`, an expression of RE2."""
    try:
        marked = pc.match_substring_regex(pa.array(texts, pa.large_string()), pattern)
    except UnicodeEncodeError:  # half a surrogate pair: no UTF-8, and no reason to skip the text
        return list(range(len(texts)))
    return [index for index, one in enumerate(marked.to_pylist()) if one]


def any_case(pattern: str, *, small: bool = False) -> str:
    """Return a pattern on matching keys as one on texts: each letter stands for all it is folded from, or only for the small ones."""
    letters = variants()

    def widened(match: re.Match[str]) -> str:
        found = match.group()
        if found.startswith("\\"):
            return found
        return f"[{''.join(letter for letter in letters[found] if not small or letter.islower())}]"

    return re.sub(r"\\.|[a-z]", widened, pattern)


@cache
def plain_letters() -> bytes:
    """Return for every byte of cp1254 its character's matching key where that is one ASCII character, else 0."""
    keys = [turkish.ascii_letters(bytes([code]).decode("cp1254", "replace")) for code in range(256)]
    return bytes(ord(key) if len(key) == 1 and key.isascii() else 0 for key in keys)


@cache
def variants() -> dict[str, str]:
    """Return for each letter of a matching key the letters it comes from: for i those are i, I, ı, İ, î, Î."""
    found: dict[str, str] = {}
    for code, plain in enumerate(plain_letters()):
        if chr(plain).islower():
            found[chr(plain)] = found.get(chr(plain), "") + bytes([code]).decode("cp1254")
    found["k"] += KELVIN
    return found
