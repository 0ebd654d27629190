from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
    for path in (ROOT / "synthesis").rglob("*.py")
    if "sandbox" not in path.parts
)


@pytest.mark.parametrize("first", [MODULES[start::4] for start in range(4)], ids=range(4))
def test_any_module_of_the_room_can_be_imported_first(first: list[str]) -> None:
    code = "import importlib, sys\nfor name in sys.argv[1:]:\n    importlib.import_module(name)\n    [sys.modules.pop(one) for one in list(sys.modules) if one.split('.')[0] == 'synthesis']"
    done = subprocess.run([sys.executable, "-c", code, *first], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-600:]
