"""Stage 3: pairs to preferences, an answer beside one that is worse by construction, by its source or by judges' word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from alignment.bias import bias_by_origin, style_bias, without_length_bias
from alignment.candidates import Answer, couples, grounded
from alignment.case import Fault
from alignment.duels import position_bias
from alignment.judges_agreement import Graded, judges_agreement, leanings, tails, tails_page
from alignment.origins import OriginName, drawn, in_shares, origin_of
from alignment.preferences import accept, choose, length_bias, requests
from alignment.sources import evidence_of, source_of
from curation.records import Document, Pair, Preference, Reject, Rejected
from curation.storage import read_jsonl, write_jsonl, write_text
from pipelines.answering import Asking, answers, answers_wanted, compared, graded, revisions
from pipelines.judging import GRADED, ask_roles, judges_of, usage_by_role
from pipelines.models.spool import OfOneModel
from pipelines.models.wall import Reply, usage
from pipelines.recipe import PreferencesConfig
from pipelines.stage import Context, Outcome, Stage, rejections
from pipelines.stages.files import DOCUMENTS_FOLDER, JOURNAL, PAIRS, PAIRS_FOLDER, PREFERENCES_FOLDER, documents_of
from pipelines.stages.files import PREFERENCES as PREFERENCES_FILE
from synthesis.prompt import Prompt

TAILS = "uclar.md"

Asked = tuple[Pair, Prompt]
CORRUPTER = ""  # the role of the model that is asked for worse answers


@dataclass(frozen=True, slots=True)
class Judged:
    """The preferences of the origins that models answer for, the rows that were graded, how many replies it took in all, and what the manifest says of it."""

    preferences: list[Preference] = field(default_factory=list)
    rows: tuple[Graded, ...] = ()
    later_prompts: int = 0
    figures: Mapping[str, Any] = field(default_factory=dict)


def run(context: Context) -> Outcome:
    """Ask for answers to every pair, judge those whose worth is not certain, and keep couples of which one is surely better."""
    config, seed = context.recipe.preferences, context.recipe.seed
    config = config.model_copy(update={"origins": config.weights()})
    documents = {document.id: document for document in documents_of(context.run)}
    pairs = list(read_jsonl(context.artifact(PAIRS_FOLDER, PAIRS), Pair))
    first = first_round(pairs, documents, config, seed)
    asked, wanted = first.corruptions, first.answers
    models = {CORRUPTER: config.model} | config.writers.models()
    replies = ask_roles("imbik-preferences", first.prompts(), models, context.run / JOURNAL, context.tick, {})
    with rejections(context.out) as (reject, reasons):
        made = list(candidates(asked, OfOneModel(replies, CORRUPTER), config, reject))
        judged = judge(context, config, pairs, documents, wanted, replies, first.own, reject) if wanted else Judged()
        chosen = list(choose(_by_pair(pairs, [*made, *judged.preferences]), config, reject))
        preferences = without_length_bias(chosen, config.max_longer_share, reject)
        if config.origin_balance == "exact":
            preferences = list(in_shares(preferences, config.weights(), reject))
        write_jsonl(context.out / PREFERENCES_FILE, preferences)
    if judged.rows:
        write_jsonl(context.out / GRADED, judged.rows)
        write_text(context.out / TAILS, tails_page(tails(judged.rows, config.tails)))
    told = figures(pairs, preferences, [prompt for _, prompt in asked], OfOneModel(replies, CORRUPTER)) | dict(judged.figures)
    if "kaynak" in config.weights():
        told["not_in_evidence"] = len(pairs) - len(first.own)
    return Outcome(len(asked) + len(wanted) + judged.later_prompts, len(preferences), reasons, told)


@dataclass(frozen=True, slots=True)
class FirstRound:
    """What is asked before anything is known: worse answers, and answers of the judged origins; `own` are the pairs' answers that can be the better side of `kaynak`."""

    corruptions: list[Asked]
    answers: list[Asking]
    own: Mapping[str, Answer]

    def prompts(self) -> Iterator[tuple[str, Prompt]]:
        """Yield every prompt with the role of the model that is asked."""
        yield from ((CORRUPTER, prompt) for _, prompt in self.corruptions)
        yield from ((one.role, one.prompt) for one in self.answers)


def first_round(pairs: Sequence[Pair], documents: Mapping[str, Document], config: PreferencesConfig, seed: int) -> FirstRound:
    """Return what is asked of the models first; revisions, grades and comparisons follow from the replies."""
    origins, own = draw(pairs, documents, config, seed)
    corruptions = list(requests([pair for pair in pairs if "bozma" in origins[pair.id]], documents.values(), config, seed))
    writers = config.writers
    wanted = [one for pair in pairs for one in answers_wanted(pair, origins[pair.id], source_of(documents, pair), writers, seed)]
    return FirstRound(corruptions, wanted, own)


def draw(
    pairs: Iterable[Pair], documents: Mapping[str, Document], config: PreferencesConfig, seed: int
) -> tuple[dict[str, tuple[OriginName, ...]], dict[str, Answer]]:
    """Return the origins asked of every pair, and the pairs' own answers as far as their evidence holds them; others cannot be the better side of `kaynak`."""
    weights = config.weights()
    origins, own = dict[str, tuple[OriginName, ...]](), dict[str, Answer]()
    for pair in pairs:
        fitting = weights
        if "kaynak" in weights:
            answer = grounded(pair, "\n".join(evidence_of(documents, pair)))
            if isinstance(answer, Fault):
                fitting = {name: weight for name, weight in weights.items() if name != "kaynak"}
            else:
                own[pair.id] = answer
        origins[pair.id] = drawn(pair, fitting, config.origins_per_pair, seed)
    return origins, own


