"""Files of every kind to raw documents: one file here for each format, `read` chooses by the file's ending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from curation.config import LimitsConfig
from curation.errors import InputError
from curation.readers.docx import read_docx
from curation.readers.files import check_file, find_inputs, source_of
from curation.readers.pdf import read_pdf
from curation.readers.plain import read_markdown, read_text
from curation.readers.raw import Fail, RawDocument
from curation.readers.rows import read_json, read_json_lines, read_table
from curation.readers.web import read_html
from curation.records import Reject, Rejected, content_id

__all__ = ["RawDocument", "find_inputs", "read"]

FORMATS = (".txt", ".md", ".jsonl", ".json", ".csv", ".tsv", ".html", ".htm", ".pdf", ".docx")
_STREAMED = (".jsonl", ".csv", ".tsv")


def read(
    path: Path, root: Path, reject: Reject, *, text_field: str | None = None, limits: LimitsConfig | None = None
) -> Iterator[RawDocument]:
    """Yield the documents of one file, named relative to `root`; what cannot be read is rejected, a file at most once and a row by its line."""
    limits = limits or LimitsConfig()
    source = source_of(path, root)

    def fail(where: str, reason: str, detail: str) -> None:
        reject(Rejected(content_id("d", where, reason), reason, detail, where))

    ending = path.suffix.lower()
    try:
        check_file(path, root, source, None if ending in _STREAMED else limits.max_file_mb)
        reader = _reader(ending, text_field, limits)
        if reader is None:
            raise InputError(source, "unsupported_format", f"{ending or 'no ending'}: known are {' '.join(FORMATS)}")
        yield from reader(path, source, fail)
    except InputError as error:
        fail(error.where, error.reason, error.detail)
    except OSError as error:
        fail(source, "unreadable", error.strerror or "the file cannot be opened")


Reader = Callable[[Path, str, Fail], Iterator[RawDocument]]


def _reader(ending: str, text_field: str | None, limits: LimitsConfig) -> Reader | None:
    max_line = int(limits.max_line_mb * 1_000_000)
    readers: dict[str, Reader] = {
        ".txt": _whole(read_text),
        ".md": _whole(read_markdown),
        ".jsonl": partial(read_json_lines, text_field=text_field, max_line=max_line),
        ".json": partial(read_json, text_field=text_field, max_line=max_line),
        ".csv": partial(read_table, delimiter=None, text_field=text_field, max_line=max_line),
        ".tsv": partial(read_table, delimiter="\t", text_field=text_field, max_line=max_line),
        ".html": _whole(read_html),
        ".htm": _whole(read_html),
        ".pdf": read_pdf,
        ".docx": _whole(partial(read_docx, max_bytes=int(limits.max_file_mb * 1_000_000))),
    }
    return readers.get(ending)


def _whole(reader: Callable[[Path, str], Iterator[RawDocument]]) -> Reader:
    # One document or one InputError: nothing to fail row by row.
    return lambda path, source, _: reader(path, source)
