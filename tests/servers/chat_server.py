"""A chat completions server with faults, in a process of its own: `python chat_server.py` prints its port.

The last user message says what happens: `[[http_500]]`, `[[empty]]` and so on; without a mark it is answered.
`GET /seen` tells how often each prompt was asked.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter

from aiohttp import web

SEEN: Counter[str] = Counter()
HEADERS: list[str] = []


def completion(content: str | None, finish: str = "stop") -> dict[str, object]:
    message = {"role": "assistant", "content": content}
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }


async def chat(request: web.Request) -> web.StreamResponse:
    body = await request.json()
    text = body["messages"][-1]["content"]
    SEEN[text] += 1
    HEADERS.append(request.headers.get("Authorization", ""))
    mark = re.search(r"\[\[(\w+)\]\]", text)
    fault = mark.group(1) if mark else ""
    if fault.startswith("http_"):
        return web.json_response({"error": {"message": "fault on purpose"}}, status=int(fault.removeprefix("http_")))
    if fault == "once_429" and SEEN[text] == 1:
        return web.json_response({"error": {"message": "slow down"}}, status=429, headers={"Retry-After": "0"})
    if fault == "html":
        return web.Response(text="<html>502 Bad Gateway</html>", content_type="text/html")
    if fault == "truncated":
        return web.Response(text='{"id": "c", "choices": [{"ind', content_type="application/json")
    if fault == "drop":
        request.transport.close()
        return web.Response()
    if fault == "hang":
        await asyncio.sleep(60)
    if fault == "no_choices":
        return web.json_response({**completion("x"), "choices": []})
    if fault == "empty":
        return web.json_response(completion("  "))
    if fault == "null":
        return web.json_response(completion(None, "content_filter"))
    if fault == "cut":
        return web.json_response(completion("yarım", "length"))
    return web.json_response(completion(pair_reply(text)))


def pair_reply(text: str) -> str:
    """An honest model's answer to a question-answer prompt: the first sentence of the passage that holds a year, asked for that year."""
    found = re.search(r"(?m)^(?P<before>[^\n.]*?\b)(?P<year>(?:1[5-9]|20)\d\d) yılında(?P<after>[^\n.]*)\.", text)
    if not found:
        return json.dumps([], ensure_ascii=False)
    question = f"{found['before'].strip()} hangi yılda{found['after']}?"
    return (
        "İşte sonuç:\n```json\n"
        + json.dumps([{"soru": question, "cevap": f"{found['year']} yılında.", "kanit": found.group(0)}], ensure_ascii=False)
        + "\n```"
    )


async def seen(_: web.Request) -> web.Response:
    return web.json_response({"seen": SEEN, "headers": HEADERS})


async def main() -> None:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", chat)
    app.router.add_get("/seen", seen)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
