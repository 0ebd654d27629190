"""What asking a model will cost, said before the first paid request, and the stop where the budget would not do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from curation.errors import ModelError
from pipelines.models.body import ledger_name
from pipelines.models.config import BudgetConfig, GgufConfig, ModelConfig, OpenAIConfig, RulesConfig
from pipelines.models.estimate import Estimate, estimate
from pipelines.models.journal import Journal
from pipelines.models.wall import NO_SCHEMAS
from pipelines.stage import Say
from synthesis.prompt import Prompt

_STREAM_TOKENS_PER_S = 40.0  # of one reply at a hosted model, before any was seen; the live view corrects it
_LOCAL_TOKENS_PER_S = 10.0  # of a GGUF of a few billion weights on a CPU


@dataclass(frozen=True, slots=True)
class Costs:
    """What a stage will cost: the estimate, about how many `minutes`, and what its earlier runs spent of the budget."""

    stage: str
    model: str
    estimate: Estimate
    minutes: float
    budget: BudgetConfig
    spent_tokens: int
    spent_usd: float
    batch: bool

    @property
    def over(self) -> str:
        """What of the budget would be passed, empty where none is."""
        usd, tokens = self.spent_usd + self.estimate.usd, self.spent_tokens + self.estimate.input_tokens + self.estimate.output_tokens
        if not self.estimate.requests:
            return ""
        if self.budget.usd is not None and usd > self.budget.usd:
            return f"about {usd:.4f} US dollars, {self.budget.usd:g} are allowed by `budget.usd`"
        if self.budget.tokens is not None and tokens > self.budget.tokens:
            return f"about {tokens:,} tokens, {self.budget.tokens:,} are allowed by `budget.tokens`"
        return ""


def costs(
    stage: str, prompts: Iterable[Prompt], journal: Path, *, config: ModelConfig, purpose: str, schemas: Mapping[str, str] = NO_SCHEMAS
) -> Costs:
    """Return what asking `prompts` will cost; replies that the journal at a path holds cost nothing. No request is made, no file."""
    name = ledger_name("", config)
    if not journal.is_file():
        found, spent = estimate(prompts, config, schemas=schemas), (0, 0.0)
    else:
        with closing(Journal(journal)) as kept:
            found, spent = estimate(prompts, config, kept, schemas=schemas), kept.spent(purpose, name)
    is_server = isinstance(config, OpenAIConfig)
    budget = config.budget if isinstance(config, OpenAIConfig) else BudgetConfig()
    model = config.name if isinstance(config, OpenAIConfig) else Path(config.path).name if isinstance(config, GgufConfig) else "rules"
    batch = is_server and isinstance(config, OpenAIConfig) and config.mode == "batch"
    return Costs(stage, model, found, _minutes(found, config), budget, *spent, batch)


def say_costs(
    say: Say,
    stage: str,
    prompts: Iterable[Prompt],
    journal: Path,
    *,
    config: ModelConfig,
    purpose: str,
    schemas: Mapping[str, str] = NO_SCHEMAS,
) -> None:
    """Say what asking will cost; a model that costs nothing is asked without a word. Raises ModelError where the budget would be passed and is to stop the run."""
    if isinstance(config, RulesConfig):
        return
    found = costs(stage, prompts, journal, config=config, purpose=purpose, schemas=schemas)
    say(words(found))
    if found.over and found.budget.when_spent == "stop":
        raise ModelError(
            "budget",
            f"stage `{stage}` would take {found.over}; nothing was asked. Raise `budget`, take fewer passages or a `count`, "
            "or set `budget.when_spent: finish` to spend what is allowed and go on without the rest",
        )


def costs_values(found: Costs) -> dict[str, Any]:
    """Return the costs as JSON-ready values."""
    spent = {"spent_tokens": found.spent_tokens, "spent_usd": found.spent_usd}
    return {
        "stage": found.stage,
        "model": found.model,
        **asdict(found.estimate),
        "minutes": round(found.minutes, 2),
        **spent,
        "over": found.over,
    }


def words(found: Costs) -> str:
    """Return the costs in a line."""
    one = found.estimate
    kept = f" ({one.kept:,} more are answered in the journal)" if one.kept else ""
    if not one.requests:
        return f"{found.stage}: nothing to ask {found.model}{kept}"
    money = f"about {one.usd:.4f} US dollars, {one.most_usd:.4f} at most" if one.most_usd else "no price named"
    time = "within a day, as batches go" if found.batch else f"about {_duration(found.minutes)}"
    tokens = f"about {one.input_tokens:,} + {one.output_tokens:,} tokens"
    over = f"; over the budget: {found.over}" if found.over else ""
    return f"{found.stage}: {one.requests:,} requests to {found.model}{kept}, {tokens}, {money}, {time}{over}"


def _minutes(found: Estimate, config: ModelConfig) -> float:
    """Minutes at the limits of the recipe, or at a usual speed of as many replies as may be under way, whichever is longer."""
    if isinstance(config, RulesConfig):
        return 0.0
    speed = _LOCAL_TOKENS_PER_S if isinstance(config, GgufConfig) else _STREAM_TOKENS_PER_S * config.concurrency
    return max(found.minutes_at_limit, found.output_tokens / speed / 60)


def _duration(minutes: float) -> str:
    if minutes < 1:
        return "a minute"
    return f"{minutes:.0f} minutes" if minutes < 120 else f"{minutes / 60:.1f} hours"
