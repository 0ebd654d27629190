"""Which pairs stay when the whole set is seen: no question twice, not too many of one document."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from curation.records import Pair, Reject, Rejected
from synthesis.checks import question_key
from synthesis.config import SynthesisConfig


def select(pairs: Iterable[Pair], config: SynthesisConfig, reject: Reject) -> Iterator[Pair]:
    """Yield `pairs` in order without repeated questions, without questions that two documents answer differently, and at most so many of a document."""
    kept = list(_without_repeats(list(pairs), reject))
    chosen = {pair.id for document in _by_document(kept).values() for pair in _spread(document, config.max_pairs_per_document)}
    for pair in kept:
        if pair.id in chosen:
            yield pair
        else:
            reject(_rejected(pair, "document_full", f"over {config.max_pairs_per_document} pairs"))


def _without_repeats(pairs: list[Pair], reject: Reject) -> Iterator[Pair]:
    answers: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        answers[_key(pair)].add(question_key(pair.output))
    seen: set[tuple[str, str]] = set()
    asked: dict[str, str] = {}
    for pair in pairs:
        key, document = _key(pair), pair.evidence[0].document_id
        if (document, key) in seen:
            reject(_rejected(pair, "duplicate_question", "asked of this document before"))
        elif len(answers[key]) > 1 and asked.setdefault(key, document) != document:
            reject(_rejected(pair, "duplicate_question", "another document answers it differently"))
        elif key in asked and asked[key] != document:
            reject(_rejected(pair, "duplicate_question", "asked of another document before"))
        else:
            asked.setdefault(key, document)
            seen.add((document, key))
            yield pair


def _key(pair: Pair) -> str:
    """A question that stands alone is itself; one about a text is itself with that text."""
    return question_key(f"{pair.instruction}\n{pair.input}")


def _by_document(pairs: list[Pair]) -> dict[str, list[Pair]]:
    documents: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        documents[pair.evidence[0].document_id].append(pair)
    return documents


def _spread(pairs: list[Pair], most: int) -> list[Pair]:
    """Return at most `most` of `pairs`, taking the tasks in turn."""
    turn: Counter[str] = Counter()
    ranked: list[tuple[int, int]] = []
    for index, pair in enumerate(pairs):
        ranked.append((turn[pair.task], index))
        turn[pair.task] += 1
    return [pairs[index] for _, index in sorted(ranked)[:most]]


def _rejected(pair: Pair, reason: str, detail: str) -> Rejected:
    return Rejected(pair.id, reason, detail, pair.evidence[0].document_id, f"{pair.instruction}\n{pair.output}")
