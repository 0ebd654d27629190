"""Which files an input pattern means, and whether a file may be read at all."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from curation.errors import InputError


def find_inputs(patterns: Iterable[str], root: Path) -> list[Path]:
    """Return the files that `patterns` (files, folders, globs, relative to `root`) mean, sorted, each once. Raises InputError for a pattern that means none."""
    found: dict[str, Path] = {}
    for pattern in patterns:
        matches = sorted(_matches(pattern, root))
        if not matches:
            raise InputError(pattern, "no_match", f"no file matches this input; it is looked up from {root}")
        found.update((os.path.normpath(path), path) for path in matches)
    return [found[name] for name in sorted(found)]


def _matches(pattern: str, root: Path) -> Iterator[Path]:
    path = root / pattern
    names = [str(path)] if os.path.lexists(path) else glob.glob(str(Path(glob.escape(str(root))) / pattern), recursive=True)  # noqa: PTH207  # Path.glob takes no absolute pattern
    for name in names:
        if Path(name).is_dir():
            yield from (
                entry for entry in Path(name).rglob("*") if not _hidden(entry, Path(name)) and (entry.is_symlink() or not entry.is_dir())
            )
        else:
            yield Path(name)


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def source_of(path: Path, root: Path) -> str:
    """Return how documents name `path`: relative to `root`, with forward slashes."""
    return Path(os.path.relpath(path, root)).as_posix()


def check_file(path: Path, root: Path, source: str, max_mb: float | None) -> None:
    """Raise InputError unless `path` is a non-empty regular file of at most `max_mb` that no link leads out of its root."""
    inside = Path(os.path.abspath(path)).is_relative_to(os.path.abspath(root))  # noqa: PTH100  # resolve() would follow the link in question
    base = root if inside else path.parent  # an input named outside the root is meant, a link to there is not
    if not path.resolve().is_relative_to(base.resolve()):
        raise InputError(source, "outside_root", "a link leads out of the input folder")
    if not path.exists():
        raise InputError(source, "not_found", "there is no such file")
    if path.is_dir():
        raise InputError(source, "is_directory", "a folder, not a file")
    if not path.is_file():
        raise InputError(source, "not_a_file", "a device, pipe or socket")
    size = path.stat().st_size
    if size == 0:
        raise InputError(source, "empty_file", "0 bytes")
    if max_mb is not None and size > max_mb * 1_000_000:
        raise InputError(source, "file_too_large", f"{size / 1_000_000:.1f} MB, limit {max_mb:g} MB (curate.limits.max_file_mb)")
