"""Stage 3: pairs to preferences, an answer beside one that is worse by construction, by its source or by judges' word."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from alignment.bias import bias_by_origin, longer_chosen, style_bias, without_length_bias
from alignment.candidates import Answer, couples, grounded
from alignment.case import Fault
from alignment.duels import duel_prompts, position_bias
from alignment.judge import grade_prompt
from alignment.judges_agreement import Graded
from alignment.origins import OriginName, drawn, origin_of
from alignment.preferences import accept, choose, length_bias, requests
from alignment.shares import in_shares
from alignment.sources import evidence_of, source_of, sources
from curation.records import Document, Pair, Preference, Reject, Rejected
from curation.storage import read_jsonl, write_jsonl
from pipelines.answering import (
    DUEL_SCHEMAS,
    DUELLING,
    REVISING,
    REVISION_SCHEMAS,
    Wanted,
    answers,
    answers_wanted,
    compared,
    graded,
    revision_prompts,
    revisions,
)
from pipelines.costs import Asking, judge_askings, say_costs
from pipelines.judging import JUDGING, JudgesConfig, judge_schemas, judges_of
from pipelines.models.behind import gguf_files, placed
from pipelines.models.config import ModelConfig, RulesConfig
from pipelines.models.spool import OfOneModel
from pipelines.models.wall import Reply, usage
from pipelines.recipe import PreferencesConfig, Recipe
from pipelines.roles import Asker, Replies, model_name, usage_by_role
from pipelines.stage import Context, Outcome, Stage, rejections
from pipelines.stages.cleaning import Cleaner, cleaner, cleaning_part, evaluation_sets
from pipelines.stages.files import DOCUMENTS_FOLDER, PAIRS, PAIRS_FOLDER, PREFERENCES_FOLDER, documents_of
from pipelines.stages.files import PREFERENCES as PREFERENCES_FILE
from pipelines.stages.grading import asker_of, judge_figures, write_grades
from synthesis.prompt import Prompt

PURPOSE = "imbik-preferences"
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
    recipe, seed = context.recipe, context.recipe.seed
    config = recipe.preferences.with_origins()
    documents = {document.id: document for document in documents_of(context.run)}
    pairs = list(read_jsonl(context.artifact(PAIRS_FOLDER, PAIRS), Pair))
    first = first_round(pairs, documents, config, seed)
    asker = asker_of(context)
    say_costs(context.say, askings(first, documents, recipe, context.root), asker.journal)
    replies = asker.ask(PURPOSE, first.prompts(), models_of(config))
    clean = cleaner(recipe, context.root, documents)
    gone: list[Rejected] = []
    made = candidates(first.corruptions, OfOneModel(replies, CORRUPTER), config, gone.append)
    if not isinstance(config.model, RulesConfig):
        made = clean.worse(made, first.corruptions, gone.append)
    judged = judge(asker, config, seed, pairs, documents, first, replies, clean, gone.append) if first.answers else Judged()
    with rejections(context.out) as (reject, reasons):
        for record in clean.rejected(gone):
            reject(record)
        chosen = list(choose(_by_pair(pairs, [*made, *judged.preferences]), config, reject))
        if config.origin_balance == "exact":
            preferences = list(in_shares(chosen, config.weights(), config.max_longer_share, reject))
        else:
            preferences = without_length_bias(chosen, config.max_longer_share, reject)
        write_jsonl(context.out / PREFERENCES_FILE, preferences)
    if judged.rows and config.judge is not None:
        write_grades(context.out, judged.rows, config.judge.tails)
    told = figures(pairs, preferences, [prompt for _, prompt in first.corruptions], OfOneModel(replies, CORRUPTER)) | dict(judged.figures)
    told["pii_covered"] = dict(sorted(clean.covered.items()))
    if reasons.get("length_bias"):
        told["longer_chosen_before"] = longer_chosen(chosen)
    if "kaynak" in config.weights():
        told["not_in_evidence"] = len(pairs) - len(first.own)
    return Outcome(len(first.corruptions) + len(first.answers) + judged.later_prompts, len(preferences), reasons, told)


def models_of(config: PreferencesConfig) -> dict[str, ModelConfig]:
    """Return the models of the first round by role."""
    return {CORRUPTER: config.model} | config.writers.models()


@dataclass(frozen=True, slots=True)
class FirstRound:
    """What is asked before anything is known: worse answers, and answers of the judged origins; `own` are the pairs' answers that can be the better side of `kaynak`."""

    corruptions: list[Asked]
    answers: list[Wanted]
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


def candidates(asked: Iterable[Asked], replies: Mapping[str, Reply], config: PreferencesConfig, reject: Reject) -> list[Preference]:
    """Return the acceptable preference of every corrupted answer; a prompt without a reply is one rejected row."""
    made = []
    for pair, prompt in asked:
        reply = replies[prompt.id]
        if reply.failure:
            reject(Rejected(prompt.id, f"model_{reply.failure}", reply.detail, pair.id))
            continue
        found = accept(prompt, pair, reply.text, model_name(config.model), config, reject)
        if found is not None:
            made.append(found)
    return made


