"""argilla-server's own search-engine tests, out of its source distribution, against the embedded engine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from pipelines.stages.base import cache_folder

pytestmark = [pytest.mark.argilla, pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
SOURCE = "argilla-server==2.8.0"
TOOLS = ("pytest<8", "pytest-asyncio~=0.21.1", "pytest-mock", "factory-boy~=3.2.1", "respx")  # what their own test extra names
FLOAT32 = "test_compute_metrics_for[seq_float-expected_metrics2]"
"""Expects -149.13 to come back as -149.1300048828125: Elasticsearch keeps floats in 32 bits, we in 64."""


def _fetched(python: Path) -> tuple[Path, Path]:
    """Source and test tools, from the package index, kept beside the server's environment."""
    folder = cache_folder() / "argilla-server-2.8.0-tests"
    tools, source = folder / "tools", folder / "argilla_server-2.8.0"
    if not (folder / ".ready").exists():
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "-q"]
        commands = (
            [*pip, "install", "--target", str(tools), *TOOLS],
            [*pip, "download", "--no-deps", "--no-binary", ":all:", "-d", str(folder), SOURCE],
        )
        for command in commands:
            if subprocess.run(command, capture_output=True, text=True, check=False).returncode:
                pytest.skip(f"argilla-server's tests could not be fetched from the package index: {' '.join(command[3:])}")
        with tarfile.open(next(folder.glob("argilla_server-*.tar.gz"))) as archive:
            archive.extractall(folder, filter="data")
        (folder / ".ready").touch()
    return tools, source


def test_their_own_tests_pass_but_for_the_one_that_expects_32_bit_floats(server_python: Path, tmp_path: Path) -> None:
    tools, source = _fetched(server_python)
    environment = {
        "PATH": os.environ["PATH"],
        "IMBIK_ROOT": str(ROOT),
        "ARGILLA_HOME_PATH": str(tmp_path),
        "PYTHONPATH": os.pathsep.join((str(tools), str(Path(__file__).parent))),
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    command = [
        str(server_python),
        "-m",
        "pytest",
        "-p",
        "upstream_plugin",
        "-p",
        "no:cacheprovider",
        "-q",
        "-rsfE",
        "tests/unit/search_engine",
    ]
    done = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout[-4000:])
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|errors?)\b", done.stdout.splitlines()[-1])}
    assert counts == {"passed": 98, "failed": 1, "skipped": 21}
    assert re.findall(r"^FAILED \S+::(\S+)", done.stdout, re.MULTILINE) == [FLOAT32]
    reasons = re.findall(r"^SKIPPED \[(\d+)\] .*?: (asserts .*)$", done.stdout, re.MULTILINE)
    named = sum(int(count) for count, _ in reasons)
    others = re.findall(r"^SKIPPED \[(\d+)\] .*?: (Running on .*)$", done.stdout, re.MULTILINE)
    assert named + sum(int(count) for count, _ in others) == 21
