"""OpenAI's Batch API: half the price, an answer within a day, and every row accounted for whatever happens on the way.

A batch is written into the journal before it exists at the server, with a tag that the server keeps too; so a run that was killed at any
moment finds its batches again instead of paying for them twice.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import openai
from openai.types import Batch as ServerBatch

from curation.errors import ModelError
from curation.records import content_id
from pipelines.models.batch_rows import QUEUE_FULL, missing_reply, row_refusal, row_reply, rows_by_key
from pipelines.models.budget import Budget, input_bound
from pipelines.models.config import OpenAIConfig
from pipelines.models.counters import Meter
from pipelines.models.failures import holding_json, paid, remedy
from pipelines.models.journal import Attempt, Batch, Journal
from pipelines.models.openai_server import OpenAIModel, open_client, status_reply
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt

T = TypeVar("T")
_ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"
_TAG = "imbik"
_ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
_QUEUE_PATIENCE_S = 86_400.0  # a batch may take a day, so the queue may be full for one
_LONGEST_QUEUE_PAUSE_S = 900.0  # every try uploads the rows again
_MOST_BYTES = 190 << 20  # of the 200 MB that OpenAI takes in one file
_SUSPICIOUS = 10  # refused rows of which none passed: then it is not the rows
_KEPT = "Answers so far are kept; run again to go on"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where the answers and costs of one model in one stage are written."""

    model: str
    purpose: str
    budget: Budget
    journal: Journal
    meter: Meter

    async def book(self, rows: Iterable[tuple[str, str, Reply]]) -> None:
        """Settle and keep replies with their keys and the ids of their prompts, all in one commit."""
        attempts = []
        for key, prompt, reply in rows:
            usd = self.budget.settle((0, 0.0), reply)
            self.meter.back(reply, usd)
            attempts.append(Attempt(key, prompt, self.model, self.purpose, reply, usd))
        await asyncio.gather(*map(self.journal.keep, attempts))


