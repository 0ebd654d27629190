"""OpenAI's files and batches, as far as the model wall needs them: upload, create, wait, read output and error files.

Faults by mark or dice: `http_*` rows come in the error file, `lost` rows in neither file, `expired` rows as expired ones; other faults as in chats.
`POST /batches/refuse?times=N` lets the next N batches fail for want of queue space.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from aiohttp import web
from faults import Weather


class Batches:
    """Files and batches in memory; a batch is done `batch_s` seconds after it was made."""

    def __init__(
        self,
        weather: Weather,
        seen: Counter[str],
        answer: Callable[[str, dict[str, Any]], str],
        completion: Callable[[str | None], dict[str, Any]],
        batch_s: float,
    ) -> None:
        self._weather, self._seen, self._answer, self._completion, self._batch_s = weather, seen, answer, completion, batch_s
        self._files: dict[str, bytes] = {}
        self._batches: dict[str, dict[str, Any]] = {}
        self._refusals = 0

    def add_to(self, app: web.Application) -> None:
        app.router.add_post("/v1/files", self.upload)
        app.router.add_get("/v1/files/{id}/content", self.content)
        app.router.add_post("/v1/batches", self.create)
        app.router.add_get("/v1/batches", self.list)
        app.router.add_get("/v1/batches/{id}", self.retrieve)
        app.router.add_post("/batches/refuse", self.refuse)

    async def upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        name = f"file-{len(self._files)}"
        self._files[name] = file.file.read()  # type: ignore[union-attr]
        return web.json_response({"id": name, "object": "file", "bytes": len(self._files[name]), "created_at": 0, "filename": "b.jsonl",
                                  "purpose": form["purpose"], "status": "processed"})  # fmt: skip

    async def content(self, request: web.Request) -> web.Response:
        return web.Response(body=self._files[request.match_info["id"]], content_type="application/octet-stream")

    async def create(self, request: web.Request) -> web.Response:
        body = await request.json()
        name = f"batch-{len(self._batches)}"
        batch = {
            "id": name,
            "object": "batch",
            "endpoint": body["endpoint"],
            "input_file_id": body["input_file_id"],
            "completion_window": body["completion_window"],
            "created_at": int(time.time()),
            "metadata": body.get("metadata"),
            "status": "in_progress",
            "_done_at": time.monotonic() + self._batch_s,
        }
        if self._refusals:
            self._refusals -= 1
            batch |= {"status": "failed", "errors": {"object": "list", "data": [{"code": "token_limit_exceeded", "message": "queue full"}]}}
        self._batches[name] = batch
        return web.json_response(self._shown(batch))

    async def list(self, _: web.Request) -> web.Response:
        return web.json_response(
            {"object": "list", "data": [self._shown(one) for one in reversed(self._batches.values())], "has_more": False}
        )

    async def retrieve(self, request: web.Request) -> web.Response:
        batch = self._batches[request.match_info["id"]]
        if batch["status"] == "in_progress" and time.monotonic() >= batch["_done_at"]:
            self._finish(batch)
        return web.json_response(self._shown(batch))

    async def refuse(self, request: web.Request) -> web.Response:
        self._refusals = int(request.query["times"])
        return web.json_response({})

    def _finish(self, batch: dict[str, Any]) -> None:
        output, errors = [], []
        for line in self._files[batch["input_file_id"]].splitlines():
            row = json.loads(line)
            text = row["body"]["messages"][-1]["content"]
            self._seen[text] += 1
            fate = self._weather.fate(text)
            fault = fate.fault if self._seen[text] <= fate.times else ""
            if fault == "lost":
                continue
            if fault.startswith("http_"):
                status = int(fault.removeprefix("http_"))
                answered = {"status_code": status, "request_id": "r", "body": {"error": {"message": "fault on purpose"}}}
                errors.append({"id": "x", "custom_id": row["custom_id"], "response": answered, "error": None})
            elif fault == "expired":
                error = {"code": "batch_expired", "message": "not done in time"}
                errors.append({"id": "x", "custom_id": row["custom_id"], "response": None, "error": error})
            else:
                body = self._completion("  " if fault == "empty" else self._answer(text, row["body"]))
                answered = {"status_code": 200, "request_id": "r", "body": body}
                output.append({"id": "x", "custom_id": row["custom_id"], "response": answered, "error": None})
        batch["status"] = "completed"
        for field, rows in (("output_file_id", output), ("error_file_id", errors)):
            if rows:
                batch[field] = f"file-{len(self._files)}"
                self._files[batch[field]] = "\n".join(json.dumps(row) for row in reversed(rows)).encode()

    @staticmethod
    def _shown(batch: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in batch.items() if not key.startswith("_")}
