"""The embedded writer behind the model wall: answers by Turkish rules, from the fields of the prompt."""

from __future__ import annotations

from alignment.corruptions import TASK as CORRUPT
from alignment.corruptions import write as corrupt
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt
from synthesis.rules import write


class RulesModel:
    """A model without a model: the same reply to the same prompt, at no cost."""

    identity = "rules"
    free = True
    concurrency = 1

    async def complete(self, prompt: Prompt) -> Reply:
        """Return what the rules write for `prompt`."""
        return Reply(text=corrupt(prompt) if prompt.task == CORRUPT else write(prompt))

    async def close(self) -> None:
        """Nothing is held."""
