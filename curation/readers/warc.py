"""Web archives (.warc, and Common Crawl's .wet): one document for each page that a server answered with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from curation.errors import InputError, MissingPackage
from curation.readers.encoding import decode
from curation.readers.isolate import isolated
from curation.readers.packed import is_packed, opened
from curation.readers.plain import heading
from curation.readers.raw import RawDocument, Reading

_PAGES = ("text/html", "application/xhtml+xml")
_TEXTS = ("text/plain",)
_SUCCESS = 200


def read_warc(reading: Reading) -> Iterator[RawDocument]:
    """Yield the main text of every page and plain text in a web archive, named by the number of its record from 1, with the record's address and date; records of another kind are passed over."""
    for number, record in enumerate(_records(reading), 1):
        where = f"{reading.source}:{number}"
        try:
            kind = _kind(record)
            if kind:
                yield from _documents(record, kind, where, reading)
        except InputError as error:
            if error.where == reading.source:  # of the whole file, which ends here
                raise
            reading.fail(where, error.reason, error.detail)
        except BaseException as error:  # a record's own headers or packing
            if not _is_damage(error):
                raise
            reading.fail(where, "damaged_record", f"the record cannot be read ({_cause(error)})")


def _records(reading: Reading) -> Iterator[Any]:
    try:
        from fastwarc.warc import ArchiveIterator
    except ImportError as error:
        raise MissingPackage("fastwarc", "warc", f"the input {reading.source}") from error
    with _stream(reading) as stream:
        try:
            yield from ArchiveIterator(stream, parse_http=False, fsspec_args=False)
        except InputError:
            raise
        except BaseException as error:
            if not _is_damage(error):
                raise
            detail = f"not a web archive from here on, the rest is not read ({_cause(error)})"
            raise InputError(reading.source, "damaged_warc", detail) from error


@contextmanager
def _stream(reading: Reading) -> Iterator[str | BinaryIO]:
    if not is_packed(reading.path):
        yield str(reading.path)
        return
    with opened(reading) as file:
        yield getattr(file, "raw", file)  # a buffer would wait to be full, and lose what stands before a cut


def _kind(record: Any) -> str:
    """Return the media type of a record that holds a page or a text, an empty one for every other."""
    from fastwarc.warc import conversion, response

    if record.record_type == conversion:
        kind = (record.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        return kind if kind in _TEXTS else ""
    if record.record_type != response or not record.is_http:
        return ""
    record.parse_http(auto_decode="all")
    if record.http_headers is None or record.http_headers.status_code != _SUCCESS:
        return ""
    kind = (record.http_content_type or "").lower()
    return kind if kind in _PAGES or kind in _TEXTS else ""


def _documents(record: Any, kind: str, where: str, reading: Reading) -> Iterator[RawDocument]:
    charset = record.http_charset if record.is_http_parsed else None
    data = record.reader.read(reading.max_line + 1)
    if len(data) > reading.max_line:
        reading.too_long(where)
        return
    url = record.headers.get("WARC-Target-URI") or ""
    date = (record.headers.get("WARC-Date") or "")[:10]
    data = _as_utf8(data, charset)
    if kind in _TEXTS:
        text = decode(data, where)
        if not text.strip():
            raise InputError(where, "empty_text", "only white space")
        yield RawDocument(text, where, heading(text), url, date)
        return
    page = Reading(reading.piece, where, reading.fail, limits=reading.limits)
    for document in isolated("html", page, data):
        yield RawDocument(document.text, where, document.title, url, date, document.license)


def _as_utf8(data: bytes, charset: str | None) -> bytes:
    """What the server says of the encoding goes before what the page says, where it is true."""
    if not charset:
        return data
    try:
        return data.decode(charset).encode()
    except (UnicodeError, LookupError):
        return data


def _is_damage(error: BaseException) -> bool:
    return isinstance(error, OSError | ValueError | EOFError) or type(error).__name__ == "PanicException"  # Rust's, which is no Exception


def _cause(error: BaseException) -> str:
    return str(error).partition("\n")[0][:200] or type(error).__name__
