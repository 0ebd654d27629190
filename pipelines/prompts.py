"""What the next stage would ask a model, before anything is asked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from curation.counted import counted
from curation.errors import ArtifactError
from curation.records import Pair
from curation.storage import read_jsonl
from pipelines.costs import Asking, Costs, costs
from pipelines.recipe import Recipe
from pipelines.roles import model_name
from pipelines.run import state
from pipelines.stage import Stage
from pipelines.stages import STAGES
from pipelines.stages.cleaning import cleaner
from pipelines.stages.files import JOURNAL, PAIRS, PAIRS_FOLDER, documents_of
from pipelines.stages.foreseen import askings
from pipelines.stages.pairs import parted
from pipelines.stages.writing import requests_of
from synthesis.prompt import Prompt
from synthesis.selection import meaning

_UNNAMED: Mapping[str, str] = {}


def next_askings(recipe: Recipe, root: Path, run: Path) -> list[Asking]:
    """Return what the first stage that asks a model and does not hold yet would ask of each model. Raises ArtifactError where what it needs is not finished, or nothing is left to ask."""
    for stage in _asking_stages():
        _finished(stage, run)
        if state(stage, recipe, root, run) != "fresh":
            return list(_ASKING[stage.name](recipe, root, run))
    raise ArtifactError(f"every stage of {run} that asks a model is finished; nothing is left to ask")


def all_costs(recipe: Recipe, root: Path, run: Path) -> list[Costs]:
    """Return what each stage will cost at each of its models, as far as what it needs is finished. Raises ArtifactError where there are no documents yet."""
    found = []
    for number, stage in enumerate(_asking_stages()):
        try:
            _finished(stage, run)
        except ArtifactError:
            if number == 0:
                raise
            continue
        found += [costs(asking, run / JOURNAL) for asking in _ASKING[stage.name](recipe, root, run)]
    return found


def shown_first(prompts: Sequence[Prompt], count: int, model: Mapping[str, str] = _UNNAMED) -> list[Prompt]:
    """Return `count` of `prompts`, taking tasks and models in turn and, within each, spreading over the whole; `model` is who is asked, by prompt id."""
    groups: dict[tuple[str, str], list[Prompt]] = defaultdict(list)
    for prompt in prompts:
        groups[prompt.task, model.get(prompt.id, "")].append(prompt)
    each = -(-count // max(1, len(groups)))
    spread = [some[:: max(1, len(some) // each)][:each] for some in groups.values()]
    turns = [some[turn] for turn in range(each) for some in spread if turn < len(some)]
    return turns[:count]


def prompt_values(askings: Sequence[Asking], count: int) -> dict[str, Any]:
    """Return the prompts that a dry run shows, JSON-ready; those that will follow from replies are not known yet."""
    certain = [one for one in askings if one.certain]
    model = {prompt.id: model_name(one.config) for one in certain for prompt in one.prompts}
    every = [prompt for one in certain for prompt in one.prompts]
    prompts = [_values(prompt) | {"model": model[prompt.id]} for prompt in shown_first(every, count, model)]
    return {
        "stage": askings[0].stage,
        "models": {
            name: sum(len(one.prompts) for one in certain if model_name(one.config) == name) for name in dict.fromkeys(model.values())
        },
        "all": len(every),
        "later": sum(len(one.prompts) for one in askings if not one.certain),
        "prompts": prompts,
    }


def print_prompts(console: Console, values: Mapping[str, Any]) -> None:
    """Print what `prompt_values` returned."""
    asked = ", ".join(f"{name} {counted(count, 'prompt')}" for name, count in values["models"].items()) or "nobody"
    later = f", then up to {values['later']} that follow from the replies" if values["later"] else ""
    console.print(f"stage {values['stage']} would ask {asked}{later}; {len(values['prompts'])} of them:")
    for number, prompt in enumerate(values["prompts"], 1):
        told = f"{prompt['model']} {_parameters(prompt)}"
        console.print(f"\n[bold]{number}. {prompt['task']}[/] {prompt['id']}  [dim]{escape(told)}[/]")
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


def _pairs(recipe: Recipe, root: Path, run: Path) -> Iterator[Asking]:
    documents = {document.id: document for document in documents_of(run)}
    asked, _ = parted(list(documents.values()), recipe.pairs)
    requests = list(requests_of(asked, recipe.pairs, recipe.seed, root))
    return askings(requests, recipe, root, run / JOURNAL, cleaner(recipe, root, documents), meaning(recipe.pairs.selection, root))


def _preferences(recipe: Recipe, root: Path, run: Path) -> Iterator[Asking]:
    from pipelines.stages.preferences import askings as preference_askings
    from pipelines.stages.preferences import first_round

    documents = {document.id: document for document in documents_of(run)}
    pairs = list(read_jsonl(run / PAIRS_FOLDER / PAIRS, Pair))
    config = recipe.preferences.with_origins()
    return preference_askings(first_round(pairs, documents, config, recipe.seed), documents, recipe, root)


_ASKING: Mapping[str, Callable[[Recipe, Path, Path], Iterator[Asking]]] = {"pairs": _pairs, "preferences": _preferences}
