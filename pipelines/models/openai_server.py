"""Any OpenAI-compatible server behind the model wall, through the `openai` package."""

from __future__ import annotations

import json
import os
from urllib.parse import urlsplit

from curation.errors import MissingPackage
from pipelines.models.config import OpenAIConfig
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt

try:
    import openai
except ImportError as error:
    raise MissingPackage("openai", "synthesis", "a model of kind `openai`") from error

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class OpenAIModel:
    """A model at an OpenAI-compatible server; the key comes from the environment and stays in the client."""

    free = False

    def __init__(self, config: OpenAIConfig) -> None:
        self.identity = f"openai:{config.base_url}:{config.name}:t{config.temperature}:m{config.max_tokens}"
        self.concurrency = config.concurrency
        self._config = config
        self._client = openai.AsyncOpenAI(
            base_url=config.base_url,
            api_key=os.environ.get(config.api_key_env) or "none",
            timeout=config.timeout_s,
            max_retries=config.retries,
        )

    async def complete(self, prompt: Prompt) -> Reply:
        """Return the server's reply; refusals, broken bodies and time-outs come back as a failure."""
        try:
            completion = await self._client.chat.completions.create(
                model=self._config.name,
                messages=[{"role": m.role, "content": m.content} for m in prompt.messages],  # type: ignore[misc]
                max_tokens=self._config.max_tokens,
                temperature=self._config.temperature,
                seed=prompt.seed,
            )
        except openai.APIStatusError as error:
            return Reply(failure=f"http_{error.status_code}", detail=_short(error))
        except openai.APITimeoutError:
            return Reply(failure="timeout", detail=f"no answer within {self._config.timeout_s:g} s")
        except openai.APIError as error:
            return Reply(failure="connection", detail=_short(error))
        except json.JSONDecodeError as error:
            return Reply(failure="broken_body", detail=_short(error))
        return _reply(completion)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def key_missing(config: OpenAIConfig) -> bool:
    """Return whether a server that is not on this machine is asked without a key in the environment."""
    return urlsplit(config.base_url).hostname not in LOCAL_HOSTS and not os.environ.get(config.api_key_env)


def _reply(completion: object) -> Reply:
    choices = getattr(completion, "choices", None)  # a page of HTML arrives as a plain string
    if not choices:
        return Reply(failure="no_choices", detail="the server sent no answer in its reply")
    usage = getattr(completion, "usage", None)
    tokens = (usage.prompt_tokens or 0, usage.completion_tokens or 0) if usage else (0, 0)
    content, finish = choices[0].message.content, choices[0].finish_reason
    if not content or not content.strip():
        return Reply("", "empty_reply", f"empty answer, finish_reason {finish}", *tokens)
    if finish == "length":
        return Reply("", "cut_off", "the answer ran into max_tokens", *tokens)
    return Reply(content, "", "", *tokens)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
