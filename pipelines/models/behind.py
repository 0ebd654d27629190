"""What stands behind a role of the recipe: a model, its server's gate, its budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from curation.config import Config
from curation.records import content_id
from pipelines.models.body import address, ledger_name
from pipelines.models.budget import Budget
from pipelines.models.config import BudgetConfig, GgufConfig, ModelConfig, OpenAIConfig, PricesConfig, RulesConfig
from pipelines.models.gate import Gate
from pipelines.models.journal import Journal
from pipelines.models.limits import Limits
from pipelines.models.wall import Model, open_model

C = TypeVar("C", bound=Config)
BATCH_SHARE = 0.5  # of the live price, OpenAI's


@dataclass(frozen=True, slots=True)
class Behind:
    """A model and how it is asked. `name` is the journal's for it; a model without a `gate` costs nothing; `batch` is set where it is asked in batches."""

    name: str
    model: Model
    gate: Gate | None
    budget: Budget
    retries: int = 0
    deadline_s: float = float("inf")
    most_tokens: int | None = None
    batch: OpenAIConfig | None = None


def open_behind(
    role: str,
    models: Mapping[str, ModelConfig],
    gates: dict[str, Gate],
    *,
    schemas: Mapping[str, str],
    journal: Journal | None,
    purpose: str,
    shared: Path | None,
) -> Behind:
    """Return the opened model of `role`; `gates` holds those of the servers met so far and gets a new server's."""
    config = models[role]
    model = open_model(config, schemas)
    name = ledger_name(role, config)
    if isinstance(config, RulesConfig):
        return Behind(name, model, None, Budget(BudgetConfig(), PricesConfig()))
    at = address(config)
    if at not in gates:
        gates[at] = _gate(at, [one for one in models.values() if address(one) == at], shared)
    if isinstance(config, GgufConfig):
        return Behind(name, model, gates[at], Budget(BudgetConfig(), PricesConfig()), config.retries, most_tokens=config.max_tokens)
    tokens, usd = journal.spent(purpose, name) if journal is not None else (0, 0.0)
    batch = config if config.mode == "batch" else None
    budget = Budget(config.budget, config.prices, tokens=tokens, usd=usd, share=BATCH_SHARE if batch else 1.0)
    return Behind(name, model, gates[at], budget, config.retries, config.deadline_s, config.max_tokens, batch)


def placed(config: C, root: Path) -> C:
    """Return `config`, a model or a part of a recipe, with the path of every GGUF in it made whole; what is relative lies in `root`, the recipe's folder."""
    moved: C = _moved(config, root)
    return moved


def gguf_files(config: Config, root: Path) -> list[Path]:
    """Return the GGUF files that a part of a recipe names, in its order: what a stage makes hangs on their contents."""
    return [Path(one.path) for one in _ggufs(placed(config, root))]


def _moved(value: Any, root: Path) -> Any:
    if isinstance(value, GgufConfig):
        return value.model_copy(update={"path": str(root / Path(value.path).expanduser())})
    if isinstance(value, Config):
        return value.model_copy(update={name: _moved(inner, root) for name, inner in value})
    return tuple(_moved(inner, root) for inner in value) if isinstance(value, tuple) else value


def _ggufs(value: Any) -> Iterator[GgufConfig]:
    if isinstance(value, GgufConfig):
        yield value
    elif isinstance(value, Config | tuple):
        for inner in (inner for _, inner in value) if isinstance(value, Config) else value:
            yield from _ggufs(inner)


def _gate(at: str, configs: list[ModelConfig], shared: Path | None) -> Gate:
    """The gate of a server; where its models name different limits the narrowest holds."""
    servers = [one for one in configs if isinstance(one, OpenAIConfig)]
    requests = min((one.requests_per_minute for one in servers if one.requests_per_minute), default=None)
    tokens = min((one.tokens_per_minute for one in servers if one.tokens_per_minute), default=None)
    concurrency = min((one.concurrency for one in servers), default=1)
    patience = max((one.patience_s for one in servers), default=0.0)
    deadline = max((one.deadline_s for one in servers), default=float("inf"))
    file = shared / content_id("limits", at) if shared is not None else None
    return Gate(at, concurrency, Limits(requests, tokens, file), patience_s=patience, deadline_s=deadline)
