"""The sandbox: what comes to an end, what is refused, and escapes tried for real, each barrier with the ones before it taken away."""

import errno
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from curation.errors import ImbikError
from synthesis.sandbox import child, confine
from synthesis.sandbox.child import Child, Program, Verdict, run
from synthesis.sandbox.turned import turned

IMPORTS = ("collections", "collections.abc", "dataclasses", "datetime", "enum", "functools", "math", "operator", "re", "string", "typing")
CPU_S, MEMORY_MB = 0.5, 64
linux = pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")
filtered = pytest.mark.skipif(not confine.filterable(), reason="no filter of system calls for this machine")

# From any object to all classes, and through one of the module os to its functions: what the look at the source would have refused.
BEHIND = "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0].__init__.__globals__"


def verdict(solution: str, tests: str, *exports: str) -> Verdict:
    (found,) = run([Program((solution,), tests, exports or ("f",), CPU_S, MEMORY_MB)], IMPORTS)
    return found


ORDINARY = [
    ("def f(x):\n    return x + 1", "assert f(1) == 2", "passed"),
    ("def f(x):\n    return x + 1", "assert f(1) == 3", "failed"),
    ("def f(x):\n    return x + 1", "def test_a():\n    assert f(1) == 3", "failed"),
    ("def f(x):\n    return x + 1", "assert g(1) == 2", "raised"),
    ("def f():\n    raise SystemExit(0)", "f()", "raised"),
    ("def f():\n    return f()", "f()", "raised"),
    ("return 1", "f()", "raised"),
    ("def f():\n    while True:\n        pass", "f()", "too_slow"),
    ("import re\ndef f():\n    return re.match('(a+)+$', 'a' * 40 + 'b')", "f()", "too_slow"),
    ("def f():\n    x = []\n    while True:\n        x.append('a' * 100_000)", "f()", "too_much_memory"),
    ("def f():\n    return len([0] * 10**9)", "f()", "too_much_memory"),
    ("def f():\n    while True:\n        print('a' * 1000)", "f()", "too_much_output"),
    ("def f():\n    try:\n        print('a' * 100_000)\n    except BaseException:\n        return 1", "assert f() == 1", "too_much_output"),
    ("def f():\n    print('merhaba')\n    return 1", "assert f() == 1", "passed"),
    ("import os\ndef f():\n    return 1", "assert f() == 1", "forbidden"),
    ("from . import x\ndef f():\n    return 1", "assert f() == 1", "forbidden"),
    ("def f():\n    return open('/etc/passwd')", "f()", "raised"),
    ("def f(x):\n    return getattr(x, '__subclasses__')", "f(int)", "forbidden"),
    ("from operator import attrgetter\ndef f():\n    return attrgetter('__class__')(1)", "f()", "raised"),
]


@pytest.mark.parametrize(("solution", "tests", "expected"), ORDINARY)
def test_a_program_comes_to_the_end_that_it_deserves(solution, tests, expected):
    assert verdict(solution, tests).verdict == expected


USUAL = [
    "from __future__ import annotations\nfrom dataclasses import dataclass, field\n@dataclass(frozen=True)\nclass Nokta:\n    x: int\n    y: list[int] = field(default_factory=list)\ndef f():\n    return Nokta(1).x",
    "from enum import Enum\nclass Renk(Enum):\n    AK = 1\ndef f():\n    return Renk.AK.value",
    "from collections import Counter, namedtuple\nN = namedtuple('N', 'a b')\ndef f():\n    return Counter('aab').most_common(1)[0][1] - N(1, 2).a",
    "import collections.abc\ndef f():\n    return int(isinstance([], collections.abc.Sequence))",
    "from datetime import datetime\ndef f():\n    return datetime.strptime('01.02.2001', '%d.%m.%Y').day",
    "import re\nP = re.compile('(b)')\ndef f():\n    return len(P.sub(r'\\1\\1', 'ab')) - len(re.sub('(b)', r'\\1', 'ab'))",
    "from functools import lru_cache\nimport math\n@lru_cache\ndef g(n):\n    return 1 if n < 2 else g(n - 1)\ndef f():\n    return math.gcd(g(9), 3)",
    "from typing import NamedTuple\nclass N(NamedTuple):\n    a: int = 1\nclass Taban:\n    def __init__(self):\n        self.__gizli = 1\n    def al(self):\n        return self.__gizli\nclass Alt(Taban):\n    def __init__(self):\n        super().__init__()\ndef f():\n    return Alt().al() * N().a",
]


