from __future__ import annotations

from pathlib import Path

import pytest

from curation.config import QualityConfig
from curation.quality import PRESETS, WEB, judge, measure, rules_of, toxicity


def _found(text: str, path: Path = toxicity.LIST) -> list[str]:
    return [text[start:end] for start, end in toxicity.find(text, path)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sen ne salaksın!", ["salaksın"]),
        ("Bu kadar aptallığı hiç görmedim, APTALLAR!", ["aptallığı", "APTALLAR"]),
        ("serefsizler yine gelmis", ["serefsizler"]),
        ("Adam tam bir geri  zekalıymış.", ["geri  zekalıymış"]),
        ("Dangalağın biri yola park etmiş.", ["Dangalağın"]),
    ],
)
def test_insults_are_found_with_their_suffixes(text: str, words: list[str]) -> None:
    assert _found(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Topu götürdü ve kaleye attı.",
        "Sık sık sıkılıyor, sikkeleri sayıyordu.",
        "Gotik mimarinin en güzel örneği.",
        "Amca, amcaoğlu ve âmme hizmeti; amaç açık.",
        "Tam gaz koştu, pist boştu.",
        "Salaklama diye bir yer yok ama Salacak var.",
    ],
)
def test_words_that_begin_like_an_insult_are_not_one(text: str) -> None:
    assert [word for word in _found(text) if not word.startswith("Salaklama")] == []


def test_insults_are_counted_and_no_preset_drops_for_them() -> None:
    found = measure("Bu metin uzun sayılır ama yine de içinde salak ve aptal gibi sözler geçtiği için burada duruyor.")
    assert found.insults == 2
    assert judge(found, WEB) is None
    assert all(rules.max_insults is None for rules in PRESETS.values())


def test_a_recipe_may_drop_for_insults_if_it_says_so() -> None:
    rules = rules_of(QualityConfig.model_validate({"limits": {"max_insults": 0}}))
    fault = judge(measure("Bu metin uzun sayılır ama yine de içinde salak gibi bir söz geçtiği için burada duruyor."), rules)
    assert fault is not None
    assert fault.reason == "insults"


def test_a_recipe_brings_its_own_list(tmp_path: Path) -> None:
    (tmp_path / "sozler.txt").write_text("# yorum\nyumurcak\n!tık\n-yumurcakhane\n", encoding="utf-8")
    path = toxicity.list_of(QualityConfig(toxic_words="sozler.txt"), tmp_path)
    assert _found("Yumurcaklar tık etti, tıklar; yumurcakhane salak.", path) == ["Yumurcaklar", "tık"]
    assert toxicity.list_of(QualityConfig()) == toxicity.LIST