def candidates(asked: Iterable[Asked], replies: Mapping[str, Reply], config: PreferencesConfig, reject: Reject) -> Iterator[Preference]:
    """Yield the acceptable preference of every corrupted answer; a prompt without a reply is one rejected row."""
    for pair, prompt in asked:
        reply = replies[prompt.id]
        if reply.failure:
            reject(Rejected(prompt.id, f"model_{reply.failure}", reply.detail, pair.id))
            continue
        found = accept(prompt, pair, reply.text, config.model.kind, config, reject)
        if found is not None:
            yield found


def judge(
    context: Context,
    config: PreferencesConfig,
    pairs: Iterable[Pair],
    documents: Mapping[str, Document],
    wanted: list[Asking],
    replies: Mapping[tuple[str, str], Reply],
    own: Mapping[str, Answer],
    reject: Reject,
) -> Judged:
    """Return the preferences among the models' answers: drafts revised, all graded, and compared in both orders where the recipe wants it."""
    journal, tick, seed = context.run / JOURNAL, context.tick, context.recipe.seed
    by_id = {pair.id: pair for pair in pairs}
    sources = {one.pair.id: source_of(documents, one.pair) for one in wanted}
    found = list(answers(wanted, replies, config.writers, reject))
    drafts = [one for one in found if one.part == "taslak"]
    mended, mending = revisions(drafts, sources, config.writers, seed, journal, tick, reject)
    beside = [own[one.pair.id] for one in found if one.part == "kaynaksiz"]
    together = _together(pairs, [*beside, *found, *mended])
    told: dict[str, Any] = {"answers": usage_by_role([(one.role, one.prompt) for one in wanted], replies) | mending}
    if config.judge is None:
        return Judged(list(couples(together, {}, "", config, reject)), (), len(drafts), told)
    given = graded(together, sources, config.judge, seed, journal, tick)
    judgements = {same: one.judgement for same, one in given.given.items()}
    made = list(couples(together, judgements, "+".join(judges_of(config.judge)), config, reject))
    told |= {"judge": given.usage, "judges": asdict(judges_agreement(given.rows)), "scores": scores_by_writer(given.rows)}
    told |= {"leanings": [asdict(one) for one in leanings(given.rows)]}
    if config.swapped:
        made, duels, dueling = compared(made, by_id, sources, config.judge, seed, journal, tick, reject)
        told |= {"swapped": dueling, "position_bias": [asdict(one) for one in position_bias(duels)]}
    ends = tails(given.rows, config.tails)
    told |= {"tails": {name: [row.id for row in getattr(ends, name)] for name in ("highest", "lowest", "disputed")}}
    return Judged(made, given.rows, len(drafts), told)


def scores_by_writer(rows: Iterable[Graded]) -> dict[str, dict[str, float]]:
    """Return how many answers of every writer were graded, and their mean score; a judge that likes its own family best shows here."""
    scores: dict[str, list[float]] = {}
    for row in rows:
        if row.scores:
            scores.setdefault(row.by, []).append(row.score)
    return {by: {"answers": len(found), "mean": sum(found) / len(found)} for by, found in sorted(scores.items())}


def figures(pairs: list[Pair], preferences: list[Preference], prompts: list[Prompt], replies: Mapping[str, Reply]) -> dict[str, object]:
    """Return what the manifest and the report say of the preferences."""
    return {
        "pairs": len(pairs),
        "pairs_with_preference": len({one.pair_id for one in preferences}),
        "kinds": dict(sorted(Counter(one.rejected_by for one in preferences).items())),
        "origins": dict(sorted(Counter(map(origin_of, preferences)).items())),
        "splits": dict(sorted(Counter(one.split for one in preferences).items())),
        "length_bias": asdict(length_bias(preferences)),
        "style_bias": asdict(style_bias(preferences)),
        "style_bias_by_origin": {origin: asdict(one) for origin, one in bias_by_origin(preferences).items()},
        "model": usage(prompts, replies),
    }


def _by_pair(pairs: Iterable[Pair], preferences: list[Preference]) -> list[Preference]:
    """Preferences of one pair together, in the pairs' order: corruptions as drawn, then judged ones from the largest margin."""
    place = {pair.id: number for number, pair in enumerate(pairs)}
    return sorted(preferences, key=lambda one: (place[one.pair_id], 0.0 if origin_of(one) == "bozma" else 1.0 - one.margin / 10))


def _together(pairs: Iterable[Pair], found: list[Answer]) -> list[Answer]:
    """Answers of one pair and origin together, the pair's own first."""
    place = {pair.id: number for number, pair in enumerate(pairs)}
    return sorted(found, key=lambda one: (place[one.pair.id], one.origin))


PREFERENCES = Stage(
    name="preferences",
    folder=PREFERENCES_FOLDER,
    unit="candidates",
    needs=(DOCUMENTS_FOLDER, PAIRS_FOLDER),
    rooms=(
        "alignment",
        "synthesis",
        "curation",
        "pipelines/graph.py",
        "pipelines/models",
        "pipelines/judging.py",
        "pipelines/answering.py",
        "pipelines/stages/preferences.py",
    ),
    part=lambda recipe: recipe.preferences.model_dump(mode="json"),
    run=run,
)
