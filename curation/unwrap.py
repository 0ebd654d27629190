"""Hard-wrapped text back to paragraphs: lines cut at a fixed width joined, hyphenated words closed, lists and headings left alone."""

from __future__ import annotations

import re
from itertools import pairwise

_BLOCK_START = re.compile(
    r"\s*(?:[-*+•·▪–—]\s|#{1,6}\s|>|\||```|~~~|\(?[0-9]{1,3}[.)]\s|\(?[a-zçğıöşü][.)]\s|MADDE\b|Madde\s\d|</?\w|\w{2,20}:\s)"
)
_NO_CONTINUATION = re.compile(r"\s*(?:#{1,6}\s|\||```|~~~|---|</?\w)|.*[\\>{};]$")
_FENCE = re.compile(r"\s*(?:```|~~~)")

# A wrapped text fills its lines: most of them reach three quarters of the common width, and that width is one a page or a terminal has.
_MIN_WIDTH, _MAX_WIDTH = 30, 140
_FULL = 0.75
_MIN_FULL_SHARE = 0.5
_MIN_LOWER_SHARE = 0.25


def unwrap(text: str) -> str:
    """Return `text` with hard-wrapped lines joined, or unchanged where its lines are paragraphs of their own."""
    lines = text.split("\n")
    if len(lines) < 3:
        return text
    width = _wrap_width(lines)
    if width is None:
        return text
    joined: list[str] = []
    last = ""
    fenced = False
    for line in lines:
        fence = bool(_FENCE.match(line))
        if joined and not fenced and not fence and _continues(last, line, width):
            joined[-1] = _join(joined[-1], line)
        else:
            joined.append(line)
        fenced ^= fence
        last = line
    return "\n".join(joined)


def _wrap_width(lines: list[str]) -> int | None:
    """The width in characters at which lines were cut, or None where they were not."""
    followed = [(line, after) for line, after in pairwise(lines) if line.strip() and after.strip() and not _BLOCK_START.match(after)]
    if len(followed) < 2:
        return None
    lengths = sorted(len(line) for line, _ in followed)
    width = lengths[int(0.9 * (len(lengths) - 1))]
    if not _MIN_WIDTH <= width <= _MAX_WIDTH:
        return None
    full = sum(length >= _FULL * width for length in lengths)
    lower = sum(after.lstrip()[0].islower() for _, after in followed)
    if full < _MIN_FULL_SHARE * len(lengths) or lower < _MIN_LOWER_SHARE * len(lengths):
        return None
    return width


def _continues(line: str, after: str, width: int) -> bool:
    if not line.strip() or not after.strip() or _BLOCK_START.match(after) or _NO_CONTINUATION.match(line):
        return False
    return len(line) >= _FULL * width or (after.lstrip()[0].islower() and line.rstrip()[-1] not in ".!?:;")


def _join(line: str, after: str) -> str:
    after = after.lstrip()
    if line[-1] == "-" and line[-3:-1].isalpha() and after[0].islower():
        return line[:-1] + after  # keli- / me; but e- / posta stays apart
    return f"{line.rstrip()} {after}"
