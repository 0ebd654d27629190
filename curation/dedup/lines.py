"""Lines and paragraphs that many documents share: counted over files, then taken out of the texts.

Two passes. `count_lines` per shard gives the lines it holds with the number of its documents that hold each; `shared_lines` adds the shards
up and keeps the lines of many documents; `without_shared_lines` takes those out. A line is known by 64 bits of its folded words: among
a billion lines, one in forty billion is mistaken for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from curation.config import LinesConfig
from curation.dedup.folding import folding, words
from curation.dedup.texts import Texts, of_strings
from curation.storage import whole_folder

U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

_PART = 16_000_000  # lines that shared_lines holds at once


@dataclass(frozen=True, slots=True)
class LineCounts:
    """`keys`, uint64, ascending, each once, of lines; `documents`, int64, of how many documents hold each."""

    keys: U64
    documents: I64


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A text without the lines it shares. `removed`: where they stood in the text before, in characters, ascending."""

    text: str
    removed: tuple[tuple[int, int], ...] = ()


def count_lines(texts: Sequence[str] | Texts, config: LinesConfig) -> LineCounts:
    """Return the lines of `texts` that are long enough, each with the number of texts it stands in."""
    keys, where = _lines(texts if isinstance(texts, Texts) else of_strings(texts), config)
    long_enough = keys != 0
    keys, numbers = keys[long_enough], where[long_enough, 0]
    order = np.lexsort((numbers, keys))
    keys, numbers = keys[order], numbers[order]
    new = np.ones(len(keys), np.bool_)
    new[1:] = (keys[1:] != keys[:-1]) | (numbers[1:] != numbers[:-1])
    return _added_up(keys[new], np.ones(int(new.sum()), np.int64))


def write_counts(counts: LineCounts, out: Path) -> None:
    """Write counts as a folder, whole or not at all."""
    with whole_folder(out) as folder:
        np.save(folder / "keys.npy", counts.keys)
        np.save(folder / "documents.npy", counts.documents)


def read_counts(folder: Path) -> LineCounts:
    """Return the counts in a folder of write_counts, memory-mapped."""
    return LineCounts(*(np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in ("keys", "documents")))


def shared_lines(counted: Sequence[Path], config: LinesConfig) -> LineCounts:
    """Return the lines that stand in at least `min_documents` documents of all shards; holds some 16 million counts at once."""
    shards = [read_counts(folder) for folder in counted]
    parts = sum(len(counts.keys) for counts in shards) // _PART + 1
    edges = [(1 << 64) * part // parts for part in range(parts)]
    found = [LineCounts(np.empty(0, np.uint64), np.empty(0, np.int64))]
    for part, low in enumerate(edges):
        slices = []
        for counts in shards:
            start = int(np.searchsorted(counts.keys, np.uint64(low)))
            end = int(np.searchsorted(counts.keys, np.uint64(edges[part + 1]))) if part + 1 < parts else len(counts.keys)
            slices.append((counts.keys[start:end], counts.documents[start:end]))
        if slices:
            found.append(_frequent(np.concatenate([one for one, _ in slices]), np.concatenate([one for _, one in slices]), config))
    return LineCounts(np.concatenate([one.keys for one in found]), np.concatenate([one.documents for one in found]))


def shared_lines_of(texts: Sequence[str], config: LinesConfig) -> LineCounts:
    """Return the lines that stand in at least `min_documents` of `texts`, in memory."""
    counts = count_lines(texts, config)
    return _frequent(counts.keys, counts.documents, config)


def _frequent(keys: U64, documents: I64, config: LinesConfig) -> LineCounts:
    order = np.argsort(keys, kind="stable")
    total = _added_up(keys[order], documents[order])
    many = total.documents >= config.min_documents
    return LineCounts(total.keys[many], total.documents[many])


def _added_up(keys: U64, documents: I64) -> LineCounts:
    if len(keys) == 0:
        return LineCounts(keys, documents)
    heads = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return LineCounts(keys[heads], np.add.reduceat(documents, heads))


def without_shared_lines(texts: Sequence[str], shared: LineCounts, config: LinesConfig) -> list[Trimmed]:
    """Return each text without its shared lines; several empty lines in a row become one where it lost any."""
    if len(shared.keys) == 0:
        return [Trimmed(text) for text in texts]
    packed = of_strings(texts)
    keys, where = _lines(packed, config)
    places = np.minimum(np.searchsorted(shared.keys, keys), len(shared.keys) - 1)
    hits = where[shared.keys[places] == keys]
    heads = np.searchsorted(hits[:, 0], np.arange(len(texts) + 1))
    return [
        _trimmed(text, packed, hits[heads[number] : heads[number + 1]], number) if heads[number] < heads[number + 1] else Trimmed(text)
        for number, text in enumerate(texts)
    ]


def _trimmed(text: str, packed: Texts, hits: I64, number: int) -> Trimmed:
    raw = packed.data[packed.starts[number] : packed.ends[number]].tobytes()  # as long in characters as `text`: a lone surrogate is one "?"
    removed = []
    byte = character = 0
    for start, end in (hits[:, 1:] - packed.starts[number]).tolist():
        character += len(raw[byte:start].decode())
        removed.append((character, character + len(raw[start:end].decode())))
        byte, character = end, removed[-1][1]
    return Trimmed(_joined(text, removed), tuple(removed))


def _joined(text: str, removed: Sequence[tuple[int, int]]) -> str:
    kept, at = [], 0
    for start, end in removed:
        kept.append(text[at:start])
        at = end + 1  # the line break behind it
    kept.append(text[at:])
    lines = "".join(kept).strip("\n").split("\n")
    return "\n".join(line for number, line in enumerate(lines) if line.strip() or number == 0 or lines[number - 1].strip())


def left_too_short(trimmed: Trimmed, config: LinesConfig) -> bool:
    """Say whether a text lost lines and has too few words left."""
    return bool(trimmed.removed) and len(words(trimmed.text)) < config.min_words_left


def _lines(texts: Texts, config: LinesConfig) -> tuple[U64, I64]:
    from curation.dedup import kernels

    most = len(texts) + int(
        sum(np.count_nonzero(block == ord("\n")) for block in np.array_split(texts.data, len(texts.data) // (1 << 20) + 1))
    )
    keys, where = np.empty(most, np.uint64), np.empty((most, 3), np.int64)
    count = kernels.hash_lines(texts.data, texts.starts, texts.ends, *folding(), config.min_words, config.unit == "paragraph", keys, where)
    return keys[:count], where[:count]
