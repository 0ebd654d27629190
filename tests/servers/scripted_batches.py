"""A Batch API in this process whose every answer a test can write itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, str, bytes] | None
"""Status, content type and body; None drops the connection."""
PASS: Answer = (0, "", b"")
"""What a script gives for a request that it leaves to the server."""
Row = dict[str, Any]


def answer(status: int, value: Any) -> Answer:
    """JSON as an answer."""
    return status, "application/json", json.dumps(value).encode()


def answered(row: Row, text: str = "tamam", finish: str = "stop") -> Row:
    """The output line of a request that was answered; it cost 20 tokens."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": 10, "completion_tokens": 10, "total_tokens": 20}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return {"id": "r", "custom_id": row["custom_id"], "response": {"status_code": 200, "request_id": "r", "body": body}, "error": None}


def refused(row: Row, status: int, **error: Any) -> Row:
    """The error line of a request that was refused."""
    response = {"status_code": status, "request_id": "r", "body": {"error": error}}
    return {"id": "r", "custom_id": row["custom_id"], "response": response, "error": None}


class ScriptedBatches:
    """Batches that are done when `done` says so, each row by `row`; `errors` are codes of which each fails one batch, the last all further ones.

    `first` may answer any request itself, given its method, its path and how many requests with both came before; it gives
    PASS for what it leaves to the server.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.done = True
        self.row: Callable[[Row], Row] = answered
        self.errors: list[str] = []
        self.first: Callable[[str, str, int], Answer] = lambda _method, _path, _number: PASS
        self.made: list[dict[str, Any]] = []
        self.batches: list[list[Row]] = []
        self._files: dict[str, list[Row]] = {}
        self._seen: dict[tuple[str, str], int] = {}

    @property
    def rows(self) -> int:
        """Rows of all batches, each of which is paid for."""
        return sum(map(len, self.batches))

    def handle(self, method: str, path: str, body: bytes) -> Answer:
        """Answer a request."""
        number = self._seen.get((method, path), 0)
        self._seen[method, path] = number + 1
        made = self._make(json.loads(body)) if method == "POST" and path == "/v1/batches" else None
        scripted = self.first(method, path, number)
        if scripted != PASS:
            return scripted
        if method == "POST" and path == "/v1/files":
            name = f"file-{len(self._files)}"
            self._files[name] = [json.loads(line) for line in body.splitlines() if line.startswith(b"{")]
            return answer(200, {"id": name, "object": "file", "bytes": 1, "created_at": 1, "filename": "b.jsonl", "purpose": "batch"})
        if made is not None:
            return answer(200, made)
        if path == "/v1/batches":
            return answer(200, {"object": "list", "data": self.made, "has_more": False})
        if path.startswith("/v1/batches/"):
            return answer(200, self._shown(self.made[int(path.rpartition("-")[2])]))
        rows = self._files[path.split("/")[3].removeprefix("out-")]
        return 200, "application/jsonl", "\n".join(json.dumps(self.row(row)) for row in rows).encode()

    def _make(self, asked: dict[str, Any]) -> dict[str, Any]:
        batch = asked | {"id": f"batch-{len(self.made)}", "object": "batch", "created_at": 1, "status": "in_progress"}
        if self.errors:
            code = self.errors.pop(0) if len(self.errors) > 1 else self.errors[0]
            if code:
                batch |= {"status": "failed", "errors": {"object": "list", "data": [{"code": code, "message": f"because of {code}"}]}}
        self.made.append(batch)
        self.batches.append(self._files[asked["input_file_id"]])
        return batch

    def _shown(self, batch: dict[str, Any]) -> dict[str, Any]:
        if batch["status"] != "in_progress" or not self.done:
            return batch
        return batch | {"status": "completed", "output_file_id": f"out-{batch['input_file_id']}"}


@contextmanager
def scripted_batches() -> Iterator[ScriptedBatches]:
    """A server on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *values: Any) -> None:
            """Say nothing."""

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            with lock:
                given = script.handle(self.command, self.path.partition("?")[0], body)
            if given is None:
                self.close_connection = True
                self.connection.close()
                return
            status, kind, content = given
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            """Answer a GET."""
            self._handle()

        def do_POST(self) -> None:
            """Answer a POST."""
            self._handle()

    lock = threading.Lock()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script = ScriptedBatches(f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
