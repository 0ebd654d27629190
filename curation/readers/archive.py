"""Zip archives of documents (.docx, .epub): members by name, unpacked bytes counted as they come."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from curation.errors import InputError
from curation.readers.raw import Reading

MAX_MEMBERS = 20_000  # a book of 2,000 chapters with pictures has a tenth of it; the directory alone of a million takes a gigabyte
_UNPACKED_FILES = 4  # the markup of a text is a few times its size; hundreds of times is an attack
_CHUNK_BYTES = 1_000_000


class Archive:
    """An open archive that gives out its members until together they are more than the limit."""

    def __init__(self, archive: zipfile.ZipFile, reading: Reading) -> None:
        self._archive = archive
        self._reading = reading
        self._left = _UNPACKED_FILES * reading.max_bytes
        self.names = frozenset(archive.namelist())

    def read(self, name: str) -> bytes:
        """Return the bytes of a member. Raises InputError where they are too many, locked or missing."""
        if name not in self.names:
            raise InputError(self._reading.source, "damaged_archive", f"the file lacks its part {name[:200]!r}")
        if self._archive.getinfo(name).flag_bits & 1:
            raise InputError(self._reading.source, "encrypted", "the file asks for a password")
        parts = []
        with self._archive.open(name) as member:
            while part := member.read(_CHUNK_BYTES):
                self._left -= len(part)
                if self._left < 0:
                    self._too_large()
                parts.append(part)
        return b"".join(parts)

    def _too_large(self) -> None:
        limit = _UNPACKED_FILES * self._reading.limits.max_file_mb
        detail = f"more than {limit:g} MB when unpacked, {_UNPACKED_FILES} times curate.limits.max_file_mb"
        raise InputError(self._reading.source, "file_too_large", detail)


@contextmanager
def open_archive(reading: Reading) -> Iterator[Archive]:
    """Give the archive that `reading` names. Raises InputError where it is none."""
    try:
        archive = zipfile.ZipFile(reading.path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise InputError(reading.source, f"damaged_{reading.path.suffix.lower()[1:]}", "not a zip archive, so no such file") from error
    with archive:
        if len(archive.infolist()) > MAX_MEMBERS:
            raise InputError(reading.source, "archive_bomb", f"{len(archive.infolist())} members, limit {MAX_MEMBERS}")
        yield Archive(archive, reading)


def member_path(base: str, reference: str) -> str:
    """Return the member that `reference` means inside the member `base`: relative, percent-encoded, with or without a fragment."""
    path = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)).lstrip("/")


def xml(data: bytes) -> Any:
    """Return the root of an XML member; no entity is expanded, nothing is fetched. Raises lxml's errors, and MemoryError."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise
