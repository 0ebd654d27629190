"""What asking a model will cost, said before the first paid request, and the stop where the budget would not do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from curation.counted import counted
from curation.errors import ModelError
from pipelines.judging import JudgesConfig, judges_of
from pipelines.models.behind import placed
from pipelines.models.body import ledger_name
from pipelines.models.config import BudgetConfig, GgufConfig, ModelConfig, OpenAIConfig, RulesConfig
from pipelines.models.estimate import Estimate, estimate
from pipelines.models.journal import Journal
from pipelines.roles import model_name
from pipelines.stage import Say
from synthesis.prompt import Prompt

_STREAM_TOKENS_PER_S = 40.0  # of one reply at a hosted model, before any was seen; the live view corrects it
_LOCAL_TOKENS_PER_S = 10.0  # of a GGUF of a few billion weights on a CPU


@dataclass(frozen=True, slots=True)
class Asking:
    """What a stage asks the model in `role`, booked in the journal under `purpose`. What is not `certain` follows from replies; `stand_ins` are prompts of the usual length for those that nobody knows yet; `what` names them where the role does not."""

    stage: str
    role: str
    config: ModelConfig
    purpose: str
    prompts: Sequence[Prompt]
    schemas: Mapping[str, str] = field(default_factory=dict)
    certain: bool = True
    stand_ins: bool = False
    what: str = ""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a stage will cost at one of its models: the estimate, about how many `minutes`, and what its earlier runs spent of the budget."""

    stage: str
    role: str
    model: str
    estimate: Estimate
    minutes: float
    budget: BudgetConfig
    spent_tokens: int
    spent_usd: float
    batch: bool
    certain: bool
    what: str = ""

    @property
    def over(self) -> str:
        """What of the budget would be passed, empty where none is."""
        usd, tokens = self.spent_usd + self.estimate.usd, self.spent_tokens + self.estimate.input_tokens + self.estimate.output_tokens
        if not self.estimate.requests:
            return ""
        if self.budget.usd is not None and usd > self.budget.usd:
            return f"about {usd:.4f} US dollars, {self.budget.usd:g} are allowed by `budget.usd`"
        if self.budget.tokens is not None and tokens > self.budget.tokens:
            return f"about {counted(tokens, 'token')}, {self.budget.tokens:,} are allowed by `budget.tokens`"
        return ""


def judge_askings(
    stage: str, purpose: str, prompts: Sequence[Prompt], config: JudgesConfig, root: Path, schemas: Mapping[str, str]
) -> Iterator[Asking]:
    """Yield what will be asked of each judge, `prompts` standing in for what follows from replies."""
    for judge, model in judges_of(config).items():
        yield Asking(stage, judge, placed(model, root), purpose, prompts, schemas, certain=False, stand_ins=True)


def costs(asking: Asking, journal: Path) -> Costs:
    """Return what the asking will cost; replies that the journal at a path holds cost nothing. No request is made, no file."""
    config, role = asking.config, asking.role
    if not journal.is_file():
        found, spent = estimate(asking.prompts, config, role=role, schemas=asking.schemas), (0, 0.0)
    else:
        with closing(Journal(journal)) as kept:
            found = estimate(asking.prompts, config, kept, role=role, schemas=asking.schemas, stand_ins=asking.stand_ins)
            spent = kept.spent(asking.purpose, ledger_name(role, config))
    budget = config.budget if isinstance(config, OpenAIConfig) else BudgetConfig()
    batch = isinstance(config, OpenAIConfig) and config.mode == "batch"
    return Costs(asking.stage, role, model_name(config), found, _minutes(found, config), budget, *spent, batch, asking.certain, asking.what)


def say_costs(say: Say, askings: Iterable[Asking], journal: Path) -> None:
    """Say what each asking will cost; a model that costs nothing is asked without a word. Raises ModelError where a budget would be passed for certain and is to stop the run."""
    for asking in askings:
        if isinstance(asking.config, RulesConfig):
            continue
        found = costs(asking, journal)
        say(words(found))
        if found.over and found.certain and found.budget.when_spent == "stop":
            raise ModelError(
                "budget",
                f"stage `{found.stage}` would take {found.over}; nothing was asked. Raise `budget`, take fewer passages or a `count`, "
                "or set `budget.when_spent: finish` to spend what is allowed and go on without the rest",
            )


def costs_values(found: Costs) -> dict[str, Any]:
    """Return the costs as JSON-ready values."""
    spent = {"spent_tokens": found.spent_tokens, "spent_usd": found.spent_usd}
    return {
        "stage": found.stage,
        "role": found.role,
        "certain": found.certain,
        "what": found.what,
        "model": found.model,
        **asdict(found.estimate),
        "minutes": round(found.minutes, 2),
        **spent,
        "over": found.over,
    }


def words(found: Costs) -> str:
    """Return the costs in a line."""
    one = found.estimate
    who = f"{found.model} as {found.role}" if found.role not in ("", found.model) else found.model
    kept = f" ({one.kept:,} more are answered in the journal)" if one.kept else ""
    if not one.requests:
        return f"{found.stage}: nothing to ask {who}{kept}"
    money = f"about {one.usd:.4f} US dollars, {one.most_usd:.4f} at most" if one.most_usd else "no price named"
    time = "within a day, as batches go" if found.batch else f"about {_duration(found.minutes)}"
    tokens = f"about {one.input_tokens:,} + {one.output_tokens:,} tokens"
    over = f"; over the budget: {found.over}" if found.over else ""
    follow = "" if found.certain else "later up to "
    who += f" for {found.what}" if found.what else ""
    return f"{found.stage}: {follow}{counted(one.requests, 'request')} to {who}{kept}, {tokens}, {money}, {time}{over}"


def _minutes(found: Estimate, config: ModelConfig) -> float:
    """Minutes at the limits of the recipe, or at a usual speed of as many replies as may be under way, whichever is longer."""
    if isinstance(config, RulesConfig):
        return 0.0
    speed = _LOCAL_TOKENS_PER_S if isinstance(config, GgufConfig) else _STREAM_TOKENS_PER_S * config.concurrency
    return max(found.minutes_at_limit, found.output_tokens / speed / 60)


def _duration(minutes: float) -> str:
    whole = max(1, round(minutes))
    return counted(whole, "minute") if whole < 120 else f"{minutes / 60:.1f} hours"
