"""Every shipped recipe is sound, and the two that are made to be compared can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.check import checked
from pipelines.recipe import load_recipe

RECIPES = Path(__file__).parents[2] / "recipes"


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_recipe_is_sound_and_named_after_its_file(path: Path) -> None:
    assert checked(path).name == path.stem


def test_deep_and_diverse_differ_in_nothing_but_the_choice() -> None:
    deep, diverse = (load_recipe(RECIPES / f"{name}.yaml") for name in ("deep", "diverse"))
    assert deep.pairs.selection.keep == diverse.pairs.selection.keep
    assert deep.pairs.selection.documents is not None
    assert diverse.pairs.selection.documents is None
    same = {"pairs": deep.pairs.model_copy(update={"selection": diverse.pairs.selection}), "name": "diverse"}
    ollama = deep.export.ollama.model_copy(update={"name": diverse.export.ollama.name})
    assert deep.model_copy(update={**same, "export": deep.export.model_copy(update={"ollama": ollama})}) == diverse


def test_the_recipes_with_a_model_server_differ_in_nothing_but_answers_and_choice() -> None:
    names = ("deep-answers", "diverse-questions", "diverse-answers")
    deep, questions, answers = (load_recipe(RECIPES / f"{name}.yaml") for name in names)
    shapes = [(one.pairs.selection.instructions, one.pairs.solutions(), one.pairs.selection.keep) for one in (deep, questions, answers)]
    assert shapes == [(12, 10, 120), (120, 1, 120), (40, 3, 120)]
    assert all(one.pairs.answers and one.pairs.answers.count > one.pairs.solutions() for one in (deep, answers))
    for one in (questions, answers):
        pairs = one.pairs.model_copy(update={"answers": deep.pairs.answers, "selection": deep.pairs.selection})
        export = one.export.model_copy(update={"ollama": deep.export.ollama})
        assert one.model_copy(update={"name": deep.name, "pairs": pairs, "export": export}) == deep
