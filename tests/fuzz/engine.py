"""What the fuzz targets share: atheris with a clear message where it is missing, and seeds in a folder that is thrown away."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def atheris() -> Any:
    """Return the atheris module; ends the program where it is not installed."""
    try:
        import atheris as module
    except ImportError:
        raise SystemExit("fuzzing needs atheris: pip install atheris (Linux, Python up to 3.13)") from None
    return module


def fuzz(target: Callable[[bytes], None], seeds: Iterable[bytes]) -> None:
    """Run libFuzzer on `target` with the arguments of the command line, for example -max_total_time=60; does not come back."""
    module = atheris()
    arguments = list(sys.argv)
    if not any(Path(argument).is_file() for argument in arguments[1:]):  # a file is a crash to be seen again
        folder = Path(tempfile.mkdtemp(prefix="fuzz-seeds-"))
        for number, seed in enumerate(seeds):
            (folder / f"seed-{number}").write_bytes(seed)
        arguments.append(str(folder))
    module.Setup([*arguments, "-rss_limit_mb=4096"], target)
    module.Fuzz()
