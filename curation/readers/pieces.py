"""Big files cut into pieces that can be read apart, with the number of the first line or row of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from curation.errors import InputError
from curation.readers.encoding import HEAD_BYTES, text_encoding
from curation.readers.raw import Piece

_SCAN_BYTES = 4_194_304
_BY_LINE = (".jsonl", ".ndjson")


def pieces(path: Path, target_bytes: int) -> list[Piece]:
    """Return `path` as pieces of about `target_bytes`, in order; read one after the other they are the file. Lines of .jsonl and row groups of .parquet are cut apart; any other file, and one that cannot be read, is one piece."""
    ending = path.suffix.lower()
    try:
        if ending == ".parquet":
            return list(_row_groups(path, target_bytes))
        if ending in _BY_LINE and path.is_file() and path.stat().st_size > target_bytes and _is_cut_by_bytes(path):
            return list(_byte_ranges(path, target_bytes))
    except (OSError, InputError):
        pass  # reading the whole of it will say what is wrong
    return [Piece(path)]


def _is_cut_by_bytes(path: Path) -> bool:
    with path.open("rb") as file:
        return text_encoding(file.read(HEAD_BYTES), str(path)) == "utf-8"


def _byte_ranges(path: Path, target_bytes: int) -> Iterator[Piece]:
    start, first, lines = 0, 1, 0
    position, last = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_SCAN_BYTES):
            seen = 0  # bytes of the chunk whose lines are counted
            while (cut := chunk.find(b"\n", max(start + target_bytes - position - 1, seen)) + 1) > 0:
                lines += _line_ends(chunk[seen:cut], last if seen == 0 else b"\n")
                yield Piece(path, start, position + cut, first)
                start, first, lines, seen = position + cut, first + lines, 0, cut
            lines += _line_ends(chunk[seen:], last if seen == 0 else b"\n")
            position, last = position + len(chunk), chunk[-1:]
    if start < position:
        yield Piece(path, start, position, first)


def _line_ends(data: bytes, before: bytes) -> int:
    r"""Return how many line ends, \n, \r\n or \r, `data` adds after the byte `before`."""
    split = before == b"\r" and data.startswith(b"\n")  # one end that two chunks share
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n") - split


def _row_groups(path: Path, target_bytes: int) -> Iterator[Piece]:
    import pyarrow.parquet

    if not path.is_file():
        yield Piece(path)
        return
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            count = file.metadata.num_rows
            sizes = [(group.total_byte_size, group.num_rows) for group in map(file.metadata.row_group, range(file.metadata.num_row_groups))]
    except (pyarrow.ArrowException, OSError):
        yield Piece(path)
        return
    if not sizes or sum(rows for _, rows in sizes) != count:
        yield Piece(path)
        return
    start, first, rows, size = 0, 1, 0, 0
    for number, (group_bytes, group_rows) in enumerate(sizes, 1):
        rows, size = rows + group_rows, size + group_bytes
        if size >= target_bytes or number == len(sizes):
            yield Piece(path, start, number, first)
            start, first, rows, size = number, first + rows, 0, 0
