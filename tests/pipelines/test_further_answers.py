"""Further answers to accepted questions: asked in other ways, checked as the first ones, traced, estimated, and the shapes of data they make."""

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
from tests.pipelines.villages import NAME, PLACES, asked_in_all, laid_out, mistaken, ran, rows

DEEP = "answers: {count: 6}, selection: {instructions: 2}"
SOLUTIONS = "answers: {count: 3}, selection: {instructions: 4}"
PROBLEMS = "selection: {instructions: 12}"


def loaded(run: Path, name: str) -> Any:
    return json.loads((run / PAIRS_FOLDER / name).read_text("utf-8"))


def answers_per_question(run: Path, *splits: str) -> list[int]:
    counts = Counter((one["instruction"], one["input"]) for one in rows(run) if one["split"] in splits)
    return list(counts.values())


def test_depth_breadth_of_questions_and_breadth_of_answers_are_three_shapes(chat_server: Any, tmp_path: Path) -> None:
    runs = {
        name: ran(tmp_path / name, chat_server, keys) for name, keys in (("deep", DEEP), ("solutions", SOLUTIONS), ("problems", PROBLEMS))
    }
    shapes = {name: answers_per_question(run, "train") for name, run in runs.items()}
    assert shapes == {"deep": [6] * 2, "solutions": [3] * 4, "problems": [1] * 12}
    covered = {name: loaded(run, "coverage.json")["train"] for name, run in runs.items()}
    counts = {name: (one["solutions"]["instructions"], one["solutions"]["answers"]) for name, one in covered.items()}
    assert counts == {"deep": (2, 12), "solutions": (4, 12), "problems": (0, 0)}
    assert min(covered[name]["solutions"]["distance"] for name in ("deep", "solutions")) > 0.1
    assert covered["deep"]["outputs_spread"]["distance"] < covered["solutions"]["outputs_spread"]["distance"]
    held_out = [[one["id"] for one in rows(run) if one["split"] != "train"] for run in runs.values()]
    assert held_out[0] == held_out[1] == held_out[2] != []


