"""The limits of a recipe's quality preset, as the distributions draw them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipelines.recipe import Recipe

Side = Literal["low", "high"]


@dataclass(frozen=True, slots=True)
class Cut:
    """One limit: documents whose `measure` lies below a `low` or above a `high` value are dropped for `reason`."""

    reason: str
    measure: str
    side: Side
    value: float


def cuts_of(recipe: Recipe) -> tuple[Cut, ...]:
    """Return the limits that a recipe's preset holds its documents against."""
    from curation.quality import limits, rules_of

    found: list[Cut] = []
    for limit in limits(rules_of(recipe.curate.quality)):
        sides: tuple[tuple[Side, float | None], ...] = (("low", limit.low), ("high", limit.high))
        found += [Cut(limit.reason, limit.measure, side, value) for side, value in sides if value is not None]
    return tuple(found)


def cuts_on(measure: str, cuts: Iterable[Cut]) -> tuple[Cut, ...]:
    """Return the cuts on one measure, the lowest value first."""
    return tuple(sorted((one for one in cuts if one.measure == measure), key=lambda one: one.value))
