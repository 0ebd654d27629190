"""The report: one file that loads nothing, escapes everything and says what the manifests say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from curation.errors import ArtifactError
from curation.records import Document, Evidence, Pair, Preference, Rejected
from curation.storage import write_json, write_jsonl, write_text
from pipelines.manifest import made_from, write_manifest
from pipelines.recipe import load_recipe, recipe_yaml
from pipelines.report import charts, formats, write_report
from pipelines.report.samples import excerpt, in_turn, lowest_ids, shortened
from pipelines.stages import STAGES
from training.evaluate import Answers, Evaluation, Figures
from training.export.parity import Parity
from training.intervals import Interval, wilson
from training.losses import Loss
from training.wording import summary

EVIL = "<script>alert('x')</script> {{ 7 * 7 }} {% raw %} \"><img src=x onerror=alert(1)> </style> & ıİ"
TEXT = f"Ankara 1923 yılında başkent oldu. {EVIL} Kale çok eskidir. Müze 1921'de açıldı."


class Page(HTMLParser):
    """The tags, attributes and visible text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.pieces: list[str] = []
        self.feed(html)
        self.text = " ".join(" ".join(self.pieces).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def page_of(run: Path) -> Page:
    return Page(write_report(run).read_text(encoding="utf-8"))


def curate(folder: Path) -> dict[str, Any]:
    write_jsonl(folder / "documents.jsonl", [Document("d-1", TEXT, "a.txt", title=EVIL), Document("d-2", "Kısa.", "b.txt")])
    dropped = [Rejected(f"d-{number}", "language", EVIL, "c.txt", f"{EVIL} {number} " + "söz " * 200) for number in range(3, 8)]
    write_jsonl(folder / "rejected.jsonl", [*dropped, Rejected("d-9", "brand_new_reason", "", "d.txt", "")])
    figures = {
        "languages": {"tr": 3, "xx": 5},
        "repairs": {"unwrapped": 1},
        "pii_found": {"TCKN": 4, "PERSON": 1234},
        "pii_covered": {"TCKN": 4},
    }
    return {"read": 8, "kept": 2, "rejected": {"language": 5, "brand_new_reason": 1}, "figures": figures}


def pair(number: int, task: str) -> Pair:
    return Pair(f"pair-{number}", f"Soru {number}? {EVIL}", EVIL, task, (Evidence("d-1", 0, 33),), "rules", input=EVIL)


def pairs(folder: Path) -> dict[str, Any]:
    made = [pair(number, ("tanim", "ozet", "liste")[number % 3]) for number in range(30)]
    write_jsonl(folder / "pairs.jsonl", made)
    write_jsonl(folder / "rejected.jsonl", [])
    rejected = {"doubt_refers": 1100, "doubt_hearsay": 34, "duplicate_question": 6}
    model = {"prompts": 40, "failed": 2, "input_tokens": 9876, "output_tokens": 543}
    tasks, splits = {"tanim": 10, "ozet": 10, "liste": 10}, {"train": 26, "held_out": 4}
    figures = {"documents": 2, "documents_with_pairs": 1, "tasks": tasks, "splits": splits, "model": model}
    return {"read": 1170, "kept": 30, "rejected": rejected, "figures": figures}


def preferences(folder: Path) -> dict[str, Any]:
    made = [
        Preference(f"preference-{number}", f"pair-{number}", EVIL, f"doğru {number}", EVIL, "rules", kind, 2.0, "construction", (), "tanim")
        for number, kind in enumerate(["truncated", "other_date"] * 5)
    ]
    write_jsonl(folder / "preferences.jsonl", made)
    bias = {"count": 10, "chosen_longer": 0.3239, "same_length": 0.25, "mean_ratio": 0.92, "by_kind": {"truncated": 1.9, "other_date": 1.0}}
    model = {"prompts": 12, "failed": 0, "input_tokens": 0, "output_tokens": 0}
    kinds, splits = {"truncated": 5, "other_date": 5}, {"train": 10}
    figures = {"pairs": 30, "pairs_with_preference": 10, "kinds": kinds, "splits": splits, "length_bias": bias, "model": model}
    return {"read": 12, "kept": 10, "rejected": {"surplus": 2}, "figures": figures}


def review(folder: Path) -> dict[str, Any]:
    write_jsonl(folder / "pairs.jsonl", [])
    counts = dict.fromkeys(("pairs_accepted", "pairs_corrected", "pairs_rejected", "pairs_tied", "preferences_swapped"), 3)
    return {
        "read": 40,
        "kept": 37,
        "rejected": {"people_rejected": 3},
        "figures": {"sample": 20, "verdicts": 41, "reviewers": 2, "agreement": 0.875, **counts},
    }


def curve() -> list[dict[str, Any]]:
    train, validation = [6.1, 3.4, 2.6, 2.2, 1.9, 1.7, 1.6], [5.2, 3.6, 3.1, 2.9, 2.85, 2.92, 3.01]
    both = zip(train, validation, strict=True)
    return [asdict(Loss(20 * (at + 1), 0.4 * (at + 1), a, b, 0.75)) for at, (a, b) in enumerate(both)]


def training(folder: Path) -> dict[str, Any]:
    write_jsonl(folder / "losses.jsonl", curve())
    counts = {"train_rows": 367, "validation_rows": 56, "steps": 140, "trainable_parameters": 1234567, "kept_step": 100, "resumed_from": 0}
    return {"read": 423, "kept": 423, "rejected": {}, "figures": {"base": "tohum", **counts, "overfit": "overfit", "losses": curve()}}


def evaluate(folder: Path) -> dict[str, Any]:
    base = Figures("base", 6.204, 494.7, None, wilson(24, 56), wilson(20, 56), "too_few")
    sft = Figures("sft", 2.853, 17.3, Interval(-3.351, -3.702, -3.011), wilson(33, 56), wilson(30, 56), "overfit")
    dpo = Figures("dpo", 2.871, 17.7, Interval(-3.333, -3.684, -2.995), wilson(47, 56), wilson(45, 56), "none")
    models = (base, sft, dpo)
    answers = tuple(
        Answers(f"pair-{at}", f"Soru {at}? {EVIL}", "beklenen", EVIL, "Ankara 1923'te başkent oldu.", "Ankara.") for at in range(7)
    )
    found = Evaluation(56, 56, 14, 1532, 2, models, answers, summary(56, 14, models))
    values = json.loads(json.dumps(asdict(found)))
    write_json(folder / "evaluation.json", values)
    return {
        "read": 114,
        "kept": 112,
        "rejected": {"too_long": 2},
        "figures": {name: value for name, value in values.items() if name != "answers"},
    }


def export(folder: Path) -> dict[str, Any]:
    write_text(folder / "Modelfile", "FROM ./model-Q4_K_M.gguf\n")
    files = [
        {"kind": "F16", "file": "model-F16.gguf", "bytes": 8_412_345},
        {"kind": "Q4_K_M", "file": "model-Q4_K_M.gguf", "bytes": 3_123_456},
    ]
    alike: dict[str, Any] = {"texts": 14, "texts_equal": 14, "prompts": 5, "prompts_equal": 5, "answers": ()}
    whole = Parity(kind="F16", bytes=8_412_345, answers_equal=5, near_ties=0, kl=3.1e-7, **alike)
    small = Parity(kind="Q4_K_M", bytes=3_123_456, answers_equal=3, near_ties=1, kl=0.0213, **alike)
    parity = [asdict(whole), asdict(small)]
    figures = {"adapter": "6-dpo", "files": files, "stops": [], "num_ctx": 1024, "prompts": [], "expected": [], "parity": parity}
    return {"read": 2, "kept": 2, "rejected": {}, "figures": figures}


MAKERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "curate": curate,
    "pairs": pairs,
    "preferences": preferences,
    "review": review,
    "sft": training,
    "dpo": training,
    "evaluate": evaluate,
    "export": export,
}
SAID = {
    "curate": "Okunan 8 kayıttan",
    "pairs": "1.170 adaydan 30 çift",
    "preferences": "toplam 10 tercih",
    "review": "2 kişi 41 karar verdi",
    "sft": "367 satırla 140 adım",
    "dpo": "367 satırla 140 adım",
    "evaluate": "Seçileni yeğleme",
    "export": "ollama create",
}


