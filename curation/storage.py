"""Records on disk: JSON Lines written whole or not at all, read back with the line number in every complaint."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from curation.errors import ArtifactError
from curation.records import decode, encode

R = TypeVar("R")


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


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


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
