"""What is sent for a prompt, and the hash under which its reply is kept."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from pipelines.models.config import GgufConfig, ModelConfig, OpenAIConfig
from synthesis.prompt import Prompt

Body = dict[str, Any]
_REASONING_NAME = re.compile(r"(?:^|/|^ft:)(?:o\d|gpt-5|gpt-oss)")  # OpenAI's; others are told by `reasoning: yes`
_SEEDS = (1 << 32) - 1  # llama-server's are of 32 bits, and the highest stands for "draw one"
_NAME = re.compile(r"[^a-zA-Z0-9_-]")  # what OpenAI allows in the name of a schema


def request_body(config: OpenAIConfig, prompt: Prompt, schema: str) -> Body:
    """Return the request for `prompt` as JSON-ready values; `schema` is a JSON schema, or empty for plain text."""
    limit = config.max_tokens or prompt.max_tokens
    body: Body = {
        "model": config.name,
        "messages": [{"role": message.role, "content": sound(message.content)} for message in prompt.messages],
        "seed": prompt.seed % _SEEDS,
    }
    if reasons(config):
        body["max_completion_tokens"] = limit
    else:
        body["max_tokens"] = limit
    if config.temperature is not None or not reasons(config):
        body["temperature"] = prompt.temperature if config.temperature is None else config.temperature
    if config.reasoning_effort is not None:
        body["reasoning_effort"] = config.reasoning_effort
    if schema and config.json_schema in ("auto", "schema"):
        body["response_format"] = schema_format(prompt.task, schema)
    elif schema and config.json_schema == "object":
        body["response_format"] = {"type": "json_object"}
    return body | config.extra_body


def sound(text: str) -> str:
    """Return `text` with halves of surrogate pairs joined where they meet and as U+FFFD where one stands alone: UTF-8 has no bytes for it."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def schema_format(task: str, schema: str) -> Body:
    """Return the `response_format` that holds a reply to `schema`."""
    return {"type": "json_schema", "json_schema": {"name": _NAME.sub("-", task), "strict": True, "schema": json.loads(schema)}}


def reasons(config: OpenAIConfig) -> bool:
    """Return whether the model wants a reasoning model's parameters, as far as the recipe tells."""
    if config.reasoning != "auto":
        return config.reasoning == "yes"
    return config.reasoning_effort is not None or _REASONING_NAME.match(config.name) is not None


def without(body: Body, parameter: str) -> Body | None:
    """Return `body` as a server takes it that does not know `parameter`, or None where the request makes no sense without it."""
    rest = {name: value for name, value in body.items() if name != parameter}
    if parameter == "max_tokens" and parameter in body:
        return rest | {"max_completion_tokens": body[parameter]}
    if parameter == "max_completion_tokens" and parameter in body:
        return rest | {"max_tokens": body[parameter]}
    if parameter == "response_format" and body.get(parameter, {}).get("type") == "json_schema":
        return rest | {"response_format": {"type": "json_object"}}
    return rest if parameter in body and parameter in {"temperature", "seed", "response_format", "reasoning_effort"} else None


def address(config: ModelConfig) -> str:
    """Return what tells servers apart: models at one address share its limits."""
    if isinstance(config, OpenAIConfig):
        return config.base_url
    return f"gguf:{config.path}" if isinstance(config, GgufConfig) else "rules"


def request_server(config: OpenAIConfig) -> str:
    """Return the server as the key of a request knows it: Azure answers by the version that it is asked in."""
    return f"{config.base_url}?api-version={config.api_version}" if config.api_version else config.base_url


def ledger_name(role: str, config: ModelConfig) -> str:
    """Return the name under which the journal books what a model in a `role` costs."""
    return f"{role}:{address(config)}:{config.name if isinstance(config, OpenAIConfig) else ''}"


def request_key(server: str, body: Body, task: str) -> str:
    """Return the hash of all that shapes a reply: the server, and the request with its model, messages, parameters, schema and seed.

    The prompt file is in the messages, the number of a sample in the seed.
    """
    text = json.dumps([server, task, body], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
