"""PDF: the text layer, page after page."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from curation.errors import InputError
from curation.readers.raw import Fail, RawDocument

_TAIL_BYTES = 2048
_NUMBER = re.compile(r"(?:[Ss]ayfa )?[-–— ]*(?P<page>\d{1,5})[-–— ]*(?:/ ?\d+)?")


def read_pdf(path: Path, source: str, fail: Fail) -> Iterator[RawDocument]:
    """Yield the text layer of all pages as one document, without page numbers; a page that has none or cannot be read is rejected by itself."""
    pages, title = _open(path, source)
    texts = []
    for number in range(1, len(pages) + 1):
        where = f"{source}#{number}"
        try:
            text = pages[number - 1].extract_text()
        except Exception as error:  # noqa: BLE001  # a foreign parser on broken pages fails in any way it likes
            fail(where, "damaged_page", f"the page cannot be parsed ({type(error).__name__})")
            continue
        if text.strip():
            texts.append(_without_number(text, number))
        else:
            fail(where, "empty_text", "no text layer on this page; a scan needs OCR first")
    if texts:
        yield RawDocument("\n".join(texts), source, title)


def _without_number(text: str, number: int) -> str:
    """A sentence may go on over the page; the page's number must not stand in it."""
    lines = text.strip().split("\n")
    for end in (-1, 0):
        found = _NUMBER.fullmatch(lines[end].strip()) if lines else None
        if found and int(found["page"]) == number:
            del lines[end]
    return "\n".join(lines)


def _open(path: Path, source: str) -> tuple[Any, str]:
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings about a file are told in our rejection
    data = path.read_bytes()
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(source, "encrypted", "the file asks for a password")
        title = reader.metadata.title if reader.metadata else None
        pages = reader.pages
        count = len(pages)
    except InputError:
        raise
    except Exception as error:  # as above
        reason = "truncated_pdf" if b"%%EOF" not in data[-_TAIL_BYTES:] else "damaged_pdf"
        raise InputError(source, reason, f"the file cannot be parsed ({type(error).__name__})") from error
    if count == 0:
        raise InputError(source, "damaged_pdf", "the file has no pages")
    return pages, str(title or "")
