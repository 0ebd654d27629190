"""The embedded server's own virtual environment: argilla-server pins what the rest of imbik needs newer, so the two stay apart."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from curation.errors import ReviewError
from curation.progress import Tick

SERVER = Path(__file__).parents[1] / "argilla_server"
REQUIREMENTS = SERVER / "requirements.txt"
PYTHONS = ((3, 11), (3, 13))
"""Oldest and newest Python for which every locked package has a wheel."""
_READY = ".ready"


def environment_folder(cache: Path) -> Path:
    """Return where the environment lies or will lie: one per Python and per lock file, so that a new lock never meets old packages."""
    lock = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    return cache / f"argilla-server-py{sys.version_info[0]}{sys.version_info[1]}-{lock}"


def ready(cache: Path) -> bool:
    """Whether the environment is whole."""
    return (environment_folder(cache) / _READY).exists()


def server_python(cache: Path, tick: Tick) -> Path:
    """Return the Python of the server's environment, after making it where it is missing: some minutes, once, with a package index.

    `tick` counts packages. Raises ReviewError where it cannot be made; what was half made is made again.
    """
    folder = environment_folder(cache)
    python = folder / "bin" / "python"
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache / f"{folder.name}.lock"):
        if not (folder / _READY).exists():
            _make(folder, python, tick)
            (folder / _READY).touch()
    return python


def _make(folder: Path, python: Path, tick: Tick) -> None:
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        raise ReviewError(
            f"the embedded Argilla needs Python {_dotted(PYTHONS[0])} to {_dotted(PYTHONS[1])}, this is {sys.version.split()[0]}"
        )
    _run([sys.executable, "-m", "venv", "--clear", str(folder)], lambda _: None)
    packages = len(re.findall(r"^[a-z0-9].*==", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE))
    done = 0

    def count(line: str) -> None:
        nonlocal done
        done += line.startswith("Collecting ")
        tick(done, packages)

    # Wheels only: nothing of a package runs before its hash is known, and no compiler is needed.
    options = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "--progress-bar", "off", "--disable-pip-version-check"]
    _run([str(python), "-m", "pip", "install", *options, "-r", str(REQUIREMENTS)], count)


def _run(command: list[str], line: Callable[[str], None]) -> None:
    heard: list[str] = []
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace"
    ) as process:
        for text in process.stdout or ():
            heard.append(text.rstrip())
            line(text)
    if process.returncode:
        tail = "\n  ".join(one for one in heard[-6:] if one)
        raise ReviewError(f"the environment for the embedded Argilla could not be made ({' '.join(command[1:4])}):\n  {tail}")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Two commands started at once make one environment."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def clean_environment() -> dict[str, str]:
    """Return the environment variables of the server: this process's, without its Python paths and without anyone's Argilla settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ARGILLA_", "VIRTUAL_ENV"))}
