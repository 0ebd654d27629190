"""The report's section on the review: what people changed, and how far one can rely on them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from alignment.agreement import agreement
from alignment.changes import Change
from alignment.desk import Verdict, chosen_is_a
from curation.records import Rejected
from curation.storage import write_jsonl, write_text
from pipelines.manifest import write_manifest
from pipelines.recipe import load_recipe, recipe_yaml
from pipelines.report import write_report
from pipelines.stages import REVIEW

EVIL = "<script>alert('x')</script> {{ 7 * 7 }} <img src=x onerror=alert(1)>"
COUNTS = ("pairs_accepted", "pairs_corrected", "pairs_rejected", "pairs_tied", "pairs_correction_refused", "preferences_swapped")


def at(minute: int) -> str:
    return f"2026-05-04T{9 + minute // 60:02}:{minute % 60:02}:00"


def pair_verdicts() -> list[Verdict]:
    """Thirty pairs; bora goes along with ayşe for the first half of them and against her afterwards."""
    first = [Verdict(f"pair-{n}", "pairs", "ret" if n % 3 == 0 else "kabul", "ayşe", reviewed_at=at(n)) for n in range(30)]
    second = [
        Verdict(f"pair-{n}", "pairs", one.verdict if n < 15 else "ret" if one.verdict == "kabul" else "kabul", "bora", reviewed_at=at(n))
        for n, one in enumerate(first)
    ]
    return [*first, *second, Verdict("dikkat-1", "pairs", "kabul", "bora"), Verdict("dikkat-1", "pairs", "ret", "can")]


def preference_verdicts() -> list[Verdict]:
    """Whoever says A throughout does not read."""
    return [Verdict(f"pref-{n}", "preferences", "a", "ayşe", reviewed_at=at(n)) for n in range(24)]


def agreements(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    judged = {f"pair-{n}": 1.0 if n % 3 else 0.2 for n in range(30)}
    found = (agreement(verdicts, what, judged=judged, expected={"dikkat-1": ["ret"]}, seed=1) for what in ("pairs", "preferences"))
    return [json.loads(json.dumps(asdict(one))) for one in found if one.verdicts]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return fabricate(tmp_path / "deneme", people=agreements([*pair_verdicts(), *preference_verdicts()]))


def fabricate(run: Path, **more: Any) -> Path:
    write_text(run / "tarif.yaml", "name: deneme\ncurate: {inputs: [tarif.yaml]}\nreview: {sample: 30}\n")
    recipe = load_recipe(run / "tarif.yaml")
    write_text(run / "recipe.yaml", recipe_yaml(recipe))
    write_text(run / "recipe-folder.txt", f"{run}\n")
    folder = run / REVIEW.folder
    write_jsonl(
        folder / "changes.jsonl",
        [
            Change("pair-1", "corrected", "soru-cevap", f"Kooperatif nerede? {EVIL}", "Ankara'da.", "Muğla'da kuruldu.", ("ayşe", EVIL)),
            Change("pref-1", "swapped", "tanim", "Değirmen nedir?", "Bilinmiyor.", "Tahıl öğütülen yerdir.", ()),
        ],
    )
    dropped = [
        Rejected("pair-2", "people_rejected", f"ayşe: dayanağı yok {EVIL}", "pair-2", "Göl kaç metre derin?"),
        Rejected("pair-3", "people_ungrounded", "the evidence does not hold it: Göle beş bin alabalık bırakıldı.", "pair-3", "Göle ne bırakıldı?"),
        Rejected("pref-9", "pair_rejected", "", "pair-9", "Çiftiyle düştü."),
    ]  # fmt: skip
    write_jsonl(folder / "rejected.jsonl", dropped)
    figures = {"sample": 30, "verdicts": 84, "reviewers": 3, "agreement": 0.5, **dict.fromkeys(COUNTS, 2), **more}
    counts = {"people_rejected": 1, "people_ungrounded": 1, "pair_rejected": 1}
    write_manifest(folder, REVIEW, {"recipe": "0"}, read=60, kept=57, rejected=counts, figures=figures, seed=1, seconds=1.0)
    return run


def text_of(run: Path) -> str:
    """The page without its tags, on one line."""
    import re

    page = write_report(run).read_text(encoding="utf-8")
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.split('id="review"')[-1])).split())


def test_agreement_stands_there_with_its_interval(run: Path) -> None:
    text = text_of(run)
    found = agreements(pair_verdicts())[0]["alpha"]
    low, high, value = (f"{found[name]:.2f}".replace(".", ",").replace("-", "−") for name in ("low", "high", "value"))
    assert f"Krippendorff alfası {value} (%95 güven aralığı {low} … {high})" in text
    assert "ayşe – bora 30" in text


def test_people_stand_beside_the_judge_and_the_place_of_the_answer(run: Path) -> None:
    text = text_of(run)
    assert "yargıç puanının daha yüksek olma oranı" in text
    expected = f"%{100 * sum(chosen_is_a(f'pref-{n}') for n in range(24)) / 24:.1f}".replace(".", ",")
    assert f"A'nın seçilme oranı %100,0 (%95 güven aralığı %86,2 … %100,0); hep makinenin seçtiği yanıt seçilseydi {expected}" in text
    assert "yanıtın yeri kararları etkilemiş olabilir" in text


def test_each_person_is_told_with_drift_speed_and_checks(run: Path) -> None:
    text = text_of(run)
    assert "bora 30 %50,0 %100,0 → %0,0 kayma 1 dk 0 sn 0 / 1" in text
    assert "can 0 – – – 1 / 1" in text


def test_what_people_changed_is_shown_before_and_after(run: Path) -> None:
    text = text_of(run)
    assert "Önce Ankara'da. Sonra Muğla'da kuruldu." in text
    assert "Önce seçilen Bilinmiyor. Şimdi seçilen Tahıl öğütülen yerdir." in text
    assert "Göl kaç metre derin? ayşe: dayanağı yok" in text
    assert "Göle ne bırakıldı? Göle beş bin alabalık bırakıldı." in text
    assert "Çiftiyle düştü." not in text


def test_what_people_wrote_stays_text(run: Path) -> None:
    page = write_report(run).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("{{ 7 * 7 }}") == 3


def test_an_older_run_without_agreement_still_shows_its_counts(tmp_path: Path) -> None:
    text = text_of(fabricate(tmp_path / "eski"))
    assert "3 kişi 84 karar verdi" in text
    assert "Krippendorff" not in text


def test_verdicts_that_are_all_the_same_have_no_alpha(tmp_path: Path) -> None:
    same = [Verdict(f"pair-{n}", "pairs", "kabul", who) for n in range(3) for who in ("ayşe", "bora")]
    text = text_of(fabricate(tmp_path / "hep", people=agreements(same)))
    assert "hep aynı karar verildi" in text
    assert "hep tek karar" in text
