"""Names of people by a model, where a recipe asks for one: Presidio's own recognisers for Transformers and GLiNER, and what Turkish needs after them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from presidio_analyzer import EntityRecognizer

from curation.config import NerConfig
from curation.errors import MissingPackage
from curation.pii.findings import Finding
from curation.pii.names import is_private

_SUFFIX = re.compile(r"['’][^\W\d_]{1,12}$")
_EDGE = ' \t\n.,;:!?"“”()[]'
_HIGHEST = 0.8
"""What the lists and the words around a name are sure of outranks a model."""


@lru_cache(maxsize=2)  # a model takes seconds to load
def ner_recogniser(config: NerConfig) -> EntityRecognizer:
    """Return the recogniser of a model, loaded. Raises MissingPackage where its library is not installed."""
    from presidio_analyzer import predefined_recognizers as presidio

    try:
        if config.kind == "gliner":
            return presidio.GLiNERRecognizer(
                model_name=config.model,
                entity_mapping=dict.fromkeys(config.labels, "PERSON"),
                threshold=config.threshold,
                supported_language="tr",
            )
        return presidio.HuggingFaceNerRecognizer(
            model_name=config.model,
            label_mapping=dict.fromkeys(config.labels, "PERSON"),
            supported_entities=["PERSON"],
            threshold=config.threshold,
            supported_language="tr",
        )
    except ImportError as error:
        package, extra = ("gliner", "gliner") if config.kind == "gliner" else ("transformers", "training")
        raise MissingPackage(package, extra, f"curate.pii.ner with kind {config.kind}") from error


def find_names_by_model(text: str, config: NerConfig) -> Iterator[Finding]:
    """Yield the names that a model finds in `text`, without the suffix behind an apostrophe."""
    if not text.strip():
        return
    for result in ner_recogniser(config).analyze(text, ["PERSON"], None):
        start, end = _without_suffix(text, result.start, result.end)
        if start < end:
            yield Finding("PERSON", start, end, min(result.score, _HIGHEST), is_private(text, start), f"ner-{config.kind}")


def _without_suffix(text: str, start: int, end: int) -> tuple[int, int]:
    value = _SUFFIX.sub("", text[start:end].rstrip(_EDGE))
    return start + len(value) - len(value.lstrip(_EDGE)), start + len(value)
