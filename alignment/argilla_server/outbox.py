"""Webhook calls that are still to be made, on disk: what a kill leaves undone is done after the next start.

Only what a call needs is kept, as JSON: a pickle of a job would run whatever someone wrote into the file.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one webhook."""

    id: str
    webhook: UUID
    event: str
    timestamp: datetime
    data: dict[str, Any]


class Outbox:
    """Calls in a file, oldest first. A call is put in before it is queued and taken out once it was made or given up, so a kill may repeat one and loses none."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS calls(row INTEGER PRIMARY KEY, id TEXT UNIQUE, webhook TEXT, event TEXT, timestamp TEXT, data TEXT)"
        )

    def put(self, webhook: UUID, event: str, timestamp: datetime, data: dict[str, Any]) -> str:
        """Return the id of the call, once it is on disk."""
        identity = str(uuid4())
        values = (identity, str(webhook), event, timestamp.isoformat(), json.dumps(data, ensure_ascii=False))
        with self._lock:
            self._db.execute("INSERT INTO calls(id, webhook, event, timestamp, data) VALUES(?,?,?,?,?)", values)
        return identity

    def take_out(self, identity: str) -> None:
        """Forget a call; one that is not there is none."""
        with self._lock:
            self._db.execute("DELETE FROM calls WHERE id=?", (identity,))

    def waiting(self) -> list[Call]:
        """Return every call that was neither made nor given up."""
        with self._lock:
            rows = self._db.execute("SELECT id, webhook, event, timestamp, data FROM calls ORDER BY row").fetchall()
        return [
            Call(identity, UUID(webhook), event, datetime.fromisoformat(moment), json.loads(data))
            for identity, webhook, event, moment, data in rows
        ]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def remembered(job: Any, outbox: Outbox) -> Callable[..., Any]:
    """Return `job.delay` so that it puts every call into `outbox` first; the queued job has the id of the call."""
    delay = job.delay

    def put_and_queue(webhook: UUID, event: str, timestamp: datetime, data: dict[str, Any]) -> Any:
        return delay(webhook, event, timestamp, data, job_id=outbox.put(webhook, event, timestamp, data))

    return put_and_queue


def queue_again(job: Any, outbox: Outbox) -> int:
    """Return how many calls an earlier server left, after queueing them. Must run before `remembered` takes the place of `job.delay`."""
    left = outbox.waiting()
    for call in left:
        job.delay(call.webhook, call.event, call.timestamp, call.data, job_id=call.id)
    return len(left)
