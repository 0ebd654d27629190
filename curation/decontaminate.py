"""Items of evaluation sets in documents: runs of folded words found by hash and compared word by word."""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from curation.config import DecontaminateConfig, EvaluationSet
from curation.dedup.folding import folding, words
from curation.dedup.texts import of_strings
from curation.errors import InputError

_HITS = 1024  # runs of one document for which there is room at first
# Documents come without these; what models write and what files of pairs hold may have them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_AROUND_WORDS = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
# One word over two lines, or two words with a hyphen of their own: both are looked at.
_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u2010][ \t]*\r?\n[ \t]*(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Contamination:
    """A document holds item number `item` (from 1) of evaluation set `set`: `overlap` is the share of the item's words found in it, `run` the first run of equal words."""

    set: str
    item: int
    overlap: float
    run: str

    def detail(self) -> str:
        """Return the finding in words, as rejections carry it."""
        return (
            f"{self.set} kümesinin {self.item}. maddesi: sözcüklerinin yüzde {self.overlap * 100:.0f} kadarı burada geçiyor (“{self.run}”)"
        )


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of one item: its folded words, parted by spaces."""

    set: str
    item: int
    folded: str


@dataclass(frozen=True, slots=True)
class Contaminants:
    """Evaluation sets ready to be searched for; `skipped`: texts of items too short to compare.

    `table` and `numbers` give a run of words its number n; it stands at places[starts[n]:starts[n + 1]], int64[runs, 2] of text and first word.
    """

    config: DecontaminateConfig
    texts: tuple[_Text, ...]
    sizes: NDArray[np.int64]
    table: NDArray[np.uint64]
    numbers: NDArray[np.int64]
    starts: NDArray[np.int64]
    places: NDArray[np.int64]
    skipped: int

    def find(self, text: str) -> Contamination | None:
        """Return the item that `text` holds the most of, None where it holds none; equal overlaps go to the earlier item."""
        plain = _plain(text)
        whole = _HYPHENATED.sub("", plain)
        both = [self._most(plain), *([self._most(whole)] if whole != plain else [])]
        return max(filter(None, both), key=lambda one: one.overlap, default=None)

    def _most(self, text: str) -> Contamination | None:
        runs = self._runs(text)
        own = words(text) if runs else []
        items: dict[int, list[str]] = {}
        covered: dict[int, set[int]] = defaultdict(set)
        first: dict[int, str] = {}
        for start, size, run_number in runs:
            run = own[start : start + size]
            for number, place in self.places[self.starts[run_number] : self.starts[run_number + 1]].tolist():
                item_words = items.setdefault(number, self.texts[number].folded.split(" "))
                if item_words[place : place + size] == run:  # the words themselves, not their hash
                    covered[number].update(range(place, place + size))
                    first.setdefault(number, " ".join(run))
        found = [(len(places) / len(items[number]), number) for number, places in covered.items()]
        overlap, number = max(found, key=lambda one: (one[0], -one[1]), default=(0.0, -1))
        if number < 0 or overlap < self.config.min_overlap:
            return None
        return Contamination(self.texts[number].set, self.texts[number].item, round(overlap, 4), first[number])

    def _runs(self, text: str) -> list[tuple[int, int, int]]:
        from curation.dedup import kernels

        if len(self.sizes) == 0:
            return []
        packed = of_strings([text])
        where = (packed.data, int(packed.starts[0]), int(packed.ends[0]), *folding(), self.sizes, self.table, self.numbers)
        found = np.empty((_HITS, 3), np.int64)
        hits = kernels.find_ngrams(*where, found)
        if hits > _HITS:
            found = np.empty((hits, 3), np.int64)
            kernels.find_ngrams(*where, found)
        return [(first, size, number) for first, size, number in found[:hits].tolist()]


def read_contaminants(config: DecontaminateConfig, root: Path) -> Contaminants:
    """Return the evaluation sets of a recipe in `root`. Raises InputError for a file that cannot be read or lacks a field."""
    texts: list[_Text] = []
    skipped = 0
    for one in config.sets:
        for item, text in _items(one, root / one.path):
            own = words(_HYPHENATED.sub("", _plain(text)))
            if len(own) < config.min_words:
                skipped += 1
            else:
                texts.append(_Text(one.name or Path(one.path).name, item, " ".join(own)))
    return _prepared(config, texts, skipped)


def _plain(text: str) -> str:
    """`text` without what nobody sees inside its words, and without the underscores of italics around them."""
    seen = _INVISIBLE.sub("", text)
    return _AROUND_WORDS.sub(" ", seen) if "_" in seen else seen


def _prepared(config: DecontaminateConfig, texts: Sequence[_Text], skipped: int) -> Contaminants:
    from curation.dedup import kernels

    hashes, places, sizes = [np.empty(0, np.uint64)], [np.empty((0, 2), np.int64)], set()
    for number, text in enumerate(texts):
        length = text.folded.count(" ") + 1
        size = min(config.ngram_words, length)
        packed = of_strings([text.folded])
        ngrams = np.empty(length, np.uint64)
        count = kernels.hash_ngrams(packed.data, int(packed.starts[0]), int(packed.ends[0]), *folding(), size, ngrams)
        hashes.append(ngrams[:count])
        places.append(np.stack((np.full(count, number), np.arange(count)), axis=1))
        sizes.add(size)
    every = np.concatenate(hashes)
    order = np.argsort(every, kind="stable")
    values, starts = np.unique(every[order], return_index=True)
    table = np.zeros(1 << max(4, (2 * len(values)).bit_length()), np.uint64)
    numbers = np.zeros(len(table), np.int64)
    kernels.fill_table(values, table, numbers)
    return Contaminants(
        config,
        tuple(texts),
        np.array(sorted(sizes), np.int64),
        table,
        numbers,
        np.append(starts, len(every)),
        np.concatenate(places)[order],
        skipped,
    )


# --- evaluation sets as files ------------------------------------------------------------------------------------------


def _items(one: EvaluationSet, path: Path) -> Iterator[tuple[int, str]]:
    """Yield (item number from 1, text) of every text of every item."""
    for number, row in _rows(path):
        if isinstance(row, str):
            yield number, row
        else:
            yield from ((number, text) for text in _fields(one, row, f"{path}:{number}"))


def _rows(path: Path) -> Iterator[tuple[int, str | dict[str, Any]]]:
    kind = path.name.removesuffix(".gz").rpartition(".")[2]
    if kind not in ("txt", "csv", "tsv", "jsonl", "parquet"):
        raise InputError(str(path), "unsupported_format", "an evaluation set is .jsonl, .csv, .tsv or .txt, each also as .gz, or .parquet")
    try:
        if kind == "parquet":
            yield from enumerate(_parquet_rows(path), 1)
            return
        with _open(path) as lines:
            if kind in ("csv", "tsv"):
                yield from enumerate(csv.DictReader(lines, delimiter="\t" if kind == "tsv" else ","), 1)
            else:
                for number, line in enumerate(lines, 1):
                    if line.strip():
                        yield number, line if kind == "txt" else _parsed(line, f"{path}:{number}")
    except (OSError, UnicodeDecodeError, EOFError, zlib.error, csv.Error) as error:
        raise InputError(str(path), "unreadable", f"evaluation set cannot be read: {error}") from error


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches():
                yield from batch.to_pylist()
    except pyarrow.ArrowException as error:
        raise InputError(str(path), "unreadable", f"evaluation set cannot be read: {error}") from error


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _parsed(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(where, "broken_json", f"evaluation set: {error}") from error
    if not isinstance(row, dict):
        raise InputError(where, "not_an_object", "evaluation set: a line must be a JSON object")
    return row


def _fields(one: EvaluationSet, row: dict[str, Any], where: str) -> Iterator[str]:
    missing = [name for name in one.fields if name not in row]
    if missing:
        raise InputError(where, "missing_field", f"evaluation set has no {', '.join(missing)}; it has {', '.join(map(str, row))}")
    for name in one.fields or row:
        yield from _strings(row[name])


def _strings(value: Any) -> Iterator[str]:
    """Yield the texts in a value: a string is one, a list of strings (choices) is joined, what is nested deeper is walked through."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and all(isinstance(one, str) for one in value):
        yield " ".join(value)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
