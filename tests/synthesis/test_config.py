from typing import get_args

import pytest
from pydantic import ValidationError

from synthesis.config import SynthesisConfig, TaskName
from synthesis.tasks import PROMPTS, TASKS


def test_every_task_of_a_recipe_has_a_reader_and_the_default_names_some():
    assert set(get_args(TaskName)) == set(TASKS)
    assert set(SynthesisConfig().tasks) <= set(TASKS)


def test_every_task_has_a_template_with_both_parts():
    for name in TASKS:
        text = (PROMPTS / f"{name}.md").read_text(encoding="utf-8")
        assert "## sistem" in text
        assert "## kullanıcı" in text


@pytest.mark.parametrize("weight", [0, -1, float("inf")])
def test_a_weight_must_be_above_zero(weight):
    with pytest.raises(ValidationError, match="must be above 0"):
        SynthesisConfig(tasks={"ozet": weight})


@pytest.mark.parametrize("wrong", [{"tasks": {"siir": 1}}, {"tasks": {}}, {"held_out": 1.0}, {"context": "title"}, {"passage_word": 3}])
def test_a_wrong_key_or_value_is_a_mistake(wrong):
    with pytest.raises(ValidationError):
        SynthesisConfig(**wrong)
