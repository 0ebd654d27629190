"""Books in EPUB: the chapters in the order of the spine as one document that knows where each begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from curation.errors import InputError
from curation.readers.archive import Archive, member_path, open_archive, xml
from curation.readers.encoding import decode
from curation.readers.markup import blocks
from curation.readers.raw import RawDocument, Reading

_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_FONT_LOCKS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read_epub(reading: Reading) -> Iterator[RawDocument]:
    """Yield a book as one document with its title, date and rights; a chapter that is missing or cannot be read is rejected by its place in the spine, from 1."""
    with open_archive(reading) as archive:
        _refuse_locked(archive, reading.source)
        package = _package_name(archive, reading.source)
        root = xml(archive.read(package))
        texts, pages, length = [], [], 0
        for number, name in enumerate(_spine(root, package), 1):
            text = _chapter(archive, name, reading, number)
            if text:
                texts.append(text)
                pages.append((length, number))
                length += len(text) + 2
    if not texts:
        raise InputError(reading.source, "empty_text", "the book holds no text")
    about = {name: _about(root, name) for name in ("title", "rights", "date")}
    yield RawDocument("\n\n".join(texts), reading.source, about["title"], "", about["date"][:10], about["rights"], tuple(pages))


def _chapter(archive: Archive, name: str, reading: Reading, number: int) -> str:
    if not name:
        return ""
    where = f"{reading.source}#{number}"
    if name not in archive.names:
        reading.fail(where, "damaged_page", f"the chapter {name[:200]!r} is missing")
        return ""
    data = archive.read(name)
    from lxml import etree

    try:
        return "\n\n".join(blocks(_page(data, where)))
    except (InputError, ValueError, etree.LxmlError) as error:
        reading.fail(where, "damaged_page", f"the chapter cannot be parsed ({type(error).__name__})")
        return ""


def _page(data: bytes, where: str) -> Any:
    from lxml import etree, html

    try:
        root = xml(data)
        if next(root.iter(etree.Entity), None) is None:  # &nbsp; comes from a DTD that is not loaded; HTML knows it by itself
            return root
    except etree.XMLSyntaxError:
        pass
    return html.document_fromstring(decode(data, where).encode(), parser=html.HTMLParser(encoding="utf-8", remove_comments=True))


def _refuse_locked(archive: Archive, source: str) -> None:
    part = "META-INF/encryption.xml"
    if part not in archive.names:
        return
    methods = [element.get("Algorithm", "") for element in xml(archive.read(part)).iter() if str(element.tag).endswith("}EncryptionMethod")]
    if any(method not in _FONT_LOCKS for method in methods):
        raise InputError(source, "encrypted", "the book is locked by its shop (DRM)")


def _package_name(archive: Archive, source: str) -> str:
    if _CONTAINER in archive.names:
        for element in xml(archive.read(_CONTAINER)).iter():
            if str(element.tag).rpartition("}")[2] == "rootfile" and element.get("full-path"):
                return member_path("", element.get("full-path"))
    raise InputError(source, "damaged_epub", "the archive names no package file, so it is no book")


def _spine(root: Any, package: str) -> Iterator[str]:
    """Yield the member of every page in the order of the spine, an empty name for a table of contents and for pictures."""
    items = {element.get("id", ""): element for element in root.iter() if str(element.tag).rpartition("}")[2] == "item"}
    for element in root.iter():
        if str(element.tag).rpartition("}")[2] != "itemref":
            continue
        item = items.get(element.get("idref", ""))
        if item is None or item.get("media-type", "") not in _PAGES or "nav" in item.get("properties", "").split():
            yield ""
        else:
            yield member_path(package, item.get("href", ""))


def _about(root: Any, name: str) -> str:
    dublin_core = f"{{http://purl.org/dc/elements/1.1/}}{name}"
    found = next((element for element in root.iter(dublin_core)), None)
    return " ".join("".join(found.itertext()).split()) if found is not None else ""
