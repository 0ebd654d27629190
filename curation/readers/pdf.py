"""PDF: the text layer, page after page, read in a child process since pages can hang or swell."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from curation.errors import InputError
from curation.readers.isolate import ask
from curation.readers.raw import RawDocument, Reading

_TAIL_BYTES = 2048
_NUMBER = re.compile(r"(?:[Ss]ayfa )?[-–— ]*(?P<page>\d{1,5})[-–— ]*(?:/ ?\d+)?")
_LONGEST_NUMBER_LINE = 40  # characters; a longer line is no page number, and is not worth a pattern


def read_pdf(reading: Reading) -> Iterator[RawDocument]:
    """Yield the text layer of all pages as one document, without page numbers; a page that has none or cannot be read is rejected by itself, and one that breaks the limits ends the document."""
    answer = ask("pdf", reading)
    title, begun, length = "", 0, 0
    texts: list[str] = []
    pages: list[tuple[int, int]] = []
    for number, text in answer.frames:
        begun = max(begun, number)
        if number == 0:
            title = text
        elif text is not None:
            texts.append(_without_number(text, number))
            pages.append((length, number))
            length += len(texts[-1]) + 1
    if answer.fault:
        reason, detail = answer.fault
        rest = "; this page and those after it are not read" if begun else ""
        reading.fail(f"{reading.source}#{begun}" if begun else reading.source, reason, detail + rest)
    if texts:
        yield RawDocument("\n".join(texts), reading.source, title, pages=tuple(pages))


def page_texts(reading: Reading) -> Iterator[tuple[int, str | None]]:
    """Yield the title as (0, title), then for each page (number, None) before and (number, text) after it is read."""
    pages, title = _open(reading)
    yield 0, title
    last = min(len(pages), reading.limits.max_pages)
    for number in range(1, last + 1):
        yield number, None
        where = f"{reading.source}#{number}"
        try:
            text = pages[number - 1].extract_text()
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  # a foreign parser on broken pages fails in any way it likes
            reading.fail(where, "damaged_page", f"the page cannot be parsed ({type(error).__name__})")
            continue
        if text.strip():
            yield number, text
        else:
            reading.fail(where, "empty_text", "no text layer on this page; a scan needs OCR first")
    if len(pages) > last:
        detail = f"{len(pages)} pages, those from here on are not read (curate.limits.max_pages)"
        reading.fail(f"{reading.source}#{last + 1}", "too_many_pages", detail)


def _without_number(text: str, number: int) -> str:
    """A sentence may go on over the page; the page's number must not stand in it."""
    lines = text.strip().split("\n")
    for end in (-1, 0):
        line = lines[end].strip() if lines else ""
        found = _NUMBER.fullmatch(line) if len(line) <= _LONGEST_NUMBER_LINE else None
        if found and int(found["page"]) == number:
            del lines[end]
    return "\n".join(lines)


def _open(reading: Reading) -> tuple[Any, str]:
    import pypdf
    from pypdf.errors import DependencyError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings about a file are told in our rejection
    try:
        reader = pypdf.PdfReader(reading.path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(reading.source, "encrypted", "the file asks for a password")
        title = reader.metadata.title if reader.metadata else None
        pages = reader.pages
        count = len(pages)
    except (InputError, MemoryError, OSError):
        raise
    except DependencyError as error:
        raise InputError(
            reading.source, "encrypted", "the file is locked with AES: pip install 'pypdf[crypto]' reads those without a password"
        ) from error
    except Exception as error:  # as above
        reason = "damaged_pdf" if _has_end(reading) else "truncated_pdf"
        raise InputError(reading.source, reason, f"the file cannot be parsed ({type(error).__name__})") from error
    if count == 0:
        raise InputError(reading.source, "damaged_pdf", "the file has no pages")
    return pages, str(title or "")


def _has_end(reading: Reading) -> bool:
    with reading.path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(file.tell() - _TAIL_BYTES, 0))
        return b"%%EOF" in file.read()
