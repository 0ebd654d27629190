"""Turkish recognisers for Presidio; with curation.pii.ner the only file that imports it.

    from curation.pii.recognisers import analyzer, recognisers

    analyzer().analyze("TC kimlik no: 10000000146", "tr")        # an engine of its own
    for recogniser in recognisers():                             # or in an engine you have
        engine.registry.add_recognizer(recogniser)

imbik itself applies the same rules without the engine, whose spaCy pass costs most of the time and finds nothing more: the words beside a
number are looked at by the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any, get_args

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult

from curation.config import NerConfig, PiiEntity
from curation.pii.findings import Finding, without_overlaps
from curation.pii.identifiers import find_identifiers
from curation.pii.names import find_names, find_names_many
from curation.pii.ner import find_names_by_model
from curation.pii.rules import findings
from curation.pii.triggers import windows


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
            RecognizerResult(
                finding.kind,
                finding.start,
                finding.end,
                finding.score,
                recognition_metadata={"private": finding.private, "rule": finding.rule},
            )
            for finding in self.find(text)
        ]


@cache
def recognisers() -> tuple[TurkishRecogniser, ...]:
    """Return one recogniser for each kind."""
    kinds: tuple[PiiEntity, ...] = get_args(PiiEntity)
    return tuple(TurkishRecogniser(kind, find_names if kind == "PERSON" else partial(find_identifiers, kind=kind)) for kind in kinds)


def analyzer(*, names: bool = True) -> AnalyzerEngine:
    """Return a Presidio engine for language `tr` with these recognisers and a spaCy pipeline that only splits words; without `names` for identifiers only."""
    import spacy
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    engine = SpacyNlpEngine(models=[{"lang_code": "tr", "model_name": "blank"}])
    engine.nlp = {"tr": spacy.blank("tr")}
    registry = RecognizerRegistry(
        recognizers=[one for one in recognisers() if names or one.supported_entities != ["PERSON"]], supported_languages=["tr"]
    )
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["tr"])


def find(text: str, *, ner: NerConfig | None = None) -> list[Finding]:
    """Return the personal data of `text` in order of place, without overlaps; with `ner` a model looks for names too."""
    return without_overlaps([*find_identifiers(text), *find_names(text), *_by_model(text, ner)])


def find_many(texts: Sequence[str], *, names: bool = True, ner: NerConfig | None = None) -> list[list[Finding]]:
    """Return for each of `texts` what `find` returns for it, many times as fast: the rules see only the places where something can be."""
    found: list[list[Finding]] = find_names_many(texts) if names else [[] for _ in texts]
    for text, one in zip(texts, found, strict=True):
        one.extend(_by_model(text, ner if names else None))
    for group, places in windows(texts).items():
        rules = group.rules
        for index, start, end in places:
            found[index] += [_moved(one, start) for one in findings(rules, texts[index][start:end])]
    return [without_overlaps(one) if one else one for one in found]


def _by_model(text: str, ner: NerConfig | None) -> list[Finding]:
    return list(find_names_by_model(text, ner)) if ner else []


def _moved(finding: Finding, offset: int) -> Finding:
    return Finding(finding.kind, finding.start + offset, finding.end + offset, finding.score, finding.private, finding.rule)
