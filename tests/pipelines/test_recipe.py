"""A wrong recipe answers with every mistake at once; every shipped one is sound."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from curation.errors import RecipeError
from pipelines.check import checked
from pipelines.init import write_recipe
from pipelines.recipe import Recipe, load_recipe, recipe_yaml

SHIPPED = sorted((Path(__file__).parents[2] / "recipes").glob("*.yaml"))


def written(folder: Path, text: str) -> Path:
    path = folder / "tarif.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> dict[str, str]:
    with pytest.raises(RecipeError) as caught:
        load_recipe(written(folder, text))
    return {mistake.key: f"{mistake.allowed} | {mistake.seen}" for mistake in caught.value.mistakes}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_recipe_is_sound(path: Path) -> None:
    assert checked(path).name


def test_all_mistakes_are_told_at_once_with_key_value_and_what_is_allowed(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        "name: Büyük Harf\nseed: -1\ncurate: {inputs: [a], dedup: {threshold: 7}}\nsft: {ranks: 8, epochs: çok}\npairs: {model: {kind: chatgpt}}\n",
    )
    assert set(found) == {"name", "seed", "curate.dedup.threshold", "sft.ranks", "sft.epochs", "pairs.model"}
    assert "did you mean `rank`" in found["sft.ranks"]
    assert "less than or equal to 1" in found["curate.dedup.threshold"]
    assert "7" in found["curate.dedup.threshold"].partition("|")[2]
    assert "'openai'" in found["pairs.model"]
    assert "'rules'" in found["pairs.model"]


def test_unknown_keys_inside_a_model_are_told_with_what_is_allowed_there(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "name: a\ncurate: {inputs: [a]}\npairs: {model: {kind: openai, name: m, url: http://x}}\n")
    (text,) = found.values()
    assert "base_url" in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: a\nname: b\n", "given twice"),
        ("name: [a\n", "invalid YAML"),
        ("- a\n", "a mapping of keys"),
        ("name: \u20ac\x00", "invalid YAML"),
    ],
)
def test_what_is_no_recipe_at_all_is_told_too(tmp_path: Path, text: str, told: str) -> None:
    assert told in mistakes(tmp_path, text)["(file)"]


def test_a_missing_recipe_points_to_init(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="imbik init"):
        load_recipe(tmp_path / "yok.yaml")


def test_what_only_the_machine_can_know_is_checked_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    text = 'name: a\ncurate: {inputs: [yok/*.txt]}\nbase_model: ./model\npairs: {model: {kind: openai, name: m}}\nsft: {method: qlora}\nreview: {desk: argilla, sample: 5, url: "http://127.0.0.1:9", api_key_env: YOK_BOYLE_ANAHTAR}\n'
    with pytest.raises(RecipeError) as caught:
        checked(written(tmp_path, text))
    keys = {mistake.key for mistake in caught.value.mistakes}
    assert {"curate.inputs", "base_model", "pairs.model.api_key_env", "review.desk"} <= keys


def test_what_curation_needs_beside_its_inputs_is_checked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMBIK_PII_KEY", raising=False)
    (tmp_path / "a.txt").write_text("Metin.")
    keys = "pii: {policy: surrogate}, decontaminate: {sets: [{path: yok.jsonl}]}, quality: {toxic_words: yok.txt}"
    with pytest.raises(RecipeError) as caught:
        checked(written(tmp_path, f"name: a\ncurate: {{inputs: [a.txt], {keys}}}\n"))
    wanted = {"curate.pii.key_env", "curate.decontaminate.sets.0.path", "curate.quality.toxic_words"}
    assert wanted <= {mistake.key for mistake in caught.value.mistakes}


def test_an_engine_is_named_in_one_word() -> None:
    recipe = Recipe.model_validate({"name": "a", "curate": {"inputs": ["b"], "engine": "ray"}})
    assert recipe.curate.engine.kind == "ray"


def test_the_resolved_recipe_reads_back_as_itself(tmp_path: Path) -> None:
    recipe = Recipe.model_validate({"name": "a", "curate": {"inputs": ["b"]}, "pairs": {"model": {"kind": "openai", "name": "m"}}})
    assert load_recipe(written(tmp_path, recipe_yaml(recipe))) == recipe


def test_init_writes_every_key_with_a_comment_and_the_default(tmp_path: Path) -> None:
    path = tmp_path / "tarif.yaml"
    write_recipe(path)
    text = path.read_text(encoding="utf-8")
    assert load_recipe(path) == Recipe.model_validate({"name": "denemem", "curate": {"inputs": ["belgeler"]}})
    values = yaml.safe_load(text)
    assert set(values) == set(Recipe.model_fields)
    uncommented = [
        line
        for line in text.splitlines()
        if ":" in line and not line.startswith("#") and not line.rstrip().endswith(":") and "#" not in line
    ]
    assert uncommented == []


def test_a_recipe_is_checked_without_importing_anything_heavy() -> None:
    code = "import sys, pipelines.check; print([n for n in ('torch','distilabel','transformers','presidio_analyzer','spacy','trafilatura') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[]"
