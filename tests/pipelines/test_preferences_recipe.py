"""The recipe keys of judged preferences: what is made by default, and what cannot work."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.judging import judges_of
from pipelines.recipe import PreferencesConfig, Recipe

SERVED = {"kind": "openai", "name": "m", "base_url": "http://127.0.0.1:1/v1"}
CANDIDATES = {"candidates": [{"model": SERVED, "n": 4}], "judge": {"model": SERVED}}


def config(**values: Any) -> PreferencesConfig:
    return PreferencesConfig.model_validate(values)


def test_corruptions_alone_are_made_by_default() -> None:
    assert config().weights() == {"bozma": 1.0}
    assert [key for key, _ in config().models()] == ["model"]


def test_an_origin_whose_models_are_named_is_made_beside_corruptions() -> None:
    assert config(**CANDIDATES).weights() == {"bozma": 1.0, "adaylar": 1.0}
    assert config(unsourced={"model": SERVED}).weights() == {"bozma": 1.0, "kaynak": 1.0}


def test_named_origins_are_the_only_ones_made() -> None:
    assert config(**CANDIDATES, origins={"adaylar": 2}).weights() == {"adaylar": 2.0}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"origins": {"adaylar": 1}}, "needs `candidates`, `judge`"),
        ({"origins": {"guclu-zayif": 1}, "judge": {"model": SERVED}, "strong": {"model": SERVED}}, "needs `weak`"),
        ({"origins": {"revizyon": 1}, "draft": {"model": SERVED}, "judge": {"model": SERVED}}, "needs `revise`"),
        ({"origins": {"kaynak": 1}}, "needs `unsourced`"),
        ({**CANDIDATES, "judge": None}, "needs `judge`"),
        ({"candidates": [{"model": SERVED, "n": 1}], "judge": {"model": SERVED}}, "two answers"),
        ({"origins": {}}, "above 0"),
        ({"origins": {"bozma": -1}}, "bozma"),
        ({"origins": {"uydurma": 1}}, "adaylar"),
        ({"judge": {"model": {"kind": "rules"}}}, "openai"),
        ({"swapped": True}, "`judge`"),
        ({"max_longer_share": 0.4}, "0.5"),
    ],
)
def test_what_cannot_work_is_refused_with_what_is_missing(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        config(**values)


def test_every_model_is_known_by_its_key_so_that_a_missing_key_is_told_before_any_work() -> None:
    judge = {"model": SERVED, "judges": [SERVED]}
    keys = [key for key, _ in config(candidates=[{"model": SERVED}], judge=judge, unsourced={"model": SERVED}).models()]
    assert keys == ["model", "candidates.0.model", "unsourced.model", "judge.model", "judge.judges.0"]


def test_two_judges_of_one_name_keep_their_own() -> None:
    judge = config(judge={"model": SERVED, "judges": [SERVED, SERVED | {"name": "n"}]}).judge
    assert judge is not None
    assert list(judges_of(judge)) == ["m", "m#2", "n"]


def test_a_recipe_with_every_origin_survives_being_written_out() -> None:
    values = {
        "name": "x",
        "curate": {"inputs": ["a"]},
        "preferences": CANDIDATES | {"origins": {"bozma": 1, "adaylar": 0.5}, "swapped": True},
    }
    recipe = Recipe.model_validate(values)
    assert Recipe.model_validate(recipe.model_dump(mode="json")) == recipe
