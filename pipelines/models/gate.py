"""What stands before one server: requests in flight, its limits, and a breaker that stops the sending while it is down.

A failure may be the prompt's or the server's. To tell them apart a prompt of three words is sent: a server that answers it is there, and
whatever fails meanwhile fails by itself.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from pipelines.models.failures import may_be_outage, remedy
from pipelines.models.limits import Limits
from pipelines.models.wall import Model, Reply

_SUSPICIOUS = 10  # failures in a row; one in five requests failing by themselves gives that once in ten million
_LEAST_LOST = 20  # prompts that fail and none answered before it is no more believed that they do so by themselves
_WAITING = 24  # prompts under way, in multiples of the requests in flight: so many that can never succeed may end a run together
_REFUSED_TOGETHER = 3  # refusals for haste with no answer between them: they are not about one prompt
_PROBES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)  # pauses between two questions whether a server is back
_LEAST_PROBE_S = 10.0  # that a probe may take, however impatient the recipe is
_HINT = "Check `base_url`, `name` and the key in `api_key_env`"


@dataclass(slots=True)
class _Health:
    """How a model of the server does: answers of this process, answers in the journal; failures and lost prompts since the last answer."""

    answered: int = 0
    kept: int = 0
    in_a_row: int = 0
    lost: int = 0


class Gate:
    """The gate of one server, passed by the requests of all its models.

    `stopped` is the failure that ends the run, None while it goes on; `passed` counts answers.
    `trouble` is what people should know while the server does not answer, `in_flight` the requests that are out.
    """

    def __init__(self, address: str, concurrency: int, limits: Limits, *, patience_s: float, deadline_s: float = float("inf")) -> None:
        self.limits = limits
        self.stopped: Reply | None = None
        self.passed = 0
        self.trouble = ""
        self.in_flight = 0
        self._address = address
        self._slots = asyncio.Semaphore(concurrency)
        self._open = asyncio.Event()
        self._open.set()
        self._over = asyncio.Event()
        self._patience_s = patience_s
        self._deadline_s = deadline_s
        self._concurrency = concurrency
        self._health: defaultdict[Model, _Health] = defaultdict(_Health)
        self._refusals = 0
        self._refused_since = 0.0
        self._looking: dict[Model, asyncio.Task[bool]] = {}
        self._shut_by: set[Model] = set()
        self._held = False

    @asynccontextmanager
    async def slot(self, tokens: float) -> AsyncIterator[float]:
        """Hold one of the server's slots for a request of about `tokens`; yields when it was let out (monotonic seconds)."""
        while True:
            await self._open.wait()
            async with self._slots:  # never held before a shut gate: whoever looks after the server needs one
                sent = 0.0
                if self.stopped is None and self._open.is_set():
                    sent = await self.limits.admit(tokens, self._over.is_set)
                if self._open.is_set():
                    self.in_flight += 1
                    try:
                        yield sent
                    finally:
                        self.in_flight -= 1
                    return

    async def rest(self, seconds: float) -> None:
        """Wait, and no longer than the run goes on."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._over.wait()

    def found(self, model: Model) -> None:
        """Note an answer of `model` that the journal had."""
        self._health[model].kept += 1

    def note(self, reply: Reply, model: Model) -> None:
        """Learn from a reply whether the server is up, and whether it is the right one."""
        health = self._health[model]
        if not reply.failure:
            self.passed += 1
            health.answered += 1
            health.in_a_row = health.lost = self._refusals = 0
            self.trouble = ""
        elif not self._ended_by(reply) and may_be_outage(reply.failure):
            health.in_a_row += 1
            if reply.failure == "connection" and not self.passed:  # of a server that never answered people should hear at once
                self._tell(f"cannot be reached ({reply.detail})")
            if health.in_a_row >= _SUSPICIOUS:
                self._tell(f"does not answer ({reply.detail})")
                self._shut(model)
                self._look(model, reply)

    def refused(self, sent: float, reply: Reply, *, alone: bool) -> None:
        """Note a refusal for haste; `alone` when only this prompt is refused while others pass."""
        asked_s = reply.retry_after_s if reply.retry_after_s <= self._deadline_s else 0.0  # a longer wait ends the run, or the prompt
        self._refusals += 1
        if self._refusals == 1:
            self._refused_since = time.monotonic()
        self.limits.refused(sent, asked_s, alone=alone)
        if asked_s and not alone and self._refusals >= _REFUSED_TOGETHER:
            self.limits.pause(asked_s)

    async def is_to_blame(self, reply: Reply, model: Model) -> bool:
        """Return whether the server, and not the prompt, is to blame for a failure that could be either's: the prompt is then not lost."""
        refused = _is_refusal(reply.failure) and not self._health[model].answered
        if not (refused or reply.failure == "http_429" or may_be_outage(reply.failure)):
            return False
        return await asyncio.shield(self._look(model, reply)) or self.stopped is not None

    def lost(self, reply: Reply, model: Model) -> None:
        """Note a prompt given up. A server that answers three words but never a prompt is of no use."""
        down = may_be_outage(reply.failure)
        if not down and not _is_refusal(reply.failure):
            return
        health = self._health[model]
        health.lost += 1
        # a run taken up again may have nothing left but prompts that fail by themselves: up to a third of all may
        bound = max(_LEAST_LOST, self._concurrency * (_WAITING if health.answered else 1), (health.kept + health.answered) // 2)
        if health.lost >= bound and down:
            self._stop("server_down", f"{self._address} has answered none of {health.lost} prompts in a row: {reply.detail}")
        elif health.lost >= bound:
            self._stop("refused", f"{self._address} refuses each of {health.lost} prompts: {reply.detail}. {_HINT}")

    def verdict(self, reply: Reply) -> Reply:
        """Return `reply`, or what ended the run in place of a failure."""
        return self.stopped if self.stopped is not None and reply.failure else reply

    def hold(self) -> None:
        """Let nothing out any more."""
        self._held = True
        self._open.clear()

    def close(self) -> None:
        """End the watch and close the limits."""
        for task in self._looking.values():
            task.cancel()
        self.limits.close()

    def _look(self, model: Model, reply: Reply) -> asyncio.Task[bool]:
        """The one look at the server that is under way for `model`, begun where there is none."""
        if model not in self._looking:
            self._looking[model] = asyncio.create_task(self._watched(model, reply))
        return self._looking[model]

    async def _watched(self, model: Model, reply: Reply) -> bool:
        """Whether the server is to blame for `reply`; returns when it is back, or the run is stopped."""
        begin, was_down, pauses = 0.0, False, iter(_PROBES_S)
        try:
            while self.stopped is None and not self._held:
                async with self._slots:  # as any request
                    begin = begin or time.monotonic()
                    said = await _probed(model, max(_LEAST_PROBE_S, begin + self._patience_s - time.monotonic()))
                if self._ended_by(said) or self._refuses_all(said, model):
                    return True
                if said.failure == "http_429":
                    return self._too_early(said)
                if not may_be_outage(said.failure):
                    return was_down
                self._shut(model)
                self._tell(f"does not answer ({said.detail})")
                left = begin + self._patience_s - time.monotonic()
                if left <= 0:
                    self._stop("server_down", f"{self._address} has been down for {self._patience_s:g} s: {reply.detail}")
                await asyncio.sleep(max(0.0, min(left, next(pauses, _PROBES_S[-1]))))
                was_down = True
            return True
        finally:  # whatever comes: a gate that stays shut would hold up the run without a word
            self._health[model].in_a_row = 0
            del self._looking[model]
            self._shut_by.discard(model)
            if not self._shut_by:
                self.trouble = ""
                if not self._held:
                    self._open.set()

    def _ended_by(self, reply: Reply) -> bool:
        """Whether a reply of this kind ends the run, which is then stopped."""
        if reply.failure == "no_quota":
            self._stop("no_quota", f"{self._address} has no quota left for this key: {reply.detail}")
        elif remedy(reply.failure) == "stop":
            self._stop("refused", f"{self._address} refuses every request: {reply.detail}. {_HINT}")
        else:
            return False
        return True

    def _refuses_all(self, said: Reply, model: Model) -> bool:
        """Whether three words are refused where nothing was ever answered; the run is then stopped."""
        if not _is_refusal(said.failure) or self._health[model].answered:
            return False
        self._stop("refused", f"{self._address} refuses every request: {said.detail}. {_HINT}")
        return True

    def _too_early(self, said: Reply) -> bool:
        """True, after a pause of all requests, where the server refuses three words for haste; the run is stopped where that takes too long."""
        refused_s = time.monotonic() - self._refused_since if self._refusals else 0.0
        if refused_s + said.retry_after_s > self._deadline_s:
            asked = f"asks to wait {said.retry_after_s:g} s" if said.retry_after_s else f"has refused every request for {refused_s:.0f} s"
            self._stop("no_quota", f"{self._address} {asked}, and `deadline_s` allows {self._deadline_s:g} s: {said.detail}")
        else:
            self.limits.pause(said.retry_after_s or _PROBES_S[0])
        return True

    def _shut(self, model: Model) -> None:
        self._shut_by.add(model)
        self._open.clear()

    def _tell(self, what: str) -> None:
        self.trouble = self.trouble or f"{self._address} {what}; it is waited for, up to {self._patience_s:g} s"

    def _stop(self, failure: str, detail: str) -> None:
        self.stopped = self.stopped or Reply(failure=failure, detail=f"{detail}. Answers so far are kept; run again to go on")
        self._over.set()


async def _probed(model: Model, within_s: float) -> Reply:
    try:
        async with asyncio.timeout(within_s):
            return await model.probe()
    except TimeoutError:
        return Reply(failure="timeout", detail=f"no answer within {within_s:g} s")


def _is_refusal(failure: str) -> bool:
    """Whether a failure is an HTTP status that says no for good."""
    return re.fullmatch(r"http_4\d\d", failure) is not None and remedy(failure) in {"none", "elsewhere"}
