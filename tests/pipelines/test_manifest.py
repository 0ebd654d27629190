from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import manifest
from pipelines.manifest import code_hash


def test_what_python_and_numba_compile_is_no_code_of_a_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "_CODE", tmp_path)
    compiled = tmp_path / "oda" / "alt" / "__pycache__"
    compiled.mkdir(parents=True)
    (compiled.parent / "kural.py").write_text("x = 1\n", encoding="utf-8")
    code_hash.cache_clear()
    before = code_hash("oda")
    for name in ("kural.cpython-311.pyc", "kural.f-1.py311.nbi", "kural.f-1.py311.1.nbc"):
        (compiled / name).write_bytes(b"compiled")
    code_hash.cache_clear()
    assert code_hash("oda") == before
    (compiled.parent / "kural.py").write_text("x = 2\n", encoding="utf-8")
    code_hash.cache_clear()
    assert code_hash("oda") != before
    code_hash.cache_clear()
