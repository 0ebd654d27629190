"""The model wall, against a real HTTP server with faults."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from curation.records import Message
from pipelines.models.config import OpenAIConfig
from pipelines.models.journal import Journal, complete
from pipelines.models.openai_server import OpenAIModel, key_missing
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt

FAULTS = {
    "http_400": "http_400",
    "http_500": "http_500",
    "html": "no_choices",
    "truncated": "broken_body",
    "drop": "connection",
    "hang": "timeout",
    "no_choices": "no_choices",
    "empty": "empty_reply",
    "null": "empty_reply",
    "cut": "cut_off",
}


def prompt(text: str) -> Prompt:
    return Prompt(f"q-{text}", "soru-cevap", {}, (Message("user", text),), seed=1)


def model(base_url: str, retries: int = 0) -> OpenAIModel:
    return OpenAIModel(OpenAIConfig(kind="openai", name="m", base_url=base_url, timeout_s=1, retries=retries, api_key_env="IMBIK_TEST_KEY"))


def ask(base_url: str, text: str, retries: int = 0) -> Reply:
    async def once() -> Reply:
        opened = model(base_url, retries)
        try:
            return await opened.complete(prompt(text))
        finally:
            await opened.close()

    return asyncio.run(once())


@pytest.mark.parametrize(("fault", "failure"), FAULTS.items())
def test_a_fault_of_the_server_is_a_failure_with_its_reason_and_never_an_exception(chat_server, fault, failure) -> None:
    reply = ask(chat_server.base_url, f"[[{fault}]]")
    assert (reply.failure, reply.text) == (failure, "")
    assert reply.detail


def test_an_answer_comes_with_the_tokens_it_cost(chat_server) -> None:
    reply = ask(chat_server.base_url, "Okul 1954 yılında açıldı.")
    assert "hangi yılda" in reply.text
    assert (reply.failure, reply.input_tokens, reply.output_tokens) == ("", 11, 7)


def test_a_busy_server_is_asked_again(chat_server) -> None:
    reply = ask(chat_server.base_url, "Okul 1954 yılında açıldı. [[once_429]]", retries=2)
    assert reply.failure == ""


def test_the_key_comes_from_the_environment_and_reaches_the_server_alone(chat_server, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("IMBIK_TEST_KEY", "gizli-anahtar")
    opened = model(chat_server.base_url)
    journal = Journal(tmp_path / "replies.sqlite")

    async def once() -> None:
        await complete(opened, journal, prompt("Anahtar denemesi"))
        await opened.close()

    asyncio.run(once())
    journal.close()
    assert chat_server.seen()["headers"][-1] == "Bearer gizli-anahtar"
    assert "gizli-anahtar" not in opened.identity
    assert all(b"gizli-anahtar" not in path.read_bytes() for path in tmp_path.iterdir())


def test_a_kept_reply_is_not_asked_for_again_but_a_failure_is(chat_server, tmp_path: Path) -> None:
    async def twice(text: str) -> tuple[Reply, Reply]:
        opened, journal = model(chat_server.base_url), Journal(tmp_path / "replies.sqlite")
        replies = (await complete(opened, journal, prompt(text)), await complete(opened, journal, prompt(text)))
        await opened.close()
        journal.close()
        return replies

    first, second = asyncio.run(twice("Köprü 1891 yılında bitti."))
    assert first == second
    assert chat_server.seen()["seen"]["Köprü 1891 yılında bitti."] == 1
    asyncio.run(twice("yine [[http_400]]"))
    assert chat_server.seen()["seen"]["yine [[http_400]]"] == 2


def test_a_key_is_wanted_only_by_servers_elsewhere(monkeypatch) -> None:
    monkeypatch.delenv("IMBIK_TEST_KEY", raising=False)
    here = OpenAIConfig(kind="openai", name="m", base_url="http://localhost:8000/v1", api_key_env="IMBIK_TEST_KEY")
    there = here.model_copy(update={"base_url": "https://api.example.com/v1"})
    assert not key_missing(here)
    assert key_missing(there)
