"""Processes that a test started, and theirs, as Linux lists them."""

from __future__ import annotations

from pathlib import Path


def descendants(parent: int) -> list[int]:
    """The processes below `parent`."""
    children = [
        int(pid) for thread in Path(f"/proc/{parent}/task").glob("*/children") for pid in thread.read_text(encoding="ascii").split()
    ]
    return children + [one for child in children for one in descendants(child)]


def alive(pid: int) -> bool:
    """Whether a process runs still."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
