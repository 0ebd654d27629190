"""The report on pairs and preferences: coverage, earlier turns, origins, bias, judges and the ends of their scores."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from alignment.bias import bias_by_origin, longer_chosen, style_bias, without_length_bias
from alignment.duels import Duel, position_bias
from alignment.judges_agreement import Graded, judges_agreement, leanings, tails
from alignment.origins import origin_of
from alignment.preferences import length_bias
from curation.records import Evidence, Message, Pair, Preference, Rejected
from curation.storage import write_json, write_jsonl, write_text
from pipelines.cli import app
from pipelines.manifest import write_manifest
from pipelines.recipe import load_recipe, recipe_yaml
from pipelines.report import charts, write_report
from pipelines.report.words import word
from pipelines.stages.pairs import PAIRS
from pipelines.stages.preferences import PREFERENCES
from synthesis.coverage import coverage

EVIL = "<script>alert('x')</script> {{ 7 * 7 }} <img src=x onerror=alert(1)>"
TURNS = (Message("user", f"Köprü nerede? {EVIL}"), Message("assistant", "Irmağın üzerinde, iki kıyının arasında."))
USED = {"prompts": 1234, "failed": 5, "input_tokens": 9876, "output_tokens": 543}


def pair(number: int, **more: Any) -> Pair:
    evidence = (Evidence(f"d-{number % 3}", 0, 9),)
    return Pair(
        f"pair-{number}", f"Köprü {number} ne zaman açıldı?", f"{1900 + number} yılında açıldı.", "soru-cevap", evidence, "m", **more
    )


MADE = [pair(0, turns=TURNS)] + [pair(number) for number in range(1, 9)]
ROWS = [
    Preference(
        f"preference-{number}",
        f"pair-{number}",
        f"Köprü {number} ne zaman açıldı?",
        "1900 yılında, uzun bir hazırlığın ardından." if number % 3 else "1900'de.",
        "1999 yılında." if number % 2 else "- 1999\n- 2000",
        "guclu:büyük",
        "zayif:küçük" if number < 6 else "other_date",
        2.0,
        "judge:yargıç" if number < 6 else "construction",
        (),
        "soru-cevap",
        turns=TURNS if number == 0 else (),
    )
    for number in range(9)
]


def graded(number: int, strict: float, generous: float, reason: str = "") -> Graded:
    grades = {"yargıç": {"dogruluk": strict, "turkce": 5.0}, "cömert": {"dogruluk": generous, "turkce": 5.0}}
    scores = {"yargıç": strict, "cömert": generous}
    why = {"yargıç": f"Gerekçe {number} {EVIL}", "cömert": "Güzel."}
    text = f"Cevap {number}. {EVIL}" + " uzun" * number
    return Graded(f"q-{number}@x", f"pair-{number // 2}", "zayif:küçük", "Soru?", text, (strict + generous) / 2, abs(generous - strict), reason, grades, why, scores, TURNS if number == 4 else ())  # fmt: skip


GRADED = [graded(number, 1.0 + number % 5, 5.0 - (number % 2), "judge_dogruluk" if number % 5 == 0 else "") for number in range(18)]


def judges(rows: Sequence[Graded]) -> dict[str, Any]:
    """What a stage with judges writes into its manifest."""
    ends = tails(rows, 4)
    return {
        "judge": {"yargıç": USED, "cömert": USED | {"prompts": 77}},
        "judges": asdict(judges_agreement(rows)),
        "leanings": [asdict(one) for one in leanings(rows)],
        "tails": {name: [row.id for row in getattr(ends, name)] for name in ("highest", "lowest", "disputed")},
    }


def pairs_figures() -> dict[str, Any]:
    return {
        "documents": 4,
        "documents_with_pairs": 3,
        "tasks": {"soru-cevap": 9, "kod": 4},
        "answers": {"questions": 12, "asked": 31, "pairs": 27},
        "splits": {"train": 9},
        "model": USED,
        "repairs": {"asked": 21, "pairs": 13},
        "pii_covered": {"TCKN": 3},
        "count": {"wanted": 12, "reached": 9, "why": "every passage was asked once"},
        "coverage": asdict(coverage(MADE, 4)),
    }


def preferences_figures(rows: Sequence[Preference]) -> dict[str, Any]:
    return {
        "pairs": 9,
        "pairs_with_preference": 9,
        "kinds": dict(Counter(one.rejected_by for one in rows)),
        "origins": dict(Counter(map(origin_of, rows))),
        "splits": {"train": len(rows)},
        "length_bias": asdict(length_bias(rows)),
        "style_bias": asdict(style_bias(rows)),
        "style_bias_by_origin": {origin: asdict(one) for origin, one in bias_by_origin(rows).items()},
        "model": USED,
        "pii_covered": {},
        "not_in_evidence": 2,
        "answers": {"guclu": USED | {"prompts": 4321}},
        "scores": {"zayif:küçük": {"answers": 18, "mean": 3.21}},
        "swapped": {"yargıç": USED | {"prompts": 88}},
        "position_bias": [asdict(one) for one in position_bias([Duel("yargıç", "A", "A"), Duel("yargıç", "A", "B")] * 9)],
    }


def fabricate(run: Path, judged: tuple[str, ...] = ("pairs", "preferences")) -> Path:
    write_text(run / "tarif.yaml", "name: deneme\ncurate: {inputs: [tarif.yaml]}\n")
    write_text(run / "recipe.yaml", recipe_yaml(load_recipe(run / "tarif.yaml")))
    write_text(run / "recipe-folder.txt", f"{run}\n")
    gone: list[Rejected] = []
    kept = without_length_bias(ROWS, 0.5, gone.append)
    assert gone
    write_jsonl(run / PREFERENCES.folder / "rejected.jsonl", gone)
    figures = {"pairs": pairs_figures(), "preferences": preferences_figures(kept) | {"longer_chosen_before": longer_chosen(ROWS)}}
    records: dict[str, Sequence[Any]] = {"pairs": MADE, "preferences": kept}
    for stage in (PAIRS, PREFERENCES):
        folder, told = run / stage.folder, figures[stage.name]
        write_jsonl(folder / f"{stage.name}.jsonl", records[stage.name])
        if stage.name in judged:
            write_jsonl(folder / "judged.jsonl", GRADED)
            told |= judges(GRADED)
        rejected = (
            {"length_bias": len(gone)} if stage is PREFERENCES else {"solution_fails_tests": 2, "tests_too_weak": 1, "tests_not_parsed": 5}
        )
        facts = {"read": 20, "kept": len(records[stage.name]), "rejected": rejected, "figures": json.loads(json.dumps(told))}
        write_manifest(folder, stage, {"recipe": "0"}, seed=42, seconds=1.0, **facts)
    return run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return fabricate(tmp_path / "deneme")


def section(run: Path, stage: str) -> str:
    """The HTML of one stage's part of the page."""
    page = write_report(run).read_text(encoding="utf-8")
    return page.split(f'id="{stage}"', 1)[1].split('<div class="block"', 1)[0]


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def missing(text: str, *wanted: str) -> list[str]:
    return [one for one in wanted if one not in text]


