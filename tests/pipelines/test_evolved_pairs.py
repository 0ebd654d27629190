"""Evolved instructions: round after round of the accepted ones made deeper or broader, what is no gain rejected, traced, counted and estimated."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.run import run_recipe
from pipelines.show import life
from pipelines.stages.files import DOCUMENTS_FOLDER, JOURNAL, PAIRS_FOLDER
from tests.pipelines.villages import FACTS, PLACES, asked_in_all, laid_out, mistaken, ran, rows

TWO_ROUNDS = "evolve: {rounds: 2, directions: {depth: 1}}"
SIMPLE, ONE, TWO = " hakkında bilgi ver.", ", köy halkına ne kazandırdığını da açıkla.", ", komşu köylerle bağını iki cümleyle yorumla."


def manifest_of(run: Path) -> Any:
    return json.loads((run / PAIRS_FOLDER / "manifest.json").read_text("utf-8"))


def trained(run: Path, task: str) -> list[dict[str, Any]]:
    return [one for one in rows(run) if one["split"] == "train" and one["task"] == task]


@pytest.fixture(scope="module")
def two(chat_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of a recipe that evolves every instruction twice."""
    return ran(tmp_path_factory.mktemp("two"), chat_server, TWO_ROUNDS)


def test_two_rounds_make_instructions_deeper_beside_their_origins(two: Path) -> None:
    instructions = [one["instruction"] for one in rows(two) if one["split"] == "train"]
    simple = [one for one in instructions if one.endswith(SIMPLE)]
    assert len(simple) >= 2 * FACTS
    deeper = [[one, one[:-1] + ONE, one[:-1] + ONE[:-1] + TWO] for one in simple]
    assert instructions == [one for some in deeper for one in some]
    manifest = manifest_of(two)
    assert manifest["figures"]["evolved"] == {"asked": 2 * len(simple), "pairs": {"1": len(simple), "2": len(simple)}}
    assert manifest["figures"]["tasks"] == {"evol": 2 * len(simple), "tohumdan": len(PLACES) * FACTS}
    assert (manifest["rejected"], manifest["read"]) == ({}, manifest["kept"])


def test_evolved_pairs_are_grounded_in_their_documents(two: Path) -> None:
    lines = (two / DOCUMENTS_FOLDER / "documents.jsonl").read_text("utf-8").splitlines()
    documents = {one["id"]: one["text"] for one in map(json.loads, lines)}
    for pair in trained(two, "evol"):
        (evidence,) = pair["evidence"]
        assert documents[evidence["document_id"]][evidence["start"] : evidence["end"]] in pair["output"]
        assert (pair["input"], pair["writer"]) == ("", "m")


def test_what_is_measured_on_does_not_change(chat_server: Any, two: Path, tmp_path: Path) -> None:
    plain = ran(tmp_path, chat_server, "count: null")
    held_out = [[one for one in rows(run) if one["split"] != "train"] for run in (plain, two)]
    assert held_out[0] == held_out[1] != []


def test_an_evolved_pair_is_shown_behind_the_prompts_of_its_origins(two: Path) -> None:
    last = next(one for one in trained(two, "evol") if one["instruction"].endswith(TWO))
    first, second, third = life(two, last["id"])["asked"]
    assert (first["evolves"], first["task"]) == ("", "tohumdan")
    assert second["evolves"] in {one["id"] for one in first["decisions"]}
    assert third["evolves"] in {one["id"] for one in second["decisions"]}
    assert f"Geliştirilecek yönerge: {last['instruction'].removesuffix(TWO)}." in third["messages"][-1]["content"]
    assert [one["decision"] for one in third["decisions"]] == ["kept"]
    shown = CliRunner().invoke(app, ["show", str(two), last["id"]], catch_exceptions=False).output
    assert f"evolved from {third['evolves']}" in " ".join(shown.split())