@pytest.mark.parametrize("solution", USUAL)
def test_what_programs_usually_import_works_without_a_file_being_opened(solution):
    assert verdict(solution, "assert f() == 1") == Verdict("passed")


def test_the_order_of_a_set_is_the_same_in_every_process():
    solution = "def f():\n    return list({'elma', 'armut', 'ayva', 'kiraz', 'erik'})"
    found = Child(os.getpid()), Child(os.getpid())
    try:
        order = subprocess.run(
            [sys.executable, "-c", f"{solution}\nprint(f())"], env={"PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=True
        ).stdout
        program = Program((solution,), f"assert f() == {order}", ("f",), CPU_S, MEMORY_MB)
        assert [one.verdicts([program], IMPORTS)[0].verdict for one in found] == ["passed", "passed"]
    finally:
        for one in found:
            one.close()


def test_one_program_does_not_see_what_another_left_behind():
    spoil = "import math, collections\nmath.pi = 4\ncollections.neyse = 1\ndef f():\n    math.floor = lambda x: 7\n    return 1"
    look = "import math, collections\ndef f():\n    return math.pi < 4 and math.floor(1.5) == 1 and not hasattr(collections, 'neyse')"
    programs = [Program((one,), "assert f()", ("f",), CPU_S, MEMORY_MB) for one in (spoil, look)]
    assert [one.verdict for one in run(programs, IMPORTS)] == ["passed", "passed"]


# --- fooling the tests -------------------------------------------------------------------------------------------------


def test_a_solution_that_patches_its_modules_or_builtins_changes_nothing_for_the_tests():
    patched = "import math\nmath.isclose = lambda *a: True\nAssertionError = ValueError\nabs = lambda x: 0\ndef f():\n    return 5.0"
    assert verdict(patched, "import math\nassert math.isclose(f(), 4.0)").verdict == "failed"
    assert verdict(patched, "assert abs(f() - 4) < 1").verdict == "failed"
    assert verdict(f"{patched}\n__builtins__['abs'] = lambda x: 0", "assert abs(f() - 4) < 1").verdict == "failed"


def test_what_equals_everything_passes_turned_tests_too():
    solution = "class Her:\n    def __eq__(self, other):\n        return True\ndef f(x):\n    return Her()"
    assert verdict(solution, "assert f(2) == 4").verdict == "passed"
    found = verdict(solution, turned("assert f(2) == 4\nassert f(3) == 1"))
    assert (found.reached, found.fooled) == (2, 2)


def test_a_solution_that_reads_its_tests_from_the_frame_passes_turned_tests_too():
    solution = "def f(x):\n    try:\n        1 / 0\n    except ZeroDivisionError as error:\n        return error.__traceback__.tb_frame.f_back.f_code.co_consts[1]"
    assert verdict(solution, "assert f(2) == 4").verdict == "passed"
    assert verdict(solution, turned("assert f(2) == 4")).fooled == 1


@pytest.mark.parametrize(
    "tests",
    [
        "assert f(2) == 4",
        "assert 4 == f(2)",
        "assert f(0) == 0",
        "assert f(2) != 5",
        "assert f(2) in (3, 4)",
        "assert f(2)",
        "assert not f(0)",
        "assert f(2) == 2 * 2",
        "assert f(-1) == -2",
        "assert [f(1)] == [2]",
        "assert {f(1)} == {2}",
        "assert {1: f(1)} == {1: 2}",
        "assert f(1) < f(2) < 5",
        "assert f('a') == 'aa'",
        "assert f(2) == f(1) + 2",
        "assert (f(1) > 1) is True",
        "assert f(1j) == 2j",
    ],
)
def test_an_honest_solution_fails_every_turned_assertion(tests):
    solution = "def f(x):\n    return x * 2"
    assert verdict(solution, tests).verdict == "passed"
    found = verdict(solution, turned(tests))
    assert (found.verdict, found.reached, found.fooled) == ("passed", 1, 0)


# --- escapes -----------------------------------------------------------------------------------------------------------

ESCAPES = [
    "g['system']('touch {place}')",
    "g['open']('{place}', 65)",
    "g['fork']()",
    "g['kill'](g['getppid'](), 9)",
    "g['execv']('/bin/touch', ['touch', '{place}'])",
    "g['mkdir']('{place}')",
    "g['listdir']('/')",
    "g['sys'].modules['builtins'].open('{place}', 'w')",
    "g['sys'].modules['builtins'].__import__('socket').socket()",
    "g['sys'].modules['builtins'].__import__('subprocess')",
    "g['sys'].modules['ctypes'].CDLL(None)",
    "g['sys'].settrace(print)",
]


@pytest.mark.parametrize("escape", ESCAPES)
def test_code_that_has_got_hold_of_os_is_refused_what_it_asks_for(escape, tmp_path):
    place = tmp_path / "kacak"
    solution = (
        f"def f():\n    g = {BEHIND}\n    try:\n        {escape.format(place=place)}\n    except BaseException:\n        pass\n    return 1"
    )
    found = verdict(solution, "assert f() == 1")
    assert found.verdict == "forbidden", "caught by the hook, though the code swallows it"
    assert not place.exists()
    assert verdict("def f():\n    return 1", "assert f() == 1") == Verdict("passed"), "the worker goes on"


def test_leaving_the_process_is_no_way_to_pass():
    assert verdict(f"def f():\n    {BEHIND}['_exit'](0)", "f()") == Verdict("crashed", "ended early")


def in_a_fork(action) -> int:
    """The error number that `action` ends with in a process of its own under the filter, 0 where it is let through."""
    pid = os.fork()
    if pid == 0:
        code = 255
        try:
            confine.only_calculate()
            action()
            code = 0
        except OSError as error:
            code = error.errno or 254
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def exec_something():
    os.execv("/bin/true", ["true"])


@filtered
@pytest.mark.parametrize(
    "action",
    [
        lambda: os.open("/etc/passwd", os.O_RDONLY),
        lambda: os.open(".", os.O_RDONLY),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        socket.socketpair,
        os.fork,
        exec_something,
        lambda: os.kill(os.getppid(), signal.SIGUSR1),
        lambda: Path("/tmp/olmayan").unlink(),
        lambda: os.chdir("/"),
        lambda: os.setuid(0),
        lambda: signal.setitimer(signal.ITIMER_PROF, 0),
        os.pipe,
    ],
)
def test_the_kernel_refuses_what_is_no_calculation_without_pythons_help(action):
    assert in_a_fork(action) == errno.EPERM


@filtered
def test_the_kernel_lets_calculation_through():
    assert in_a_fork(lambda: sum(x * x for x in bytearray(10**7)[:1000])) == 0


def test_the_tables_of_system_calls_are_of_one_length():
    assert len({len(calls) for _, calls in confine._MACHINES.values()}) == 1
    assert platform.machine() in confine._MACHINES or not confine.filterable()


# --- the worker --------------------------------------------------------------------------------------------------------


def test_a_worker_that_was_killed_is_started_again():
    own = Child(os.getpid())
    program = Program(("def f():\n    return 1",), "assert f() == 1", ("f",), CPU_S, MEMORY_MB)
    try:
        assert own.verdicts([program], IMPORTS) == [Verdict("passed")]
        os.kill(own._process.pid, signal.SIGKILL)
        assert own.verdicts([program], IMPORTS) == [Verdict("passed")]
    finally:
        own.close()


@pytest.mark.parametrize(("status", "said"), [(3, "refuses to bound it"), (7, "status 7")])
def test_without_a_worker_the_run_stops_and_says_why(status, said, tmp_path, monkeypatch):
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\nexit {status}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(child.sys, "executable", str(fake))
    with pytest.raises(ImbikError, match=said):
        Child(os.getpid()).verdicts([Program(("x = 1",), "assert x", ("x",), CPU_S, MEMORY_MB)], IMPORTS)


def test_nothing_to_run_starts_nothing(monkeypatch):
    monkeypatch.setattr(child, "_child", lambda pid: pytest.fail("a worker was wanted"))
    assert run([], IMPORTS) == []


RUN = """
import os, sys, threading, time
from synthesis.sandbox import child
one = child._child(os.getpid())
ok = child.Program(("def f():\\n    return 1",), "assert f()", ("f",), 1.0, 64)
one.verdicts([ok], ("math",))
print(one._process.pid, flush=True)
one.verdicts([child.Program(("def f():\\n    while True: pass",), "f()", ("f",), 50.0, 64)], ("math",))
"""


def children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition, seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


@linux
def test_a_run_that_is_killed_leaves_no_process_behind():
    with subprocess.Popen(
        [sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    ) as parent:
        worker = int(parent.stdout.readline())
        assert until(lambda: children_of(worker))
        started = [worker, *children_of(worker)]
        parent.kill()
    assert until(lambda: not any(map(running, started)))
