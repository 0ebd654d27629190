"""The response journal: every answer that was paid for is on disk before it is used, and a killed run asks nothing twice.

One SQLite file. `answers` holds replies by the hash of all that shaped them, with those that were cut off: they would be again, and were paid for. `attempts`
holds what every request cost that did not come to nothing, and why prompts failed; other failures are never replayed. `batches` remembers
what lies with a Batch API.
"""

from __future__ import annotations

import asyncio
import json
import queue
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError
from pipelines.models.wall import Reply

_TABLES = """
create table if not exists answers (key text primary key, prompt text, model text, reply text) without rowid;
create table if not exists attempts (
    key text, prompt text, model text, purpose text, failure text, detail text, input_tokens integer, output_tokens integer, usd real);
create table if not exists batches (tag text primary key, model text, id text, state text, keys text) without rowid;
"""
_LOCKED_S = 30.0  # how long another program's hold on the file is waited for
_ADVICE = {
    sqlite3.SQLITE_BUSY: "Another program holds it: close that and run again; what was kept is not asked twice",
    sqlite3.SQLITE_LOCKED: "Another program holds it: close that and run again; what was kept is not asked twice",
    sqlite3.SQLITE_FULL: "Free the disk and run again; what was kept is not asked twice",
    sqlite3.SQLITE_IOERR: "Look to the disk and run again; what was kept is not asked twice",
    sqlite3.SQLITE_READONLY: "Make it and its folder writable and run again; what was kept is not asked twice",
    sqlite3.SQLITE_PERM: "Make it and its folder writable and run again; what was kept is not asked twice",
    sqlite3.SQLITE_CANTOPEN: "It must be a file that may be read and written, in a folder that may be written; its answers are worth keeping",
    sqlite3.SQLITE_NOTADB: "Move it away; its answers are then asked again",
    sqlite3.SQLITE_CORRUPT: "Move it away; its answers are then asked again",
}
_INSERT_ATTEMPT = "insert into attempts values (?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that came back: the prompt and model it was about, what for (`purpose`), the reply and what it cost."""

    key: str
    prompt: str
    model: str
    purpose: str
    reply: Reply
    usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Requests handed to a Batch API: our `tag`, its `id` once known, `state` `open` or `done`, and the key of every request."""

    tag: str
    model: str
    id: str
    state: str
    keys: tuple[str, ...]


class Journal:
    """Replies, attempts and batches of a run. Writes are committed by a thread of its own, many at a time, so that a disk never holds up the requests."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        try:
            self._database = self._connection()
            self._database.executescript(_TABLES)
            self._writer = self._connection()
        except sqlite3.Error as error:
            raise ArtifactError(f"{path} cannot be used as a journal: {error}. {_advice(error)}") from error
        self._queue: queue.SimpleQueue[tuple[Attempt, asyncio.Future[None] | None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="imbik-journal", daemon=True)
        self._thread.start()

    def find(self, key: str) -> Reply | None:
        """Return the answer kept under `key`, or None."""
        row = self._database.execute("select reply from answers where key = ?", (key,)).fetchone()
        return Reply(**json.loads(row[0])) if row else None

    async def keep(self, attempt: Attempt) -> None:
        """Put an attempt on disk, its answer where it has one; returns when it is there. Raises ArtifactError where the disk refuses."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put((attempt, kept))
        await kept

    def spent(self, purpose: str, model: str) -> tuple[int, float]:
        """Return the tokens and US dollars that `purpose` has spent on `model` so far."""
        row = self._database.execute(
            "select total(input_tokens + output_tokens), total(usd) from attempts where purpose = ? and model = ?", (purpose, model)
        ).fetchone()
        return int(row[0]), float(row[1])

    def failures(self, purpose: str) -> Counter[str]:
        """Return how often each reason for a failure was noted for `purpose`."""
        rows = self._database.execute("select failure, count(*) from attempts where purpose = ? and failure != '' group by 1", (purpose,))
        return Counter(dict(rows.fetchall()))

    def mean_tokens(self, model: str) -> tuple[float, float] | None:
        """Return the mean input and output tokens of `model`'s answers so far, or None before the first."""
        row = self._database.execute(
            "select avg(input_tokens), avg(output_tokens), count(*) from attempts where model = ? and failure = ''", (model,)
        ).fetchone()
        return (float(row[0]), float(row[1])) if row[2] else None

    def keep_batch(self, batch: Batch) -> None:
        """Put what is known of a batch on disk."""
        values = (batch.tag, batch.model, batch.id, batch.state, json.dumps(batch.keys))
        self._database.execute("insert or replace into batches values (?, ?, ?, ?, ?)", values)

    def open_batches(self, model: str) -> Iterator[Batch]:
        """Yield the batches of `model` that were not collected yet."""
        rows = self._database.execute("select tag, model, id, state, keys from batches where model = ? and state = 'open'", (model,))
        for tag, name, identity, state, keys in rows.fetchall():
            yield Batch(tag, name, identity, state, tuple(json.loads(keys)))

    def count_batches(self) -> int:
        """Return how many batches were ever made."""
        return int(self._database.execute("select count(*) from batches").fetchone()[0])

    def close(self) -> None:
        """Write what is queued and close the file."""
        self._queue.put(None)
        self._thread.join()
        self._writer.close()
        self._database.close()

    def _connection(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, isolation_level=None, timeout=_LOCKED_S, check_same_thread=False)
        database.execute("pragma journal_mode=wal")
        database.execute("pragma synchronous=full")  # a paid answer outlives a power cut too
        return database

    def _write(self) -> None:
        """In the thread: commit whatever has come in since the last commit, then tell those who wait for it."""
        while (first := self._queue.get()) is not None:
            entries = [first]
            ended = False
            while not self._queue.empty():
                more = self._queue.get()
                if more is None:
                    ended = True
                    break
                entries.append(more)
            error = _commit(self._writer, [attempt for attempt, _ in entries])
            for _, kept in entries:
                if kept is not None:
                    kept.get_loop().call_soon_threadsafe(_settle, kept, error)
            if ended:
                break


def _commit(database: sqlite3.Connection, attempts: Sequence[Attempt]) -> Exception | None:
    try:
        with database:
            database.execute("begin immediate")
            for one in attempts:
                reply, prompt = one.reply, _writable(one.prompt)
                if reply.text or reply.failure == "cut_off":
                    values = (one.key, prompt, one.model, _writable(json.dumps(_stored(reply), ensure_ascii=False)))
                    database.execute("insert or replace into answers values (?, ?, ?, ?)", values)
                said = (reply.failure, _writable(reply.detail), reply.input_tokens, reply.output_tokens, one.usd)
                database.execute(_INSERT_ATTEMPT, (one.key, prompt, one.model, one.purpose, *said))
    except Exception as error:  # noqa: BLE001  # handed to those who wait: without a word from this thread they would wait for ever
        return error
    return None


def _writable(text: str) -> str:
    """`text` with what UTF-8 has no bytes for as an escape, which in JSON reads back as what it was."""
    return text.encode("utf-8", "backslashreplace").decode()


def _stored(reply: Reply) -> Mapping[str, Any]:
    return {name: value for name, value in asdict(reply).items() if value}


def _settle(kept: asyncio.Future[None], error: Exception | None) -> None:
    if kept.done():
        return
    if error is None:
        kept.set_result(None)
    else:
        kept.set_exception(ArtifactError(f"the journal cannot be written: {error}. {_advice(error)}"))


def _advice(error: Exception) -> str:
    """What to do where SQLite, or the disk below it, says `error`."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what SQLite calls the extended part
    return _ADVICE.get(code, "Run again; what was kept is not asked twice")
