"""OpenAI's Batch API: half the price, an answer within a day, and every row accounted for whatever happens on the way.

A batch is written into the journal before it exists at the server, with a tag that the server keeps too; so a run that was killed at any
moment finds its batches again instead of paying for them twice.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import openai
from openai.types import Batch as ServerBatch
from openai.types.chat import ChatCompletion

from curation.errors import ModelError
from curation.records import content_id
from pipelines.models.budget import Budget, input_bound
from pipelines.models.config import OpenAIConfig
from pipelines.models.counters import Meter
from pipelines.models.failures import holding_json, remedy
from pipelines.models.journal import Attempt, Batch, Journal
from pipelines.models.openai_server import OpenAIModel, completion_reply, open_client, short, status_reply
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt

T = TypeVar("T")
_ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"
_TAG = "imbik"
_ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
_QUEUE_FULL = "token_limit_exceeded"
_MOST_BYTES = 190 << 20  # of the 200 MB that OpenAI takes in one file


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where the answers and costs of one model in one stage are written."""

    model: str
    purpose: str
    budget: Budget
    journal: Journal
    meter: Meter

    async def book(self, rows: Iterable[tuple[str, Prompt, Reply]]) -> None:
        """Settle and keep replies, all in one commit."""
        attempts = []
        for key, prompt, reply in rows:
            usd = self.budget.settle((0, 0.0), reply)
            self.meter.back(reply, usd)
            attempts.append(Attempt(key, prompt.id, self.model, self.purpose, reply, usd))
        await asyncio.gather(*map(self.journal.keep, attempts))


