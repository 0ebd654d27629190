"""Plain text and Markdown: one document a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation import turkish
from curation.errors import InputError
from curation.readers.encoding import decode
from curation.readers.fields import FIELDS
from curation.readers.packed import whole
from curation.readers.raw import RawDocument, Reading

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^(\w{3,10})[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)
_TITLE_WORDS = 14
_HEADING = re.compile(r"^#[ \t]+(\S.*)$", re.MULTILINE)


def read_text(reading: Reading) -> Iterator[RawDocument]:
    """Yield a text file as one document; a short first line with an empty line below it is its title, and stays in the text."""
    text = _text(reading)
    yield RawDocument(text, reading.source, title=heading(text))


def heading(text: str) -> str:
    """Return the first line of `text` where it looks like a title: short, without a closing stop, an empty line below; else an empty text."""
    first, _, rest = text.strip().partition("\n")
    first = first.strip()
    looks_like_one = len(first.split()) <= _TITLE_WORDS and first[-1:] not in tuple(".,;:") and rest[:1] in ("\n", "\r") and rest.strip()
    return first if looks_like_one else ""


def read_markdown(reading: Reading) -> Iterator[RawDocument]:
    """Yield a Markdown file as one document; title, url, date and license come from its front matter, the title else from its first heading."""
    text = _text(reading)
    front = _FRONT_MATTER.match(text)
    fields = _front_fields(front[1] if front else "")
    body = text[front.end() :] if front else text
    if not body.strip():
        raise InputError(reading.source, "empty_text", "no text under the front matter")
    first = _HEADING.search(body)
    title = fields["title"] or (first[1].rstrip(" \t#") if first else "")
    yield RawDocument(body, reading.source, title, fields["url"], fields["date"], fields["license"])


def _front_fields(front: str) -> dict[str, str]:
    """Return the fields of a document that lines such as `title: ...` name, in English or Turkish."""
    values = {turkish.fold(name): value.strip().strip("\"'") for name, value in _FIELD.findall(front)}
    return {field: next((values[name] for name in names if values.get(name)), "") for field, names in FIELDS.items()}


def _text(reading: Reading) -> str:
    text = decode(whole(reading), reading.source)
    if not text.strip():
        raise InputError(reading.source, "empty_text", "only white space")
    return text.replace("\r\n", "\n").replace("\r", "\n")
