from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.config import SemanticConfig
from curation.dedup import semantic
from curation.dedup.bands import unpack
from curation.dedup.semantic import load_model, normalised, similar_vectors, without_semantic_duplicates
from curation.errors import ArtifactError, MissingPackage
from curation.records import Document, Rejected
from tests.static_model import save_static_model

WORDS: dict[str, tuple[float, ...]] = {
    "kedi": (1, 0),
    "pisi": (0.99, 0.05),
    "uyudu": (0.9, 0.3),
    "uyukladı": (0.9, 0.28),
    "vergi": (0, 1),
    "arttı": (0.1, 0.9),
}


def tiny_model(folder: Path) -> None:
    save_static_model(folder, WORDS)


def documents(*texts: str) -> list[Document]:
    return [Document(f"d-{number}", text, f"{number}.txt") for number, text in enumerate(texts)]


def test_documents_of_one_meaning_become_one(tmp_path: Path) -> None:
    pytest.importorskip("model2vec")
    tiny_model(tmp_path / "model")
    config = SemanticConfig(model="model", threshold=0.98)
    rejected: list[Rejected] = []
    given = documents("kedi uyudu", "pisi uyukladı", "vergi arttı", "bilinmeyen sözler", "başka bilinmeyen")
    kept = list(without_semantic_duplicates(given, load_model(config, tmp_path), config, rejected.append))
    assert [one.id for one in kept] == ["d-1", "d-2", "d-3", "d-4"]
    assert [(one.id, one.reason) for one in rejected] == [("d-0", "semantic_duplicate")]
    assert "d-1 (1.txt)" in rejected[0].detail


def test_a_score_decides_which_stays() -> None:
    config = SemanticConfig(model="x", threshold=0.9)
    kept = without_semantic_duplicates(documents("a", "b"), lambda texts: np.ones((len(texts), 2), np.float32), config, lambda one: None, scores=[0.9, 0.1])  # fmt: skip
    assert [one.id for one in kept] == ["d-0"]


@given(st.integers(0, 40), st.integers(1, 9), st.integers(0, 5))
def test_blocks_find_what_all_pairs_at_once_find(count: int, block: int, seed: int) -> None:
    vectors = normalised(np.random.RandomState(seed).randn(count, 3).astype(np.float32))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(semantic, "_ROWS", block)
        found = similar_vectors(vectors, 0.8)
    left, right = unpack(found.pairs)
    cosine = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    clear = {(a, b) for a in range(count) for b in range(a + 1, count) if cosine[a, b] >= 0.8 + 1e-6}
    near = {(a, b) for a in range(count) for b in range(a + 1, count) if cosine[a, b] >= 0.8 - 1e-6}
    assert clear <= set(zip(left.tolist(), right.tolist(), strict=True)) <= near


def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    pytest.importorskip("model2vec")
    (tmp_path / "model").mkdir()
    with pytest.raises(ArtifactError, match=r"semantic\.model"):
        load_model(SemanticConfig(model="model"), tmp_path)


def test_a_missing_package_is_named_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "model2vec", None)
    with pytest.raises(MissingPackage, match=r"imbik\[semantic\]"):
        load_model(SemanticConfig(model="model"), tmp_path)
