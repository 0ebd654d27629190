"""Argilla's background jobs without a Redis server: the queues live in this process, a thread works them off.

A Redis over TCP is never opened: the jobs in it are pickles, and whoever can write a pickle runs code.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from alignment.argilla_server.outbox import Outbox, queue_again, remembered

_LOOK_FOR_DUE_S = 1.0  # webhook retries wait 10, 60 and 180 s
_THREAD = "review-jobs"


def replace_redis() -> None:
    """Give Argilla's queues a Redis inside this process. Must run before anything imports `argilla_server.jobs`."""
    import fakeredis
    import redis

    server, real = fakeredis.FakeServer(), redis.from_url
    redis.from_url = lambda *_, **__: fakeredis.FakeStrictRedis(server=server)
    try:
        import argilla_server.jobs.queues  # noqa: F401 (binds its connection when it is imported)
    finally:
        redis.from_url = real


class Worker:
    """Works off the queues in a thread, and puts back what was to be tried again later. Webhook calls lie in `outbox` until they are made or given up."""

    def __init__(self, outbox: Outbox) -> None:
        from argilla_server.jobs.webhook_jobs import notify_event_job

        _own_sessions()
        self._stop = threading.Event()
        self._worker = _thread_worker(outbox)
        queue_again(notify_event_job, outbox)
        notify_event_job.delay = remembered(notify_event_job, outbox)
        self._threads = [
            threading.Thread(target=self._work, name=_THREAD, daemon=True),
            threading.Thread(target=self._retry, name="review-retries", daemon=True),
        ]

    def start(self) -> None:
        """Start working."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float) -> None:
        """Finish the job at hand and stop; give up waiting after `timeout_s`."""
        self._stop.set()
        self._worker._stop_requested = True
        for thread in self._threads:
            thread.join(timeout_s)

    def _work(self) -> None:
        while not self._stop.is_set():
            self._worker.work(burst=True, logging_level="WARNING")
            self._stop.wait(0.2)

    def _retry(self) -> None:
        """RQ's own scheduler is a process of its own, which would not see queues in memory."""
        from argilla_server.jobs.queues import DEFAULT_QUEUE, HIGH_QUEUE
        from rq.job import Job
        from rq.registry import ScheduledJobRegistry

        while not self._stop.wait(_LOOK_FOR_DUE_S):
            for queue in (HIGH_QUEUE, DEFAULT_QUEUE):
                registry = ScheduledJobRegistry(queue=queue)
                for identity in registry.get_jobs_to_schedule():
                    registry.remove(identity)
                    queue._enqueue_job(Job.fetch(identity, connection=queue.connection))


def _own_sessions() -> None:
    """Give jobs database connections of their own: each job has an event loop of its own, and pooled connections belong to the server's."""
    from argilla_server import database
    from argilla_server.jobs import dataset_jobs, webhook_jobs
    from argilla_server.settings import settings
    from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
    from sqlalchemy.pool import NullPool

    engine = create_async_engine(settings.database_url, poolclass=NullPool, **settings.database_engine_args)
    of_jobs, of_server = async_sessionmaker(autocommit=False, expire_on_commit=False, bind=engine), database.AsyncSessionLocal

    def session() -> Any:
        return (of_jobs if threading.current_thread().name == _THREAD else of_server)()

    for module in (database, dataset_jobs, webhook_jobs):
        module.AsyncSessionLocal = session


def _thread_worker(outbox: Outbox) -> Any:
    from argilla_server.jobs.queues import DEFAULT_QUEUE, HIGH_QUEUE, REDIS_CONNECTION
    from rq import SimpleWorker
    from rq.timeouts import TimerDeathPenalty

    class ThreadWorker(SimpleWorker):
        """RQ's worker without what only a main thread or a real Redis can do: signals, and commands from outside."""

        death_penalty_class = TimerDeathPenalty

        def _install_signal_handlers(self) -> None: ...

        def subscribe(self) -> None:
            self.pubsub = self.pubsub_thread = None

        def unsubscribe(self) -> None: ...

        def handle_job_success(self, job: Any, *arguments: Any, **options: Any) -> None:
            super().handle_job_success(job, *arguments, **options)
            outbox.take_out(job.id)

        def handle_job_failure(self, job: Any, *arguments: Any, **options: Any) -> None:
            last = not job.retries_left
            super().handle_job_failure(job, *arguments, **options)
            if last:
                outbox.take_out(job.id)

    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    return ThreadWorker([HIGH_QUEUE, DEFAULT_QUEUE], connection=REDIS_CONNECTION)
