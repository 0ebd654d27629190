"""Duplicates in a corpus that does not fit in memory: pure tasks on files, for processes on one machine or on many.

    sign_shard      per shard        signatures, keys of equal texts, band keys, ranks
    join_copies     once             equal texts over all shards
    join_band       per band         pairs of documents whose keys are equal in that band
    verify          per shard        the true similarity of each pair whose earlier document lies in it
    choose_shards   once             which documents stay

Documents are numbered over all shards, in their order. Each task writes a folder under a temporary name and renames it; a folder that
is there is not made again. Own memory, mapped files aside, which the system drops when it needs the room: sign_shard 0.8 KB a document of
its shard; the joins at most some 50 bytes x _PART, 0.8 GB, however many documents there are; verify 16 bytes x _PAIRS at most;
choose_shards some 120 bytes a document of the whole corpus. On disk: 0.8 KB a document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.config import DedupConfig
from curation.dedup import bands, kernels
from curation.dedup.clusters import Choice, Edges, Ranks, choose, first_copies
from curation.dedup.folding import folding
from curation.dedup.memory import REPAIRS
from curation.dedup.signatures import sign
from curation.dedup.texts import Texts, of_arrow_file
from curation.errors import ArtifactError
from curation.storage import whole_folder, write_json

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]

_PART = 16_000_000  # keys that a join holds at once
_PAIRS = 16_000_000  # candidate pairs that verify holds at once
_OPEN = 64  # shards that a verifying task keeps mapped
_MAX_DOCUMENTS = 1 << 32  # a pair is two numbers in 64 bits


@dataclass(frozen=True, slots=True)
class ShardFiles:
    """Where a shard stands: `documents`, an Arrow IPC file with a column text (and tags, id, source where they are needed), and `signed`, the folder of sign_shard."""

    documents: Path
    signed: Path


@dataclass(frozen=True, slots=True)
class Figures:
    """What the joins left out: `skipped` pairs in buckets of more than bands.WINDOW documents, counted once a band, and the `largest` bucket."""

    skipped: int
    largest: int


def sign_shard(shard: ShardFiles, config: DedupConfig, scores: Sequence[float] | None = None) -> int:
    """Return the number of documents of a shard, signed. `scores`: quality in [0, 1], one a document; none counts as equal."""
    texts = of_arrow_file(shard.documents)
    if not shard.signed.is_dir():
        signed = sign(texts, config.permutations)
        with whole_folder(shard.signed) as out:
            np.save(out / "signatures.npy", signed.signatures)
            np.save(out / "copies.npy", signed.keys)
            np.save(out / "bands.npy", bands.band_keys(signed.signatures, bands.layout(config.threshold, config.permutations)))
            _save_ranks(out, shard.documents, len(texts), scores)
    return len(texts)


def _save_ranks(out: Path, documents: Path, count: int, scores: Sequence[float] | None) -> None:
    import pyarrow
    import pyarrow.compute

    with pyarrow.memory_map(str(documents)) as source:
        table = pyarrow.ipc.open_file(source).read_all()
        lengths = pyarrow.compute.utf8_length(table["text"]).to_numpy()
        tags = table["tags"].to_pylist() if "tags" in table.column_names else [()] * count
    np.save(out / "lengths.npy", lengths.astype(np.int64))
    np.save(out / "repairs.npy", np.array([len(REPAIRS.intersection(own)) for own in tags], np.int64))
    np.save(out / "scores.npy", np.zeros(count) if scores is None else np.asarray(scores, np.float64))


def first_numbers(shards: Sequence[ShardFiles]) -> I64:
    """Return int64[shards + 1]: the number of each shard's first document, and at the end of how many there are."""
    counts = [_mapped(shard, "copies").shape[0] for shard in shards]
    numbers = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    if numbers[-1] > _MAX_DOCUMENTS:
        raise ArtifactError(f"{numbers[-1]} documents: duplicates are found among at most {_MAX_DOCUMENTS} in one run")
    return numbers


