"""Any OpenAI-compatible server behind the model wall, through the `openai` package."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from curation.errors import MissingPackage
from pipelines.models.body import Body, request_body, request_key, request_server, without
from pipelines.models.config import OpenAIConfig
from pipelines.models.failures import CUT, overflows
from pipelines.models.wall import NO_SCHEMAS, Reply
from synthesis.prompt import Prompt

try:
    import openai
except ImportError as error:
    raise MissingPackage("openai", "synthesis", "a model of kind `openai`") from error

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_PROBE_S = 10.0
_ABOUT_SCHEMA = re.compile(r"response_format|json.?schema|grammar", re.IGNORECASE)  # llama-server names what it made of the parameter
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
        self._key = os.environ.get(config.api_key_env) or ""
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
        while True:
            body, known = self.body(prompt), len(self.left_out)
            try:
                async with asyncio.timeout(self._config.timeout_s):  # the client's own time-out starts anew with every byte
                    completion = await self._client.chat.completions.create(**body)
            except openai.BadRequestError as error:
                if self._learned(refused_parameter(error, body), body, known):
                    continue
                return self.safe(status_reply(error))
            except (openai.APIError, TimeoutError, json.JSONDecodeError, UnicodeDecodeError) as error:
                return self.safe(broken_reply(error, self._config.timeout_s))
            return self.safe(completion_reply(completion))

    async def alive(self) -> bool:
        """Return whether the server answers anything but a 5xx to the question which models it has."""
        try:
            async with asyncio.timeout(_PROBE_S):
                await self._client.models.list()
        except openai.APIStatusError as error:
            return error.status_code < 500
        except (openai.APIError, TimeoutError):
            return False
        except json.JSONDecodeError:
            return True
        return True

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def safe(self, reply: Reply) -> Reply:
        """Return the reply without the key, which a server or a proxy may have sent back."""
        if len(self._key) < _LEAST_SECRET or (self._key not in reply.text and self._key not in reply.detail):
            return reply
        return Reply(
            reply.text.replace(self._key, "***"),
            reply.failure,
            reply.detail.replace(self._key, "***"),
            reply.input_tokens,
            reply.output_tokens,
            reply.retry_after_s,
        )

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
    key = os.environ.get(config.api_key_env) or "none"
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


def key_missing(config: OpenAIConfig) -> bool:
    """Return whether a server that is not on this machine is asked without a key in the environment."""
    return urlsplit(config.base_url).hostname not in LOCAL_HOSTS and not os.environ.get(config.api_key_env)


def status_reply(error: openai.APIStatusError) -> Reply:
    """Return the failure that an HTTP error status stands for."""
    code = str(error.code or "")
    if code in {"insufficient_quota", "billing_hard_limit_reached"}:
        return Reply(failure="no_quota", detail=short(error))
    if error.status_code == 503 and "loading model" in str(error).lower():
        return Reply(failure="loading", detail=short(error))
    if error.status_code == 400 and (code == "context_length_exceeded" or overflows(str(error))):
        return Reply(failure="context_overflow", detail=short(error))
    return Reply(failure=f"http_{error.status_code}", detail=short(error), retry_after_s=_retry_after(error))


def broken_reply(error: Exception, timeout_s: float) -> Reply:
    """Return the failure that an exception of the client stands for."""
    if isinstance(error, openai.APIStatusError):
        return status_reply(error)
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return Reply(failure="broken_body", detail=short(error))
    # "ConnectTimeout" is what the aiohttp transport makes of a connection that was dropped
    late = isinstance(error, openai.APITimeoutError | TimeoutError) and type(error.__cause__).__name__ != "ConnectTimeout"
    if late:
        return Reply(failure="timeout", detail=f"no whole answer within {timeout_s:g} s")
    return Reply(failure="connection", detail=short(error.__cause__ or error))


def completion_reply(completion: Any) -> Reply:
    """Return what a chat completion says; one without a usable answer is a failure with its reason."""
    if isinstance(completion, str):  # the client hands a body that is not JSON on as it is
        return Reply(failure="html_body" if "<" in completion[:200] else "broken_body", detail=f"no JSON but: {completion[:120]!r}")
    choices = getattr(completion, "choices", None)
    usage = getattr(completion, "usage", None)
    tokens = (usage.prompt_tokens or 0, usage.completion_tokens or 0) if usage else (0, 0)
    if not choices or choices[0].message is None:
        return Reply("", "no_choices", "the server sent no answer in its reply", *tokens)
    content, finish = choices[0].message.content, choices[0].finish_reason
    if finish == "content_filter":
        return Reply("", "content_filter", "the server's filter held the answer back", *tokens)
    if finish == "length":
        return Reply(content if isinstance(content, str) else "", "cut_off", CUT, *tokens)
    if not isinstance(content, str) or not content.strip():
        return Reply("", "empty_reply", f"{'null' if content is None else 'empty'} answer, finish_reason {finish}", *tokens)
    return Reply(content, "", "", *tokens)


def refused_parameter(error: openai.APIStatusError, body: Body) -> str:
    """Return the parameter of `body` that a 400 refuses, empty where it is about something else."""
    if error.code in {"unsupported_parameter", "unsupported_value"} and error.param in body:
        return str(error.param)
    return "response_format" if "response_format" in body and _ABOUT_SCHEMA.search(str(error)) else ""


def short(error: BaseException | None) -> str:
    """Return an error's message on one line, at most 300 characters."""
    return " ".join(str(error).split())[:300]


def _retry_after(error: openai.APIStatusError) -> float:
    try:
        return max(0.0, float(error.response.headers.get("retry-after") or 0))
    except ValueError:  # an HTTP date, which no model server sends
        return 0.0