class BatchDesk:
    """Hands prompts to the Batch API of one server and collects the replies."""

    def __init__(self, model: OpenAIModel, config: OpenAIConfig, schemas: Mapping[str, str], ledger: Ledger) -> None:
        self._model = model
        self._config = config
        self._schemas = schemas
        self._ledger = ledger
        self._client = open_client(config)

    async def answers(self, prompts: Sequence[Prompt]) -> AsyncIterator[tuple[Prompt, Reply]]:
        """Yield every prompt with its reply: first from batches of an earlier run, then from new ones; what broke on the way goes into another round."""
        waiting = {self._model.key(prompt): prompt for prompt in prompts}
        try:
            last: dict[str, Reply] = {}
            async for key, reply in self._from_open_batches(waiting):
                if not reply.failure:
                    yield waiting.pop(key), reply
            for number in range(self._config.retries + 1):
                if not waiting:
                    break
                async for key, reply in self._round(waiting, number):
                    last[key] = reply
                    if not reply.failure or remedy(reply.failure) not in {"again", "later"}:
                        yield waiting.pop(key), reply
            for key, prompt in waiting.items():
                yield prompt, last[key]
        finally:
            await self._client.close()

    async def _from_open_batches(self, waiting: Mapping[str, Prompt]) -> AsyncIterator[tuple[str, Reply]]:
        for batch in self._ledger.journal.open_batches(self._ledger.model):
            found = batch if batch.id else await self._adopted(batch)
            if found is None:  # the run was killed before the server had it
                self._ledger.journal.keep_batch(replace(batch, state="done"))
                continue
            for key, reply in await self._collected(found, waiting, last=False):
                yield key, reply

    async def _round(self, waiting: Mapping[str, Prompt], number: int) -> AsyncIterator[tuple[str, Reply]]:
        """One try of every waiting prompt. A batch that the server's queue has no room for is handed in again when another is done."""
        shards = list(self._shards(dict(waiting), number))
        refusals = 0
        while shards:
            shard = shards.pop(0)
            if not await self._affordable(shard, waiting):
                for key in shard:
                    yield key, Reply(failure="budget", detail=self._ledger.budget.spent_message())
                continue
            results = await self._collected(await self._submitted(shard), waiting, last=number >= self._config.retries)
            if any(reply.failure == "http_429" and reply.detail == _QUEUE_FULL for _, reply in results) and refusals < self._config.retries:
                refusals += 1
                shards.append(shard)
                await asyncio.sleep(self._config.batch_poll_s)
                continue
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

    async def _affordable(self, keys: Iterable[str], waiting: Mapping[str, Prompt]) -> bool:
        prompts = [waiting[key] for key in keys]
        output = sum(self._config.max_tokens or prompt.max_tokens for prompt in prompts)
        hold = await self._ledger.budget.reserve(sum(map(input_bound, prompts)), output)
        if hold is not None:
            self._ledger.budget.settle(hold, Reply())  # batches go one after another, so nothing else can take it meanwhile
        return hold is not None

    async def _submitted(self, shard: Mapping[str, bytes]) -> Batch:
        journal = self._ledger.journal
        tag = content_id("batch", self._ledger.model, str(journal.count_batches()), *shard)
        batch = Batch(tag, self._ledger.model, "", "open", tuple(shard))
        journal.keep_batch(batch)
        for _ in shard:
            self._ledger.meter.sent(again=False)
        file = ("imbik.jsonl", b"\n".join(shard.values()))
        uploaded = await self._patiently(lambda: self._client.files.create(file=file, purpose="batch"))
        made = await self._patiently(
            lambda: self._client.batches.create(
                input_file_id=uploaded.id, endpoint=_ENDPOINT, completion_window="24h", metadata={_TAG: tag}
            )
        )
        batch = replace(batch, id=made.id)
        journal.keep_batch(batch)
        return batch

    async def _adopted(self, batch: Batch) -> Batch | None:
        """The batch as the server knows it, found by its tag."""

        async def find() -> ServerBatch | None:
            async for one in self._client.batches.list(limit=100):
                if (one.metadata or {}).get(_TAG) == batch.tag:
                    return one
            return None

        found = await self._patiently(find)
        return replace(batch, id=found.id) if found is not None else None

    async def _collected(self, batch: Batch, waiting: Mapping[str, Prompt], *, last: bool) -> list[tuple[str, Reply]]:
        """Wait for a batch; return the reply of each of its rows that is waited for, in the order of the rows, after booking them.

        In the `last` round JSON that is broken is an answer, as it is at the last try of a live request.
        """
        ended = await self._patiently(lambda: self._client.batches.retrieve(batch.id))
        while ended.status not in _ENDED:
            self._ledger.meter.tell()
            await asyncio.sleep(self._config.batch_poll_s)
            ended = await self._patiently(lambda: self._client.batches.retrieve(batch.id))
        found: dict[str, Reply] = {}
        for file in filter(None, (ended.output_file_id, ended.error_file_id)):
            content = await self._patiently(lambda file=file: self._client.files.content(file))  # type: ignore[misc]
            found |= dict(_rows(content.content))
        missing = _missing(ended)
        asked = [(key, waiting[key]) for key in batch.keys if key in waiting]
        rows = [(key, prompt, self._checked(prompt, found.get(key, missing), last=last)) for key, prompt in asked]
        if missing.detail != _QUEUE_FULL:
            await self._ledger.book(rows)
        self._ledger.journal.keep_batch(replace(batch, state="done"))
        return [(key, reply) for key, _, reply in rows]

    def _checked(self, prompt: Prompt, reply: Reply, *, last: bool) -> Reply:
        return self._model.safe(holding_json(reply) if prompt.task in self._schemas and not last else reply)

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """The result of `call`, tried again while the server is away. Raises ModelError where it refuses, or stays away for too long."""
        waited, pause = 0.0, 1.0
        while True:
            try:
                return await call()
            except openai.APIStatusError as error:
                if remedy(status_reply(error).failure) not in {"again", "later"}:
                    raise ModelError("batch", f"{self._config.base_url} refuses the Batch API: {short(error)}") from error
                reason: Exception = error
            except openai.APIError as error:
                reason = error
            if waited >= self._config.patience_s:
                raise ModelError("server_down", f"{self._config.base_url} has been away for {waited:g} s: {short(reason)}") from reason
            await asyncio.sleep(pause)
            waited, pause = waited + pause, min(30.0, 2 * pause)


def _rows(content: bytes) -> Iterator[tuple[str, Reply]]:
    """The replies in an output or error file, in whatever order; a broken line is nobody's reply, so its row counts as missing."""
    for line in content.splitlines():
        try:
            row = json.loads(line)
            yield str(row["custom_id"]), _reply(row)
        except (ValueError, KeyError, TypeError):
            continue


def _reply(row: Mapping[str, Any]) -> Reply:
    response, error = row.get("response"), row.get("error")
    if response and response["status_code"] == 200:
        return completion_reply(ChatCompletion.construct(**response["body"]))
    if response:
        return Reply(failure=f"http_{response['status_code']}", detail=json.dumps(response.get("body"), ensure_ascii=False)[:300])
    code = str((error or {}).get("code", "lost_row"))
    return Reply(failure=code, detail=str((error or {}).get("message", ""))[:300])


def _missing(ended: ServerBatch) -> Reply:
    """What became of a row that is in no file."""
    errors = (ended.errors.data or []) if ended.errors else []
    if any(one.code == _QUEUE_FULL for one in errors):
        return Reply(failure="http_429", detail=_QUEUE_FULL)
    if ended.status == "expired":
        return Reply(failure="batch_expired", detail="the batch was not done within its time")
    if ended.status in {"failed", "cancelled"}:
        return Reply(failure=f"batch_{ended.status}", detail="; ".join(str(one.message) for one in errors)[:300] or ended.status)
    return Reply(failure="lost_row", detail="the batch brought neither an answer nor an error for this row")
