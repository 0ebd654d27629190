"""Preferences of every origin against a chat server: what is asked, what stands, and that no row is lost."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from operator import gt, ne
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from alignment.desk import chosen_is_a
from curation.errors import ModelError
from curation.records import Pair, Rejected
from pipelines.judging import JudgesConfig, judged_pairs
from pipelines.prompts import next_askings, prompt_values
from pipelines.recipe import load_recipe
from pipelines.roles import Asker
from pipelines.run import run_recipe
from pipelines.stage import WaitingForPeople
from pipelines.stages.files import PREFERENCES_FOLDER
from tests.servers.running import running

TEXT = """Karaçam'da bir okulun öyküsü

Karaçam İlkokulu {year} yılında iki derslikle açıldı. Okulun ilk öğretmeni köye atla geldi ve kış boyunca muhtarın evinde kaldı.

Bugün okulda 84 öğrenci okuyor. Bahçedeki ceviz ağacını ilk mezunlar dikti; ağacın gölgesinde her haziran karne töreni yapılıyor.
"""
ROWS = 6


class Made(NamedTuple):
    """The rows kept and rejected, the manifest, the artifact's folder and the recipe."""

    kept: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    manifest: dict[str, Any]
    folder: Path
    recipe: Path


def recipe_of(folder: Path, server: str, preferences: str, name: str) -> Path:
    """A recipe in which `MODEL: x` stands for the model x at the server."""
    recipe = folder / f"{name}.yaml"
    asked = preferences.replace("MODEL", f"kind: openai, base_url: '{server}', name")
    recipe.write_text(
        "name: yargi\ncurate: {inputs: [belgeler], dedup: {threshold: 1.0}}\n"
        f"pairs: {{tasks: {{soru-cevap: 1}}, model: {{kind: openai, name: m, base_url: '{server}'}}}}\npreferences: {{{asked}}}\n",
        encoding="utf-8",
    )
    return recipe


