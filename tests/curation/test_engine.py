"""The engine: every task once, whatever happens to the workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from curation.engine import available_cores
from curation.engine.local import LocalEngine
from curation.errors import EngineError, InputError


@dataclass(frozen=True)
class Job:
    """What a task of these tests does: leave a mark in `folder`, and perhaps kill its own worker first, `deaths` times."""

    folder: Path
    number: int
    deaths: int = 0


def work(job: Job) -> int:
    tries = job.folder / f"{job.number}.tries"
    with tries.open("a") as file:
        file.write("x")
    if tries.stat().st_size <= job.deaths:
        os.kill(os.getpid(), signal.SIGKILL)
    (job.folder / f"{job.number}.done").write_text(str(os.getpid()))
    return job.number * 10


def fail(job: Job) -> int:
    raise InputError("a.txt", "unreadable", f"task {job.number} cannot")


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    """Two workers."""
    opened = LocalEngine(2)
    yield opened
    opened.close()


def test_every_task_is_done_and_told_with_its_number(engine: LocalEngine, tmp_path: Path) -> None:
    jobs = [Job(tmp_path, number) for number in range(5)]
    assert sorted(engine.map(work, jobs)) == [(number, number * 10) for number in range(5)]
    workers = {path.read_text() for path in tmp_path.glob("*.done")}
    assert str(os.getpid()) not in workers
    assert len(workers) <= 2


def test_workers_stay_for_the_next_tasks(engine: LocalEngine, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        list(engine.map(work, [Job(tmp_path / folder, number) for number in range(6)]))
    assert len({path.read_text() for path in tmp_path.glob("*/*.done")}) <= 2


def test_one_task_alone_needs_no_process(tmp_path: Path) -> None:
    assert list(LocalEngine(4).map(work, [Job(tmp_path, 0)])) == [(0, 0)]
    assert (tmp_path / "0.done").read_text() == str(os.getpid())


def test_a_worker_that_is_killed_costs_nothing_but_its_task(engine: LocalEngine, tmp_path: Path) -> None:
    jobs = [Job(tmp_path, number, deaths=1 if number == 2 else 0) for number in range(4)]
    assert sorted(engine.map(work, jobs)) == [(number, number * 10) for number in range(4)]


def test_a_task_that_always_kills_its_worker_is_named_and_the_others_are_done(engine: LocalEngine, tmp_path: Path) -> None:
    jobs = [Job(tmp_path, number, deaths=99 if number == 1 else 0) for number in range(3)]
    done: list[int] = []
    with pytest.raises(EngineError, match=r"worker of task 1 .*shard_mb"):
        done.extend(number for number, _ in engine.map(work, jobs))
    assert 0 in done


def test_the_error_of_a_task_is_raised_as_it_is(engine: LocalEngine, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"task [01] cannot"):
        list(engine.map(fail, [Job(tmp_path, 0), Job(tmp_path, 1)]))


def test_there_is_at_least_one_core() -> None:
    assert available_cores() >= 1


PARENT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from curation.engine.local import LocalEngine
from orphans import wait_long
if __name__ == "__main__":
    list(LocalEngine(2).map(wait_long, [Path(sys.argv[1]) / str(n) for n in range(2)]))
"""
ORPHANS = """
import os, time
def wait_long(path):
    path.write_text(str(os.getpid()))
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends workers with their parent on Linux alone")
def test_workers_die_with_a_run_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "parent.py").write_text(PARENT)
    (tmp_path / "orphans.py").write_text(ORPHANS)
    marks = tmp_path / "marks"
    marks.mkdir()
    run = subprocess.Popen([sys.executable, str(tmp_path / "parent.py"), str(marks), str(Path(__file__).parents[2])])
    until(lambda: len(list(marks.iterdir())) == 2 and all(path.read_text() for path in marks.iterdir()))
    workers = [int(path.read_text()) for path in marks.iterdir()]
    run.kill()
    run.wait()
    until(lambda: not any(map(alive, workers)))


def until(holds: object, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
