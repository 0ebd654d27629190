"""From finished shards to the artifact: documents, rejections, measures, KVKK rows and clusters, in the order of the inputs."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import isnan, nan
from pathlib import Path
from typing import Any, Literal

import numpy as np

from curation import shards
from curation.funnel import Funnel
from curation.likelihood import COLUMNS, scores_path
from curation.records import Document, Rejected, encode
from curation.shards import open_arrow, read_documents, shard_folder
from curation.storage import JsonlWriter, read_jsonl, shard_name, whole_file, whole_folder, write_jsonl

DOCUMENTS = "documents"
REJECTED, CLUSTERS, MEASURES = "rejected.jsonl", "clusters.jsonl", "measures.parquet"
_PARQUET_BYTES = 300_000_000  # of documents; more than that is no file to open in an editor
_ROWS = 1024  # of one record batch

Form = Literal["jsonl", "parquet"]


@dataclass(frozen=True, slots=True)
class Drop:
    """A document that a comparison with others takes out again: its `row` in the shard, and why."""

    row: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class WriteTask:
    """One shard to be written in its final form: number `number` of `count`."""

    work: Path
    number: int
    count: int
    form: Form


def drops_path(work: Path, number: int) -> Path:
    """Return where the drops of a shard stand."""
    return work / "drops" / f"{number:05d}.jsonl"


def form_of(asked: Literal["auto", "jsonl", "parquet"], work: Path, count: int) -> Form:
    """Return how documents are written: as asked, or by their size."""
    if asked != "auto":
        return asked
    size = sum((shard_folder(work, number) / shards.DOCUMENTS).stat().st_size for number in range(count))
    return "parquet" if size > _PARQUET_BYTES else "jsonl"


def write_shard(task: WriteTask) -> Funnel:
    """Return the counts of what a comparison with others changed in one shard, after writing its share of the artifact."""
    source = shard_folder(task.work, task.number)
    folder = _written(task.work, task.number)
    drops = {drop.row: drop for drop in read_jsonl(drops_path(task.work, task.number), Drop)}
    if not folder.is_dir():
        with whole_folder(folder) as out:
            _write_documents(source, out, drops, task)
            _write_measures(source, out, drops, scores_path(task.work, task.number))
    kept = sum(batch.num_rows for batch in batches(source / shards.DOCUMENTS)) - len(drops)
    return Funnel(kept=kept, rejected=Counter(drop.reason for drop in drops.values()))


def assemble(work: Path, out: Path, count: int, form: Form) -> None:
    """Put the written shards together as the artifact in `out`."""
    written = [_written(work, number) for number in range(count)]
    cleaned = [shard_folder(work, number) for number in range(count)]
    if form == "jsonl":
        _concatenate([folder / f"{DOCUMENTS}.jsonl" for folder in written], out / f"{DOCUMENTS}.jsonl")
    else:
        for number, folder in enumerate(written):
            shutil.copyfile(folder / shard_name(DOCUMENTS, number, count), out / shard_name(DOCUMENTS, number, count))
    _concatenate([*(folder / shards.REJECTED for folder in cleaned), *(folder / REJECTED for folder in written)], out / REJECTED)
    for name in (shards.KVKK, shards.REMOVED):
        _concatenate([folder / name for folder in cleaned], out / name)
    _join_parquet([folder / MEASURES for folder in written], out / MEASURES)


def batches(path: Path) -> Iterator[Any]:
    """Yield the record batches of an Arrow IPC file, memory-mapped."""
    reader = open_arrow(path)
    return (reader.get_batch(number) for number in range(reader.num_record_batches))


def _written(work: Path, number: int) -> Path:
    return work / "written" / f"{number:05d}"


def _write_documents(source: Path, out: Path, drops: Mapping[int, Drop], task: WriteTask) -> None:
    with JsonlWriter(out / REJECTED) as rejected:

        def kept() -> Iterator[Document]:
            for row, document in enumerate(read_documents(source)):
                if drop := drops.get(row):
                    rejected.write(Rejected(document.id, drop.reason, drop.detail, document.source, document.text))
                else:
                    yield document

        if task.form == "jsonl":
            write_jsonl(out / f"{DOCUMENTS}.jsonl", kept())
        else:
            _write_parquet(out / shard_name(DOCUMENTS, task.number, task.count), kept())


def _write_parquet(path: Path, documents: Iterator[Document]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = shards.documents_schema()
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while rows := [encode(document) for document in islice(documents, _ROWS)]:
            writer.write_batch(pa.RecordBatch.from_pylist(rows, schema=schema))


def _write_measures(source: Path, out: Path, drops: Mapping[int, Drop], scores: Path) -> None:
    """Write the measures with the reasons of the drops and, where there are any, the perplexities; the column `row` that says which document they are of stays behind."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    reader = open_arrow(source / shards.MEASURES)
    schema = reader.schema.remove(reader.schema.get_field_index(shards.ROW))
    likelihood = np.load(scores) if scores.is_file() else None
    whole = schema if likelihood is None else pa.schema([*schema, *((name, pa.float32()) for name in COLUMNS)])
    with pq.ParquetWriter(out / MEASURES, whole, compression="zstd") as writer:
        for batch in batches(source / shards.MEASURES):
            rows = batch[shards.ROW].to_pylist()
            reasons = [drops[row].reason if row in drops else reason for row, reason in zip(rows, batch["reason"].to_pylist(), strict=True)]
            columns = [pa.array(reasons, schema.field(name).type) if name == "reason" else batch[name] for name in schema.names]
            if likelihood is not None:
                columns += [pa.array([_score(likelihood, row, column) for row in rows], pa.float32()) for column in range(len(COLUMNS))]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=whole))


def _score(likelihood: Any, row: int, column: int) -> float | None:
    value = float(likelihood[row, column]) if row >= 0 else nan
    return None if isnan(value) else value


def _join_parquet(paths: Sequence[Path], out: Path) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(out, pq.read_schema(paths[0]), compression="zstd") as writer:
        for path in paths:
            with pq.ParquetFile(path, pre_buffer=False) as file:
                for batch in file.iter_batches():
                    writer.write_batch(batch)


def _concatenate(paths: Sequence[Path], out: Path) -> None:
    with whole_file(out) as whole:
        for path in paths:
            with path.open("rb") as part:
                shutil.copyfileobj(part, whole, 1 << 20)
