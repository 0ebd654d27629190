"""What a run's journal holds about a prompt, read without touching it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any

from pipelines.models.wall import Reply
from pipelines.stages.files import JOURNAL

_ATTEMPTS = "select model, failure, detail, input_tokens, output_tokens, usd from attempts where prompt = ? order by rowid"
_ANSWERS = "select model, reply from answers where prompt = ?"
_NAMES = ("model", "failure", "detail", "input_tokens", "output_tokens", "usd")


def journalled(run: Path, prompt: str, models: Collection[str] = ()) -> tuple[list[dict[str, Any]], str]:
    """Return the attempts at a prompt and the text of the answer that was kept; with `models`, the journal's names, those of these models alone."""
    path = run / JOURNAL
    if not path.is_file():
        return [], ""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        attempts = [dict(zip(_NAMES, row, strict=True)) for row in database.execute(_ATTEMPTS, (prompt,))]
        answers = database.execute(_ANSWERS, (prompt,)).fetchall()
    texts = [str(json.loads(reply).get("text", "")) for model, reply in answers if not models or model in models]
    return [one for one in attempts if not models or one["model"] in models], texts[-1] if texts else ""


def reply_of(attempts: list[dict[str, Any]], text: str) -> Reply:
    """Return the reply that `journalled` found: the text, or the last failure, `not_in_journal` where nothing is known."""
    if text:
        return Reply(text=text)
    last = attempts[-1] if attempts else {}
    return Reply(failure=str(last.get("failure") or "not_in_journal"), detail=str(last.get("detail", "")))
