"""Insults and curses in a text, by a word list of our own: a fact to tag, never a reason to drop.

A list finds what is said with these words; offence without them, and these words said about somebody else's mouth, it cannot tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from curation import turkish
from curation.config import QualityConfig

LIST = Path(__file__).with_name("insults.txt")
TAG = "toxic"
"""The tag of a document that holds an insult; how many is its measure `insults`."""

_SUFFIX = (
    "l[ae]r|l[ıiuü][kğ]|[cç][ae]|s[ıiuü]n|s[ıiuü]n[ıiuü]z|s[ıiuü]|[ıiuü][mnz]|[ıiuü]n[ıiuü]z|[ıiuü]m[ıiuü]z|[dt][ae]n?|y?[dt][ıiuü][rmnk]?|y?m[ıiuü]ş|n[ıiuü]n|n?[ae]|[yn]?[ıiuü]"
    "|y?l[ae]|y?s[ae]|[ae]r|[ıiuü]r|m[ae]|[ıiuü]yor|ki|ken"
)
_MOST_CHARACTERS = 60  # that a stem with its suffixes may have


@dataclass(frozen=True, slots=True)
class Insults:
    """A word list made ready: one expression for a lower-cased word, and a filter by the first letters that lets few other words through."""

    words: re.Pattern[str]
    beginnings: npt.NDArray[np.bool_]


def list_of(config: QualityConfig, root: Path = Path()) -> Path:
    """Return the word list of a recipe in the folder `root`: its own file, or the one that ships."""
    return LIST if config.toxic_words is None else root / config.toxic_words


def find(text: str, path: Path = LIST) -> list[tuple[int, int]]:
    """Return start and end of every insult in `text`, with its suffixes, in order. Raises OSError where the list at `path` cannot be read."""
    from curation.quality import scan
    from curation.quality.characters import code_points, tables

    points = code_points(text)
    return find_in(text, points, scan.words(points, *tables())[0], path)


def find_in(text: str, points: npt.NDArray[np.uint32], starts: npt.NDArray[np.int32], path: Path = LIST) -> list[tuple[int, int]]:
    """Return what `find` does, of a text whose characters and starts of words are known."""
    from curation.quality import scan
    from curation.quality.characters import tables

    insults = read_list(path)
    found: list[tuple[int, int]] = []
    for start in scan.beginning(points, starts, *tables(), insults.beginnings).tolist():
        match = insults.words.match(turkish.lower(text[start : start + _MOST_CHARACTERS]))
        if match and (not found or start >= found[-1][1]):
            found.append((start, start + match.end("insult")))
    return found


@cache
def read_list(path: Path) -> Insults:
    """Return the list at `path`, made once. Raises OSError where it cannot be read."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
    harmless = [turkish.lower(line[1:]) for line in lines if line.startswith("-")]
    entries = [line for line in lines if not line.startswith("-")]
    whole = {stem for line in entries if line.startswith("!") for stem in _spellings(line[1:])}
    stems = {stem for line in entries if not line.startswith("!") for stem in _spellings(line)}
    insult = rf"(?:{_any(stems)})(?:{_SUFFIX}){{0,4}}|(?:{_any(whole)})"
    words = re.compile(rf"(?!(?:{_any(harmless)}))(?P<insult>{insult})(?![^\W_])")
    return Insults(words, _beginnings(stems | whole))


def _any(stems: Iterable[str]) -> str:
    ordered = sorted(stems, key=lambda stem: (-len(stem), stem))
    return "|".join(re.escape(stem).replace("\\ ", r"\s+") for stem in ordered) or "(?!)"


def _spellings(line: str) -> list[str]:
    stems = []
    for stem in line.split("|"):
        exact = stem.startswith("=")
        word = turkish.lower(stem.removeprefix("="))
        stems += [word] if exact else [word, turkish.ascii_letters(word)]
    return stems


def _beginnings(stems: Iterable[str]) -> npt.NDArray[np.bool_]:
    from curation.quality import scan
    from curation.quality.characters import code_points, tables

    classes, folds = tables()
    bits = np.zeros(1 << 16, np.bool_)
    for stem in stems:
        bits[int(scan.beginning_key(code_points(stem.partition(" ")[0]), 0, classes, folds))] = True
    return bits
