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


def started(recipe: Path, runs: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipelines.cli", "run", str(recipe), "--to", "preferences", "--runs", str(runs)]
    return subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def written(folder: Path, server: Running) -> Path:
    (folder / "belgeler").mkdir()
    for number in range(8):
        (folder / "belgeler" / f"{number}.txt").write_text(TEXT.format(number=number, year=1950 + number), encoding="utf-8")
    asked = f"kind: openai, base_url: '{server.base_url}', concurrency: 2, name"
    recipe = folder / "tarif.yaml"
    recipe.write_text(
        "name: kesilen\ncurate: {inputs: [belgeler], dedup: {threshold: 1.0}}\n"
        f"pairs: {{tasks: {{soru-cevap: 1}}, model: {{{asked}: m}}}}\n"
        f"preferences: {{origins: {{adaylar: 1}}, candidates: [{{model: {{{asked}: karisik}}, n: 4}}], judge: {{model: {{{asked}: yargic}}}}}}\n",
        encoding="utf-8",
    )
    return recipe


def asked_so_far(server: Running) -> int:
    return int(server.get("/stats").get("requests", 0))


@pytest.mark.slow
def test_a_run_killed_while_it_judges_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    made = ("preferences.jsonl", "rejected.jsonl", "judged.jsonl", "uclar.md")
    with running("--latency", "0.15") as server:
        recipe = written(tmp_path, server)
        assert started(recipe, tmp_path / "whole").wait(120) == 0
        once = asked_so_far(server)
        for number, share in enumerate((0.4, 0.8)):  # while candidates answer, while the judge reads them
            process = started(recipe, tmp_path / "killed")
            while asked_so_far(server) < once * (1 + share) + number and process.poll() is None:
                time.sleep(0.02)
            assert process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.wait(10)
            time.sleep(1.0)  # what was in flight comes to its end
        assert started(recipe, tmp_path / "killed").wait(120) == 0
        repeated = asked_so_far(server) - 2 * once
    whole, killed = (tmp_path / name / "kesilen" / "3-preferences" for name in ("whole", "killed"))
    assert [(whole / name).read_bytes() for name in made] == [(killed / name).read_bytes() for name in made]
    assert repeated <= 2 * 2  # two kills, two requests in flight at each
