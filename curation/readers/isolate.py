"""The child process that parses what may hang, swell or crash (PDF, HTML, Word, EPUB), seen from the parent.

One child serves all files of this process, since its start costs a second. It ends itself, through a timer of the
system, when an answer takes more than its processor seconds, and it cannot allocate more than its memory: both are
properties of the file, so the same files are rejected whatever else the machine does. Only a child that sleeps is
judged by the clock.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from curation.errors import InputError
from curation.readers.raw import RawDocument, Reading

LENGTH = struct.Struct(">Q")
_READ_BYTES = 1_048_576
_ASLEEP_FACTOR = 20  # a busy machine may give a process a twentieth of a processor
_ASLEEP_SECONDS = 60  # and a slow disk takes a while by itself
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from the child: its `frames` until it was through or, with `fault` as (reason, detail), until it broke a limit."""

    frames: list[Any] = field(default_factory=list)
    fault: tuple[str, str] | None = None


def isolated(kind: str, reading: Reading, payload: bytes | None = None) -> Iterator[RawDocument]:
    """Yield the documents of a file, or of `payload`, that the child reads as `kind`. Raises InputError where it cannot, or breaks a limit."""
    answer = ask(kind, reading, payload)
    if answer.fault:
        raise InputError(reading.source, *answer.fault)
    for text, source, title, url, date, license_, pages in answer.frames:
        yield RawDocument(text, source, title, url, date, license_, tuple((start, number) for start, number in pages))


def ask(kind: str, reading: Reading, payload: bytes | None = None) -> Answer:
    """Return what the child answers; rows and pages it could not use are rejected. Raises InputError where it cannot use the file at all."""
    order = {
        "kind": kind,
        "path": str(reading.path),
        "source": reading.source,
        "limits": reading.limits.model_dump(mode="json"),
    }
    answer = _child(os.getpid(), reading.limits.max_memory_mb).answer(order, payload, reading.limits.max_seconds)
    frames = []
    for name, *values in answer.frames:
        if name == "fail":
            reading.fail(*values)
        elif name == "error":
            raise InputError(*values)
        elif name == "lost":
            raise OSError(0, *values)
        else:
            frames.append(values)
    return Answer(frames, answer.fault)


@cache  # the one thing here that outlives a call: a warm process, without memory of what it read; a fork gets its own
def _child(pid: int, _max_memory_mb: float) -> Child:
    return Child(pid)


class Child:
    """A child process that is started when it is first asked, and again after it died."""

    def __init__(self, owner: int) -> None:
        self._owner = owner
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0
        self._lock = threading.Lock()
        atexit.register(self._close_at_exit)

    def answer(self, order: dict[str, Any], payload: bytes | None, seconds: float) -> Answer:
        """Return the answer to `order`; an old child that fails for another reason than time is given a second try in a new one."""
        with self._lock:
            old = self._served > 0 and self._process is not None
            answer = self._try(order, payload, seconds)
            if old and answer.fault and answer.fault[0] != "too_slow":
                self.close()
                answer = self._try(order, payload, seconds)
            if answer.fault:
                self.close()
            return answer

    def close(self) -> None:
        """End the child."""
        process, self._process, self._served = self._process, None, 0
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # of what was still to be written to a dead process
                    pipe.close()
        process.wait()

    def _close_at_exit(self) -> None:
        if os.getpid() == self._owner:  # a fork that ends must not take its parent's child with it
            self.close()

    def _try(self, order: dict[str, Any], payload: bytes | None, seconds: float) -> Answer:
        process = self._process = self._process or _start(order["limits"])
        self._served += 1
        frames: list[Any] = []
        try:
            _send(process, order, payload)
            for frame in _frames(process, seconds):
                if frame[0] == "memory":
                    return Answer(frames, _too_big(order))
                frames.append(frame)
        except TimeoutError:
            return Answer(frames, ("too_slow", f"no answer within {_patience(seconds):g} seconds"))
        except (BrokenPipeError, EOFError):
            return Answer(frames, self._cause_of_death(order, seconds))
        except BaseException:  # an interrupt: what the child still writes must not answer the next order
            self.close()
            raise
        return Answer(frames)

    def _cause_of_death(self, order: dict[str, Any], seconds: float) -> tuple[str, str]:
        assert self._process is not None
        code = self._process.wait()
        if code == -signal.SIGPROF:
            return "too_slow", f"more than {seconds:g} processor seconds (curate.limits.max_seconds)"
        if code in (-signal.SIGKILL, -signal.SIGABRT):  # the system's own guard, or an allocator that gave up
            return _too_big(order)
        return "parser_crashed", f"the parser's process ended with {code}"


def _start(limits: dict[str, Any]) -> subprocess.Popen[bytes]:
    paths = [str(_ROOT), *([os.environ["PYTHONPATH"]] if os.environ.get("PYTHONPATH") else [])]
    # A fixed hash seed: the order of sets inside a parser must not decide what it finds.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
    # -P: a json.py in the folder of the texts must not be run.
    command = [sys.executable, "-P", "-W", "ignore", "-m", "curation.readers.worker", str(int(limits["max_memory_mb"]))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)  # noqa: S603  # our own module


def _send(process: subprocess.Popen[bytes], order: dict[str, Any], payload: bytes | None) -> None:
    assert process.stdin is not None
    head = json.dumps({**order, "payload": payload is not None}).encode()
    process.stdin.write(LENGTH.pack(len(head)) + head)
    if payload is not None:
        process.stdin.write(LENGTH.pack(len(payload)))
        process.stdin.write(payload)
    process.stdin.flush()


def _frames(process: subprocess.Popen[bytes], seconds: float) -> Iterator[Any]:
    """Yield the frames of one answer. Raises EOFError where the child died, TimeoutError where it sleeps."""
    assert process.stdout is not None
    pipe = process.stdout.fileno()
    buffer = bytearray()
    while True:
        end = time.monotonic() + _patience(seconds)
        _fill(pipe, buffer, LENGTH.size, end)
        (size,) = LENGTH.unpack_from(buffer)
        _fill(pipe, buffer, LENGTH.size + size, end)
        frame = json.loads(bytes(buffer[LENGTH.size : LENGTH.size + size]))
        del buffer[: LENGTH.size + size]
        if frame[0] == "end":
            return
        yield frame


def _fill(pipe: int, buffer: bytearray, size: int, end: float) -> None:
    while len(buffer) < size:
        ready, _, _ = select.select([pipe], [], [], max(end - time.monotonic(), 0))
        if not ready:
            raise TimeoutError
        data = os.read(pipe, _READ_BYTES)
        if not data:
            raise EOFError
        buffer += data


def _patience(seconds: float) -> float:
    return seconds * _ASLEEP_FACTOR + _ASLEEP_SECONDS


def _too_big(order: dict[str, Any]) -> tuple[str, str]:
    return "too_much_memory", f"more than {order['limits']['max_memory_mb']:g} MB to parse (curate.limits.max_memory_mb)"
