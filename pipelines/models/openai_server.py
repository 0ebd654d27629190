"""Any OpenAI-compatible server behind the model wall, through the `openai` package."""

from __future__ import annotations

import asyncio
import json
import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from curation.errors import MissingPackage, ModelError
from curation.records import Message
from pipelines.models.body import Body, request_body, request_key, request_server, sound, without
from pipelines.models.config import OpenAIConfig
from pipelines.models.failures import CUT, overflows
from pipelines.models.wall import NO_SCHEMAS, Reply
from synthesis.prompt import Prompt

try:
    import openai
except ImportError as error:
    raise MissingPackage("openai", "synthesis", "a model of kind `openai`") from error

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
PROBE = "Yalnızca evet yaz."
_PROBE_S = 30.0
_PROBE_TOKENS = 16
_ABOUT_SCHEMA = re.compile(r"response_format|json.?schema|grammar", re.IGNORECASE)  # llama-server names what it made of the parameter
_REFUSES = re.compile(
    r"unrecogni[sz]ed|unknown|unsupported|unexpected|not (?:supported|permitted|allowed)|does ?n.t support", re.IGNORECASE
)
_REFUSED_CODES = frozenset({"unsupported_parameter", "unsupported_value", "unknown_parameter"})
_REFUSED_TYPE = "extra_forbidden"  # pydantic's, in the 422 of servers written with it
_LONGEST_DETAIL = 300
_LONGEST_BODY = 2_000  # of a body that is no JSON
_LEAST_SECRET = 8  # characters; a shorter "key" such as `none` or `ollama` would be struck out of honest text


class OpenAIModel:
    """A model at an OpenAI-compatible server; the key comes from the environment and stays in the client.

    A parameter that the server refuses by name is left out from then on; `left_out` tells which.
    """

    free = False

    def __init__(self, config: OpenAIConfig, schemas: Mapping[str, str] = NO_SCHEMAS) -> None:
        self.concurrency = config.concurrency
        self.left_out: list[str] = []
        self._config = config
        self._schemas = schemas
        self._key = api_key(config)
        self._client = open_client(config)

    def key(self, prompt: Prompt) -> str:
        """Return the hash of server and request."""
        return request_key(request_server(self._config), self._asked(prompt), prompt.task)

    def body(self, prompt: Prompt) -> Body:
        """Return the request for `prompt` without what this server is known to refuse."""
        body = self._asked(prompt)
        for parameter in self.left_out:
            body = without(body, parameter) or body
        return body

    def learns(self, refusal: openai.APIStatusError, body: Body, known: int) -> bool:
        """Return whether a refusal of `body`, sent when `known` parameters were left out, is of one more, which is left out from now on."""
        return self._learned(refused_parameter(refusal, body), body, known)

    async def complete(self, prompt: Prompt) -> Reply:
        """Return the server's reply; refusals, broken bodies and time-outs come back as a failure."""
        return await self._answered(lambda: self.body(prompt), self._config.timeout_s)

    async def probe(self) -> Reply:
        """Return the reply to three words, asked as any prompt is and answered in a few tokens."""
        prompt = Prompt("probe", "", {}, (Message("user", PROBE),), seed=1, max_tokens=_PROBE_TOKENS)

        def body() -> Body:
            asked = self.body(prompt)
            return asked | {name: _PROBE_TOKENS for name in ("max_tokens", "max_completion_tokens") if name in asked}

        return await self._answered(body, min(_PROBE_S, self._config.timeout_s))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def safe(self, reply: Reply) -> Reply:
        """Return the reply without the key, which a server or a proxy may have sent back, and in characters that every file can hold."""
        return replace(reply, text=self._struck(reply.text), detail=self._struck(reply.detail))

    def _struck(self, text: str) -> str:
        return sound(text.replace(self._key, "***") if len(self._key) >= _LEAST_SECRET else text)

    async def _answered(self, body_now: Callable[[], Body], timeout_s: float) -> Reply:
        """The reply to a request, sent again without a parameter that is refused by name."""
        while True:
            body, known = body_now(), len(self.left_out)
            asked = {name: body[name] for name in ("model", "messages")}
            refused = ""
            try:
                async with asyncio.timeout(timeout_s):  # the client's own time-out starts anew with every byte
                    # the rest as it is: the client takes no field that OpenAI does not have
                    completion = await self._client.chat.completions.create(**asked, extra_body={**body})
                reply = completion_reply(completion)
            except (openai.APIError, TimeoutError, json.JSONDecodeError, UnicodeDecodeError) as error:
                if isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
                    refused = refused_parameter(error, body)
                reply = broken_reply(error, timeout_s)
            if not self._learned(refused, body, known):
                safe = self.safe(reply)
                return replace(safe, detail=safe.detail[:_LONGEST_DETAIL])  # cut when no half of a key can be left

    def _asked(self, prompt: Prompt) -> Body:
        return request_body(self._config, prompt, self._schemas.get(prompt.task, ""))

    def _learned(self, parameter: str, body: Body, known: int) -> bool:
        """Whether the server refused one parameter that can be left out, which is noted; `known` were when the request went out."""
        fixed = parameter == "response_format" and self._config.json_schema != "auto"
        again = self.left_out.count(parameter) >= (2 if parameter == "response_format" else 1)  # a schema first becomes "any object"
        if not parameter or fixed or without(body, parameter) is None:
            return False
        if len(self.left_out) == known:
            if again:
                return False
            self.left_out.append(parameter)
        return True


