"""Passages to candidate pairs: rounds of asking, each reply checked, a rejected item asked for once more with what was wrong."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from curation.records import Document, Message, Pair, Rejected, content_id
from pipelines.models.failures import STOPPING
from pipelines.models.wall import Reply
from pipelines.stages.cleaning import Cleaner
from synthesis import tasks
from synthesis.config import SynthesisConfig
from synthesis.drafts import Task
from synthesis.own_tasks import with_own
from synthesis.passages import Passage, passages
from synthesis.prompt import Prompt
from synthesis.replies import items
from synthesis.retry import repairable, retry_prompt

SAMPLE_STEP = 1_000_003  # between the seeds of two samples of one prompt; tries of a request count up from each

Ask = Callable[[Sequence[Prompt]], Mapping[str, Reply]]
Retry = Callable[[Prompt, str, Sequence[Rejected]], Prompt | None]
"""From a prompt, the reply to it and what was rejected of that, the prompt that asks once more; None where it would be in vain."""


@dataclass(frozen=True, slots=True)
class Request:
    """One prompt about a passage: its sample number, the id of the prompt it `repairs` where it asks again for what was rejected, the ids of the pair whose question it `answers` once more or whose instruction it `evolves`, and the tasks that are `known`, by name."""

    prompt: Prompt
    passage: Passage
    sample: int = 0
    repairs: str = ""
    answers: str = ""
    evolves: str = ""
    known: Mapping[str, Task] = field(default_factory=lambda: tasks.TASKS, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of a request, for `imbik show`: `made` are the ids of the pairs and rejections of its reply. Only what does not follow from the passage, repairs, further answers and evolved instructions, keeps its messages."""

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
    answers: str = ""
    evolves: str = ""


@dataclass(slots=True)
class Written:
    """What was written so far: pairs that passed every check of their own, the requests that brought them by pair (`origins`), rejections, `candidates` = both, and what the model was used for."""

    pairs: list[Pair] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    candidates: int = 0
    usage: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    evolved: Counter[str] = field(default_factory=Counter)
    origins: dict[str, Request] = field(default_factory=dict)
    stopped: str = ""


def lineage(written: Written, pair: str) -> list[str]:
    """Return the ids of a pair and of those whose instructions it was evolved from, itself first."""
    found = [pair]
    while (origin := written.origins.get(found[-1])) is not None and origin.evolves:
        found.append(origin.evolves)
    return found


def told_what_was_wrong(prompt: Prompt, reply: str, rejected: Sequence[Rejected]) -> Prompt | None:
    """Return the prompt that tells the model what was wrong with its reply, None where telling would not help."""
    return retry_prompt(prompt, reply, rejected) if any(repairable(one.reason) for one in rejected) else None


def requests_of(documents: Iterable[Document], config: SynthesisConfig, seed: int, root: Path) -> Iterator[Request]:
    """Yield what every passage of `documents` is asked, in order; `root` is the folder that task files are relative to."""
    known = with_own(config, root)
    for document in documents:
        for passage in passages(document, config):
            for prompt in tasks.requests(passage, config, seed, known):
                yield Request(prompt, passage, known=known)


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
    return replace(request, prompt=other, sample=number)


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
        if retry is not None and rejected and reply.text:
            prompt = retry(request.prompt, reply.text, tuple(rejected))
            again += [replace(request, prompt=prompt, repairs=request.prompt.id)] if prompt is not None else []
    cleaned = iter(cleaner.clean([pair for some in drafts for pair in some], written.rejected.append))
    for request, some, rejected in zip(requests, drafts, refused, strict=True):
        kept = [(draft, next(cleaned)) for draft in some]
        written.pairs += [pair for _, pair in kept if pair is not None]
        for _, pair in kept:
            if pair is not None:
                written.origins.setdefault(pair.id, request)
        written.rejected += rejected
        made = (*(draft.id if pair is None else pair.id for draft, pair in kept), *(one.id for one in rejected))
        written.traces.append(_trace(request, replies[request.prompt.id].failure, made))
    return again


def _drafts(request: Request, reply: Reply, writer: str, rejected: list[Rejected]) -> Iterator[Pair]:
    """The acceptable pairs of a reply; a prompt without a reply is one rejected row, and so is what a cut took from the end of one."""
    prompt, passage = request.prompt, request.passage
    if reply.failure:
        place = f"{passage.document_id}:{passage.start}-{passage.end}"
        rejected.append(Rejected(prompt.id, f"model_{reply.failure}", reply.detail, place, reply.text[:2000]))
    if not reply.failure or items(reply.text):
        yield from tasks.accept(prompt, passage, reply.text, writer, rejected.append, request.known)


def _count(written: Written, reply: Reply) -> None:
    found = items(reply.text)
    written.candidates += len(found or ()) + bool(reply.failure or found is None)
    tokens = {"input_tokens": reply.input_tokens, "output_tokens": reply.output_tokens}
    written.usage.update({"prompts": 1, "failed": int(bool(reply.failure)), **tokens})
    if reply.failure in STOPPING:
        written.stopped = reply.failure


def _trace(request: Request, failure: str, made: tuple[str, ...]) -> Trace:
    passage, prompt = request.passage, request.prompt
    messages = prompt.messages if request.repairs or request.answers or request.evolves else ()
    place = (passage.document_id, passage.start, passage.end)
    return Trace(prompt.id, prompt.task, *place, request.sample, request.repairs, failure, made, messages, request.answers, request.evolves)
