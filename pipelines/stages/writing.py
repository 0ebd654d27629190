"""Passages to candidate pairs: rounds of asking, each reply checked, a rejected item asked for once more with what was wrong."""

from __future__ import annotations

import importlib.util
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from curation.records import Document, Message, Pair, Rejected, content_id
from pipelines.models.failures import STOPPING
from pipelines.models.wall import Reply
from pipelines.stages.cleaning import Cleaner
from synthesis import tasks
from synthesis.config import SynthesisConfig
from synthesis.passages import Passage, passages
from synthesis.prompt import Prompt
from synthesis.replies import items

SAMPLE_STEP = 1_000_003  # between the seeds of two samples of one prompt; tries of a request count up from each

Ask = Callable[[Sequence[Prompt]], Mapping[str, Reply]]
Retry = Callable[[Prompt, str, Sequence[Rejected]], Prompt | None]
"""From a prompt, the reply to it and what was rejected of that, the prompt that asks once more; None where it would be in vain."""


@dataclass(frozen=True, slots=True)
class Request:
    """One prompt about a passage: its sample number, and the id of the prompt it `repairs` where it asks again for what was rejected."""

    prompt: Prompt
    passage: Passage
    sample: int = 0
    repairs: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of a request, for `imbik show`: `made` are the ids of the pairs and rejections of its reply. Only a repair's messages are kept, the others follow from the passage."""

    id: str
    task: str
    document_id: str
    start: int
    end: int
    sample: int
    repairs: str
    failure: str
    made: tuple[str, ...]
    messages: tuple[Message, ...] = ()


@dataclass(slots=True)
class Written:
    """What was written so far: pairs that passed every check of their own, rejections, `candidates` = both, and what the model was used for."""

    pairs: list[Pair] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    candidates: int = 0
    usage: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    stopped: str = ""


def schemas_of(names: Iterable[str]) -> dict[str, str]:
    """Return the JSON schemas of tasks by name, for those that have one."""
    schema_of = getattr(tasks, "schema_of", None)
    found = {name: schema_of(name) for name in names} if schema_of is not None else {}
    return {name: schema if isinstance(schema, str) else json.dumps(schema, ensure_ascii=False) for name, schema in found.items() if schema}


def retry_of_tasks() -> Retry | None:
    """Return how the tasks ask once more for what was rejected, None where they do not."""
    if importlib.util.find_spec("synthesis.retry") is None:
        return None
    retry = importlib.import_module("synthesis.retry")

    def again(prompt: Prompt, reply: str, rejected: Sequence[Rejected]) -> Prompt | None:
        told: Prompt | None = retry.retry_prompt(prompt, reply, rejected) if any(retry.repairable(one.reason) for one in rejected) else None
        return told

    return again


def requests_of(documents: Iterable[Document], config: SynthesisConfig, seed: int) -> Iterator[Request]:
    """Yield what every passage of `documents` is asked, in order."""
    for document in documents:
        for passage in passages(document, config):
            for prompt in tasks.requests(passage, config, seed):
                yield Request(prompt, passage)


def endless(requests: Sequence[Request], samples: int, seed: int) -> Iterator[Request]:
    """Yield `requests` in an order that `seed` draws, then their second sample, up to `samples` of each."""
    order = list(requests)
    random.Random(seed).shuffle(order)
    for number in range(samples):
        yield from (sampled(one, number) for one in order)


def sampled(request: Request, number: int) -> Request:
    """Return sample `number` of a request: the same words, another seed."""
    if number == 0:
        return request
    prompt = request.prompt
    other = replace(prompt, id=content_id("q", prompt.id, str(number)), seed=prompt.seed + number * SAMPLE_STEP)
    return Request(other, request.passage, number)


def write(requests: Sequence[Request], written: Written, ask: Ask, cleaner: Cleaner, writer: str, retry: Retry | None) -> None:
    """Ask `requests` and, where `retry` has a further prompt, once more for what was rejected; all goes to `written`."""
    again = _round(requests, written, ask, cleaner, writer, retry)
    if again and not written.stopped:
        before = len(written.pairs)
        _round(again, written, ask, cleaner, writer, None)
        written.repairs["asked"] += len(again)
        written.repairs["pairs"] += len(written.pairs) - before


def _round(requests: Sequence[Request], written: Written, ask: Ask, cleaner: Cleaner, writer: str, retry: Retry | None) -> list[Request]:
    """Return the requests for a second round."""
    replies = ask([one.prompt for one in requests])
    again: list[Request] = []
    drafts: list[tuple[Pair, ...]] = []
    refused: list[list[Rejected]] = []
    for request in requests:
        reply = replies[request.prompt.id]
        _count(written, reply)
        rejected: list[Rejected] = []
        drafts.append(tuple(_drafts(request, reply, writer, rejected)))
        refused.append(rejected)
        if retry is not None and rejected and not reply.failure:
            prompt = retry(request.prompt, reply.text, tuple(rejected))
            again += [Request(prompt, request.passage, request.sample, request.prompt.id)] if prompt is not None else []
    cleaned = iter(cleaner.clean([pair for some in drafts for pair in some], written.rejected.append))
    for request, some, rejected in zip(requests, drafts, refused, strict=True):
        kept = [(draft, next(cleaned)) for draft in some]
        written.pairs += [pair for _, pair in kept if pair is not None]
        written.rejected += rejected
        made = (*(draft.id if pair is None else pair.id for draft, pair in kept), *(one.id for one in rejected))
        written.traces.append(_trace(request, replies[request.prompt.id].failure, made))
    return again


def _drafts(request: Request, reply: Reply, writer: str, rejected: list[Rejected]) -> Iterator[Pair]:
    """The acceptable pairs of a reply; a prompt without a reply is one rejected row."""
    prompt, passage = request.prompt, request.passage
    if reply.failure:
        place = f"{passage.document_id}:{passage.start}-{passage.end}"
        rejected.append(Rejected(prompt.id, f"model_{reply.failure}", reply.detail, place))
    else:
        yield from tasks.accept(prompt, passage, reply.text, writer, rejected.append)


def _count(written: Written, reply: Reply) -> None:
    found = None if reply.failure else items(reply.text)
    written.candidates += 1 if found is None else len(found)
    tokens = {"input_tokens": reply.input_tokens, "output_tokens": reply.output_tokens}
    written.usage.update({"prompts": 1, "failed": int(bool(reply.failure)), **tokens})
    if reply.failure in STOPPING:
        written.stopped = reply.failure


def _trace(request: Request, failure: str, made: tuple[str, ...]) -> Trace:
    passage, prompt = request.passage, request.prompt
    messages = prompt.messages if request.repairs else ()
    place = (passage.document_id, passage.start, passage.end)
    return Trace(prompt.id, prompt.task, *place, request.sample, request.repairs, failure, made, messages)
