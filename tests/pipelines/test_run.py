"""A run: skipped where it holds, rerun where it does not, the same after a kill."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from curation.errors import ArtifactError, ImbikError, RecipeError
from pipelines.manifest import read_manifest
from pipelines.places import refusal
from pipelines.run import StageResult, locked, run_recipe
from pipelines.status import run_status

TEXTS = Path(__file__).parents[2] / "samples" / "belgeler"
IMBIK = [sys.executable, "-m", "pipelines.cli"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A recipe over a few sample documents."""
    inputs = tmp_path / "belgeler"
    inputs.mkdir()
    for path in sorted(TEXTS.rglob("*.txt"))[:12]:
        (inputs / path.name).write_bytes(path.read_bytes())
    path = tmp_path / "tarif.yaml"
    path.write_text("name: deneme\ncurate: {inputs: [belgeler]}\n", encoding="utf-8")
    return path


def ran(recipe: Path, runs: Path, last: str = "pairs", first: str | None = None) -> list[tuple[str, bool]]:
    done: list[tuple[str, bool]] = []

    def note(result: StageResult) -> None:
        done.append((result.stage.name, result.reused))

    run_recipe(recipe, runs, first=first, last=last, finished=note)
    return done


def records(run: Path) -> dict[str, bytes]:
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in sorted(run.rglob("*.jsonl"))}


def test_a_stage_that_still_holds_is_not_repeated(recipe: Path, tmp_path: Path) -> None:
    assert ran(recipe, tmp_path / "runs") == [("curate", False), ("pairs", False)]
    assert ran(recipe, tmp_path / "runs") == [("curate", True), ("pairs", True)]


def test_a_changed_key_reruns_its_stage_and_what_depends_on_it(recipe: Path, tmp_path: Path) -> None:
    ran(recipe, tmp_path / "runs")
    recipe.write_text("name: deneme\ncurate: {inputs: [belgeler]}\npairs: {max_pairs_per_document: 2}\n", encoding="utf-8")
    assert ran(recipe, tmp_path / "runs") == [("curate", True), ("pairs", False)]


def test_a_changed_input_reruns_the_road(recipe: Path, tmp_path: Path) -> None:
    ran(recipe, tmp_path / "runs")
    first = next(iter(sorted((tmp_path / "belgeler").iterdir())))
    first.write_text(first.read_text(encoding="utf-8") + "\n\nKütüphane 1987 yılında Sivas'ta açıldı.\n", encoding="utf-8")
    assert ran(recipe, tmp_path / "runs") == [("curate", False), ("pairs", False)]


def test_a_damaged_artifact_is_made_again(recipe: Path, tmp_path: Path) -> None:
    ran(recipe, tmp_path / "runs")
    before = records(tmp_path / "runs" / "deneme")
    (tmp_path / "runs" / "deneme" / "1-documents" / "documents.jsonl").write_text("", encoding="utf-8")
    states = {row["stage"]: row["state"] for row in run_status(tmp_path / "runs" / "deneme")["stages"]}
    assert states["curate"] == "damaged"
    assert ran(recipe, tmp_path / "runs") == [("curate", False), ("pairs", True)]
    assert records(tmp_path / "runs" / "deneme") == before


def test_from_runs_a_stage_anew_and_wants_what_comes_before(recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="curate"):
        ran(recipe, tmp_path / "runs", first="pairs")
    ran(recipe, tmp_path / "runs")
    assert ran(recipe, tmp_path / "runs", first="pairs") == [("curate", True), ("pairs", False)]