def test_a_second_run_asks_nothing_and_a_killed_one_what_is_missing(chat_server: Any, two: Path) -> None:
    recipe = two.parents[1] / "tarif.yaml"
    first, before = (two / PAIRS_FOLDER / "pairs.jsonl").read_bytes(), asked_in_all(chat_server)
    said: list[str] = []
    run_recipe(recipe, two.parent, first="pairs", last="pairs", say=said.append)
    assert (asked_in_all(chat_server), (two / PAIRS_FOLDER / "pairs.jsonl").read_bytes()) == (before, first)
    lost = [one["id"] for one in rows(two, "asked.jsonl") if one["evolves"]][:3]
    with closing(sqlite3.connect(two / JOURNAL)) as journal:  # as if the run had been killed before these replies came
        journal.execute("delete from answers where prompt in (?, ?, ?)", lost)
        journal.commit()
    run_recipe(recipe, two.parent, first="pairs", last="pairs", say=said.append)
    assert (asked_in_all(chat_server), (two / PAIRS_FOLDER / "pairs.jsonl").read_bytes()) == (before + 3, first)
    evolved = len(rows(two, "asked.jsonl")) - len(PLACES)
    nothing = ("nothing to ask m", len(PLACES))
    told = nothing, ("nothing to ask m", evolved), nothing, ("later up to 6 requests to m", evolved - 6)  # a lost one leads to another
    assert [line.split(" are answered")[0] for line in said[:4]] == [f"pairs: {what} ({kept} more" for what, kept in told]
    assert [line.partition(", about")[0] for line in said[4:]] == ["pairs: later up to 6 requests to m for repairs"]


@pytest.mark.parametrize(
    ("model", "reason"),
    [("tekrar", "not_evolved"), ("kisaltan", "not_harder"), ("tutuk", "speaks_of_request"), ("caresiz", "not_answered")],
)
def test_what_is_no_gain_goes_with_its_reason_and_its_origin_stays(chat_server: Any, tmp_path: Path, model: str, reason: str) -> None:
    run = ran(tmp_path, chat_server, TWO_ROUNDS, model=model)
    manifest, origins = manifest_of(run), len(trained(run, "tohumdan"))
    assert manifest["rejected"] == {reason: 2 * origins}  # told once, and no wiser
    assert manifest["figures"]["evolved"] == {"asked": origins, "pairs": {}}
    assert (len(rows(run)), trained(run, "evol")) == (len(PLACES) * FACTS, [])


def test_an_evolved_pair_with_a_wrong_quotation_is_repaired_and_evolved_on(chat_server: Any, tmp_path: Path) -> None:
    run = ran(tmp_path, chat_server, TWO_ROUNDS, model="daldi")
    origins = len(trained(run, "tohumdan"))
    assert manifest_of(run)["figures"]["repairs"] == {"asked": 2 * origins, "pairs": 2 * origins}
    assert len(trained(run, "evol")) == 2 * origins


