"""Where a preference comes from: five ways to two answers, and which of them a pair is asked."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Final, Literal, get_args

from curation.records import Pair, Preference

OriginName = Literal["bozma", "adaylar", "guclu-zayif", "kaynak", "revizyon"]
Part = Literal["aday", "guclu", "zayif", "kaynak", "kaynaksiz", "taslak", "revizyon"]
"""What an answer is in its origin; the words before the colon in `chosen_by` and `rejected_by`."""

ORIGINS: Final[tuple[OriginName, ...]] = get_args(OriginName)
PARTS: Final[Mapping[Part, OriginName]] = {
    "aday": "adaylar",
    "guclu": "guclu-zayif",
    "zayif": "guclu-zayif",
    "kaynak": "kaynak",
    "kaynaksiz": "kaynak",
    "taslak": "revizyon",
    "revizyon": "revizyon",
}


def signed(part: Part, name: str) -> str:
    """Return what stands in `chosen_by` or `rejected_by` for an answer that `name` wrote as `part`."""
    return f"{part}:{name}"


def origin_of(preference: Preference) -> OriginName:
    """Return where a preference comes from, told by who wrote its answers; it stays the same where people turn the two round."""
    for by in (preference.rejected_by, preference.chosen_by):
        part, colon, _ = by.partition(":")
        if colon and part in PARTS:
            return PARTS[part]  # type: ignore[index]
    return "bozma"


def drawn(pair: Pair, weights: Mapping[OriginName, float], count: int, seed: int) -> tuple[OriginName, ...]:
    """Return at most `count` origins for `pair`, drawn by weight without putting back; they depend on the pair and `seed` alone. Efraimidis and Spirakis 2006."""
    rng = random.Random(f"{seed}\x1f{pair.id}\x1forigins")
    places = {origin: math.log(1.0 - rng.random()) / weights[origin] for origin in ORIGINS if origin in weights}
    return tuple(sorted(places, key=lambda origin: places[origin], reverse=True)[:count])
