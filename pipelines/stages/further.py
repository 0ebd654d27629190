"""Further answers: once questions are accepted, the model is asked to answer them again, each time in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from curation.records import Pair, Split, content_id
from pipelines.recipe import PairsConfig, Recipe
from pipelines.stages.writing import SAMPLE_STEP, Request, Written, lineage
from synthesis import checks
from synthesis.answers import another, answered_again, reading_again, ways
from synthesis.own_tasks import with_own
from synthesis.prompt import Prompt, asks_for_several
from synthesis.selection import Question, by_question, document_of, select

if TYPE_CHECKING:
    from curation.dedup.semantic import Embed

Take = Callable[[Sequence[Request]], None]
"""Asks requests; what comes of them goes to the `Written` it was made with."""

_USUAL_SHARE = 0.5  # of the items that a request may bring, accepted, before any reply was seen
_UNKNOWN = "…" * 80  # characters, for a question or an answer that nobody knows yet


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions are answered again: of the tasks `able` to, of documents in `split` train, chosen among with `embed`, and not those `done`."""

    config: PairsConfig
    seed: int
    able: frozenset[str]
    split: Mapping[str, Split]
    embed: Embed | None
    done: set[Question] = field(default_factory=set)

    @property
    def left(self) -> int | None:
        """How many questions may still be answered again; None for any number."""
        named = self.config.answers.questions if self.config.answers else None
        most = named or self.config.selection.instructions
        return None if most is None else max(0, most - len(self.done))


def wanted_of(recipe: Recipe, root: Path, split: Mapping[str, Split], embed: Embed | None) -> Wanted:
    """Return what the recipe wants answered again; `able` is empty where it wants one answer to each question."""
    return Wanted(recipe.pairs, recipe.seed, frozenset(answered_again(recipe.pairs, with_own(recipe.pairs, root))), split, embed)


def answer_again(take: Take, written: Written, wanted: Wanted) -> bool:
    """Ask for the answers that the questions accepted so far lack, and return whether any were asked for; none are where `wanted` has no task.

    With `count`, as many questions are answered again as it takes, in the order in which they are kept.
    """
    if not wanted.able or written.stopped or not (more := lacking(written, wanted)):
        return False
    before = len(written.pairs)
    take(more)
    written.answers.update(asked=len(more), pairs=len(written.pairs) - before, questions=len({one.answers for one in more}))
    return True


def lacking(written: Written, wanted: Wanted) -> list[Request]:
    """Return the requests for further answers to questions that are not `done`, and note these as done."""
    config = wanted.config
    assert config.answers is not None
    questions = standing(written, wanted)
    drawn = _drawn(questions, written, wanted)
    found: list[Request] = []
    pairs = 0
    for key, answers in questions.items():
        if config.count is not None and pairs >= config.count:
            break
        missing = max(0, config.answers.count - len(answers)) if key in drawn else 0
        pairs += len(answers) + missing
        if key in drawn:
            wanted.done.add(key)
            found += _requests(answers, missing, written.origins[answers[0].id], wanted)
    return found


def standing(written: Written, wanted: Wanted) -> dict[Question, list[Pair]]:
    """Return the pairs that stand so far by question, in the order in which they are kept; nothing was chosen of them yet."""
    found = select(written.pairs, _before_the_choice(wanted.config), lambda _: None, split=wanted.split, embed=wanted.embed)
    return beside_origins(by_question(found), written)


def beside_origins(questions: Mapping[Question, list[Pair]], written: Written) -> dict[Question, list[Pair]]:
    """Return `questions` with those that were evolved behind what they came of."""
    place: dict[str, int] = {}
    for number, pair in enumerate(written.pairs):
        place.setdefault(pair.id, number)  # another sample of a passage may bring it again

    def first(item: tuple[Question, list[Pair]]) -> int:
        ids = lineage(written, item[1][0].id)
        return place.get(ids[-1], place[ids[0]])

    evolved = any(one.evolves for one in written.origins.values())
    return dict(sorted(questions.items(), key=first)) if evolved else dict(questions)


