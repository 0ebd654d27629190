"""How the asking goes, in numbers that a display, a manifest or a script can read."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pipelines.models.wall import Reply


@dataclass(slots=True)
class Counters:
    """`done` of `total` prompts: `kept` were answered by the journal, `answered` by a model, the rest failed by reason.

    `requests` went out, `tried_again` of them for a second time or later and `refused` for haste. Tokens and `usd` are of the requests of this process.
    `note` is what people should know now, such as that a server cannot be reached.
    """

    total: int = 0
    kept: int = 0
    answered: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    tried_again: int = 0
    refused: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    seconds: float = 0.0
    left_out: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def done(self) -> int:
        """Prompts that have their reply or their failure."""
        return self.kept + self.answered + sum(self.failed.values())

    @property
    def per_second(self) -> float:
        """Prompts a second that models answered or failed, the journal's not counted; 0 before the first."""
        return (self.done - self.kept) / self.seconds if self.seconds else 0.0

    @property
    def remaining_s(self) -> float | None:
        """Seconds to the end at the rate so far; None where no rate is known."""
        return (self.total - self.done) / self.per_second if self.per_second else None


Watch = Callable[[Counters], None]


def unwatched(counters: Counters) -> None:
    """A Watch that tells nobody."""


class Meter:
    """Keeps Counters and tells a Watch of every change."""

    def __init__(self, watch: Watch = unwatched) -> None:
        self.counters = Counters()
        self._watch = watch
        self._begin = time.monotonic()

    def sent(self, *, again: bool) -> None:
        """Note a request that goes out."""
        self.counters.requests += 1
        self.counters.tried_again += again

    def back(self, reply: Reply, usd: float) -> None:
        """Note what a request brought and cost."""
        self.counters.refused += reply.failure == "http_429"
        self.counters.input_tokens += reply.input_tokens
        self.counters.output_tokens += reply.output_tokens
        self.counters.usd += usd

    def note(self, words: str) -> None:
        """Note what people should know now, and tell of it where it is new."""
        if words != self.counters.note:
            self.counters.note = words
            self.tell()

    def ended(self, reply: Reply, *, kept: bool = False) -> None:
        """Note a prompt that is done."""
        if reply.failure:
            self.counters.failed[reply.failure] = self.counters.failed.get(reply.failure, 0) + 1
        elif kept:
            self.counters.kept += 1
        else:
            self.counters.answered += 1
        self.tell()

    def tell(self) -> None:
        """Tell the watch."""
        self.counters.seconds = time.monotonic() - self._begin
        self._watch(self.counters)
