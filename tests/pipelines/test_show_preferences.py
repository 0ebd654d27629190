"""`imbik show RUN ID` tells of a preference, a rejected answer or a pair what every model and judge was asked, said and came to."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from curation.records import Evidence, Message, Pair, Preference
from curation.storage import write_jsonl
from pipelines.asked_preferences import asked_for_preferences
from pipelines.run import run_recipe
from pipelines.show import life, print_life
from pipelines.stages.files import PAIRS_FOLDER, PREFERENCES_FOLDER

TEXT = """Çınarlı'da bir okulun öyküsü {number}

Çınarlı {number} İlkokulu {year} yılında iki derslikle açıldı. Okulun ilk öğretmeni köye atla geldi ve kış boyunca muhtarın evinde kaldı.

Bugün okulda 84 öğrenci okuyor. Bahçedeki ceviz ağacını ilk mezunlar dikti; ağacın gölgesinde her haziran karne töreni yapılıyor.
"""
EVERY_ORIGIN = (
    "candidates: [{model: {MODEL: karisik}, n: 4}], strong: {model: {MODEL: guclu}}, weak: {model: {MODEL: zayif}}, "
    "unsourced: {model: {MODEL: ezber}}, draft: {model: {MODEL: taslakci}}, revise: {model: {MODEL: guclu}}, "
    "judge: {model: {MODEL: yargic}, judges: [{MODEL: comert}], max_spread: 4}, origins_per_pair: 5, spare_kinds: 9, per_pair: 4, swapped: true"
)
OF_PREFERENCES = "imbik-preferences", "imbik-revisions", "imbik-judging", "imbik-duels"


@pytest.fixture(scope="module")
def run(chat_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose preferences come from every origin, judged by two and compared in both orders."""
    folder = tmp_path_factory.mktemp("izler")
    (folder / "belgeler").mkdir()
    for number in range(2):
        (folder / "belgeler" / f"okul-{number}.txt").write_text(TEXT.format(number=number, year=1950 + number), encoding="utf-8")
    served = f"kind: openai, base_url: '{chat_server.base_url}', name"
    recipe = folder / "tarif.yaml"
    recipe.write_text(
        "name: izler\ncurate: {inputs: [belgeler], dedup: {threshold: 1.0}}\n"
        f"pairs: {{tasks: {{soru-cevap: 1}}, model: {{{served}: m}}}}\npreferences: {{{EVERY_ORIGIN.replace('MODEL', served)}}}\n",
        encoding="utf-8",
    )
    return run_recipe(recipe, folder / "runs", last="preferences")


def rows(run: Path, folder: str, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / folder / name).read_text("utf-8").splitlines()]


def asked(run: Path, record: str) -> list[dict[str, Any]]:
    return [one for one in life(run, record)["asked"] if one["stage"] == "preferences"]


def printed(found: dict[str, Any]) -> str:
    console = Console(file=StringIO(), width=400, record=True)
    print_life(console, found)
    return console.export_text()


def test_of_a_pair_every_request_that_the_journal_knows_is_shown(run: Path) -> None:
    shown = [one for pair in rows(run, PAIRS_FOLDER, "pairs.jsonl") for one in asked(run, pair["id"])]
    with closing(sqlite3.connect(run / "journal" / "replies.sqlite")) as database:
        marks = ", ".join("?" * len(OF_PREFERENCES))
        booked = {row[0] for row in database.execute(f"select prompt from attempts where purpose in ({marks})", OF_PREFERENCES)}
    assert {one["id"] for one in shown if one["of"]} == booked
    assert {one["task"] for one in shown} == {"bozuk-cevap", "aday", "kaynakli-cevap", "duzeltme", "puanlama", "karsilastirma"}
    assert [one["id"] for one in shown if not one["reply"] or not one["messages"]] == []
    assert [one for one in shown for decision in one["decisions"] if decision["decision"] == "unknown"] == []
    assert all(one["decisions"] for one in shown)


