"""`imbik show`: what curation did, one measure, one reason, one record; for people and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from curation.counted import counted
from curation.errors import ArtifactError, ImbikError, RecipeError
from curation.records import Evidence, Pair, Preference
from curation.storage import write_jsonl
from pipelines.cli import app
from pipelines.manifest import Manifest, read_manifest
from pipelines.stages.curate import CURATE
from pipelines.status import made, stages_of
from pipelines.study.views import view

ONE = {"tags": {"mojibake": 1}, "pii_covered": {}, "clusters": {"clusters": 1}}
NOTHING: dict[str, Any] = {"record": None, "measure": None, "at": None, "reason": None, "limit": None}


def shown(run: Path, width: int = 80, **asked: Any) -> str:
    console = Console(width=width, record=True, color_system=None, file=StringIO())
    view(run, **NOTHING | asked).show(console)
    return console.export_text()


def values(run: Path, *arguments: str) -> Any:
    done = CliRunner().invoke(app, ["show", str(run), *arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    return json.loads(done.stdout)


def test_without_an_id_what_curation_did_is_shown(curated: Path) -> None:
    text = shown(curated)
    wanted = [
        "46 documents kept of 100 records, 46.0 %",
        "too_short",
        "49.0 %",
        "near_duplicate",
        "by honorific",
        "8 documents in 3 clusters",
    ]
    assert [one for one in [*wanted, "c-a", "sinav", "saglik", "shared_line", "mean_word_length"] if one not in text] == []


def test_the_table_of_a_run_says_what_curation_made(curated: Path) -> None:
    (row, *_) = stages_of(curated)
    assert row.made == "3 repairs, 3 personal data covered, 3 clusters of duplicates, 4 with evaluation items"


def test_one_repair_and_one_cluster_stand_in_the_singular() -> None:
    figures = {"tags": {"mojibake": 1}, "pii_covered": {}, "clusters": {"clusters": 1}, "contamination": {}}
    assert made(Manifest("curate", "f", {}, {}, 2, 1, {}, figures, 42, 1.0)) == "1 repair, 1 cluster of duplicates"


def test_a_measure_is_shown_with_its_cut_and_the_share_on_each_side(curated: Path) -> None:
    text = shown(curated, measure="words")
    assert "100 documents, 46 kept" in text
    assert "╌╌ at least 50 (too_short) below: 49 (49.0 %), rest: 51 (51.0 %)" in text
    before, after = text.split("╌╌")
    assert "▒" in before
    assert "█" not in before.split("\n", 1)[1]
    assert "█" in after


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_a_histogram_keeps_within_the_terminal(curated: Path, width: int) -> None:
    assert max(map(len, shown(curated, width, measure="words", at="30,80").splitlines())) <= width


def test_other_limits_are_shown(curated: Path) -> None:
    rows = [line.split() for line in shown(curated, measure="words", at="30,80").splitlines()]
    assert ["<", "30", "29", "29.0", "%", "0", "20"] in rows
    assert ["<", "80", "79", "79.0", "%", "27", "0"] in rows


def test_all_measures_are_listed_with_their_limits(curated: Path) -> None:
    text = shown(curated, measure="all")
    assert "at least 50" in text
    assert "language_probability" in text


def test_records_of_a_reason_are_shown(curated: Path) -> None:
    text = shown(curated, reason="near_duplicate", limit=2)
    assert "5 records, 2 shown" in text
    assert "d-055" in text
    assert "d-065" in text
    assert "d-075" not in text


def test_a_document_is_shown_with_its_measures_cluster_and_personal_data(curated: Path) -> None:
    text = shown(curated, record="d-050")
    wanted = ["Köy yolunda", "at least 50", "at least 3, at most 21", "cluster c-a: 4 documents", "the same text", "Jaccard 0.910"]
    wanted += ["lines removed: shared_line 1", "at 0-19 of the normalised text"]
    assert [one for one in [*wanted, "TCKN in text 3-11, rule checksum: tag as <TCKN_1>"] if one not in text] == []


def test_what_does_not_go_together_is_told(curated: Path) -> None:
    with pytest.raises(RecipeError, match=r"--measure --reason: one of ID, --measure and --reason \(seen: 'words too_short'\)"):
        view(curated, **{**NOTHING, "measure": "words", "reason": "too_short"})
    with pytest.raises(RecipeError, match="--limit: used with --reason REASON"):
        view(curated, **{**NOTHING, "limit": 3})


def test_one_of_a_thing_is_told_in_the_singular(curated: Path) -> None:
    assert made(replace(read_manifest(curated / CURATE.folder), figures=ONE)) == "1 repair, 1 cluster of duplicates"
    assert (counted(1, "repair"), counted(1200, "repair")) == ("1 repair", "1,200 repairs")


def test_a_dropped_document_is_shown_with_the_limit_it_broke(curated: Path) -> None:
    text = shown(curated, record="d-007")
    assert "rejected in stage curate: too_short" in text
    assert "at least 50: too_short" in text


def test_every_view_is_there_as_json(curated: Path) -> None:
    assert values(curated)["kept"] == 46
    assert values(curated, "--measure", "words", "--at", "30")["at"] == [
        {"at": 30.0, "side": "low", "would_drop": 29, "of_them_kept_now": 0, "would_return": 20}
    ]
    assert [one["measure"] for one in values(curated, "--measure", "all")][:2] == ["language_probability", "words"]
    assert len(values(curated, "--reason", "too_short", "--limit", "3")["records"]) == 3
    life = values(curated, "d-050")
    assert {"measure": "words", "value": 50.0, "low": 50, "high": None, "broken": []} in life["measures"]
    assert (life["cluster"]["id"], [one["rule"] for one in life["personal"]]) == ("c-a", ["honorific", "checksum"])


def test_a_run_that_kept_less_shows_what_it_has(curated: Path) -> None:
    for name in ("measures.parquet", "clusters.jsonl", "kvkk.jsonl"):
        (curated / "1-documents" / name).unlink()
    assert "did not keep measures, clusters, personal" in shown(curated)
    assert "Köy yolunda" in shown(curated, record="d-050")
    with pytest.raises(ArtifactError, match="keeps no measures"):
        shown(curated, measure="words")


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"record": "d-999"}, ArtifactError, "no record d-999"),
        ({"measure": "uzunluk"}, ImbikError, "there are language_probability, words"),
        ({"measure": "top_9gram_share"}, ImbikError, "no document of"),
        ({"reason": "spam"}, ImbikError, "reasons: near_duplicate, too_short"),
        ({"at": "30"}, RecipeError, "used with --measure"),
        ({"measure": "all", "at": "30"}, RecipeError, "used with --measure"),
        ({"measure": "words", "at": "30;50"}, RecipeError, "numbers with commas"),
        ({"measure": "words", "at": "nan"}, RecipeError, "numbers with commas"),
        ({"measure": "words", "reason": "spam"}, RecipeError, "one of ID, --measure and --reason"),
    ],
)
def test_what_cannot_be_shown_is_said(curated: Path, asked: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        shown(curated, **asked)


def test_a_preference_is_shown_from_its_source_onwards(curated: Path) -> None:
    pair = Pair("pair-1", "Ne yürüdü?", "Bir kervan.", "soru-cevap", (Evidence("d-050", 0, 14),), "rules")
    made = Preference(
        "preference-1", "pair-1", "Ne yürüdü?", "Bir kervan.", "Bir at.", "rules", "other_entity", 2.0, "construction", (), "x"
    )
    write_jsonl(curated / "2-pairs" / "pairs.jsonl", [pair, replace(pair, id="pair-2", evidence=())])
    write_jsonl(curated / "3-preferences" / "preferences.jsonl", [made])
    write_jsonl(curated / "4-reviewed" / "pairs.jsonl", [replace(pair, output="Kervan.")])
    life = values(curated, "preference-1")
    assert (life["preference"]["rejected"], life["pair"]["id"], life["evidence"][0]["text"]) == ("Bir at.", "pair-1", "Köy yolunda bi")
    assert (life["document"]["id"], life["reviewed"]["output"], life["cluster"]["id"]) == ("d-050", "Kervan.", "c-a")
    assert [one["id"] for one in values(curated, "d-050")["pairs"]] == ["pair-1"]
    text = shown(curated, record="pair-1")
    assert "Bir at." in text
    assert "at least 50" not in text  # the measures of its document stay with the document
