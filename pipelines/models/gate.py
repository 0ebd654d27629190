"""What stands before one server: requests in flight, its limits, and a breaker that stops the sending while it is down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from pipelines.models.failures import may_be_outage, remedy
from pipelines.models.limits import Limits
from pipelines.models.wall import Reply

Alive = Callable[[], Awaitable[bool]]
_SUSPICIOUS = 10  # failures in a row; one in five requests failing by themselves gives that once in ten million
_PROBES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)  # pauses between two questions whether a server is back


class Gate:
    """The gate of one server, passed by the requests of all its models.

    `stopped` is the failure that ends the run, None while it goes on; `passed` counts answers, `kept` those that the journal had.
    `trouble` is what people should know while the server does not answer, `in_flight` the requests that are out.
    """

    def __init__(self, address: str, concurrency: int, limits: Limits, patience_s: float, alive: Alive) -> None:
        self.limits = limits
        self.stopped: Reply | None = None
        self.passed = 0
        self.kept = 0
        self.trouble = ""
        self.in_flight = 0
        self._address = address
        self._slots = asyncio.Semaphore(concurrency)
        self._open = asyncio.Event()
        self._open.set()
        self._patience_s = patience_s
        self._alive = alive
        self._in_a_row = 0
        self._lost = 0
        self._concurrency = concurrency
        self._watching: asyncio.Task[None] | None = None
        self._held = False

    @asynccontextmanager
    async def slot(self, tokens: float) -> AsyncIterator[float]:
        """Hold one of the server's slots for a request of about `tokens`; yields when it was let out (monotonic seconds)."""
        async with self._slots:
            await self._open.wait()
            if self.stopped is None:
                sent = await self.limits.admit(tokens)
                await self._open.wait()
                self.in_flight += 1
                try:
                    yield sent
                finally:
                    self.in_flight -= 1
            else:
                yield 0.0

    def note(self, reply: Reply) -> None:
        """Learn from a reply whether the server is up, and whether it is the right one."""
        if not reply.failure:
            self.passed += 1
            self._in_a_row = self._lost = 0
            self.trouble = ""
        elif reply.failure == "no_quota":
            self._stop("no_quota", f"{self._address} has no quota left for this key: {reply.detail}")
        elif remedy(reply.failure) == "stop" or (remedy(reply.failure) == "elsewhere" and not self.passed):
            hint = "Check `base_url`, `name` and the key in `api_key_env`"
            self._stop("refused", f"{self._address} refuses every request: {reply.detail}. {hint}")
        elif may_be_outage(reply.failure):
            self._in_a_row += 1
            if reply.failure == "connection" and not self.passed:  # of a server that never answered people should hear at once
                self._tell(f"cannot be reached ({reply.detail})")
            if self._in_a_row >= _SUSPICIOUS and self._watching is None:
                self._tell(f"does not answer ({reply.detail})")
                self._open.clear()
                self._watching = asyncio.create_task(self._watch(reply))

    def lost(self, reply: Reply) -> None:
        """Note a prompt given up. A server that answers the probe but never a prompt is down too."""
        if may_be_outage(reply.failure):
            self._lost += 1
            # a run taken up again may have nothing left but prompts that fail by themselves: up to a third of all may
            if not self.passed and self._lost >= max(2 * _SUSPICIOUS, self._concurrency, self.kept // 2):
                self._stop("server_down", f"{self._address} has not answered one of {self._lost} prompts: {reply.detail}")

    def verdict(self, reply: Reply) -> Reply:
        """Return `reply`, or what ended the run in place of a failure."""
        return self.stopped if self.stopped is not None and reply.failure else reply

    def hold(self) -> None:
        """Let nothing out any more."""
        self._held = True
        self._open.clear()

    def close(self) -> None:
        """End the watch and close the limits."""
        if self._watching is not None:
            self._watching.cancel()
        self.limits.close()

    async def _watch(self, reply: Reply) -> None:
        """While the gate is shut: ask the server whether it is there; open when it is, stop the run when it is not for too long."""
        begin = time.monotonic()
        for number in range(1 << 30):
            if await self._alive():
                break
            left = begin + self._patience_s - time.monotonic()
            if left <= 0:
                self._stop("server_down", f"{self._address} has been down for {self._patience_s:g} s: {reply.detail}")
                break
            await asyncio.sleep(min(left, _PROBES_S[min(number, len(_PROBES_S) - 1)]))
        self._in_a_row = 0
        self._watching = None
        self.trouble = ""
        if not self._held:
            self._open.set()

    def _tell(self, what: str) -> None:
        self.trouble = self.trouble or f"{self._address} {what}; it is waited for, up to {self._patience_s:g} s"

    def _stop(self, failure: str, detail: str) -> None:
        self.stopped = self.stopped or Reply(failure=failure, detail=f"{detail}. Answers so far are kept; run again to go on")
