"""One place of a text that holds a personal datum."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from curation import turkish
from curation.config import PiiEntity


@dataclass(frozen=True, slots=True)
class Finding:
    """`text[start:end]` is a `kind`, found by `rule`. `score` in [0, 1]; `private` where the words around it make a name a private person's."""

    kind: PiiEntity
    start: int
    end: int
    score: float
    private: bool = False
    rule: str = ""


@lru_cache(maxsize=4)  # each recogniser asks for the key of the same text in turn
def matching_key(text: str) -> str:
    """Return `text` in lower case and ASCII letters, one character for each, so that a match in it is a match at the same place in `text`."""
    key = turkish.ascii_letters(text)
    return key if len(key) == len(text) else "".join(turkish.ascii_letters(character)[:1] or " " for character in text)


def without_overlaps(findings: list[Finding]) -> list[Finding]:
    """Return `findings` in order of place; where two overlap the surer one stays, then the longer one."""
    kept: list[Finding] = []  # in order of place, so that only two neighbours can overlap a new one
    for finding in sorted(findings, key=lambda found: (-found.score, found.start - found.end, found.start)):
        place = bisect_right(kept, finding.start, key=lambda found: found.start)
        if (place == 0 or kept[place - 1].end <= finding.start) and (place == len(kept) or finding.end <= kept[place].start):
            kept.insert(place, finding)
    return kept