def open_client(config: OpenAIConfig) -> openai.AsyncOpenAI:
    """Return a client that asks once and reports: trying again is the gate's business. aiohttp carries half again to twice the default's requests."""
    key = api_key(config) or "none"
    azure = bool(config.api_version)
    return openai.AsyncOpenAI(
        base_url=config.base_url,
        api_key=key,
        timeout=config.timeout_s,
        max_retries=0,
        http_client=openai.DefaultAioHttpClient(event_hooks={"request": [_without_bearer] if azure else []}),
        default_query={"api-version": config.api_version} if azure else None,
        default_headers={"api-key": key} if azure else None,
    )


async def _without_bearer(request: Any) -> None:
    """Azure takes the key from a header of its own; a bearer token is there a token of Entra, which the key is not."""
    request.headers.pop("authorization", None)


def api_key(config: OpenAIConfig) -> str:
    """Return the key in the environment, empty where there is none. Raises ModelError where no HTTP header can carry it."""
    key = os.environ.get(config.api_key_env, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise ModelError(
            "bad_key", f"the key in `{config.api_key_env}` holds a character that no key has: a line break or a letter beyond ASCII"
        )
    return key


def key_missing(config: OpenAIConfig) -> bool:
    """Return whether a server that is not on this machine is asked without a key in the environment. Raises ModelError as `api_key` does."""
    key = api_key(config)
    return urlsplit(config.base_url).hostname not in LOCAL_HOSTS and not key


def status_reply(error: openai.APIStatusError) -> Reply:
    """Return the failure that an HTTP error status stands for."""
    code = str(error.code or "")
    if code in {"insufficient_quota", "billing_hard_limit_reached"}:
        return Reply(failure="no_quota", detail=_line(error))
    if error.status_code == 503 and "loading model" in str(error).lower():
        return Reply(failure="loading", detail=_line(error))
    if error.status_code == 400 and (code == "context_length_exceeded" or overflows(str(error))):
        return Reply(failure="context_overflow", detail=_line(error))
    return Reply(failure=f"http_{error.status_code}", detail=_line(error), retry_after_s=_retry_after(error))


def broken_reply(error: Exception, timeout_s: float) -> Reply:
    """Return the failure that an exception of the client stands for."""
    if isinstance(error, openai.APIStatusError):
        return status_reply(error)
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return Reply(failure="broken_body", detail=_line(error))
    # "ConnectTimeout" is what the aiohttp transport makes of a connection that was dropped
    late = isinstance(error, openai.APITimeoutError | TimeoutError) and type(error.__cause__).__name__ != "ConnectTimeout"
    if late:
        return Reply(failure="timeout", detail=f"no whole answer within {timeout_s:g} s")
    return Reply(failure="connection", detail=_line(error.__cause__ or error))


def completion_reply(completion: Any) -> Reply:
    """Return what a chat completion says; one without a usable answer is a failure with its reason."""
    if isinstance(completion, str):  # the client hands a body that is not JSON on as it is
        begin = completion[:_LONGEST_BODY]
        return Reply(failure="html_body" if "<" in begin else "broken_body", detail=f"no JSON but: {begin!r}")
    choices, usage = getattr(completion, "choices", None), getattr(completion, "usage", None)
    tokens = (_count(usage, "prompt_tokens"), _count(usage, "completion_tokens"))
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = getattr(choice, "message", None)
    if message is None:
        return Reply("", "no_choices", "the server sent no answer in its reply", *tokens)
    content, finish = getattr(message, "content", None), getattr(choice, "finish_reason", None)
    if finish == "content_filter":
        return Reply("", "content_filter", "the server's filter held the answer back", *tokens)
    if finish == "length":
        return Reply(content if isinstance(content, str) else "", "cut_off", CUT, *tokens)
    if not isinstance(content, str) or not content.strip():
        return Reply("", "empty_reply", f"{'null' if content is None else 'empty'} answer, finish_reason {finish}", *tokens)
    return Reply(content, "", "", *tokens)


def refused_parameter(error: openai.APIStatusError, body: Body) -> str:
    """Return the parameter of `body` that a 400 or 422 refuses, empty where it is about something else."""
    if error.code in _REFUSED_CODES and error.param in body:
        return str(error.param)
    if "response_format" in body and _ABOUT_SCHEMA.search(str(error)):
        return "response_format"
    named = _refused_places(error.body) if isinstance(error.body, Mapping) else []
    message = "" if named else _line(error)[:_LONGEST_DETAIL]
    if _REFUSES.search(message):
        named = sorted((name for name in body if re.search(rf"\b{name}\b", message)), key=message.index)
    return next((name for name in named if without(body, name) is not None), "")


def short(error: BaseException | None) -> str:
    """Return an error's message on one line, at most 300 characters."""
    return _line(error)[:_LONGEST_DETAIL]


def _refused_places(said: Mapping[str, Any]) -> list[str]:
    """The fields that a server written with pydantic does not know."""
    places = said.get("detail")
    known = [one for one in places if isinstance(one, Mapping)] if isinstance(places, list) else []
    return [str(one["loc"][-1]) for one in known if one.get("type") == _REFUSED_TYPE and one.get("loc")]


def _count(usage: Any, name: str) -> int:
    value = getattr(usage, name, None)
    return max(0, int(value)) if isinstance(value, int | float) or (isinstance(value, str) and value.isdecimal()) else 0


def _line(error: BaseException | None) -> str:
    return " ".join(str(error).split())


def _retry_after(error: openai.APIStatusError) -> float:
    """Seconds that the server asks to wait, given as a number or as a date."""
    asked = error.response.headers.get("retry-after") or "0"
    try:
        seconds = float(asked) if asked[0] in "+-.0123456789" else (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):  # neither; or a date without a zone
        return 0.0
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0