def fabricate(run: Path, last: str = "export") -> Path:
    """A run folder whose stages up to `last` are finished."""
    write_text(run / "tarif.yaml", "name: deneme\ncurate: {inputs: [tarif.yaml]}\n")
    recipe = load_recipe(run / "tarif.yaml")
    write_text(run / "recipe.yaml", recipe_yaml(recipe))
    write_text(run / "recipe-folder.txt", f"{run}\n")
    for stage in STAGES:
        folder = run / stage.folder
        folder.mkdir(parents=True)
        write_manifest(folder, stage, made_from(stage, recipe, run, run), seed=42, seconds=62.5, **MAKERS[stage.name](folder))
        if stage.name == last:
            break
    return run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return fabricate(tmp_path / "deneme")


def test_the_page_loads_nothing_from_anywhere(run: Path) -> None:
    page = page_of(run)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    loads = [(name, value) for name, value in page.attributes if name in {"src", "href", "srcset", "data", "action", "xlink:href"}]
    assert loads
    assert all(name == "href" and value.startswith("#") for name, value in loads)
    assert not any(name.startswith("on") for name, _ in page.attributes)
    style = re.search(r"<style>(.*?)</style>", (run / "report.html").read_text(encoding="utf-8"), re.DOTALL)
    assert style is not None
    assert not re.search(r"url\(|@import|https?:", style[1])


