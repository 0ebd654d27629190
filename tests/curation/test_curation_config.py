from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from curation.config import CurateConfig


def test_the_inputs_are_all_a_recipe_must_name() -> None:
    config = CurateConfig(inputs=("belgeler",))
    assert config.language.keep == ("tr",)
    assert (config.quality.preset, config.pii.policy, config.dedup.threshold) == ("web", "tag", 0.8)


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        CurateConfig.model_validate(
            {"dil": "tr", "dedup": {"threshold": 2}, "pii": {"policy": "sil", "entities": ["AD"]}, "language": {"keep": ["türkçe"]}}
        )
    assert {error["loc"] for error in caught.value.errors()} == {
        ("inputs",),
        ("dil",),
        ("dedup", "threshold"),
        ("pii", "policy"),
        ("pii", "entities", 0),
        ("language", "keep", 0),
    }


def test_checking_a_recipe_imports_nothing_heavy() -> None:
    code = "import sys, curation.config; print(*sorted({'presidio_analyzer', 'spacy', 'trafilatura', 'datasketch', 'py3langid'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""
