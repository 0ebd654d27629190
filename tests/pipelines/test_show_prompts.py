"""`imbik show RUN ID` tells of a pair or a rejected item every prompt, attempt, reply and decision."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from curation.progress import silent
from curation.records import Message, content_id
from pipelines.recipe import load_recipe
from pipelines.run import run_recipe
from pipelines.show import life, print_life
from pipelines.stage import Context
from pipelines.stages import pairs as stage
from pipelines.stages.files import PAIRS_FOLDER
from synthesis.prompt import Prompt

TEXT = """Kırlangıç tepesindeki yel değirmeni

Kırlangıç değirmeni {n} {year} yılında tepede kuruldu. Değirmenin ilk ustası kasabaya uzak bir adadan gelmişti.

Kanatları {mark} sedir ağacından yapılmıştı. Değirmen bugün 40 kişilik bir kitaplık olarak kullanılıyor ve her yaz çocuklara masal okunuyor.
"""


SAMPLES = sorted((Path(__file__).parents[2] / "samples" / "belgeler").rglob("*.txt"))


def by_rules(folder: Path) -> Path:
    """A run of the embedded writer over a few sample documents."""
    recipe = laid_out(folder, "{kind: rules}")
    for path in SAMPLES[:6]:
        (folder / "belgeler" / path.name).write_bytes(path.read_bytes())
    return run_recipe(recipe, folder / "runs", last="pairs")


def laid_out(folder: Path, model: str, mark: str = "") -> Path:
    (folder / "belgeler").mkdir()
    for n in range(3):
        text = TEXT.format(n=n, year=1870 + n, mark=mark if n == 0 else "")
        (folder / "belgeler" / f"{n}.txt").write_text(text, encoding="utf-8")
    recipe = folder / "tarif.yaml"
    pairs = f"pairs: {{tasks: {{soru-cevap: 1}}, model: {model}}}"
    recipe.write_text(f"name: yel\ncurate: {{inputs: [belgeler], dedup: {{threshold: 1.0}}}}\n{pairs}\n", encoding="utf-8")
    return recipe


def rows(run: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / PAIRS_FOLDER / name).read_text("utf-8").splitlines()]


def printed(found: dict[str, Any]) -> str:
    console = Console(file=StringIO(), width=300, record=True)
    print_life(console, found)
    return console.export_text()


def server_model(server: Any) -> str:
    return f"{{kind: openai, name: m, base_url: '{server.base_url}', prices: {{input_usd: 1, output_usd: 1}}}}"


def test_a_pair_is_shown_with_prompt_attempt_reply_and_decision(chat_server: Any, tmp_path: Path) -> None:
    run = run_recipe(laid_out(tmp_path, server_model(chat_server)), tmp_path / "runs", last="pairs")
    pair = rows(run, "pairs.jsonl")[0]
    (asked,) = life(run, pair["id"])["asked"]
    assert asked["messages"][-1]["content"] in chat_server.seen()["seen"]
    assert [(one["failure"], one["input_tokens"], one["output_tokens"]) for one in asked["attempts"]] == [("", 11, 7)]
    assert pair["instruction"] in asked["reply"]
    assert asked["decisions"] == [{"id": pair["id"], "decision": "kept", "detail": pair["split"]}]
    text = printed(life(run, pair["id"]))
    assert "attempt 1 answered, 11 + 7 tokens, 0.000018 US dollars" in text
    assert f"kept {pair['id']}" in text


def test_a_prompt_without_an_answer_is_shown_with_its_failure(chat_server: Any, tmp_path: Path) -> None:
    run = run_recipe(laid_out(tmp_path, server_model(chat_server), "[[http_400]]"), tmp_path / "runs", last="pairs")
    (rejected,) = rows(run, "rejected.jsonl")
    (asked,) = life(run, rejected["id"])["asked"]
    assert (asked["failure"], asked["reply"], asked["attempts"][0]["failure"]) == ("http_400", "", "http_400")
    assert asked["decisions"][0]["decision"] == "model_http_400"
    assert "no reply http_400" in printed(life(run, rejected["id"]))


def test_a_repair_is_shown_behind_what_it_repairs(chat_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.stages.foreseen.schemas_of", lambda *_: {})  # with a schema broken JSON is a failure of the model

    def retry(prompt: Prompt, reply: str, rejected: Any) -> Prompt:
        words = prompt.messages[-1].content.replace("[[broken_json]]", "") + " Yalnız JSON yaz."
        return replace(prompt, id=content_id("q", prompt.id, "repair"), messages=(*prompt.messages[:-1], Message("user", words)))

    recipe = laid_out(tmp_path, server_model(chat_server), "[[broken_json]]")
    run = run_recipe(recipe, tmp_path / "runs", last="curate")
    (run / PAIRS_FOLDER).mkdir()
    stage.run(Context(load_recipe(recipe), tmp_path, run, run / PAIRS_FOLDER, run / ".work", silent), retry)
    (rejected,) = rows(run, "rejected.jsonl")
    first, second = life(run, rejected["id"])["asked"]
    assert (first["repairs"], second["repairs"]) == ("", first["id"])
    assert second["messages"][-1]["content"].endswith("Yalnız JSON yaz.")
    assert [one["decision"] for one in first["decisions"] + second["decisions"]] == ["reply_not_json", "kept"]
    kept = second["decisions"][0]["id"]
    assert [one["id"] for one in life(run, kept)["asked"]] == [first["id"], second["id"]]
    assert f"repair of {first['id']}" in printed(life(run, kept))


@pytest.mark.parametrize("name", ["pairs.jsonl", "rejected.jsonl"])
def test_what_the_rules_wrote_is_shown_too(tmp_path: Path, name: str) -> None:
    run = by_rules(tmp_path)
    row = rows(run, name)[0]
    (asked,) = life(run, row["id"])["asked"]
    assert json.loads(asked["reply"])
    assert row["id"] in {one["id"] for one in asked["decisions"]}


def test_a_run_without_traces_shows_the_rest(tmp_path: Path) -> None:
    run = by_rules(tmp_path)
    (run / PAIRS_FOLDER / "asked.jsonl").unlink()
    assert "asked" not in life(run, rows(run, "pairs.jsonl")[0]["id"])
