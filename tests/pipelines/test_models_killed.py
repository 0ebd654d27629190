"""A run killed while models answer and judge ends with the same bytes, and pays for no answer twice that was on disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers.running import Running, running

ROOT = Path(__file__).parents[2]
TEXT = "Karaçam {number} köyünde okul {year} yılında açıldı. Köyün çeşmesi okulun bahçesindedir ve suyu yazın da soğuktur.\n"


def started(recipe: Path, runs: Path, stage: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipelines.cli", "run", str(recipe), "--to", stage, "--runs", str(runs)]
    return subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def asked_at(server: Running) -> str:
    return f"kind: openai, base_url: '{server.base_url}', concurrency: 2, name"


def written(folder: Path, server: Running, documents: int = 8, pairs: str = "") -> Path:
    (folder / "belgeler").mkdir()
    for number in range(documents):
        (folder / "belgeler" / f"{number}.txt").write_text(TEXT.format(number=number, year=1900 + number), encoding="utf-8")
    asked = asked_at(server)
    recipe = folder / "tarif.yaml"
    recipe.write_text(
        "name: kesilen\ncurate: {inputs: [belgeler], dedup: {threshold: 1.0}}\n"
        f"pairs: {{tasks: {{soru-cevap: 1}}, {pairs} model: {{{asked}: m}}}}\n"
        f"preferences: {{origins: {{adaylar: 1}}, candidates: [{{model: {{{asked}: karisik}}, n: 4}}], judge: {{model: {{{asked}: yargic}}}}}}\n",
        encoding="utf-8",
    )
    return recipe


def asked_so_far(server: Running) -> int:
    return int(server.get("/stats").get("requests", 0))


def killed_twice(server: Running, recipe: Path, folder: Path, stage: str, shares: tuple[float, float]) -> int:
    """Run a recipe to `stage` once whole and once killed at two shares of its requests; return how many requests the second asked beyond the first."""
    assert started(recipe, folder / "whole", stage).wait(120) == 0
    once = asked_so_far(server)
    for number, share in enumerate(shares):
        process = started(recipe, folder / "killed", stage)
        while asked_so_far(server) < once * (1 + share) + number and process.poll() is None:
            time.sleep(0.02)
        assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        time.sleep(1.0)  # what was in flight comes to its end
    assert started(recipe, folder / "killed", stage).wait(120) == 0
    return asked_so_far(server) - 2 * once


def same_bytes(folder: Path, artifact: str, files: tuple[str, ...]) -> None:
    whole, killed = (folder / name / "kesilen" / artifact for name in ("whole", "killed"))
    assert [(whole / name).read_bytes() for name in files] == [(killed / name).read_bytes() for name in files]


@pytest.mark.slow
def test_a_run_killed_while_it_judges_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    with running("--latency", "0.15") as server:
        # while candidates answer, while the judge reads them
        repeated = killed_twice(server, written(tmp_path, server), tmp_path, "preferences", (0.4, 0.8))
    same_bytes(tmp_path, "3-preferences", ("preferences.jsonl", "rejected.jsonl", "judged.jsonl", "uclar.md"))
    assert repeated <= 2 * 2  # two kills, two requests in flight at each


@pytest.mark.slow
def test_a_run_killed_on_its_way_to_a_count_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    with running("--latency", "0.15") as server:
        recipe = written(tmp_path, server, documents=40, pairs=f"count: 9, judge: {{model: {{{asked_at(server)}: titiz}}}},")
        # while the first round is written, while later ones are judged
        repeated = killed_twice(server, recipe, tmp_path, "pairs", (0.2, 0.8))
    same_bytes(tmp_path, "2-pairs", ("pairs.jsonl", "rejected.jsonl", "judged.jsonl", "asked.jsonl", "uclar.md"))
    assert len((tmp_path / "killed" / "kesilen" / "2-pairs" / "pairs.jsonl").read_bytes().splitlines()) == 9
    assert repeated <= 2 * 2
