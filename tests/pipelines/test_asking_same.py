"""Prompts that ask the same of one model share one request, live as in batches."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curation.records import Message
from pipelines.models.asking import Wall
from pipelines.models.config import OpenAIConfig
from pipelines.models.counters import Counters
from pipelines.models.journal import Journal
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt
from tests.servers.running import Running, running


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running("--latency", "0.05") as started:
        yield started


def ask(server: Running, prompts: list[tuple[str, Prompt]], journal: Path, **keys: Any) -> tuple[dict[tuple[str, str], Reply], Counters]:
    async def run() -> tuple[dict[tuple[str, str], Reply], Counters]:
        model = OpenAIConfig(**{"kind": "openai", "name": "m", "base_url": server.base_url, **keys})
        kept = Journal(journal)
        wall = Wall({"writer": model, "judge": model.model_copy(update={"name": "j"})}, journal=kept)
        replies: dict[tuple[str, str], Reply] = {}
        async with asyncio.timeout(30):
            await wall.ask_all(prompts, lambda role, one, reply: replies.__setitem__((role, one.id), reply))
        await wall.close()
        kept.close()
        return replies, wall.meter.counters

    return asyncio.run(run())


def prompt(identity: str, text: str, seed: int = 1) -> Prompt:
    return Prompt(identity, "deneme", {}, (Message("user", text),), seed=seed)


def test_equal_prompts_are_asked_once_and_each_gets_the_reply(server: Running, tmp_path: Path) -> None:
    prompts = [("writer", prompt(f"q-{number}", "Aynı soru")) for number in range(5)]
    replies, counters = ask(server, prompts, tmp_path / "j.sqlite")
    assert len({reply.text for reply in replies.values()}) == 1
    assert (len(replies), counters.done, counters.requests) == (5, 5, 1)
    assert server.get("/seen")["seen"]["Aynı soru"] == 1


def test_another_seed_or_another_model_is_another_request(server: Running, tmp_path: Path) -> None:
    prompts = [
        ("writer", prompt("q-1", "Benzer soru")),
        ("writer", prompt("q-2", "Benzer soru", 2)),
        ("judge", prompt("q-1", "Benzer soru")),
    ]
    replies, counters = ask(server, prompts, tmp_path / "j.sqlite")
    assert (len(replies), counters.requests) == (3, 3)


def test_equal_prompts_wait_for_a_second_try_without_holding_it_up(server: Running, tmp_path: Path) -> None:
    prompts = [("writer", prompt(f"q-{number}", "İkincide olan [[once_500]]")) for number in range(9)]
    replies, counters = ask(server, prompts, tmp_path / "j.sqlite", concurrency=1)
    assert {reply.failure for reply in replies.values()} == {""}
    assert (len(replies), counters.requests) == (9, 2)
