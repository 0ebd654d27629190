"""What a reader hands on: a text as it stood in the file, with what the file says about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Fail = Callable[[str, str, str], None]
"""Called as `fail(where, reason, detail)` for one row or page that cannot be used."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One text before any cleaning; `source` is `path`, `path:line` or `path#page`."""

    text: str
    source: str
    title: str = ""
    url: str = ""
    date: str = ""
    license: str = ""
