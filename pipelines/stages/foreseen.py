"""What stage `pairs` will ask: the first round for certain, what follows from replies as far as it can be foreseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from itertools import islice
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alignment.judge import grade_prompt
from curation.records import Pair, Rejected
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
from synthesis.retry import retry_prompt
from synthesis.split import splits
from synthesis.tasks import schemas_of

if TYPE_CHECKING:
    from curation.dedup.semantic import Embed

PURPOSE = "imbik-pairs"
LEAST_ASKED = 8  # prompts in a round for `count`: a graph takes seconds to start
_USUAL_ANSWER = 300  # characters, of an answer not written yet
_USUAL_REPLY = 1000  # characters, of a reply not written yet


def askings(
    requests: Sequence[Request], recipe: Recipe, root: Path, journal: Path, clean: Cleaner, embed: Embed | None
) -> Iterator[Asking]:
    """Yield what is asked of the writer first, then what may follow: evolved instructions, further answers, and of each judge the grades of all items that replies may hold.

    `clean` and `embed` are those that the stage itself will use; what `clean` has counted stays as it is.
    """
    first, how = first_round(requests, recipe), model_of(recipe, root)
    yield Asking("pairs", "", how["config"], PURPOSE, [one.prompt for one in first], how["schemas"])
    later = _later(first, recipe, root, journal, clean, embed)
    following = [later.evolved, later.answers]
    for prompts in filter(None, following):
        yield Asking("pairs", "", how["config"], PURPOSE, prompts, how["schemas"], certain=False)
    if later.repairs:
        yield Asking("pairs", "", how["config"], PURPOSE, later.repairs, how["schemas"], certain=False, what="repairs")
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


@dataclass(frozen=True, slots=True)
class _Later:
    """Prompts that follow from replies: those that evolve instructions, those for further answers, and at most one repair of every reply."""

    evolved: list[Prompt] = field(default_factory=list)
    answers: list[Prompt] = field(default_factory=list)
    repairs: list[Prompt] = field(default_factory=list)


def _later(first: Sequence[Request], recipe: Recipe, root: Path, journal: Path, clean: Cleaner, embed: Embed | None) -> _Later:
    """What replies in the journal lead to exactly, of the rest as many as are usual."""
    config = recipe.pairs
    if isinstance(config.model, RulesConfig) or (config.evolve is None and config.answers is None and not config.repair):
        return _Later()
    apart, how, written, later = replace(clean, covered=Counter()), model_of(recipe, root), Written(), _Later()
    key = key_of(how["config"], how["schemas"])
    with closing(Journal(journal)) if journal.is_file() else nullcontext() as kept:

        def ask(prompts: Sequence[Prompt]) -> dict[str, Reply]:
            return {one.id: (kept and kept.find(key(one))) or Reply(failure="not_asked") for one in prompts}

        def mend(prompt: Prompt, text: str, rejected: Sequence[Rejected]) -> Prompt | None:
            mended = told_what_was_wrong(prompt, text, rejected)
            if mended is not None:
                later.repairs.append(mended)
            return mended

        def replay(some: Sequence[Request]) -> list[Request]:
            write(some, written, ask, apart, model_name(config.model), mend if config.repair else None)
            missing = {trace.id for trace in written.traces if trace.failure}
            return [one for one in some if one.prompt.id in missing]

        unknown = replay(first)
        if config.evolve is not None or config.answers is not None:
            wanted = further.wanted_of(recipe, root, splits(clean.documents, config, recipe.seed), embed)
            evolved, unanswered = evolving.expected(written, unknown, evolving.evolving_of(recipe, root, wanted), replay)
            later.evolved.extend(one.prompt for one in evolved)
            later.answers.extend(further.expected(written, [*unknown, *unanswered], wanted))
        if config.repair:
            ahead = [*(one.prompt for one in unknown), *later.evolved, *later.answers]
            later.repairs.extend(_repair_of_unknown(one) for one in ahead if kept is None or kept.find(key(one)) is None)
    return later


def _repair_of_unknown(prompt: Prompt) -> Prompt:
    """A stand-in for the repair of a reply that nobody knows yet."""
    return retry_prompt(prompt, "x" * _USUAL_REPLY, [Rejected("", "reply_not_json", "", "")])
