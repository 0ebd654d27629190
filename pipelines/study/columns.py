"""`measures.parquet` column by column, in batches, so that memory does not grow with the corpus."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError
from pipelines.study.limits import Cut, Side

BATCH = 1 << 16  # rows read at a time


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Yield the Parquet file at `path`. Raises ArtifactError for whatever is wrong with it inside the block."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:  # buffered ahead, the whole file comes into memory
            yield file
    except (pa.ArrowException, KeyError, OSError) as error:
        raise ArtifactError(f"{path} is damaged or of another version: {error}; run the stage `curate` again") from error


def measure_names(path: Path) -> tuple[str, ...]:
    """Return the names of the numbers in a file, in its order."""
    import pyarrow as pa

    with opened(path) as file:
        return tuple(one.name for one in file.schema_arrow if pa.types.is_floating(one.type))


def row_of(path: Path, document: str) -> dict[str, Any] | None:
    """Return the row of one document, None where it was not measured."""
    import pyarrow.compute as pc

    with opened(path) as file:
        for batch in file.iter_batches(BATCH):
            found = batch.filter(pc.equal(batch["id"], document))
            if found.num_rows:
                return {name: None if _is_nan(value) else value for name, value in found.to_pylist()[0].items()}
    return None


def numbers(file: Any, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the columns `names` batch by batch as float64, NaN where there is no value."""
    for batch in file.iter_batches(BATCH, columns=list(names)):
        yield {name: _floats(batch[name]) for name in names}


def judged(file: Any, names: Sequence[str], reasons: Sequence[str] = ()) -> Iterator[tuple[dict[str, Any], Any, Any]]:
    """Yield the columns `names` as `numbers` does, with the masks of the rows that were kept and of those dropped for one of `reasons`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array(list(reasons), pa.string())
    for batch in file.iter_batches(BATCH, columns=["reason", *names]):
        reason = batch["reason"].cast(pa.string())
        yield {name: _floats(batch[name]) for name in names}, _mask(pc.equal(reason, "")), _mask(pc.is_in(reason, value_set=wanted))


def beyond(values: Any, at: float, side: Side) -> Any:
    """Return which of `values` a limit at `at` drops; a missing value is not dropped, one equal to the limit neither."""
    return values < stored(at) if side == "low" else values > stored(at)


def passes(value: float, cut: Cut) -> bool:
    """Return whether a value read from the file keeps to a limit."""
    return value >= stored(cut.value) if cut.side == "low" else value <= stored(cut.value)


def stored(value: float) -> float:
    """Return a limit as the file's float32 holds it, so that 0.154 equals 0.154."""
    import numpy as np

    return float(np.float32(value))


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _floats(column: Any) -> Any:
    import pyarrow as pa

    return column.cast(pa.float64()).to_numpy(zero_copy_only=False)


def _mask(column: Any) -> Any:
    return column.fill_null(False).to_numpy(zero_copy_only=False)
