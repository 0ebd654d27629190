"""Which pairs stay when the whole set is seen: no question twice, not too many of one document, and of the rest as many, and as different, as the recipe wants."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from curation.records import Pair, Reject, Rejected, Split, content_id
from synthesis.checks import question_key
from synthesis.code_blocks import code_key, outside
from synthesis.config import SelectionConfig, SynthesisConfig
from synthesis.repeats import spelt_key

if TYPE_CHECKING:
    from curation.dedup.semantic import Embed
    from synthesis.diversity import F64
    from synthesis.repeats import Couple

Question = tuple[str, str]
"""What tells questions apart: the document, and the words with those of the text and the turns before them."""


def select(
    pairs: Iterable[Pair],
    config: SynthesisConfig,
    reject: Reject,
    *,
    split: Mapping[str, Split] | None = None,
    embed: Embed | None = None,
) -> Iterator[Pair]:
    """Yield in order the `pairs` that stay, and reject each other one with its reason.

    Repeated questions go, questions that two documents answer differently, what is over the most of a document, and at last what the
    recipe's choice leaves out: with `split`, the split of each document, only of what is trained on, so that sets chosen differently are
    measured on the same held-out pairs. `embed` compares by meaning where the recipe names a model.
    """
    kept = list(_without_repeats(list(pairs), config.solutions(), reject))
    if config.solutions() > 1:
        kept = _different_answers(kept, config.solutions(), config.selection.min_solution_distance, reject)
    kept = _without_alike(kept, config.selection, embed, reject)
    full = {pair.id for document in _by_document(kept).values() for pair in _spread(document, config.max_pairs_per_document)}
    kept = _split_off(kept, full, "document_full", f"over {config.max_pairs_per_document} pairs", reject)
    yield from _chosen(kept, config.selection, split, embed, reject)


def _without_repeats(pairs: list[Pair], solutions: int, reject: Reject) -> Iterator[Pair]:
    answers: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for pair in pairs:
        answers[_key(pair)].add(_answer_key(pair))
    conflicting = {key for key, found in answers.items() if len(found) > 1}
    seen: dict[tuple[str, str], set[tuple[str, str]]] = {}
    asked: dict[str, str] = {}
    for pair in pairs:
        key, document, answer = _key(pair), document_of(pair), _answer_key(pair)
        again = seen.get((document, key))
        if again is not None and solutions == 1:
            reject(_rejected(pair, "duplicate_question", "asked of this document before"))
        elif again is not None and answer in again:
            reject(_rejected(pair, "surplus_solution", "the same answer in the same words"))
        elif key in conflicting and asked.setdefault(key, document) != document:
            reject(_rejected(pair, "duplicate_question", "another document answers it differently"))
        elif key in asked and asked[key] != document:
            reject(_rejected(pair, "duplicate_question", "asked of another document before"))
        else:
            asked.setdefault(key, document)
            seen.setdefault((document, key), set()).add(answer)
            yield pair


def by_question(pairs: Iterable[Pair]) -> dict[Question, list[Pair]]:
    """Return `pairs` by the question that they answer, in the order in which the questions first come."""
    groups: dict[Question, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[document_of(pair), _key(pair)].append(pair)
    return groups


def _different_answers(pairs: list[Pair], solutions: int, distance: float, reject: Reject) -> list[Pair]:
    """Of the answers to one instruction keep so many that differ, those farthest apart."""
    from synthesis.diversity import character_vectors, k_center

    dropped: dict[str, str] = {}
    for group in by_question(pairs).values():
        vectors = character_vectors([pair.output for pair in group])
        taken: list[int] = []
        for place in k_center(vectors, len(group)):
            if taken and 1 - float((vectors[taken] @ vectors[place]).max()) < distance:
                dropped[group[place].id] = "nearly the same answer is kept"
            elif len(taken) == solutions:
                dropped[group[place].id] = f"over {solutions} answers"
            else:
                taken.append(place)
    for pair in pairs:
        if pair.id in dropped:
            reject(_rejected(pair, "surplus_solution", dropped[pair.id]))
    return [pair for pair in pairs if pair.id not in dropped]


def _without_alike(pairs: list[Pair], config: SelectionConfig, embed: Embed | None, reject: Reject) -> list[Pair]:
    """Drop instructions about the same text, after the same turns, that ask nearly the same as a better, or earlier, one."""
    from synthesis.repeats import near_duplicates, semantic_duplicates

    texts = list(dict.fromkeys(pair.instruction for pair in pairs))
    if config.near_duplicates is not None and len(texts) > 1:
        pairs = _without_couples(pairs, texts, near_duplicates(texts, config.near_duplicates), "near_duplicate_question", reject)
        texts = list(dict.fromkeys(pair.instruction for pair in pairs))
    if config.semantic is not None and embed is not None and len(texts) > 1:
        couples = semantic_duplicates(texts, embed(texts), config.semantic.threshold)
        pairs = _without_couples(pairs, texts, couples, "semantic_duplicate_question", reject)
    return pairs


def _without_couples(pairs: list[Pair], texts: Sequence[str], couples: Iterable[Couple], reason: str, reject: Reject) -> list[Pair]:
    number = {text: place for place, text in enumerate(texts)}
    worth = quality(pairs)
    where: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, pair in enumerate(pairs):
        where[number[pair.instruction]][_given(pair)].append(place)
    like: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for left, right, alike in couples:
        for given in where[left].keys() & where[right].keys():
            for one in where[left][given]:
                for other in where[right][given]:
                    like[one].append((other, alike))
                    like[other].append((one, alike))
    stays: set[int] = set()
    goes: dict[int, str] = {}
    for place in sorted(like, key=lambda place: (-worth[place], place)):
        best = max(((alike, -other) for other, alike in like[place] if other in stays), default=None)
        if best is None:
            stays.add(place)
        else:
            goes[place] = f"{best[0]:.2f} like {pairs[-best[1]].id}: {pairs[-best[1]].instruction}"
    for place, detail in sorted(goes.items()):
        reject(_rejected(pairs[place], reason, detail))
    return [pair for place, pair in enumerate(pairs) if place not in goes]


def _chosen(
    pairs: list[Pair], config: SelectionConfig, split: Mapping[str, Split] | None, embed: Embed | None, reject: Reject
) -> list[Pair]:
    """Leave out of the pairs to train on what the recipe wants no more of."""
    trained = [pair for pair in pairs if split is None or split.get(document_of(pair), "train") == "train"]
    others = {pair.id for pair in pairs} - {pair.id for pair in trained}
    if config.documents is not None:
        counts = Counter(document_of(pair) for pair in trained)
        documents = {document for document, _ in counts.most_common(config.documents)}
        inside = {pair.id for pair in trained if document_of(pair) in documents}
        pairs = _split_off(pairs, inside | others, "outside_documents", f"not of the {config.documents} documents", reject)
        trained = [pair for pair in trained if pair.id in inside]
    if config.instructions is not None:
        counts = Counter(_key(pair) for pair in trained)
        keys = {key for key, _ in counts.most_common(config.instructions)}
        inside = {pair.id for pair in trained if _key(pair) in keys}
        pairs = _split_off(pairs, inside | others, "outside_instructions", f"not of the {config.instructions} instructions", reject)
        trained = [pair for pair in trained if pair.id in inside]
    if config.keep is not None and len(trained) > config.keep:
        inside = {trained[place].id for place in choice(trained, config.keep, config, embed)}
        pairs = _split_off(pairs, inside | others, "not_chosen", f"{config.keep} others stand for the set", reject)
    return pairs


def choice(pairs: Sequence[Pair], k: int, config: SelectionConfig, embed: Embed | None = None) -> list[int]:
    """Return the places of `k` of `pairs` chosen for quality and diversity of instruction and answer, in the order they were taken."""
    from synthesis.diversity import character_vectors, facility_location, k_center

    texts = [f"{pair.instruction}\n{pair.output}" for pair in pairs]
    if embed is None:
        vectors = character_vectors(texts)
    else:
        from curation.dedup.semantic import normalised

        vectors = normalised(embed(texts))
    method = facility_location if config.method == "facility_location" else k_center
    return method(vectors, k, quality(pairs), config.quality_weight)


def meaning(config: SelectionConfig, root: Path) -> Embed | None:
    """Return what turns texts into vectors of meaning, None where the recipe names no model. Raises MissingPackage and ArtifactError."""
    if config.semantic is None:
        return None
    from curation.dedup.semantic import load_model

    return load_model(config.semantic, root, "pairs.selection.semantic")


def quality(pairs: Sequence[Pair]) -> F64:
    """Return the mean score of each pair, moved to [0, 1] over all of `pairs`; one without scores has 0.5."""
    means = [sum(pair.scores.values()) / len(pair.scores) if pair.scores else None for pair in pairs]
    known = [mean for mean in means if mean is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    return np.array([0.5 if mean is None or high == low else (mean - low) / (high - low) for mean in means], np.float64)


def _split_off(pairs: list[Pair], stay: set[str], reason: str, detail: str, reject: Reject) -> list[Pair]:
    for pair in pairs:
        if pair.id not in stay:
            reject(_rejected(pair, reason, detail))
    return [pair for pair in pairs if pair.id in stay]


def _key(pair: Pair) -> str:
    """A question that stands alone is itself; one about a text, or after others, is itself with these."""
    return f"{spelt_key(pair.instruction)}\n{_given(pair)}"


def _given(pair: Pair) -> str:
    """What a question is asked about and after, in the letters of its key."""
    return spelt_key("\n".join([*(turn.content for turn in pair.turns), pair.input]))


def _answer_key(pair: Pair) -> tuple[str, str]:
    """The words around the code of the answer, and the code: operators are no words."""
    return spelt_key(outside(pair.output)), code_key(pair.output)


def document_of(pair: Pair) -> str:
    """Return the document that `pair` rests on; pairs that rest on none count as one document where they carry the same text, and else each as its own."""
    if pair.evidence:
        return pair.evidence[0].document_id
    return content_id("text", question_key(pair.input)) if pair.input else pair.id


def _by_document(pairs: list[Pair]) -> dict[str, list[Pair]]:
    documents: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        documents[document_of(pair)].append(pair)
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
    return Rejected(pair.id, reason, detail, document_of(pair), f"{pair.instruction}\n{pair.output}")
