"""Files of every kind to raw documents: one file here for each format, `read` chooses by the file's ending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from curation.config import LimitsConfig
from curation.errors import InputError
from curation.readers.files import check_file, find_inputs, source_of
from curation.readers.hub import license_of
from curation.readers.isolate import isolated
from curation.readers.packed import is_packed, refuse_large, unpacked_name
from curation.readers.parquet import read_parquet
from curation.readers.pdf import read_pdf
from curation.readers.pieces import pieces
from curation.readers.plain import read_markdown, read_text
from curation.readers.raw import Piece, RawDocument, Reading
from curation.readers.rows import read_json, read_json_lines
from curation.readers.table import read_table
from curation.readers.warc import read_warc
from curation.readers.web import read_html
from curation.records import Reject, Rejected, content_id

__all__ = ["FORMATS", "Piece", "RawDocument", "find_inputs", "pieces", "read"]

Reader = Callable[[Reading], Iterator[RawDocument]]

_STREAMED: dict[str, Reader] = {  # of any size, one row in memory
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".json": read_json,
    ".csv": partial(read_table, delimiter=None),
    ".tsv": partial(read_table, delimiter="\t"),
    ".parquet": read_parquet,
    ".warc": read_warc,
    ".wet": read_warc,
}
_WHOLE: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
    ".docx": partial(isolated, "docx"),
    ".epub": partial(isolated, "epub"),
}
_READERS = {**_WHOLE, **_STREAMED}
_NEVER_PACKED = frozenset((".pdf", ".docx", ".epub", ".parquet"))  # packed in themselves, and read by seeking
FORMATS = tuple(_READERS)


def read(
    path: Path | Piece, root: Path, reject: Reject, *, text_field: str | None = None, limits: LimitsConfig | None = None
) -> Iterator[RawDocument]:
    """Yield the documents of one file or piece of one, named relative to `root`; what cannot be read is rejected, a file at most once and a row by its line."""
    piece = path if isinstance(path, Piece) else Piece(path)
    source = source_of(piece.path, root)

    def fail(where: str, reason: str, detail: str) -> None:
        reject(Rejected(content_id("d", where, reason), reason, detail, where))

    reading = Reading(piece, source, fail, text_field, limits or LimitsConfig())
    try:
        check_file(piece.path, root, source)
        reader = _reader(reading)
        license_ = license_of(piece.path, root)
        for document in reader(reading):
            yield document.whole(license_)
    except InputError as error:
        fail(error.where, error.reason, error.detail)
    except OSError as error:
        fail(source, "unreadable", error.strerror or "the file cannot be opened")


def _reader(reading: Reading) -> Reader:
    """Return the reader for the file's ending. Raises InputError where there is none, or the file is too large for it."""
    ending = Path(unpacked_name(reading.path)).suffix
    if ending not in _READERS or (is_packed(reading.path) and ending in _NEVER_PACKED):
        seen = reading.path.suffix.lower() or "no ending"
        raise InputError(reading.source, "unsupported_format", f"{seen}: known are {' '.join(FORMATS)}, most of them also .gz and .zst")
    if ending in _WHOLE:
        refuse_large(reading)
    return _READERS[ending]
