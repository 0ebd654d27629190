"""The embedded writer behind the model wall: answers by Turkish rules, from the fields of the prompt."""

from __future__ import annotations

from alignment.corruptions import CODE_TASK, TASK
from alignment.corruptions import write as corrupt
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt
from synthesis.rules import write


class RulesModel:
    """A model without a model: the same reply to the same prompt, at no cost."""

    free = True
    concurrency = 1

    def key(self, prompt: Prompt) -> str:
        """Return the prompt's own id: nothing else shapes the reply."""
        return prompt.id

    async def complete(self, prompt: Prompt) -> Reply:
        """Return what the rules write for `prompt`."""
        return Reply(text=corrupt(prompt) if prompt.task in (TASK, CODE_TASK) else write(prompt))

    async def probe(self) -> Reply:
        """Rules do not break."""
        return Reply()

    async def close(self) -> None:
        """Nothing is held."""
