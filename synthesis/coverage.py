"""How much of the ground a set of pairs covers: documents, tasks, topics, first words, lengths, and how much its texts repeat themselves."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from curation.records import Message, Pair
from curation.turkish import lower, words
from synthesis.diversity import character_vectors, distinct_n, k_center, mean_distance

_FIRST_WORDS = 20
_TOPICS = 20  # at most: a table that is still read
_COMPARED = 4000  # texts at most for topics and distances, evenly taken: the figures move in the third decimal beyond it
_LABEL_WORDS = 3
_LABEL_LETTERS = 4  # shorter words are mostly particles
Asked = tuple[tuple[Message, ...], str, str]
"""What an answer answers: the turns before it, the instruction and its input."""

_PARTS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Lengths:
    """Words of a text field: mean, and the quantiles 0.05, 0.25, 0.5, 0.75 and 0.95; all 0 without texts."""

    mean: float
    quantiles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of instructions that use the same words: the words that tell it from the rest, and how many instructions it has."""

    words: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How much texts differ: `distinct_1` and `distinct_2`, shares of different words and word pairs (Li et al. 2016); `distance`, the mean of 1 - cosine of character n-grams over all couples."""

    distinct_1: float
    distinct_2: float
    distance: float


@dataclass(frozen=True, slots=True)
class Solutions:
    """Instructions with several answers: how many, their answers, and the mean over them of the distance between the answers of one."""

    instructions: int
    answers: int
    distance: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """What `coverage` measures. `evenness` of tasks and first words is entropy over its maximum, in [0, 1]; 1 for a single one."""

    pairs: int
    instructions: int
    documents: int
    documents_with_pairs: int
    pairs_per_document: Lengths
    tasks: dict[str, int]
    tasks_evenness: float
    first_words: dict[str, int]
    first_words_evenness: float
    topics: tuple[Topic, ...]
    instruction_words: Lengths
    input_words: Lengths
    output_words: Lengths
    instructions_spread: Spread
    outputs_spread: Spread
    solutions: Solutions


def coverage(pairs: Sequence[Pair], documents: int) -> Coverage:
    """Return what `pairs` cover of so many `documents`; the same pairs in the same order give the same figures."""
    instructions = [pair.instruction for pair in pairs]
    outputs = [pair.output for pair in pairs]
    per_document = Counter(pair.evidence[0].document_id for pair in pairs if pair.evidence)
    tasks = Counter(pair.task for pair in pairs)
    first = Counter(" ".join(words(lower(text))[:2]) for text in instructions)
    return Coverage(
        pairs=len(pairs),
        instructions=len(set(map(_asked, pairs))),
        documents=documents,
        documents_with_pairs=len(per_document),
        pairs_per_document=_quantiles(list(per_document.values())),
        tasks=dict(sorted(tasks.items())),
        tasks_evenness=evenness(tasks.values()),
        first_words=dict(sorted(first.items(), key=lambda one: (-one[1], one[0]))[:_FIRST_WORDS]),
        first_words_evenness=evenness(first.values()),
        topics=topics(instructions),
        instruction_words=_lengths(instructions),
        input_words=_lengths([pair.input for pair in pairs if pair.input]),
        output_words=_lengths(outputs),
        instructions_spread=spread(instructions),
        outputs_spread=spread(outputs),
        solutions=solutions(pairs),
    )


def evenness(counts: Iterable[int]) -> float:
    """Return the entropy of `counts` over its maximum, in [0, 1]; 1 for one count, 0 for none."""
    found = [count for count in counts if count]
    if len(found) < 2:
        return float(len(found))
    total = sum(found)
    return -math.fsum(count / total * math.log(count / total) for count in found) / math.log(len(found))


def spread(texts: Sequence[str]) -> Spread:
    """Return how much `texts` differ; the distance over at most 4,000 of them."""
    return Spread(distinct_n(texts, 1), distinct_n(texts, 2), mean_distance(_some(texts)))


def solutions(pairs: Sequence[Pair]) -> Solutions:
    """Return how much the answers to one instruction differ, over the instructions with two answers or more."""
    answers: dict[Asked, list[str]] = {}
    for pair in pairs:
        answers.setdefault(_asked(pair), []).append(pair.output)
    several = [texts for texts in answers.values() if len(texts) > 1]
    distance = math.fsum(mean_distance(texts) for texts in several) / len(several) if several else 0.0
    return Solutions(len(several), sum(map(len, several)), distance)


def topics(texts: Sequence[str]) -> tuple[Topic, ...]:
    """Return groups of `texts` around those farthest from each other, the largest first: at most 20, each with the words that tell it apart."""
    some = _some(texts)
    if not some:
        return ()
    vectors = character_vectors(some)
    centers = k_center(vectors, min(_TOPICS, max(1, math.isqrt(len(some)))))
    group = (vectors @ vectors[centers].T).round(5).argmax(axis=1)
    told = [{word for word in words(lower(text)) if len(word) >= _LABEL_LETTERS} for text in some]
    everywhere = Counter(word for one in told for word in one)
    found = []
    for number in range(len(centers)):
        members = np.flatnonzero(group == number)
        if len(members):
            inside = Counter(word for member in members for word in told[member])
            # A word counts for what it has here above its share of all texts, so that "nedir" names no topic.
            ranked = sorted(inside, key=lambda word: (everywhere[word] * len(members) / len(some) - inside[word], word))
            found.append(Topic(tuple(ranked[:_LABEL_WORDS]), len(members)))
    return tuple(sorted(found, key=lambda topic: (-topic.count, topic.words)))


def _asked(pair: Pair) -> Asked:
    return pair.turns, pair.instruction, pair.input


def _some(texts: Sequence[str]) -> list[str]:
    if len(texts) <= _COMPARED:
        return list(texts)
    return [texts[place * len(texts) // _COMPARED] for place in range(_COMPARED)]


def _lengths(texts: Sequence[str]) -> Lengths:
    return _quantiles([len(text.split()) for text in texts])


def _quantiles(values: Sequence[int]) -> Lengths:
    if not values:
        return Lengths(0.0, (0,) * len(_PARTS))
    ordered = sorted(values)
    last = len(ordered) - 1
    return Lengths(sum(ordered) / len(ordered), tuple(ordered[math.floor(part * last + 0.5)] for part in _PARTS))