def _before_the_choice(config: PairsConfig) -> PairsConfig:
    """The config without what is chosen when all answers are there. Documents that it leaves out stay out: further answers give the others only more pairs."""
    return config.model_copy(update={"selection": config.selection.model_copy(update={"keep": None, "instructions": None})})


def _drawn(questions: Mapping[Question, Sequence[Pair]], written: Written, wanted: Wanted) -> set[Question]:
    """The questions to answer again: trained on, so that what is measured on stays the same whatever the recipe's `answers`."""

    def fits(key: Question, pair: Pair) -> bool:
        return pair.task in wanted.able and key not in wanted.done and builds_on(pair, written, wanted)

    fit = [key for key, answers in questions.items() if fits(key, answers[0])]
    return set(sorted(fit, key=lambda key: content_id("draw", str(wanted.seed), *key))[: wanted.left])


def builds_on(pair: Pair, written: Written, wanted: Wanted) -> bool:
    """Return whether more may be asked on the ground of `pair`: a question of its own about a document to train on, in which nothing was covered."""
    origin = written.origins.get(pair.id)  # none for a pair of the recipe's files
    own = origin is not None and not origin.answers
    return own and wanted.split[document_of(pair)] == "train" and checks.unmasked(pair.instruction) is None


def _requests(answers: Sequence[Pair], missing: int, origin: Request, wanted: Wanted) -> Iterator[Request]:
    question, asked, passage = answers[0], origin.prompt, origin.passage
    task, config = origin.known[question.task], wanted.config.answers
    drawn = ways(question, task, config.ways if config else (), wanted.seed, length="uzunluk" not in asked.fields)
    for number in range(1, missing + 1):
        way, seed = drawn[(number - 1) % len(drawn)], wanted.seed + number * SAMPLE_STEP
        prompt = another(answers, asked, task, way, seed)
        yield Request(prompt, passage, answers=question.id, known={question.task: reading_again(task, question)})


def expected(written: Written, unknown: Sequence[Request], wanted: Wanted) -> list[Prompt]:
    """Return the prompts for further answers that will come, for an estimate: what `written` leads to exactly, of requests whose replies are `unknown` as many as are usual."""
    if not wanted.able:
        return []
    found = [one.prompt for one in lacking(written, wanted)]
    return [*found, *_usual(unknown, wanted, len(written.pairs) + len(found))]


def _usual(requests: Sequence[Request], wanted: Wanted, pairs: int) -> list[Prompt]:
    """Prompts as long as those that requests without a reply usually lead to, beside so many `pairs` that are known."""
    config = wanted.config
    assert config.answers is not None
    wished = None if config.count is None else ceil(max(0, config.count - pairs) / config.answers.count)
    unknown = [(one, stand_in(one)) for one in usual_pairs(requests, wanted.able, wanted)[: wanted.left][:wished]]
    return [made.prompt for one, pair in unknown for made in _requests([pair], config.answers.count - 1, one, wanted)]


def usual_pairs(requests: Sequence[Request], able: frozenset[str], wanted: Wanted) -> list[Request]:
    """Return, of the requests that tasks `able` make of training documents, each as often as it usually brings a pair."""
    several = ceil(_USUAL_SHARE * wanted.config.pairs_per_passage)
    trained = [one for one in requests if one.prompt.task in able and wanted.split[one.passage.document_id] == "train"]
    return [one for one in trained for _ in range(several if asks_for_several(one.prompt.task, one.known[one.prompt.task].template) else 1)]


def stand_in(request: Request, identity: str = "") -> Pair:
    """Return a pair of usual length in place of one that a request will bring."""
    given = request.passage.text if request.prompt.fields["baglam"] == "passage" else ""
    return Pair(identity, _UNKNOWN, _UNKNOWN, request.prompt.task, (), "", input=given)
