"""Why a reply is none, and what may be done about it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from pipelines.models.wall import Reply
from synthesis.replies import items

Remedy = Literal["none", "again", "later", "elsewhere", "stop"]
"""none: asking again brings the same. again: another try may succeed. later: too fast or too early for the server, wait and ask again.
elsewhere: the address, the rights or the model's name are wrong, unless other prompts were answered. stop: nothing more can be had now."""

STOPPING = frozenset({"budget", "server_down", "refused", "no_quota"})
"""Failures of the run rather than of a row: the rows that carry them were not asked, or not to the end."""

_REMEDIES: dict[str, Remedy] = {
    "http_408": "again",
    "http_409": "again",
    "http_425": "again",
    "http_429": "later",
    "loading": "later",
    "http_503": "again",
    "http_401": "stop",
    "http_402": "stop",
    "http_403": "elsewhere",
    "http_404": "elsewhere",
    "no_quota": "stop",
    "timeout": "again",
    "connection": "again",
    "broken_body": "again",
    "html_body": "again",
    "no_choices": "again",
    "empty_reply": "again",
    "broken_json": "again",
    "crashed": "again",
    "lost_row": "again",
    "refused_parameter": "again",
    "batch_expired": "again",
}
CUT = "the answer ran into max_tokens or the end of the model's context"
_WRITTEN = frozenset({"broken_json", "cut_off"})  # by the model, and so paid for, whether the server counts tokens or not
_OVERFLOW = re.compile(r"context (?:size|length|window)", re.IGNORECASE)  # llama-server, OpenAI and vLLM, llama-cpp-python
OUTAGE = frozenset({"connection", "timeout", "broken_body", "html_body", "crashed"})


def remedy(failure: str) -> Remedy:
    """Return what may be done about a failure; a reason that nobody listed (a filtered or cut-off answer, a bad request) is final."""
    return _REMEDIES.get(failure, "again" if re.fullmatch(r"http_5\d\d", failure) else "none")


def may_be_outage(failure: str) -> bool:
    """Return whether a failure could mean that the whole server is down."""
    return failure in OUTAGE or re.fullmatch(r"http_5\d\d", failure) is not None


def overflows(message: str) -> bool:
    """Return whether a server's refusal says that the prompt is longer than the model's context."""
    return _OVERFLOW.search(message) is not None


def paid(reply: Reply) -> bool:
    """Return whether a reply, of use or not, was written by the model or counted in tokens."""
    return not reply.failure or reply.failure in _WRITTEN or reply.input_tokens + reply.output_tokens > 0


def holding_json(reply: Reply) -> Reply:
    """Return `reply`, or the failure that it is where its text holds no JSON at all; the text is then in `detail`."""
    if reply.failure or items(reply.text) is not None:
        return reply
    return replace(reply, text="", failure="broken_json", detail=f"no JSON in: {reply.text}")
