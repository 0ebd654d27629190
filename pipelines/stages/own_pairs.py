"""Pairs that the user has: read from files of any of our formats, they go the same way as those that are written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from curation.records import Document, Pair, Reject, Rejected, content_id
from pipelines.recipe import PairsConfig
from synthesis.formats import read_pairs


def own_pairs(config: PairsConfig, root: Path, documents: Mapping[str, Document], reject: Reject) -> Iterator[Pair]:
    """Yield the pairs in the recipe's `pairs.files`, each once; paths are relative to `root`.

    Evidence is kept where it lies in `documents`; a pair that rests on anything else stands for itself. What is no pair, and a second
    pair with the same id, goes to `reject`. Raises InputError where a file cannot be read.
    """
    seen: set[str] = set()
    for file in config.files:
        for pair in read_pairs(root / file.path, file.format, reject):
            if pair.id in seen:
                text = f"{pair.instruction}\n{pair.output}"
                identity = content_id("row", file.path, pair.id, text)
                reject(Rejected(identity, "duplicate_id", f"{pair.id} comes again in {file.path}", pair.id, text))
                continue
            seen.add(pair.id)
            yield pair if _rests(pair, documents) else replace(pair, evidence=())


def _rests(pair: Pair, documents: Mapping[str, Document]) -> bool:
    return all(one.document_id in documents and 0 <= one.start < one.end <= len(documents[one.document_id].text) for one in pair.evidence)
