"""Evolved instructions: round by round the model makes accepted ones deeper or broader and answers them, as Evol-Instruct does (Xu et al. 2023)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from curation.records import Pair
from pipelines.recipe import Recipe
from pipelines.stages.further import Take, Wanted, builds_on, stand_in, standing, usual_pairs
from pipelines.stages.writing import Request, Written, lineage
from synthesis import tasks
from synthesis.config import EvolveConfig
from synthesis.drafts import chance
from synthesis.evolving import evolved
from synthesis.own_tasks import with_own
from synthesis.selection import Question, document_of


@dataclass(frozen=True, slots=True)
class Evolving:
    """Which pairs are evolved: at first those of the tasks `able`, in each round those that the seed draws and that are not `done`, by id; further answers are `wanted` besides."""

    able: frozenset[str]
    wanted: Wanted
    done: set[str] = field(default_factory=set)

    @property
    def keys(self) -> EvolveConfig:
        """The recipe's keys. Only asked for where it has some."""
        assert self.wanted.config.evolve is not None
        return self.wanted.config.evolve


def evolving_of(recipe: Recipe, root: Path, wanted: Wanted) -> Evolving:
    """Return what the recipe wants evolved; `able` is empty where it wants nothing evolved."""
    return Evolving(frozenset(evolved(recipe.pairs, with_own(recipe.pairs, root))), wanted)


def evolve(take: Take, written: Written, evolving: Evolving) -> bool:
    """Ask for one round of evolved instructions, and return whether any were asked for; none are where `evolving` has no task.

    With `count`, as many are evolved as it takes, in the order in which they are kept.
    """
    if not evolving.able or written.stopped or not (more := due(written, evolving)):
        return False
    before = len(written.pairs)
    take(more)
    written.evolved["asked"] += len(more)
    written.evolved.update(str(_round(written, pair.id)) for pair in written.pairs[before:])
    return True


def due(written: Written, evolving: Evolving) -> list[Request]:
    """Return the requests that evolve what stands so far and is not `done`, and note it as done."""
    count = evolving.wanted.config.count
    found: list[Request] = []
    pairs = 0.0
    for question, answers in standing(written, evolving.wanted).items():
        if count is not None and pairs >= count:
            break
        pair = answers[0]
        pairs += _answers_of(question, answers, evolving) if pair.id in written.origins else len(answers)
        if _fits(pair, written, evolving):
            evolving.done.add(pair.id)
            found.append(_request(pair, written.origins[pair.id], evolving))
            left = evolving.keys.rounds - _round(written, pair.id)
            pairs += growth(evolving.keys.share, left - 1) * _answers_wanted("evol", evolving)
    return found


def growth(share: float, rounds: int) -> float:
    """Return how many pairs one becomes in so many rounds, itself included, where a round evolves a `share` of what the last one made."""
    return sum(share**number for number in range(rounds + 1))


def _fits(pair: Pair, written: Written, evolving: Evolving) -> bool:
    """Whether a pair is evolved now: one to train on, so that what is measured on stays the same whatever the recipe's `evolve`."""
    if not builds_on(pair, written, evolving.wanted) or pair.id in evolving.done or _round(written, pair.id) == evolving.keys.rounds:
        return False
    able = bool(written.origins[pair.id].evolves) or pair.task in evolving.able
    return able and chance(pair.id, "evolve", evolving.wanted.seed) < evolving.keys.share


def _request(pair: Pair, origin: Request, evolving: Evolving) -> Request:
    prompt = tasks.evolution(pair, origin.passage, evolving.wanted.config, evolving.wanted.seed)
    return Request(prompt, origin.passage, evolves=pair.id, known=origin.known)


def _round(written: Written, pair: str) -> int:
    """The round that a pair came of, from 1; 0 for one that was not evolved."""
    return len(lineage(written, pair)) - 1


def _answers_of(question: Question, answers: Sequence[Pair], evolving: Evolving) -> int:
    """How many pairs a question will be, once it is answered as often as it will be."""
    open_still = question not in evolving.wanted.done and evolving.wanted.split[document_of(answers[0])] == "train"
    return max(len(answers), _answers_wanted(answers[0].task, evolving)) if open_still else len(answers)


def _answers_wanted(task: str, evolving: Evolving) -> int:
    """How many answers a question of `task` gets; where only some are answered again, which ones is not known yet."""
    wanted = evolving.wanted
    again = wanted.config.answers is not None and task in wanted.able and wanted.left is None
    return wanted.config.answers.count if wanted.config.answers is not None and again else 1


def expected(
    written: Written, unknown: Sequence[Request], evolving: Evolving, replay: Callable[[Sequence[Request]], list[Request]]
) -> tuple[list[Request], list[Request]]:
    """Return the requests that will evolve instructions, for an estimate, and those among them whose replies are not known.

    What `written` leads to is exact; `replay` writes what the journal answers of requests and returns the rest. Of requests whose replies
    are `unknown` as many follow as are usual.
    """
    found: list[Request] = []
    open_still: list[Request] = []
    while evolving.able and (more := due(written, evolving)):
        found += more
        open_still += (lacking := replay(more))
        if lacking and evolving.wanted.config.count is not None:
            break  # how many more it takes depends on these
    usual = _usual(written, unknown, open_still, evolving, len(written.pairs) + len(open_still)) if evolving.able else []
    return [*found, *usual], [*open_still, *usual]


def _usual(written: Written, unknown: Sequence[Request], lacking: Sequence[Request], evolving: Evolving, pairs: int) -> list[Request]:
    """Requests as long as those that follow, round by round, from requests without a reply, beside so many `pairs` that are known."""
    config, keys = evolving.wanted.config, evolving.keys
    fresh = usual_pairs(unknown, evolving.able, evolving.wanted)
    each = growth(keys.share, keys.rounds) * _answers_wanted("evol", evolving)
    wished = None if config.count is None else ceil(max(0, config.count - pairs) / each)
    rounds = [fresh[:wished], *([one for one in lacking if _round(written, one.evolves) + 1 == number] for number in range(1, keys.rounds))]
    made: list[Request] = []
    found: list[Request] = []
    for number, some in enumerate(rounds):
        origins = [*some, *made]
        drawn = origins[: ceil(keys.share * len(origins))]
        made = [_request(stand_in(one, f"{number}-{place}"), one, evolving) for place, one in enumerate(drawn)]
        found += made
    return found
