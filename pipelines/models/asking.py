"""Asking: prompts through the wall, with the journal before every model and a gate before every server."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from curation.errors import ModelError
from pipelines.models.behind import Behind, open_behind
from pipelines.models.budget import input_bound, input_tokens
from pipelines.models.config import ModelConfig
from pipelines.models.counters import Meter, Watch, unwatched
from pipelines.models.failures import STOPPING, holding_json, paid, remedy
from pipelines.models.gate import Gate
from pipelines.models.journal import Attempt, Journal
from pipelines.models.wall import NO_SCHEMAS, Reply
from synthesis.prompt import Prompt

Asked = tuple[str, Prompt]
"""The role of a model in the recipe (`writer`, `judge`), and what it is asked."""
Take = Callable[[str, Prompt, Reply], None]
Pause = Callable[[Gate, float], Awaitable[None]]
"""Rests before a gate for so many seconds, before another try."""

_LONGEST_PAUSE_S = 30.0
_FIRST_PAUSE_S = 0.5
_REFUSED_ALONE = 3  # refusals of one prompt while others pass: it is the prompt, not the pace
_OTHERS_PASSED = 20
_MOST_BLAMED = 5  # times that a server is away just when one prompt is asked: it is the prompt that breaks it
_SLEEPERS = 10  # prompts that may wait for another try, in multiples of those in flight
_REPLAY_SLICE = 256  # answers from the journal between two turns of the event loop


class Wall:
    """The models of a stage behind one journal. All models at one address share its gate: slots, limits, breaker."""

    def __init__(
        self,
        models: Mapping[str, ModelConfig],
        *,
        journal: Journal | None = None,
        purpose: str = "",
        schemas: Mapping[str, str] = NO_SCHEMAS,
        shared: Path | None = None,
        watch: Watch = unwatched,
    ) -> None:
        self.meter = Meter(watch)
        self._journal = journal
        self._purpose = purpose
        self._schemas = schemas
        self._gates: dict[str, Gate] = {}
        self._behind = {
            role: open_behind(role, models, self._gates, schemas=schemas, journal=journal, purpose=purpose, shared=shared)
            for role in models
        }

    async def ask(self, role: str, prompt: Prompt) -> Reply:
        """Return the kept reply to `prompt`, or that of the model in `role`, on disk before it is handed on."""
        behind = self._behind[role]
        kept = self._kept(behind, prompt)
        return kept if kept is not None else await self._asked(behind, prompt, Gate.rest)

    async def ask_all(self, asked: Iterable[Asked], take: Take) -> None:
        """Give every prompt's reply to `take` as it comes. As many are under way as the servers may have in flight; those that wait for another try hold up nobody.

        Prompts that ask the same of one model while it is under way share one request.
        """
        flight = 2 * sum(behind.model.concurrency for behind in self._behind.values())
        window, sleepers = asyncio.Semaphore(flight), asyncio.Semaphore(_SLEEPERS * flight)
        batched: dict[str, list[Prompt]] = {}
        twins: dict[str, list[Asked]] = {}  # by the request under way that will answer them too

        async def pause(gate: Gate, seconds: float) -> None:
            async with sleepers:
                window.release()
                await gate.rest(seconds)
            await window.acquire()

        async def one(role: str, prompt: Prompt, key: str) -> None:
            try:
                reply = await self._asked(self._behind[role], prompt, pause)
                take(role, prompt, reply)
                for twin, same in twins.pop(key):
                    self.meter.ended(reply)
                    take(twin, same, reply)
            finally:
                window.release()

        async with asyncio.TaskGroup() as group:
            for number, (role, prompt) in enumerate(asked):
                behind = self._behind[role]
                kept = self._kept(behind, prompt)
                if kept is not None:
                    take(role, prompt, kept)
                    if number % _REPLAY_SLICE == 0:
                        await asyncio.sleep(0)
                elif behind.batch is not None:
                    batched.setdefault(role, []).append(prompt)
                elif (key := str(number) if behind.gate is None else behind.model.key(prompt)) in twins:
                    twins[key].append((role, prompt))
                else:
                    twins[key] = []
                    await window.acquire()
                    group.create_task(one(role, prompt, key))
            for role, prompts in batched.items():
                group.create_task(self._by_batch(role, prompts, take))

    @property
    def in_flight(self) -> int:
        """Requests that are out, or whose reply is not on disk yet."""
        return sum(gate.in_flight for gate in self._gates.values())

    def hold(self) -> None:
        """Let no request out any more; what waits for its turn waits until it is cancelled."""
        for gate in self._gates.values():
            gate.hold()

    async def close(self) -> None:
        """Close gates and models; the journal stays with who opened it."""
        for gate in self._gates.values():
            gate.close()
        for behind in self._behind.values():
            await behind.model.close()

    def _kept(self, behind: Behind, prompt: Prompt) -> Reply | None:
        if self._journal is None or behind.model.free:
            return None
        kept = self._journal.find(behind.model.key(prompt))
        if kept is not None:
            if behind.gate is not None:
                behind.gate.found(behind.model)
            self.meter.ended(kept, kept=True)
        return kept

    async def _asked(self, behind: Behind, prompt: Prompt, pause: Pause) -> Reply:
        if behind.gate is None:
            reply = await behind.model.complete(prompt)
        else:
            reply = await self._until_answered(behind, behind.gate, prompt, pause)
            self.meter.counters.left_out = sorted(getattr(behind.model, "left_out", ()))
        self.meter.ended(reply)
        return reply

    async def _until_answered(self, behind: Behind, gate: Gate, prompt: Prompt, pause: Pause) -> Reply:
        key, begin, tries, refusals, passed = behind.model.key(prompt), time.monotonic(), 0, 0, gate.passed
        blamed = 0
        dice = random.Random(key)
        while True:
            alone = refusals >= _REFUSED_ALONE and gate.passed - passed >= _OTHERS_PASSED
            reply = await self._once(behind, gate, key, prompt, tries, refused_alone=alone)
            what = remedy(reply.failure) if reply.failure else "none"
            if not reply.failure or reply.failure in STOPPING:
                return reply
            tries += what == "again"
            refusals += what == "later"
            seconds = _pause_s(reply, max(tries, refusals - _REFUSED_ALONE), dice)
            late = time.monotonic() - begin + seconds > behind.deadline_s
            if what in {"again", "later"} and tries <= behind.retries and not late:
                await pause(gate, seconds)
            elif blamed < _MOST_BLAMED and await gate.is_to_blame(reply, behind.model):
                # what was tried while the server was away says nothing about the prompt
                tries, blamed = 0, blamed + 1
                await pause(gate, _pause_s(Reply(), blamed + 1, dice))  # the one that brings it down parts from those beside it
                begin = time.monotonic()
            else:
                break
        return await self._given_up(behind, gate, key, prompt, reply, tries + refusals)

    async def _once(self, behind: Behind, gate: Gate, key: str, prompt: Prompt, tries: int, *, refused_alone: bool) -> Reply:
        """One request; a second and later one has another seed, or a server that honours it would repeat itself.

        JSON that is broken at the last try too is an answer: whoever asked knows better what to do about it than this wall.
        """
        bound = input_bound(prompt, self._schemas.get(prompt.task, ""))
        hold = await behind.budget.reserve(bound, behind.most_tokens or prompt.max_tokens)
        if hold is None:
            return Reply(failure="budget", detail=behind.budget.spent_message())
        reply = Reply()
        tokens = input_tokens(prompt) + self._mean_output(prompt)
        try:
            async with gate.slot(tokens) as sent:
                if gate.stopped is not None:
                    return gate.stopped
                self.meter.sent(again=tries > 0)
                reply = await behind.model.complete(replace(prompt, seed=prompt.seed + tries) if tries else prompt)
                reply = holding_json(reply) if prompt.task in self._schemas and tries < behind.retries else reply
                if reply.failure == "http_429":
                    gate.refused(sent, reply, alone=refused_alone)
                else:
                    gate.limits.settle(tokens, reply.input_tokens + reply.output_tokens)
                gate.note(reply, behind.model)
                self.meter.note("; ".join(one.trouble for one in self._gates.values() if one.trouble))
                usd = behind.budget.settle(hold, reply)
                hold = (0, 0.0)
                self.meter.back(reply, usd)
                await self._keep(behind, key, prompt, reply, usd)
        finally:
            behind.budget.settle(hold, Reply())
        return gate.verdict(reply)

    def _mean_output(self, prompt: Prompt) -> float:
        """Tokens to expect of a reply: the mean so far, before the first half of what is allowed."""
        counters = self.meter.counters
        return counters.output_tokens / counters.answered if counters.answered else prompt.max_tokens / 2

    async def _keep(self, behind: Behind, key: str, prompt: Prompt, reply: Reply, usd: float) -> None:
        """Put on disk what was paid for, an answer or not, while the request still counts as in flight."""
        if self._journal is not None and paid(reply):
            await self._journal.keep(Attempt(key, prompt.id, behind.name, self._purpose, reply, usd))

    async def _given_up(self, behind: Behind, gate: Gate, key: str, prompt: Prompt, reply: Reply, times: int) -> Reply:
        gate.lost(reply, behind.model)
        if gate.stopped is not None:  # by this very loss
            return gate.stopped
        failed = replace(reply, detail=f"{reply.detail} (asked {times} times)" if times > 1 else reply.detail, retry_after_s=0.0)
        if self._journal is not None and not paid(reply):
            await self._journal.keep(Attempt(key, prompt.id, behind.name, self._purpose, failed))
        return failed

    async def _by_batch(self, role: str, prompts: list[Prompt], take: Take) -> None:
        """Answer `prompts` through the server's Batch API and give every one to `take`."""
        from pipelines.models.batch import BatchDesk, Ledger
        from pipelines.models.openai_server import OpenAIModel

        behind = self._behind[role]
        assert isinstance(behind.model, OpenAIModel) and behind.batch is not None  # no other has the mode
        if self._journal is None:
            raise ModelError("no_journal", "`mode: batch` needs a journal, or a killed run would pay for its batches twice")
        ledger = Ledger(behind.name, self._purpose, behind.budget, self._journal, self.meter)
        desk = BatchDesk(behind.model, behind.batch, self._schemas, ledger)
        async for prompt, reply in desk.answers(prompts):
            self.meter.ended(reply)
            take(role, prompt, reply)


def _pause_s(reply: Reply, times: int, dice: random.Random) -> float:
    """Seconds before the next try: what the server asked for, or twice as long each time, with half of it left to chance."""
    grown = _FIRST_PAUSE_S * 2.0 ** max(0, times - 1)
    if reply.failure == "http_429" and times <= 0:
        return reply.retry_after_s + dice.uniform(0, 0.2)
    return max(reply.retry_after_s, min(_LONGEST_PAUSE_S, grown) * dice.uniform(0.5, 1.0))
