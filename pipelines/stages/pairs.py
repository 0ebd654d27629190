"""Stage 2: documents to pairs, written by a model through a distilabel pipeline and checked in code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any

from curation.records import Document, Pair, Reject, Rejected
from curation.storage import write_json, write_jsonl
from pipelines.costs import say_costs
from pipelines.models.behind import placed
from pipelines.models.config import RulesConfig
from pipelines.models.wall import Reply
from pipelines.recipe import PairsConfig, Recipe
from pipelines.stage import Context, Outcome, Stage, rejections
from pipelines.stages.cleaning import cleaner
from pipelines.stages.curate import named_files
from pipelines.stages.curate import part as curate_part
from pipelines.stages.files import ASKED, COVERAGE, DOCUMENTS_FOLDER, JOURNAL, PAIRS_FOLDER, documents_of
from pipelines.stages.files import PAIRS as PAIRS_FILE
from pipelines.stages.further import expected, then_further, wanted_of
from pipelines.stages.writing import Request, Retry, Written, endless, requests_of, told_what_was_wrong, write
from synthesis.coverage import coverage
from synthesis.own_tasks import with_own
from synthesis.prompt import Prompt
from synthesis.selection import by_question, meaning, select
from synthesis.split import splits
from synthesis.tasks import schemas_of

PURPOSE = "imbik-pairs"
_LEAST_ASKED = 8  # prompts in a round for `count`: a graph takes seconds to start


@dataclass(frozen=True, slots=True)
class Reached:
    """How far `count` was reached, and `why` not, empty where it was."""

    wanted: int
    why: str = ""


def run(context: Context, retry: Retry | None = None) -> Outcome:
    """Ask the model about every passage, or until `count` is reached, and keep the pairs whose evidence is found. `retry` stands in for the tasks' own."""
    recipe = context.recipe
    config = recipe.pairs
    documents = list(documents_of(context.run))
    requests = list(requests_of(documents, config, recipe.seed, context.root))
    clean = cleaner(recipe, context.root, {document.id: document for document in documents})
    writes = config.repair and not isinstance(config.model, RulesConfig)
    again = (retry or told_what_was_wrong) if writes else None
    written = Written()
    once = partial(write, written=written, ask=partial(_asked, context), cleaner=clean, writer=config.model.kind, retry=again)
    split = splits([document.id for document in documents], config, recipe.seed)
    embed = meaning(config.selection, context.root)
    wanted = wanted_of(recipe, context.root, split, embed)
    take = then_further(once, written, wanted)
    reached = None
    first, how = first_round(requests, recipe), model_of(recipe, context.root)
    later = expected(first, wanted, clean, again, context.run / JOURNAL, how["config"], how["schemas"])
    say_costs(context.say, "pairs", [*_prompts(first), *later], context.run / JOURNAL, **how)
    if config.count is None:
        take(requests)
    else:
        reached = _until_reached(requests, written, take, recipe)
    if reached is not None and reached.why:
        context.say(f"pairs: fewer than the {reached.wanted} wanted: {reached.why}")
    with rejections(context.out) as (reject, reasons):
        for record in written.rejected:
            reject(record)
        questions = by_question(select(written.pairs, config, reject, split=split, embed=embed))
        chosen = _exactly([pair for answers in questions.values() for pair in answers], config.count, reject)
        pairs = [replace(pair, split=split[pair.evidence[0].document_id]) for pair in chosen]
        write_jsonl(context.out / PAIRS_FILE, pairs)
        write_jsonl(context.out / ASKED, written.traces)
    covered = {name: asdict(coverage([pair for pair in pairs if name in ("all", pair.split)], len(documents))) for name in ("train", "all")}
    write_json(context.out / COVERAGE, covered)
    told = figures(pairs, documents, written, clean.covered, reached)
    return Outcome(written.candidates, len(pairs), reasons, told | {"coverage": covered["train"]})


def model_of(recipe: Recipe, root: Path) -> dict[str, Any]:
    """Return how the stage asks: the model, what for, and the JSON schemas of its tasks."""
    return {
        "config": placed(recipe.pairs.model, root),
        "purpose": PURPOSE,
        "schemas": schemas_of(recipe.pairs, with_own(recipe.pairs, root)),
    }


def first_round(requests: Sequence[Request], recipe: Recipe) -> list[Request]:
    """Return what is asked first: all of `requests`, or as many as `count` needs where every item of every reply is accepted."""
    config = recipe.pairs
    if config.count is None:
        return list(requests)
    answers = config.answers.count if config.answers else 1
    size = max(min(_LEAST_ASKED, config.count), ceil(config.count / (config.pairs_per_passage * answers)))
    return list(islice(endless(requests, _samples(config), recipe.seed), size))


def _prompts(requests: Sequence[Request]) -> list[Prompt]:
    return [one.prompt for one in requests]


