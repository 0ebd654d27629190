"""What a run shows while a model is asked: live in a terminal, plain lines elsewhere."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipelines.models.counters import Counters
from pipelines.run import run_recipe
from pipelines.stages import PAIRS
from pipelines.terminal import RunView, asking_words

TEXT = """Aşağı mahallenin çeşmesi

Mahallenin çeşmesi 1911 yılında kesme taştan yapıldı. Çeşmenin suyu {fault} iki saat uzaktaki dağdan künklerle gelirdi.

Bugün suyu akmıyor; belediye çeşmeyi onarmak için bir mimarla anlaştı ve mahalleli de bunun için para topladı.
"""
COUNTERS = Counters(
    total=1200, kept=200, answered=390, failed={"timeout": 7, "http_400": 3}, requests=450, tried_again=31, refused=12,
    input_tokens=41_000, output_tokens=9_500, usd=0.0312, seconds=40.0,
)  # fmt: skip


def test_a_line_tells_rate_tokens_money_time_left_and_failures_by_reason() -> None:
    assert asking_words(COUNTERS) == (
        "600 of 1,200 prompts · 200 from the journal · 10.0/s · 41,000 + 9,500 tokens · 0.0312 US dollars · 1:00 left"
        " · 31 tried again · 12 refused for haste · failed: timeout 7, http_400 3"
    )


def test_what_is_not_known_is_not_told() -> None:
    assert asking_words(Counters(total=5)) == "0 of 5 prompts · 0 + 0 tokens"


def lines(view: Any, console: Console) -> list[str]:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


def test_where_nobody_looks_a_line_a_minute_is_printed() -> None:
    now = [0.0]
    console = Console(file=StringIO(), width=60)
    with RunView(console, clock=lambda: now[0]) as view:
        view.started(PAIRS)
        for now[0] in (0.2, 30.0, 61.0, 61.2, 100.0):
            view.watch(COUNTERS)
        before = lines(view, console)
        assert before[0] == "  … pairs"
        assert [line.strip().startswith("600 of 1,200") for line in before[1:]] == [True]
    assert len(lines(view, console)) == 2  # the last word on the asking is said already


def test_the_last_word_on_an_asking_stays() -> None:
    console = Console(file=StringIO(), width=60)
    with RunView(console, clock=lambda: 0.0) as view:
        view.started(PAIRS)
        view.watch(COUNTERS)
    assert [line.strip()[:12] for line in lines(view, console)] == ["… pairs", "600 of 1,200"]


def test_a_server_that_cannot_be_reached_is_told_at_once_and_every_minute() -> None:
    now = [0.0]
    console = Console(file=StringIO(), width=60)
    lost = Counters(total=5, requests=1, note="http://localhost:1/v1 cannot be reached")
    with RunView(console, clock=lambda: now[0]) as view:
        view.started(PAIRS)
        for now[0] in (0.2, 0.4, 61.0):
            view.watch(lost)
        first, second = (line.strip() for line in lines(view, console)[1:])
    assert first == "http://localhost:1/v1 cannot be reached"
    assert second == "0 of 5 prompts · 0 + 0 tokens · http://localhost:1/v1 cannot be reached"


def test_a_terminal_shows_the_asking_below_the_bar() -> None:
    console = Console(file=StringIO(), width=200, force_terminal=True)
    with RunView(console) as view:
        view.started(PAIRS)
        view.watch(COUNTERS)
        console.print(view._shown())
    text = "".join(lines(view, console))
    assert "pairs" in text
    assert "1:00 left" in text


def test_a_stage_that_asks_nobody_shows_no_counters() -> None:
    console = Console(file=StringIO(), width=60)
    with RunView(console) as view:
        view.started(PAIRS)
        view.watch(Counters(total=9, answered=9))  # the rules: no request goes out
    assert lines(view, console) == ["  … pairs"]


@pytest.mark.parametrize("fault", ["", "[[http_400]]"])
def test_a_run_tells_its_watch_what_became_of_every_prompt(chat_server: Any, tmp_path: Path, fault: str) -> None:
    (tmp_path / "a.txt").write_text(TEXT.format(fault=fault), encoding="utf-8")
    recipe = tmp_path / "tarif.yaml"
    model = f"{{kind: openai, name: m, base_url: '{chat_server.base_url}'}}"
    recipe.write_text(f"name: d\ncurate: {{inputs: [a.txt]}}\npairs: {{tasks: {{soru-cevap: 1}}, model: {model}}}\n", encoding="utf-8")
    heard: list[Counters] = []
    run_recipe(recipe, tmp_path / "runs", last="pairs", watch=heard.append)
    assert (heard[-1].done, heard[-1].total) == (1, 1)
    assert heard[-1].failed == ({"http_400": 1} if fault else {})
