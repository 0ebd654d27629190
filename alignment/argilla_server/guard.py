"""What stands before Argilla's web application: only known hosts and its own origin, and a policy that lets a page load nothing from elsewhere."""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from alignment.argilla_server.logins import Logins

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Argilla's page runs inline scripts and evaluates templates; it also asks Google for fonts and its image host for pictures, which stays undone.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; frame-src 'self' blob: data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
)
_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
_LOGIN = "/api/v1/token"
_DELETED_USER = re.compile(r"^/api/v1/users/([0-9a-fA-F-]{36})$")


def guarded(app: App, *, hosts: Collection[str], compress: bool, user_deleted: Callable[[str], None], logins: Logins | None = None) -> App:
    """Return `app` behind the guard. `hosts` are `name:port` as browsers send them; `user_deleted` is called with the id of every user deleted."""
    logins = logins or Logins()
    known_hosts = {host.encode() for host in hosts}
    own_origins = {b"http://" + host for host in known_hosts} | {b"https://" + host for host in known_hosts}

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if scope["type"] != "http" or headers.get(b"host", b"").lower() not in known_hosts:  # another name for this address: DNS rebinding
            await _refuse(scope, send, 421, b"unknown host")
            return
        if headers.get(b"origin", b"").lower() not in own_origins | {b""}:
            await _refuse(scope, send, 403, b"foreign origin")
            return
        address = str((scope.get("client") or ("",))[0])
        login = scope["method"] == "POST" and scope["path"].rstrip("/") == _LOGIN
        if login and (wait := logins.begin(address)):
            await _refuse(scope, send, 429, b"too many wrong passwords", (b"retry-after", str(math.ceil(wait)).encode()))
            return
        if not compress:  # on this machine brotli at quality 7 costs more than it saves
            scope = {**scope, "headers": [one for one in scope["headers"] if one[0] != b"accept-encoding"]}
        deleted = _DELETED_USER.match(scope["path"]) if scope["method"] == "DELETE" else None

        async def answer(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
                if deleted and message["status"] == 200:
                    user_deleted(deleted[1].lower())
                if login and message["status"] < 400:
                    logins.right(address)
            await send(message)

        await app(scope, receive, answer)

    return guard


async def _refuse(scope: Scope, send: Send, status: int, reason: bytes, *more: tuple[bytes, bytes]) -> None:
    if scope["type"] != "http":
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain"), *_HEADERS, *more]})
    await send({"type": "http.response.body", "body": reason})
