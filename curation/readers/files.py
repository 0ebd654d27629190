"""Which files an input means, and whether a file may be read at all."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from curation.errors import InputError
from curation.readers.hub import HUB_FOLDER, SCHEME, fetched

_WILD = re.compile(r"[*?[]")


def find_inputs(patterns: Iterable[str], root: Path, *, download: bool = True) -> list[Path]:
    """Return the files that `patterns` mean, sorted, each once: files, folders, globs, relative to `root`, and Hub datasets, which are downloaded first (without `download`, those not yet here are passed over). Raises InputError for a pattern that means none."""
    found: dict[str, Path] = {}
    for pattern in patterns:
        if pattern.startswith(SCHEME):
            matches = fetched(pattern, root, download=download)
            if matches is None:
                continue
        else:
            matches = [Path(name) for name in _matches(pattern, root)]
        if not matches:
            empty = "this folder is there, but it holds no file" if (root / pattern).is_dir() else "no file matches this input"
            raise InputError(pattern, "no_match", f"{empty}; it is looked up from {root}")
        found.update((os.path.normpath(path), path) for path in matches)
    return [found[name] for name in sorted(found)]


def source_of(path: Path, root: Path) -> str:
    """Return how documents name `path`: relative to `root`, with forward slashes; a file of the Hub as `hub:owner/name@revision/file`."""
    name = Path(os.path.relpath(path, root)).as_posix()
    if name.startswith(f"{HUB_FOLDER}/"):
        _, owner, dataset, revision, *file = name.split("/")
        name = f"{SCHEME}{owner}/{dataset}@{revision}/{'/'.join(file)}"
    return os.fsencode(name).decode("utf-8", "backslashreplace")  # a name in another encoding cannot be written as it is


def check_file(path: Path, root: Path, source: str) -> None:
    """Raise InputError unless `path` is a non-empty regular file that no link leads out of its root."""
    inside = Path(os.path.abspath(path)).is_relative_to(os.path.abspath(root))  # noqa: PTH100  # resolve() would follow the link in question
    base = root if inside else path.parent  # an input named outside the root is meant, a link to there is not
    # realpath, since resolve() raises RuntimeError for links that lead in a circle
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(base)):
        raise InputError(source, "outside_root", "a link leads out of the input folder")
    if not path.exists():
        raise InputError(source, "not_found", "there is no such file" if not path.is_symlink() else "a link to nothing, or in a circle")
    if path.is_dir():
        linked = "a link to a folder is not followed, name the folder itself" if path.is_symlink() else "a folder that cannot be listed"
        raise InputError(source, "is_directory", linked)
    if not path.is_file():
        raise InputError(source, "not_a_file", "a device, pipe or socket")
    if path.stat().st_size == 0:
        raise InputError(source, "empty_file", "0 bytes")


def _matches(pattern: str, root: Path) -> Iterator[str]:
    """Yield the files under the names that `pattern` means; a name that lies there as it is written is no pattern."""
    path = os.path.join(root, pattern)  # noqa: PTH118  # Path would drop the last slash and the dots that a pattern may hold
    names = [path] if os.path.lexists(path) else _expanded(Path(root.anchor or "."), Path(path).parts[1 if root.anchor else 0 :])
    for name in names:
        yield from _files_below(str(name)) if os.path.isdir(name) and not os.path.islink(name) else (str(name),)  # noqa: PTH112, PTH114


def _files_below(folder: str) -> Iterator[str]:
    """Yield the files in `folder` and below, not the hidden ones; links to folders stand for themselves, so that none leads in a circle."""
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        entries = _entries(current)
        if entries is None:
            yield current  # reading it will say why it cannot be listed
        for entry in entries or ():
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            else:
                yield entry.path


def _expanded(base: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    """Yield what `parts` mean under `base`: ** is any number of folders, links to folders are followed only where they are named."""
    if not parts:
        yield base
        return
    part, *others = parts
    rest = tuple(others)
    if not _WILD.search(part):
        if os.path.lexists(base / part):
            yield from _expanded(base / part, rest)
        return
    if part == "**":
        yield from _expanded(base, rest)
    for entry in _entries(str(base), hidden=part.startswith(".")) or ():
        if part == "**":
            if entry.is_dir(follow_symlinks=False):
                yield from _expanded(Path(entry.path), parts)
            elif not rest:
                yield Path(entry.path)
        elif fnmatch.fnmatchcase(entry.name, part):
            yield from _expanded(Path(entry.path), rest)


def _entries(folder: str, *, hidden: bool = False) -> list[os.DirEntry[str]] | None:
    try:
        with os.scandir(folder) as entries:
            return sorted((entry for entry in entries if hidden or not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError:
        return None
