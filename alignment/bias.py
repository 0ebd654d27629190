"""How far length and layout alone tell chosen from rejected, and rows let go so that they do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from alignment.agreement import Interval, share
from alignment.origins import OriginName, origin_of
from curation.records import Preference, Reject, Rejected

Layout = Literal["prose", "list", "markdown"]

_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+\S", re.MULTILINE)
_MARKUP = re.compile(r"^#{1,6}\s|\*\*\S[^*\n]*\*\*|^\|.*\|\s*$|^```|`[^`\n]+`", re.MULTILINE)
_LEAST_ITEMS = 2


@dataclass(frozen=True, slots=True)
class StyleBias:
    """What can be seen of answers without reading them. Shares are in [0, 1], of all rows.

    `length_alone` is how often the longer answer is the chosen one, of `unequal` rows with its 95 % interval: 0.5 says nothing, 1 gives it away.
    `chosen_lists` and so on are the shares of answers that are laid out so.
    """

    count: int
    unequal: int
    length_alone: Interval | None
    chosen_lists: float
    rejected_lists: float
    chosen_markdown: float
    rejected_markdown: float


def layout(text: str) -> Layout:
    """Return how `text` is laid out: as Markdown with headings, bold type, tables or code, as a list of two items or more, or as prose."""
    if _MARKUP.search(text):
        return "markdown"
    return "list" if len(_ITEM.findall(text)) >= _LEAST_ITEMS else "prose"


def style_bias(preferences: Sequence[Preference]) -> StyleBias:
    """Return the figures of `preferences`; of none, zeros."""
    longer = sum(len(one.chosen) > len(one.rejected) for one in preferences)
    unequal = sum(len(one.chosen) != len(one.rejected) for one in preferences)
    count = max(len(preferences), 1)
    chosen, rejected = [layout(one.chosen) for one in preferences], [layout(one.rejected) for one in preferences]
    return StyleBias(
        count=len(preferences),
        unequal=unequal,
        length_alone=share(longer, unequal) if unequal else None,
        chosen_lists=chosen.count("list") / count,
        rejected_lists=rejected.count("list") / count,
        chosen_markdown=chosen.count("markdown") / count,
        rejected_markdown=rejected.count("markdown") / count,
    )


def bias_by_origin(preferences: Sequence[Preference]) -> Mapping[OriginName, StyleBias]:
    """Return the figures of each origin's rows: what one origin tilts another may hide in the sum."""
    origins = sorted({origin_of(one) for one in preferences})
    return {origin: style_bias([one for one in preferences if origin_of(one) == origin]) for origin in origins}


def longer_chosen(preferences: Sequence[Preference]) -> tuple[int, int]:
    """Return in how many rows the longer answer is chosen, and in how many the two are of unequal length."""
    return sum(len(one.chosen) > len(one.rejected) for one in preferences), sum(len(one.chosen) != len(one.rejected) for one in preferences)


def without_length_bias(preferences: Iterable[Preference], most: float, reject: Reject) -> list[Preference]:
    """Return `preferences` in order, without as many judged rows of a longer chosen answer as bring the share of these to `most` of the unequal ones.

    Those of the smallest margin go first, to `reject` as `length_bias`. Corruptions stay: their lengths were balanced when they were drawn.
    """
    kept = list(preferences)
    longer, unequal = longer_chosen(kept)
    if longer <= most * unequal:
        return kept
    # (longer - x) <= most * (unequal - x) holds from this x on; with most = 1 it held before
    surplus = (longer - most * unequal) / (1 - most)
    judged = (one for one in kept if len(one.chosen) > len(one.rejected) and origin_of(one) != "bozma")
    weakest = sorted(judged, key=lambda one: (one.margin, one.id))
    gone = {one.id for one in weakest[: int(surplus + 1 - 1e-9)]}
    for one in kept:
        if one.id in gone:
            detail = f"the longer answer is chosen in {longer} of {unequal} unequal rows, max_longer_share is {most:g}"
            reject(Rejected(one.id, "length_bias", detail, one.pair_id, one.rejected))
    return [one for one in kept if one.id not in gone]
