"""Why a reply is none, and what may be done about it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from pipelines.models.wall import Reply
from synthesis.replies import items

Remedy = Literal["none", "again", "later", "elsewhere", "stop"]
"""none: asking again brings the same. again: another try may succeed. later: too fast for the server, wait and ask again.
elsewhere: the address, the rights or the model's name are wrong, unless other prompts were answered. stop: nothing more can be had now."""

STOPPING = frozenset({"budget", "server_down", "refused", "no_quota"})
"""Failures of the run rather than of a row: the rows that carry them were not asked, or not to the end."""

_REMEDIES: dict[str, Remedy] = {
    "http_408": "again",
    "http_409": "again",
    "http_425": "again",
    "http_429": "later",
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
    "batch_expired": "again",
}
OUTAGE = frozenset({"connection", "timeout", "broken_body", "html_body", "crashed"})


def remedy(failure: str) -> Remedy:
    """Return what may be done about a failure; a reason that nobody listed (a filtered or cut-off answer, a bad request) is final."""
    return _REMEDIES.get(failure, "again" if re.fullmatch(r"http_5\d\d", failure) else "none")


def may_be_outage(failure: str) -> bool:
    """Return whether a failure could mean that the whole server is down."""
    return failure in OUTAGE or re.fullmatch(r"http_5\d\d", failure) is not None


def holding_json(reply: Reply) -> Reply:
    """Return `reply`, or the failure that it is where its text holds no JSON at all."""
    if reply.failure or items(reply.text) is not None:
        return reply
    return replace(reply, text="", failure="broken_json", detail=f"no JSON in: {reply.text[:120]!r}")
