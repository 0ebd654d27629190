"""How far judges agree with each other and with people, and which answers people should look at: the tails of the scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, pstdev

from alignment.agreement import Interval, kappa, share
from alignment.bias import layout
from alignment.desk import Verdict, chosen_is_a
from alignment.judge import SLACK
from curation.records import Message, Preference, conversation

_GRADES = (1, 2, 3, 4, 5)
_Table = Mapping[str, Mapping[str, float]]
"""Scores by judge and answer."""


@dataclass(frozen=True, slots=True)
class Graded:
    """One graded answer as it stands on disk: who wrote it, what every judge gave it and why, and the score they came to; `reason` not to learn from it, or empty; `turns` is what was said before."""

    id: str
    pair_id: str
    by: str
    instruction: str
    text: str
    score: float
    spread: float
    reason: str
    grades: Mapping[str, Mapping[str, float]]
    why: Mapping[str, str]
    scores: Mapping[str, float]
    turns: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgeFigures:
    """One judge's work: `answers` graded, mean and standard deviation of its scores, and how many scores round to each grade 1 to 5. A judge that gives everything the same grade tells nothing."""

    judge: str
    answers: int
    mean: float
    deviation: float
    histogram: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class JudgePair:
    """Two judges on the `answers` that both graded: quadratically weighted kappa of rounded scores (None where both gave one grade alone), and how much higher the first one's mean is."""

    first: str
    second: str
    answers: int
    kappa: float | None
    difference: float


@dataclass(frozen=True, slots=True)
class JudgesAgreement:
    """`alpha` is Krippendorff's for interval values, over the `answers` with two scores or more; None without such, or where all scores are the same."""

    answers: int
    alpha: float | None
    pairs: tuple[JudgePair, ...]
    judges: tuple[JudgeFigures, ...]


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a judge seems to like besides worth: of two answers to one pair that it scored apart, how often the longer one has the better score, and the mean score of each layout.

    Longer answers may well be better; a judge whose share is far above other judges' likes length.
    """

    judge: str
    couples: int
    longer: Interval | None
    layouts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class WithPeople:
    """One judge against most people's word on the `records` that both spoke of: share of the same verdict, and Cohen's kappa."""

    judge: str
    records: int
    same: Interval | None
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Tails:
    """The answers that show what a judge is worth: of the highest and the lowest scores, and those the judges lie furthest apart on."""

    highest: tuple[Graded, ...]
    lowest: tuple[Graded, ...]
    disputed: tuple[Graded, ...]


def judges_agreement(graded: Iterable[Graded]) -> JudgesAgreement:
    """Return how the judges of `graded` answers agree; of none, no figures."""
    table: dict[str, dict[str, float]] = {}
    for one in graded:
        for judge, score in one.scores.items():
            table.setdefault(judge, {})[one.id] = score
    by_answer: dict[str, list[float]] = {}
    for judge in sorted(table):
        for answer, score in table[judge].items():
            by_answer.setdefault(answer, []).append(score)
    shared = [scores for scores in by_answer.values() if len(scores) > 1]
    return JudgesAgreement(
        len(shared), interval_alpha(shared), tuple(_pairs(table)), tuple(_figures(judge, table[judge]) for judge in sorted(table))
    )


def interval_alpha(units: Sequence[Sequence[float]]) -> float | None:
    """Return Krippendorff's alpha for interval values, at most 1, of the values given to each unit; None where nothing differs. Krippendorff 2011."""
    kept = [unit for unit in units if len(unit) > 1]
    values = [value for unit in kept for value in unit]
    expected = _squares(values) / (len(values) - 1) if len(values) > 1 else 0.0
    observed = sum(_squares(unit) / (len(unit) - 1) for unit in kept)
    return None if expected == 0 else 1 - observed / expected


def weighted_kappa(first: Sequence[int], second: Sequence[int]) -> float | None:
    """Return quadratically weighted kappa of two judges' grades, at most 1; None where chance alone would agree on all. Cohen 1968."""
    count = len(first)
    if not count:
        return None
    observed = sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) / count
    ones, others = Counter(first), Counter(second)
    chance = sum((a - b) ** 2 * ones[a] * others[b] for a in ones for b in others) / count**2
    return None if chance == 0 else 1 - observed / chance


def leanings(graded: Iterable[Graded]) -> tuple[Leaning, ...]:
    """Return what every judge leans to, by name."""
    by_judge: dict[str, dict[str, list[tuple[str, float]]]] = {}
    for one in graded:
        for judge, score in one.scores.items():
            by_judge.setdefault(judge, {}).setdefault(one.pair_id, []).append((one.text, score))
    return tuple(_leaning(judge, by_judge[judge].values()) for judge in sorted(by_judge))


def for_chosen(graded: Iterable[Graded], preferences: Iterable[Preference]) -> dict[str, dict[str, bool]]:
    """Return by judge and preference whether the judge scored the chosen answer higher; rows whose answers it scored alike, or not both, are left out."""
    scores = {(one.pair_id, one.text): one.scores for one in graded}
    found: dict[str, dict[str, bool]] = {}
    for row in preferences:
        chosen, rejected = (scores.get((row.pair_id, text), {}) for text in (row.chosen, row.rejected))
        for judge in chosen.keys() & rejected.keys():
            if chosen[judge] != rejected[judge]:
                found.setdefault(judge, {})[row.id] = chosen[judge] > rejected[judge]
    return found


