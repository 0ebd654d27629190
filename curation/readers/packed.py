"""Files that may be packed: .gz and .zst unpacked on the way, with an end to how far."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from curation.errors import InputError
from curation.readers.raw import MB, Reading

PACKINGS = (".gz", ".zst")
_BOMB_FROM_FILES = 10  # below ten whole files' worth even an extreme ratio does no harm
_BUFFER_BYTES = 131_072


def unpacked_name(path: Path) -> str:
    """Return the file's name without the ending of its packing, in lower case."""
    name = path.name.lower()
    return name.removesuffix(next((packing for packing in PACKINGS if name.endswith(packing)), ""))


def is_packed(path: Path) -> bool:
    """Whether the file's name says that it is packed."""
    return path.name.lower().endswith(PACKINGS)


def refuse_large(reading: Reading) -> None:
    """Raise InputError where the file as it lies on disk is larger than the limit."""
    size = reading.path.stat().st_size
    if size > reading.max_bytes:
        detail = f"{size / MB:.1f} MB, limit {reading.limits.max_file_mb:g} MB (curate.limits.max_file_mb)"
        raise InputError(reading.source, "file_too_large", detail)


def whole(reading: Reading) -> bytes:
    """Return all bytes of a file, unpacked. Raises InputError where they are more than the limit."""
    if not is_packed(reading.path):
        refuse_large(reading)
        return reading.path.read_bytes()
    with opened(reading) as file:
        data = file.read(reading.max_bytes + 1)
    if len(data) > reading.max_bytes:
        raise InputError(
            reading.source, "file_too_large", f"more than {reading.limits.max_file_mb:g} MB unpacked (curate.limits.max_file_mb)"
        )
    return data


@contextmanager
def opened(reading: Reading) -> Iterator[BinaryIO]:
    """Give the file's bytes, unpacked. Raises InputError where the packing is damaged, cut off or a bomb."""
    if not is_packed(reading.path):
        with reading.path.open("rb") as file:
            yield file
        return
    with reading.path.open("rb") as packed:
        stream = _Unpacked(_unpacker(packed, reading.path), packed, reading)
        yield io.BufferedReader(stream, _BUFFER_BYTES)


def _unpacker(packed: BinaryIO, path: Path) -> Any:
    if path.name.lower().endswith(".gz"):
        return gzip.GzipFile(fileobj=packed)
    import pyarrow  # zstandard's own reader takes a file that is cut off for a whole one

    return pyarrow.CompressedInputStream(pyarrow.PythonFile(packed, "r"), "zstd")


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a stream, counted as they come: what a header claims is not asked."""

    def __init__(self, stream: Any, packed: BinaryIO, reading: Reading) -> None:
        self._stream, self._packed, self._reading = stream, packed, reading
        self._given = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Return the place in the unpacked bytes; FastWARC asks for it, and nobody goes anywhere else."""
        if (offset, whence) not in ((0, io.SEEK_CUR), (self._given, io.SEEK_SET)):
            raise io.UnsupportedOperation("a packed file is read from its beginning to its end")
        return self._given

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._stream.read1(len(buffer))  # what is there before a cut, not all or nothing
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(self._reading.source, "damaged_archive", f"the file cannot be unpacked to its end ({error})") from error
        buffer[: len(data)] = data
        self._given += len(data)
        self._refuse_bomb()
        return len(data)

    def _refuse_bomb(self) -> None:
        limits = self._reading.limits
        if self._given <= _BOMB_FROM_FILES * limits.max_file_mb * MB:
            return
        if self._given > limits.max_unpacked_ratio * max(self._packed.tell(), 1):
            detail = f"unpacks to more than {limits.max_unpacked_ratio:g} times its size (curate.limits.max_unpacked_ratio); the rest is not read"
            raise InputError(self._reading.source, "archive_bomb", detail)
