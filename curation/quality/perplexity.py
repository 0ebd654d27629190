"""How likely a text is beside the other texts of a corpus, by two small n-gram models that are trained on them.

The model of spelling reads characters and finds letters that OCR misread, foreign or random strings. The model of order reads words, the rare ones by
their endings, and finds lists and words without a sentence. Both are perplexities: lower is likelier, and the number of a corpus is comparable to itself only.
"""

from __future__ import annotations

import heapq
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from math import isnan, nan
from pathlib import Path
from random import Random
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from curation import turkish
from curation.quality.characters import code_points, tables
from curation.quality.rules import Fault

CHARACTER_ORDER = 5
WORD_ORDER = 3
REASON = "unlikely_text"

_FREQUENT_WORDS = 2_000  # stand for themselves: function words and the words of the corpus's matter
_LAST_LETTERS = 3  # of the other words
_MIN_WORDS = 20  # fewer say nothing
_FIRST_SIZE = 1 << 16
_FULL = 0.5  # of a table, from which it grows
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip file must carry a date; always the same, so that the same model has the same bytes

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Perplexity:
    """Perplexity per character and per word of a text; nan where it has fewer than 20 words."""

    spelling: float
    order: float


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One model of n-grams: keys uint64 with counts uint32[n, 1], contexts uint64 with tokens and different tokens after them uint32[n, 2], and the discount."""

    keys: Array
    counts: Array
    contexts: Array
    followers: Array
    discount: Array


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The models of spelling and order, and the words that stand for themselves (keys ascending, uint64)."""

    characters: Table
    words: Table
    frequent: Array


def sample(texts: Iterable[str], megabytes: float, random: Random) -> list[str]:
    """Return texts of at most `megabytes` million characters in all, each with the same chance, in the order they came; memory is that of the sample."""
    room = int(megabytes * 1e6)
    kept: list[tuple[float, int, str]] = []
    size = 0
    for number, text in enumerate(texts):
        heapq.heappush(kept, (-random.random(), number, text))
        size += len(text)
        while size > room and len(kept) > 1:
            size -= len(heapq.heappop(kept)[2])
    return [text for _, _, text in sorted(kept, key=lambda entry: entry[1])]


def train(texts: Sequence[str]) -> Model:
    """Return the models of `texts`. Raises ValueError where no text holds a word."""
    frequent = _frequent_words(texts)
    if not len(frequent):
        raise ValueError("there is no text to learn from")
    characters, words = _Counting(CHARACTER_ORDER), _Counting(WORD_ORDER)
    for text in texts:
        letters, classes = _tokens(text, frequent)
        characters.add(letters)
        words.add(classes)
    return Model(characters.table(), words.table(), frequent)


def score(model: Model, text: str) -> Perplexity:
    """Return how surprised the models are by `text`."""
    letters, classes = _tokens(text, model.frequent)
    if len(classes) < _MIN_WORDS:
        return Perplexity(nan, nan)
    return Perplexity(_perplexity(model.characters, letters, CHARACTER_ORDER), _perplexity(model.words, classes, WORD_ORDER))


def limits(scores: Sequence[Perplexity], keep_share: float) -> Perplexity:
    """Return the highest spelling and order that `keep_share` of the texts stay under, each by itself; nan where no text has a score."""
    return Perplexity(*(_quantile([getattr(one, name) for one in scores], keep_share) for name in ("spelling", "order")))


def judge(found: Perplexity, highest: Perplexity) -> Fault | None:
    """Return why a text is less likely than the limits, or None to keep it."""
    if found.spelling > highest.spelling:
        return Fault(REASON, f"yazım şaşırtıcılığı: {found.spelling:.3g}, en çok {highest.spelling:.3g}")
    if found.order > highest.order:
        return Fault(REASON, f"söz dizimi şaşırtıcılığı: {found.order:.3g}, en çok {highest.order:.3g}")
    return None


