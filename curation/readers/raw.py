"""What a reader is given, and what it hands on: a text as it stood in the file, with what the file says about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from curation.config import LimitsConfig

Fail = Callable[[str, str, str], None]
"""Called as `fail(where, reason, detail)` for one row or page that cannot be used."""

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One text before any cleaning; `source` is `path`, `path:row` or `path#page`. `pages` are (first character, number) of the pages of a PDF or the parts of a book, in order."""

    text: str
    source: str
    title: str = ""
    url: str = ""
    date: str = ""
    license: str = ""
    pages: tuple[tuple[int, int], ...] = ()

    def whole(self, license_: str) -> RawDocument:
        """Return the document with `license_` where it has none of its own, and without lone surrogates, which no file can hold."""
        return RawDocument(
            _paired(self.text),
            self.source,
            _paired(self.title),
            _paired(self.url),
            _paired(self.date),
            _paired(self.license) or license_,
            self.pages,
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """The part `start:end` of a file: bytes of a line-based one, row groups of a .parquet one, all of it where `end` is None. `first` is the number of its first line or row."""

    path: Path
    start: int = 0
    end: int | None = None
    first: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """One file to read: the piece of it, the name its documents bear, where its bad rows go, and what it may cost."""

    piece: Piece
    source: str
    fail: Fail
    text_field: str | None = None
    limits: LimitsConfig = field(default_factory=LimitsConfig)

    @property
    def path(self) -> Path:
        """The file itself."""
        return self.piece.path

    @property
    def max_bytes(self) -> int:
        """The most bytes of a file that is read as a whole."""
        return int(self.limits.max_file_mb * MB)

    @property
    def max_line(self) -> int:
        """The most bytes of one line or row."""
        return int(self.limits.max_line_mb * MB)

    def too_long(self, where: str) -> None:
        """Reject the line or row at `where` for its length."""
        self.fail(where, "line_too_long", f"longer than {self.limits.max_line_mb:g} MB (curate.limits.max_line_mb)")


def _paired(text: str) -> str:
    """Return `text` with surrogates paired or, where one stands alone, U+FFFD."""
    try:
        if not text.isascii():
            text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
