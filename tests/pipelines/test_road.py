"""The whole road, small: eight stages, one command, a GGUF that answers; and the same road with a kill in every stage."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.stages import STAGES

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "samples" / "belgeler"
RECIPE = """\
name: yol
curate: {inputs: [belgeler]}
pairs: {held_out: 0.25, validation: 0.15}
tohum: {vocab_size: 1024, hidden: 256, layers: 1, tokens: 6000, batch_tokens: 1024}
sft: {max_steps: 6, eval_steps: 2, save_steps: 2, rank: 8, alpha: 16, learning_rate: 2.0e-3}
dpo: {max_steps: 4, eval_steps: 2, save_steps: 2}
evaluate: {max_pairs: 12, answers: 1, max_new_tokens: 8}
export: {quantize: [Q4_K_M], parity_prompts: 2, parity_tokens: 8}
"""


def imbik(*arguments: str, cache: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"IMBIK_CACHE": str(cache), "OMP_NUM_THREADS": "2"}
    command = [sys.executable, "-m", "pipelines.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=check)


def laid_out(folder: Path) -> Path:
    inputs = folder / "belgeler"
    inputs.mkdir(parents=True)
    for path in sorted(TEXTS.rglob("*.txt"))[:16]:
        shutil.copy(path, inputs)
    recipe = folder / "tarif.yaml"
    recipe.write_text(RECIPE, encoding="utf-8")
    return recipe


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a recipe, a finished run under `runs` and the cache of its base model."""
    folder = tmp_path_factory.mktemp("yol")
    imbik("run", str(laid_out(folder)), "--runs", str(folder / "runs"), cache=folder / "cache")
    return folder


def test_every_stage_is_fresh_and_loses_nothing(road: Path) -> None:
    values = json.loads(imbik("status", "yol", "--runs", str(road / "runs"), "--json", cache=road / "cache").stdout)
    assert [stage["state"] for stage in values["stages"]] == ["fresh"] * len(STAGES)
    assert all(stage["read"] == stage["kept"] + sum(stage["rejected"].values()) for stage in values["stages"])
    assert all(stage["kept"] > 0 for stage in values["stages"])


def test_a_second_run_repeats_nothing(road: Path) -> None:
    done = imbik("run", str(road / "tarif.yaml"), "--runs", str(road / "runs"), cache=road / "cache")
    assert done.stdout.count("as before") == len(STAGES)


def test_the_exported_model_answers(road: Path) -> None:
    done = imbik("ask", "yol", "Van Gölü nerededir?", "--runs", str(road / "runs"), cache=road / "cache")
    assert done.stdout.startswith("? Van Gölü nerededir?")
    assert "model-Q4_K_M.gguf" in done.stdout


def test_the_export_holds_what_ollama_needs_and_agrees_with_transformers(road: Path) -> None:
    export = road / "runs" / "yol" / "8-export"
    assert {"model-F16.gguf", "model-Q4_K_M.gguf", "Modelfile", "README.md", "adapter", "manifest.json"} <= {
        p.name for p in export.iterdir()
    }
    parity = json.loads((export / "manifest.json").read_text(encoding="utf-8"))["figures"]["parity"]
    assert parity[0]["kind"] == "F16"
    assert parity[0]["prompts"] == parity[0]["answers_equal"] == 2
    assert parity[0]["texts"] == parity[0]["texts_equal"]


def test_no_document_of_a_held_out_pair_is_trained_on(road: Path) -> None:
    lines = (road / "runs" / "yol" / "4-reviewed" / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    by_split: dict[str, set[str]] = {}
    for pair in map(json.loads, lines):
        by_split.setdefault(pair["split"], set()).update(evidence["document_id"] for evidence in pair["evidence"])
    train = by_split.pop("train")
    assert train
    assert by_split
    assert all(not train & documents for documents in by_split.values())


def test_a_pair_is_shown_from_its_source_to_its_preferences(road: Path) -> None:
    line = (road / "runs" / "yol" / "3-preferences" / "preferences.jsonl").read_text(encoding="utf-8").splitlines()[0]
    preference = json.loads(line)
    done = imbik("show", "yol", preference["id"], "--runs", str(road / "runs"), "--json", cache=road / "cache")
    life = json.loads(done.stdout)
    assert life["pair"]["id"] == preference["pair_id"]
    evidence = life["evidence"][0]
    assert life["document"]["text"][evidence["start"] : evidence["end"]] == evidence["text"]


def test_no_path_of_this_machine_stands_in_a_manifest_or_the_report(road: Path) -> None:
    run = road / "runs" / "yol"
    texts = [*run.glob("*/manifest.json"), run / "report.html", *run.glob("8-export/README.md"), *run.glob("8-export/Modelfile")]
    assert [path.name for path in texts if str(road) in path.read_text(encoding="utf-8")] == []


def test_a_wanted_review_stops_the_run_until_people_have_spoken(road: Path, tmp_path: Path) -> None:
    shutil.copytree(road / "runs", tmp_path / "runs")
    recipe = road / "inceleme.yaml"
    recipe.write_text(RECIPE + "review: {sample: 6, what: pairs}\n", encoding="utf-8")
    arguments = ("run", str(recipe), "--to", "review", "--runs", str(tmp_path / "runs"))
    waiting = imbik(*arguments, cache=road / "cache", check=False)
    assert waiting.returncode == 3
    assert "for people to judge: 6 records" in waiting.stderr
    desk = tmp_path / "runs" / "yol" / "review"
    shown = [json.loads(line) for line in (desk / "pairs.todo.jsonl").read_text(encoding="utf-8").splitlines()]
    judged = [one | {"verdict": "ret" if n == 0 else "kabul", "reviewer": "uzman"} for n, one in enumerate(shown)]
    (desk / "pairs.uzman.done.jsonl").write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in judged), encoding="utf-8")
    imbik(*arguments, cache=road / "cache")
    kept = (tmp_path / "runs" / "yol" / "4-reviewed" / "pairs.jsonl").read_text(encoding="utf-8")
    assert shown[0]["id"] not in kept
    assert shown[1]["id"] in kept


def contents(run: Path) -> dict[str, bytes]:
    """The bytes of everything a run made, but for the seconds and the paths in it."""
    kept = [path for path in sorted(run.rglob("*")) if path.is_file() and path.suffix in {".jsonl", ".safetensors", ".gguf", ".json"}]
    return {
        path.relative_to(run).as_posix(): path.read_bytes() for path in kept if path.name != "manifest.json" and ".work" not in path.parts
    }


@pytest.mark.slow
def test_a_run_killed_in_every_stage_ends_with_the_same_bytes(road: Path, tmp_path: Path) -> None:
    recipe = laid_out(tmp_path)
    environment = os.environ | {"IMBIK_CACHE": str(tmp_path / "cache"), "OMP_NUM_THREADS": "2"}
    command = [sys.executable, "-m", "pipelines.cli", "run", str(recipe), "--runs", str(tmp_path / "runs")]
    run = tmp_path / "runs" / "yol"
    for number, stage in enumerate(STAGES):
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not (run / f".{stage.folder}.new").exists() and process.poll() is None:
            time.sleep(0.005)
        time.sleep(0.02 * (number % 4))
        process.kill()
        process.wait()
        finished = [one.folder for one in STAGES if (run / one.folder).exists()]
        assert finished == [one.folder for one in STAGES[: len(finished)]]
        assert len(finished) in {number, number + 1}
    imbik("run", str(recipe), "--runs", str(tmp_path / "runs"), cache=tmp_path / "cache")
    assert contents(run) == contents(road / "runs" / "yol")
