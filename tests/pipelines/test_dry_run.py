"""Prompts and costs before anything is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from curation.errors import ArtifactError, RecipeError
from pipelines.cli import app
from pipelines.prompts import next_askings, shown_first
from pipelines.recipe import load_recipe
from pipelines.run import run_recipe
from synthesis.prompt import Prompt

TEXT = "Taş köprünün öyküsü {n}\n\nTaş köprü {n} {year} yılında üç gözle kuruldu. Köprünün ustası köye uzaktan geldi.\n"


@pytest.fixture
def recipe(tmp_path: Path, chat_server: Any) -> Path:
    """A recipe that asks a server, its documents curated."""
    (tmp_path / "belgeler").mkdir()
    for n in range(4):
        (tmp_path / "belgeler" / f"{n}.txt").write_text(TEXT.format(n=n, year=1890 + n), encoding="utf-8")
    path = tmp_path / "tarif.yaml"
    model = f"{{kind: openai, name: m, base_url: '{chat_server.base_url}', prices: {{input_usd: 2, output_usd: 8}}}}"
    path.write_text(
        f"name: kopru\ncurate: {{inputs: [belgeler], dedup: {{threshold: 1.0}}}}\npairs: {{model: {model}}}\n", encoding="utf-8"
    )
    run_recipe(path, tmp_path / "runs", last="curate")
    return path


def imbik(recipe: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments, "--runs", str(recipe.parent / "runs")], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_dry_run_prints_finished_prompts_and_asks_nothing(recipe: Path, chat_server: Any) -> None:
    before = chat_server.seen()["seen"]
    text = imbik(recipe, "run", str(recipe), "--dry-run")
    assert "stage pairs would ask m 24 prompts, then up to 24 that follow from the replies; 5 of them" in " ".join(text.split())
    assert text.count("\nsystem\n") == text.count("\nuser\n") == 5
    assert "yılında üç gözle kuruldu" in text
    assert "{metin}" not in text
    assert chat_server.seen()["seen"] == before


def test_a_number_of_prompts_without_a_dry_run_is_an_error_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"--dry-run 12"):
        CliRunner().invoke(app, ["run", str(tmp_path / "yok.yaml"), "12"], catch_exceptions=False)


def test_the_prompts_of_a_dry_run_are_those_that_are_asked(recipe: Path, chat_server: Any) -> None:
    values = json.loads(imbik(recipe, "run", str(recipe), "--dry-run", "2", "--json"))
    assert len(values["prompts"]) == 2
    run_recipe(recipe, recipe.parent / "runs", last="pairs")
    seen = chat_server.seen()["seen"]
    assert all(one["messages"][-1]["content"] in seen for one in values["prompts"])


def test_the_next_stage_is_the_first_that_does_not_hold(recipe: Path) -> None:
    run = run_recipe(recipe, recipe.parent / "runs", last="pairs")
    assert next_askings(load_recipe(recipe), recipe.parent, run)[0].stage == "preferences"
    run_recipe(recipe, recipe.parent / "runs", last="preferences")
    with pytest.raises(ArtifactError, match="nothing is left to ask"):
        next_askings(load_recipe(recipe), recipe.parent, run)


def test_without_documents_it_is_said_what_makes_them(recipe: Path) -> None:
    with pytest.raises(ArtifactError, match="imbik run RECIPE --to curate"):
        next_askings(load_recipe(recipe), recipe.parent, recipe.parent / "runs" / "yok")


def test_check_says_what_the_models_will_cost(recipe: Path, chat_server: Any) -> None:
    before = chat_server.seen()["seen"]
    text = imbik(recipe, "check", str(recipe), "--estimate")
    assert text.startswith("pairs: 24 requests to m, about ")
    assert " US dollars, " in text
    assert "\npairs: later up to 24 requests to m for repairs, about " in text
    values, repairs = json.loads(imbik(recipe, "check", str(recipe), "--estimate", "--json"))["estimate"]
    assert (repairs["what"], repairs["requests"], repairs["certain"]) == ("repairs", 24, False)
    assert repairs["input_tokens"] > values["input_tokens"]  # the reply and what was wrong with it are told too
    assert (values["stage"], values["requests"], values["kept"], values["over"]) == ("pairs", 24, 0, "")
    assert chat_server.seen()["seen"] == before


def test_an_estimate_leaves_out_what_the_journal_answers(recipe: Path) -> None:
    run_recipe(recipe, recipe.parent / "runs", last="pairs")
    pairs, repairs, preferences = json.loads(imbik(recipe, "check", str(recipe), "--estimate", "--json"))["estimate"]
    assert (repairs["what"], repairs["requests"]) == ("repairs", 0)
    assert repairs["kept"] > 0  # those that were asked
    assert (pairs["requests"], pairs["kept"], pairs["usd"]) == (0, 24, 0)
    assert (preferences["stage"], preferences["model"], preferences["requests"]) == ("preferences", "rules", 0)


def test_the_shown_prompts_take_the_tasks_in_turn() -> None:
    prompts = [Prompt(f"{task}{n}", task, {}, (), seed=1) for task in "abc" for n in range(4)]
    assert [one.id for one in shown_first(prompts, 5)] == ["a0", "b0", "c0", "a2", "b2"]
    assert len(shown_first(prompts, 100)) == 12
    assert shown_first([], 5) == []
