"""How fast one server may be asked: requests and tokens a minute, shared by all its models and by every process that opens the same file.

Where the recipe names no limit it is learned. Between two refusals a token bucket lets through just what flows in, so the count of
accepted requests over the time between them is the limit itself, however large the bucket. A refusal at a pace that was carried before
is not about the pace: some servers refuse one prompt, or one in fifty, whatever the pace is.
"""

from __future__ import annotations

import asyncio
import fcntl
import mmap
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_START_PER_S = 500.0  # requests a second at first: fast enough for any server, slow enough that the first refusal is heard in time
_START_S = 1.0
_BELOW = 0.97  # of a learned limit: just under it refusals are rare
_GROWTH_PER_S = 0.004  # how a limit that was found twice is tried anew
_FAST_GROWTH_PER_S = 0.15  # how one that was only guessed, or that a refusal had nothing to do with
_LEAST_GAP_S = 1.0  # refusals closer together tell of one event
_LEAST_START_S = 0.1  # a first guess that is too high costs a few refusals, one that is too low costs minutes
_DEFAULT_PAUSE_S = 0.5  # after a refusal without Retry-After
_NEAR = 0.94  # of the flow found before: from here on a single refusal slows down a little instead of trying for more
_CARRIED = 0.99  # of the flow found before: a refusal below it is about the prompt
_MANY_REFUSED = (2, 0.1)  # refusals, and their share of the requests, from which the first slowing down follows
_STILL_MANY = (10, 0.08)  # and from which a limit that was carried before must have been lowered
_LONGEST_SLEEP_S = 1.0  # until it is looked whether the run goes on
_FIELDS = struct.Struct("@14d")


@dataclass(slots=True)
class _State:
    """Times are of the monotonic clock, which all processes of a machine share."""

    next_request: float = 0.0
    next_token: float = 0.0
    paused_until: float = 0.0
    started: float = 0.0
    learned_per_s: float = 0.0
    grown_at: float = 0.0
    refused_at: float = 0.0
    accepted: float = 0.0
    accepted_at_refusal: float = 0.0
    paused_s: float = 0.0
    found_per_s: float = 0.0
    refusals: float = 0.0
    events: float = 0.0
    guessed: float = 0.0