def test_every_link_leads_to_a_part_of_the_page(run: Path) -> None:
    page = page_of(run)
    ids = {value for name, value in page.attributes if name == "id"}
    assert {value[1:] for name, value in page.attributes if name == "href"} == ids == set(MAKERS)


def test_texts_of_documents_stay_texts(run: Path) -> None:
    page = page_of(run)
    html = (run / "report.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("</style>") == 1
    assert "{{ 7 * 7 }} {% raw %}" in page.text
    assert "<script>alert('x')</script>" in page.text


def test_the_same_run_gives_the_same_bytes(run: Path) -> None:
    first = write_report(run).read_bytes()
    assert write_report(run).read_bytes() == first


def test_the_page_is_in_turkish_and_whole(run: Path) -> None:
    html = write_report(run).read_text(encoding="utf-8")
    assert html.startswith('<!doctype html>\n<html lang="tr">')
    assert [html.count(f"<{tag}") == html.count(f"</{tag}>") for tag in ("section", "table", "details", "article", "svg", "div")] == [
        True
    ] * 6
    assert "henüz çalıştırılmadı" not in html


@pytest.mark.parametrize("last", list(MAKERS))
def test_a_stage_shows_its_figures_and_those_after_it_say_they_did_not_run(tmp_path: Path, last: str) -> None:
    text = page_of(fabricate(tmp_path / "deneme", last)).text
    done = list(MAKERS).index(last) + 1
    assert [stage for stage in list(MAKERS)[:done] if SAID[stage] not in text] == []
    assert text.count("Bu aşama henüz çalıştırılmadı.") == len(MAKERS) - done


def test_a_run_without_any_stage_still_has_a_report(run: Path, tmp_path: Path) -> None:
    empty = tmp_path / "bos"
    empty.mkdir()
    for name in ("recipe.yaml", "recipe-folder.txt"):
        (empty / name).write_bytes((run / name).read_bytes())
    text = page_of(empty).text
    assert "henüz bir sonucu yok" in text
    assert text.count("Bu aşama henüz çalıştırılmadı.") == len(MAKERS)


def test_a_folder_that_is_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="not a run folder"):
        write_report(tmp_path)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_damaged_manifest_is_said_and_the_rest_stays(run: Path, stage: Any) -> None:
    (run / stage.folder / "manifest.json").write_text("{", encoding="utf-8")
    page = page_of(run)
    assert page.text.count("dosyaları hasarlı") == 1
    assert SAID[stage.name] not in page.text or stage.name in {"sft", "dpo"}
    assert ("class", "damaged") in page.attributes


def test_damaged_records_are_said(run: Path) -> None:
    (run / "2-pairs" / "pairs.jsonl").write_text("{", encoding="utf-8")
    text = page_of(run).text
    assert text.count("dosyaları hasarlı") == 1
    assert "8 kayıttan 2 belge seçildi" in text


@pytest.mark.parametrize("stage", list(MAKERS))
def test_a_manifest_without_the_figures_is_said(run: Path, stage: str) -> None:
    folder = run / next(one.folder for one in STAGES if one.name == stage)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    write_json(folder / "manifest.json", {**manifest, "figures": {"models": [{}]}})
    text = page_of(run).text
    assert ("rakamları okunamadı" in text) == (stage != "evaluate")  # its figures lie in evaluation.json


def test_a_changed_recipe_makes_stages_stale(run: Path) -> None:
    text = (run / "recipe.yaml").read_text(encoding="utf-8")
    write_text(run / "recipe.yaml", text.replace("threshold: 0.8", "threshold: 0.7"))
    page = page_of(run)
    assert ("class", "stale") in page.attributes
    assert "Eskimiş: tarif" in page.text


def test_numbers_of_the_manifests_stand_in_the_page(run: Path) -> None:
    text = page_of(run).text
    wanted = ["1.170 aday", "1.134 %96,9", "9.876 girdi", "1.234 0", "%32,4", "%25,0", "0,92 katı", "%87,5", "1.234.567", "2,850 nat"]
    wanted += [
        "6,204 494,7",
        "−3,351",
        "−3,702 … −3,011",
        "33 / 56 = %58,9",
        "47 / 56 = %83,9",
        "8,4 MB",
        "3,1 MB",
        "3 / 5 1 0,021",
        "3,1·10⁻⁷",
        "1 dk 2 sn",
    ]
    assert [one for one in wanted if one not in text] == []


