"""The model that finds names, with a fake at the wall."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import presidio_analyzer.predefined_recognizers as presidio
import pytest
from presidio_analyzer import RecognizerResult

from curation.config import NerConfig
from curation.errors import MissingPackage
from curation.pii.ner import ner_recogniser
from curation.pii.recognisers import find, find_many


class FakeModel:
    """Says that every 'Gramsci...' up to the next space is a person, suffix and all."""

    asked: dict[str, Any]

    def __init__(self, **asked: Any) -> None:
        FakeModel.asked = asked

    def analyze(self, text: str, entities: list[str], artifacts: object) -> list[RecognizerResult]:
        start = text.find("Gramsci")
        return [] if start < 0 else [RecognizerResult("PERSON", start, (text + " ").index(" ", start), 0.97)]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[NerConfig]:
    monkeypatch.setattr(presidio, "HuggingFaceNerRecognizer", FakeModel)
    ner_recogniser.cache_clear()
    yield NerConfig(model="ornek/model", labels=("PER",))
    ner_recogniser.cache_clear()


def test_a_model_adds_names_that_no_list_knows_and_loses_their_suffix(model: NerConfig) -> None:
    text = "Sayın Gramsci'nin defterleri, tel 0532 123 45 67"
    found = find(text, ner=model)
    assert [(one.kind, text[one.start : one.end], one.rule) for one in found] == [
        ("PERSON", "Gramsci", "ner-transformers"),
        ("PHONE", "0532 123 45 67", "phone"),
    ]
    assert found[0].private
    assert FakeModel.asked["label_mapping"] == {"PER": "PERSON"}
    assert find_many([text], ner=model) == [found]


def test_without_a_model_none_is_asked() -> None:
    assert find("Gramsci, orta okulu tamamladı.") == []


def test_rules_outrank_a_model(model: NerConfig) -> None:
    text = "Ahmet Gramsci'yi okudu"
    assert [text[one.start : one.end] for one in find(text, ner=model)] == ["Ahmet Gramsci"]


def test_a_missing_library_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(**_: Any) -> None:
        raise ImportError("GLiNER is not installed")

    monkeypatch.setattr(presidio, "GLiNERRecognizer", missing)
    with pytest.raises(MissingPackage, match=r"imbik\[gliner\]"):
        ner_recogniser(NerConfig(kind="gliner", model="ornek/gliner"))
