"""The recipe keys that choose a model, what it may cost and how fast it may be asked."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from curation.config import Config

_OWN_FIELDS = frozenset({"model", "messages", "max_tokens", "max_completion_tokens", "n", "best_of", "stream"})


class RulesConfig(Config):
    """The embedded Turkish writer: no model, no network, no cost."""

    kind: Literal["rules"] = Field(
        default="rules", description="which model: `rules`, or `openai` or `gguf` with the keys below them in docs/recipe.md"
    )


class PricesConfig(Config):
    """What a server charges; 0 for a model of one's own."""

    input_usd: float = Field(default=0.0, ge=0, le=10_000, description="US dollars for a million tokens of prompts")
    output_usd: float = Field(default=0.0, ge=0, le=10_000, description="US dollars for a million tokens of replies")


class BudgetConfig(Config):
    """What one stage of a run may spend on this model. It is never exceeded; raise it and run again, and the stage goes on where it stopped."""

    usd: float | None = Field(default=None, gt=0, description="most US dollars, counted with `prices`; empty sets no bound")
    tokens: int | None = Field(default=None, ge=1, description="most tokens of prompts and replies together; empty sets no bound")
    when_spent: Literal["stop", "finish"] = Field(
        default="stop",
        description="`stop` ends the run with what was answered kept; `finish` makes the stage's artifact from what was answered",
    )


class OpenAIConfig(Config):
    """Any server that speaks OpenAI's chat completions: OpenAI, Azure, vLLM, Ollama, llama-server."""

    kind: Literal["openai"] = Field(description="which model: `openai` for any compatible server")
    name: str = Field(min_length=1, description="the model's name at the server")
    base_url: str = Field(
        default="https://api.openai.com/v1",
        pattern=r"^https?://",
        description="the server's address, up to and with `/v1`; Azure's up to and with the deployment, for batches up to and with `/openai/v1` without `api_version`",
    )
    api_version: str = Field(default="", description="Azure's `api-version`; setting it sends the key as Azure wants it")
    api_key_env: str = Field(
        default="OPENAI_API_KEY",
        pattern=r"^[A-Z][A-Z0-9_]*$",
        description="environment variable that holds the key; a server that wants none may lack it",
    )
    mode: Literal["live", "batch"] = Field(
        default="live", description="`batch` goes through OpenAI's Batch API: half the price, an answer within a day"
    )
    batch_poll_s: float = Field(default=30.0, gt=0, le=3600, description="seconds between two questions whether a batch is done")
    batch_rows: int = Field(
        default=10_000,
        ge=1,
        le=50_000,
        description="requests in one batch; OpenAI takes 50,000 and 200 MB; what its queue has no room for is halved",
    )
    concurrency: int = Field(default=16, ge=1, le=1024, description="requests in flight at once, all models of one server together")
    requests_per_minute: int | None = Field(
        default=None, ge=1, description="the server's limit for all its models together; empty learns it from the server's refusals"
    )
    tokens_per_minute: int | None = Field(
        default=None, ge=1, description="the server's limit of tokens for all its models together; empty sets none"
    )
    timeout_s: float = Field(default=120.0, gt=0, le=3600, description="seconds until one request is given up, its whole body included")
    retries: int = Field(default=4, ge=0, le=20, description="further tries of a request that broke on the way or brought nothing usable")
    deadline_s: float = Field(
        default=900.0,
        gt=0,
        le=86400,
        description="seconds from its first try after which a prompt is not tried again; refusals for haste count only here, and a server that asks to wait longer ends the run",
    )
    patience_s: float = Field(
        default=300.0,
        ge=0,
        le=86400,
        description="seconds that a server may be down before the run stops; meanwhile it is only asked whether it is there",
    )
    temperature: float | None = Field(default=None, ge=0, le=2, description="sampling temperature; empty takes each task's own")
    max_tokens: int | None = Field(
        default=None,
        ge=16,
        le=131072,
        description="tokens a reply may have, a reasoning model's thoughts included; empty takes each task's own",
    )
    reasoning: Literal["auto", "yes", "no"] = Field(
        default="auto",
        description="`yes` sends `max_completion_tokens` and no temperature; `auto` goes by OpenAI's names and by what the server says",
    )
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high"] | None = Field(
        default=None, description="how long a reasoning model thinks; empty leaves it to the server"
    )
    json_schema: Literal["auto", "schema", "object", "off"] = Field(
        default="auto",
        description="how JSON is asked for: by `schema`, as any `object`, or by the prompt alone; `auto` takes the first that the server accepts",
    )
    extra_body: dict[str, Any] = Field(
        default={},
        description="further fields of the request, such as `top_p` or `chat_template_kwargs`, as the server knows them; not those that have a key of their own here",
    )
    prices: PricesConfig = PricesConfig()
    budget: BudgetConfig = BudgetConfig()

    @field_validator("extra_body")
    @classmethod
    def _without_what_has_a_key(cls, extra_body: dict[str, Any]) -> dict[str, Any]:
        if taken := sorted(_OWN_FIELDS & set(extra_body)):
            names = ", ".join(f"`{name}`" for name in taken)
            raise ValueError(f"further fields alone: {names} would pass by what the recipe and the budget reckon with; see `max_tokens`")
        return extra_body

    @field_validator("base_url")
    @classmethod
    def _without_credentials(cls, base_url: str) -> str:
        parts = urlsplit(base_url)
        if parts.username or parts.password or parts.query:
            raise ValueError("the address must hold no user, password or query: keys come from the environment, see api_key_env")
        return base_url.rstrip("/")


class GgufConfig(Config):
    """A GGUF file asked through llama.cpp on this machine, in a process of its own."""

    kind: Literal["gguf"] = Field(description="which model: `gguf` for a file on this machine")
    path: str = Field(min_length=1, description="the .gguf file; relative to the recipe")
    context: int = Field(default=4096, ge=256, le=1_048_576, description="tokens of prompt and reply together")
    timeout_s: float = Field(default=600.0, gt=0, le=86400, description="seconds until one reply is given up and the process started anew")
    retries: int = Field(default=1, ge=0, le=20, description="further tries of a prompt whose reply was empty or not the JSON asked for")
    temperature: float | None = Field(default=None, ge=0, le=2, description="sampling temperature; empty takes each task's own")
    max_tokens: int | None = Field(default=None, ge=16, le=131072, description="tokens a reply may have; empty takes each task's own")
    json_schema: Literal["schema", "off"] = Field(
        default="schema", description="`schema` holds the model to the task's JSON by a grammar; `off` by the prompt alone"
    )


ModelConfig = Annotated[RulesConfig | OpenAIConfig | GgufConfig, Field(discriminator="kind")]
