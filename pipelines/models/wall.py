"""The model wall: what a language model is to imbik, and the one place that opens one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipelines.models.config import GgufConfig, ModelConfig, RulesConfig
from synthesis.prompt import Prompt

NO_SCHEMAS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer to one prompt: its `text`, or why there is none (`failure`, a short key, with a `detail` to read), and the tokens it cost.

    Of an answer that was cut off (`failure` is `cut_off`) `text` is what came before the cut. `retry_after_s` is what the server asked to wait, 0 where it asked nothing.
    """

    text: str = ""
    failure: str = ""
    detail: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    retry_after_s: float = 0.0


class Model(Protocol):
    """A language model. A reply that failed is a Reply, not an exception; what may be done about it is told by `failures.remedy`."""

    free: bool
    concurrency: int

    def key(self, prompt: Prompt) -> str:
        """Return a hash of all that shapes the reply: server, model, messages, parameters, schema."""
        ...

    async def complete(self, prompt: Prompt) -> Reply:
        """Return the reply to `prompt`, asked once."""
        ...

    async def probe(self) -> Reply:
        """Return the reply to a prompt of three words: it tells a server that is down from a prompt that fails by itself."""
        ...

    async def close(self) -> None:
        """Give back connections and memory."""
        ...


def open_model(config: ModelConfig, schemas: Mapping[str, str] = NO_SCHEMAS) -> Model:
    """Return the model that `config` describes; `schemas` are JSON schemas by task. Raises MissingPackage, or ModelError where it cannot be used at all."""
    if isinstance(config, RulesConfig):
        from pipelines.models.rules import RulesModel

        return RulesModel()
    if isinstance(config, GgufConfig):
        from pipelines.models.gguf import GgufModel

        return GgufModel(config, schemas)
    from pipelines.models.openai_server import OpenAIModel

    return OpenAIModel(config, schemas)


def usage(prompts: Sequence[Prompt], replies: Mapping[str, Reply]) -> dict[str, int]:
    """Return how many prompts were asked and failed, and the tokens of all replies."""
    figures = {"prompts": len(prompts), "failed": 0, "input_tokens": 0, "output_tokens": 0}
    for prompt in prompts:
        reply = replies[prompt.id]
        figures["failed"] += bool(reply.failure)
        figures["input_tokens"] += reply.input_tokens
        figures["output_tokens"] += reply.output_tokens
    return figures
