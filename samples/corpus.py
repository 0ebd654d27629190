"""The corpus while it is being built: files by path, and the answer key row by row."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from curation.storage import write_jsonl
from samples.files import jsonl_bytes
from samples.writings import Span, Writing, unmark

Expect = Literal["keep", "drop"]
Keys = Callable[[Writing], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Gold:
    """What a curation should do with one record.

    `source` and `of` are `path` or `path:line` under belgeler/, `reason` is a family (`duplicate` is either kind of it, exact or near),
    `writing` names the text that the record is when repaired, `jaccard` is the similarity to `of` in word 5-grams.
    """

    source: str
    kind: str
    expect: Expect = "keep"
    reason: str = ""
    of: str = ""
    jaccard: float | None = None
    writing: str = ""


@dataclass(frozen=True, slots=True)
class GoldPii:
    """The personal data in one record: offsets into `text`, the record's text as a reader should give it."""

    source: str
    text: str
    spans: tuple[Span, ...]


@dataclass(slots=True)
class Corpus:
    """Files and answers, collected; `write` puts them on disk."""

    files: dict[str, bytes] = field(default_factory=dict)
    gold: list[Gold] = field(default_factory=list)
    pii: list[GoldPii] = field(default_factory=list)

    def add(self, path: str, data: bytes, gold: Gold) -> None:
        """Add a file that is one record."""
        self.add_file(path, data)
        self.gold.append(gold)

    def add_file(self, path: str, data: bytes) -> None:
        """Add a file. Raises ValueError where two files want one path."""
        if path in self.files:
            raise ValueError(f"two files are called {path}")
        self.files[path] = data

    def add_text(self, folder: str, writing: Writing, kind: str, *, expect: Expect = "keep", reason: str = "") -> None:
        """Add a writing of its own as UTF-8 text, title first."""
        path = f"{folder}/{writing.slug}.txt"
        self.add(path, f"{writing.text}\n".encode(), Gold(path, kind, expect, reason, writing=writing.name))

    def add_lines(self, path: str, writings: Sequence[Writing], keys: Keys, answers: Sequence[Gold]) -> None:
        """Add a .jsonl file with a record for each writing; the answers get `path:line` as their source."""
        self.add_file(path, jsonl_bytes(map(keys, writings)))
        rows = enumerate(zip(writings, answers, strict=True), 1)
        self.gold += [dataclasses.replace(gold, source=f"{path}:{line}") for line, (_, gold) in rows]

    def add_personal(self, source: str, marked: str) -> None:
        """Note where the personal data of a record stand; `marked` is its text with marks."""
        text, spans = unmark(marked)
        self.pii.append(GoldPii(source, text, spans))

    def write(self, root: Path) -> None:
        """Write belgeler/, gold.jsonl and gold_pii.jsonl under `root`, answers in the order of their sources."""
        write_files(root / "belgeler", self.files)
        write_jsonl(root / "gold.jsonl", sorted(self.gold, key=lambda row: place(row.source)))
        write_jsonl(root / "gold_pii.jsonl", sorted(self.pii, key=lambda row: place(row.source)))


def place(source: str) -> tuple[str, int]:
    """Return the path of a source and its line or page, 0 without one."""
    path, _, number = source.replace("#", ":").partition(":")
    return path, int(number or 0)


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write `files` under `folder`, making the folders they need."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
