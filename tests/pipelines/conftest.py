"""A real chat server with faults, one per test module."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SERVER = Path(__file__).parent.parent / "servers" / "chat_server.py"


@dataclass(frozen=True)
class Server:
    """A running chat server."""

    base_url: str

    def seen(self) -> dict[str, Any]:
        """What was asked so far."""
        with urllib.request.urlopen(self.base_url.removesuffix("/v1") + "/seen") as reply:
            values: dict[str, Any] = json.load(reply)
            return values


@pytest.fixture(scope="module")
def chat_server() -> Iterator[Server]:
    """A chat server in a process of its own."""
    process = subprocess.Popen([sys.executable, str(SERVER)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = int(process.stdout.readline())
    yield Server(f"http://127.0.0.1:{port}/v1")
    process.terminate()
    process.wait(10)
    process.stdout.close()
