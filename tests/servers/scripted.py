"""A chat server in a thread of the test, whose answers a function of the test gives."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pipelines.models.openai_server import PROBE

Said = tuple[int, dict[str, str], Any]
"""Status, headers, and a body: bytes as they are, anything else as JSON."""


def chat(text: str | None, finish: str = "stop", tokens: tuple[int, int] = (10, 10)) -> Said:
    """A chat completion."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    return 200, {}, {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}


def refusal(status: int, message: str = "no", **headers: str) -> Said:
    """An HTTP error; `retry_after` becomes the header Retry-After."""
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, {"error": {"message": message}}


@dataclass
class Script:
    """A server's address, and the bodies of the chats it was asked; `probes` are those by which the wall looks whether it is there."""

    base_url: str
    chats: list[dict[str, Any]] = field(default_factory=list)
    probes: list[dict[str, Any]] = field(default_factory=list)


def text_of(body: dict[str, Any]) -> str:
    """What the user said."""
    return str(body["messages"][-1]["content"])


@contextmanager
def scripted(answer: Callable[[dict[str, Any]], Said | None]) -> Iterator[Script]:
    """A server that says to every chat what `answer` gives for its body; None drops the connection."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            self._say((200, {}, {"object": "list", "data": []}))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with lock:
                (script.probes if text_of(body) == PROBE else script.chats).append(body)
            said = answer(body)
            if said is None:
                self.close_connection = True
            else:
                self._say(said)

        def _say(self, said: Said) -> None:
            status, headers, body = said
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers, "content-length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script = Script(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
