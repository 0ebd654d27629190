"""The recipe keys that choose a model."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from curation.config import Config


class RulesConfig(Config):
    """The embedded Turkish writer: no model, no network, no cost."""

    kind: Literal["rules"] = Field(
        default="rules", description="which model: `rules`, or `openai` with the keys below it in docs/recipe.md"
    )


class OpenAIConfig(Config):
    """Any server that speaks OpenAI's chat completions: OpenAI, vLLM, Ollama, llama-server."""

    kind: Literal["openai"] = Field(description="which model: `openai` for any compatible server")
    name: str = Field(min_length=1, description="the model's name at the server")
    base_url: str = Field(
        default="https://api.openai.com/v1", pattern=r"^https?://", description="the server's address, up to and with `/v1`"
    )
    api_key_env: str = Field(
        default="OPENAI_API_KEY",
        pattern=r"^[A-Z][A-Z0-9_]*$",
        description="environment variable that holds the key; a server that wants none may lack it",
    )
    concurrency: int = Field(default=16, ge=1, le=1024, description="requests in flight at once")
    timeout_s: float = Field(default=120.0, gt=0, le=3600, description="seconds until one request is given up")
    retries: int = Field(default=4, ge=0, le=20, description="further tries of a request that failed on the way")
    temperature: float = Field(default=0.7, ge=0, le=2, description="sampling temperature")
    max_tokens: int = Field(default=1024, ge=16, le=131072, description="tokens a reply may have")


ModelConfig = Annotated[RulesConfig | OpenAIConfig, Field(discriminator="kind")]
