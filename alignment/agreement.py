"""How far people agree: with each other, with the judge, with themselves over time; and how sure one can be of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, pairwise
from math import sqrt
from statistics import median
from typing import Any

import numpy as np

from alignment.attention import Attention, attention
from alignment.desk import Verdict, What, chosen_is_a

RESAMPLES = 1000
"""Bootstrap resamples of records; the ends of a 95 % interval then scatter by about 0.01."""

_LEVEL = 0.95
_Z = 1.959964  # two-sided 95 % of the normal distribution
_PAUSE_S = 600.0  # a longer gap between two verdicts is a break, not work
_LEAST_HALF = 10  # verdicts in each half, below which a drift says nothing


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the ends of its 95 % interval; `low` and `high` are None where there is too little to tell."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa of two reviewers on the `records` both judged; None where one of them gave a single verdict throughout."""

    first: str
    second: str
    records: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """One person's work. `with_others` is the share of verdicts that most others share; `earlier` and `later` the same for the two halves of the work in time.

    `seconds` is the median time between two verdicts without breaks, `a_share` the share of A among A and B.
    """

    name: str
    verdicts: int
    with_others: float | None
    earlier: float | None
    later: float | None
    drift: bool
    seconds: float | None
    a_share: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything that can be said of one kind of records. `records` have two verdicts or more; `alpha` is Krippendorff's, nominal.

    `judge` is how often people side with the judge: for preferences, with the answer it chose, of those who picked one; for pairs, the share of
    (kept, refused) couples in which the kept pair has the better judge score. `a_share` stands beside `a_expected`, the share of A had people always sided with the judge.
    """

    what: What
    verdicts: int
    records: int
    alpha: Interval | None
    kappas: tuple[Kappa, ...]
    judge: Interval | None
    a_share: Interval | None
    a_expected: float | None
    reviewers: tuple[Reviewer, ...]
    attention: tuple[Attention, ...]


def agreement(
    verdicts: Sequence[Verdict], what: What, *, judged: Mapping[str, float], expected: Mapping[str, Sequence[str]], seed: int
) -> Agreement:
    """Return how far people agree on `what`. `judged` are the judge's scores of pairs by id, `expected` the right verdicts of the checks."""
    of_kind = [verdict for verdict in verdicts if verdict.what == what]
    real = [verdict for verdict in of_kind if verdict.id not in expected]
    table = _table(real)
    shared = [one for one in table.values() if len(one) > 1]
    picked = [verdict for verdict in real if verdict.verdict in {"a", "b"}]
    chosen_a = sum(chosen_is_a(verdict.id) for verdict in picked)
    return Agreement(
        what=what,
        verdicts=len(real),
        records=len(shared),
        alpha=alpha_interval(_counts(shared), np.random.default_rng(seed)) if shared else None,
        kappas=tuple(_kappas(table)),
        judge=_with_judge(picked) if what == "preferences" else _judge_order(real, judged, np.random.default_rng(seed)),
        a_share=share(sum(verdict.verdict == "a" for verdict in picked), len(picked)) if picked else None,
        a_expected=chosen_a / len(picked) if picked else None,
        reviewers=tuple(_reviewers(real, table)),
        attention=tuple(attention(of_kind, expected)),
    )


def alpha(counts: Any) -> float | None:
    """Return Krippendorff's alpha for nominal verdicts, at most 1, from counts[records, verdicts]; None where all verdicts are the same. Krippendorff 2011.

    Records with fewer than two verdicts say nothing and are left out. Own arithmetic: the known package for it is GPL.
    """
    given = counts.sum(axis=1)
    kept, given = counts[given > 1].astype(float), given[given > 1].astype(float)
    total = given.sum()
    expected = (total * total - (kept.sum(axis=0) ** 2).sum()) / (total - 1) if total > 1 else 0.0
    observed = float(((given * given - (kept**2).sum(axis=1)) / (given - 1)).sum())
    return None if expected == 0 else 1 - observed / float(expected)


