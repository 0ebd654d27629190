"""What a batch brought: the rows of its files as replies, and what became of a row that is in none of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import openai
from openai.types import Batch as ServerBatch
from openai.types.chat import ChatCompletion

from pipelines.models.openai_server import completion_reply, status_reply
from pipelines.models.wall import Reply

QUEUE_FULL = "token_limit_exceeded"
_ROW_ERRORS = {"request_timeout": "timeout"}


def rows_by_key(content: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the rows in an output or error file, in whatever order; a broken line is nobody's, so its row counts as missing."""
    for line in content.split("\n"):
        try:
            row = json.loads(line)
            yield str(row["custom_id"]), row
        except (ValueError, KeyError, TypeError):
            continue


def row_reply(row: Mapping[str, Any]) -> Reply:
    """Return the reply in a row, or the failure that it tells of."""
    refusal = row_refusal(row)
    if refusal is not None:
        return status_reply(refusal)
    response, error = row.get("response"), row.get("error")
    if not response:
        return _without_response(error if isinstance(error, dict) else {})
    try:
        return completion_reply(ChatCompletion.construct(**response["body"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        return Reply(failure="broken_body", detail=f"no completion but: {json.dumps(response, ensure_ascii=False)[:300]}")


def row_refusal(row: Mapping[str, Any]) -> openai.APIStatusError | None:
    """Return the error that the client would have raised for a row that was refused, None where it was not."""
    response = row.get("response")
    if not isinstance(response, dict) or not isinstance(response.get("status_code"), int) or response["status_code"] == 200:
        return None
    return _status_error(response["status_code"], response.get("body"))


def _status_error(status: int, body: Any) -> openai.APIStatusError:
    said = body.get("error", body) if isinstance(body, dict) else body
    response: Any = SimpleNamespace(status_code=status, headers={}, request=None)
    return openai.APIStatusError(f"Error code: {status} - {said}", response=response, body=said)


def _without_response(error: Mapping[str, Any]) -> Reply:
    code, message = str(error.get("code", "lost_row")), str(error.get("message", ""))[:300]
    if status_reply(_status_error(400, error)).failure == "no_quota":
        return Reply(failure="no_quota", detail=message)
    return Reply(failure=_ROW_ERRORS.get(code, code), detail=message)


def missing_reply(ended: ServerBatch | None, identity: str) -> Reply:
    """Return what became of a row that is in no file of the batch `identity`; `ended` is None where the server does not know it."""
    if ended is None:
        return Reply(failure="lost_row", detail=f"the server does not know batch {identity} any more, so its rows are asked anew")
    errors = (ended.errors.data or []) if ended.errors else []
    said = "; ".join(str(one.message) for one in errors[:3])  # whole, so that the key can still be struck out
    if any(one.code == QUEUE_FULL for one in errors):
        return Reply(failure="http_429", detail=QUEUE_FULL)
    if ended.status == "expired":
        return Reply(failure="batch_expired", detail="the batch was not done within its time")
    if any(status_reply(_status_error(400, {"code": one.code})).failure == "no_quota" for one in errors):
        return Reply(failure="no_quota", detail=f"batch {identity} failed: {said}")
    if ended.status in {"failed", "cancelled"}:
        was = "failed" if ended.status == "failed" else "was cancelled"
        return Reply(failure=f"batch_{ended.status}", detail=f"batch {identity} {was}: {said}" if said else f"batch {identity} {was}")
    return Reply(failure="lost_row", detail=f"batch {identity} brought neither an answer nor an error for this row")
