"""How a stage says how far it is, without knowing who listens."""

from __future__ import annotations

from collections.abc import Callable

Tick = Callable[[int, int | None], None]
"""Called as `tick(done, total)`; `total` is None where it is not known."""


def silent(done: int, total: int | None) -> None:
    """A Tick that tells nobody."""
