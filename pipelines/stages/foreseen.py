"""What stage `pairs` will ask: the first round for certain, what follows from replies as far as it can be foreseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from itertools import islice
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alignment.judge import grade_prompt
from curation.records import Pair
from pipelines.costs import Asking, judge_askings
from pipelines.judging import JUDGING_PAIRS, judge_schemas
from pipelines.models.behind import placed
from pipelines.models.config import RulesConfig
from pipelines.models.estimate import key_of
from pipelines.models.journal import Journal
from pipelines.models.wall import Reply
from pipelines.recipe import PairsConfig, Recipe
from pipelines.roles import model_name
from pipelines.stages import evolving, further
from pipelines.stages.cleaning import Cleaner
from pipelines.stages.own_pairs import own_pairs
from pipelines.stages.writing import Request, Written, endless, told_what_was_wrong, write
from synthesis.own_tasks import with_own
from synthesis.prompt import Prompt
from synthesis.split import splits
from synthesis.tasks import schemas_of

if TYPE_CHECKING:
    from curation.dedup.semantic import Embed

PURPOSE = "imbik-pairs"
LEAST_ASKED = 8  # prompts in a round for `count`: a graph takes seconds to start
_USUAL_ANSWER = 300  # characters, of an answer not written yet


def askings(
    requests: Sequence[Request], recipe: Recipe, root: Path, journal: Path, clean: Cleaner, embed: Embed | None
) -> Iterator[Asking]:
    """Yield what is asked of the writer first, then what may follow: evolved instructions, further answers, and of each judge the grades of all items that replies may hold.

    `clean` and `embed` are those that the stage itself will use; what `clean` has counted stays as it is.
    """
    first, how = first_round(requests, recipe), model_of(recipe, root)
    yield Asking("pairs", "", how["config"], PURPOSE, [one.prompt for one in first], how["schemas"])
    following = _following(first, recipe, root, journal, clean, embed)
    for prompts in filter(None, following):
        yield Asking("pairs", "", how["config"], PURPOSE, prompts, how["schemas"], certain=False)
    if (config := recipe.pairs.judge) is None:
        return
    grades = [grade_prompt(pair, pair.output, pair.input, config) for pair in own_pairs(recipe.pairs, root, {}, lambda _: None)]
    for one in first:
        stand_in = Pair("", one.passage.title, one.passage.text[:_USUAL_ANSWER], one.prompt.task, (), "")
        grades += [grade_prompt(stand_in, stand_in.output, one.passage.text, config)] * recipe.pairs.pairs_per_passage
    grades += grades[-1:] * sum(map(len, following))
    yield from judge_askings("pairs", JUDGING_PAIRS, grades, config, root, judge_schemas(config))


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
    each = (config.answers.count if config.answers else 1) * (
        evolving.growth(config.evolve.share, config.evolve.rounds) if config.evolve else 1
    )
    size = max(min(LEAST_ASKED, config.count), ceil(config.count / (config.pairs_per_passage * each)))
    return list(islice(endless(requests, samples(config), recipe.seed), size))


def samples(config: PairsConfig) -> int:
    """Return how often a passage may be asked the same."""
    return 1 if isinstance(config.model, RulesConfig) else config.samples


def _following(
    first: Sequence[Request], recipe: Recipe, root: Path, journal: Path, clean: Cleaner, embed: Embed | None
) -> list[list[Prompt]]:
    """The prompts that evolve instructions and those for further answers: what replies in the journal lead to exactly, of the rest as many as are usual."""
    config = recipe.pairs
    if isinstance(config.model, RulesConfig) or (config.evolve is None and config.answers is None):
        return []
    wanted = further.wanted_of(recipe, root, splits(clean.documents, config, recipe.seed), embed)
    apart, how, written = replace(clean, covered=Counter()), model_of(recipe, root), Written()
    key = key_of(how["config"], how["schemas"])
    with closing(Journal(journal)) if journal.is_file() else nullcontext() as kept:

        def ask(prompts: Sequence[Prompt]) -> dict[str, Reply]:
            return {one.id: (kept and kept.find(key(one))) or Reply(failure="not_asked") for one in prompts}

        def replay(some: Sequence[Request]) -> list[Request]:
            write(some, written, ask, apart, model_name(config.model), told_what_was_wrong if config.repair else None)
            missing = {trace.id for trace in written.traces if trace.failure}
            return [one for one in some if one.prompt.id in missing]

        unknown = replay(first)
        evolved, unanswered = evolving.expected(written, unknown, evolving.evolving_of(recipe, root, wanted), replay)
    return [[one.prompt for one in evolved], further.expected(written, [*unknown, *unanswered], wanted)]
