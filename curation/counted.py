"""Counts in English sentences."""

from __future__ import annotations


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return the count, commas between its thousands, with the noun in its number: `1 reply`, `1,200 replies`; the plural ends in -s where none is given."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