def alpha_interval(counts: Any, rng: np.random.Generator, resamples: int = RESAMPLES) -> Interval | None:
    """Return alpha with its 95 % interval over resampled records; None where all verdicts are the same."""
    value = alpha(counts)
    if value is None:
        return None
    drawn = (alpha(counts[rng.integers(0, len(counts), len(counts))]) for _ in range(resamples))
    found = [one for one in drawn if one is not None]
    if len(counts) < 2 or len(found) < resamples / 2:  # most resamples hold one verdict only
        return Interval(value)
    low, high = np.quantile(found, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Interval(value, float(low), float(high))


def kappa(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Return Cohen's kappa of two people's verdicts on the same records, at most 1; None where chance alone would agree on all. Cohen 1960."""
    count = len(first)
    if not count:
        return None
    same = sum(a == b for a, b in zip(first, second, strict=True)) / count
    chance = sum(first.count(value) * second.count(value) for value in set(first)) / count**2
    return None if chance == 1 else (same - chance) / (1 - chance)


def share(hits: int, count: int) -> Interval:
    """Return a share with Wilson's 95 % interval. Raises ZeroDivisionError without any."""
    value, z2 = hits / count, _Z * _Z
    middle = (value + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z / (1 + z2 / count) * sqrt(value * (1 - value) / count + z2 / (4 * count * count))
    return Interval(value, max(0.0, middle - half), min(1.0, middle + half))


def _table(verdicts: Sequence[Verdict]) -> dict[str, dict[str, str]]:
    """Verdict by record and reviewer."""
    table: dict[str, dict[str, str]] = {}
    for verdict in verdicts:
        table.setdefault(verdict.id, {})[verdict.reviewer] = verdict.verdict
    return table


def _counts(records: Sequence[Mapping[str, str]]) -> Any:
    values = sorted({verdict for record in records for verdict in record.values()})
    return np.array([[list(record.values()).count(value) for value in values] for record in records])


def _kappas(table: Mapping[str, Mapping[str, str]]) -> list[Kappa]:
    names = sorted({name for record in table.values() for name in record})
    found = []
    for first, second in combinations(names, 2):
        both = [(record[first], record[second]) for record in table.values() if first in record and second in record]
        if both:
            found.append(Kappa(first, second, len(both), kappa([one for one, _ in both], [other for _, other in both])))
    return found


def _with_judge(picked: Sequence[Verdict]) -> Interval | None:
    sides = sum((verdict.verdict == "a") == chosen_is_a(verdict.id) for verdict in picked)
    return share(sides, len(picked)) if picked else None


def _judge_order(verdicts: Sequence[Verdict], judged: Mapping[str, float], rng: np.random.Generator) -> Interval | None:
    """How well the judge's scores tell kept pairs from refused ones: the area under the ROC curve, 0.5 by chance; over resampled verdicts."""
    scores = np.array([judged[verdict.id] for verdict in verdicts if verdict.id in judged])
    kept = np.array([verdict.verdict != "ret" for verdict in verdicts if verdict.id in judged], bool)
    value = _area(scores, kept)
    if value is None:
        return None
    draws = (rng.integers(0, len(scores), len(scores)) for _ in range(RESAMPLES))
    found = [one for one in (_area(scores[rows], kept[rows]) for rows in draws) if one is not None]
    low, high = np.quantile(found, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Interval(value, float(low), float(high))


def _area(scores: Any, kept: Any) -> float | None:
    better, worse = np.sort(scores[kept]), scores[~kept]
    if not len(better) or not len(worse):
        return None
    above = len(better) - np.searchsorted(better, worse, "right")
    equal = np.searchsorted(better, worse, "right") - np.searchsorted(better, worse, "left")
    return float((above + equal / 2).sum() / (len(better) * len(worse)))


def _reviewers(verdicts: Sequence[Verdict], table: Mapping[str, Mapping[str, str]]) -> list[Reviewer]:
    by_name: dict[str, list[Verdict]] = {}
    for verdict in sorted(verdicts, key=lambda one: (one.reviewed_at, one.id)):
        by_name.setdefault(verdict.reviewer, []).append(verdict)
    return [_reviewer(name, given, table) for name, given in sorted(by_name.items())]


def _reviewer(name: str, given: Sequence[Verdict], table: Mapping[str, Mapping[str, str]]) -> Reviewer:
    agreed = [same for verdict in given if (same := _shared_by_most(verdict, table[verdict.id])) is not None]
    half = len(agreed) // 2
    earlier, later = agreed[:half], agreed[half:]
    enough = half >= _LEAST_HALF
    picked = [verdict.verdict for verdict in given if verdict.verdict in {"a", "b"}]
    return Reviewer(
        name=name,
        verdicts=len(given),
        with_others=_mean(agreed),
        earlier=_mean(earlier) if enough else None,
        later=_mean(later) if enough else None,
        drift=enough and _apart(earlier, later),
        seconds=_seconds_each([verdict.reviewed_at for verdict in given]),
        a_share=picked.count("a") / len(picked) if picked else None,
    )


def _shared_by_most(verdict: Verdict, record: Mapping[str, str]) -> bool | None:
    """Whether most of the others gave this verdict; None without others."""
    others = [given for name, given in record.items() if name != verdict.reviewer]
    return others.count(verdict.verdict) * 2 >= len(others) if others else None


def _apart(earlier: Sequence[bool], later: Sequence[bool]) -> bool:
    """Whether two shares differ by more than chance: Newcombe's interval for their difference leaves out 0."""
    first, second = share(sum(earlier), len(earlier)), share(sum(later), len(later))
    difference = first.value - second.value
    low = difference - sqrt((first.value - (first.low or 0)) ** 2 + ((second.high or 0) - second.value) ** 2)
    high = difference + sqrt(((first.high or 0) - first.value) ** 2 + (second.value - (second.low or 0)) ** 2)
    return not low <= 0 <= high


def _seconds_each(moments: Sequence[str]) -> float | None:
    """Median seconds between two verdicts; None where times are missing, not of one form, or only breaks lie between."""
    try:
        times = [datetime.fromisoformat(moment) for moment in moments]
        gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    except (TypeError, ValueError):
        return None
    work = [gap for gap in gaps if 0 < gap <= _PAUSE_S]
    return median(work) if work else None


def _mean(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
