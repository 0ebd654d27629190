"""Ray core tasks; the only file that imports ray. Every node must see the run folder under the same path."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from curation.errors import EngineError, MissingPackage

T = TypeVar("T")
R = TypeVar("R")

_RETRIES = 3  # of a task whose worker or node died; errors of the task itself are not retried
_KNOCK_S = 10.0
_KEY = "curate.engine.address"
_IN_FLIGHT = 10_000  # tasks known to the scheduler at once


class RayEngine:
    """Runs tasks on the Ray cluster at `address`, one core each; without an address on a cluster of this machine with `workers` cores."""

    def __init__(self, address: str, workers: int | None) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it reports each cluster's use over the network
        hook = sys.excepthook
        try:
            import ray
        except ImportError as error:
            raise MissingPackage("ray", "ray", "curate.engine: ray") from error
        finally:
            sys.excepthook = hook  # Ray puts its own in place, to print tracebacks of the driver its way
        self._ray: Any = ray
        self._ours = not ray.is_initialized()
        if self._ours:
            _knock(address)
            try:
                ray.init(
                    address=address or "local",
                    num_cpus=None if address else workers,
                    include_dashboard=None if address else False,
                    log_to_driver=False,
                    logging_level=logging.ERROR,
                )
            except (ConnectionError, RuntimeError, ValueError) as error:
                raise EngineError(f"{_KEY} {address or 'local'}: Ray does not start: {error}") from error

    def map(self, function: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[int, R]]:
        """Yield the number and the result of every task as it ends. Raises EngineError where its worker died again and again."""
        remote = self._ray.remote(function).options(max_retries=_RETRIES, num_cpus=1)
        running: dict[Any, int] = {}
        waiting = iter(enumerate(tasks))
        while True:
            while len(running) < _IN_FLIGHT and (following := next(waiting, None)) is not None:
                running[remote.remote(following[1])] = following[0]
            if not running:
                return
            ended, _ = self._ray.wait(list(running), num_returns=1)
            for reference in ended:
                number = running.pop(reference)
                yield number, self._result(reference, number, tasks[number])

    def _result(self, reference: Any, number: int, task: object) -> Any:
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            raise error.as_instanceof_cause() from None
        except self._ray.exceptions.RayError as error:
            raise EngineError(f"task {number} ({task}) was lost with its worker {_RETRIES + 1} times: {type(error).__name__}") from error

    def close(self) -> None:
        """Leave the cluster, if this engine joined it."""
        if self._ours:
            self._ray.shutdown()


def _knock(address: str) -> None:
    """Raise EngineError where nobody listens at `address`, for which Ray itself would wait without end."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host:  # none, "auto" or "local"
        return
    if not port.isdecimal():
        raise EngineError(f"{_KEY} {address}: host:port or ray://host:port is wanted")
    try:
        socket.create_connection((host, int(port)), timeout=_KNOCK_S).close()
    except OSError as error:
        raise EngineError(f"{_KEY} {address}: no Ray cluster answers: {error.strerror or error}") from error