def test_an_unknown_stage_is_told_with_the_known_ones(recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(ImbikError, match="curate, pairs, preferences, review, sft, dpo, evaluate, export"):
        ran(recipe, tmp_path / "runs", last="pair")


def test_stages_in_the_wrong_order_are_a_mistake(recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(ImbikError, match="`curate` comes before `pairs`"):
        ran(recipe, tmp_path / "runs", first="pairs", last="curate")


def test_a_recipe_does_not_take_the_run_of_another_with_its_name(recipe: Path, tmp_path: Path) -> None:
    ran(recipe, tmp_path / "runs", last="curate")
    before = records(tmp_path / "runs" / "deneme")
    (tmp_path / "baska").mkdir()
    for other in (tmp_path / "baska" / "tarif.yaml", tmp_path / "kopya.yaml"):
        other.write_text(f"name: deneme\ncurate: {{inputs: ['{tmp_path}/belgeler']}}\n", encoding="utf-8")
        with pytest.raises(RecipeError, match=rf"name: .*{tmp_path}/tarif.yaml.*another name, another folder with --runs"):
            ran(other, tmp_path / "runs", last="curate")
        assert ran(other, tmp_path / f"runs-{other.stem}", last="curate") == [("curate", False)]
    assert records(tmp_path / "runs" / "deneme") == before
    command, environment = [*IMBIK, "check", "kopya.yaml", "--json"], {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert [one["key"] for one in json.loads(told.stdout)["mistakes"]] == ["name"]


def test_a_recipe_that_was_moved_or_renamed_keeps_its_run(recipe: Path, tmp_path: Path) -> None:
    ran(recipe, tmp_path / "runs", last="curate")
    moved = tmp_path / "yeni-ad.yaml"
    recipe.rename(moved)
    assert ran(moved, tmp_path / "runs", last="curate") == [("curate", True)]
    recipe.write_text("name: baska\ncurate: {inputs: [belgeler]}\n", encoding="utf-8")  # another recipe where it was
    moved_again = tmp_path / "son.yaml"
    moved.rename(moved_again)
    assert ran(moved_again, tmp_path / "runs", last="curate") == [("curate", True)]


def test_a_corpus_of_which_nothing_is_left_stops_after_curation(recipe: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "belgeler").iterdir():
        path.write_text("kısa\n", encoding="utf-8")
    assert ran(recipe, tmp_path / "runs", last="curate") == [("curate", False)]
    with pytest.raises(ArtifactError, match=r"`curate` kept no document, all 12 records were dropped: \w+ \d+"):
        ran(recipe, tmp_path / "runs")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["init", "dosya/t.yaml"], "dosya stands where a folder is wanted"),
        (["init", "/proc/olmaz/t.yaml"], "/proc/olmaz cannot be made here"),
        (["run", "tarif.yaml", "--runs", "dosya"], "dosya/deneme stands where a folder is wanted"),
        (["run", "tarif.yaml", "--runs", "/proc/olmaz"], "/proc/olmaz cannot be made here"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_in_a_sentence(recipe: Path, arguments: list[str], told: str) -> None:
    (recipe.parent / "dosya").write_text("dosya", encoding="utf-8")
    command = [*IMBIK, *arguments]
    refused = subprocess.run(
        command, cwd=recipe.parent, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert line.startswith("imbik: ")
    assert told in line


def test_an_error_that_tells_of_no_place_keeps_its_traceback() -> None:
    with pytest.raises(FileNotFoundError) as missing:
        Path("/olmayan/dosya").read_bytes()
    assert refusal(missing.value) is None
    assert (
        refusal(OSError(errno.ENOSPC, "No space left on device")) == "the disk has no room left: free some, and run the same command again"
    )
    assert str(refusal(PermissionError(errno.EACCES, "Permission denied", "/kok/runs"))).startswith("/kok/runs may not be read or written")


def test_every_record_is_kept_or_rejected_and_the_manifest_says_so(recipe: Path, tmp_path: Path) -> None:
    ran(recipe, tmp_path / "runs")
    for folder in ("1-documents", "2-pairs"):
        place = tmp_path / "runs" / "deneme" / folder
        manifest = read_manifest(place)
        rejected = [json.loads(line)["reason"] for line in (place / "rejected.jsonl").read_text(encoding="utf-8").splitlines()]
        assert manifest.read == manifest.kept + len(rejected)
        assert {reason: rejected.count(reason) for reason in set(rejected)} == dict(manifest.rejected)


def test_two_runs_of_one_recipe_write_the_same_bytes(recipe: Path, tmp_path: Path) -> None:
    ran(recipe, tmp_path / "a")
    ran(recipe, tmp_path / "b")
    assert records(tmp_path / "a" / "deneme") == records(tmp_path / "b" / "deneme")


def test_a_run_in_use_is_refused(recipe: Path, tmp_path: Path) -> None:
    with locked(tmp_path / "runs" / "deneme"):
        command = [*IMBIK, "run", str(recipe), "--runs", str(tmp_path / "runs"), "--to", "curate"]
        refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "in use" in refused.stderr


def test_a_killed_run_leaves_no_worker_behind(recipe: Path, tmp_path: Path, chat_server: Any) -> None:
    model = f"{{kind: openai, name: m, base_url: '{chat_server.base_url}', timeout_s: 30}}"
    for path in (tmp_path / "belgeler").iterdir():  # the mark makes the server hold every question about the text
        path.write_bytes(path.read_bytes().replace(b". ", b". [[hang]] ", 3))
    recipe.write_text(f"name: deneme\ncurate: {{inputs: [belgeler]}}\npairs: {{model: {model}}}\n", encoding="utf-8")
    command = [*IMBIK, "run", str(recipe), "--runs", str(tmp_path / "runs"), "--to", "pairs"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(descendants(process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1)  # into the midst of asking
    workers = descendants(process.pid)
    assert len(workers) >= 2
    assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 10
    while any(alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in workers if alive(pid)] == []


def descendants(parent: int) -> list[int]:
    children = [
        int(pid) for thread in Path(f"/proc/{parent}/task").glob("*/children") for pid in thread.read_text(encoding="ascii").split()
    ]
    return children + [one for child in children for one in descendants(child)]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("moment_s", [0.5, 2.0, 3.5, 5.0, 6.5, 8.0])
def test_a_killed_run_goes_on_to_the_same_bytes(recipe: Path, tmp_path: Path, moment_s: float) -> None:
    command = [*IMBIK, "run", str(recipe), "--runs", str(tmp_path / "killed"), "--to", "pairs"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(moment_s)
    process.send_signal(signal.SIGKILL)
    process.wait()
    whole = [folder for folder in ("1-documents", "2-pairs") if (tmp_path / "killed" / "deneme" / folder).exists()]
    for folder in whole:
        assert read_manifest(tmp_path / "killed" / "deneme" / folder)
    again = ran(recipe, tmp_path / "killed")
    assert [name for name, reused in again if reused] == [{"1-documents": "curate", "2-pairs": "pairs"}[folder] for folder in whole]
    ran(recipe, tmp_path / "whole")
    assert records(tmp_path / "killed" / "deneme") == records(tmp_path / "whole" / "deneme")
