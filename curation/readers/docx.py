"""Word documents: headings, paragraphs, lists and tables in their order; deleted text, notes and pictures left out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from curation.errors import InputError
from curation.readers.archive import Archive, member_path, open_archive, xml
from curation.readers.raw import RawDocument, Reading

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_DOCUMENT = "word/document.xml"
_HEADING = re.compile(r"heading ([1-9])")
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Text that is not read on: deleted or moved away by a tracked change, and the second rendering of a drawing.
_SKIPPED = frozenset(("del", "moveFrom", "Fallback", "pPr", "rPr", "tblPr", "instrText"))


def read_docx(reading: Reading) -> Iterator[RawDocument]:
    """Yield a .docx file as one document, headings as Markdown ones and table rows with ` | ` between cells."""
    with open_archive(reading) as archive:
        name = _main_part(archive)
        body = next(iter(xml(archive.read(name))), None)
        blocks = [block for block in _blocks(body, _style_names(archive, name)) if block.strip()] if body is not None else []
        title = _title(archive)
    if not blocks:
        raise InputError(reading.source, "empty_text", "the document holds no text")
    heading = next((block for block in blocks if block.startswith("# ")), "")
    yield RawDocument("\n\n".join(blocks), reading.source, title or heading.removeprefix("# "))


def _main_part(archive: Archive) -> str:
    if _DOCUMENT in archive.names or "_rels/.rels" not in archive.names:
        return _DOCUMENT
    for relation in xml(archive.read("_rels/.rels")):
        if relation.get("Type", "").endswith("/officeDocument"):
            return member_path("", relation.get("Target", ""))
    return _DOCUMENT


def _style_names(archive: Archive, main: str) -> dict[str, str]:
    """Return the names of styles by id: ids are translated with Word's language, names are not."""
    part = posixpath.join(posixpath.dirname(main), "styles.xml")
    if part not in archive.names:
        return {}
    styles = (style for style in xml(archive.read(part)) if _tag(style) == "style")
    return {_attribute(style, "styleId"): _attribute(_child(style, "name"), "val") for style in styles}


def _title(archive: Archive) -> str:
    part = "docProps/core.xml"
    if part not in archive.names:
        return ""
    found = next((element for element in xml(archive.read(part)) if _tag(element) == "title"), None)
    return (found.text or "").strip() if found is not None else ""


def _blocks(parent: Any, styles: Mapping[str, str]) -> Iterator[str]:
    for element in parent:
        tag = _tag(element)
        if tag == "p":
            yield _paragraph(element, styles)
        elif tag == "tbl":
            yield "\n".join(_row(row) for row in element.iter(f"{_W}tr", f"{_STRICT_W}tr") if _table_of(row) is element)
        elif tag not in _SKIPPED:  # a content control, a tracked insertion: a wrapper around blocks
            yield from _blocks(element, styles)


def _table_of(row: Any) -> Any:
    return next(row.iterancestors(f"{_W}tbl", f"{_STRICT_W}tbl"), None)


def _row(row: Any) -> str:
    cells = [cell for cell in row.iter(f"{_W}tc", f"{_STRICT_W}tc") if next(cell.iterancestors(f"{_W}tr", f"{_STRICT_W}tr")) is row]
    return " | ".join(" ".join("\n".join(_text(part) for part in cell).split()) for cell in cells)


def _paragraph(paragraph: Any, styles: Mapping[str, str]) -> str:
    properties = _child(paragraph, "pPr")
    style = styles.get(_attribute(_child(properties, "pStyle"), "val"), "").lower()
    text = _text(paragraph).strip()
    heading = _HEADING.fullmatch(style)
    if not text:
        return ""
    if style == "title" or heading:
        return f"{'#' * int(heading[1]) if heading else '#'} {' '.join(text.split())}"
    return f"- {text}" if style.startswith("list") or _child(properties, "numPr") is not None else text


def _text(element: Any) -> str:
    parts = []
    waiting = [element]  # a stack of our own: nesting is as deep as the file likes
    while waiting:
        one = waiting.pop()
        tag = _tag(one)
        if tag == "t":
            parts.append(one.text or "")
        elif tag in _BREAKS:
            parts.append(_BREAKS[tag])
        elif tag not in _SKIPPED:
            if tag == "p" and parts:
                parts.append("\n")
            waiting.extend(reversed(one))
    return "".join(parts)


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _child(element: Any, tag: str) -> Any:
    return None if element is None else next((child for child in element if _tag(child) == tag), None)


def _attribute(element: Any, name: str) -> str:
    if element is None:
        return ""
    return str(element.get(_W + name) or element.get(_STRICT_W + name) or "")
