"""A corpus of any size with planted near-duplicates, made of the words of our own sample writings.

A document is 150 to 400 words: runs of 8 to 25 words out of samples/yazilar, in which every third word is drawn anew by its frequency, so
that two documents share next to no five words in a row. Every fifth document is an edited copy of another one: words changed, put in, taken
out, until about 0.70, 0.75, ... 0.99 of the shingles are common. Document i of a seed is a function of i alone: any part of two million
is made by itself, and the same on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

WRITINGS = Path(__file__).parent.parent / "samples" / "yazilar"
LEVELS = np.array([0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 0.99])
SEED = 20261126
_EVERY = 5
_LONGEST = 1024  # words; 400 and whatever an edit puts in
_u64 = np.uint64


class Vocabulary(NamedTuple):
    """`running`, int64: the words of all writings in order, as numbers; `letters` and `starts`: the bytes of each word."""

    running: NDArray[np.int64]
    letters: NDArray[np.uint8]
    starts: NDArray[np.int64]


def vocabulary() -> Vocabulary:
    """Return the words of samples/yazilar, headings and list marks aside."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(WRITINGS.glob("*.md")))
    words = re.sub(r"^[#-]+ ", "", text, flags=re.MULTILINE).split()
    numbers = {word: number for number, word in enumerate(dict.fromkeys(words))}
    letters = [word.encode() for word in numbers]
    return Vocabulary(
        np.array([numbers[word] for word in words]),
        np.frombuffer(b"".join(letters), np.uint8).copy(),
        np.cumsum([0, *map(len, letters)]),
    )


def batches(count: int, size: int) -> Iterator[tuple[int, Any]]:
    """Yield (number of the first document, its texts as a large_string Arrow array) in batches of `size`, `count` documents in all."""
    import pyarrow

    known = vocabulary()
    for first in range(0, count, size):
        number = min(size, count - first)
        offsets = np.empty(number + 1, np.int64)
        data = np.empty(number * _LONGEST * 12, np.uint8)
        _write(*known, first, number, count, data, offsets)
        buffers = [None, pyarrow.py_buffer(offsets), pyarrow.py_buffer(data[: offsets[-1]].copy())]
        yield first, pyarrow.Array.from_buffers(pyarrow.large_string(), number, buffers)


def origins(count: int) -> NDArray[np.int64]:
    """Return for each document the one it is an edited copy of, -1 for an original."""
    found = np.full(count, -1, np.int64)
    for number in range(_EVERY - 1, count, _EVERY):
        found[number] = _origin(number, count)
    return found


@numba.njit
def _random(state: Any, below: int) -> int:
    """Draw from splitmix64, whose state is state[0]."""
    state[0] += _u64(0x9E3779B97F4A7C15)
    value = state[0]
    value = (value ^ (value >> _u64(30))) * _u64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> _u64(27))) * _u64(0x94D049BB133111EB)
    return np.int64((value ^ (value >> _u64(31))) % _u64(below))


@numba.njit
def _origin(number: int, count: int) -> int:
    state = np.array([_u64(SEED) * _u64(3) + _u64(number) * _u64(0xD1342543DE82EF95)])
    chosen = _random(state, count - count // _EVERY)
    return chosen // (_EVERY - 1) * _EVERY + chosen % (_EVERY - 1)


@numba.njit
def _original(running: Any, number: int, words: Any) -> int:
    state = np.array([_u64(SEED) + _u64(number) * _u64(0xD1342543DE82EF95)])
    wanted = 150 + _random(state, 251)
    count = 0
    while count < wanted:
        length = 8 + _random(state, 18)
        start = _random(state, running.shape[0] - length)
        for at in range(start, start + length):
            words[count] = running[at] if _random(state, 3) else running[_random(state, running.shape[0])]
            count += 1
    return count


@numba.njit
def _edited(running: Any, number: int, words: Any, count: int) -> int:
    state = np.array([_u64(SEED) * _u64(5) + _u64(number) * _u64(0xD1342543DE82EF95)])
    level = LEVELS[_random(state, LEVELS.shape[0])]
    left = (count - 4) * (1 - level) / (1 + level)  # shingles to spoil
    while left > 0:
        at = _random(state, count - 12)
        kind = _random(state, 3)
        size = 1 + _random(state, 6)
        if kind == 0:
            for place in range(at, at + size):
                words[place] = running[_random(state, running.shape[0])]
        elif kind == 1 and count + size < _LONGEST:
            for place in range(count - 1, at - 1, -1):
                words[place + size] = words[place]
            for place in range(at, at + size):
                words[place] = running[_random(state, running.shape[0])]
            count += size
        elif count - size > 100:
            for place in range(at, count - size):
                words[place] = words[place + size]
            count -= size
        left -= 4 + size if kind == 0 else 4 + size / 2
    return count


@numba.njit
def _write(running: Any, letters: Any, starts: Any, first: int, number: int, count: int, data: Any, offsets: Any) -> None:
    words = np.empty(_LONGEST, np.int64)
    written = 0
    for document in range(first, first + number):
        offsets[document - first] = written
        copied = document % _EVERY == _EVERY - 1
        length = _original(running, _origin(document, count) if copied else document, words)
        if copied:
            length = _edited(running, document, words, length)
        for at in range(length):
            if at:
                data[written] = 10 if at % 60 == 0 else 32
                written += 1
            for letter in range(starts[words[at]], starts[words[at] + 1]):
                data[written] = letters[letter]
                written += 1
    offsets[number] = written
