"""Document -> passages: whole paragraphs up to a size, never cut inside a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from curation import turkish
from curation.records import Document, content_id
from synthesis.config import SynthesisConfig

_PARAGRAPH = re.compile(r"\S(?:.*?\S)?(?=\s*\n\s*\n|\s*\Z)", re.DOTALL)
_HEADING = re.compile(r"#{1,6} +(?P<title>[^\n]+)\Z")


@dataclass(frozen=True, slots=True)
class Passage:
    """The characters `start:end` of a document's text, as `text`."""

    id: str
    document_id: str
    title: str
    text: str
    start: int
    end: int


def passages(document: Document, config: SynthesisConfig) -> Iterator[Passage]:
    """Yield the passages of `document` in order; headings belong to none. An empty document has none."""
    title, pieces = document.title, list(_pieces(document.text, config.passage_words))
    for start, end in pieces:
        heading = _HEADING.match(document.text[start:end])
        if heading is not None:
            title = title or heading["title"].strip()
    for start, end in _joined(document.text, pieces, config.passage_words, document.title):
        text = document.text[start:end]
        yield Passage(content_id("p", document.id, str(start), text), document.id, title, text, start, end)


def _pieces(text: str, most: int) -> Iterator[tuple[int, int]]:
    for paragraph in _PARAGRAPH.finditer(text):
        if _words(paragraph.group()) <= most * 3 // 2:
            yield paragraph.span()
            continue
        base = paragraph.start()
        yield from _grown(text, [(base + s, base + e) for s, e in turkish.sentences(paragraph.group())], most)


def _grown(text: str, spans: list[tuple[int, int]], most: int) -> Iterator[tuple[int, int]]:
    start, end = spans[0]
    for next_start, next_end in spans[1:]:
        if _words(text[start:next_end]) > most:
            yield start, end
            start = next_start
        end = next_end
    yield start, end


def _joined(text: str, pieces: list[tuple[int, int]], most: int, title: str) -> Iterator[tuple[int, int]]:
    open_at: tuple[int, int] | None = None
    for start, end in pieces:
        piece = text[start:end]
        heading = _HEADING.match(piece) is not None or (bool(title) and piece == title)
        # A list belongs to the paragraph that announces it, whatever the size.
        announced = open_at is not None and text[open_at[0] : open_at[1]].endswith(":")
        full = open_at is not None and _words(text[open_at[0] : end]) > most + most // 4 and not announced
        if open_at is not None and (heading or full):
            yield open_at
            open_at = None
        if not heading:
            open_at = (start, end) if open_at is None else (open_at[0], end)
    if open_at is not None:
        yield open_at


def _words(text: str) -> int:
    return len(text.split())
