"""The response journal: every answer that was paid for is on disk before it is used, and a killed run asks nothing twice."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from pathlib import Path

from pipelines.models.wall import Model, Reply
from synthesis.prompt import Prompt


class Journal:
    """Replies by model identity and prompt id, in one SQLite file. Failures are not kept: a rerun asks them again."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._database.execute("pragma journal_mode=wal")
        self._database.execute("pragma synchronous=full")
        self._database.execute(
            "create table if not exists replies (model text, prompt text, reply text, primary key (model, prompt)) without rowid"
        )

    def find(self, model: str, prompt: str) -> Reply | None:
        """Return the reply kept for this model and prompt, or None."""
        row = self._database.execute("select reply from replies where model = ? and prompt = ?", (model, prompt)).fetchone()
        return Reply(**json.loads(row[0])) if row else None

    def keep(self, model: str, prompt: str, reply: Reply) -> None:
        """Put a reply on disk."""
        self._database.execute(
            "insert or replace into replies values (?, ?, ?)", (model, prompt, json.dumps(asdict(reply), ensure_ascii=False))
        )

    def close(self) -> None:
        """Close the file."""
        self._database.close()


async def complete(model: Model, journal: Journal | None, prompt: Prompt) -> Reply:
    """Return the kept reply to `prompt`, or ask `model` and keep its answer before handing it on."""
    if journal is None or model.free:
        return await model.complete(prompt)
    kept = journal.find(model.identity, prompt.id)
    if kept is not None:
        return kept
    reply = await model.complete(prompt)
    if not reply.failure:
        journal.keep(model.identity, prompt.id, reply)
    return reply