class Limits:
    """The limits of one server. `shared` is a file that other processes open too; without it they hold for this process alone."""

    def __init__(self, requests_per_minute: int | None, tokens_per_minute: int | None, shared: Path | None = None) -> None:
        self._requests_per_s = requests_per_minute / 60 if requests_per_minute else 0.0
        self._tokens_per_s = tokens_per_minute / 60 if tokens_per_minute else 0.0
        self._turn = asyncio.Lock()
        self._file: IO[bytes] | None = None
        self._memory: mmap.mmap | bytearray = bytearray(_FIELDS.size)
        if shared is not None:
            shared.parent.mkdir(parents=True, exist_ok=True)
            self._file = shared.open("a+b")
            self._file.truncate(_FIELDS.size)
            self._memory = mmap.mmap(self._file.fileno(), _FIELDS.size)

    async def admit(self, tokens: float, over: Callable[[], bool] = lambda: False) -> float:
        """Wait until a request of about `tokens` may go out, or none is wanted any more; return when it went (monotonic seconds)."""
        async with self._turn:
            while not over() and (wait := self._wait_s(tokens)) > 0:
                await asyncio.sleep(min(wait, _LONGEST_SLEEP_S))
        return time.monotonic()

    def settle(self, estimated: float, used: float) -> None:
        """Note that a request took `used` tokens where `estimated` were reckoned with."""
        if self._tokens_per_s:
            with self._state() as state:
                state.next_token += (used - estimated) / self._tokens_per_s

    def refused(self, sent: float, retry_after_s: float, *, alone: bool = False) -> None:
        """Note that a request sent at `sent` was refused for haste; `alone` when only this prompt is refused while others pass."""
        now = time.monotonic()
        with self._state() as state:
            state.accepted -= 1
            if sent < state.refused_at:  # it was on its way when the pause began
                state.accepted_at_refusal -= 1
                return
            state.refusals += 1
            if alone or now - state.refused_at < _LEAST_GAP_S:
                return
            since = now - (state.refused_at or state.started)
            # of a long pause only the first seconds count: the bucket was full again then
            flowing = max(since - state.paused_s + min(state.paused_s, 2.0), _LEAST_GAP_S if state.events else _LEAST_START_S)
            found = (state.accepted - state.accepted_at_refusal) / flowing
            if not _about_the_pace(state, found):
                if state.events > 1 and state.learned_per_s >= _NEAR * state.found_per_s:
                    state.learned_per_s = max(state.learned_per_s * _BELOW, _NEAR * state.found_per_s)
                    state.grown_at = now
                else:
                    state.guessed = 1.0
                return
            pause = retry_after_s or _DEFAULT_PAUSE_S
            state.paused_until = max(state.paused_until, now + pause)
            state.found_per_s = max(found, 0.1)
            state.learned_per_s = min(state.found_per_s, state.learned_per_s or state.found_per_s) * _BELOW
            state.refused_at, state.grown_at, state.accepted_at_refusal = now, now, state.accepted
            state.paused_s, state.refusals, state.events = pause, 0.0, state.events + 1
            state.guessed = float(state.events < 2)

    def pause(self, seconds: float) -> None:
        """Let nothing out for so long: the server asked for it, whatever the pace is."""
        with self._state() as state:
            state.paused_until = max(state.paused_until, time.monotonic() + seconds)

    def close(self) -> None:
        """Close the shared file."""
        if isinstance(self._memory, mmap.mmap):
            self._memory.close()
        if self._file is not None:
            self._file.close()

    @property
    def per_second(self) -> float:
        """Requests a second that go out at most, as named or learned; 0 for no bound."""
        with self._state() as state:
            return self._pace(state)

    def _wait_s(self, tokens: float) -> float:
        """Seconds to wait, or 0 after having taken one request and `tokens` of the flow."""
        now = time.monotonic()
        with self._state() as state:
            state.started = state.started or now
            pace = self._pace(state, now)
            wait = max(state.paused_until, state.next_request if pace else 0.0, state.next_token if self._tokens_per_s else 0.0) - now
            if wait > 0:
                return wait
            state.accepted += 1  # until it is refused
            if pace:
                state.next_request = max(state.next_request, now - _burst_s(pace)) + 1 / pace
            if self._tokens_per_s:
                state.next_token = max(state.next_token, now) + tokens / self._tokens_per_s
        return 0.0

    def _pace(self, state: _State, now: float | None = None) -> float:
        if state.learned_per_s:
            if now is not None and state.grown_at:
                growth = _FAST_GROWTH_PER_S if state.guessed else _GROWTH_PER_S
                state.learned_per_s *= 1 + growth * max(0.0, now - max(state.grown_at, state.paused_until))
                state.grown_at = max(now, state.grown_at)
            return min(state.learned_per_s, self._requests_per_s or state.learned_per_s)
        if self._requests_per_s:
            return self._requests_per_s
        return _START_PER_S if now is not None and now - state.started < _START_S else 0.0

    @contextmanager
    def _state(self) -> Iterator[_State]:
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            state = _State(*_FIELDS.unpack_from(self._memory))
            yield state
            _FIELDS.pack_into(self._memory, 0, *(getattr(state, name) for name in _State.__slots__))
        finally:
            if self._file is not None:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


def _about_the_pace(state: _State, found: float) -> bool:
    """Whether a refusal tells of the server's limit, where `found` requests a second were accepted since the last that did."""
    sent = state.accepted - state.accepted_at_refusal + state.refusals
    count, share = _STILL_MANY if state.events else _MANY_REFUSED
    many = state.refusals >= count and state.refusals > share * sent
    return many or state.events == 1 or (state.events > 1 and found >= _CARRIED * state.found_per_s)


def _burst_s(pace: float) -> float:
    """Seconds of the flow that may go out at once: a busy machine wakes timers late, which must not cost throughput."""
    return max(0.25, 0.5 / pace)