def judge(
    asker: Asker,
    config: PreferencesConfig,
    seed: int,
    pairs: Sequence[Pair],
    documents: Mapping[str, Document],
    first: FirstRound,
    replies: Replies,
    clean: Cleaner,
    reject: Reject,
) -> Judged:
    """Return the preferences among the models' answers: drafts revised, all graded, and compared in both orders where the recipe wants it."""
    by_id = {pair.id: pair for pair in pairs}
    seen = sources((one.pair for one in first.answers), documents)
    found = clean.answers(list(answers(first.answers, replies, config.writers, reject)), reject)
    drafts = [one for one in found if one.part == "taslak"]
    mended, mending = revisions(drafts, seen, config.writers, asker, seed=seed, reject=reject)
    mended = clean.answers(mended, reject)
    together = _together(pairs, [*_beside(found, first.own), *found, *mended])
    told: dict[str, Any] = {"answers": usage_by_role([(one.role, one.prompt) for one in first.answers], replies) | mending}
    if config.judge is None:
        return Judged(list(couples(together, {}, "", config, reject)), (), len(drafts), told)
    given = graded(together, seen, config.judge, asker, seed=seed)
    rows = tuple(clean.graded(given.rows, by_id))
    judgements = {same: one.judgement for same, one in given.given.items()}
    made = list(couples(together, judgements, "+".join(judges_of(config.judge)), config, reject))
    told |= judge_figures(rows, config.judge.tails) | {"judge": given.usage, "scores": scores_by_writer(rows)}
    if config.swapped:
        made, duels, dueling = compared(made, by_id, seen, config.judge, asker, seed=seed, reject=reject)
        told |= {"swapped": dueling, "position_bias": [asdict(one) for one in position_bias(duels)]}
    return Judged(made, rows, len(drafts), told)


def askings(first: FirstRound, documents: Mapping[str, Document], recipe: Recipe, root: Path) -> Iterator[Asking]:
    """Yield what the stage asks of each model: first what is certain, then what will follow where every answer is as long as the pair's own."""
    config, seed = recipe.preferences, recipe.seed
    models, asked = models_of(config), defaultdict[str, list[Prompt]](list)
    for role, prompt in first.prompts():
        asked[role].append(prompt)
    for role, prompts in asked.items():
        yield Asking("preferences", role, placed(models[role], root), PURPOSE, prompts)
    if not first.answers:
        return
    seen = sources((one.pair for one in first.answers), documents)
    stand_ins = [Answer(one.prompt.id, one.pair, one.part, one.role, one.pair.output) for one in first.answers]
    drafts = [one for one in stand_ins if one.part == "taslak"]
    if drafts:
        prompts = revision_prompts(drafts, seen, config.writers, seed)
        yield Asking(
            "preferences", "revizyon", placed(models["revizyon"], root), REVISING, prompts, REVISION_SCHEMAS, certain=False, stand_ins=True
        )
    if config.judge is None:
        return
    every = [*_beside(stand_ins, first.own), *stand_ins, *drafts]
    grades = [grade_prompt(one.pair, one.text, seen[one.pair.id], config.judge, seed=seed) for one in every]
    yield from judge_askings("preferences", JUDGING, grades, config.judge, root, judge_schemas(config.judge))
    if config.swapped:
        compared_pairs = {one.pair.id: one.pair for one in stand_ins}.values()
        duels = [prompt for pair in compared_pairs for prompt in _duel_of(pair, seen[pair.id], config.judge, seed)]
        yield from judge_askings("preferences", DUELLING, duels, config.judge, root, DUEL_SCHEMAS)


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


def _beside(found: Iterable[Answer], own: Mapping[str, Answer]) -> list[Answer]:
    """The pairs' own answers that stand beside those written without the source."""
    return [own[one.pair.id] for one in found if one.part == "kaynaksiz"]


def _duel_of(pair: Pair, source: str, config: JudgesConfig, seed: int) -> tuple[Prompt, Prompt]:
    """The two orders of a comparison of answers as long as the pair's own."""
    row = Preference("", pair.id, pair.instruction, pair.output, pair.output, "", "", 0.0, "", (), pair.task)
    return duel_prompts(row, pair, source, config, seed=seed)


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
        "pipelines/roles.py",
        "pipelines/stages/cleaning.py",
        "pipelines/stages/grading.py",
        "pipelines/stages/preferences.py",
    ),
    part=lambda recipe: recipe.preferences.model_dump(mode="json") | cleaning_part(recipe),
    run=run,
    files=lambda recipe, root, _run: [*evaluation_sets(recipe, root), *gguf_files(recipe.preferences, root)],
)
