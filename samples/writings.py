"""The texts the corpus is made of: read from Markdown, personal data marked as `[Ayşenur Demirtaş](PERSON)'ın`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from curation import turkish

HERE = Path(__file__).parent
LICENSE = "CC0-1.0"

_HEADING = re.compile(r"^# +(.+)$", re.MULTILINE)
_MARKED = re.compile(r"\[([^\]\n]+)\]\(([A-Z_]+)\)")
_FIRST_DAY = date(2023, 1, 9)
_LONGEST_SLUG = 48


@dataclass(frozen=True, slots=True)
class Writing:
    """One text: `field` is the file it stands in, `number` its place there from 0."""

    field: str
    number: int
    title: str
    body: str

    @property
    def text(self) -> str:
        """Title, empty line, body: what a .txt file of the corpus holds."""
        return f"{self.title}\n\n{self.body}"

    @property
    def name(self) -> str:
        """`field#title`, by which the answer key names the writing."""
        return f"{self.field}#{self.title}"

    @property
    def slug(self) -> str:
        """The title as a file name of a-z, 0-9 and hyphens, at most 48 characters."""
        name = re.sub(r"[^a-z0-9]+", "-", turkish.fold(self.title)).strip("-")
        return name if len(name) <= _LONGEST_SLUG else name[: _LONGEST_SLUG + 1].rpartition("-")[0]

    @property
    def day(self) -> str:
        """An invented date of publication, YYYY-MM-DD."""
        return (_FIRST_DAY + timedelta(days=7 * self.number + len(self.title))).isoformat()

    @property
    def blocks(self) -> list[list[str]]:
        """The body as paragraphs of one line, and lists of several lines that begin with `- `."""
        return [block.split("\n") for block in self.body.split("\n\n")]


@dataclass(frozen=True, slots=True)
class Span:
    """A personal datum in a text: `text[start:end]`, without honorific and without the suffix after an apostrophe."""

    start: int
    end: int
    kind: str
    text: str


def read_writings(path: Path) -> list[Writing]:
    """Return the texts of a Markdown file, one for each `# ` heading, in order."""
    pieces = _HEADING.split(path.read_text(encoding="utf-8"))
    if pieces[0].strip():
        raise ValueError(f"{path}: text before the first heading: {pieces[0].strip()[:40]!r}")
    pairs = zip(pieces[1::2], pieces[2::2], strict=True)
    return [Writing(path.stem, number, title.strip(), body.strip()) for number, (title, body) in enumerate(pairs)]


def read_fields() -> dict[str, list[Writing]]:
    """Return the clean texts by field, fields in alphabetical order."""
    return {path.stem: read_writings(path) for path in sorted((HERE / "yazilar").glob("*.md"))}


def read_extra(name: str) -> list[Writing]:
    """Return the texts of `ekler/<name>.md`, which are there for their faults or their personal data."""
    return read_writings(HERE / "ekler" / f"{name}.md")


def unmark(marked: str) -> tuple[str, tuple[Span, ...]]:
    """Return the text without its marks, and where the marked words stand in it."""
    spans: list[Span] = []
    pieces: list[str] = []
    length = position = 0
    for match in _MARKED.finditer(marked):
        words = match[1]
        pieces += [marked[position : match.start()], words]
        start = length + match.start() - position
        length = start + len(words)
        spans.append(Span(start, length, match[2], words))
        position = match.end()
    pieces.append(marked[position:])
    return "".join(pieces), tuple(spans)
