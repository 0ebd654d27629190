"""The text of a whole page of markup, block by block: for books, where every page is text and there are no menus to leave out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_BLOCKS = frozenset(
    ("p", "div", "section", "article", "body", "li", "ul", "ol", "dl", "dt", "dd", "table", "tr", "blockquote", "pre", "figure", "figcaption",
     "aside", "header", "footer", "main", "hr", "address", "center", *_HEADINGS)
)  # fmt: skip
_SKIPPED = frozenset(("script", "style", "head", "nav", "svg", "math", "audio", "video", "object", "template", "rt", "rp"))


def blocks(root: Any) -> Iterator[str]:
    """Yield the blocks of text under an lxml element, headings as Markdown ones, list items with `- `, table rows with ` | ` between cells."""
    parts: list[str] = []
    mark = ""
    for event, element in _walk(root):
        tag = str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
        if tag in _BLOCKS:
            yield from _block(parts, mark)
            parts = []
            mark = _mark(tag) if event == "start" else ""
        if event == "start":
            parts.append("\n" if tag == "br" else " | " if tag in ("td", "th") and parts else "")
            parts.append(element.text or "" if tag else "")
        else:
            parts.append(element.tail or "" if element is not root else "")
    yield from _block(parts, mark)


def _mark(tag: str) -> str:
    return f"{_HEADINGS[tag]} " if tag in _HEADINGS else "- " if tag in ("li", "dd") else ""


def _block(parts: list[str], mark: str) -> Iterator[str]:
    # White space of the source says nothing; only <br> (a lone line feed among the parts) breaks a line.
    lines = "".join("\v" if part == "\n" else part for part in parts).split("\v")
    text = "\n".join(" ".join(line.split()) for line in lines).strip().removeprefix("| ")
    if text.strip(" |"):
        yield mark + (" ".join(text.split()) if mark.startswith("#") else text)


def _walk(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield start and end of every element in reading order, without what is no text; a stack of our own, so that no nesting is too deep."""
    waiting: list[tuple[str, Any]] = [("start", root)]
    while waiting:
        event, element = waiting.pop()
        tag = str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
        if event == "start" and tag not in _SKIPPED:
            yield event, element
            waiting.append(("end", element))
            waiting.extend(("start", child) for child in reversed(element))
        else:  # of what is skipped only the text after it is read on
            yield "end", element
