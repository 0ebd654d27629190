"""A corpus in pieces: which inputs one task takes, and the folder in which its work stands once it is whole.

<work>/shards/00012/
    documents.arrow   the documents that are good by themselves, in the order of the inputs
    rejected.jsonl    every other record, with its reason
    measures.arrow    id, source, reason, language and the quality measures of every measured document, kept or not
    kvkk.jsonl        what personal data was found and done with, without a value
    summary.json      the counts; written last
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from curation.config import CurateConfig
from curation.funnel import Funnel
from curation.readers import Piece, find_inputs, pieces
from curation.records import Document, decode
from curation.storage import write_json

DOCUMENTS, MEASURES, SUMMARY = "documents.arrow", "measures.arrow", "summary.json"
REJECTED, KVKK, REMOVED = "rejected.jsonl", "kvkk.jsonl", "removed.jsonl"
ROW = "row"
"""Column of the measures: which row of the documents they are of, -1 where the document was rejected."""
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Shard:
    """Inputs that one task reads, in order; `number` counts from 0 over the corpus."""

    number: int
    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        names = [piece.path.name for piece in self.pieces]
        return f"shard {self.number}: {names[0]}" + (f" to {names[-1]}" if len(names) > 1 else "")


def plan(config: CurateConfig, root: Path) -> list[Shard]:
    """Return the shards of a corpus, the same for the same inputs. Raises InputError for an input that matches no file."""
    target = int(config.engine.shard_mb * _MEGABYTE)
    if config.limits.max_documents is not None:  # whoever wants the first thousand wants them in order
        target = 1 << 62
    found = (piece for path in find_inputs(config.inputs, root) for piece in pieces(path, target))
    return [Shard(number, tuple(taken)) for number, taken in enumerate(_packed(found, target))]


def _packed(found: Iterable[Piece], target: int) -> Iterator[list[Piece]]:
    taken: list[Piece] = []
    size = 0
    for piece in found:
        own = _size(piece, target)
        if taken and size + own > target:
            yield taken
            taken, size = [], 0
        taken.append(piece)
        size += own
    if taken:
        yield taken


def _size(piece: Piece, target: int) -> int:
    """Bytes of a piece; a range of row groups counts as the target, to which it was cut."""
    if piece.end is None:
        return piece.path.stat().st_size if piece.path.is_file() else 0
    return target if piece.path.suffix.lower() == ".parquet" else piece.end - piece.start


def shard_folder(work: Path, number: int) -> Path:
    """Return where the work on shard `number` stands."""
    return work / "shards" / f"{number:05d}"


def write_summary(folder: Path, funnel: Funnel) -> None:
    """Write the counts of a shard."""
    write_json(folder / SUMMARY, funnel.values())


def read_summary(folder: Path) -> Funnel | None:
    """Return the counts of a finished shard, None where it is not finished."""
    try:
        return Funnel.of(json.loads((folder / SUMMARY).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


class ArrowWriter:
    """Appends rows (mappings) to an Arrow IPC file in record batches of what each call brings."""

    def __init__(self, path: Path, schema: Any) -> None:
        import pyarrow as pa

        self._pa, self._schema = pa, schema
        self._file = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._file, schema)

    def write(self, rows: Sequence[dict[str, Any]]) -> None:
        """Append `rows` as one record batch; none for no rows."""
        if rows:
            self._writer.write_batch(self._pa.RecordBatch.from_pylist(list(rows), schema=self._schema))

    def __enter__(self) -> ArrowWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()
        self._file.close()


def documents_schema() -> Any:
    """Return the Arrow schema of documents: large_string columns, lists for what is repeated."""
    import pyarrow as pa

    text = pa.large_string()
    kinds = {"tags": pa.list_(text), "pages": pa.list_(pa.list_(pa.int64()))}
    return pa.schema([(one.name, kinds.get(one.name, text)) for one in fields(Document)])


def open_arrow(path: Path) -> Any:
    """Return the memory-mapped record batch reader of an Arrow IPC file."""
    import pyarrow as pa

    return pa.ipc.open_file(pa.memory_map(str(path)))


def read_documents(folder: Path) -> Iterator[Document]:
    """Yield the documents of a shard in order, a record batch at a time."""
    reader = open_arrow(folder / DOCUMENTS)
    for number in range(reader.num_record_batches):
        yield from (decode(Document, row) for row in reader.get_batch(number).to_pylist())
