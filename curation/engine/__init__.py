"""Where the work of a stage is done: processes of this machine, or Ray tasks on a cluster, behind one small wall.

A task is a function of one argument that reads files and writes files: it may be run twice (a worker died, a node went), and then
finds its own finished output. Nothing but the argument and a small result travels between processes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from curation.config import EngineConfig

T = TypeVar("T")
R = TypeVar("R")


class Engine(Protocol):
    """Runs tasks."""

    def map(self, function: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[int, R]]:
        """Yield the number and the result of every task as it ends. Raises EngineError where one cannot be done."""
        ...

    def close(self) -> None:
        """Let go of workers."""
        ...


def open_engine(config: EngineConfig, shards: int) -> Engine:
    """Return the engine of a recipe for a corpus of `shards`; one shard alone is done in this process. Raises MissingPackage where a library is not installed."""
    if config.kind == "ray":
        from curation.engine.ray_tasks import RayEngine

        return RayEngine(config.address, config.workers)
    from curation.engine.local import LocalEngine

    return LocalEngine(min(config.workers or available_cores(), shards))


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