def chosen_sides(preferences: Iterable[Preference]) -> dict[str, str]:
    """Return the verdict of a reviewer who takes the chosen answer, `a` or `b`, by preference."""
    return {row.id: "a" if chosen_is_a(row.id) else "b" for row in preferences}


def with_people(
    leaning: Mapping[str, Mapping[str, bool]], verdicts: Sequence[Verdict], favours: Mapping[str, str]
) -> tuple[WithPeople, ...]:
    """Return how each judge agrees with people. `leaning` says by judge and record whether it is for it: keeps a pair, takes the chosen answer.

    `favours` is the verdict that says the same of a record: `a` or `b`, the side of the chosen answer; a record that is not in it is a pair, kept by all but `ret`.
    Verdicts that take no side, and ties, are left out.
    """
    votes: dict[str, list[bool]] = {}
    for one in verdicts:
        if one.verdict in {"a", "b"} and one.id in favours:
            votes.setdefault(one.id, []).append(one.verdict == favours[one.id])
        elif one.what == "pairs":
            votes.setdefault(one.id, []).append(one.verdict != "ret")
    people = {record: sum(given) * 2 > len(given) for record, given in votes.items() if sum(given) * 2 != len(given)}
    return tuple(_with_people(judge, leaning[judge], people) for judge in sorted(leaning))


def tails(graded: Sequence[Graded], count: int) -> Tails:
    """Return `count` answers of each end and of the widest spread, none of them in two places; where there are fewer, each end has its half."""
    ranked = sorted((one for one in graded if one.scores), key=lambda one: (one.score, one.id))
    fewest = min(count, len(ranked) // 2)
    lowest, rest = ranked[:fewest], ranked[fewest:]
    highest = rest[::-1][:count]
    middle = rest[: len(rest) - len(highest)]
    disputed = [one for one in sorted(middle, key=lambda one: (-one.spread, one.id)) if one.spread > 0][:count]
    return Tails(tuple(highest), tuple(lowest), tuple(disputed))


def tails_page(found: Tails) -> str:
    """Return the tails as Markdown for people to read, texts indented so that they stay what they are."""
    parts = [
        "# Uçlar\n\nYargıçların en yüksek, en düşük ve en çok ayrıştıkları puanlar. Puan cevabı hak etmiyorsa ölçüt ya da yargıç değişmeli.\n"
    ]
    for title, rows in (("En yüksek", found.highest), ("En düşük", found.lowest), ("En çok ayrışılan", found.disputed)):
        parts.append(f"\n## {title} ({len(rows)})\n")
        parts.extend(map(_entry, rows))
    return "".join(parts)


def _entry(one: Graded) -> str:
    given = "\n".join(
        f"- {judge}: {', '.join(f'{name} {grade:g}' for name, grade in grades.items())}. {' '.join(one.why.get(judge, '').split())}"
        for judge, grades in one.grades.items()
    )
    reason = f", elendi: {one.reason}" if one.reason else ""
    before = f"Önceki konuşma:\n\n{_indented(conversation(one.turns))}\n\nSon soru:\n\n" if one.turns else ""
    return f"\n### {one.score:.2f} · {one.by} · {one.id}{reason}\n\n{before}{_indented(one.instruction)}\n\nCevap:\n\n{_indented(one.text)}\n\n{given}\n"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _squares(values: Sequence[float]) -> float:
    """Half the sum of the squared differences of all ordered couples."""
    if not values or max(values) - min(values) < SLACK:
        return 0.0
    mean = fmean(values)  # sums of plain squares differ by rounding where the values are equal
    return len(values) * sum((value - mean) ** 2 for value in values)


def _rounded(score: float) -> int:
    return int(score + 0.5)


def _pairs(table: _Table) -> Iterable[JudgePair]:
    for first, second in combinations(sorted(table), 2):
        both = [answer for answer in table[first] if answer in table[second]]
        if both:
            ones, others = [table[first][one] for one in both], [table[second][one] for one in both]
            weighted = weighted_kappa([_rounded(one) for one in ones], [_rounded(one) for one in others])
            yield JudgePair(first, second, len(both), weighted, fmean(ones) - fmean(others))


def _figures(judge: str, scores: Mapping[str, float]) -> JudgeFigures:
    values = list(scores.values())
    rounded = Counter(map(_rounded, values))
    return JudgeFigures(judge, len(values), fmean(values), pstdev(values), {str(grade): rounded[grade] for grade in _GRADES})


def _leaning(judge: str, by_pair: Iterable[Sequence[tuple[str, float]]]) -> Leaning:
    longer: list[bool] = []
    layouts: dict[str, list[float]] = {}
    for answers in by_pair:
        for text, score in answers:
            layouts.setdefault(layout(text), []).append(score)
        apart = [(one, other) for one, other in combinations(answers, 2) if one[1] != other[1] and len(one[0]) != len(other[0])]
        longer.extend((len(one[0]) > len(other[0])) == (one[1] > other[1]) for one, other in apart)
    means = {name: fmean(scores) for name, scores in sorted(layouts.items())}
    return Leaning(judge, len(longer), share(sum(longer), len(longer)) if longer else None, means)


def _with_people(judge: str, leaning: Mapping[str, bool], people: Mapping[str, bool]) -> WithPeople:
    both = [record for record in people if record in leaning]
    ones, others = [str(leaning[record]) for record in both], [str(people[record]) for record in both]
    same = sum(a == b for a, b in zip(ones, others, strict=True))
    return WithPeople(judge, len(both), share(same, len(both)) if both else None, kappa(ones, others))
