"""What happens to a request: decided by its text and the server's seed alone, so that a run can be repeated."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass

KINDS = (
    "http_400", "storm_429", "http_500", "hang", "drop", "truncated", "html", "no_choices", "null", "empty", "broken_json", "drip",
)  # fmt: skip
ONCE = "once_"


@dataclass(frozen=True, slots=True)
class Fate:
    """The fault of a prompt (empty for none), how many requests it spoils (a very large number: all of them), and its latency in seconds."""

    fault: str = ""
    times: int = 0
    latency_s: float = 0.0

    @property
    def doomed(self) -> bool:
        """Whether no request with this prompt can ever succeed."""
        return self.times >= FOREVER


FOREVER = 1_000_000


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad the server is: `faults` is the share of prompts with a fault, `doomed` the share of those that never succeed."""

    seed: int = 1
    faults: float = 0.0
    doomed: float = 0.25
    latency_s: float = 0.0
    tail: float = 0.0
    longest_s: float = 20.0

    def fate(self, text: str) -> Fate:
        """Return the fate of the prompt `text`: by its `[[mark]]` where it has one, by chance otherwise."""
        chance = random.Random(f"{self.seed}:{text}")
        latency = min(self.longest_s, self.latency_s * (chance.lognormvariate(0, self.tail) if self.tail else 1.0))
        mark = re.search(r"\[\[(\w+)\]\]", text)
        if mark:
            name = mark[1]
            return Fate(name.removeprefix(ONCE), 1 if name.startswith(ONCE) else FOREVER, latency)
        if chance.random() >= self.faults:
            return Fate(latency_s=latency)
        kind = chance.choice(KINDS)
        # a bad request stays one however often it is sent; the other kinds pass by after one or two requests, or never
        doomed = kind == "http_400" or chance.random() < self.doomed
        return Fate(kind, FOREVER if doomed else chance.choice((1, 2)), latency)


class Bucket:
    """A token bucket as hosted services have it: `per_second` units flow in, `burst_s` seconds of them are held at most."""

    def __init__(self, per_second: float, burst_s: float) -> None:
        self.per_second = per_second
        self._most = max(1.0, per_second * burst_s)
        self._held = self._most
        self._at = time.monotonic()

    def wait_s(self, units: float) -> float:
        """Take `units` and return 0, or take nothing and return the seconds until there would be enough."""
        if not self.per_second:
            return 0.0
        now = time.monotonic()
        self._held = min(self._most, self._held + (now - self._at) * self.per_second)
        self._at = now
        if self._held < min(units, self._most):
            return (min(units, self._most) - self._held) / self.per_second
        self._held -= units
        return 0.0
