"""The lines of a stream of any size: every kind of line end, one line in memory, an over-long one told instead of held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from curation.readers.encoding import HEAD_BYTES, as_utf8, decode_as, text_encoding
from curation.readers.packed import opened
from curation.readers.raw import Reading

CHUNK_BYTES = 1_000_000  # 64 kB is 5 % slower, 8 MB gains nothing


def numbered_lines(reading: Reading) -> Iterator[tuple[int, str | None]]:
    """Yield the number of each line and its text without its end, or None where it is longer than the limit. Raises InputError where the file is binary."""
    piece = reading.piece
    with opened(reading) as file:
        if piece.end is None:
            head = file.read(HEAD_BYTES)
            encoding = text_encoding(head, reading.source)
            chunks: Iterable[bytes] = chain((head,), chunks_of(file, None))
        else:  # only UTF-8 and 8-bit text is cut into pieces
            file.seek(piece.start)
            encoding, chunks = "utf-8", chunks_of(file, piece.end - piece.start)
        if encoding != "utf-8":
            chunks = as_utf8(chunks, encoding)
        for number, line in enumerate(split_lines(chunks, reading.max_line), piece.first):
            yield number, None if line is None else decode_as(line, "utf-8")


def chunks_of(file: BinaryIO, size: int | None) -> Iterator[bytes]:
    """Yield the next `size` bytes of `file`, all of them where it is None, a chunk at a time."""
    left = size
    while chunk := file.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left)):
        yield chunk
        left = None if left is None else left - len(chunk)


def split_lines(chunks: Iterable[bytes], limit: int) -> Iterator[bytes | None]:
    r"""Yield the lines of `chunks`, ended by \n, \r\n or \r, without their ends; None in place of one longer than `limit` bytes."""
    parts: list[bytes] = []  # of the line that goes on
    size, held = 0, b""
    for chunk in chunks:
        data = held + chunk
        held = b"\r" if data.endswith(b"\r") else b""  # the \n of this line end may come with the next chunk
        data = data.removesuffix(b"\r")
        end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
        if end:
            yield from _lines_of(parts, data[:end], size > limit, limit)
            parts, size = [], 0
        parts.append(data[end:])
        size += len(data) - end
        if size > limit:
            parts = []
    if size or held:
        yield from _lines_of(parts, held, size > limit, limit)


def _lines_of(parts: list[bytes], end: bytes, first_too_long: bool, limit: int) -> Iterator[bytes | None]:
    lines = b"".join((*parts, end)).splitlines()  # of bytes: at \n, \r\n and \r only
    if first_too_long:
        yield None
        lines = lines[1:]
    for line in lines:
        yield line if len(line) <= limit else None
