from typing import get_args

import pytest
from pydantic import ValidationError

from synthesis.config import SynthesisConfig, TaskName
from synthesis.tasks import PROMPTS, TASKS


def test_the_default_asks_for_every_task_that_the_embedded_writer_can_do():
    assert list(SynthesisConfig().tasks) == ["soru-cevap", "tanim", "liste", "ozet", "baslik", "bilgi-cikarma"]


def test_every_task_name_has_its_task():
    assert set(get_args(TaskName)) == set(TASKS)


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


def test_a_mistyped_task_is_told_what_was_meant():
    with pytest.raises(ValidationError, match="did you mean `soru-cevap`"):
        SynthesisConfig(tasks={"soru-cevp": 1})
