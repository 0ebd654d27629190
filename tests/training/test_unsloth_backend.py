import importlib.util
from pathlib import Path

import pytest

from curation.errors import ImbikError
from training.chat import Row
from training.config import SftConfig
from training.unsloth_backend import train_in_process


@pytest.mark.skipif(importlib.util.find_spec("unsloth") is not None, reason="says what happens where unsloth is not installed")
def test_a_child_that_cannot_import_unsloth_says_so_in_the_parent(tmp_path: Path) -> None:
    rows = ([Row("a", (1,), (2,))], [])
    with pytest.raises(ImbikError, match="No module named 'unsloth'"):
        train_in_process("tohum", rows, tmp_path / "out", tmp_path / "work", SftConfig(backend="unsloth"), seed=1)
