"""Web pages: the article without menus, comments and footers, by trafilatura."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from curation.errors import InputError
from curation.readers.encoding import decode
from curation.readers.raw import RawDocument

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
_EIGHT_BIT = {"windows-1254", "iso-8859-9", "latin5", "cp1254", "windows-1252", "iso-8859-1"}


def read_html(path: Path, source: str) -> Iterator[RawDocument]:
    """Yield the main text of a page as one document, with the title, address, date and license the page gives itself."""
    import trafilatura

    page = _page(path.read_bytes(), source)
    try:
        found = trafilatura.bare_extraction(page, include_comments=False, favor_precision=True, with_metadata=True)
    except Exception as error:  # a foreign parser on broken pages fails in any way it likes
        raise InputError(source, "damaged_html", f"the page cannot be parsed ({type(error).__name__})") from error
    if found is None or not (found.text or "").strip():
        raise InputError(source, "no_main_text", "no article found on the page")
    yield RawDocument(found.text, source, found.title or "", found.url or "", found.date or "", found.license or "")


def _page(data: bytes, source: str) -> str:
    charset = _CHARSET.search(data[:4096])
    if charset and charset[1].decode("ascii").lower() in _EIGHT_BIT and not _is_utf8(data):
        return data.decode("cp1254", "replace")
    return decode(data, source)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
