"""Wrong passwords slow down: after some of them, an address waits before it may try again."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

MOST_WRONG = 10
WINDOW_S = 60.0
"""Ten wrong passwords a minute: enough for eight people on one address who mistype, and 5 million a year against a password of 96 bits."""

_MOST_ADDRESSES = 10_000


class Logins:
    """Attempts by address. One counts from the moment it begins, so that many at once are no way round, and not at all when it was right."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: dict[str, deque[float]] = {}

    def begin(self, address: str) -> float:
        """Return the seconds this address must wait, or 0 after noting an attempt."""
        now = self._clock()
        attempts = self._begun.setdefault(address, deque())
        while attempts and attempts[0] <= now - WINDOW_S:
            attempts.popleft()
        if len(attempts) >= MOST_WRONG:
            return attempts[0] + WINDOW_S - now
        attempts.append(now)
        if len(self._begun) > _MOST_ADDRESSES:
            self._forget(now)
        return 0.0

    def right(self, address: str) -> None:
        """Take back the attempt that was noted last: the password was right."""
        if self._begun.get(address):
            self._begun[address].pop()

    def _forget(self, now: float) -> None:
        self._begun = {address: attempts for address, attempts in self._begun.items() if attempts and attempts[-1] > now - WINDOW_S}