def _mapped(shard: ShardFiles, name: str) -> NDArray[Any]:
    mapped: NDArray[Any] = np.load(shard.signed / f"{name}.npy", mmap_mode="r").view(np.ndarray)
    return mapped


# --- joins -------------------------------------------------------------------------------------------------------------


def join_copies(shards: Sequence[ShardFiles], out: Path) -> None:
    """Write copies.npy, int64[copies, 2]: every document whose folded text an earlier one has, and that first one; ascending."""
    if out.is_dir():
        return
    found = [np.empty((0, 2), np.int64)]
    for documents, keys in _parts(shards, lambda shard: _mapped(shard, "copies")):
        found.append(np.stack(first_copies(keys, documents), axis=1))
    copies = np.concatenate(found)
    with whole_folder(out) as folder:
        np.save(folder / "copies.npy", copies[np.argsort(copies[:, 0])])


def join_band(band: int, shards: Sequence[ShardFiles], copies: Path, out: Path) -> None:
    """Write run-*.npy: sorted candidate pairs of one band, uint64, without the copies that join_copies found; and figures.json."""
    if out.is_dir():
        return
    left_out = np.load(copies / "copies.npy", mmap_mode="r")[:, 0]
    skipped = largest = 0
    with whole_folder(out) as folder:
        for number, (documents, keys) in enumerate(_parts(shards, lambda shard: _mapped(shard, "bands")[band])):
            own = ~_among(documents, left_out)
            joined = bands.candidates(keys[own], documents[own])
            np.save(folder / f"run-{number:05d}.npy", np.sort(joined.pairs))
            skipped, largest = skipped + joined.skipped, max(largest, joined.largest)
        write_json(folder / "figures.json", {"skipped": skipped, "largest": largest})


