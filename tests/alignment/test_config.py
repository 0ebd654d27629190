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


def test_argilla_without_its_client_is_refused_with_the_line_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    config = ReviewConfig(desk="argilla", sample=10)
    assert "imbik[review]" in (unavailable(config) or "")
    with pytest.raises(ReviewError, match=r"imbik\[review\]"):
        open_desk(config, tmp_path)


def test_a_server_by_url_needs_its_key_and_the_embedded_one_needs_none(monkeypatch):
    monkeypatch.delenv("UZMAN_ANAHTARI", raising=False)
    config = ReviewConfig(desk="argilla", sample=10, url="https://argilla.example.org", api_key_env="UZMAN_ANAHTARI")
    assert "UZMAN_ANAHTARI" in (unavailable(config) or "")
    monkeypatch.setenv("UZMAN_ANAHTARI", "x")
    assert unavailable(config) is None
    assert unavailable(ReviewConfig(desk="argilla", sample=10)) is None


def test_an_embedded_server_that_was_never_started_is_told_how_to_start(tmp_path, monkeypatch):
    pytest.importorskip("argilla")
    monkeypatch.setenv("IMBIK_REVIEW_HOME", str(tmp_path / "home"))
    with pytest.raises(ReviewError, match="imbik review serve"):
        open_desk(ReviewConfig(desk="argilla", sample=10), tmp_path)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"url": "argilla.example.org"}, "url"),
        ({"decide": "adjudication"}, "adjudicators"),
        ({"trust": {"ayşe": 0}}, "ayşe"),
        ({"gold_share": 0.9}, "gold_share"),
        ({"annotators_per_record": 0}, "annotators_per_record"),
    ],
)
def test_a_review_that_cannot_work_is_refused(values, said):
    with pytest.raises(ValidationError, match=said):
        ReviewConfig.model_validate({"sample": 5, **values})


def test_a_review_that_is_skipped_asks_for_no_desk():
    assert (
        unavailable(ReviewConfig(desk="argilla", sample=0, url="https://argilla.example.org", api_key_env="YOK_BOYLE_BIR_ANAHTAR")) is None
    )
    assert unavailable(ReviewConfig(sample=5)) is None


def test_checking_a_recipe_loads_nothing_heavy():
    code = "import sys, alignment.config, alignment.desk; print([m for m in ('torch', 'presidio_analyzer', 'spacy', 'trafilatura', 'argilla') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