def test_the_pairs_are_shown_with_what_they_cover(run: Path) -> None:
    html = section(run, "pairs")
    assert (
        missing(
            text_of(html),
            "Eğitim bölümündeki 9 çift, 4 eğitim belgesinin 3 tanesine dayanır ve 9 ayrı yönerge içerir",
            "Çift çıkan belgeler %75,0",
            "Yönerge (sözcük) 5,0 5 5–5",
            "Yanıtlar: farklı sözcük (distinct-1)",
            "İlk iki sözcük",
            "Konular",
            "İstenen 12 çiftin 9 tanesine ulaşıldı. Neden: every passage was asked once",
            "1.234 istek",
            "21 kez, neyin yanlış olduğu söylenerek yeniden soruldu; bundan 13 çift kurtarıldı",
            "T.C. kimlik numarası TCKN 3",
        )
        == []
    )
    assert html.count('class="box"') == 3  # no pair has an input


def test_several_answers_to_one_instruction_are_told(tmp_path: Path) -> None:
    run = fabricate(tmp_path / "deneme")
    folder = run / PAIRS.folder
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    twice = [*MADE, replace(MADE[0], id="pair-9", output="Yirminci yüzyılın hemen başında, 1900 yılında açıldı.")]
    manifest["figures"]["coverage"] = asdict(coverage(twice, 4))
    write_json(folder / "manifest.json", manifest)
    assert "1 yönergenin birden çok yanıtı var (toplam 2 yanıt)" in text_of(section(run, "pairs"))


def test_preferences_are_shown_with_their_origins_and_what_gives_the_better_answer_away(run: Path) -> None:
    text = text_of(section(run, "preferences"))
    longer = sum(len(one.chosen) > len(one.rejected) for one in ROWS)
    unequal = sum(len(one.chosen) != len(one.rejected) for one in ROWS)
    assert (
        missing(
            text,
            "biri ötekinden iyi iki yanıt yan yana konuldu",
            "2 çiftin yanıtı kanıtında birebir durmadığı",
            "Güçlü ve zayıf modelin yanıtları guclu-zayif",
            "Zayıf model: küçük",
            "Yanlış tarih other_date",
            f"uzunlukları farklı {unequal} tercihin {longer} tanesinde",
            "Hepsi",
            "Güçlü model 4.321 5",
            "Kaynaklarda bulunmayan kişisel veri yazılmadı",
        )
        == []
    )


