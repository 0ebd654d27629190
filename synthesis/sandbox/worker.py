"""The process that foreign code runs in: orders come in by stdin, answers go out by stdout; every program gets a fork of its own.

It is started by `child.py` without environment, site packages and files; what the programs may import is loaded before they run, so that
none of them has to open a file.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import struct
import sys
from collections.abc import Mapping
from types import CodeType
from typing import Any, BinaryIO, Final

from curation.processes import die_with_parent
from synthesis.sandbox import confine
from synthesis.sandbox.another import ANOTHER, SEEN, another
from synthesis.sandbox.namespace import Forbidden, Printed, namespace, watch

LENGTH: Final = struct.Struct(">I")
UNCONFINED: Final = 3
"""Exit status of a worker that cannot confine what it shall run."""

SOLUTION, TESTS = "cozum", "testler"
_MOST_ANSWERED = 65_536  # bytes that a program's verdict may have
_MB = 1_048_576
_ASLEEP_FACTOR, _ASLEEP_SECONDS = 20, 60  # a busy machine may give a process a twentieth of a processor, and be slow besides
_DETAIL = 200  # characters


def main() -> None:
    """Answer orders until stdin ends."""
    die_with_parent()
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(null, standard)
    confine.without_network()  # where the system gives one; the filter of calls knows no sockets anyway
    for name in ("__future__", "_strptime", *sys.argv[2:]):  # the second is what datetime loads late
        importlib.import_module(name)
    base = confine.address_space()
    if not _can_be_confined(base):
        sys.exit(UNCONFINED)
    gc.freeze()  # a fork that collects need not copy what was here before it
    while (order := _message(orders)) is not None:
        _answer(answers, [_forked(program, order["imports"], base) for program in order["programs"]])


def _can_be_confined(base: int) -> bool:
    """Whether the system takes what confines a program: without it none is run at all."""
    child = os.fork()
    if child == 0:
        try:
            _confined({"cpu_s": 1.0, "memory_mb": 64}, base)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _forked(program: Mapping[str, Any], imports: list[str], base: int) -> dict[str, Any]:
    """Return the verdict on a program that ran in a process of its own."""
    reader, writer = os.pipe()
    worker = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            die_with_parent(worker)
            os.close(reader)
            _run_alone(program, imports, base, writer)
        finally:
            os._exit(1)
    os.close(writer)
    told = _all_of(reader, program["cpu_s"] * _ASLEEP_FACTOR + _ASLEEP_SECONDS)
    os.close(reader)
    if told is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if told:
        return dict(json.loads(told))
    ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    slow = told is None or ended in (signal.SIGPROF, signal.SIGXCPU)
    return (
        {"verdict": "too_slow", "detail": ""} if slow else {"verdict": "crashed", "detail": f"signal {ended}" if ended else "ended early"}
    )


def _all_of(pipe: int, patience_s: float) -> bytes | None:
    """What comes until the pipe ends; None where it does not end in time."""
    found = b""
    while select.select([pipe], [], [], patience_s)[0]:
        data = os.read(pipe, _MOST_ANSWERED)
        if not data or len(found) > _MOST_ANSWERED:
            return found
        found += data
    return None


def _run_alone(program: Mapping[str, Any], imports: list[str], base: int, writer: int) -> None:
    os.setpgid(0, 0)
    refused: list[str] = []
    printed = sys.stdout = sys.stderr = Printed()
    _confined(program, base)
    verdict = _verdict(program, imports, refused)
    if printed.over:
        verdict = {"verdict": "too_much_output", "detail": ""}
    elif refused:
        verdict = {"verdict": "forbidden", "detail": refused[0]}
    os.write(writer, json.dumps(verdict).encode())
    os._exit(0)


def _confined(limits: Mapping[str, Any], base: int) -> None:
    confine.bounded(limits["cpu_s"], base + limits["memory_mb"] * _MB if base else None)
    if confine.filterable():
        confine.only_calculate()


def _verdict(program: Mapping[str, Any], imports: list[str], refused: list[str]) -> dict[str, Any]:
    """What becomes of the first solution that passes the tests, or of the last."""
    try:
        codes = [compile(source, SOLUTION, "exec") for source in program["solutions"]]
        tests = compile(program["tests"], TESTS, "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return {"verdict": "raised", "detail": type(error).__name__}
    watch(refused)
    found: dict[str, Any] = {}
    for code in codes:
        found = _tried(code, tests, program["exports"], imports)
        if found["verdict"] == "passed":
            break
    return found


def _tried(code: CodeType, tests_code: CodeType, exports: list[str], imports: list[str]) -> dict[str, Any]:
    """Run the solution, then the tests beside its public names."""
    counts = {"reached": 0, "fooled": 0}

    def seen(passed: bool) -> None:
        counts["reached"] += 1
        counts["fooled"] += passed

    try:
        solution, tests = namespace(SOLUTION, imports), namespace(TESTS, imports)
        exec(code, solution)  # noqa: S102  # this is what the sandbox is for
        tests |= {name: solution[name] for name in exports if name in solution}
        tests |= {SEEN: seen, ANOTHER: another}
        exec(tests_code, tests)  # noqa: S102
        for name in [name for name in tests if name.startswith("test") and callable(tests[name]) and name not in exports]:
            tests[name]()
    except MemoryError:
        return {"verdict": "too_much_memory", "detail": ""}
    except Forbidden as error:
        return {"verdict": "forbidden", "detail": str(error)[:_DETAIL]}
    except AssertionError as error:
        return {"verdict": "failed", "detail": _where(error)}
    except BaseException as error:  # noqa: BLE001  # foreign code fails in any way it likes, SystemExit among them
        return {"verdict": "raised", "detail": f"{type(error).__name__} {_where(error)}"[:_DETAIL]}
    return {"verdict": "passed", "detail": "", **counts}


def _where(error: BaseException) -> str:
    """The line of the tests that `error` came through."""
    trace, line = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == TESTS:
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"line {line} of the tests" if line else "in the solution"


def _message(stream: BinaryIO) -> dict[str, Any] | None:
    head = stream.read(LENGTH.size)
    return json.loads(stream.read(LENGTH.unpack(head)[0])) if len(head) == LENGTH.size else None


def _answer(stream: BinaryIO, verdicts: list[dict[str, Any]]) -> None:
    data = json.dumps(verdicts).encode()
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()