def test_what_is_shown_is_what_was_asked(run: Path, chat_server: Any) -> None:
    seen = chat_server.seen()["seen"]
    pair = rows(run, PAIRS_FOLDER, "pairs.jsonl")[0]
    assert all(one["messages"][-1]["content"] in seen for one in asked(run, pair["id"]) if one["of"])


def test_of_a_preference_what_led_to_it_alone_is_shown(run: Path) -> None:
    row = next(one for one in rows(run, PREFERENCES_FOLDER, "preferences.jsonl") if one["rejected_by"].startswith("aday:"))
    found = life(run, row["id"])
    shown = [one for one in found["asked"] if one["stage"] == "preferences"]
    judged = [one for one in shown if one["task"] in {"puanlama", "karsilastirma"}]
    assert sorted(one["of"] for one in judged) == ["comert"] * 4 + ["yargic"] * 4  # two answers, and two orders
    sides = [decision for one in shown for decision in one["decisions"] if decision["id"] == row["id"] and "the " in decision["detail"]]
    assert {one["detail"] for one in sides} == {"the chosen answer", "the rejected answer"}
    assert {one["decision"] for one in sides} == {"kept"}
    assert {one["text"] for one in found["graded"]} == {row["chosen"], row["rejected"]}
    text = printed(found)
    assert f"chosen by {row['chosen_by']}, rejected by {row['rejected_by']}" in text
    assert f"> {row['chosen']}" in text
    assert "yargic 5.00 (dogruluk 5, tamlik 5, turkce 5, yonerge 5): Yıllara baktım." in text
    assert "of comert, stage preferences" in text


def test_of_a_corrupted_answer_what_the_rules_wrote_is_shown(run: Path) -> None:
    row = next(one for one in rows(run, PREFERENCES_FOLDER, "preferences.jsonl") if one["judged_by"] == "construction")
    (only,) = asked(run, row["id"])
    assert json.loads(only["reply"])["cevap"] == row["rejected"]
    assert only["decisions"] == [{"id": row["id"], "decision": "kept", "detail": ""}]


def test_of_every_rejected_row_its_pair_and_the_request_behind_it_are_shown(run: Path) -> None:
    gone = rows(run, PREFERENCES_FOLDER, "rejected.jsonl")
    pairs = {pair["id"] for pair in rows(run, PAIRS_FOLDER, "pairs.jsonl")}
    assert {one["reason"] for one in gone} >= {"better_side", "below_margin"}
    for one in gone:
        found = life(run, one["id"])
        assert found["pair"]["id"] in pairs
        shown = [each for each in found["asked"] if each["stage"] == "preferences"]
        assert {one["reason"]} & {decision["decision"] for each in shown for decision in each["decisions"]}, one


def test_a_run_whose_documents_are_gone_shows_the_rest(run: Path) -> None:
    pair = Pair("pair-x", "Nerede?", "Köyde.", "soru-cevap", (Evidence("d-yok", 0, 3),), "m")
    assert asked_for_preferences(run, pair) == []


def test_earlier_turns_are_shown_above_the_question(curated: Path) -> None:
    turns = (Message("user", "Ne yürüdü?"), Message("assistant", "Bir kervan."))
    pair = Pair("pair-1", "Peki nerede?", "Köy yolunda.", "cok-turlu", (Evidence("d-050", 0, 14),), "m", turns=turns)
    names: dict[str, Any] = {"chosen_by": "guclu:b", "rejected_by": "zayif:k", "judged_by": "judge:y", "task": "cok-turlu"}
    beside = Preference("preference-1", "pair-1", pair.instruction, "Yolda.", "Evde.", margin=2.0, evidence=(), turns=turns, **names)
    write_jsonl(curated / PAIRS_FOLDER / "pairs.jsonl", [pair])
    write_jsonl(curated / PREFERENCES_FOLDER / "preferences.jsonl", [beside])
    text = printed(life(curated, "preference-1"))
    places = [text.index(one) for one in ("? Ne yürüdü?", "> Bir kervan.", "? Peki nerede?", "> Köy yolunda.", "> Yolda.", "< Evde.")]
    assert places == sorted(places)
    assert life(curated, "pair-1")["pair"]["turns"][1] == {"role": "assistant", "content": "Bir kervan."}
