"""Questions of other texts, which a passage cannot answer because it has none of their names and nouns."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from curation.turkish import ascii_letters

_STEM = 5
_ASKING = frozenset(("hangi", "nerede", "neden", "nasil", "zaman", "kacta", "kimdi", "nedir", "neler", "icin", "gore", "kac", "kim", "ne"))


def unanswered(passage: str, turn: int) -> str | None:
    """Return a question none of whose nouns and names stand in `passage`; which one depends on `turn`. None where all are near it."""
    asked = questions()
    known = _stems(passage)
    order = [asked[(turn + step) % len(asked)] for step in range(len(asked))]
    return next((question for question in order if not shares(question, known)), None)


def foreign(question: str, passage: str) -> bool:
    """Whether a question has a name, and no noun or name that `passage` has."""
    named = any(word[0].isupper() for word in re.findall(r"[^\W\d_]{3,}", question)[1:]) or "'" in question or "’" in question
    return named and not shares(question, _stems(passage))


def shares(question: str, known: set[str]) -> bool:
    """Whether a question has a stem of `known` beyond its question words."""
    return bool((_stems(question) - _ASKING) & known)


@cache
def questions() -> tuple[str, ...]:
    """Return our own questions, one a line of the word list."""
    lines = (Path(__file__).parent / "words" / "questions.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def _stems(text: str) -> set[str]:
    """Return what can be shared: words of four letters and more, and short names such as `Van`."""
    return {ascii_letters(word)[:_STEM] for word in re.findall(r"[^\W\d_]{4,}|(?<![^\W\d_])[A-ZÇĞİÖŞÜ][a-zçğıöşü]{1,2}(?![^\W\d_])", text)}
