"""Older corpora on disk, so that new documents are compared with them: opened memory-mapped, added to in batches, safe against a crash.

    header.json              what the numbers in it were made with, and which batches count
    <batch folder>/<part>/   names.arrow (id, source), keys.npy, bands.npy and band_rows.npy (each band sorted),
                             signatures.npy, shingles.npy and shingle_starts.npy (for the true similarity; no text)

A batch is written beside the others and counts from the moment the header names it, in one rename. Adding a batch of the same name again
replaces it, and a batch is never compared with itself: so a run that was killed, or is run again, finds what it found before.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.config import DedupConfig
from curation.dedup import bands, kernels
from curation.dedup.folding import folding
from curation.dedup.signatures import SEED, SHINGLE_WORDS, Signed
from curation.dedup.texts import Texts
from curation.errors import ArtifactError
from curation.storage import whole_folder, write_json

VERSION = 1
_HEADER = "header.json"
_OPEN = 256  # parts kept mapped by a process
_LATIN = 0x250  # code points whose folding an index depends on; the rest changes with Unicode versions


@dataclass(frozen=True, slots=True)
class Index:
    """An index as its header described it when it was opened: batch names and their folders, and how many batches were ever added."""

    path: Path
    batches: tuple[tuple[str, str], ...]
    added: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """New document number `row` is like document `id` of an older batch; `exact` where their folded texts are equal."""

    row: int
    id: str
    source: str
    batch: str
    jaccard: float
    exact: bool


def open_index(path: Path, config: DedupConfig) -> Index:
    """Return the index at `path`, empty where there is none. Raises ArtifactError where it was made with another version, threshold or permutations."""
    try:
        header = json.loads((path / _HEADER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Index(path, ())
    except ValueError as error:
        raise ArtifactError(f"{path / _HEADER}: not readable: {error}") from error
    wanted = _settings(config)
    found = header.get("settings") if isinstance(header, dict) else None
    if found != wanted:
        seen = found if isinstance(found, dict) else {}
        differences = ", ".join(
            f"{key}: {seen.get(key)} in the index, {value} now" for key, value in wanted.items() if seen.get(key) != value
        )
        raise ArtifactError(f"{path}: made with other settings ({differences}); set curate.dedup as it was, or name another folder")
    return Index(path, tuple((batch["name"], batch["folder"]) for batch in header["batches"]), header["added"])


def _settings(config: DedupConfig) -> dict[str, Any]:
    latin = hashlib.sha256(folding().letters[:_LATIN].tobytes()).hexdigest()[:16]
    cut = bands.layout(config.threshold, config.permutations)
    return {"version": VERSION, "threshold": config.threshold, "permutations": config.permutations, "bands": cut.bands, "rows": cut.rows,
            "seed": SEED, "shingle_words": SHINGLE_WORDS, "folding": latin}  # fmt: skip


# --- search ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    keys: NDArray[np.uint64]
    bands: NDArray[np.uint64]
    band_rows: NDArray[np.uint32]
    signatures: NDArray[np.uint32]
    shingles: NDArray[np.uint64]
    shingle_starts: NDArray[np.int64]
    key_rows: NDArray[np.uint32]


def search(index: Index, texts: Texts, signed: Signed, config: DedupConfig, *, batch: str = "") -> list[Known]:
    """Return, for each of `texts` that an older document is like, the likest one, in order; documents of `batch` itself are not older."""
    best: dict[int, Known] = {}
    keys = bands.band_keys(signed.signatures, bands.layout(config.threshold, config.permutations))
    for name, folder in index.batches:
        if name == batch:
            continue
        for path in _part_folders(index.path / folder):
            for row, other, jaccard, exact in _matches(_open(path), texts, signed, keys, config):
                if row not in best or jaccard > best[row].jaccard or (exact and not best[row].exact):
                    best[row] = Known(row, *_name(path, other), name, jaccard, exact)
    return [best[row] for row in sorted(best)]


def _matches(
    part: _Part, texts: Texts, signed: Signed, keys: NDArray[np.uint64], config: DedupConfig
) -> Iterator[tuple[int, int, float, bool]]:
    if len(part.signatures) == 0:
        return
    places = np.minimum(np.searchsorted(part.keys[0], signed.keys[:, 0]), len(part.key_rows) - 1)
    equal = (part.keys[0][places] == signed.keys[:, 0]) & (part.keys[1][places] == signed.keys[:, 1])
    for row in np.flatnonzero(equal):
        yield int(row), int(part.key_rows[places[row]]), 1.0, True
    pairs = _candidates(part, signed, keys, np.flatnonzero(~equal), config) if config.threshold < 1 else np.empty(0, np.uint64)
    rows, others = bands.unpack(pairs)
    jaccard = np.empty(len(pairs))
    kernels.similarities_to_sets(
        texts.data, texts.starts, texts.ends, *folding(), part.shingles, part.shingle_starts, rows, others, jaccard
    )
    for at in np.flatnonzero(jaccard >= config.threshold):
        yield int(rows[at]), int(others[at]), float(jaccard[at]), False


def _candidates(part: _Part, signed: Signed, keys: NDArray[np.uint64], rows: NDArray[np.int64], config: DedupConfig) -> NDArray[np.uint64]:
    """Return pairs (new row << 32 | old row) that share a band and may reach the threshold; at most WINDOW old ones a band."""
    found = [np.empty(0, np.uint64)]
    for band in range(len(keys)):
        wanted = keys[band][rows]
        starts = np.searchsorted(part.bands[band], wanted)
        counts = np.minimum(np.searchsorted(part.bands[band], wanted, side="right") - starts, bands.WINDOW)
        new = np.repeat(rows, counts)
        within = np.arange(len(new)) - np.repeat(np.cumsum(counts) - counts, counts)
        old = part.band_rows[band][np.repeat(starts, counts) + within]
        found.append((new.astype(np.uint64) << np.uint64(32)) | old.astype(np.uint64))
    pairs = np.unique(np.concatenate(found))
    return pairs[bands.promising(signed.signatures, part.signatures, bands.unpack(pairs), config.threshold)]


def _part_folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


@lru_cache(maxsize=_OPEN)
def _open(path: Path) -> _Part:
    names = ("keys", "bands", "band_rows", "signatures", "shingles", "shingle_starts", "key_rows")
    try:
        return _Part(*(np.load(path / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in names))
    except (OSError, ValueError, EOFError) as error:
        raise ArtifactError(f"{path}: a part of the index is damaged: {error}; make the index anew") from error


def _name(path: Path, row: int) -> tuple[str, str]:
    ids, sources = _names(path)
    return ids[row].as_py(), sources[row].as_py()


@lru_cache(maxsize=_OPEN)
def _names(path: Path) -> tuple[Any, Any]:
    import pyarrow

    with pyarrow.memory_map(str(path / "names.arrow")) as source:
        table = pyarrow.ipc.open_file(source).read_all()
    return table["id"], table["source"]


# --- update ------------------------------------------------------------------------------------------------------------


def write_part(
    path: Path, batch: str, number: int, names: Sequence[tuple[str, str]], texts: Texts, signed: Signed, config: DedupConfig
) -> None:
    """Write documents, `names` being their (id, source), as part `number` of a batch that `commit` will add; parts may be written by several processes."""
    import pyarrow

    schema = pyarrow.schema([("id", pyarrow.large_string()), ("source", pyarrow.large_string())])
    table = pyarrow.table([[one for one, _ in names], [one for _, one in names]], schema=schema)
    starts = np.empty(len(texts) + 1, np.int64)
    shingles = np.empty(int((texts.ends - texts.starts).sum()) // 2 + 2 * len(texts) + 2, np.uint64)
    kernels.shingle_sets(texts.data, texts.starts, texts.ends, *folding(), shingles, starts)
    order = np.lexsort((signed.keys[:, 1], signed.keys[:, 0]))
    keys = bands.band_keys(signed.signatures, bands.layout(config.threshold, config.permutations))
    rows = np.argsort(keys, axis=1, kind="stable")
    with whole_folder(_waiting(path, batch) / f"{number:05d}") as out:
        with pyarrow.OSFile(str(out / "names.arrow"), "wb") as file, pyarrow.ipc.new_file(file, schema) as writer:
            writer.write_table(table)
        np.save(out / "keys.npy", np.ascontiguousarray(signed.keys[order].T))
        np.save(out / "key_rows.npy", order.astype(np.uint32))
        np.save(out / "bands.npy", np.take_along_axis(keys, rows, axis=1))
        np.save(out / "band_rows.npy", rows.astype(np.uint32))
        np.save(out / "signatures.npy", signed.signatures)
        np.save(out / "shingles.npy", shingles[: starts[-1]])
        np.save(out / "shingle_starts.npy", starts)


def discard(path: Path, batch: str) -> None:
    """Forget the parts of a batch that were written and not committed."""
    shutil.rmtree(_waiting(path, batch), ignore_errors=True)


def commit(path: Path, batch: str, config: DedupConfig) -> None:
    """Let the written parts of a batch count, in the place of an older batch of that name. Raises ArtifactError for an index of other settings."""
    path.mkdir(parents=True, exist_ok=True)
    with (path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one writer at a time; readers go by the header
        index = open_index(path, config)
        waiting = _waiting(path, batch)
        if not waiting.is_dir():
            raise ArtifactError(f"{path}: no part of batch {batch} was written")
        folder = f"{_slug(batch)}-{index.added}"  # never a name that was used before: other processes may have it mapped
        shutil.rmtree(path / folder, ignore_errors=True)  # of a commit that was killed between the next two lines
        waiting.rename(path / folder)
        batches = [{"name": name, "folder": own} for name, own in (*index.batches, (batch, folder)) if name != batch or own == folder]
        write_json(path / _HEADER, {"settings": _settings(config), "batches": batches, "added": index.added + 1})
        for name, own in index.batches:
            if name == batch:
                shutil.rmtree(path / own, ignore_errors=True)


def _waiting(path: Path, batch: str) -> Path:
    return path / f".waiting-{_slug(batch)}"


def _slug(batch: str) -> str:
    return "b-" + hashlib.sha256(batch.encode()).hexdigest()[:16]
