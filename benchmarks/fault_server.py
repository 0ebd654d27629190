"""The test suite's chat server, started for a benchmark in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.records import Message, content_id
from synthesis.prompt import Prompt

_SERVER = Path(__file__).parents[1] / "tests" / "servers" / "chat_server.py"
TASK = "deneme"
SCHEMA = json.dumps({"type": "array", "items": {"type": "object"}})


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    base_url: str

    def tell(self, path: str) -> Any:
        """Return what the server says at `path` (`stats`, `seen`, `doomed`)."""
        with urllib.request.urlopen(f"{self.base_url.removesuffix('/v1')}/{path}") as reply:
            return json.load(reply)

    def reset(self) -> None:
        """Forget what was asked so far."""
        urllib.request.urlopen(urllib.request.Request(f"{self.base_url.removesuffix('/v1')}/reset", method="POST")).close()


@contextmanager
def serving(*options: str) -> Iterator[Server]:
    """A server with the command-line `options` of tests/servers/chat_server.py."""
    process = subprocess.Popen([sys.executable, str(_SERVER), *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Server(f"http://127.0.0.1:{int(process.stdout.readline())}/v1")
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def prompts(count: int, padding: int = 0) -> list[Prompt]:
    """Return `count` different prompts of about `padding` characters each."""
    made = []
    for number in range(count):
        text = f"satır {number} " + "Kuyunun başındaki çınar, köyün en yaşlı ağacıdır. " * (padding // 50)
        made.append(Prompt(content_id("q", text), TASK, {}, (Message("user", text.strip()),), seed=1, max_tokens=64))
    return made


def report(name: str, rows: Sequence[dict[str, Any]], ours: float, peer: float, bar: float, *, ok: bool) -> None:
    """Print a line for each row and the one JSON line that a script reads."""
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))
    ratio = round(ours / peer, 3) if peer else None
    print(json.dumps({"name": name, "ours": round(ours, 4), "peer": round(peer, 4), "ratio": ratio, "bar": bar, "ok": ok}))
