"""Another value for a value: what an equality is turned by."""

from __future__ import annotations

from typing import Any, Final

SEEN: Final = "_imbik_seen"
ANOTHER: Final = "_imbik_another"
"""Names under which turned tests find the function that counts, and `another`."""


def another(value: Any) -> Any:
    """Return a value of the same kind that is not equal to `value`; for a kind unknown here one that nothing is equal to."""
    found: Any = object()
    match value:
        case bool():
            found = not value
        case int() | float() | complex():
            found = -value or 1
        case str():
            found = f"{value}?"
        case bytes():
            found = value + b"?"
        case list():
            found = [*value, None]
        case tuple():
            found = (*value, None)
        case set() | frozenset():
            found = {*value, object}
        case dict():
            found = {**value, object: None}
    return found
