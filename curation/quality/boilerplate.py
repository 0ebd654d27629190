"""Labels, notices and spam phrases of Turkish web pages: how much of a text they are, and the text without them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from curation import turkish

Keys = npt.NDArray[np.uint64]
_LONGEST_LABEL_LINE = 200  # characters; a longer line that holds a label is a sentence about it


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases as the scan wants them: keys of the labels ascending, and phrases by the words before their last and by that last word."""

    labels: Keys
    longest: int
    label_starts: npt.NDArray[np.bool_]
    spam: tuple[Any, ...]
    spam_starts: npt.NDArray[np.bool_]
    filler: tuple[Any, ...]
    filler_starts: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stripped:
    """A text without its boilerplate lines, and how many lines went."""

    text: str
    removed: int


def is_boilerplate(line: str) -> bool:
    """Whether a line is a menu entry, a cookie notice or another label that pages put around their text."""
    key = _key(line)
    if key in _entries("label"):
        return True
    padded = f" {key} "
    return len(line.strip()) < _LONGEST_LABEL_LINE and any(
        f" {phrase} " in padded for phrase in _entries("label") if phrase.count(" ") >= 2
    )


def without_boilerplate(text: str) -> Stripped:
    """Return `text` without lines that are boilerplate and alone in their kind: a sentence that holds a label stays; empty lines close up."""
    kept = [line for line in text.split("\n") if not is_label(line)]
    removed = text.count("\n") + 1 - len(kept)
    if not removed:
        return Stripped(text, 0)
    closed = [line for number, line in enumerate(kept) if line.strip() or (number and kept[number - 1].strip())]
    return Stripped("\n".join(closed).strip("\n"), removed)


def is_label(line: str) -> bool:
    """Whether a line may be removed from a text: boilerplate, and a label or a notice rather than prose that mentions one."""
    if len(line) >= _LONGEST_LABEL_LINE or not line.strip():
        return False
    key = _key(line)
    if key in _entries("label"):
        return True
    if not is_boilerplate(line):
        return False
    covered = max(len(phrase) for phrase in _entries("label") if phrase.count(" ") >= 2 and f" {phrase} " in f" {key} ")
    return covered >= 0.5 * len(key)  # the label is most of the line


@cache
def lexicon() -> Lexicon:
    """Return the phrases of `boilerplate.txt` as hashes; made once."""
    labels = [_hashes(entry) for entry in sorted(_entries("label"))]
    whole = np.unique(np.array([_sequence(keys) for keys in labels], np.uint64))
    long_ones = [keys for keys in labels if len(keys) >= 3]
    spam, spam_starts = _phrases("spam")
    filler, filler_starts = _phrases("filler")
    return Lexicon(whole, max(map(len, labels)), _starts(long_ones), spam, spam_starts, filler, filler_starts)


def _phrases(kind: str) -> tuple[tuple[Any, ...], npt.NDArray[np.bool_]]:
    entries = sorted(_entries(kind))
    keys = [_hashes(entry) for entry in entries]
    heads = np.array([_sequence(one[:-1]) for one in keys], np.uint64)
    before = np.array([len(one) - 1 for one in keys], np.int64)
    tails = np.array([one[-1] for one in keys], np.uint64)
    lengths = np.array([len(entry.rpartition(" ")[2]) for entry in entries], np.int64)
    return (heads, before, tails, lengths), _starts(keys)


def _hashes(phrase: str) -> Keys:
    from curation.quality import scan
    from curation.quality.characters import code_points, tables

    keys: Keys = scan.words(code_points(phrase), *tables())[2]
    return keys


def _sequence(keys: Keys) -> np.uint64:
    from curation.quality import scan

    return np.uint64(scan.sequence(keys))


def _starts(phrases: list[Keys]) -> npt.NDArray[np.bool_]:
    # A filter of 4096 bits that most words of a text do not pass.
    bits = np.zeros(4096, np.bool_)
    bits[[int(keys[0]) & 4095 for keys in phrases]] = True
    return bits


@cache
def _entries(kind: str) -> frozenset[str]:
    marks = {"!": "spam", "?": "filler"}
    lines = Path(__file__).with_name("boilerplate.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(_key(line) for line in lines if line and not line.startswith("#") and marks.get(line[0], "label") == kind)


def _key(line: str) -> str:
    return " ".join(turkish.words(turkish.fold(line)))