@pytest.fixture(scope="module")
def three(chat_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recipe of a run with three answers to a question, where the server fails once for every prompt about the first document."""
    folder = tmp_path_factory.mktemp("three")
    ran(folder, chat_server, "answers: {count: 3}", mark="[[once_500]]")
    return folder / "tarif.yaml"


def run_of(recipe: Path) -> Path:
    return recipe.parent / "runs" / NAME


def test_further_answers_are_grounded_pairs_beside_the_first_one(three: Path) -> None:
    run = run_of(three)
    lines = (run / DOCUMENTS_FOLDER / "documents.jsonl").read_text("utf-8").splitlines()
    documents = {one["id"]: one["text"] for one in map(json.loads, lines)}
    pairs = rows(run)
    assert set(answers_per_question(run, "train")) == {3}
    assert set(answers_per_question(run, "held_out", "validation")) == {1}
    for pair in pairs:
        (evidence,) = pair["evidence"]
        assert documents[evidence["document_id"]][evidence["start"] : evidence["end"]] in pair["output"]
        assert (pair["task"], pair["input"], pair["writer"]) == ("tohumdan", "", "m")
    questions = [one["instruction"] for one in pairs]
    assert sorted(questions, key=questions.index) == questions  # the answers to a question stand together
    manifest = loaded(run, "manifest.json")
    trained = len(answers_per_question(run, "train"))
    assert manifest["figures"]["answers"] == {"questions": trained, "asked": 2 * trained, "pairs": 2 * trained}
    assert manifest["read"] == manifest["kept"] + sum(manifest["rejected"].values())


def test_a_further_answer_is_shown_behind_the_prompt_of_its_question(three: Path) -> None:
    run = run_of(three)
    trace = next(one for one in rows(run, "asked.jsonl") if one["answers"])
    first, second = life(run, trace["made"][0])["asked"]
    assert (first["answers"], second["answers"]) == ("", trace["answers"])
    assert trace["answers"] in {one["id"] for one in first["decisions"]}
    assert "Bu kez şu yolu tut: " in second["messages"][-1]["content"]
    assert [one["decision"] for one in second["decisions"]] == ["kept"]
    shown = CliRunner().invoke(app, ["show", str(run), trace["made"][0]], catch_exceptions=False).output
    assert f"another answer to {trace['answers']}" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("model", "reason", "asked"),
    [("kopya", "surplus_solution", 1), ("baska", "other_question", 2)],
)
def test_an_answer_that_is_none_goes_with_its_reason(chat_server: Any, tmp_path: Path, model: str, reason: str, asked: int) -> None:
    run = ran(tmp_path, chat_server, "answers: {count: 2}", model=model)
    trained = len(answers_per_question(run, "train"))
    manifest = loaded(run, "manifest.json")
    assert manifest["rejected"] == {reason: trained * asked}
    assert set(answers_per_question(run, "train")) == {1}
    if model == "kopya":
        assert {one["detail"] for one in rows(run, "rejected.jsonl")} == {"the same answer in the same words"}


def test_a_further_answer_with_a_wrong_quotation_is_repaired(chat_server: Any, tmp_path: Path) -> None:
    run = ran(tmp_path, chat_server, "answers: {count: 2}", model="dalgin")
    manifest = loaded(run, "manifest.json")
    trained = len(answers_per_question(run, "train"))
    assert manifest["rejected"] == {"evidence_not_found": trained}
    assert manifest["figures"]["repairs"] == {"asked": trained, "pairs": trained}
    assert set(answers_per_question(run, "train")) == {2}


def test_a_count_counts_answers_and_keeps_questions_whole(chat_server: Any, tmp_path: Path) -> None:
    before = asked_in_all(chat_server)
    run = ran(tmp_path, chat_server, "count: 9, answers: {count: 3}")
    manifest = loaded(run, "manifest.json")
    assert len(rows(run)) == 9
    assert manifest["figures"]["count"] == {"wanted": 9, "reached": 9, "why": ""}
    assert answers_per_question(run, "train")[:-1] == [3] * (len(answers_per_question(run, "train")) - 1)
    assert manifest["figures"]["answers"]["questions"] <= 3
    assert asked_in_all(chat_server) - before <= 8 + 6  # the least that a round asks, and two more answers to three questions


def test_a_second_run_asks_nothing_and_a_killed_one_what_is_missing(chat_server: Any, three: Path) -> None:
    run = run_of(three)
    first, before = (run / PAIRS_FOLDER / "pairs.jsonl").read_bytes(), asked_in_all(chat_server)
    said: list[str] = []
    run_recipe(three, three.parent / "runs", first="pairs", last="pairs", say=said.append)
    assert (asked_in_all(chat_server), (run / PAIRS_FOLDER / "pairs.jsonl").read_bytes()) == (before, first)
    lost = [one["id"] for one in rows(run, "asked.jsonl") if one["answers"]][:3]
    with closing(sqlite3.connect(run / JOURNAL)) as journal:  # as if the run had been killed before these replies came
        journal.execute("delete from answers where prompt in (?, ?, ?)", lost)
        journal.commit()
    run_recipe(three, three.parent / "runs", first="pairs", last="pairs", say=said.append)
    assert (asked_in_all(chat_server), (run / PAIRS_FOLDER / "pairs.jsonl").read_bytes()) == (before + 3, first)
    first_round, further = len(PLACES), len(rows(run, "asked.jsonl")) - len(PLACES)
    nothing = ("nothing to ask m", first_round)
    told = nothing, ("nothing to ask m", further), nothing, ("later up to 3 requests to m", further - 3)
    assert [line.split(" are answered")[0] for line in said[:4]] == [f"pairs: {what} ({kept} more" for what, kept in told]
    assert [line.partition(", about")[0] for line in said[4:]] == ["pairs: later up to 3 requests to m for repairs"]


def test_an_estimate_counts_the_answers_that_are_to_be_expected(chat_server: Any, tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, chat_server.base_url, "answers: {count: 3, questions: 4}")
    run_recipe(recipe, tmp_path / "runs", last="curate")
    before = asked_in_all(chat_server)
    told = CliRunner().invoke(app, ["check", str(recipe), "--estimate", "--json", "--runs", str(tmp_path / "runs")], catch_exceptions=False)
    first, further, repairs = json.loads(told.stdout)["estimate"]
    assert (first["requests"], first["kept"], first["certain"]) == (len(PLACES), 0, True)
    assert (further["requests"], further["kept"], further["certain"]) == (4 * 2, 0, False)
    assert repairs["requests"] == first["requests"] + further["requests"]
    shown = CliRunner().invoke(app, ["run", str(recipe), "--dry-run", "--runs", str(tmp_path / "runs")], catch_exceptions=False)
    assert "would ask m 6 prompts, then up to 22 that follow from the replies" in " ".join(shown.stdout.split())
    assert asked_in_all(chat_server) == before


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        ("model: {kind: rules}, answers: {count: 3}", "pairs.answers"),
        ("selection: {solutions: 3}", "pairs.selection.solutions"),
        ("MODEL, answers: {count: 3}, selection: {solutions: 1}", "pairs.selection.solutions"),
        ("MODEL, answers: {count: 3, tasks: [liste]}", "pairs.answers.tasks.0"),
        ("MODEL, answers: {count: 3, tasks: [aciklama]}", "pairs.answers.tasks.0"),
        ("MODEL, answers: {count: 3}, tasks: {bilgi-cikarma: 1}", "pairs.answers"),
        ("MODEL, answers: {count: 30}", "pairs.max_pairs_per_document"),
        ("count: 9, selection: {keep: 3}", "pairs.selection.keep"),
    ],
)
def test_keys_that_make_no_sense_together_are_a_mistake(tmp_path: Path, keys: str, wrong: str) -> None:
    assert mistaken(tmp_path, keys) == [wrong]


@pytest.mark.parametrize(
    "keys",
    [
        "count: 5, selection: {solutions: 2}",  # several samples of a passage may answer one question
        "MODEL, answers: {count: 5}, selection: {solutions: 3}",  # the three that differ most
        "MODEL, answers: {count: 5, tasks: [tanim, ozet]}",
    ],
)
def test_keys_that_make_sense_together_are_none(tmp_path: Path, keys: str) -> None:
    assert mistaken(tmp_path, keys) == []
