"""Plain text and Markdown: one document a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from curation.errors import InputError
from curation.readers.encoding import decode
from curation.readers.raw import RawDocument

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^(title|url|date|license)\s*:\s*(.+?)\s*$", re.MULTILINE)
_TITLE_WORDS = 14
_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


def read_text(path: Path, source: str) -> Iterator[RawDocument]:
    """Yield a text file as one document; a short first line with an empty line below it is its title, and stays in the text."""
    text = _text(path, source).replace("\r\n", "\n")
    yield RawDocument(text, source, title=heading(text))


def heading(text: str) -> str:
    """Return the first line of `text` where it looks like a title: short, without a closing stop, an empty line below; else an empty text."""
    first, _, rest = text.strip().partition("\n")
    first = first.strip()
    looks_like_one = len(first.split()) <= _TITLE_WORDS and first[-1:] not in tuple(".,;:") and rest[:1] in ("\n", "\r") and rest.strip()
    return first if looks_like_one else ""


def read_markdown(path: Path, source: str) -> Iterator[RawDocument]:
    """Yield a Markdown file as one document; title, url, date and license come from its front matter, the title else from its first heading."""
    text = _text(path, source).replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    fields = {name: value.strip("\"'") for name, value in _FIELD.findall(front[1])} if front else {}
    body = text[front.end() :] if front else text
    if not body.strip():
        raise InputError(source, "empty_text", "no text under the front matter")
    heading = _HEADING.search(body)
    yield RawDocument(body, source, **{"title": heading[1] if heading else "", **fields})


def _text(path: Path, source: str) -> str:
    text = decode(path.read_bytes(), source)
    if not text.strip():
        raise InputError(source, "empty_text", "only white space")
    return text
