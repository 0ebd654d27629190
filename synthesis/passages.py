"""Document -> passages: whole paragraphs up to a size, never cut inside a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from curation import turkish
from curation.records import Document, content_id
from synthesis.config import SynthesisConfig

_PARAGRAPH = re.compile(r"\S(?:.*?\S)?(?=\s*\n\s*\n|\s*\Z)", re.DOTALL)
_LINE = re.compile(r"\S[^\n]*(?<!\s)")
_MARKED_HEADING = re.compile(r"#{1,6} +(?P<title>[^\n]+)\Z")
_ITEM = re.compile(r"(?:[-–•*]|\d{1,2}[.)]) ")
_LONGEST_HEADING = 12  # words; longer lines are sentences


@dataclass(frozen=True, slots=True)
class Passage:
    """The characters `start:end` of a document's text, as `text`; `rest` is what follows the first one, empty for the others."""

    id: str
    document_id: str
    title: str
    text: str
    start: int
    end: int
    rest: str = ""


def passages(document: Document, config: SynthesisConfig) -> Iterator[Passage]:
    """Yield the passages of `document` in order; title and marked headings belong to none. An empty document has none."""
    text = document.text
    body = _body_start(text, document.title)
    pieces = [span for span in _pieces(text, config.passage_words) if span[0] >= body]
    title = document.title or " ".join(text[:body].split()).lstrip("# ")
    if not title:
        headings = (_MARKED_HEADING.match(text[start:end]) for start, end in pieces)
        title = next((match["title"].strip() for match in headings if match is not None), "")
    for index, (start, end) in enumerate(_joined(text, pieces, config.passage_words)):
        rest = "" if index else text[end:].rstrip()
        yield Passage(content_id("p", document.id, str(start), text[start:end]), document.id, title, text[start:end], start, end, rest)


def is_heading(line: str) -> bool:
    """Whether a line that stands alone is short and ends without a full stop, as headings do; `Yanardağ nedir?` too, an item of a list not."""
    return (
        bool(line)
        and (line[0].isupper() or line[0].isdigit())
        and line[-1] not in '.!…:;,"'
        and len(line.split()) <= _LONGEST_HEADING
        and not _ITEM.match(line)
    )


def opens(passage: str) -> bool:
    """Whether a passage reads from its beginning to its end: no small letter in front, no page number or open question behind."""
    first = next((letter for letter in passage if letter.isalnum()), "")
    last = passage.rstrip().rsplit("\n", maxsplit=1)[-1]
    return not first.islower() and not last.rstrip().endswith("?") and re.search(r"(?:^|[.!?…]) ?\d{1,4}$", last.strip()) is None


def _body_start(text: str, title: str) -> int:
    """Return where the text behind its title line begins: the line `title`, or one that looks like a title with an empty line below."""
    first = _LINE.search(text)
    if first is None:
        return 0
    line = first.group().lstrip("# ")
    below = text[first.end() :]
    if title and line == title:
        return first.end() + len(below) - len(below.lstrip())
    if not title and is_heading(line) and not first.group().startswith("#") and re.match(r"[ \t]*\n[ \t]*\n\s*\S", below):
        return first.end() + len(below) - len(below.lstrip())
    return 0


def _pieces(text: str, most: int) -> Iterator[tuple[int, int]]:
    # Without a single empty line a line is a paragraph, as in text taken from web pages.
    paragraph = _PARAGRAPH if re.search(r"\S[ \t]*\n[ \t]*\n\s*\S", text) else _LINE
    for found in paragraph.finditer(text):
        if _words(found.group()) <= most * 3 // 2:
            yield found.span()
            continue
        base = found.start()
        yield from _grown(text, [(base + s, base + e) for s, e in turkish.sentences(found.group())], most)


def _grown(text: str, spans: list[tuple[int, int]], most: int) -> Iterator[tuple[int, int]]:
    start, end = spans[0]
    for next_start, next_end in spans[1:]:
        # A question stays with the sentence that answers it.
        if _words(text[start:next_end]) > most and text[end - 1] != "?":
            yield start, end
            start = next_start
        end = next_end
    yield start, end


def _joined(text: str, pieces: list[tuple[int, int]], most: int) -> Iterator[tuple[int, int]]:
    group: list[tuple[int, int]] = []
    for piece in pieces:
        start, end = piece
        if _MARKED_HEADING.match(text[start:end]):
            yield from _closed(group)
            group = []
            continue
        if group and _words(text[group[0][0] : end]) > most + most // 4 and not _belongs(text[slice(*group[-1])], text[start:end]):
            # A heading goes with what stands below it.
            below = [group.pop()] if len(group) > 1 and is_heading(text[slice(*group[-1])]) else []
            yield from _closed(group)
            group = below
        group.append(piece)
    yield from _closed(group)


def _closed(group: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if group:
        yield group[0][0], group[-1][1]


def _belongs(before: str, piece: str) -> bool:
    """Whether a piece goes on with a list: its items stay with the sentence that announces them, whatever the size."""
    return before.endswith(":") or (_ITEM.match(before) is not None and _ITEM.match(piece) is not None)


def _words(text: str) -> int:
    return len(text.split())
