"""The examples of docs/distilabel.md run as they stand, but for the address of the server."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "distilabel.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
CHECKS = (
    'assert [row["output"] for row in kept] == ["1974 yılında."]; assert "start" in kept[0]["evidence"]',
    'assert sorted(row["generation"][:11] for row in rows) == [\'[{"soru": "\'] * 2; import pathlib; assert pathlib.Path("journal.sqlite").stat().st_size',
    'assert "example.com" not in rows[1]["output"]; assert [row["fault"] for row in rows] == ["", "", "wrong_suffix"], rows',
)


@pytest.mark.parametrize(("example", "check"), list(zip(EXAMPLES, CHECKS, strict=True)), ids=["documents", "wall", "rows"])
def test_an_example_runs_as_it_stands(chat_server: Any, tmp_path: Path, example: str, check: str) -> None:
    script = tmp_path / "ornek.py"
    script.write_text(f"{example.replace('http://localhost:8000/v1', chat_server.base_url)}\n{check}\n", encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def test_every_step_stands_on_the_page() -> None:
    steps = re.findall(r"^class (\w+)\(Step\)", (ROOT / "pipelines" / "steps.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert steps
    assert [name for name in steps if f"`pipelines.steps.{name}`" not in PAGE] == []