def save(model: Model, to: Path | BinaryIO) -> None:
    """Write a model as an .npz file without pickles; the same model has the same bytes."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in _arrays(model).items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy", _EPOCH), "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)


def load(path: Path) -> Model:
    """Return the model that `save` wrote. Raises OSError, ValueError or KeyError where the file is none."""
    with np.load(path, allow_pickle=False) as archive:
        read = {name: archive[name] for name in archive.files}
    characters, words = (_filled({one.name: read[f"{name}_{one.name}"] for one in fields(Table)}) for name in ("characters", "words"))
    return Model(characters, words, read["frequent"])


def _arrays(model: Model) -> dict[str, Array]:
    found: dict[str, Array] = {"frequent": model.frequent}
    for name in ("characters", "words"):
        table: Table = getattr(model, name)
        keys, counts = _ascending(table.keys, table.counts)
        contexts, followers = _ascending(table.contexts, table.followers)
        arrays = {"keys": keys, "counts": counts, "contexts": contexts, "followers": followers, "discount": table.discount}
        found |= {f"{name}_{part}": array for part, array in arrays.items()}
    return found


def _filled(arrays: dict[str, Array]) -> Table:
    from curation.quality import ngrams

    keys, counts = ngrams.moved(arrays["keys"], arrays["counts"], _size(len(arrays["keys"])))
    contexts, followers = ngrams.moved(arrays["contexts"], arrays["followers"], _size(len(arrays["contexts"])))
    return Table(keys, counts, contexts, followers, arrays["discount"])


class _Counting:
    """The tables while they grow."""

    def __init__(self, order: int) -> None:
        self.order = order
        self.keys, self.counts = np.zeros(_FIRST_SIZE, np.uint64), np.zeros((_FIRST_SIZE, 1), np.uint32)
        self.contexts, self.followers = np.zeros(_FIRST_SIZE, np.uint64), np.zeros((_FIRST_SIZE, 2), np.uint32)
        self.in_keys = self.in_contexts = 0

    def add(self, tokens: Array) -> None:
        """Count a sequence."""
        from curation.quality import ngrams

        step = _FIRST_SIZE // 8 // self.order  # so few at a time that no table fills up in between
        for start in range(0, len(tokens), step):
            self._make_room(step)
            before = min(start, self.order - 1)
            piece = tokens[start - before : start + step]
            new = ngrams.count(
                piece, before, self.order, self.keys, self.counts[:, 0], self.contexts, self.followers[:, 0], self.followers[:, 1]
            )
            self.in_keys += int(new[0])
            self.in_contexts += int(new[1])

    def table(self) -> Table:
        """Return the tables as small as they may be; the same counts give the same table."""
        keys, counts = _ascending(self.keys, self.counts)
        contexts, followers = _ascending(self.contexts, self.followers)
        ones, twos = (int((self.counts == number).sum()) for number in (1, 2))
        discount = ones / (ones + 2 * twos) if ones and twos else 0.5  # Ney, Essen and Kneser 1994
        arrays = {"keys": keys, "counts": counts, "contexts": contexts, "followers": followers, "discount": np.array([discount])}
        return _filled(arrays)

    def _make_room(self, tokens: int) -> None:
        from curation.quality import ngrams

        more = tokens * self.order
        if self.in_keys + more > _FULL * len(self.keys):
            self.keys, self.counts = ngrams.moved(self.keys, self.counts, 2 * len(self.keys))
        if self.in_contexts + more > _FULL * len(self.contexts):
            self.contexts, self.followers = ngrams.moved(self.contexts, self.followers, 2 * len(self.contexts))


def _ascending(keys: Array, values: Array) -> tuple[Array, Array]:
    filled = np.flatnonzero(keys)
    order = filled[np.argsort(keys[filled], kind="stable")]
    return keys[order], values[order]


def _size(entries: int) -> int:
    size = 16
    while size * _FULL < entries:
        size *= 2
    return size


def _perplexity(table: Table, tokens: Array, order: int) -> float:
    from curation.quality import ngrams

    bits = ngrams.surprise(
        tokens,
        order,
        float(table.discount[0]),
        table.keys,
        table.counts[:, 0],
        table.contexts,
        table.followers[:, 0],
        table.followers[:, 1],
    )
    return float(2.0 ** (bits / len(tokens)))


def _tokens(text: str, frequent: Array) -> tuple[Array, Array]:
    from curation.quality import ngrams, scan

    classes, folds = tables()
    points = code_points(text)
    starts, ends, keys, *_ = scan.words(points, classes, folds)
    letters = ngrams.letters(points, classes, _lowered(), scan.SPACE, scan.DECIMAL)
    return letters, ngrams.word_classes(points, starts, ends, keys, folds, frequent, _LAST_LETTERS)


def _frequent_words(texts: Sequence[str]) -> Array:
    from curation.quality import scan

    classes, folds = tables()
    counts: dict[int, int] = {}
    for text in texts:
        keys, times = np.unique(scan.words(code_points(text), classes, folds)[2], return_counts=True)
        for key, number in zip(keys.tolist(), times.tolist(), strict=True):
            counts[key] = counts.get(key, 0) + number
    most = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:_FREQUENT_WORDS]
    return np.array(sorted(key for key, _ in most), np.uint64)


@cache
def _lowered() -> npt.NDArray[np.uint32]:
    return np.array([ord(turkish.lower(chr(code))[0]) for code in range(len(tables()[0]))], np.uint32)


def _quantile(values: list[float], share: float) -> float:
    known = sorted(value for value in values if not isnan(value))
    return known[min(len(known) - 1, int(share * len(known)))] if known else nan