@pytest.mark.parametrize("stage", ["pairs", "preferences"])
def test_judges_are_shown_with_their_agreement_leanings_and_reasons(run: Path, stage: str) -> None:
    html = section(run, stage)
    text, agreed = text_of(html), judges_agreement(GRADED)
    alpha = f"{agreed.alpha:.2f}".replace(".", ",").replace("-", "−")
    assert (
        missing(
            text,
            f"puanladığı 18 yanıtta Krippendorff alfası (aralık ölçeği) {alpha}",
            "cömert – yargıç 18",
            "Uzun olan önde",
            "En yüksek puanlılar 3",
            "En düşük puanlılar 3",
            "Yargıçların en çok ayrıştıkları 3",
            "Gerekçe 0",
            "Doğruluk 1 · Türkçe 5",
            "Doğruluk puanı düşük",
            "cömert 77 5 9.876 543",
        )
        == []
    )
    assert html.count('class="columns"') == 2
    of_answers = missing(text, "Konum yanlılığı", "Zayıf model: küçük 18 3,21", "yargıç 18 0 %50,0", "yargıç 88 5")
    assert of_answers == [] if stage == "preferences" else len(of_answers) == 4


def test_stages_without_judges_say_nothing_of_them(tmp_path: Path) -> None:
    run = fabricate(tmp_path / "deneme", judged=())
    assert [stage for stage in ("pairs", "preferences") if "<h4>Yargıçlar</h4>" in section(run, stage)] == []


def test_earlier_turns_stand_above_the_question_of_a_sample(run: Path) -> None:
    text = text_of(section(run, "pairs"))
    said = text.index("Kullanıcı: Köprü nerede?")
    assert said < text.index("Asistan: Irmağın üzerinde") < text.index("Köprü 0 ne zaman açıldı?", said)


def test_earlier_turns_stand_above_the_question_of_a_graded_answer(run: Path) -> None:
    page = section(run, "preferences")
    card = next(one for one in page.split("<article")[1:] if "q-4@x" in one)
    assert text_of(card).index("Asistan: Irmağın üzerinde") < text_of(card).index("Soru?")


def test_further_answers_and_code_that_ran_are_told(run: Path) -> None:
    told = (
        "12 soru başka yollardan yeniden yanıtlatıldı: 31 istekten 27 çift",
        "7 çözüm çalıştırıldı: 4 çift alındı, 3 aday testlerde elendi",
    )
    text = text_of(section(run, "pairs"))
    assert [one for one in told if one not in text] == []


def test_what_models_wrote_and_judges_said_stays_text(run: Path) -> None:
    page = write_report(run).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7 * 7 }}" in page
    assert [page.count(f"<{tag}") == page.count(f"</{tag}>") for tag in ("table", "details", "article", "svg", "tr")] == [True] * 5


def test_the_same_run_gives_the_same_bytes(run: Path) -> None:
    first = write_report(run).read_bytes()
    assert write_report(run).read_bytes() == first


def test_every_task_of_the_recipe_has_turkish_words() -> None:
    from typing import get_args

    from synthesis.config import TaskName

    assert [name for name in get_args(TaskName) if word("tasks", name) == name] == []


def test_a_box_keeps_within_its_axis() -> None:
    svg = charts.box((1, 2, 3, 4, 50), 10, "<b>")
    assert all(float(one) <= 100 for one in re.findall(r'(?:x|x1|x2|width)="([\d.]+)%"', svg))
    assert "&lt;b&gt;" in svg
    assert 'width="0.00%"' in charts.box((0, 0, 0, 0, 0), 0, "")


def test_columns_keep_within_their_picture() -> None:
    svg = charts.columns([("1", 0), ("2", 7), ("<3>", 7000)], "<b>")
    heights = [float(one) for one in re.findall(r'<rect [^>]*height="([\d.]+)"', svg)]
    assert heights == [0.0, 0.0, 34.0]
    assert "&lt;3&gt;" in svg
    assert charts.columns([], "").startswith("<svg")


def test_the_overview_of_show_tells_the_figures_in_short(run: Path, curated: Path) -> None:
    for folder in ("2-pairs", "3-preferences"):
        (run / folder).rename(curated / folder)
    done = CliRunner().invoke(app, ["show", str(curated)], catch_exceptions=False)
    assert (
        missing(
            " ".join(done.stdout.split()),
            "pairs: 9 of 20 candidates; soru-cevap 9",
            "wanted 12, reached 9: every passage was asked once",
            "9 pairs from 3 of 4 documents, 9 different instructions",
            "asked once more for 21 replies, which mended 13 pairs",
            "personal data covered in what was written: TCKN 3",
            "judges: Krippendorff's alpha",
            "guclu-zayif",
            "let go where the longer answer was chosen",
            "yargıç turns with the order in 50 %",
            "zayif:küçük: 18 answers, mean score 3.21",
            "guclu: 4,321 prompts",
            "yargıç, in both orders: 88 prompts",
        )
        == []
    )
    values = json.loads(CliRunner().invoke(app, ["show", str(curated), "--json"], catch_exceptions=False).stdout)
    assert values["pairs"]["coverage"]["instructions"] == 9
    assert values["preferences"]["judges"]["answers"] == 18
