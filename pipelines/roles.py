"""Several models asked in one graph, each in a role: their prompts, their replies, and what asking took by role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from curation.progress import Tick, silent
from pipelines.models.behind import placed
from pipelines.models.config import GgufConfig, ModelConfig, OpenAIConfig
from pipelines.models.counters import Watch, unwatched
from pipelines.models.wall import NO_SCHEMAS, Reply, usage
from synthesis.prompt import Prompt

Asked = tuple[str, Prompt]
Replies = Mapping[tuple[str, str], Reply]
Usage = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Asker:
    """How models are asked: the `journal` that keeps their replies, the folder that GGUF paths are relative to, and who hears how it goes."""

    journal: Path
    root: Path = Path()
    tick: Tick = silent
    watch: Watch = unwatched

    def ask(self, name: str, asked: Iterable[Asked], models: Mapping[str, ModelConfig], schemas: Mapping[str, str] = NO_SCHEMAS) -> Replies:
        """Return the replies by role and prompt id, from a pipeline called `name`.

        The same question to the same role is asked once, and the graph is loaded only where there is one. Raises ModelError where a
        budget or a server ends the asking.
        """
        listed = list({(role, prompt.id): (role, prompt) for role, prompt in asked}.values())
        if not listed:
            return {}
        from pipelines.graph import ask_each

        wanted = {role for role, _ in listed}
        used = {role: placed(model, self.root) for role, model in models.items() if role in wanted}
        return ask_each(name, listed, used, journal=self.journal, tick=self.tick, schemas=schemas, watch=self.watch)


def model_name(config: ModelConfig) -> str:
    """Return what a model is called in records: its name at the server, its file's name, or `rules`."""
    if isinstance(config, OpenAIConfig):
        return config.name
    return Path(config.path).stem if isinstance(config, GgufConfig) else config.kind


def usage_by_role(asked: Iterable[Asked], replies: Replies) -> Usage:
    """Return prompts, failures and tokens of every role."""
    by_role: dict[str, list[Prompt]] = {}
    for role, prompt in asked:
        by_role.setdefault(role, []).append(prompt)
    return {role: usage(prompts, {prompt.id: replies[role, prompt.id] for prompt in prompts}) for role, prompts in sorted(by_role.items())}
