"""The model wall, against a real HTTP server with faults."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from curation.records import Message
from pipelines.models.asking import Wall
from pipelines.models.config import OpenAIConfig, RulesConfig
from pipelines.models.journal import Journal
from pipelines.models.openai_server import OpenAIModel, key_missing
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt
from tests.servers.running import running

FAULTS = {
    "http_400": "http_400",
    "http_500": "http_500",
    "html": "html_body",
    "truncated": "broken_body",
    "drop": "connection",
    "hang": "timeout",
    "drip": "timeout",
    "no_choices": "no_choices",
    "empty": "empty_reply",
    "null": "empty_reply",
    "filtered": "content_filter",
    "cut": "cut_off",
    "storm_429": "http_429",
    "context": "context_overflow",
    "loading": "loading",
    "quota": "no_quota",
}
SCHEMA = json.dumps({"type": "array", "items": {"type": "object"}})


def prompt(text: str, task: str = "soru-cevap") -> Prompt:
    return Prompt(f"q-{text}", task, {}, (Message("user", text),), seed=1)


def config(base_url: str, **keys: Any) -> OpenAIConfig:
    return OpenAIConfig(**{"kind": "openai", "name": "m", "base_url": base_url, "timeout_s": 1, "api_key_env": "IMBIK_TEST_KEY", **keys})


def ask_once(base_url: str, text: str, **keys: Any) -> Reply:
    async def once() -> Reply:
        opened = OpenAIModel(config(base_url, **keys), {"soru-cevap": SCHEMA} if keys.get("json_schema") else {})
        try:
            return await opened.complete(prompt(text))
        finally:
            await opened.close()

    return asyncio.run(once())


def ask_wall(settings: OpenAIConfig, texts: list[str], journal: Path | None = None, schemas: Any = None) -> dict[str, Reply]:
    """Replies by text, through journal and gate."""

    async def asked() -> dict[str, Reply]:
        kept = Journal(journal) if journal else None
        wall = Wall({"": settings}, journal=kept, purpose="deneme", schemas=schemas or {})
        replies: dict[str, Reply] = {}
        try:
            await wall.ask_all(
                [("", prompt(text)) for text in texts], lambda _, p, reply: replies.__setitem__(p.messages[-1].content, reply)
            )
        finally:
            await wall.close()
            if kept:
                kept.close()
        return replies

    return asyncio.run(asked())


@pytest.mark.parametrize(("fault", "failure"), FAULTS.items())
def test_a_fault_of_the_server_is_a_failure_with_its_reason_and_never_an_exception(chat_server, fault, failure) -> None:
    reply = ask_once(chat_server.base_url, f"[[{fault}]]")
    assert (reply.failure, reply.text) == (failure, "yarım" if fault == "cut" else "")
    assert reply.detail


def test_an_answer_comes_with_the_tokens_it_cost(chat_server) -> None:
    reply = ask_once(chat_server.base_url, "Okul 1954 yılında açıldı.")
    assert "hangi yılda" in reply.text
    assert (reply.failure, reply.input_tokens, reply.output_tokens) == ("", 11, 7)


@pytest.mark.parametrize("fault", ["429", "500", "html", "truncated", "drop", "no_choices", "empty", "null", "hang"])
def test_what_fails_once_is_asked_again(chat_server, fault: str) -> None:
    text = f"Okul 1954 yılında açıldı. [[once_{fault}]]"
    replies = ask_wall(config(chat_server.base_url, retries=1), [text])
    assert replies[text].failure == ""
    assert chat_server.seen()["seen"][text] == 2


@pytest.mark.parametrize("fault", ["http_400", "filtered", "cut", "context"])
def test_what_cannot_get_better_is_asked_once(chat_server, fault: str) -> None:
    text = f"son [[{fault}]]"
    assert ask_wall(config(chat_server.base_url), [text])[text].failure == FAULTS[fault]
    assert chat_server.seen()["seen"][text] == 1


def test_a_second_try_has_another_seed(chat_server) -> None:
    ask_wall(config(chat_server.base_url, retries=1), ["tohum [[once_empty]]"])
    bodies = [body for body in chat_server.seen()["bodies"] if body["messages"][-1]["content"].startswith("tohum")]
    assert [body["seed"] for body in bodies] == [1, 2]


def test_a_prompt_that_is_always_refused_ends_at_its_deadline_and_not_at_its_tries(chat_server) -> None:
    text = "hep dolu [[storm_429]]"
    reply = ask_wall(config(chat_server.base_url, retries=0, deadline_s=1.5), [text])[text]
    assert reply.failure == "http_429"
    assert chat_server.seen()["seen"][text] > 2


def test_json_that_is_broken_is_asked_for_again_and_at_the_last_try_handed_on_as_it_is(chat_server, tmp_path: Path) -> None:
    text, settings = "a [[broken_json]]", config(chat_server.base_url, retries=1)
    reply = ask_wall(settings, [text], tmp_path / "j.sqlite", {"soru-cevap": SCHEMA})[text]
    assert (reply.failure, reply.text) == ("", '{"soru": "Kim", ')
    assert chat_server.seen()["seen"][text] == 2
    with closing(sqlite3.connect(tmp_path / "j.sqlite")) as journal:
        assert journal.execute("select failure, detail from attempts").fetchall() == [
            ("broken_json", 'no JSON in: {"soru": "Kim", '),
            ("", ""),
        ]
    assert ask_wall(settings, [text], tmp_path / "j.sqlite", {"soru-cevap": SCHEMA})[text] == reply
    assert chat_server.seen()["seen"][text] == 2


def test_json_is_asked_for_again_only_where_there_was_a_schema(chat_server) -> None:
    assert ask_wall(config(chat_server.base_url), ["b [[broken_json]]"])["b [[broken_json]]"].text == '{"soru": "Kim", '
    assert chat_server.seen()["seen"]["b [[broken_json]]"] == 1


def test_a_reply_that_is_cut_off_is_paid_for_once(chat_server, tmp_path: Path) -> None:
    text = "bir [[cut]]"
    replies = [ask_wall(config(chat_server.base_url), [text], tmp_path / "j.sqlite")[text] for _ in range(2)]
    assert [(reply.failure, reply.text) for reply in replies] == [("cut_off", "yarım")] * 2
    assert chat_server.seen()["seen"][text] == 1


def test_a_server_that_loads_its_model_is_waited_for(chat_server) -> None:
    text = "satır yükleniyor [[once_loading]]"
    assert ask_wall(config(chat_server.base_url, retries=0), [text])[text].failure == ""


def test_a_schema_that_makes_no_grammar_is_left_to_the_prompt(chat_server) -> None:
    text = "satır şeması [[no_grammar]]"
    assert ask_wall(config(chat_server.base_url), [text], schemas={"soru-cevap": SCHEMA})[text].failure == ""
    assert chat_server.seen()["bodies"][-1]["response_format"] == {"type": "json_object"}


def test_a_schema_is_sent_as_the_server_wants_it(chat_server) -> None:
    ask_once(chat_server.base_url, "şema", json_schema="schema")
    ask_once(chat_server.base_url, "nesne", json_schema="object")
    ask_once(chat_server.base_url, "yok", json_schema="off")
    formats = [body.get("response_format") for body in chat_server.seen()["bodies"][-3:]]
    assert formats[0]["json_schema"] == {"name": "soru-cevap", "strict": True, "schema": json.loads(SCHEMA)}
    assert formats[1:] == [{"type": "json_object"}, None]


def test_a_parameter_that_the_server_refuses_is_left_out_from_then_on(tmp_path: Path) -> None:
    with running("--unsupported", "max_tokens", "temperature", "response_format") as server:
        settings = config(server.base_url, concurrency=4)
        replies = ask_wall(settings, [f"satır {n}" for n in range(8)], tmp_path / "j.sqlite", schemas={"soru-cevap": SCHEMA})
        body = server.get("/seen")["bodies"][-1]
        asked = server.get("/stats")["requests"]
    assert not any(reply.failure for reply in replies.values())
    assert "max_completion_tokens" in body
    assert not {"max_tokens", "temperature", "response_format"} & set(body)
    assert asked <= 8 + 4 * 4


def test_a_server_that_refuses_both_names_of_a_parameter_ends_the_run_instead_of_being_asked_for_ever() -> None:
    with running("--unsupported", "max_tokens", "max_completion_tokens") as server:
        reply = ask_wall(config(server.base_url), ["satır 1"])["satır 1"]
    assert reply.failure == "refused"
    assert "refuses every request: Error code: 400 - Unsupported parameter" in reply.detail


def test_a_reasoning_model_gets_its_own_parameters(chat_server) -> None:
    ask_once(chat_server.base_url, "düşün", name="gpt-5-mini", reasoning_effort="low", max_tokens=4000, extra_body={"top_p": 0.9})
    body = chat_server.seen()["bodies"][-1]
    assert (body["max_completion_tokens"], body["reasoning_effort"], body["top_p"]) == (4000, "low", 0.9)
    assert not {"max_tokens", "temperature"} & set(body)


def test_azure_gets_its_version_and_its_header(chat_server, monkeypatch) -> None:
    monkeypatch.setenv("IMBIK_TEST_KEY", "gizli-anahtar")
    ask_once(chat_server.base_url, "azure", api_version="2024-10-21")
    body = chat_server.seen()["bodies"][-1]
    assert body["_query"] == {"api-version": "2024-10-21"}
    assert "api-key" in [name.lower() for name in body["_headers"]]


def test_the_key_comes_from_the_environment_and_reaches_the_server_alone(chat_server, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("IMBIK_TEST_KEY", "gizli-anahtar")
    replies = ask_wall(config(chat_server.base_url, retries=0), ["Anahtar denemesi", "[[echo_key]]"], tmp_path / "replies.sqlite")
    assert chat_server.seen()["headers"][-1] == "Bearer gizli-anahtar"
    assert replies["[[echo_key]]"].detail.endswith("bad header: Bearer ***")
    assert all(b"gizli-anahtar" not in path.read_bytes() for path in tmp_path.iterdir())


def test_a_key_is_wanted_only_by_servers_elsewhere(monkeypatch) -> None:
    monkeypatch.delenv("IMBIK_TEST_KEY", raising=False)
    here = config("http://localhost:8000/v1")
    there = here.model_copy(update={"base_url": "https://api.example.com/v1"})
    assert not key_missing(here)
    assert key_missing(there)


def test_an_address_that_holds_a_password_is_refused() -> None:
    with pytest.raises(ValidationError, match="no user, password or query"):
        config("https://user:parola@example.com/v1")


def test_the_embedded_writer_is_asked_without_a_journal(tmp_path: Path) -> None:
    async def asked() -> Reply:
        wall = Wall({"": RulesConfig()}, journal=None)
        fields = {"metin": "Okul 1954 yılında açıldı.", "baslik": "", "adet": "1", "baglam": "none", "bolum": "ilk", "yonerge": ""}
        return await wall.ask("", Prompt("q-1", "soru-cevap", fields, (Message("user", "x"),), seed=1))

    assert asyncio.run(asked()).failure == ""
