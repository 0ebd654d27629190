"""PDF: one document a page, so that a sentence can be traced to the page it stands on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from curation.errors import InputError
from curation.readers.raw import Fail, RawDocument

_TAIL_BYTES = 2048


def read_pdf(path: Path, source: str, fail: Fail) -> Iterator[RawDocument]:
    """Yield the text layer of each page; a page without one is rejected, a damaged or locked file as a whole."""
    pages, title = _open(path, source)
    for number in range(len(pages)):
        where = f"{source}#{number + 1}"
        try:
            text = pages[number].extract_text()
        except Exception as error:  # noqa: BLE001  # a foreign parser on broken pages fails in any way it likes
            fail(where, "damaged_page", f"the page cannot be parsed ({type(error).__name__})")
            continue
        if text.strip():
            yield RawDocument(text, where, title)
        else:
            fail(where, "empty_text", "no text layer on this page; a scan needs OCR first")


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
