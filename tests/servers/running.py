"""A chat server started for a test, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SERVER = Path(__file__).parent / "chat_server.py"


@dataclass(frozen=True)
class Running:
    """A server and its process."""

    base_url: str
    process: subprocess.Popen[str]

    def get(self, path: str) -> Any:
        """What the server says at `path`."""
        with urllib.request.urlopen(self.base_url.removesuffix("/v1") + path, timeout=10) as reply:
            return json.load(reply)

    def post(self, path: str) -> None:
        """Tell the server something."""
        urllib.request.urlopen(urllib.request.Request(self.base_url.removesuffix("/v1") + path, method="POST"), timeout=10).close()


@contextmanager
def running(*options: str) -> Iterator[Running]:
    """A server with these command-line options."""
    process = subprocess.Popen([sys.executable, str(SERVER), *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Running(f"http://127.0.0.1:{int(process.stdout.readline())}/v1", process)
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()
