"""Records on disk: JSON Lines, or Parquet shards where they are many, written whole or not at all, read back with the place in every complaint."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, TypeVar

from curation.errors import ArtifactError
from curation.records import decode, encode

R = TypeVar("R")
_PARQUET_ROWS = 1024  # read at a time


class JsonlWriter:
    """Writes records to `path` under a temporary name; the name appears when the block ends without an error."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._temporary = path.with_name(f".{path.name}.tmp")

    def __enter__(self) -> JsonlWriter:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._temporary.open("w", encoding="utf-8", newline="\n")
        return self

    def write(self, record: Any) -> None:
        """Append one record (a dataclass or a mapping)."""
        values = record if isinstance(record, dict) else encode(record)
        self._file.write(json.dumps(values, ensure_ascii=False) + "\n")
        self.count += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()
        if error is None:
            self._temporary.replace(self.path)
        else:
            self._temporary.unlink(missing_ok=True)


def write_jsonl(path: Path, records: Iterable[Any]) -> int:
    """Return how many `records` were written to `path`, all or none."""
    with JsonlWriter(path) as writer:
        for record in records:
            writer.write(record)
    return writer.count


def read_jsonl(path: Path, kind: type[R]) -> Iterator[R]:
    """Yield the records of `kind` in `path`. Raises ArtifactError with file and line where one is damaged."""
    if not path.is_file():
        raise ArtifactError(f"{path} is missing: run the stage that writes it first")
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield decode(kind, json.loads(line))
            except (ValueError, TypeError) as error:
                raise ArtifactError(f"{path}:{number}: not a {kind.__name__}: {error}") from error


def read_records(folder: Path, name: str, kind: type[R]) -> Iterator[R]:
    """Yield the records `name` of an artifact: `name.jsonl`, or all of its Parquet shards in order. Raises ArtifactError where they are missing or damaged."""
    if (folder / f"{name}.jsonl").is_file():
        yield from read_jsonl(folder / f"{name}.jsonl", kind)
        return
    for path in _shards(folder, name):
        yield from _read_parquet(path, kind)


def shard_name(name: str, number: int, count: int) -> str:
    """Return the file name of Parquet shard `number` of `count`."""
    return f"{name}-{number:05d}-of-{count:05d}.parquet"


def _shards(folder: Path, name: str) -> list[Path]:
    found = sorted(folder.glob(f"{name}-?????-of-?????.parquet"))
    if not found:
        raise ArtifactError(f"{folder / name}.jsonl is missing, and there are no Parquet shards of it: run the stage that writes it first")
    wanted = [folder / shard_name(name, number, len(found)) for number in range(len(found))]
    if found != wanted:
        raise ArtifactError(f"{folder}: shards of {name} are missing or left over from another run; delete the folder and run again")
    return found


def _read_parquet(path: Path, kind: type[R]) -> Iterator[R]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            for batch in file.iter_batches(_PARQUET_ROWS):
                yield from (decode(kind, row) for row in batch.to_pylist())
    except (ValueError, TypeError, OSError, pa.ArrowException) as error:
        raise ArtifactError(f"{path}: damaged: {error}") from error


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write to; it takes the name `path` when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Yield a folder to write into; it takes the name `folder` when the block ends without an error. The first to finish wins, a second try is thrown away."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.with_name(f".{folder.name}.{os.uname().nodename}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        yield temporary
        try:
            temporary.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all."""
    with whole_file(path) as file:
        file.write(content)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, values: Any) -> None:
    """Write `values` to `path` as indented JSON, whole or not at all."""
    write_text(path, json.dumps(values, ensure_ascii=False, indent=2) + "\n")


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
