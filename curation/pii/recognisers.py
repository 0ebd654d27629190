"""Turkish recognisers for Presidio; the only file that imports it.

`analyzer()` gives an AnalyzerEngine that anyone may use; imbik itself calls the same recogniser objects without the engine,
whose spaCy pass costs most of the time and finds nothing more: the words beside a number are looked at by the recognisers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, get_args

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult

from curation.config import PiiEntity
from curation.pii.findings import Finding, without_overlaps
from curation.pii.identifiers import find_identifiers
from curation.pii.names import find_names


class TurkishRecogniser(EntityRecognizer):
    """A Presidio recogniser of one kind of Turkish personal data."""

    COUNTRY_CODE = "tr"

    def __init__(self, kind: PiiEntity, find: Callable[[str], Iterator[Finding]]) -> None:
        self.find = find
        super().__init__([kind], name=f"Turkish{kind.title().replace('_', '')}Recogniser", supported_language="tr")

    def load(self) -> None:
        """Do nothing: there is no model."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:  # noqa: ARG002  # Presidio's signature
        """Return what is found in `text`, where its kind is among `entities`."""
        if entities and self.supported_entities[0] not in entities:
            return []
        return [
            RecognizerResult(finding.kind, finding.start, finding.end, finding.score, recognition_metadata={"private": finding.private})
            for finding in self.find(text)
        ]


@cache
def recognisers() -> tuple[TurkishRecogniser, ...]:
    """Return one recogniser for each kind."""
    kinds: tuple[PiiEntity, ...] = get_args(PiiEntity)
    return tuple(TurkishRecogniser(kind, find_names if kind == "PERSON" else partial(find_identifiers, kind=kind)) for kind in kinds)


def analyzer() -> AnalyzerEngine:
    """Return a Presidio engine for language `tr` with these recognisers and a spaCy pipeline that only splits words."""
    import spacy
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    engine = SpacyNlpEngine(models=[{"lang_code": "tr", "model_name": "blank"}])
    engine.nlp = {"tr": spacy.blank("tr")}
    registry = RecognizerRegistry(recognizers=list(recognisers()), supported_languages=["tr"])
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["tr"])


def find(text: str) -> list[Finding]:
    """Return the personal data of `text` in order of place, without overlaps."""
    results = [result for recogniser in recognisers() for result in recogniser.analyze(text, [])]
    return without_overlaps([_finding(result) for result in results])


def _finding(result: RecognizerResult) -> Finding:
    private = bool((result.recognition_metadata or {}).get("private"))
    return Finding(result.entity_type, result.start, result.end, result.score, private)
