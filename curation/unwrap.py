"""Hard-wrapped text back to paragraphs: lines cut at a fixed width joined, hyphenated words closed, lists and headings left alone."""

from __future__ import annotations

import re
from itertools import pairwise

_BLOCK_START = re.compile(
    r"\s*(?:[-*+•·▪–—]\s|#{1,6}\s|>|\||```|~~~|\(?[0-9]{1,3}[.)]\s|\(?[a-zçğıöşü][.)]\s|MADDE\b|Madde\s\d|</?\w|\w{2,20}:\s)"
)
_NO_CONTINUATION = re.compile(r"\s*(?:#{1,6}\s|\||```|~~~|---|</?\w)")
_FENCE = re.compile(r"\s*(?:```|~~~)")

# A wrapped text fills its lines: most of them reach three quarters of the common width, and that width is one a page or a terminal has.
_MIN_WIDTH, _MAX_WIDTH = 30, 140
_FULL = 0.75
_MIN_FULL_SHARE = 0.5
_MIN_LOWER_SHARE = 0.25

# Where empty lines part the paragraphs, lines may break anywhere (pages saved from word processors); prose has longer lines than verse, and code ends otherwise.
_MIN_RAGGED_WIDTH = 55
_MAX_CODE_SHARE = 0.1
_ENDS_LIKE_CODE = tuple("{};>\\")


def unwrap(text: str) -> str:
    """Return `text` with hard-wrapped lines joined, or unchanged where its lines are paragraphs of their own."""
    lines = text.split("\n")
    if len(lines) < 3:
        return text
    starts = [not line or line.isspace() or _BLOCK_START.match(line) is not None for line in lines]
    width = _wrap_width(lines, starts)
    if width is None:
        return text
    joined: list[str] = []
    last = ""
    fenced = False
    for line, start in zip(lines, starts, strict=True):
        fence = bool(_FENCE.match(line))
        if joined and not start and not fenced and not fence and _continues(last, line, width):
            joined[-1] = _join(joined[-1], line)
        else:
            joined.append(line)
        fenced ^= fence
        last = line
    return "\n".join(joined)


def _wrap_width(lines: list[str], starts: list[bool]) -> int | None:
    """The width in characters at which lines were cut, 0 where they were cut anywhere inside paragraphs, or None where they were not."""
    followed = [
        (len(line), after.lstrip()[0].islower())
        for (line, after), start in zip(pairwise(lines), starts[1:], strict=True)
        if not start and line and not line.isspace()
    ]
    if len(followed) < 2:
        return None
    lengths = sorted(length for length, _ in followed)
    width = lengths[int(0.9 * (len(lengths) - 1))]
    lower = sum(begins_lower for _, begins_lower in followed)
    if not _MIN_WIDTH <= width <= _MAX_WIDTH or lower < _MIN_LOWER_SHARE * len(lengths):
        return None
    if sum(length >= _FULL * width for length in lengths) >= _MIN_FULL_SHARE * len(lengths):
        return width
    return 0 if width >= _MIN_RAGGED_WIDTH and _has_paragraphs(lines, len(followed)) else None


def _has_paragraphs(lines: list[str], breaks: int) -> bool:
    empty = sum(not line.strip() for line in lines)
    code = sum(line.endswith(_ENDS_LIKE_CODE) or line.startswith((" ", "\t")) for line in lines)
    return empty >= 2 and empty * 10 >= breaks and code <= _MAX_CODE_SHARE * len(lines)


def _continues(line: str, after: str, width: int) -> bool:
    if not line or line.isspace() or line.endswith(_ENDS_LIKE_CODE) or _NO_CONTINUATION.match(line):
        return False
    return len(line) >= _FULL * width or (after.lstrip()[0].islower() and line.rstrip()[-1] not in ".!?:;")


def _join(line: str, after: str) -> str:
    after = after.lstrip()
    if line[-1] == "-" and line[-3:-1].isalpha() and after[0].islower():
        return line[:-1] + after  # keli- / me; but e- / posta stays apart
    return f"{line.rstrip()} {after}"
