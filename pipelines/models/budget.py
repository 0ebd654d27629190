"""What a stage may spend on a model: reserved before a request, settled after it, never exceeded.

Counted is what servers report. A request that timed out or broke may have been billed without a word of it, which no client can see; nor are
the few tokens counted by which a server that fails is asked whether it is there.
"""

from __future__ import annotations

import asyncio

from pipelines.models.config import BudgetConfig, PricesConfig
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt

_CHARS_PER_TOKEN = 3.0  # of Turkish: GPT-4o's tokeniser takes about 3, Llama 2's 2.1
_TOKENS_PER_MESSAGE = 12  # what a chat template adds
_TOKENS_PER_PROMPT = 40  # and where a template writes a system message of its own


def price_usd(prices: PricesConfig, input_tokens: float, output_tokens: float, share: float = 1.0) -> float:
    """Return the US dollars for so many tokens; `share` is 0.5 for a batch."""
    return share * (prices.input_usd * input_tokens + prices.output_usd * output_tokens) / 1e6


def input_bound(prompt: Prompt, schema: str = "") -> int:
    """Return how many tokens the prompt has at most, held to a JSON `schema` where there is one: no tokeniser takes more than one a byte."""
    size = sum(len(message.content.encode("utf-8", "surrogatepass")) + _TOKENS_PER_MESSAGE for message in prompt.messages)
    return size + len(schema.encode("utf-8")) + _TOKENS_PER_PROMPT


def input_tokens(prompt: Prompt) -> int:
    """Return about how many tokens the prompt has, reckoned from its characters."""
    return int(sum(len(message.content) / _CHARS_PER_TOKEN + _TOKENS_PER_MESSAGE / 2 for message in prompt.messages)) + 1


class Budget:
    """The money and tokens of one model in one stage. `tokens` and `usd` are what is spent, that of earlier runs included."""

    def __init__(self, budget: BudgetConfig, prices: PricesConfig, *, tokens: int = 0, usd: float = 0.0, share: float = 1.0) -> None:
        self.tokens = tokens
        self.usd = usd
        self._budget = budget
        self._prices = prices
        self._share = share
        self._held = (0, 0.0)
        self._settled = asyncio.Event()

    async def reserve(self, input_tokens: int, output_tokens: int) -> tuple[int, float] | None:
        """Return a hold on the most that a request can cost, or None where the rest of the budget is too small for it.

        Waits while requests under way may still leave enough.
        """
        cost = (input_tokens + output_tokens, price_usd(self._prices, input_tokens, output_tokens, self._share))
        while not self._affords(cost):
            if self._held[0] == 0:
                return None
            self._settled.clear()
            await self._settled.wait()
        self._held = (self._held[0] + cost[0], self._held[1] + cost[1])
        return cost

    def settle(self, hold: tuple[int, float], reply: Reply) -> float:
        """Give back a hold and book what the reply really cost, which is returned in US dollars."""
        cost = price_usd(self._prices, reply.input_tokens, reply.output_tokens, self._share)
        self._held = (self._held[0] - hold[0], max(0.0, self._held[1] - hold[1]))
        self.tokens += reply.input_tokens + reply.output_tokens
        self.usd += cost
        self._settled.set()
        return cost

    def spent_message(self) -> str:
        """Return what is spent of what, and what to do."""
        bounds = [f"{self.usd:.4f} of {self._budget.usd:g} US dollars"] if self._budget.usd is not None else []
        bounds += [f"{self.tokens} of {self._budget.tokens} tokens"] if self._budget.tokens is not None else []
        state = "spent" if self.tokens else "too small for one request"
        return (
            f"the budget of this stage is {state} ({', '.join(bounds)}); answers so far are kept: raise `budget` and run again to go on, "
            "or set `budget.when_spent: finish` to go on without the rest"
        )

    def _affords(self, cost: tuple[int, float]) -> bool:
        tokens, usd = self._budget.tokens, self._budget.usd
        return (tokens is None or self.tokens + self._held[0] + cost[0] <= tokens) and (
            usd is None or self.usd + self._held[1] + cost[1] <= usd + 1e-12
        )
