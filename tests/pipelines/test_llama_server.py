"""The model wall against llama.cpp's own server, with a model that writes no sense: what the server takes, refuses and says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alignment.candidates import REVISION_SCHEMA, REVISION_TASK
from alignment.duels import SCHEMA as DUEL_SCHEMA
from alignment.duels import TASK as DUEL
from alignment.judge import TASK as GRADING
from alignment.judge import JudgeConfig, grade_schema
from curation.records import Message
from pipelines.models.asking import Wall
from pipelines.models.config import OpenAIConfig
from pipelines.models.counters import Counters
from pipelines.models.journal import Journal
from pipelines.models.wall import Reply
from synthesis.config import SynthesisConfig
from synthesis.prompt import Prompt
from synthesis.replies import items
from synthesis.tasks import TASKS, schemas_of
from tests.servers.llama_server import serving

pytestmark = pytest.mark.slow

SCHEMAS = schemas_of(SynthesisConfig(tasks=dict.fromkeys(TASKS, 1.0))) | {
    REVISION_TASK: REVISION_SCHEMA,
    DUEL: DUEL_SCHEMA,
    GRADING: grade_schema(JudgeConfig()),
}


@pytest.fixture(scope="module")
def server(gguf: Path) -> Iterator[str]:
    pytest.importorskip("xllamacpp")
    with serving(gguf, context=256) as base_url:
        yield base_url


def prompt(text: str = "Çeşmenin suyu akar mı?", task: str = "dogrula", seed: int = 1, max_tokens: int = 48) -> Prompt:
    return Prompt(f"q-{text}-{task}-{seed}", task, {}, (Message("user", text),), seed=seed, max_tokens=max_tokens)


def ask(
    base_url: str, *prompts: Prompt, schemas: Mapping[str, str] = SCHEMAS, journal: Path | None = None, **keys: Any
) -> tuple[dict[str, Reply], Counters]:
    """Replies by prompt id, and how the asking went."""

    async def asked() -> tuple[dict[str, Reply], Counters]:
        kept = Journal(journal) if journal else None
        config = OpenAIConfig(**{"kind": "openai", "name": "m", "base_url": base_url, "temperature": 0.8, "concurrency": 2, **keys})
        wall, replies = Wall({"": config}, schemas=schemas, journal=kept), dict[str, Reply]()
        await wall.ask_all((("", one) for one in prompts), lambda _, one, reply: replies.__setitem__(one.id, reply))
        await wall.close()
        if kept:
            kept.close()
        return replies, wall.meter.counters

    return asyncio.run(asked())


def test_every_schema_of_ours_makes_a_grammar(server: str) -> None:
    replies, counters = ask(server, *(prompt(task=task, max_tokens=120) for task in SCHEMAS))
    assert {reply.failure for reply in replies.values()} <= {"", "cut_off"}  # a model without sense may not find the end of its string
    assert all(reply.text.lstrip().startswith("{") and reply.output_tokens > 0 for reply in replies.values())
    assert counters.left_out == []


def test_a_schema_that_the_server_cannot_use_gives_way_to_any_object(server: str) -> None:
    schema = json.dumps({"type": "object", "properties": {"a": {"$ref": "#/yok"}}, "required": ["a"]})
    replies, counters = ask(server, prompt(task="kendi"), schemas={"kendi": schema})
    assert [reply.failure in {"", "cut_off"} for reply in replies.values()] == [True]
    assert counters.left_out == ["response_format"]


def test_a_prompt_longer_than_the_context_fails_alone_and_is_sent_once(server: str) -> None:
    long, short = prompt("çeşme " * 600), prompt()
    replies, counters = ask(server, long, short, schemas={})
    assert replies[long.id].failure == "context_overflow"
    assert "256" in replies[long.id].detail
    assert replies[short.id].text
    assert (counters.requests, counters.tried_again) == (2, 0)


def test_a_reply_that_fills_the_context_is_cut_off_and_kept(server: str, tmp_path: Path) -> None:
    asked = prompt("Çeşme " * 40, task="ozet", max_tokens=4000)
    (first,), (again,) = (ask(server, asked, journal=tmp_path / "j.sqlite")[0].values() for _ in range(2))
    assert first == again
    assert first.failure in {"", "cut_off"}
    assert first.failure == "" or items(first.text) in (None, [])


def test_seeds_of_any_size_are_taken_and_repeat_themselves(server: str) -> None:
    one = prompt(seed=2**32 + 5)
    first, again, other = (ask(server, asked, schemas={})[0][asked.id].text for asked in (one, one, replace(one, id="q-2", seed=7)))
    assert first == again != other


def test_both_names_of_the_reply_limit_are_honoured(server: str) -> None:
    for reasoning in ("no", "yes"):
        (reply,) = ask(server, prompt(max_tokens=16), schemas={}, reasoning=reasoning)[0].values()
        assert reply.output_tokens <= 16
