"""What the next stage would ask a model, before anything is asked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from curation.errors import ArtifactError
from curation.records import Document, Pair
from curation.storage import read_jsonl
from pipelines.costs import Costs, costs
from pipelines.models.behind import placed
from pipelines.models.config import ModelConfig
from pipelines.models.wall import NO_SCHEMAS
from pipelines.recipe import Recipe
from pipelines.run import state
from pipelines.stage import Stage
from pipelines.stages import STAGES
from pipelines.stages.cleaning import cleaner
from pipelines.stages.files import JOURNAL, PAIRS, PAIRS_FOLDER, documents_of
from pipelines.stages.further import expected, wanted_of
from pipelines.stages.pairs import first_round, model_of
from pipelines.stages.writing import Request, requests_of, told_what_was_wrong
from synthesis.prompt import Prompt
from synthesis.selection import meaning
from synthesis.split import splits


@dataclass(frozen=True, slots=True)
class Asking:
    """What a stage asks: `prompts` of a model, booked in the journal under `purpose`; `later` are prompts that depend on replies, for an estimate alone."""

    stage: str
    config: ModelConfig
    purpose: str
    prompts: Sequence[Prompt]
    schemas: Mapping[str, str]
    later: Sequence[Prompt] = ()


def next_asking(recipe: Recipe, root: Path, run: Path) -> Asking:
    """Return what the first stage that asks a model and does not hold yet would ask. Raises ArtifactError where what it needs is not finished, or nothing is left to ask."""
    for stage in _asking_stages():
        _finished(stage, run)
        if state(stage, recipe, root, run) != "fresh":
            return _ASKING[stage.name](recipe, root, run)
    raise ArtifactError(f"every stage of {run} that asks a model is finished; nothing is left to ask")


def all_costs(recipe: Recipe, root: Path, run: Path) -> list[Costs]:
    """Return what each stage that asks a model will cost, as far as what it needs is finished. Raises ArtifactError where there are no documents yet."""
    found = []
    for number, stage in enumerate(_asking_stages()):
        try:
            _finished(stage, run)
        except ArtifactError:
            if number == 0:
                raise
            continue
        asking = _ASKING[stage.name](recipe, root, run)
        prompts = [*asking.prompts, *asking.later]
        found.append(costs(stage.name, prompts, run / JOURNAL, config=asking.config, purpose=asking.purpose, schemas=asking.schemas))
    return found


def shown_first(prompts: Sequence[Prompt], count: int) -> list[Prompt]:
    """Return `count` of `prompts`, taking the tasks in turn and, within a task, spreading over the whole."""
    by_task: dict[str, list[Prompt]] = defaultdict(list)
    for prompt in prompts:
        by_task[prompt.task].append(prompt)
    each = -(-count // max(1, len(by_task)))
    spread = {task: some[:: max(1, len(some) // each)][:each] for task, some in by_task.items()}
    turns = [some[turn] for turn in range(each) for some in spread.values() if turn < len(some)]
    return turns[:count]


def prompt_values(asking: Asking, count: int) -> dict[str, Any]:
    """Return the prompts that a dry run shows, JSON-ready."""
    prompts = [_values(prompt) for prompt in shown_first(asking.prompts, count)]
    counts = {"all": len(asking.prompts), "later": len(asking.later)}
    return {"stage": asking.stage, "model": asking.config.kind, **counts, "prompts": prompts}


def print_prompts(console: Console, values: Mapping[str, Any]) -> None:
    """Print what `prompt_values` returned."""
    later = f", then about {values['later']} for further answers" if values["later"] else ""
    console.print(f"stage {values['stage']} would ask {values['model']} {values['all']} prompts{later}; {len(values['prompts'])} of them:")
    for number, prompt in enumerate(values["prompts"], 1):
        console.print(f"\n[bold]{number}. {prompt['task']}[/] {prompt['id']}  [dim]{escape(_parameters(prompt))}[/]")
        for message in prompt["messages"]:
            console.print(f"[bold]{message['role']}[/]")
            console.print(message["content"], markup=False, highlight=False, soft_wrap=True)


def _values(prompt: Prompt) -> dict[str, Any]:
    return {
        "id": prompt.id,
        "task": prompt.task,
        "max_tokens": prompt.max_tokens,
        "temperature": prompt.temperature,
        "seed": prompt.seed,
        "messages": [{"role": message.role, "content": message.content} for message in prompt.messages],
    }


def _parameters(prompt: Mapping[str, Any]) -> str:
    return json.dumps({name: prompt[name] for name in ("max_tokens", "temperature", "seed")})


def _asking_stages() -> Iterator[Stage]:
    return (stage for stage in STAGES if stage.name in _ASKING)


def _finished(stage: Stage, run: Path) -> None:
    for needed in STAGES:
        if needed.folder in stage.needs and not (run / needed.folder / "manifest.json").is_file():
            raise ArtifactError(
                f"stage `{stage.name}` asks about what `{needed.name}` makes, and {run} has none yet: imbik run RECIPE --to {needed.name}"
            )


def _pairs(recipe: Recipe, root: Path, run: Path) -> Asking:
    documents = list(documents_of(run))
    requests = list(requests_of(documents, recipe.pairs, recipe.seed, root))
    first = first_round(requests, recipe)
    later = _further(first, documents, recipe, root, run) if recipe.pairs.answers else []
    return Asking("pairs", prompts=[one.prompt for one in first], later=later, **model_of(recipe, root))


def _further(first: Sequence[Request], documents: Sequence[Document], recipe: Recipe, root: Path, run: Path) -> list[Prompt]:
    split = splits([document.id for document in documents], recipe.pairs, recipe.seed)
    wanted = wanted_of(recipe, root, split, meaning(recipe.pairs.selection, root))
    clean = cleaner(recipe, root, {document.id: document for document in documents})
    how = model_of(recipe, root)
    return expected(
        first, wanted, clean, told_what_was_wrong if recipe.pairs.repair else None, run / JOURNAL, how["config"], how["schemas"]
    )


def _preferences(recipe: Recipe, root: Path, run: Path) -> Asking:
    from alignment.preferences import requests

    pairs = list(read_jsonl(run / PAIRS_FOLDER / PAIRS, Pair))
    asked = requests(pairs, documents_of(run), recipe.preferences, recipe.seed)
    return Asking("preferences", placed(recipe.preferences.model, root), "imbik-preferences", [prompt for _, prompt in asked], NO_SCHEMAS)


_ASKING: Mapping[str, Callable[[Recipe, Path, Path], Asking]] = {"pairs": _pairs, "preferences": _preferences}
