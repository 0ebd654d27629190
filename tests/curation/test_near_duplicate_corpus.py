from __future__ import annotations

import numpy as np

from benchmarks.near_duplicate_corpus import LEVELS, batches, origins
from curation.dedup.signatures import shingles


def texts_of(count: int, size: int) -> list[str]:
    return [text.as_py() for _, batch in batches(count, size) for text in batch]


def test_a_document_depends_on_its_number_alone() -> None:
    assert texts_of(60, 60) == texts_of(60, 7)


def test_every_fifth_document_is_an_edited_copy_near_one_of_the_levels() -> None:
    texts, origin = texts_of(600, 600), origins(600)
    copies = np.flatnonzero(origin >= 0)
    assert len(copies) == 120
    assert not set(origin[copies].tolist()) & set(copies.tolist())
    found = []
    for copy in copies.tolist():
        one, other = set(shingles(texts[copy])), set(shingles(texts[origin[copy]]))
        found.append(len(one & other) / len(one | other))
    assert LEVELS.min() - 0.1 < min(found)
    assert max(found) < 1.0
    assert sum(value >= 0.8 for value in found) > 40
