"""Stage `pairs` with judges: what they refuse does not count, what they let pass carries its scores, and every grade is on disk."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from curation.errors import ModelError, RecipeError
from pipelines.check import checked
from pipelines.cli import app
from pipelines.run import run_recipe
from pipelines.stages.files import PAIRS_FOLDER

TEXT = """Değirmen {n} köyünün okulu

Değirmen {n} köyünün okulu {year} yılında {rooms} derslikle açıldı. Okulun ilk öğretmeni köye atla geldi.

Bugün okulda 84 öğrenci okuyor. Bahçedeki ceviz ağacını ilk mezunlar dikti.
"""


def laid_out(folder: Path, server: str, judge: str, pairs: str = "") -> Path:
    """A recipe over eight documents, each good for one pair; half of their years are odd, which the judge `titiz` dislikes."""
    (folder / "belgeler").mkdir()
    for n in range(8):
        (folder / "belgeler" / f"{n}.txt").write_text(TEXT.format(n=n, year=1950 + n, rooms=2 + n), encoding="utf-8")
    recipe = folder / "tarif.yaml"
    asked = judge.replace("MODEL", f"kind: openai, base_url: '{server}', name")
    recipe.write_text(
        "name: yargili\ncurate: {inputs: [belgeler], dedup: {threshold: 1.0}}\n"
        f"pairs: {{tasks: {{soru-cevap: 1}}, {pairs} model: {{kind: openai, name: m, base_url: '{server}'}}, judge: {{{asked}}}}}\n",
        encoding="utf-8",
    )
    return recipe


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def made(run: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]:
    folder = run / PAIRS_FOLDER
    kept, gone = lines(folder / "pairs.jsonl"), lines(folder / "rejected.jsonl")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["read"] == len(kept) + len(gone)
    return kept, gone, manifest


def test_what_the_judge_refuses_is_rejected_and_the_rest_carries_its_scores(chat_server: Any, tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, chat_server.base_url, "model: {MODEL: titiz}, tails: 2")
    run = run_recipe(recipe, tmp_path / "runs", last="pairs")
    kept, gone, manifest = made(run)
    assert sorted(one["output"] for one in kept) == [f"{year} yılında." for year in (1950, 1952, 1954, 1956)]
    assert {one["scores"]["judge"] for one in kept} == {5.0}
    assert Counter(one["reason"] for one in gone) == {"judge_dogruluk": 4}
    graded = lines(run / PAIRS_FOLDER / "judged.jsonl")
    assert sorted(one["score"] for one in graded) == [pytest.approx(2.6)] * 4 + [5.0] * 4
    assert {one["why"]["titiz"] for one in graded} == {"Yıllara baktım."}
    assert manifest["figures"]["judge"]["titiz"]["prompts"] == 8
    assert manifest["figures"]["tails"]["lowest"]
    assert "Yıllara baktım." in (run / PAIRS_FOLDER / "uclar.md").read_text("utf-8")


def test_several_judges_agree_or_the_pair_is_not_believed(chat_server: Any, tmp_path: Path) -> None:
    judge = "model: {MODEL: titiz}, judges: [{MODEL: comert}]"
    _, gone, manifest = made(run_recipe(laid_out(tmp_path, chat_server.base_url, judge), tmp_path / "runs", last="pairs"))
    assert Counter(one["reason"] for one in gone) == {"judges_disagree": 4}
    assert manifest["figures"]["judges"]["answers"] == 8
    assert set(manifest["figures"]["judge"]) == {"titiz", "comert"}


def test_a_count_is_a_count_of_pairs_that_the_judge_let_pass(chat_server: Any, tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, chat_server.base_url, "model: {MODEL: titiz}", "count: 3,")
    kept, _, manifest = made(run_recipe(recipe, tmp_path / "runs", last="pairs"))
    assert [int(one["output"][:4]) % 2 for one in kept] == [0, 0, 0]
    assert manifest["figures"]["count"] == {"wanted": 3, "reached": 3, "why": ""}


def test_a_second_run_asks_no_judge_again(chat_server: Any, tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, chat_server.base_url, "model: {MODEL: titiz}")
    run = run_recipe(recipe, tmp_path / "runs", last="pairs")
    before, asked = (run / PAIRS_FOLDER / "pairs.jsonl").read_bytes(), sum(chat_server.seen()["seen"].values())
    run_recipe(recipe, tmp_path / "runs", first="pairs", last="pairs")
    assert (run / PAIRS_FOLDER / "pairs.jsonl").read_bytes() == before
    assert sum(chat_server.seen()["seen"].values()) == asked


def test_the_judges_work_is_in_the_estimate_but_not_in_the_dry_run(chat_server: Any, tmp_path: Path) -> None:
    recipe = laid_out(
        tmp_path, chat_server.base_url, "model: {MODEL: titiz, prices: {input_usd: 1, output_usd: 4}}", "pairs_per_passage: 3,"
    )
    run_recipe(recipe, tmp_path / "runs", last="curate")
    told = CliRunner().invoke(app, ["check", str(recipe), "--estimate", "--json", "--runs", str(tmp_path / "runs")])
    writer, repairs, judge = json.loads(told.stdout)["estimate"]
    assert (writer["model"], writer["requests"], writer["certain"]) == ("m", 8, True)
    assert (repairs["model"], repairs["what"], repairs["requests"]) == ("m", "repairs", 8)
    assert (judge["model"], judge["requests"], judge["certain"]) == ("titiz", 24, False)
    assert judge["usd"] > 0
    shown = CliRunner().invoke(app, ["run", str(recipe), "--dry-run", "3", "--json", "--runs", str(tmp_path / "runs")])
    assert json.loads(shown.stdout)["models"] == {"m": 8}


def test_a_judge_whose_budget_is_spent_stops_the_run_and_a_larger_one_goes_on(chat_server: Any, tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, chat_server.base_url, "model: {MODEL: titiz, concurrency: 1, budget: {tokens: 100}}")
    with pytest.raises(ModelError, match=r"8 of 8 prompts are left: the budget of this stage is too small for one request"):
        run_recipe(recipe, tmp_path / "runs", last="pairs")
    assert not (tmp_path / "runs" / "yargili" / PAIRS_FOLDER).exists()
    recipe.write_text(recipe.read_text("utf-8").replace("tokens: 100", "tokens: 10000"), encoding="utf-8")
    kept, _, _ = made(run_recipe(recipe, tmp_path / "runs", last="pairs"))
    assert len(kept) == 4


def test_a_judge_without_its_key_is_a_mistake_of_the_recipe(tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, "https://example.org/v1", "model: {MODEL: titiz, api_key_env: YARGIC_ANAHTARI}")
    with pytest.raises(RecipeError) as caught:
        checked(recipe)
    assert "pairs.judge.model.api_key_env" in {one.key for one in caught.value.mistakes}