def test_only_what_the_judge_accepts_is_evolved(chat_server: Any, tmp_path: Path) -> None:
    judge = f"judge: {{model: {{kind: openai, name: titiz, base_url: '{chat_server.base_url}'}}}}"  # dislikes odd years, half of them
    run = ran(tmp_path, chat_server, f"{TWO_ROUNDS}, {judge}")
    origins = trained(run, "tohumdan")
    assert manifest_of(run)["rejected"] == {"judge_dogruluk": len(PLACES) * FACTS // 2}
    assert manifest_of(run)["figures"]["evolved"] == {"asked": 2 * len(origins), "pairs": {"1": len(origins), "2": len(origins)}}
    assert {one["scores"]["judge"] for one in trained(run, "evol")} == {5.0}


def test_breadth_asks_something_else_and_a_share_leaves_some_alone(chat_server: Any, tmp_path: Path) -> None:
    run = ran(tmp_path, chat_server, "evolve: {share: 0.5, directions: {breadth: 1}}")
    evolved = [one["instruction"] for one in trained(run, "evol")]
    assert 0 < len(evolved) < len(trained(run, "tohumdan"))
    assert {one.split(maxsplit=2)[2] for one in evolved} == {"olmasaydı köyde neler değişirdi, düşünüp yaz."}


def test_a_count_counts_evolved_pairs_and_keeps_them_beside_their_origins(chat_server: Any, tmp_path: Path) -> None:
    before = asked_in_all(chat_server)
    run = ran(tmp_path, chat_server, f"count: 12, {TWO_ROUNDS}")
    manifest = manifest_of(run)
    assert len(rows(run)) == 12
    assert manifest["figures"]["count"] == {"wanted": 12, "reached": 12, "why": ""}
    assert len(trained(run, "evol")) == 2 * len(trained(run, "tohumdan"))
    assert asked_in_all(chat_server) - before <= 8 + 2 * 4  # the least that a round asks, and two rounds of four


def test_evolved_instructions_are_answered_again_like_others(chat_server: Any, tmp_path: Path) -> None:
    run = ran(tmp_path, chat_server, "max_pairs_per_document: 64, evolve: {directions: {depth: 1}}, answers: {count: 2}")
    answers = Counter(one["instruction"] for one in rows(run) if one["split"] == "train")
    figures, origins = manifest_of(run)["figures"], len({one["instruction"] for one in trained(run, "tohumdan")})
    assert set(answers.values()) == {2}
    assert sum(one.endswith(ONE) for one in answers) == origins
    assert figures["evolved"] == {"asked": origins, "pairs": {"1": origins}}
    assert figures["answers"] == {"questions": 2 * origins, "asked": 2 * origins, "pairs": 2 * origins}
    kinds = ["evolves" if one["evolves"] else "answers" if one["answers"] else "first" for one in rows(run, "asked.jsonl")]
    assert list(dict.fromkeys(kinds)) == ["first", "evolves", "answers"]


def test_a_count_of_evolved_and_answered_pairs_asks_for_no_more_than_it_takes(chat_server: Any, tmp_path: Path) -> None:
    run = ran(tmp_path, chat_server, "count: 8, evolve: {directions: {depth: 1}}, answers: {count: 2}")
    figures = manifest_of(run)["figures"]
    assert len(rows(run)) == 8
    assert figures["evolved"]["asked"] <= 2
    assert figures["answers"]["asked"] <= 4


def test_an_estimate_counts_the_rounds_that_are_to_be_expected(chat_server: Any, tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, chat_server.base_url, "evolve: {rounds: 2, share: 0.5}, answers: {count: 2}")
    run_recipe(recipe, tmp_path / "runs", last="curate")
    before = asked_in_all(chat_server)
    told = CliRunner().invoke(app, ["check", str(recipe), "--estimate", "--json", "--runs", str(tmp_path / "runs")], catch_exceptions=False)
    first, evolved, further, repairs = json.loads(told.stdout)["estimate"]
    assert (first["requests"], first["certain"]) == (len(PLACES), True)
    assert (evolved["certain"], further["certain"]) == (False, False)
    assert evolved["requests"] == 6 + 3  # half of three pairs of each of four passages to train on, and half of these
    assert further["requests"] == 12 + 9
    assert repairs["requests"] == len(PLACES) + 9 + 21
    shown = CliRunner().invoke(app, ["run", str(recipe), "--dry-run", "--runs", str(tmp_path / "runs")], catch_exceptions=False)
    assert f"would ask m 6 prompts, then up to {2 * (9 + 21) + 6} that follow" in " ".join(shown.stdout.split())
    assert asked_in_all(chat_server) == before


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        ("evolve: {rounds: 1}", "pairs.evolve"),  # the embedded writer
        ("MODEL, tasks: {ozet: 1, kod: 1}, evolve: {}", "pairs.evolve"),
        ("MODEL, evolve: {tasks: [ozet]}", "pairs.evolve.tasks.0"),
        ("MODEL, evolve: {tasks: [aciklama]}", "pairs.evolve.tasks.0"),
        ("MODEL, evolve: {rounds: 5}", "pairs.evolve.rounds"),
        ("MODEL, evolve: {share: 0}", "pairs.evolve.share"),
        ("MODEL, evolve: {directions: {depth: 0}}", "pairs.evolve.directions"),
        ("MODEL, evolve: {rounds: 3}, max_pairs_per_document: 3", "pairs.max_pairs_per_document"),
    ],
)
def test_keys_that_make_no_sense_are_a_mistake(tmp_path: Path, keys: str, wrong: str) -> None:
    assert mistaken(tmp_path, keys) == [wrong]


@pytest.mark.parametrize("keys", ["MODEL, evolve: {}", "MODEL, evolve: {tasks: [tanim]}, answers: {tasks: [evol]}"])
def test_keys_that_make_sense_are_none(tmp_path: Path, keys: str) -> None:
    assert mistaken(tmp_path, keys) == []
