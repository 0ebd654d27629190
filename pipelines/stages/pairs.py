"""Stage 2: documents to pairs, written by a model through a distilabel pipeline and checked in code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any

from curation.records import Document, Pair, Reject, Rejected, Split
from curation.storage import write_json, write_jsonl
from pipelines.costs import say_costs
from pipelines.models.behind import gguf_files
from pipelines.models.config import RulesConfig
from pipelines.models.wall import Reply
from pipelines.recipe import PairsConfig, Recipe
from pipelines.roles import model_name
from pipelines.stage import Context, Outcome, Say, Stage, rejections
from pipelines.stages.cleaning import Cleaner, cleaner, cleaning_part, evaluation_sets
from pipelines.stages.evolving import evolve, evolving_of
from pipelines.stages.files import ASKED, COVERAGE, DOCUMENTS_FOLDER, JOURNAL, PAIRS_FOLDER, documents_of
from pipelines.stages.files import PAIRS as PAIRS_FILE
from pipelines.stages.foreseen import LEAST_ASKED, askings, first_round, model_of, samples
from pipelines.stages.further import answer_again, beside_origins, wanted_of
from pipelines.stages.grading import Grading, asker_of, write_grades
from pipelines.stages.own_pairs import own_pairs
from pipelines.stages.writing import Request, Retry, Written, endless, requests_of, told_what_was_wrong, write
from synthesis.coverage import Coverage, coverage
from synthesis.prompt import Prompt
from synthesis.rules import gathered
from synthesis.selection import by_question, document_of, meaning, select
from synthesis.split import splits

_SHOWN = 500  # characters of a document that is rejected whole


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
    asked, left = parted(documents, config)
    requests = list(requests_of(asked, config, recipe.seed, context.root))
    clean = cleaner(recipe, context.root, {document.id: document for document in documents})
    writes = config.repair and not isinstance(config.model, RulesConfig)
    again = (retry or told_what_was_wrong) if writes else None
    written = Written(candidates=len(left))
    detail = "most texts of its file are joined sentences"
    written.rejected += [Rejected(one.id, "source_gathered", detail, one.source, one.text[:_SHOWN]) for one in left]
    grading = _grading(context, clean)

    def once(some: Sequence[Request]) -> None:
        before = len(written.pairs)
        write(some, written, partial(_asked, context), clean, model_name(config.model), again)
        if grading is not None:
            written.pairs[before:] = grading.passed(written.pairs[before:], written.rejected.append)

    embed = meaning(config.selection, context.root)
    journal = context.run / JOURNAL
    say_costs(context.say, askings(requests, recipe, context.root, journal, clean, embed), journal)
    with_files(written, config, context.root, clean, grading, context.say)
    split = splits([*clean.documents, *map(document_of, written.pairs)], config, recipe.seed)
    wanted = wanted_of(recipe, context.root, split, embed)
    evolving = evolving_of(recipe, context.root, wanted)

    def take(some: Sequence[Request]) -> None:
        once(some)
        while evolve(once, written, evolving) or answer_again(once, written, wanted):
            pass

    def chosen_of(reject: Reject) -> Iterator[Pair]:
        return select(written.pairs, config, reject, split=split, embed=embed)

    reached = None
    if config.count is None:
        take(requests)
    else:
        reached = _until_reached(requests, written, take, recipe, lambda: sum(1 for _ in chosen_of(lambda _: None)))
    if reached is not None and reached.why:
        context.say(f"pairs: fewer than the {reached.wanted} wanted: {reached.why}")
    with rejections(context.out) as (reject, reasons):
        for record in clean.rejected(written.rejected):
            reject(record)
        questions = beside_origins(by_question(chosen_of(reject)), written)
        chosen = _exactly([pair for answers in questions.values() for pair in answers], config.count, reject)
        pairs = [replace(pair, split=split[document_of(pair)]) for pair in chosen]
        write_jsonl(context.out / PAIRS_FILE, pairs)
        write_jsonl(context.out / ASKED, written.traces)
    covered = {name: asdict(_coverage_of(name, pairs, documents, split)) for name in ("train", "all")}
    write_json(context.out / COVERAGE, covered)
    told = figures(pairs, documents, written, clean.covered, reached) | {"coverage": covered["train"]}
    if grading is not None:
        write_grades(context.out, grading.rows, grading.config.tails)
        told |= grading.figures()
    return Outcome(written.candidates, len(pairs), reasons, told)


def _coverage_of(name: str, pairs: Sequence[Pair], documents: Sequence[Document], split: Mapping[str, Split]) -> Coverage:
    """What the pairs of a split, or of `all`, cover of the documents that fell to it."""
    own = [pair for pair in pairs if name in ("all", pair.split)]
    return coverage(own, sum(name in ("all", split[document.id]) for document in documents))


def parted(documents: Sequence[Document], config: PairsConfig) -> tuple[list[Document], list[Document]]:
    """Return the documents that the writer is asked about, and those that the embedded one leaves alone: of files of gathered sentences. A model is asked about all."""
    apart = gathered(documents) if isinstance(config.model, RulesConfig) else frozenset()
    return [one for one in documents if one.id not in apart], [one for one in documents if one.id in apart]


def with_files(written: Written, config: PairsConfig, root: Path, clean: Cleaner, grading: Grading | None, say: Say) -> None:
    """Read the pairs of the recipe's files into `written`, cleaned and judged as others are."""
    before = len(written.rejected)
    found = list(own_pairs(config, root, clean.documents, written.rejected.append, say))
    written.candidates += len(found) + len(written.rejected) - before
    cleaned = [pair for pair in clean.clean(found, written.rejected.append) if pair is not None]
    written.pairs += cleaned if grading is None else grading.passed(cleaned, written.rejected.append)


