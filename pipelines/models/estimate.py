"""What asking will cost, before the first paid request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipelines.models.behind import BATCH_SHARE
from pipelines.models.body import ledger_name, request_body, request_key, request_server
from pipelines.models.budget import input_bound, input_tokens, price_usd
from pipelines.models.config import GgufConfig, ModelConfig, OpenAIConfig, PricesConfig, RulesConfig
from pipelines.models.journal import Journal
from pipelines.models.wall import NO_SCHEMAS
from synthesis.prompt import Prompt

_USUAL_SHARE = 0.5  # of the tokens a reply may have, before any reply was seen


@dataclass(frozen=True, slots=True)
class Estimate:
    """`prompts` in all, `kept` of them answered by the journal; the rest makes `requests` of about `input_tokens` and `output_tokens`, costing `usd`.

    `most_usd` is what they cost if every reply is as long as it may be, failures asked again left out; `minutes_at_limit` is how long the
    limits named in the recipe make it take at least, 0 where it names none.
    """

    prompts: int
    kept: int
    requests: int
    input_tokens: int
    output_tokens: int
    usd: float
    most_usd: float
    minutes_at_limit: float


def estimate(
    prompts: Iterable[Prompt],
    config: ModelConfig,
    journal: Journal | None = None,
    *,
    role: str = "",
    schemas: Mapping[str, str] = NO_SCHEMAS,
    stand_ins: bool = False,
) -> Estimate:
    """Return what asking `prompts` of the model in `role` will take; lengths go by the replies in the journal where it has any of this model's.

    `stand_ins` are as many and as long as those that will be asked, and not the same: no reply to them counts as kept.
    """
    listed = list(prompts)
    if isinstance(config, RulesConfig):
        return Estimate(len(listed), 0, 0, 0, 0, 0.0, 0.0, 0.0)
    left = listed if stand_ins else list(_not_kept(listed, config, journal, schemas))
    mean = journal.mean_tokens(ledger_name(role, config)) if journal is not None else None
    bound = sum(config.max_tokens or prompt.max_tokens for prompt in left)
    sent = int(mean[0] * len(left)) if mean else sum(map(input_tokens, left))
    output_tokens = int(mean[1] * len(left)) if mean else int(bound * _USUAL_SHARE)
    prices, share, minutes = PricesConfig(), 1.0, 0.0
    if isinstance(config, OpenAIConfig):
        prices, share = config.prices, BATCH_SHARE if config.mode == "batch" else 1.0
        minutes = max(
            len(left) / config.requests_per_minute if config.requests_per_minute else 0.0,
            (sent + output_tokens) / config.tokens_per_minute if config.tokens_per_minute else 0.0,
        )
    return Estimate(
        prompts=len(listed),
        kept=len(listed) - len(left),
        requests=len(left),
        input_tokens=sent,
        output_tokens=output_tokens,
        usd=price_usd(prices, sent, output_tokens, share),
        most_usd=price_usd(prices, sum(input_bound(prompt, schemas.get(prompt.task, "")) for prompt in left), bound, share),
        minutes_at_limit=minutes,
    )


def _not_kept(
    prompts: Iterable[Prompt], config: GgufConfig | OpenAIConfig, journal: Journal | None, schemas: Mapping[str, str]
) -> Iterator[Prompt]:
    if journal is None:
        yield from prompts
    else:
        key = key_of(config, schemas)
        yield from (prompt for prompt in prompts if journal.find(key(prompt)) is None)


def key_of(config: GgufConfig | OpenAIConfig, schemas: Mapping[str, str]) -> Callable[[Prompt], str]:
    """Return what gives the key under which the journal keeps the reply to a prompt."""
    if isinstance(config, OpenAIConfig):
        return lambda prompt: request_key(request_server(config), request_body(config, prompt, schemas.get(prompt.task, "")), prompt.task)
    from pipelines.models.gguf import GgufModel

    return GgufModel(config, schemas).key
