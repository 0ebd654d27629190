"""Texts as bytes: one buffer, and where each text stands in it. From Python strings, or straight from an Arrow file without copying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.errors import ArtifactError


@dataclass(frozen=True, slots=True)
class Texts:
    """Text number i is data[starts[i]:ends[i]], UTF-8. `data` is read-only; `owner` keeps what it lies in alive."""

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    owner: Any = None

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, number: int) -> str:
        return self.data[self.starts[number] : self.ends[number]].tobytes().decode("utf-8", "replace")

    def take(self, rows: NDArray[np.int64]) -> Texts:
        """Return the texts of some rows, in their order; nothing is copied but where they stand."""
        return Texts(self.data, self.starts[rows], self.ends[rows], self.owner)


def of_strings(texts: Sequence[str]) -> Texts:
    """Return `texts` in one buffer; a lone surrogate, which UTF-8 cannot write, becomes a question mark."""
    # Not through pyarrow.array: that keeps the UTF-8 form in every str, twice the memory for as long as the texts live.
    encoded = [text.encode("utf-8", "replace") for text in texts]
    places = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=places[1:])
    return Texts(_bytes(b"".join(encoded)), places[:-1], places[1:])


def of_arrow_file(path: Path, column: str = "text") -> Texts:
    """Return the texts of an Arrow IPC file, memory-mapped: nothing is read before it is used. Raises ArtifactError for a column that is missing, compressed, not large_string or holds nulls."""
    import pyarrow

    with pyarrow.memory_map(str(path)) as source:
        whole = source.read_buffer()
    try:
        reader = pyarrow.ipc.open_file(pyarrow.BufferReader(whole))
        batches = [reader.get_batch(number).column(column) for number in range(reader.num_record_batches)]
    except (pyarrow.ArrowInvalid, KeyError) as error:
        raise ArtifactError(f"{path}: not an Arrow file with a column {column}: {error}") from error
    starts, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for batch in batches:
        if batch.type != pyarrow.large_string() or batch.null_count:
            raise ArtifactError(f"{path}: column {column} must be large_string without nulls, not {batch.type}")
        _, offsets, data = batch.buffers()
        if data is None or len(batch) == 0:
            starts.append(np.zeros(len(batch), np.int64))
            ends.append(np.zeros(len(batch), np.int64))
            continue
        base = data.address - whole.address
        if not 0 <= base <= whole.size - data.size:
            raise ArtifactError(f"{path}: column {column} is compressed; write the file without compression")
        places = np.frombuffer(offsets, np.int64)[batch.offset : batch.offset + len(batch) + 1]
        starts.append(places[:-1] + base)
        ends.append(places[1:] + base)
    return Texts(_bytes(whole), np.concatenate(starts), np.concatenate(ends), whole)


def _bytes(buffer: Any) -> NDArray[np.uint8]:
    # Read-only in every case, so that a kernel is compiled for one type of array only.
    data = np.frombuffer(buffer, np.uint8)
    data.flags.writeable = False
    return data
