"""Coverage-guided fuzzing of the readers: no bytes may stop one, and what comes out must be usable.

    python -m tests.fuzz.fuzz_readers -max_total_time=60 [CORPUS_FOLDER]

The first byte of an input chooses the format, the rest is the file; formats that are zip archives get it as one of
their members, since a mutated archive is hardly ever one. A crash is written to ./crash-<hash>; run the command with
that file as its only argument to see it again.
"""

from __future__ import annotations

import datetime
import gzip
import io
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.parquet

from tests.fuzz.engine import atheris, fuzz

with atheris().instrument_imports(include=["curation.readers"]):
    from curation.config import LimitsConfig
    from curation.readers import pieces, read
    from curation.readers.worker import serve

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-readers-"))
LIMITS = LimitsConfig(max_file_mb=0.2, max_line_mb=0.01, max_pages=50)
_CONTAINER = b'<container><rootfiles><rootfile full-path="o.opf"/></rootfiles></container>'
_PACKAGE = (
    b'<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>K</dc:title></metadata><manifest>'
    b'<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
)
_PAGE = b"<html><body><h1>Bir</h1><p>Metin.</p><ul><li>x</li></ul><table><tr><td>a</td><td>b</td></tr></table></body></html>"
_WORD = (
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:pPr><w:pStyle w:val="H"/></w:pPr>'
    b"<w:r><w:t>Metin</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"
)
_WARC = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.tr/\r\nWARC-Date: 2024-01-01T00:00:00Z\r\nContent-Type: application/http\r\n"
    b"Content-Length: 60\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nMerhaba d\xc3\xbcnya\r\n\r\n"
)


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a zip archive of `members`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def book(package: bytes = _PACKAGE, page: bytes = _PAGE, container: bytes = _CONTAINER) -> bytes:
    """Return an EPUB of one chapter."""
    return zipped({"META-INF/container.xml": container, "o.opf": package, "a.xhtml": page})


def table() -> bytes:
    """Return a Parquet file of a few rows, with a dictionary and two row groups."""
    out = io.BytesIO()
    rows = {"text": ["bir", "iki", None, "bir"], "title": ["x", "y", "x", "y"], "tarih": [datetime.date(2024, 1, 1)] * 4}
    pyarrow.parquet.write_table(pyarrow.table(rows), out, row_group_size=2)
    return out.getvalue()


FORMATS: list[tuple[str, Callable[[bytes], bytes], bytes]] = [  # ending, what is made of the input, a seed
    ("txt", bytes, "Başlık\n\nŞehir içi ulaşım.".encode("cp1254")),
    ("md", bytes, b"---\ntitle: 'K'\n---\n# Bir\n\nMetin."),
    ("jsonl", bytes, b'{"text": "a"}\r\n{"metin": "b", "title": 1}\n[1]\n'),
    ("json", bytes, b'[{"text": "a"}, {"text": "b"}, 12]'),
    ("csv", bytes, b'sep=;\nid;text\n1;"a\nb"\n2;c\n'),
    ("tsv", bytes, b"id\ttext\r1\ta\r"),
    ("jsonl", lambda data: data.decode("latin-1").encode("utf-16"), b'{"text": "a"}\n'),
    ("jsonl.gz", gzip.compress, b'{"text": "a"}\n'),
    ("csv.gz", bytes, gzip.compress(b"id,text\n1,a\n")),
    ("warc", bytes, _WARC),
    ("parquet", bytes, table()),
    ("html", bytes, _PAGE),
    ("docx", bytes, zipped({"word/document.xml": _WORD})),
    ("docx", lambda data: zipped({"word/document.xml": data}), _WORD),
    ("docx", lambda data: zipped({"word/document.xml": _WORD, "word/styles.xml": data}), b"<w:styles/>"),
    ("epub", lambda data: book(page=data), _PAGE),
    ("epub", lambda data: book(package=data), _PACKAGE),
    ("epub", lambda data: book(container=data), _CONTAINER),
    ("pdf", bytes, b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF"),
]
IN_CHILD = ("html", "docx", "epub", "pdf")


def one_file(data: bytes) -> None:
    """Read one input and check what comes out."""
    if len(data) < 2:
        return
    ending, made, _ = FORMATS[data[0] % len(FORMATS)]
    path = FOLDER / f"a.{ending}"
    path.write_bytes(made(data[1:]))
    if ending in IN_CHILD:
        in_this_process(path, ending)
        return
    documents, rejected = read_all(path)
    assert all(document[0].strip() and document[0].encode() and document[1].startswith(path.name) for document in documents)
    assert all(reason and detail for _, reason, detail in rejected)
    if ending == "jsonl":
        apart = [read_all(piece) for piece in pieces(path, 20)]
        assert [one for found, _ in apart for one in found] == documents
        assert [one for _, lost in apart for one in lost] == rejected


def read_all(path) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:  # type: ignore[no-untyped-def]
    """Return (text, source) of what a file or piece gives and (source, reason, detail) of what it loses."""
    rejected: list[tuple[str, str, str]] = []
    found = read(path, FOLDER, lambda one: rejected.append((one.source, one.reason, one.detail)), limits=LIMITS)
    return [(one.text, one.source) for one in found], rejected


def in_this_process(path: Path, kind: str) -> None:
    """Answer as the child would, but here, where the coverage is seen."""
    frames: list[tuple[object, ...]] = []
    serve(
        {"kind": kind, "path": str(path), "source": path.name, "limits": LIMITS.model_dump(mode="json")},
        None,
        lambda *one: frames.append(one),
    )
    assert frames or kind == "pdf", "neither a document nor a reason"
    for name, *values in frames:
        if name == "error":
            assert all(isinstance(value, str) and value for value in values)


def main() -> None:
    """Fuzz until the time on the command line is over."""
    fuzz(one_file, [bytes([number]) + seed for number, (_, _, seed) in enumerate(FORMATS)])


if __name__ == "__main__":
    sys.exit(main())