def _grading(context: Context, clean: Cleaner) -> Grading | None:
    config = context.recipe.pairs.judge
    return None if config is None else Grading(config, clean, asker_of(context), context.recipe.seed)


def _asked(context: Context, prompts: Sequence[Prompt]) -> Mapping[str, Reply]:
    from pipelines.graph import ask_all

    how = model_of(context.recipe, context.root)
    name = how.pop("purpose")
    ray = context.recipe.curate.engine if context.recipe.pairs.engine == "ray" else None
    return ask_all(name, prompts, journal=context.run / JOURNAL, tick=context.tick, watch=context.watch, ray=ray, **how)


def _until_reached(requests: Sequence[Request], written: Written, take: Any, recipe: Recipe, count: Callable[[], int]) -> Reached:
    """Write until `count`, of the pairs that stay so far, is what is wanted. Every round asks for what is missing at the yield so far."""
    config = recipe.pairs
    assert config.count is not None
    queue = endless(requests, samples(config), recipe.seed)
    size, asked, accepted = len(first_round(requests, recipe)), 0, count()
    at_turn = 0  # accepted when the last sample of every passage began
    while accepted < config.count:
        chunk = list(islice(queue, size))
        if not chunk:
            times = samples(config)
            return Reached(config.count, _why(written, f"every passage was asked {f'{times} times' if times > 1 else 'once'}"))
        if asked and asked // len(requests) < (asked + len(chunk)) // len(requests):
            if asked >= len(requests) and accepted == at_turn:
                return Reached(config.count, _why(written, "another sample of every passage brought no new pair"))
            at_turn = accepted
        take(chunk)
        asked += len(chunk)
        accepted = count()
        if written.stopped and accepted < config.count:
            return Reached(config.count, f"the asking ended: {written.stopped}")
        size = max(LEAST_ASKED, ceil((config.count - accepted) * asked / max(1, accepted)))
        size = min(size, max(len(requests), LEAST_ASKED))
    return Reached(config.count)


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
        reject(Rejected(pair.id, "over_count", f"{count} pairs are wanted", document_of(pair), text))
    return kept


def figures(
    pairs: list[Pair], documents: list[Document], written: Written, covered: Mapping[str, int], reached: Reached | None
) -> dict[str, object]:
    """Return what the manifest and the report say of the pairs."""
    found: dict[str, object] = {
        "documents": len(documents),
        "documents_with_pairs": len({pair.evidence[0].document_id for pair in pairs if pair.evidence}),
        "tasks": dict(sorted(Counter(pair.task for pair in pairs).items())),
        "splits": dict(sorted(Counter(pair.split for pair in pairs).items())),
        "model": {name: written.usage[name] for name in ("prompts", "failed", "input_tokens", "output_tokens")},
        "repairs": {"asked": written.repairs["asked"], "pairs": written.repairs["pairs"]},
        "pii_covered": dict(sorted(covered.items())),
    }
    if written.evolved:
        rounds = {name: number for name, number in sorted(written.evolved.items()) if name != "asked"}
        found["evolved"] = {"asked": written.evolved["asked"], "pairs": rounds}
    if written.answers:
        found["answers"] = {name: written.answers[name] for name in ("questions", "asked", "pairs")}
    if reached is not None:
        found["count"] = {"wanted": reached.wanted, "reached": len(pairs), "why": reached.why}
    return found


def part(recipe: Recipe) -> dict[str, Any]:
    """Return what shapes the pairs: the recipe's part, and how generated text is cleaned."""
    return recipe.pairs.model_dump(mode="json", exclude={"engine"}) | cleaning_part(recipe)


def files(recipe: Recipe, root: Path, _run: Path) -> list[Path]:
    """Return the evaluation sets, the recipe's own tasks, its files of pairs and its models' GGUF files."""
    own = [*recipe.pairs.task_files, *(file.path for file in recipe.pairs.files)]
    return [*evaluation_sets(recipe, root), *(root / path for path in own), *gguf_files(recipe.pairs, root)]


_JUDGE_ROOMS = ("alignment/judge.py", "alignment/judges_agreement.py", "alignment/sources.py", "alignment/prompts")

PAIRS = Stage(
    name="pairs",
    folder=PAIRS_FOLDER,
    unit="candidates",
    needs=(DOCUMENTS_FOLDER,),
    rooms=(
        "synthesis",
        "curation",
        *_JUDGE_ROOMS,
        "pipelines/graph.py",
        "pipelines/models",
        "pipelines/judging.py",
        "pipelines/roles.py",
        "pipelines/stages/cleaning.py",
        "pipelines/stages/evolving.py",
        "pipelines/stages/foreseen.py",
        "pipelines/stages/further.py",
        "pipelines/stages/grading.py",
        "pipelines/stages/own_pairs.py",
        "pipelines/stages/pairs.py",
        "pipelines/stages/writing.py",
    ),
    part=part,
    run=run,
    files=files,
)
