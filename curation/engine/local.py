"""Processes on this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from curation.errors import EngineError
from curation.processes import die_with_parent

T = TypeVar("T")
R = TypeVar("R")

_TASKS_PER_WORKER = 256  # then a fresh process takes its place, so that no library's growing cache fills the memory


class LocalEngine:
    """Runs tasks in `workers` processes, which live until `close`; one task alone, or one worker, runs in this process."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def map(self, function: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[int, R]]:
        """Yield the number and the result of every task as it ends. Raises EngineError where a task kills its worker each time."""
        if self._workers == 1 or len(tasks) <= 1:
            for number, task in enumerate(tasks):
                yield number, function(task)
            return
        left = dict(enumerate(tasks))
        for _ in range(2):  # a worker that was killed from outside takes its neighbours' tasks with it: they get another try
            try:
                yield from self._round(function, left, len(left))
            except BrokenProcessPool:
                self.close()
                continue
            return
        try:
            yield from self._round(function, left, 1)  # one at a time, so that a task that kills its worker names itself
        except BrokenProcessPool as error:
            self.close()
            number = next(iter(left))
            raise EngineError(
                f"the worker of task {number} ({tasks[number]}) died three times, perhaps for want of memory: "
                "give it smaller shards (curate.engine.shard_mb) or fewer workers (curate.engine.workers)"
            ) from error

    def _round(self, function: Callable[[T], R], left: dict[int, T], at_once: int) -> Iterator[tuple[int, R]]:
        """Yield results in the order they come, taking each task out of `left` when it is done."""
        pool = self._open()
        waiting = iter(list(left))
        running: dict[Future[R], int] = {}
        try:
            while True:
                while len(running) < at_once and (following := next(waiting, None)) is not None:
                    running[pool.submit(function, left[following])] = following
                if not running:
                    return
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in sorted(ended, key=running.__getitem__):
                    number = running.pop(future)
                    result = future.result()
                    del left[number]
                    yield number, result
        finally:
            for future in running:
                future.cancel()

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(
                self._workers, mp_context=context, initializer=_die_with, initargs=(os.getpid(),), max_tasks_per_child=_TASKS_PER_WORKER
            )
        return self._pool

    def close(self) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _die_with(parent: int) -> None:
    """End this worker with its parent, however that ends, and leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(parent)
