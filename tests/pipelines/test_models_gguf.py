"""A GGUF in a process of its own behind the model wall."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from curation.errors import ModelError
from curation.records import Message
from pipelines.models.asking import Wall
from pipelines.models.config import GgufConfig
from pipelines.models.gguf import GgufModel
from pipelines.models.journal import Journal
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt

SCHEMA = json.dumps({"type": "object", "properties": {"dogru": {"type": "boolean"}}, "required": ["dogru"], "additionalProperties": False})


def prompt(text: str, seed: int = 1, max_tokens: int = 24) -> Prompt:
    return Prompt(f"q-{text}-{seed}", "dogrula", {}, (Message("user", text),), seed=seed, max_tokens=max_tokens)


def ask(model: Any, *prompts: Prompt) -> list[Reply]:
    async def asked() -> list[Reply]:
        try:
            return [await model.complete(one) for one in prompts]
        finally:
            await model.close()

    return asyncio.run(asked())


def config(path: Path, **keys: Any) -> GgufConfig:
    return GgufConfig(**{"kind": "gguf", "path": str(path), "context": 256, "temperature": 0.8, **keys})


def test_a_schema_holds_even_a_model_that_writes_no_sense_to_its_json(gguf: Path) -> None:
    (reply,) = ask(GgufModel(config(gguf), {"dogrula": SCHEMA}), prompt("Çeşmenin suyu akar mı?", max_tokens=48))
    assert (reply.failure, set(json.loads(reply.text))) == ("", {"dogru"})
    assert reply.input_tokens > 0
    assert reply.output_tokens > 0


def test_the_same_seed_gives_the_same_reply_and_another_one_another(gguf: Path) -> None:
    first, again, other = ask(GgufModel(config(gguf)), prompt("Çeşme", 1), prompt("Çeşme", 1), prompt("Çeşme", 2))
    assert first == again
    assert first != other or first.failure == "cut_off"


def test_a_prompt_that_does_not_fit_fails_alone(gguf: Path) -> None:
    long, short = ask(GgufModel(config(gguf), {"dogrula": SCHEMA}), prompt("çeşme " * 600, max_tokens=48), prompt("Çeşme?", max_tokens=48))
    assert (long.failure, short.failure) == ("context_overflow", "")
    assert long.detail


def test_a_crash_costs_one_reply_and_the_next_prompt_starts_the_process_anew(gguf: Path) -> None:
    async def asked() -> tuple[Reply, Reply]:
        model = GgufModel(config(gguf), {"dogrula": SCHEMA})
        await model.complete(prompt("Çeşme?", max_tokens=48))
        assert model._process is not None
        os.kill(model._process.pid, signal.SIGKILL)
        crashed = await model.complete(prompt("Çeşme?", max_tokens=48))
        after = await model.complete(prompt("Çeşme?", max_tokens=48))
        await model.close()
        return crashed, after

    crashed, after = asyncio.run(asked())
    assert (crashed.failure, after.failure) == ("crashed", "")


def test_a_file_that_is_no_model_says_so_and_does_not_hang(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF but not really")
    (reply,) = ask(GgufModel(config(broken)), prompt("Çeşme?"))
    assert reply.failure == "crashed"
    assert "cannot be loaded" in reply.detail


def test_a_missing_file_is_an_error_that_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"give `path` a \.gguf file"):
        GgufModel(config(tmp_path / "yok.gguf"))


def test_replies_of_a_file_are_journalled_like_any_others(gguf: Path, tmp_path: Path) -> None:
    async def asked() -> tuple[list[Reply], int]:
        journal = Journal(tmp_path / "j.sqlite")
        wall = Wall({"": config(gguf)}, journal=journal, schemas={"dogrula": SCHEMA})
        replies: list[Reply] = []
        for _ in range(2):
            await wall.ask_all([("", prompt("Çeşme?", max_tokens=48))], lambda role, one, reply: replies.append(reply))
        await wall.close()
        journal.close()
        return replies, wall.meter.counters.requests

    replies, requests = asyncio.run(asked())
    assert replies[0] == replies[1]
    assert requests == 1


def test_another_context_makes_another_key_so_that_what_was_cut_off_is_asked_anew(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF")
    keys = [GgufModel(config(file, context=context)).key(prompt("Çeşme?")) for context in (256, 512, 256)]
    assert keys[0] == keys[2] != keys[1]


def test_weights_that_differ_in_the_middle_alone_make_another_key(tmp_path: Path) -> None:
    file, keys = tmp_path / "model.gguf", []
    for weight in (b"a", b"b", b"a"):
        file.write_bytes(b"GGUF" + bytes(2 << 20) + weight + bytes(2 << 20))
        keys.append(GgufModel(config(file)).key(prompt("Çeşme?")))
    assert keys[0] == keys[2] != keys[1]
