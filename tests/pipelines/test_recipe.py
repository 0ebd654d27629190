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
    ("keys", "key", "told"),
    [
        ("curate: {inputs: belgeler}", "curate.inputs", "a list: [belgeler] | 'belgeler'"),
        ("curate: {inputs: []}", "curate.inputs", "at least one item | []"),
        ("curate: {inputs: }", "curate.inputs", "required key is missing | nothing"),
        ("curate:", "curate.inputs", "required key is missing | nothing"),
        ("curate: {inputs: [a], dedup: 3}", "curate.dedup", "a section: `key: value` lines below it, indented | 3"),
        ("curate: {inputs: [a]}\nseed: x", "seed", "a whole number | 'x'"),
        ("curate: {inputs: [a]}\nseed:", "seed", "a whole number | nothing"),
        ("curate: {inputs: [a]}\npairs: {model: {kind: chatgpt}}", "pairs.model", "kind: one of 'rules', 'openai', 'gguf' | {'kind': 'chatgpt'}"),
        ("curate: {inputs: [a]}\npairs: {repair: belki}", "pairs.repair", "true or false | 'belki'"),
        ("curate: {inputs: [a]}\nname: Ev", "name", "name of the run folder"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_plain_words(tmp_path: Path, keys: str, key: str, told: str) -> None:
    found = mistakes(tmp_path, keys if "name:" in keys else f"name: a\n{keys}\n")
    assert list(found) == [key]
    assert found[key].startswith(told)


def test_a_section_or_a_list_left_empty_means_its_default(tmp_path: Path) -> None:
    text = "name: a\ncurate:\n  inputs: [b]\n  dedup:\n  language:\n    keep:\nsft:\nexport:\npairs:\n  files:\n  model:\n  judge:\n"
    assert load_recipe(written(tmp_path, text)) == Recipe.model_validate({"name": "a", "curate": {"inputs": ["b"]}})


def test_every_unknown_task_is_told_beside_a_weight_of_nothing(tmp_path: Path) -> None:
    (text,) = mistakes(tmp_path, "name: a\ncurate: {inputs: [a]}\npairs: {tasks: {soru-cevp: 1, ozet: 0, xyzq: 1}}\n").values()
    assert "`soru-cevp`, did you mean `soru-cevap`?" in text
    assert "`xyzq`" in text
    assert "the weight of ozet must be above 0" in text


def test_an_empty_folder_is_told_from_one_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "bos").mkdir()
    for name, told in (("bos", "this folder is there, but it holds no file"), ("yok", "no file matches this input")):
        with pytest.raises(RecipeError, match=told):
            checked(written(tmp_path, f"name: a\ncurate: {{inputs: [{name}]}}\n"))


def test_the_place_where_yaml_breaks_is_told_on_one_line(tmp_path: Path) -> None:
    (text,) = mistakes(tmp_path, "name: a\ncurate: [b\nseed: 1\n").values()
    assert text.startswith("line 3, column 5: ")
    assert "unicode string" not in text
    assert "^" not in text


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