def test_a_reason_is_told_in_turkish_and_an_unknown_one_by_its_key(run: Path) -> None:
    text = page_of(run).text
    assert "İstenen dilde değil language" in text
    assert "brand_new_reason" in text


def test_the_evidence_is_marked_in_its_surroundings(run: Path) -> None:
    html = write_report(run).read_text(encoding="utf-8")
    assert f"<mark>{TEXT[:33]}</mark>" in html


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_colours_have_enough_contrast_to_read(scheme: int) -> None:
    css = (Path(charts.__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
    colours = {name: luminance(value) for name, value in re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", css.split(":root {")[scheme + 1])}

    def contrast(one: str, other: str) -> float:
        low, high = sorted((colours[one], colours[other]))
        return (high + 0.05) / (low + 0.05)

    words = {(one, ground): 4.5 for one in ("ink", "soft", "link", "good", "bad", "warn") for ground in ("paper", "card")}
    shapes = {(one, ground): 3.0 for one in ("one", "two", "three", "four") for ground in ("paper", "track")}
    wanted = {**words, **shapes, ("mark-ink", "mark"): 4.5}
    assert {pair: contrast(*pair) for pair, least in wanted.items() if contrast(*pair) < least} == {}


def test_long_dropped_texts_are_shortened(run: Path) -> None:
    assert "söz " * 60 not in page_of(run).text


def test_a_switched_off_dpo_is_said(run: Path, tmp_path: Path) -> None:
    folder = run / "6-dpo"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    write_json(folder / "manifest.json", {**manifest, "figures": {"enabled": False}})
    assert "Tarifte kapalı" in page_of(run).text


def test_samples_are_the_lowest_ids_of_each_group_in_turn_whatever_the_order() -> None:
    records = [pair(number, ("a", "b")[number % 2]) for number in range(9)]
    forward, backward = (lowest_ids(some, lambda one: one.task, 2) for some in (records, records[::-1]))
    assert forward == backward
    assert [one.id for one in in_turn(forward, 3)] == ["pair-0", "pair-1", "pair-2"]


def test_an_excerpt_outside_its_document_is_empty() -> None:
    assert excerpt(Evidence("d-2", 3, 99), Document("d-2", "Kısa.", "b.txt")).pieces == ()
    assert excerpt(Evidence("d-2", 0, 3), None).pieces == ()


def test_an_excerpt_marks_just_the_evidence() -> None:
    pieces = excerpt(Evidence("d-1", 7, 11), Document("d-1", "Ankara 1923 yılında.", "a.txt")).pieces
    assert [(one.text, one.marked) for one in pieces] == [("Ankara ", False), ("1923", True), (" yılında.", False)]


@pytest.mark.parametrize(
    ("text", "expected"), [("bir iki üç", "bir iki üç"), ("bir  iki\nüç dört", "bir iki…"), ("birikiüçdörtbeş", "birikiüçd…")]
)
def test_a_text_is_shortened_between_words(text: str, expected: str) -> None:
    assert shortened(text, 10) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (formats.integer(1234567), "1.234.567"),
        (formats.decimal(1234.5, 1), "1.234,5"),
        (formats.percent(0.1234), "%12,3"),
        (formats.percent(0.0001), "<%0,1"),
        (formats.percent(0), "%0,0"),
        (formats.signed(-0.25), "−0,250"),
        (formats.size(999), "999 bayt"),
        (formats.size(4_200_000_000), "4,2 GB"),
        (formats.duration(6.083), "6,1 sn"),
        (formats.duration(3725), "1 sa 2 dk"),
        (formats.small(0), "0"),
        (formats.small(0.0213), "0,021"),
    ],
)
def test_numbers_are_written_as_in_turkish(seen: str, expected: str) -> None:
    assert seen == expected


@pytest.mark.parametrize(("low", "high"), [(0, 140), (1.6, 6.1), (2.85, 2.85), (0, 5), (0.0001, 0.0002), (0, 0)])
def test_ticks_enclose_the_values_evenly(low: float, high: float) -> None:
    found = charts.ticks(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    assert 2 <= len(found) <= 7
    assert all(b - a == pytest.approx(found[1] - found[0]) for a, b in pairwise(found))


def test_a_curve_keeps_inside_its_frame_and_leaves_out_what_is_not_finite() -> None:
    svg = charts.curve([Loss(1, 0.1, 3.0, None), Loss(2, 0.2, float("nan"), 2.0), Loss(3, 0.3, 1.0, float("inf"))], 2, "<b>")
    places = [tuple(map(float, one.split(","))) for one in " ".join(re.findall(r'points="([^"]*)"', svg)).split()]
    assert len(places) == 3
    assert all(0 <= x <= 440 and 0 <= y <= 290 for x, y in places)
    assert "&lt;b&gt;" in svg
    assert charts.curve([], 0, "") == ""
