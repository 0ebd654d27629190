"""What cannot come of the tasks of a recipe is said before any work."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.errors import RecipeError
from pipelines.check import checked

TASK = """reader: open
prompt: |
  ## sistem
  Yalnızca JSON yazarsın.

  ## kullanıcı
  Bir atasözü yaz.

  {metin}
"""
MODEL = 'model: {kind: openai, base_url: "http://127.0.0.1:9/v1", name: m}'


def recipe_of(folder: Path, pairs: str, preferences: str = "{}") -> Path:
    (folder / "belge.txt").write_text("Damlaya damlaya göl olur.", encoding="utf-8")
    (folder / "atasozu.yaml").write_text(TASK, encoding="utf-8")
    recipe = folder / "tarif.yaml"
    recipe.write_text(f"name: a\ncurate: {{inputs: [belge.txt]}}\npairs: {{{pairs}}}\npreferences: {preferences}\n", encoding="utf-8")
    return recipe


def mistakes(recipe: Path, last: str | None = None) -> dict[str, str]:
    try:
        checked(recipe, last)
    except RecipeError as error:
        return {one.key: f"{one.allowed} | {one.seen}" for one in error.mistakes}
    return {}


def test_the_rules_write_no_task_of_ones_own_and_none_for_models_only(tmp_path: Path) -> None:
    found = mistakes(recipe_of(tmp_path, "task_files: [atasozu.yaml], tasks: {soru-cevap: 1, kod: 1}"))
    assert set(found) == {"pairs.task_files.0", "pairs.tasks.kod"}
    assert "soru-cevap" in found["pairs.tasks.kod"]
    assert mistakes(recipe_of(tmp_path, f"{MODEL}, task_files: [atasozu.yaml], tasks: {{soru-cevap: 1, kod: 1}}")) == {}


@pytest.mark.parametrize(
    ("pairs", "preferences", "wrong"),
    [
        ("tasks: {atasozu: 1}", "{}", True),
        ("tasks: {atasozu: 1, ozet: 1}", "{}", False),
        ("tasks: {ozet: 1, atasozu: 1}", "{kinds: {wrong_order: 1}}", True),
        ("tasks: {ozet: 1, atasozu: 1}", "{kinds: {wrong_register: 1, wrong_order: 1}, min_margin: 2}", True),
    ],
)
def test_preferences_that_cannot_be_made_of_any_task_are_a_mistake(pairs: str, preferences: str, wrong: bool, tmp_path: Path) -> None:
    recipe = recipe_of(tmp_path, f"{MODEL}, task_files: [atasozu.yaml], {pairs}", preferences)
    assert list(mistakes(recipe)) == ["preferences.kinds"] * wrong
    assert mistakes(recipe, "pairs") == {}


def test_other_origins_and_files_may_bring_preferences(tmp_path: Path) -> None:
    own = f"{MODEL}, task_files: [atasozu.yaml], tasks: {{atasozu: 1}}"
    assert mistakes(recipe_of(tmp_path, own, f"{{candidates: [{{{MODEL}, n: 2}}], judge: {{{MODEL}}}}}")) == {}
    (tmp_path / "eski.jsonl").write_text('{"instruction": "a", "output": "b", "task": "ozet"}\n', encoding="utf-8")
    assert mistakes(recipe_of(tmp_path, f"{own}, files: [{{path: eski.jsonl, format: alpaca}}]")) == {}