class BatchDesk:
    """Hands prompts to the Batch API of one server and collects the replies."""

    def __init__(self, model: OpenAIModel, config: OpenAIConfig, schemas: Mapping[str, str], ledger: Ledger) -> None:
        self._model = model
        self._config = config
        self._schemas = schemas
        self._ledger = ledger
        self._client = open_client(config)
        self._stopped: Reply | None = None

    async def answers(self, prompts: Sequence[Prompt]) -> AsyncIterator[tuple[Prompt, Reply]]:
        """Yield every prompt with its reply: first from batches of an earlier run, then from new ones; what broke on the way goes into another round.

        Prompts that ask the same share one row. What ends the run comes as the reply of all that were not answered by then.
        """
        asked: dict[str, list[Prompt]] = {}
        for prompt in prompts:
            asked.setdefault(self._model.key(prompt), []).append(prompt)
        try:
            async for key, reply in self._replies({key: same[0] for key, same in asked.items()}):
                for prompt in asked[key]:
                    yield prompt, reply
        finally:
            await self._client.close()

    async def _replies(self, waiting: dict[str, Prompt]) -> AsyncIterator[tuple[str, Reply]]:
        async for key, reply in self._from_open_batches(waiting):
            if _is_last_word(reply):
                del waiting[key]
                yield key, reply
        last: dict[str, Reply] = {}
        number = 0
        while waiting and self._stopped is None and number <= self._config.retries:
            known = len(self._model.left_out)
            async for key, reply in self._round(waiting, number):
                last[key] = reply
                if not reply.failure or (self._stopped is None and remedy(reply.failure) not in {"again", "later"}):
                    del waiting[key]
                    yield key, reply
            number += len(self._model.left_out) == known  # a round that told what the server does not take was no try
        for key in waiting:
            yield key, self._stopped or last[key]

    async def _from_open_batches(self, waiting: Mapping[str, Prompt]) -> AsyncIterator[tuple[str, Reply]]:
        for batch in self._ledger.journal.open_batches(self._ledger.model):
            found = batch if batch.id else await self._adopted(batch)
            if found is None:  # the run was killed before the server had it
                self._ledger.journal.keep_batch(replace(batch, state="done"))
                continue
            for key, reply in await self._collected(found, waiting, last=False, earlier=True):
                yield key, reply

    async def _round(self, waiting: Mapping[str, Prompt], number: int) -> AsyncIterator[tuple[str, Reply]]:
        """One try of every waiting prompt, ended early by what stops the run or shows that the rows must be written anew.

        What the server's queue has no room for is handed in again in halves: it may be longer than the whole queue.
        """
        shards, known = list(self._shards(waiting, number)), len(self._model.left_out)
        refusals, waited = 0, 0.0
        while shards and self._stopped is None and len(self._model.left_out) == known:
            shard = shards.pop(0)
            part = await self._affordable(shard, waiting)
            if not part:
                for key in shard:
                    yield key, Reply(failure="budget", detail=self._ledger.budget.spent_message())
                continue
            if len(part) < len(shard):
                shards.insert(0, {key: line for key, line in shard.items() if key not in part})
            results = await self._collected(await self._submitted(part), waiting, last=number >= self._config.retries)
            if any(reply.failure == "http_429" and reply.detail == QUEUE_FULL for _, reply in results):
                shards[:0] = _halves(part)
                waited += await self._pause_for_the_queue(refusals, waited)
                refusals += 1
                continue
            refusals, waited = 0, 0.0
            self._stopped = self._end_of_run([reply for _, reply in results])
            for key, reply in results:
                yield key, reply

    def _shards(self, waiting: Mapping[str, Prompt], number: int) -> Iterator[dict[str, bytes]]:
        """Request lines by key, in files that the server takes."""
        shard: dict[str, bytes] = {}
        size = 0
        for key, prompt in waiting.items():
            again = replace(prompt, seed=prompt.seed + number) if number else prompt
            row = {"custom_id": key, "method": "POST", "url": _ENDPOINT, "body": self._model.body(again)}
            line = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass")
            if shard and (len(shard) == self._config.batch_rows or size + len(line) > _MOST_BYTES):
                yield shard
                shard, size = {}, 0
            shard[key] = line
            size += len(line) + 1
        if shard:
            yield shard

    async def _affordable(self, shard: Mapping[str, bytes], waiting: Mapping[str, Prompt]) -> dict[str, bytes]:
        """The rows of `shard` that the rest of the budget is enough for, however long their replies."""
        part: dict[str, bytes] = {}
        tokens = (0, 0)
        for key, line in shard.items():
            most = self._config.max_tokens or waiting[key].max_tokens
            more = (tokens[0] + input_bound(waiting[key]), tokens[1] + most)
            hold = await self._ledger.budget.reserve(*more)
            if hold is not None:
                self._ledger.budget.settle(hold, Reply())  # batches go one after another, so nothing else can take it meanwhile
                part[key], tokens = line, more
        return part

    async def _pause_for_the_queue(self, refusals: int, waited: float) -> float:
        """Wait, longer with every refusal, and return for how long; when the queue was full for too long the run is stopped."""
        if waited >= _QUEUE_PATIENCE_S:
            detail = f"the batch queue of {self._config.base_url} has been full for {waited / 3600:.0f} hours. {_KEPT}"
            self._stopped = Reply(failure="server_down", detail=detail)
            return 0.0
        pause = min(self._config.batch_poll_s * 2.0 ** min(refusals, 30), max(_LONGEST_QUEUE_PAUSE_S, self._config.batch_poll_s))
        await asyncio.sleep(pause)
        return pause

    async def _submitted(self, shard: Mapping[str, bytes]) -> Batch:
        journal = self._ledger.journal
        tag = content_id("batch", self._ledger.model, str(journal.count_batches()), *shard)
        batch = Batch(tag, self._ledger.model, "", "open", tuple(shard))
        journal.keep_batch(batch)
        for _ in shard:
            self._ledger.meter.sent(again=False)
        batch = replace(batch, id=(await self._made(tag, b"\n".join(shard.values()))).id)
        journal.keep_batch(batch)
        return batch

    async def _made(self, tag: str, lines: bytes) -> ServerBatch:
        """A new batch. One whose making was not answered may exist all the same, and is looked for before another is paid for."""

        async def upload() -> str:
            return _whole(await self._client.files.create(file=("imbik.jsonl", lines), purpose="batch"), "id").id

        file = await self._patiently(upload)
        asked = False

        async def make() -> ServerBatch:
            nonlocal asked
            found = await self._tagged(tag) if asked else None
            asked = True
            if found is not None:
                return found
            made = await self._client.batches.create(input_file_id=file, endpoint=_ENDPOINT, completion_window="24h", metadata={_TAG: tag})
            return _whole(made, "id")

        return await self._patiently(make)

    async def _adopted(self, batch: Batch) -> Batch | None:
        """The batch as the server knows it, found by its tag."""
        found = await self._patiently(lambda: self._tagged(batch.tag))
        return replace(batch, id=found.id) if found is not None else None

    async def _tagged(self, tag: str) -> ServerBatch | None:
        try:
            async for one in self._client.batches.list(limit=100):
                if (one.metadata or {}).get(_TAG) == tag:
                    return one
        except AttributeError as error:  # what the client makes of a list that is no JSON
            raise _NotJson("the list of batches") from error
        return None

    async def _collected(
        self, batch: Batch, waiting: Mapping[str, Prompt], *, last: bool, earlier: bool = False
    ) -> list[tuple[str, Reply]]:
        """Wait for a batch; return the reply of each of its rows that is waited for, in the order of the rows, after booking all that were paid for.

        In the `last` round JSON that is broken is an answer, as it is at the last try of a live request. A batch of an `earlier` run that
        the server does not know any more is lost, and so are its rows.
        """
        ended = await self._ended(batch, earlier=earlier)
        found = await self._rows_of(ended, earlier=earlier) if ended is not None else {}
        missing = missing_reply(ended, batch.id)
        replies = {key: row_reply(found[key]) if key in found else missing for key in batch.keys}
        replies |= self._learned({key: found[key] for key in batch.keys if key in found and key in waiting}, waiting, replies)
        rows = []
        for key, reply in replies.items():
            if key in waiting:
                rows.append((key, waiting[key].id, self._checked(waiting[key], reply, last=last)))
            elif paid(reply):  # the recipe has changed since; it may yet ask for it again
                rows.append((key, "", self._model.safe(reply)))
        if missing.detail != QUEUE_FULL:
            await self._ledger.book(rows)
        self._ledger.journal.keep_batch(replace(batch, state="done"))
        return [(key, reply) for key, _, reply in rows if key in waiting]

    async def _ended(self, batch: Batch, *, earlier: bool) -> ServerBatch | None:
        async def ask() -> ServerBatch | None:
            try:
                return _whole(await self._client.batches.retrieve(batch.id), "id", "status")
            except openai.NotFoundError:
                if not earlier:
                    raise
                await self._tagged(batch.tag)  # is refused too where it is not the batch that is missing but the Batch API
                return None

        while (ended := await self._patiently(ask)) is not None and ended.status not in _ENDED:
            self._ledger.meter.tell()
            await asyncio.sleep(self._config.batch_poll_s)
        return ended

    async def _rows_of(self, ended: ServerBatch, *, earlier: bool) -> dict[str, Mapping[str, Any]]:
        """The rows of a batch's output and error file by key; a file that an earlier run left at the server too long has none."""

        async def read(file: str) -> bytes:
            try:
                content = (await self._client.files.content(file)).content
            except openai.NotFoundError:
                if not earlier:
                    raise
                return b""
            if content.lstrip().startswith(b"<"):
                raise _NotJson(content.decode("utf-8", "replace"))
            return content

        rows: dict[str, Mapping[str, Any]] = {}
        for file in filter(None, (ended.output_file_id, ended.error_file_id)):
            content = await self._patiently(lambda file=file: read(file))  # type: ignore[misc]
            rows |= dict(rows_by_key(self._struck(content.decode("utf-8", "replace"))))
        return rows

    def _learned(
        self, rows: Mapping[str, Mapping[str, Any]], waiting: Mapping[str, Prompt], replies: Mapping[str, Reply]
    ) -> dict[str, Reply]:
        """The replies of rows that were refused for a parameter that can be left out; it is from now on."""
        known = len(self._model.left_out)
        refused = [(key, refusal, self._model.body(waiting[key])) for key, row in rows.items() if (refusal := row_refusal(row)) is not None]
        learned = [key for key, refusal, body in refused if self._model.learns(refusal, body, known)]
        self._ledger.meter.counters.left_out = sorted(self._model.left_out)
        return {key: replace(replies[key], failure="refused_parameter") for key in learned}

    def _checked(self, prompt: Prompt, reply: Reply, *, last: bool) -> Reply:
        return self._model.safe(holding_json(reply) if prompt.task in self._schemas and not last else reply)

    def _end_of_run(self, replies: Sequence[Reply]) -> Reply | None:
        """What ends the run, where a batch shows that no row of it can be answered now."""
        for reply in replies:
            if reply.failure == "no_quota":
                return Reply(failure="no_quota", detail=f"{self._config.base_url} has no quota left for this key: {reply.detail}. {_KEPT}")
            if reply.failure in {"batch_failed", "batch_cancelled"}:
                return Reply(failure="refused", detail=f"{self._config.base_url}: {reply.detail}. {_KEPT}")
            if remedy(reply.failure) == "stop":
                return self._refused(reply)
        first = replies[0]
        wrong_place = remedy(first.failure) == "elsewhere"
        all_refused = all(
            re.fullmatch(r"http_4\d\d", reply.failure) and remedy(reply.failure) in {"none", "elsewhere"} for reply in replies
        )
        if all_refused and (wrong_place or len(replies) >= _SUSPICIOUS) and self._ledger.journal.mean_tokens(self._ledger.model) is None:
            return self._refused(first)
        return None

    def _refused(self, reply: Reply) -> Reply:
        hint = "Check `base_url`, `name` and the key in `api_key_env`"
        return Reply(failure="refused", detail=f"{self._config.base_url} refuses every request: {reply.detail}. {hint}. {_KEPT}")

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """The result of `call`, tried again while the server is away. Raises ModelError where it refuses, or stays away for too long."""
        waited, pause = 0.0, 1.0
        while True:
            try:
                return await call()
            except openai.APIStatusError as error:
                if remedy(status_reply(error).failure) not in {"again", "later"}:
                    raise ModelError("batch", f"{self._config.base_url} refuses the Batch API: {self._said(error)}") from error
                reason: Exception = error
            except (openai.APIError, json.JSONDecodeError, UnicodeDecodeError, _NotJson) as error:
                reason = error
            if waited >= self._config.patience_s:
                detail = f"{self._config.base_url} has been away for {waited:g} s: {self._said(reason)}"
                raise ModelError("server_down", detail) from reason
            await asyncio.sleep(pause)
            waited, pause = waited + pause, min(30.0, 2 * pause)

    def _said(self, error: Exception) -> str:
        return " ".join(self._struck(str(error)).split())[:300]

    def _struck(self, text: str) -> str:
        """`text` without the key. It is struck out before anything is cut off, or half of it would stay."""
        return self._model.safe(Reply(text)).text


class _NotJson(Exception):
    """The server sent something else than the JSON it promised, such as a page of a proxy."""

    def __init__(self, sent: str) -> None:
        super().__init__(f"no JSON but: {sent}")


def _whole(value: T, *fields: str) -> T:
    """`value`, which the client hands on as it came: it may be a page, or lack what an object of its kind must have."""
    if not all(isinstance(getattr(value, field, None), str) for field in fields):
        raise _NotJson(str(value))
    return value


def _halves(shard: Mapping[str, bytes]) -> list[dict[str, bytes]]:
    rows = list(shard.items())
    middle = (len(rows) + 1) // 2
    return [dict(half) for half in (rows[:middle], rows[middle:]) if half]


def _is_last_word(reply: Reply) -> bool:
    """Whether a row of an earlier run's batch need not be asked again; what ended that run may be over, and cost nothing."""
    return not reply.failure or (remedy(reply.failure) == "none" and not reply.failure.startswith("batch_"))
