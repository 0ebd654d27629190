"""How far a figure can be trusted: 95 % intervals for shares and for paired differences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_Z = 1.959964  # the normal quantile of a two-sided 95 % interval


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`, and the 95 % Wilson interval of their share; the share of nothing is 0 between 0 and 1."""

    hits: int
    total: int
    value: float
    low: float
    high: float


def wilson(hits: int, total: int) -> Share:
    """Return the share with its Wilson score interval. Wilson 1927."""
    if total == 0:
        return Share(0, 0, 0.0, 0.0, 1.0)
    share = hits / total
    centre = (share + _Z**2 / (2 * total)) / (1 + _Z**2 / total)
    half = _Z / (1 + _Z**2 / total) * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    return Share(hits, total, share, max(0.0, centre - half), min(1.0, centre + half))


def mean_difference(
    sums: Sequence[float], base_sums: Sequence[float], weights: Sequence[int], groups: Sequence[str], *, resamples: int, seed: int
) -> Interval:
    """Return sum(sums - base_sums) / sum(weights) with a paired bootstrap interval that draws whole `groups`.

    Rows of one group (one document) share what makes them easy or hard, so rows are not drawn on their own. Empty input gives 0.
    """
    names = sorted(set(groups))
    if not names:
        return Interval(0.0, 0.0, 0.0)
    place = {name: index for index, name in enumerate(names)}
    where = np.array([place[name] for name in groups])
    difference = np.bincount(where, np.asarray(sums) - np.asarray(base_sums), len(names))
    weight = np.bincount(where, np.asarray(weights, float), len(names))
    drawn = np.random.default_rng(seed).integers(0, len(names), (resamples, len(names)))
    means = difference[drawn].sum(axis=1) / weight[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(float(difference.sum() / weight.sum()), float(low), float(high))