@pytest.fixture(scope="module")
def with_pairs(chat_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents and a run that has its pairs, made once."""
    folder = tmp_path_factory.mktemp("yargi")
    (folder / "belgeler").mkdir()
    for number in range(ROWS):
        text = TEXT.replace("Karaçam", f"Karaçam {number}").format(year=1950 + number)
        (folder / "belgeler" / f"okul-{number}.txt").write_text(text, encoding="utf-8")
    run_recipe(recipe_of(folder, chat_server.base_url, "", "ciftler"), folder / "runs", last="pairs")
    return folder


@pytest.fixture
def made(chat_server: Any, with_pairs: Path, tmp_path: Path) -> Callable[[str], Made]:
    """What the preferences stage makes of the pairs by the keys it is given; every row is accounted for."""

    def make(preferences: str) -> Made:
        runs = Path(tempfile.mkdtemp(dir=tmp_path))
        shutil.copytree(with_pairs / "runs", runs, dirs_exist_ok=True)
        recipe = recipe_of(with_pairs, chat_server.base_url, preferences, runs.name)
        artifact = run_recipe(recipe, runs, last="preferences") / PREFERENCES_FOLDER
        kept, gone = (lines(artifact / file) for file in ("preferences.jsonl", "rejected.jsonl"))
        manifest = json.loads((artifact / "manifest.json").read_text("utf-8"))
        assert manifest["read"] == manifest["kept"] + sum(manifest["rejected"].values()) == len(kept) + len(gone)
        assert len({row["id"] for row in [*kept, *gone]}) == len(kept) + len(gone)
        return Made(kept, gone, manifest, artifact, recipe)

    return make


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_candidates_are_judged_and_the_best_stands_beside_one_far_enough_behind(made: Callable[[str], Made]) -> None:
    recipe = "origins: {adaylar: 1}, candidates: [{model: {MODEL: karisik}, n: 4}], judge: {model: {MODEL: yargic}}, min_margin: 1.0"
    kept, gone, manifest, folder, _ = made(recipe)
    assert len(kept) == ROWS
    assert manifest["read"] == 4 * ROWS
    for row in kept:
        assert (row["chosen_by"], row["rejected_by"], row["judged_by"]) == ("aday:karisik", "aday:karisik", "judge:yargic")
        assert row["chosen"].split()[0] in {str(1950 + number) for number in range(ROWS)}
        assert row["margin"] == pytest.approx((2 + 1 + 0 + 1) * 3 / 5)
    assert Counter(row["reason"] for row in gone) == {"below_margin": 2 * ROWS, "surplus": ROWS}
    assert manifest["figures"]["origins"] == {"adaylar": ROWS}
    graded = lines(folder / "judged.jsonl")
    assert len(graded) == 4 * ROWS
    assert {row["score"] for row in graded} == {5.0, 2.6}
    assert "Yıllara baktım." in (folder / "uclar.md").read_text("utf-8")


def test_a_strong_models_answer_is_chosen_only_where_the_judge_agrees(made: Callable[[str], Made]) -> None:
    judge = "judge: {model: {MODEL: yargic}}"
    kept, _, _, _, _ = made(
        f"origins: {{guclu-zayif: 1}}, strong: {{model: {{MODEL: guclu}}}}, weak: {{model: {{MODEL: zayif}}}}, {judge}",
    )
    assert {(row["chosen_by"], row["rejected_by"]) for row in kept} == {("guclu:guclu", "zayif:zayif")}
    assert len(kept) == ROWS
    none, gone, _, _, _ = made(
        f"origins: {{guclu-zayif: 1}}, strong: {{model: {{MODEL: zayif}}}}, weak: {{model: {{MODEL: guclu}}}}, {judge}"
    )
    assert none == []
    assert Counter(row["reason"] for row in gone) == {"below_margin": ROWS, "better_side": ROWS}


def test_a_grounded_answer_stands_beside_one_without_the_source_and_needs_no_judge(made: Callable[[str], Made]) -> None:
    kept, _, _, folder, _ = made("origins: {kaynak: 1}, unsourced: {model: {MODEL: ezber}}")
    assert len(kept) == ROWS
    for row in kept:
        assert (row["chosen_by"], row["rejected_by"], row["judged_by"], row["margin"]) == (
            "kaynak:m",
            "kaynaksiz:ezber",
            "evidence",
            3.0,
        )
        assert row["rejected"].startswith("1888")
    assert not (folder / "judged.jsonl").exists()


def test_a_draft_stands_beside_its_revision(made: Callable[[str], Made]) -> None:
    recipe = "origins: {revizyon: 1}, draft: {model: {MODEL: zayif}}, revise: {model: {MODEL: guclu}}, judge: {model: {MODEL: yargic}}, swapped: true"
    kept, gone, manifest, _, _ = made(recipe)
    assert {(row["chosen_by"], row["rejected_by"]) for row in kept} == {("revizyon:guclu", "taslak:zayif")}
    assert len(kept) == ROWS
    assert {row["reason"] for row in gone} == {"better_side"}
    assert manifest["figures"]["answers"]["revizyon"]["prompts"] == ROWS


def test_how_often_the_longer_answer_was_chosen_before_rows_were_let_go_is_told(made: Callable[[str], Made]) -> None:
    weak = "origins: {guclu-zayif: 1}, strong: {model: {MODEL: uzun}}, weak: {model: {MODEL: zayif}}, judge: {model: {MODEL: yargic}}"
    kept, _, free, _, _ = made(f"{weak}, max_longer_share: 1.0")
    longer, unequal = (sum(told(len(row["chosen"]), len(row["rejected"])) for row in kept) for told in (gt, ne))
    _, gone, held, _, _ = made(f"{weak}, max_longer_share: 0.5")
    assert longer > unequal / 2
    assert "longer_chosen_before" not in free["figures"]
    assert held["figures"]["longer_chosen_before"] == [longer, unequal]
    assert held["rejected"]["length_bias"] == sum(row["reason"] == "length_bias" for row in gone) > 0


def test_several_judges_are_asked_and_their_agreement_stands_in_the_manifest(made: Callable[[str], Made]) -> None:
    recipe = (
        "origins: {guclu-zayif: 1}, strong: {model: {MODEL: guclu}}, weak: {model: {MODEL: zayif}}, "
        "judge: {model: {MODEL: yargic}, judges: [{MODEL: comert}, {MODEL: bozuk, retries: 0}], max_spread: 4}"
    )
    kept, _, manifest, folder, _ = made(recipe)
    assert [row["margin"] for row in kept] == pytest.approx([1.2] * ROWS)
    assert {row["judged_by"] for row in kept} == {"judge:yargic+comert+bozuk"}
    figures = manifest["figures"]["judges"]
    assert figures["answers"] == 2 * ROWS
    (couple,) = figures["pairs"]
    assert (couple["first"], couple["second"], couple["difference"]) == ("comert", "yargic", pytest.approx(1.2))
    unread = [row["why"]["bozuk"] for row in lines(folder / "judged.jsonl")]
    assert len(unread) == 2 * ROWS
    assert all(why.startswith("judge_not_json") for why in unread)


def test_judges_who_disagree_too_much_are_not_believed(made: Callable[[str], Made]) -> None:
    recipe = (
        "origins: {guclu-zayif: 1}, strong: {model: {MODEL: guclu}}, weak: {model: {MODEL: zayif}}, "
        "judge: {model: {MODEL: yargic}, judges: [{MODEL: comert}], max_spread: 1}"
    )
    kept, gone, _, _, _ = made(recipe)
    assert kept == []
    assert Counter(row["reason"] for row in gone) == {"judges_disagree": ROWS, "better_side": ROWS}


def test_a_judge_that_goes_by_the_order_decides_nothing(made: Callable[[str], Made]) -> None:
    recipe = "origins: {guclu-zayif: 1}, strong: {model: {MODEL: guclu}}, weak: {model: {MODEL: zayif}}, judge: {model: {MODEL: sirali}}, swapped: true"
    kept, gone, manifest, _, _ = made(recipe)
    assert kept == []
    assert Counter(row["reason"] for row in gone) == {"judges_undecided": ROWS, "better_side": ROWS}
    (figures,) = manifest["figures"]["position_bias"]
    assert figures["turned"]["value"] == figures["first"]["value"] == 1.0


def test_all_origins_live_in_one_recipe_and_a_second_run_asks_nothing(made: Callable[[str], Made], chat_server: Any) -> None:
    recipe = (
        "candidates: [{model: {MODEL: karisik}, n: 4}], strong: {model: {MODEL: guclu}}, weak: {model: {MODEL: zayif}}, "
        "unsourced: {model: {MODEL: ezber}}, draft: {model: {MODEL: taslakci}}, revise: {model: {MODEL: guclu}}, "
        "judge: {model: {MODEL: yargic}}, origins_per_pair: 5, spare_kinds: 9, per_pair: 4"
    )
    _, _, manifest, folder, path = made(recipe)
    assert set(manifest["figures"]["origins"]) == {"bozma", "adaylar", "guclu-zayif", "kaynak", "revizyon"}
    before, asked = (folder / "preferences.jsonl").read_bytes(), sum(chat_server.seen()["seen"].values())
    run_recipe(path, folder.parents[1], first="preferences", last="preferences")
    assert (folder / "preferences.jsonl").read_bytes() == before
    assert sum(chat_server.seen()["seen"].values()) == asked


def test_a_dry_run_and_an_estimate_know_every_model_of_the_stage(with_pairs: Path, chat_server: Any) -> None:
    asked = (
        "candidates: [{model: {MODEL: karisik}, n: 4}], strong: {model: {MODEL: guclu}}, weak: {model: {MODEL: zayif}}, "
        "unsourced: {model: {MODEL: ezber}}, draft: {model: {MODEL: taslakci}}, revise: {model: {MODEL: guclu}}, "
        "judge: {model: {MODEL: yargic}}, origins_per_pair: 5, swapped: true"
    )
    path = recipe_of(with_pairs, chat_server.base_url, asked, "tahmin")
    before = chat_server.seen()["seen"]
    found = next_askings(load_recipe(path), with_pairs, with_pairs / "runs" / "yargi")
    counts = {(one.role, one.certain): len(one.prompts) for one in found if one.role and one.role != "yargic"}
    assert counts == {
        ("aday-1", True): 4 * ROWS,
        ("guclu", True): ROWS,
        ("zayif", True): ROWS,
        ("kaynaksiz", True): ROWS,
        ("taslak", True): ROWS,
        ("revizyon", False): ROWS,
    }
    grading, dueling = [one for one in found if one.role == "yargic"]
    assert (len(grading.prompts), len(dueling.prompts)) == (10 * ROWS, 2 * ROWS)  # nine answers of models and the pair's own
    shown = prompt_values(found, 100)
    assert set(shown["models"]) == {"rules", "karisik", "guclu", "zayif", "ezber", "taslakci"}
    assert {one["model"] for one in shown["prompts"]} == set(shown["models"])
    assert chat_server.seen()["seen"] == before


def test_the_costs_of_the_stage_are_said_and_a_budget_that_will_not_do_stops_it(made: Callable[[str], Made], chat_server: Any) -> None:
    before = sum(chat_server.seen()["seen"].values())
    with pytest.raises(ModelError, match=r"stage `preferences` would take .* nothing was asked"):
        made("origins: {kaynak: 1}, unsourced: {model: {MODEL: ezber, budget: {tokens: 40}}}")
    assert sum(chat_server.seen()["seen"].values()) == before


def test_a_faulty_server_loses_no_row(made: Callable[[str], Made]) -> None:
    with running("--faults", "0.4", "--doomed", "0.6", "--seed", "5") as server:
        patient = f"timeout_s: 1, deadline_s: 6, retries: 2, base_url: '{server.base_url}', kind: openai, name"
        recipe = f"origins: {{adaylar: 1}}, candidates: [{{model: {{{patient}: karisik}}, n: 4}}], judge: {{model: {{{patient}: yargic}}}}"
        _, gone, manifest, _, _ = made(recipe)
    assert manifest["read"] == 4 * ROWS
    reasons = Counter(row["reason"] for row in gone)
    assert sum(count for reason, count in reasons.items() if reason.startswith("model_")) > 0
    assert reasons["judge_missing"] > 0


def test_people_are_compared_with_each_judge_after_the_review(made: Callable[[str], Made]) -> None:
    judge = "judge: {model: {MODEL: yargic}, judges: [{MODEL: comert}], max_spread: 4}"
    weak = "origins: {guclu-zayif: 1}, strong: {model: {MODEL: guclu}}, weak: {model: {MODEL: zayif}}"
    kept, _, _, folder, path = made(f"{weak}, {judge}")
    path.write_text(path.read_text("utf-8") + "review: {sample: 20, what: preferences}\n", encoding="utf-8")
    with pytest.raises(WaitingForPeople):
        run_recipe(path, folder.parents[1], last="review")
    desk = folder.parent / "review"
    shown = lines(desk / "preferences.todo.jsonl")
    sides = {row["id"]: "a" if chosen_is_a(row["id"]) else "b" for row in kept}
    judged = [one | {"verdict": sides[one["id"]], "reviewer": "uzman"} for one in shown]
    (desk / "preferences.uzman.done.jsonl").write_text(
        "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in judged), encoding="utf-8"
    )
    run_recipe(path, folder.parents[1], last="review")
    (found,) = json.loads((folder.parent / "4-reviewed" / "manifest.json").read_text("utf-8"))["figures"]["judges"]
    assert (found["judge"], found["records"], found["same"]["value"]) == ("yargic", len(shown), 1.0)


def test_pairs_are_judged_beside_their_source_and_keep_their_scores(chat_server: Any, tmp_path: Path) -> None:
    pairs = [Pair(f"pair-{year}", "Okul ne zaman açıldı?", f"{year} yılında.", "soru-cevap", (), "m") for year in (1950, 1999)]
    config = JudgesConfig.model_validate({"model": {"kind": "openai", "name": "yargic", "base_url": chat_server.base_url}})
    gone: list[Rejected] = []
    sources = dict.fromkeys(("pair-1950", "pair-1999"), "Okul 1950 yılında açıldı.")
    kept, rows, usage = judged_pairs(pairs, sources, config, Asker(tmp_path / "j.sqlite"), seed=1, reject=gone.append)
    assert [(one.id, one.scores["judge"], one.scores["judge_dogruluk"]) for one in kept] == [("pair-1950", 5.0, 5.0)]
    assert [(one.id, one.reason) for one in gone] == [("pair-1999", "judge_dogruluk")]
    assert [one.score for one in rows] == [5.0, pytest.approx(2.6)]
    assert usage["yargic"]["prompts"] == 2
