"""The Batch API: half the price, nothing paid twice, every row accounted for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curation.errors import ModelError
from curation.records import Message
from pipelines.models.asking import Wall
from pipelines.models.body import ledger_name
from pipelines.models.config import OpenAIConfig
from pipelines.models.counters import Counters
from pipelines.models.journal import Batch, Journal
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt
from tests.servers.running import Running, running


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """A server whose batches take a while."""
    with running("--batch-s", "0.2") as started:
        yield started


def prompt(text: str) -> Prompt:
    return Prompt(f"q-{text}", "deneme", {}, (Message("user", text),), seed=1, max_tokens=64)


def config(base_url: str, **keys: Any) -> OpenAIConfig:
    return OpenAIConfig(**{"kind": "openai", "name": "m", "base_url": base_url, "mode": "batch", "batch_poll_s": 0.05, **keys})


def ask(settings: OpenAIConfig, texts: list[str], journal: Path, killed_after_s: float | None = None) -> tuple[list[Reply], Counters]:
    """Replies in the order of `texts`; with `killed_after_s` the asking is broken off then."""

    async def run() -> tuple[list[Reply], Counters]:
        kept = Journal(journal)
        wall = Wall({"": settings}, journal=kept, purpose="deneme")
        replies: dict[str, Reply] = {}
        try:
            async with asyncio.timeout(killed_after_s):
                asked = [("", prompt(text)) for text in texts]
                await wall.ask_all(asked, lambda _, one, reply: replies.__setitem__(one.messages[-1].content, reply))
        except TimeoutError:
            assert killed_after_s
        finally:
            await wall.close()
            kept.close()
        return [replies.get(text, Reply(failure="broken_off")) for text in texts], wall.meter.counters

    return asyncio.run(run())


def test_every_row_is_answered_or_fails_with_its_reason(server: Running, tmp_path: Path) -> None:
    texts = ["satır 1", "a [[http_400]]", "b [[once_500]]", "c [[lost]]", "d [[once_lost]]", "e [[expired]]", "f [[empty]]", "satır 2"]
    replies, counters = ask(config(server.base_url, retries=1), texts, tmp_path / "j.sqlite")
    assert [reply.failure for reply in replies] == ["", "http_400", "", "lost_row", "", "batch_expired", "empty_reply", ""]
    assert replies[0].text == json.dumps([{"soru": "satır 1", "cevap": "1 rıtas"}], ensure_ascii=False)
    assert counters.done == len(texts)


def test_a_batch_costs_half(server: Running, tmp_path: Path) -> None:
    _, counters = ask(config(server.base_url, prices={"input_usd": 1000.0}), ["satır 10", "satır 11"], tmp_path / "j.sqlite")
    assert counters.usd == pytest.approx(2 * 11 * 1000 / 1e6 / 2)


def test_answers_are_kept_and_not_asked_for_again(server: Running, tmp_path: Path) -> None:
    texts = [f"satır {n}" for n in range(20, 25)]
    first, _ = ask(config(server.base_url), texts, tmp_path / "j.sqlite")
    second, counters = ask(config(server.base_url), texts, tmp_path / "j.sqlite")
    assert first == second
    assert (counters.kept, counters.requests) == (5, 0)


def test_requests_are_cut_into_batches_that_the_server_takes(server: Running, tmp_path: Path) -> None:
    replies, _ = ask(config(server.base_url, batch_rows=2), [f"satır {n}" for n in range(30, 35)], tmp_path / "j.sqlite")
    journal = Journal(tmp_path / "j.sqlite")
    assert journal.count_batches() == 3
    journal.close()
    assert not any(reply.failure for reply in replies)


def test_a_batch_that_was_waiting_when_the_run_was_killed_is_collected_and_not_paid_twice(server: Running, tmp_path: Path) -> None:
    texts = [f"satır {n}" for n in range(40, 45)]
    broken, _ = ask(config(server.base_url), texts, tmp_path / "j.sqlite", killed_after_s=0.15)
    assert {reply.failure for reply in broken} == {"broken_off"}
    replies, _ = ask(config(server.base_url), texts, tmp_path / "j.sqlite")
    assert not any(reply.failure for reply in replies)
    seen = server.get("/seen")["seen"]
    assert [seen[text] for text in texts] == [1] * 5


def test_a_batch_made_but_not_yet_written_down_is_found_by_its_tag(server: Running, tmp_path: Path) -> None:
    texts = [f"satır {n}" for n in range(50, 53)]
    settings = config(server.base_url)
    ask(settings, texts, tmp_path / "j.sqlite", killed_after_s=0.15)
    journal = Journal(tmp_path / "j.sqlite")
    (batch,) = journal.open_batches(ledger_name("", settings))
    journal.keep_batch(Batch(batch.tag, batch.model, "", "open", batch.keys))
    journal.close()
    replies, _ = ask(settings, texts, tmp_path / "j.sqlite")
    assert not any(reply.failure for reply in replies)
    assert [server.get("/seen")["seen"][text] for text in texts] == [1] * 3


def test_a_batch_that_was_never_made_is_made_anew(server: Running, tmp_path: Path) -> None:
    settings = config(server.base_url)
    journal = Journal(tmp_path / "j.sqlite")
    journal.keep_batch(Batch("kayıp", ledger_name("", settings), "", "open", ("k",)))
    journal.close()
    replies, _ = ask(settings, ["satır 60"], tmp_path / "j.sqlite")
    assert [reply.failure for reply in replies] == [""]


def test_a_full_queue_is_waited_for(server: Running, tmp_path: Path) -> None:
    server.post("/batches/refuse?times=2")
    replies, _ = ask(config(server.base_url), ["satır 70", "satır 71"], tmp_path / "j.sqlite")
    assert [reply.failure for reply in replies] == ["", ""]


def test_a_budget_holds_for_batches_too(server: Running, tmp_path: Path) -> None:
    settings = config(server.base_url, budget={"tokens": 200}, batch_rows=1)
    replies, _ = ask(settings, [f"satır {n}" for n in range(80, 90)], tmp_path / "j.sqlite")
    assert {reply.failure for reply in replies} == {"", "budget"}


def test_a_server_without_batches_is_an_error_that_says_so(server: Running, tmp_path: Path) -> None:
    with pytest.raises(ExceptionGroup) as group:
        ask(config(server.base_url.replace("/v1", "/v2")), ["satır 90"], tmp_path / "j.sqlite")
    assert isinstance(group.value.exceptions[0], ModelError)
    assert "refuses the Batch API" in str(group.value.exceptions[0])
