"""Checkpoints that survive a kill: one counts only when its last byte was written, for the same data, recipe and base."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from curation.storage import write_json

MARK = "whole.json"


def fingerprint(*parts: str, rows: Iterable[Iterable[int]]) -> str:
    """Return a hash of everything a checkpoint depends on; `rows` are the token ids trained on."""
    digest = hashlib.sha256("\x1f".join(parts).encode())
    for row in rows:
        digest.update((" ".join(map(str, row)) + "\n").encode())
    return digest.hexdigest()


def mark_whole(checkpoint: Path, key: str) -> None:
    """Write the mark that makes `checkpoint` count, with the size of every file in it."""
    write_json(checkpoint / MARK, {"key": key, "sizes": _sizes(checkpoint)})


def newest_whole(work: Path, key: str) -> Path | None:
    """Return the newest checkpoint in `work` that is whole and belongs to `key`; every other one is deleted."""
    whole: list[tuple[int, Path]] = []
    for folder in work.glob("checkpoint-*"):
        if _is_whole(folder, key):
            whole.append((int(folder.name.rpartition("-")[2]), folder))
        else:
            shutil.rmtree(folder)
    return max(whole)[1] if whole else None


def _is_whole(folder: Path, key: str) -> bool:
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(mark.get("key") == key and mark.get("sizes") == _sizes(folder))


def _sizes(folder: Path) -> dict[str, int]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MARK)
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
