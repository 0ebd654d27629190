"""An OpenAI-compatible server with faults, in a process of its own: `python chat_server.py` prints its port.

The last user message says what happens: `[[http_500]]`, `[[empty]]` and so on, `[[once_500]]` for the first request only; without a mark
the dice of `--faults` decide, by the text and `--seed` alone. Latencies have a long tail with `--tail`, limits are token buckets.
`GET /seen` tells how often each prompt was asked, `GET /stats` counts, `GET /doomed` names the prompts that can never succeed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import time
from collections import Counter
from typing import Any

import coding
import evolving
import judging
import solving
from aiohttp import web
from batches import Batches
from faults import Bucket, Fate, Weather

DRIP_S = 0.05
KEPT_HEADERS = 200


class ChatServer:
    """The server's answers, faults, limits and counts."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.weather = Weather(options.seed, options.faults, options.doomed, options.latency, options.tail)
        self.requests = Bucket(options.rps, options.burst_s)
        self.tokens = Bucket(options.tps, options.burst_s)
        self.seen: Counter[str] = Counter()
        self.count: Counter[str] = Counter()
        self.headers: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.first = self.last = 0.0
        self.in_flight = 0

    async def chat(self, request: web.Request) -> web.StreamResponse:
        now = time.monotonic()
        self.first = self.first or now
        self.in_flight += 1
        self.count["most_in_flight"] = max(self.count["most_in_flight"], self.in_flight)
        try:
            return await self._answered(request)
        except (asyncio.CancelledError, ConnectionResetError):
            self.count["abandoned"] += 1
            raise
        finally:
            self.in_flight -= 1
            self.last = time.monotonic()

    async def _answered(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        text = body["messages"][-1]["content"]
        self.count["requests"] += 1
        self._note(request, body)
        wait = self.requests.wait_s(1) or self.tokens.wait_s(len(text) / 3 + 7)
        if wait:
            self.count["refused"] += 1
            headers = {"Retry-After": f"{max(wait, self.options.retry_after):.2f}"} if self.options.retry_after >= 0 else {}
            return error(429, "rate limit reached", headers=headers)
        self.seen[text] += 1
        if reason := self._unsupported(body):
            return reason
        fate = self.weather.fate(f"[[{self.options.every}]]" if self.options.every else text)
        await asyncio.sleep(fate.latency_s)
        if self.seen[text] <= fate.times:
            self.count[f"fault_{fate.fault}"] += 1
            return await self._fault(request, fate, body)
        return web.json_response(completion(answer(text, body)))

    def _note(self, request: web.Request, body: dict[str, Any]) -> None:
        self.headers.append(request.headers.get("Authorization", ""))
        self.bodies.append({**body, "_query": dict(request.query), "_headers": sorted(request.headers)})
        del self.headers[:-KEPT_HEADERS], self.bodies[:-KEPT_HEADERS]

    def _unsupported(self, body: dict[str, Any]) -> web.Response | None:
        for name in self.options.unsupported:
            if name in body:
                return error(400, f"Unsupported parameter: '{name}' is not supported with this model.", "unsupported_parameter", name)
        return None

    async def _fault(self, request: web.Request, fate: Fate, body: dict[str, Any]) -> web.StreamResponse:
        fault = fate.fault
        if fault == "quota":
            return error(429, "You exceeded your current quota, please check your plan.", "insufficient_quota")
        if fault == "echo_key":
            return error(400, f"bad header: {request.headers.get('Authorization')}")
        if fault == "storm_429":
            return error(429, "slow down", headers={"Retry-After": "0.1"})
        if fault == "context":
            return error(400, "request (5012 tokens) exceeds the available context size (4096 tokens), try increasing it")
        if fault == "loading":
            return error(503, "Loading model")
        if fault == "no_grammar":
            if body.get("response_format", {}).get("type") == "json_schema":
                return error(400, "JSON schema conversion failed:\nUnresolved $ref #/yok")
            return web.json_response(completion(answer(body["messages"][-1]["content"], body)))
        if fault == "cut_json":
            whole = answer(body["messages"][-1]["content"], body).removesuffix("]")
            return web.json_response(completion(f'{whole}, {{"soru": "Okulun ilk öğr', "length"))
        if fault.startswith("http_") or fault in {"429", "500"}:
            return error(int(fault.removeprefix("http_")), "fault on purpose", headers={"Retry-After": "0"} if "429" in fault else {})
        if fault == "html":
            return web.Response(text="<html>502 Bad Gateway</html>", content_type="text/html")
        if fault == "truncated":
            return web.Response(text='{"id": "c", "choices": [{"ind', content_type="application/json")
        if fault == "drop":
            request.transport.close()
            return web.Response()
        if fault == "hang":
            await asyncio.sleep(3600)
        if fault == "drip":
            return await self._drip(request, body)
        return web.json_response(odd_completion(fault))

    async def _drip(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        """A whole answer, byte by byte, which no read time-out between two bytes ever notices."""
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for byte in json.dumps(completion(answer(body["messages"][-1]["content"], body))).encode():
            await response.write(bytes([byte]))
            await asyncio.sleep(DRIP_S)
        return response

    async def show_seen(self, _: web.Request) -> web.Response:
        return web.json_response({"seen": self.seen, "headers": self.headers, "bodies": self.bodies})

    async def show_stats(self, _: web.Request) -> web.Response:
        repeated = sum(times - 1 for times in self.seen.values())
        facts = {"in_flight": self.in_flight, "prompts": len(self.seen), "repeated": repeated, "span_s": self.last - self.first}
        return web.json_response({**self.count, **facts})

    async def show_doomed(self, _: web.Request) -> web.Response:
        return web.json_response({text: fate.fault for text in self.seen if (fate := self.weather.fate(text)).doomed})

    async def reset(self, _: web.Request) -> web.Response:
        self.seen.clear()
        self.count.clear()
        self.first = self.last = 0.0
        return web.json_response({})


def completion(content: str | None, finish: str = "stop") -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }


def odd_completion(fault: str) -> dict[str, Any]:
    """A reply that is well-formed and of no use."""
    odd = {
        "empty": completion("  "),
        "null": completion(None),
        "filtered": completion(None, "content_filter"),
        "cut": completion("yarım", "length"),
        "broken_json": completion('{"soru": "Kim", '),
    }
    return odd.get(fault) or {**completion("x"), "choices": []}


def error(status: int, message: str, code: str = "", param: str = "", headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": {"message": message, "code": code, "param": param}}, status=status, headers=headers)


def answer(text: str, body: dict[str, Any]) -> str:
    """An honest model's answer: to a passage with a year a question about it, to `satır` its echo, always as JSON."""
    if (judged := judging.reply(body)) is not None:
        return judged
    if (solved := solving.reply(body)) is not None:
        return solved
    if (evolved := evolving.reply(body)) is not None:
        return evolved
    if (coded := coding.reply(body)) is not None:
        return coded
    if text.startswith("satır"):
        return json.dumps([{"soru": text, "cevap": text[::-1]}], ensure_ascii=False)
    return pair_reply(text) if "response_format" not in body else pair_reply(text).split("```json\n")[-1].removesuffix("\n```")


def pair_reply(text: str) -> str:
    """The first sentence of the passage that holds a year, asked for that year."""
    found = re.search(r"(?m)^(?P<before>[^\n.]*?\b)(?P<year>(?:1[5-9]|20)\d\d) yılında(?P<after>[^\n.]*)\.", text)
    if not found:
        return json.dumps([], ensure_ascii=False)
    question = f"{found['before'].strip()} hangi yılda{found['after']}?"
    return (
        "İşte sonuç:\n```json\n"
        + json.dumps([{"soru": question, "cevap": f"{found['year']} yılında.", "kanit": found.group(0)}], ensure_ascii=False)
        + "\n```"
    )


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=float, default=0.0, help="share of prompts with one of the twelve faults")
    parser.add_argument("--doomed", type=float, default=0.25, help="share of the faulty prompts that never succeed")
    parser.add_argument("--latency", type=float, default=0.0, help="median seconds to an answer")
    parser.add_argument("--tail", type=float, default=0.0, help="sigma of the log-normal latency; 0.9 is a long tail")
    parser.add_argument("--rps", type=float, default=0.0, help="requests a second allowed; 0 allows all")
    parser.add_argument("--tps", type=float, default=0.0, help="tokens a second allowed")
    parser.add_argument("--burst-s", type=float, default=1.0, help="seconds of the limits that may be saved up")
    parser.add_argument("--retry-after", type=float, default=1.0, help="least Retry-After in seconds; negative sends none")
    parser.add_argument("--batch-s", type=float, default=0.0, help="seconds that a batch takes")
    parser.add_argument("--unsupported", nargs="*", default=[], help="parameters that the server refuses by name")
    parser.add_argument("--every", default="", help="a fault that every request meets")
    return parser.parse_args()


async def main() -> None:
    server = ChatServer(options())
    batches = Batches(server.weather, server.seen, answer, completion, server.options.batch_s)
    app = web.Application(client_max_size=1 << 28)
    app.router.add_post("/v1/chat/completions", server.chat)
    app.router.add_get("/v1/models", lambda _: web.json_response({"object": "list", "data": [{"id": "m", "object": "model"}]}))
    app.router.add_get("/seen", server.show_seen)
    app.router.add_get("/stats", server.show_stats)
    app.router.add_get("/doomed", server.show_doomed)
    app.router.add_post("/reset", server.reset)
    batches.add_to(app)
    # handlers are cancelled when their client goes away: that is how an abandoned request is counted
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", server.options.port, backlog=4096).start()
    print(runner.addresses[0][1], flush=True)
    parent = os.getppid()
    while os.getppid() == parent:  # a test that was killed must not leave its server behind
        await asyncio.sleep(1)


asyncio.run(main())
