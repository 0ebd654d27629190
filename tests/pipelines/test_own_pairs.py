"""Pairs that the user has go the road of those that are written here: cleaned, selected, split, counted, none lost."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from curation.errors import InputError, RecipeError
from curation.records import Rejected
from pipelines.check import checked
from pipelines.run import run_recipe
from pipelines.stages.files import PAIRS_FOLDER, PREFERENCES_FOLDER
from pipelines.stages.own_pairs import own_pairs

TEXT = """Karaçam'da bir okulun öyküsü

Karaçam İlkokulu 1950 yılında iki derslikle açıldı. Okulun ilk öğretmeni köye atla geldi ve kış boyunca muhtarın evinde kaldı.

Karaçam İlkokulu 1987 yılında yeni binasına taşındı. Bahçedeki ceviz ağacını ilk mezunlar dikti.
"""


def laid_out(folder: Path, rows: list[dict[str, Any]], pairs: str = "") -> Path:
    (folder / "belgeler").mkdir()
    for number, name in enumerate(("Karaçam", "Akpınar", "Gölyazı")):
        (folder / "belgeler" / f"{number}.txt").write_text(TEXT.replace("Karaçam", name).replace("1950", f"195{number}"), encoding="utf-8")
    (folder / "eski.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    recipe = folder / "tarif.yaml"
    recipe.write_text(
        "name: eldeki\ncurate: {inputs: [belgeler], dedup: {threshold: 1.0}}\n"
        f"pairs: {{files: [{{path: eski.jsonl, format: alpaca}}], {pairs}}}\n",
        encoding="utf-8",
    )
    return recipe


def row(number: int, **other: str) -> dict[str, Any]:
    words = ("buğday", "arpa", "mısır", "çavdar", "yulaf", "pirinç", "nohut", "mercimek", "fasulye", "bezelye")
    return {
        "instruction": f"{words[number % 10].capitalize()} ne zaman ekilir?",
        "output": f"{words[number % 10].capitalize()} {number + 2}. ayda ekilir.",
    } | other


def lines(run: Path, file: str, folder: str = PAIRS_FOLDER) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / folder / file).read_text("utf-8").splitlines()]


def test_pairs_of_a_file_are_among_those_written_here(tmp_path: Path) -> None:
    run = run_recipe(laid_out(tmp_path, [row(n) for n in range(10)]), tmp_path / "runs", last="preferences")
    own = [one for one in lines(run, "pairs.jsonl") if one["writer"] == "dosya"]
    assert len(own) == 10
    assert {one["split"] for one in own} >= {"train"}
    assert [one["evidence"] for one in own] == [[]] * 10
    manifest = json.loads((run / PAIRS_FOLDER / "manifest.json").read_text("utf-8"))
    assert manifest["read"] == manifest["kept"] + sum(manifest["rejected"].values())
    assert manifest["figures"]["tasks"]["dosya"] == 10
    assert (run / PREFERENCES_FOLDER / "manifest.json").is_file()


def test_rows_that_are_no_pairs_or_come_twice_are_rejected_one_by_one(tmp_path: Path) -> None:
    rows = [row(0), {"instruction": "Boş mu?", "output": " "}, {"soru": "?"}, row(1, id="aynı"), row(2, id="aynı"), row(0)]
    run = run_recipe(laid_out(tmp_path, rows), tmp_path / "runs", last="pairs")
    assert len([one for one in lines(run, "pairs.jsonl") if one["writer"] == "dosya"]) == 2
    reasons = Counter(one["reason"] for one in lines(run, "rejected.jsonl"))
    assert (reasons["empty_text"], reasons["duplicate_id"]) == (1, 2)
    assert {one["source"] for one in lines(run, "rejected.jsonl") if one["reason"] in ("empty_text", "not_a_row")} == {
        "eski.jsonl:2",
        "eski.jsonl:3",
    }
    manifest = json.loads((run / PAIRS_FOLDER / "manifest.json").read_text("utf-8"))
    assert manifest["read"] == manifest["kept"] + sum(manifest["rejected"].values())


def test_they_are_scrubbed(tmp_path: Path) -> None:
    run = run_recipe(
        laid_out(tmp_path, [row(0, output="T.C. kimlik numarası 10000000146 olan çiftçi eker.")]), tmp_path / "runs", last="pairs"
    )
    (own,) = [one for one in lines(run, "pairs.jsonl") if one["writer"] == "dosya"]
    assert own["output"] == "T.C. kimlik numarası <TCKN_1> olan çiftçi eker."


def test_pairs_about_one_text_fall_on_one_side(tmp_path: Path) -> None:
    rows = [row(n, input=f"Takvim {n // 5}: ekim ayları bu sayfada yazılıdır.") for n in range(10)]
    run = run_recipe(laid_out(tmp_path, rows, "held_out: 0.3, validation: 0.3"), tmp_path / "runs", last="pairs")
    sides: dict[str, set[str]] = {}
    for one in lines(run, "pairs.jsonl"):
        if one["writer"] == "dosya":
            sides.setdefault(one["input"], set()).add(one["split"])
    assert len(sides) == 2
    assert all(len(found) == 1 for found in sides.values())


def test_published_pairs_keep_their_evidence_where_the_documents_are_the_same(tmp_path: Path) -> None:
    first = run_recipe(laid_out(tmp_path, []), tmp_path / "runs", last="pairs")
    before = lines(first, "pairs.jsonl")
    foreign = {**row(0), "evidence": [{"document_id": "doc-yok", "start": 0, "end": 4}]}
    own = [{"instruction": f"{one['instruction']} Kısaca yaz.", "output": one["output"], "evidence": one["evidence"]} for one in before[:2]]
    (tmp_path / "eski.jsonl").write_text("".join(json.dumps(one) + "\n" for one in [*own, foreign]), encoding="utf-8")
    again = run_recipe(tmp_path / "tarif.yaml", tmp_path / "runs", last="pairs")
    found = {one["instruction"]: one["evidence"] for one in lines(again, "pairs.jsonl") if one["writer"] == "dosya"}
    assert found[foreign["instruction"]] == []
    assert [found[one["instruction"]] for one in own] == [one["evidence"] for one in before[:2]]


def test_they_count_where_a_number_is_wanted(tmp_path: Path) -> None:
    run = run_recipe(laid_out(tmp_path, [row(n) for n in range(10)], "count: 11"), tmp_path / "runs", last="pairs")
    found = lines(run, "pairs.jsonl")
    assert len(found) == 11
    assert Counter(one["writer"] for one in found) == {"dosya": 10, "rules": 1}


def test_a_file_that_is_not_there_is_a_mistake_of_the_recipe(tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, [])
    (tmp_path / "eski.jsonl").unlink()
    with pytest.raises(RecipeError) as caught:
        checked(recipe)
    assert [one.key for one in caught.value.mistakes] == ["pairs.files.0.path"]


def test_a_file_in_another_format_is_a_mistake_that_names_the_right_one(tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, [row(0), row(1)])
    recipe.write_text(recipe.read_text("utf-8").replace("format: alpaca", "format: sharegpt"), encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        checked(recipe)
    (mistake,) = caught.value.mistakes
    told = "eski.jsonl:1: the row has no `conversations`; it has `instruction`, `output`; that row is one of `alpaca`"
    assert (mistake.key, mistake.allowed) == ("pairs.files.0.format", f"no row is a pair in the format `sharegpt`: {told}")
    with pytest.raises(InputError, match=r"^eski\.jsonl: no row is a pair"):
        run_recipe(recipe, tmp_path / "runs", last="pairs")


def test_a_file_that_is_no_file_of_rows_is_a_mistake(tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, [])
    (tmp_path / "eski.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecipeError, match=r"pairs\.files\.0\.path: not a file of rows"):
        checked(recipe)


def test_what_each_file_brought_is_said_and_a_broken_line_is_kept_with_its_place(tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, [row(0), row(0)])
    (tmp_path / "alt").mkdir()
    (tmp_path / "alt" / "eski.jsonl").write_text(f"{{bozuk json\n{json.dumps(row(1))}\n", encoding="utf-8")
    both = "files: [{path: eski.jsonl, format: alpaca}, {path: alt/eski.jsonl, format: alpaca}]"
    recipe.write_text(recipe.read_text("utf-8").replace("files: [{path: eski.jsonl, format: alpaca}]", both), encoding="utf-8")
    config = checked(recipe).pairs
    said, rejected = list[str](), list[Rejected]()
    assert len(list(own_pairs(config, tmp_path, {}, rejected.append, said.append))) == 2
    assert said == ["pairs: eski.jsonl: 1 of 2 rows brought a pair", "pairs: alt/eski.jsonl: 1 of 2 rows brought a pair"]
    (broken,) = [one for one in rejected if one.reason == "broken_json"]
    assert (broken.source, broken.text) == ("alt/eski.jsonl:1", "{bozuk json")
