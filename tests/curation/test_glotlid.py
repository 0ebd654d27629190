from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from curation import glotlid
from curation.config import GlotLidConfig, LanguageConfig
from curation.errors import InputError, MissingPackage
from curation.language import choose_language


class _Model:
    """Speaks as fastText's inner layer does: one line in, probability and label out."""

    def predict(self, text: str, k: int, threshold: float, on_unicode_error: str) -> list[tuple[float, str]]:
        assert text.endswith("\n")
        assert text.count("\n") == 1
        assert (k, threshold, on_unicode_error) == (1, 0.0, "replace")
        if "the" in text.split():
            return [(1.00001, "__label__eng_Latn")]
        return [(0.91, "__label__tur_Latn")] if "ve" in text.split() else []


@pytest.fixture
def fasttext(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    def load_model(path: str) -> SimpleNamespace:
        if Path(path).read_bytes() != b"model":
            raise ValueError("has wrong file format")
        return SimpleNamespace(f=_Model())

    monkeypatch.setitem(sys.modules, "fasttext", SimpleNamespace(load_model=load_model))
    (tmp_path / "model.bin").write_bytes(b"model")
    return tmp_path


def test_the_model_of_a_recipe_decides(fasttext: Path) -> None:
    config = LanguageConfig(model="glotlid", glotlid=GlotLidConfig(path="model.bin"))
    kept = choose_language("Elma ve armut\nsatın aldık.", config, fasttext)
    assert (kept.code, kept.probability, kept.reason) == ("tr", 0.91, "")
    dropped = choose_language("Into the woods and back.", config, fasttext)
    assert (dropped.code, dropped.probability, dropped.reason) == ("en", 1.0, "language")


def test_the_threshold_of_fineweb_can_be_asked_of_it(fasttext: Path) -> None:
    config = LanguageConfig(model="glotlid", glotlid=GlotLidConfig(path="model.bin"), min_probability=0.95)
    assert choose_language("Elma ve armut satın aldık.", config, fasttext).reason == "language"


def test_a_text_of_which_the_model_says_nothing_has_no_language() -> None:
    assert glotlid.likeliest("...", _Model()) == ("", 0.0)


def test_a_missing_model_file_is_told_with_what_to_do(fasttext: Path) -> None:
    with pytest.raises(InputError, match=r"download model\.bin"):
        glotlid.load(GlotLidConfig(path="yok.bin"), fasttext)


def test_a_file_that_is_no_model_is_told(fasttext: Path) -> None:
    (fasttext / "bozuk.bin").write_bytes(b"?")
    with pytest.raises(InputError, match="no fastText model"):
        glotlid.load(GlotLidConfig(path="bozuk.bin"), fasttext)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "fasttext", None)
    with pytest.raises(MissingPackage, match=r"imbik\[glotlid\]"):
        glotlid.load(GlotLidConfig(path="model.bin"), tmp_path)