def _parts(shards: Sequence[ShardFiles], keys_of: Callable[[ShardFiles], NDArray[Any]]) -> Iterator[tuple[I64, U64]]:
    """Yield document numbers and keys of all shards, in parts of about _PART keys; equal keys are in the same part."""
    numbers = first_numbers(shards)
    parts = int(numbers[-1]) // _PART + 1
    width = np.uint64((1 << 64) // parts) if parts > 1 else None
    for part in range(parts):
        taken_numbers, taken_keys = [], []
        for shard, first in zip(shards, numbers, strict=False):
            keys = np.asarray(keys_of(shard))
            head = keys if keys.ndim == 1 else keys[:, 0]
            rows = np.arange(len(keys)) if width is None else np.flatnonzero(np.minimum(head // width, np.uint64(parts - 1)) == part)
            taken_numbers.append(rows + first)
            taken_keys.append(keys[rows])
        if taken_keys:
            yield np.concatenate(taken_numbers), np.concatenate(taken_keys)


def _among(values: I64, ordered: I64) -> NDArray[np.bool_]:
    if len(ordered) == 0:
        return np.zeros(len(values), np.bool_)
    places = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return np.asarray(ordered[places] == values)


def figures(joined: Sequence[Path]) -> Figures:
    """Return what all bands together left out."""
    read = [json.loads((folder / "figures.json").read_text(encoding="utf-8")) for folder in joined]
    return Figures(sum(one["skipped"] for one in read), max((one["largest"] for one in read), default=0))


# --- verification ------------------------------------------------------------------------------------------------------


def verify(number: int, shards: Sequence[ShardFiles], joined: Sequence[Path], config: DedupConfig, out: Path) -> None:
    """Write pairs.npy and jaccard.npy: the pairs of all bands whose earlier document lies in shard `number` and whose true similarity reaches the threshold."""
    if out.is_dir():
        return
    numbers = first_numbers(shards)
    runs = [np.load(run, mmap_mode="r") for folder in joined for run in sorted(folder.glob("run-*.npy"))]
    found = [Edges(np.empty(0, np.uint64), np.empty(0))]
    for low, high in _ranges(runs, int(numbers[number]), int(numbers[number + 1])):
        cuts = [np.searchsorted(run, np.array([low, high], np.uint64) << np.uint64(32)) for run in runs]
        pairs = np.unique(np.concatenate([run[start:end] for run, (start, end) in zip(runs, cuts, strict=True)]))
        found.extend(_verified(pairs, number, shards, numbers, config.threshold))
    order = np.argsort(np.concatenate([edges.pairs for edges in found]))
    with whole_folder(out) as folder:
        np.save(folder / "pairs.npy", np.concatenate([edges.pairs for edges in found])[order])
        np.save(folder / "jaccard.npy", np.concatenate([edges.jaccard for edges in found])[order])


def _ranges(runs: Sequence[U64], low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of document numbers of at most _PAIRS candidate pairs each."""
    ends = [np.searchsorted(run, np.array([low, high], np.uint64) << np.uint64(32)) for run in runs]
    if not ends or low == high:
        return
    if high - low > 1 and sum(int(end - start) for start, end in ends) > _PAIRS:
        middle = (low + high) // 2
        yield from _ranges(runs, low, middle)
        yield from _ranges(runs, middle, high)
    else:
        yield low, high


def _verified(pairs: U64, number: int, shards: Sequence[ShardFiles], numbers: I64, threshold: float) -> Iterator[Edges]:
    left, right = bands.unpack(pairs)
    other = np.searchsorted(numbers, right, side="right") - 1
    own, own_signatures = _open(shards[number])
    for one in np.unique(other):
        texts, signatures = _open(shards[one])
        mine = np.flatnonzero(other == one)
        rows = left[mine] - numbers[number], right[mine] - numbers[one]
        enough = bands.promising(own_signatures, signatures, rows, threshold)
        mine, rows = mine[enough], (rows[0][enough], rows[1][enough])
        jaccard = np.empty(len(mine))
        kernels.similarities(
            own.data, own.starts, own.ends, texts.data, texts.starts, texts.ends, *folding(), rows[0], rows[1], jaccard
        )  # fmt: skip
        alike = jaccard >= threshold
        yield Edges(pairs[mine[alike]], jaccard[alike])


@lru_cache(maxsize=_OPEN)
def _open(shard: ShardFiles) -> tuple[Texts, NDArray[np.uint32]]:
    return of_arrow_file(shard.documents), _mapped(shard, "signatures")


def release() -> None:
    """Let go of the shards that this process keeps mapped; before their files are removed."""
    _open.cache_clear()
    _names.cache_clear()


# --- choice ------------------------------------------------------------------------------------------------------------


def choose_shards(shards: Sequence[ShardFiles], copies: Path, verified: Sequence[Path], config: DedupConfig) -> Choice:
    """Return what stays and what goes, by numbers over all shards."""
    first = np.arange(int(first_numbers(shards)[-1]))
    pairs = np.load(copies / "copies.npy", mmap_mode="r")
    first[pairs[:, 0]] = pairs[:, 1]

    def edges() -> Iterator[Edges]:
        for folder in verified:
            yield Edges(np.load(folder / "pairs.npy", mmap_mode="r"), np.load(folder / "jaccard.npy"))

    return choose(first, edges, _ranks(shards), follow_chains=config.chains == "follow")


def _ranks(shards: Sequence[ShardFiles]) -> Ranks:
    columns = [np.concatenate([np.asarray(_mapped(shard, name)) for shard in shards]) for name in ("scores", "repairs", "lengths")]
    return Ranks(*columns)


def describe(shards: Sequence[ShardFiles]) -> Callable[[int], tuple[str, str]]:
    """Return what gives id and source of a document by its number, read from the Arrow files as needed."""
    numbers = first_numbers(shards)

    def one(number: int) -> tuple[str, str]:
        shard = int(np.searchsorted(numbers, number, side="right")) - 1
        ids, sources = _names(shards[shard].documents)
        row = number - int(numbers[shard])
        return ids[row].as_py(), sources[row].as_py()

    return one


@lru_cache(maxsize=_OPEN)
def _names(path: Path) -> tuple[Any, Any]:
    import pyarrow

    table = pyarrow.ipc.open_file(pyarrow.memory_map(str(path))).read_all()
    return table["id"], table["source"]
