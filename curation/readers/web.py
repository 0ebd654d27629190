"""Web pages: the article without menus, comments and footers, by trafilatura in a child process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from curation.errors import InputError
from curation.readers.encoding import HEAD_BYTES, decode, encoding_of
from curation.readers.isolate import isolated
from curation.readers.packed import is_packed, whole
from curation.readers.raw import RawDocument, Reading

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
# Turkish pages that call themselves Western hold Turkish letters: the code pages differ in six letters, and these are the Turkish ones.
_TURKISH = frozenset(("windows-1254", "iso-8859-9", "latin5", "cp1254", "windows-1252", "cp1252", "iso-8859-1", "latin1", "us-ascii"))
_OTHERS = re.compile(r"(?:windows-|cp|iso-8859-|koi8-|gb|big5|euc-|shift_jis)[a-z0-9_-]*")


def read_html(reading: Reading) -> Iterator[RawDocument]:
    """Yield the main text of a page as one document, with the title, address, date and license the page gives itself."""
    return isolated("html", reading, whole(reading) if is_packed(reading.path) else None)


def read_page(data: bytes, source: str) -> Iterator[RawDocument]:
    """Yield the main text of the page in `data`. Raises InputError where it has none, and whatever the parser raises."""
    import trafilatura

    page = page_text(data, source)
    found = trafilatura.bare_extraction(
        page,
        include_comments=False,
        favor_precision=True,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},  # no guesses from the text: wrong more often than not
    )
    if found is None or not (found.text or "").strip():
        deep = _is_cut_for_depth(page)
        reason, detail = ("nested_too_deep", "tags nested by the hundred") if deep else ("no_main_text", "no article found on the page")
        raise InputError(source, reason, detail)
    yield RawDocument(found.text, source, found.title or "", found.url or "", found.date or "", found.license or "")


def page_text(data: bytes, source: str) -> str:
    """Return a page as text: as UTF-8 or UTF-16 where it is that, else as it says of itself, else as the encoding it looks like. Raises InputError where it is binary."""
    charset = _CHARSET.search(data[:4096])
    if charset is None or encoding_of(data[:HEAD_BYTES]) != "utf-8" or _is_utf8(data):
        return decode(data, source)
    name = charset[1].decode("ascii").lower()
    if name in _TURKISH:
        return data.decode("cp1254", "replace")
    try:
        return data.decode(name, "replace") if _OTHERS.fullmatch(name) else decode(data, source)
    except LookupError:
        return decode(data, source)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_cut_for_depth(page: str) -> bool:
    """Whether libxml2 stopped reading at its own limit of nesting."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8")
    with suppress(etree.XMLSyntaxError):
        etree.fromstring(page.encode("utf-8", "replace"), parser)
    return any("depth" in entry.message for entry in parser.error_log)
