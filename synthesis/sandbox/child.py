"""The process that runs foreign code, seen from here: programs in, verdicts out. It is started when first asked, and again after it died."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from curation.errors import ImbikError
from synthesis.config import Module
from synthesis.sandbox.worker import LENGTH, UNCONFINED

VerdictName = Literal[
    "passed", "failed", "raised", "forbidden", "too_slow", "too_much_memory", "too_much_output", "crashed",
]  # fmt: skip

_ROOT = Path(__file__).parents[2]
_START = "import sys; sys.path.append(sys.argv[1]); from synthesis.sandbox.worker import main; main()"


@dataclass(frozen=True, slots=True)
class Program:
    """Tests, and `solutions` to run them on one after another until one passes; the names `exports` of a solution are those that tests see.

    All of it may take `cpu_s` processor seconds and `memory_mb` megabytes.
    """

    solutions: tuple[str, ...]
    tests: str
    exports: tuple[str, ...]
    cpu_s: float
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a program's last solution; `detail` says where it failed. Of turned tests `reached` counts assertions, and `fooled` those that passed."""

    verdict: VerdictName
    detail: str = ""
    reached: int = 0
    fooled: int = 0


def run(programs: Sequence[Program], imports: Sequence[str]) -> list[Verdict]:
    """Return the verdict on each of `programs`, which may import `imports`. Raises ImbikError where no process for them can be had."""
    return _child(os.getpid()).verdicts(programs, imports) if programs else []


@cache  # outlives a call: a warm process, without memory of what it ran; a fork gets its own
def _child(pid: int) -> Child:
    return Child(pid)


class Child:
    """A worker process and the empty folder that it lives in."""

    def __init__(self, owner: int) -> None:
        self._owner = owner
        self._process: subprocess.Popen[bytes] | None = None
        self._status = 0
        self._lock = threading.Lock()
        atexit.register(self._close_at_exit)

    def verdicts(self, programs: Sequence[Program], imports: Sequence[str]) -> list[Verdict]:
        """Return the verdicts; a worker that was lost between two orders is started anew."""
        order = json.dumps({"imports": list(imports), "programs": [asdict(one) for one in programs]}).encode()
        with self._lock:
            warm = self._process is not None
            found = self._asked(order) or (self._asked(order) if warm else None)
        if found is None:
            why = (
                "the system refuses to bound it and to filter its calls (setrlimit, seccomp)"
                if self._status == UNCONFINED
                else f"it ends with status {self._status}"
            )
            raise ImbikError(
                f"the process that runs model-written code: {why}; leave the task `kod` out of `pairs.tasks`, or run elsewhere"
            )
        return [Verdict(**one) for one in found]

    def close(self) -> None:
        """End the worker."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()  # does nothing to one that has ended already
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # of what was still to be written to a dead process
                    pipe.close()
        self._status = process.wait()

    def _close_at_exit(self) -> None:
        if os.getpid() == self._owner:  # a fork that ends must not take its parent's worker with it
            self.close()

    def _asked(self, order: bytes) -> list[dict[str, Any]] | None:
        """The answer to `order`, None from a worker that died."""
        process = self._process = self._process or _started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(LENGTH.pack(len(order)) + order)
            process.stdin.flush()
            head = process.stdout.read(LENGTH.size)
            data = process.stdout.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
        except BrokenPipeError:
            data = b""
        except BaseException:  # an interrupt: what the worker still writes must not answer the next order
            self.close()
            raise
        if not data:
            process.wait()  # it has closed its end: its own status, not that of being killed
            self.close()
            return None
        return list(json.loads(data))


def _started() -> subprocess.Popen[bytes]:
    """A worker in a session of its own, in a folder that is gone already: nothing can be made in it."""
    # -P -s -S: no folder but the interpreter's and ours, no site packages. -E would drop the fixed hash seed; the environment holds nothing else.
    command = [sys.executable, "-P", "-s", "-S", "-B", "-X", "utf8", "-c", _START, str(_ROOT), *get_args(Module)]
    with tempfile.TemporaryDirectory(prefix="imbik-kod-") as folder:
        return subprocess.Popen(  # noqa: S603  # our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONHASHSEED": "0"},
            cwd=folder,
            start_new_session=True,
        )
