"""Which tasks have instructions that can be evolved: a model wrote them freely, and they are answered from the passage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from curation.errors import Mistake
from synthesis.config import SynthesisConfig
from synthesis.drafts import Task
from synthesis.readers import instructions, quoted, reasoned
from synthesis.tasks import unable

_FREE: Final[frozenset[Any]] = frozenset(
    {
        quoted.read_question,
        quoted.read_definition,
        quoted.read_list,
        reasoned.read_explanation,
        reasoned.read_steps,
        instructions.read_backtranslation,
        instructions.read_instructed,
        instructions.read_seeded,
        instructions.read_evolved,
    }
)
"""Readers whose instruction is about the passage, in words of its own, and complete without earlier turns or tests."""


def evolved(config: SynthesisConfig, tasks: Mapping[str, Task]) -> list[str]:
    """Return the names of the recipe's tasks whose pairs are evolved; none without `evolve`."""
    if config.evolve is None:
        return []
    return [name for name in _able(config, tasks) if name in (config.evolve.tasks or tasks)]


def mistakes(config: SynthesisConfig, tasks: Mapping[str, Task]) -> Iterator[Mistake]:
    """Yield what is wrong with the recipe's `evolve` and what goes with it."""
    if config.evolve is None:
        return
    able = _able(config, tasks)
    yield from unable("pairs.evolve", config.evolve.tasks, able, "whose instructions a model words and answers from the passage", config)
    least = config.evolve.rounds + 1
    if least > config.max_pairs_per_document:
        allowed = f"{least} or more, a pair and what {config.evolve.rounds} rounds of `pairs.evolve` make of it"
        yield Mistake("pairs.max_pairs_per_document", str(config.max_pairs_per_document), allowed)


def _able(config: SynthesisConfig, tasks: Mapping[str, Task]) -> list[str]:
    return [name for name in config.weights() if tasks[name].read in _FREE]
