"""Word documents: headings, paragraphs, lists and tables in their order."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from curation.errors import InputError
from curation.readers.raw import RawDocument


def read_docx(path: Path, source: str, *, max_bytes: int) -> Iterator[RawDocument]:
    """Yield a .docx file as one document, headings as Markdown ones and table rows with ` | ` between cells."""
    _refuse_bomb(path, source, max_bytes)
    import docx

    try:
        document = docx.Document(str(path))
        blocks = [_block(item) for item in document.iter_inner_content()]
        title = document.core_properties.title or ""
    except Exception as error:  # a foreign parser on broken files fails in any way it likes
        raise InputError(source, "damaged_docx", f"the file cannot be parsed ({type(error).__name__})") from error
    text = "\n\n".join(block for block in blocks if block.strip())
    if not text:
        raise InputError(source, "empty_text", "the document holds no text")
    heading = next((block for block in blocks if block.startswith("# ")), "")
    yield RawDocument(text, source, title or heading.removeprefix("# "))


def _refuse_bomb(path: Path, source: str, max_bytes: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(source, "damaged_docx", "not a zip archive, so not a .docx") from error
    if size > 4 * max_bytes:  # text unpacks to a few times its size; hundreds of times is an attack
        raise InputError(source, "file_too_large", f"{size / 1_000_000:.0f} MB when unpacked (curate.limits.max_file_mb)")


def _block(item: Any) -> str:
    if hasattr(item, "rows"):
        return "\n".join(" | ".join(cell.text.strip().replace("\n", " ") for cell in row.cells) for row in item.rows)
    style = (item.style.name or "") if item.style is not None else ""
    if style == "Title":
        return f"# {item.text}"
    if style.startswith("Heading") and style[-1:].isdigit():
        return f"{'#' * int(style[-1])} {item.text}"
    return f"- {item.text}" if style.startswith("List") else str(item.text)