def _asked(context: Context, prompts: Sequence[Prompt]) -> Mapping[str, Reply]:
    from pipelines.graph import ask_all

    how = model_of(context.recipe, context.root)
    name = how.pop("purpose")
    ray = context.recipe.curate.engine if context.recipe.pairs.engine == "ray" else None
    return ask_all(name, prompts, journal=context.run / JOURNAL, tick=context.tick, watch=context.watch, ray=ray, **how)


def _until_reached(requests: Sequence[Request], written: Written, take: Any, recipe: Recipe) -> Reached:
    """Write until so many pairs are accepted as are wanted. Every round asks for what is missing at the yield so far."""
    config = recipe.pairs
    assert config.count is not None
    queue = endless(requests, _samples(config), recipe.seed)
    size, asked, accepted = len(first_round(requests, recipe)), 0, 0
    at_turn = 0  # accepted when the last sample of every passage began
    while accepted < config.count:
        chunk = list(islice(queue, size))
        if not chunk:
            times = _samples(config)
            return Reached(config.count, _why(written, f"every passage was asked {f'{times} times' if times > 1 else 'once'}"))
        if asked and asked // len(requests) < (asked + len(chunk)) // len(requests):
            if asked >= len(requests) and accepted == at_turn:
                return Reached(config.count, _why(written, "another sample of every passage brought no new pair"))
            at_turn = accepted
        take(chunk)
        asked += len(chunk)
        accepted = sum(1 for _ in select(written.pairs, config, lambda _: None))
        if written.stopped and accepted < config.count:
            return Reached(config.count, f"the asking ended: {written.stopped}")
        size = max(_LEAST_ASKED, ceil((config.count - accepted) * asked / max(1, accepted)))
        size = min(size, max(len(requests), _LEAST_ASKED))
    return Reached(config.count)


def _samples(config: PairsConfig) -> int:
    return 1 if isinstance(config.model, RulesConfig) else config.samples


def _why(written: Written, what: str) -> str:
    reasons = Counter(one.reason for one in written.rejected).most_common(3)
    most = ", ".join(f"{reason} {count}" for reason, count in reasons)
    return f"{what}: {written.candidates} candidates, of which {len(written.pairs)} passed their checks" + (
        f"; most failed by {most}" if most else ""
    )


def _exactly(pairs: list[Pair], count: int | None, reject: Reject) -> list[Pair]:
    """The first `count` of `pairs`; the rest is rejected, not lost."""
    kept = pairs if count is None else pairs[:count]
    for pair in pairs[len(kept) :]:
        text = f"{pair.instruction}\n{pair.output}"
        reject(Rejected(pair.id, "over_count", f"{count} pairs are wanted", pair.evidence[0].document_id, text))
    return kept


def figures(
    pairs: list[Pair], documents: list[Document], written: Written, covered: Mapping[str, int], reached: Reached | None
) -> dict[str, object]:
    """Return what the manifest and the report say of the pairs."""
    found: dict[str, object] = {
        "documents": len(documents),
        "documents_with_pairs": len({pair.evidence[0].document_id for pair in pairs}),
        "tasks": dict(sorted(Counter(pair.task for pair in pairs).items())),
        "splits": dict(sorted(Counter(pair.split for pair in pairs).items())),
        "model": {name: written.usage[name] for name in ("prompts", "failed", "input_tokens", "output_tokens")},
        "repairs": {"asked": written.repairs["asked"], "pairs": written.repairs["pairs"]},
        "pii_covered": dict(sorted(covered.items())),
    }
    if written.answers:
        found["answers"] = {name: written.answers[name] for name in ("questions", "asked", "pairs")}
    if reached is not None:
        found["count"] = {"wanted": reached.wanted, "reached": len(pairs), "why": reached.why}
    return found


def part(recipe: Recipe) -> dict[str, Any]:
    """Return what shapes the pairs: the recipe's part, and how generated text is cleaned."""
    curate = curate_part(recipe)
    cleaning = {name: curate[name] for name in ("pii", "decontaminate", "pii_key") if name in curate}
    return recipe.pairs.model_dump(mode="json", exclude={"engine"}) | {"cleaning": cleaning}


def files(recipe: Recipe, root: Path, _run: Path) -> list[Path]:
    """Return the evaluation sets and the recipe's own tasks."""
    sets = [path for key, path in named_files(recipe, root).items() if key.startswith("curate.decontaminate.")]
    return [*sets, *(root / path for path in recipe.pairs.task_files)]


PAIRS = Stage(
    name="pairs",
    folder=PAIRS_FOLDER,
    unit="candidates",
    needs=(DOCUMENTS_FOLDER,),
    rooms=(
        "synthesis",
        "curation",
        "pipelines/graph.py",
        "pipelines/models",
        "pipelines/stages/cleaning.py",
        "pipelines/stages/further.py",
        "pipelines/stages/pairs.py",
        "pipelines/stages/writing.py",
    ),
    part=part,
    run=run,
    files=files,
)
