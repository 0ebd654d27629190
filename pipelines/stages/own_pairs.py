"""Pairs that the user has: read from files of any of our formats, they go the same way as those that are written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from curation.errors import InputError
from curation.records import Document, Pair, Reject, Rejected, content_id
from pipelines.recipe import PairFile, PairsConfig
from pipelines.stage import Say, unsaid
from synthesis.formats import formats_of, read_pairs
from synthesis.rows import read_rows


def own_pairs(config: PairsConfig, root: Path, documents: Mapping[str, Document], reject: Reject, say: Say = unsaid) -> Iterator[Pair]:
    """Yield the pairs in the recipe's `pairs.files`, each once, and say what each file brought; paths are relative to `root`.

    Evidence is kept where it lies in `documents`; a pair that rests on anything else stands for itself. What is no pair, and a second
    pair with the same id, goes to `reject`. Raises InputError where a file cannot be read, or no row of it is a pair.
    """
    seen: set[str] = set()
    for file in config.files:
        if why := without_pairs(file, root):
            raise InputError(file.path, "no_pairs", why)
        for pair in _pairs_in(file, root, seen, reject, say):
            yield pair if _rests(pair, documents) else replace(pair, evidence=())


def _pairs_in(file: PairFile, root: Path, seen: set[str], reject: Reject, say: Say) -> Iterator[Pair]:
    """The pairs of a file whose ids are not in `seen`, which takes them up."""
    brought = refused = 0

    def refuse(record: Rejected) -> None:
        nonlocal refused
        refused += 1
        reject(record)

    for pair in read_pairs(root / file.path, file.format, refuse, file.path):
        if pair.id in seen:
            text = f"{pair.instruction}\n{pair.output}"
            identity = content_id("row", file.path, pair.id, text)
            refuse(Rejected(identity, "duplicate_id", f"{pair.id} comes again in {file.path}", pair.id, text))
            continue
        seen.add(pair.id)
        brought += 1
        yield pair
    say(f"pairs: {file.path}: {brought} of {brought + refused} rows brought a pair")


def without_pairs(file: PairFile, root: Path) -> str:
    """Return why no row of a file is a pair, empty where one is or the file has no rows. Raises InputError where it cannot be read."""
    first: list[Rejected] = []
    for _ in read_pairs(root / file.path, file.format, lambda record: None if first else first.append(record), file.path):
        return ""
    if not first:
        return ""
    row = next(row for _, row in read_rows(root / file.path))
    fitting = " or ".join(f"`{form}`" for form in formats_of(row))
    hint = f"; that row is one of {fitting}" if fitting else ""
    return f"no row is a pair in the format `{file.format}`: {first[0].source}: {first[0].detail}{hint}"


def _rests(pair: Pair, documents: Mapping[str, Document]) -> bool:
    return all(one.document_id in documents and 0 <= one.start < one.end <= len(documents[one.document_id].text) for one in pair.evidence)
