"""What a pair rests on, as text: its evidence, and the passage around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from curation.errors import ArtifactError
from curation.records import Document, Pair

NEAR = 1200  # characters of a document around the evidence, where the pair carries no text of its own


def sources(pairs: Iterable[Pair], known: Mapping[str, Document]) -> dict[str, str]:
    """Return what a judge needs to see of each pair's documents, by pair id: the passage, and the evidence that stands elsewhere. Raises ArtifactError where a document is missing."""
    return {pair.id: source_of(known, pair) for pair in pairs}


def source_of(known: Mapping[str, Document], pair: Pair) -> str:
    """Return the passage of `pair` and below it the evidence that does not stand in it; empty where it rests on nothing."""
    passage = passage_of(known, pair)
    return "\n\n".join([passage] * bool(passage) + [text for text in evidence_of(known, pair) if text not in passage])


def evidence_of(known: Mapping[str, Document], pair: Pair) -> list[str]:
    """Return the texts of the evidence of `pair`, in its order."""
    return [_text(known, pair, one.document_id)[one.start : one.end] for one in pair.evidence]


def passage_of(known: Mapping[str, Document], pair: Pair) -> str:
    """Return the text that `pair` speaks of: its own, or the paragraphs around the first evidence, as far as they fit."""
    if pair.input or not pair.evidence:
        return pair.input
    place = pair.evidence[0]
    text = _text(known, pair, place.document_id)
    start = text.rfind("\n\n", 0, place.start) + 2 if "\n\n" in text[: place.start] else 0
    end = text.find("\n\n", place.end)
    end = len(text) if end < 0 else end
    while end - start < NEAR // 2 and end < len(text):
        following = text.find("\n\n", end + 2)
        end = len(text) if following < 0 else following
    return text[start : max(min(end, start + NEAR), place.end)].strip()


def _text(known: Mapping[str, Document], pair: Pair, document_id: str) -> str:
    if document_id not in known:
        raise ArtifactError(f"{pair.id} rests on {document_id}, which is not among the documents: run the recipe from stage `curate`")
    return known[document_id].text
