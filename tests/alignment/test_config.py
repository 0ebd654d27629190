import subprocess
import sys

import pytest
from pydantic import ValidationError

from alignment.config import PreferenceConfig, ReviewConfig
from alignment.desk import open_desk, unavailable
from alignment.kinds import KINDS
from curation.errors import ReviewError


def test_all_kinds_are_made_by_default():
    assert set(PreferenceConfig().kinds) == set(KINDS)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kinds": {"other_date": 0}}, "above 0"),
        ({"kinds": {}}, "at least 1"),
        ({"kinds": {"other_dates": 1}}, "other_date"),
        ({"kinds": {"wrong_register": 1}, "min_margin": 2.0}, "leaves no kind"),
        ({"per_pair": 5}, "less than or equal to 4"),
        ({"max_length_ratio": 1.0}, "greater than 1"),
        ({"per_pairs": 1}, "Extra inputs"),
    ],
)
def test_a_wrong_value_is_a_mistake_that_says_what_is_allowed(values, said):
    with pytest.raises(ValidationError, match=said):
        PreferenceConfig.model_validate(values)


def test_argilla_is_refused_with_the_way_out(tmp_path):
    config = ReviewConfig(desk="argilla", sample=10)
    assert "jsonl" in (unavailable(config) or "")
    with pytest.raises(ReviewError, match="jsonl"):
        open_desk(config, tmp_path)


def test_a_review_that_is_skipped_asks_for_no_desk():
    assert unavailable(ReviewConfig(desk="argilla", sample=0)) is None
    assert unavailable(ReviewConfig(sample=5)) is None


def test_checking_a_recipe_loads_nothing_heavy():
    code = "import sys, alignment.config, alignment.desk; print([m for m in ('torch', 'presidio_analyzer', 'spacy', 'trafilatura', 'argilla') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
