"""The files of `1-documents/` that tell what curation did, read a piece at a time; one that a run does not have is None or empty, not an error."""

from __future__ import annotations

import json
from bisect import insort
from collections.abc import Collection, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError
from curation.finish import MEASURES
from curation.records import Document, Rejected, decode
from pipelines.stages.files import DOCUMENTS, DOCUMENTS_FOLDER, documents_of
from pipelines.study.columns import opened

_DOCUMENTS = 1024  # read at a time


def measures_file(run: Path) -> Path | None:
    """Return where the measures of a run lie, None where it has none."""
    path = run / DOCUMENTS_FOLDER / MEASURES
    return path if path.is_file() else None


def documents_by_id(run: Path, wanted: Collection[str]) -> dict[str, Document]:
    """Return those documents of a run whose ids are `wanted`; of Parquet shards, only they are made into records."""
    folder = run / DOCUMENTS_FOLDER
    found: dict[str, Document] = {}
    if not wanted or not any(folder.glob(f"{DOCUMENTS}*")):
        return found
    shards = sorted(folder.glob(f"{DOCUMENTS}-*.parquet"))
    some = chain.from_iterable(_in_parquet(path, wanted) for path in shards) if shards else documents_of(run)
    for document in some:
        if document.id in wanted:
            found[document.id] = document
        if len(found) == len(wanted):
            break
    return found


def dropped_samples(path: Path, each: int, reason: str | None = None) -> dict[str, list[Rejected]]:
    """Return the `each` rejected records with the lowest ids of every reason, or of one; ids are hashes, so this draws fairly and always the same."""
    found: dict[str, list[tuple[str, int, dict[str, Any]]]] = {}
    for number, row in enumerate(read_rows(path)):
        key, name = str(row.get("reason")), str(row.get("id"))
        some = found.setdefault(key, []) if reason in {None, key} else None
        if some is not None and (len(some) < each or name < some[-1][0]):
            insort(some, (name, number, row))
            del some[each:]
    try:
        return {key: [decode(Rejected, row) for *_, row in found[key]] for key in sorted(found)}
    except ValueError as error:
        raise ArtifactError(f"{path} is damaged: {error}") from error


def rows(run: Path, name: str, naming: str = "") -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSON Lines file that lies beside the run's documents, none where it is not there; with an id `naming`, only those that hold it somewhere."""
    yield from read_rows(run / DOCUMENTS_FOLDER / name, naming)


def read_rows(path: Path, naming: str = "") -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSON Lines file as they are, none where it is not there. Raises ArtifactError with file and line where one is damaged."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if naming not in line:
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ArtifactError(f"{path}:{number}: not JSON: {error}") from error
            if not isinstance(row, dict):
                raise ArtifactError(f"{path}:{number}: not a JSON object")
            yield row


def _in_parquet(path: Path, wanted: Collection[str]) -> Iterator[Document]:
    import pyarrow as pa
    import pyarrow.compute as pc

    with opened(path) as file:
        for batch in file.iter_batches(_DOCUMENTS):
            chosen = pc.is_in(batch["id"], value_set=pa.array(sorted(wanted), batch["id"].type))
            yield from (decode(Document, row) for row in batch.filter(chosen).to_pylist())
