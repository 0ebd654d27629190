"""distilabel in its cage: every prompt comes back, whatever happened to it."""

from __future__ import annotations

import sys
from pathlib import Path

from curation.records import Message
from pipelines.graph import ask_all
from pipelines.models.config import OpenAIConfig
from synthesis.prompt import Prompt


def prompts(texts: list[str]) -> list[Prompt]:
    return [Prompt(f"q-{number}", "soru-cevap", {}, (Message("user", text),), seed=1) for number, text in enumerate(texts)]


def test_failing_rows_fail_alone_and_every_prompt_is_accounted_for(chat_server, tmp_path: Path) -> None:
    texts = [f"Okul {1900 + n} yılında açıldı. {'[[http_400]]' if n % 10 == 0 else ''}" for n in range(60)]
    config = OpenAIConfig(kind="openai", name="m", base_url=chat_server.base_url, retries=0, timeout_s=5)
    ticks: list[tuple[int, int | None]] = []
    replies = ask_all("deneme", prompts(texts), config, journal=tmp_path / "j.sqlite", tick=lambda done, total: ticks.append((done, total)))
    assert len(replies) == 60
    assert [replies[f"q-{n}"].failure for n in range(60)] == ["http_400" if n % 10 == 0 else "" for n in range(60)]
    assert ticks[-1] == (60, 60)


def test_a_second_run_asks_only_what_failed(chat_server, tmp_path: Path) -> None:
    texts = ["Han 1500 yılında yapıldı.", "Han [[http_400]]"]
    config = OpenAIConfig(kind="openai", name="m", base_url=chat_server.base_url, retries=0, timeout_s=5)
    first = ask_all("deneme", prompts(texts), config, journal=tmp_path / "j.sqlite")
    second = ask_all("deneme", prompts(texts), config, journal=tmp_path / "j.sqlite")
    seen = chat_server.seen()["seen"]
    assert first == second
    assert (seen[texts[0]], seen[texts[1]]) == (1, 2)


def test_nothing_asked_is_nothing_answered(tmp_path: Path) -> None:
    assert ask_all("deneme", [], OpenAIConfig(kind="openai", name="m"), journal=tmp_path / "j.sqlite") == {}


def test_tracebacks_stay_free_of_local_variables() -> None:
    assert sys.excepthook.__module__ == "sys"
