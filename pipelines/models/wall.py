"""The model wall: what a language model is to imbik, and the one place that opens one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipelines.models.config import ModelConfig, RulesConfig
from synthesis.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer to one prompt: its `text`, or why there is none (`failure`, a short key, with a `detail` to read), and the tokens it cost."""

    text: str = ""
    failure: str = ""
    detail: str = ""
    input_tokens: int = 0
    output_tokens: int = 0


class Model(Protocol):
    """A language model. `identity` names all that shapes a reply beside the prompt; a reply that failed is a Reply, not an exception."""

    identity: str
    free: bool
    concurrency: int

    async def complete(self, prompt: Prompt) -> Reply:
        """Return the reply to `prompt`."""
        ...

    async def close(self) -> None:
        """Give back connections and memory."""
        ...


def open_model(config: ModelConfig) -> Model:
    """Return the model that `config` describes. Raises MissingPackage, or ModelError where it cannot be used at all."""
    if isinstance(config, RulesConfig):
        from pipelines.models.rules import RulesModel

        return RulesModel()
    from pipelines.models.openai_server import OpenAIModel

    return OpenAIModel(config)


def usage(prompts: Sequence[Prompt], replies: Mapping[str, Reply]) -> dict[str, int]:
    """Return how many prompts were asked and failed, and the tokens of all replies."""
    answers = [replies[prompt.id] for prompt in prompts]
    return {
        "prompts": len(answers),
        "failed": sum(bool(reply.failure) for reply in answers),
        "input_tokens": sum(reply.input_tokens for reply in answers),
        "output_tokens": sum(reply.output_tokens for reply in answers),
    }
