"""What was asked about a pair after it was written: worse answers, models' answers, revisions, grades and comparisons.

The prompts follow from the run's recipe and records, as the stages made them; what came back stands in the journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from alignment.candidates import Answer, couples
from alignment.corruptions import write as worse_by_rules
from alignment.duels import duel_prompts
from alignment.judge import Grades, grade_prompt, verdict
from alignment.judges_agreement import Graded
from alignment.preferences import accept
from alignment.sources import source_of
from curation.records import Document, Pair, Preference, Rejected, decode
from pipelines.answering import REVISER, answers, mendings, revision_prompts
from pipelines.journalled import journalled, reply_of
from pipelines.judging import GRADED, JudgesConfig, judges_of
from pipelines.models.behind import placed
from pipelines.models.body import ledger_name
from pipelines.models.config import ModelConfig, RulesConfig
from pipelines.models.wall import Reply
from pipelines.recipe import PreferencesConfig
from pipelines.roles import model_name
from pipelines.stage import REJECTED
from pipelines.stages.files import PAIRS_FOLDER, PREFERENCES, PREFERENCES_FOLDER, documents_of
from pipelines.stages.preferences import CORRUPTER, FirstRound, first_round
from pipelines.status import recipe_of
from pipelines.study.files import documents_by_id, read_rows
from synthesis.prompt import Prompt

Decision = tuple[str, str, str]
"""The id of a row, what became of it, and a detail."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: of whom, what, what the model said, the rows it led to, and what became of it."""

    role: str
    prompt: Prompt
    attempts: Sequence[Mapping[str, Any]]
    reply: Reply
    made: frozenset[str]
    decisions: tuple[Decision, ...]

    def values(self, stage: str) -> dict[str, Any]:
        """Return the request JSON-ready, in the form of `pipelines.asked`."""
        return {
            "id": self.prompt.id,
            "stage": stage,
            "of": self.role,
            "task": self.prompt.task,
            "sample": 0,
            "repairs": "",
            "answers": "",
            "evolves": "",
            "messages": [asdict(message) for message in self.prompt.messages],
            "attempts": list(self.attempts),
            "failure": self.reply.failure,
            "reply": self.reply.text,
            "decisions": [{"id": identity, "decision": what, "detail": detail} for identity, what, detail in self.decisions],
        }


@dataclass(frozen=True, slots=True)
class _Scene:
    """A pair with what a stage knew when it asked about it."""

    run: Path
    root: Path
    seed: int
    pair: Pair
    source: str

    def request(self, role: str, model: ModelConfig, prompt: Prompt, made: frozenset[str] = frozenset(), *decisions: Decision) -> Request:
        if isinstance(model, RulesConfig):
            return Request(role, prompt, (), Reply(text=worse_by_rules(prompt)), made, decisions)
        names = {ledger_name(role, model), ledger_name(role, placed(model, self.root))}
        attempts, text = journalled(self.run, prompt.id, names)
        return Request(role, prompt, attempts, reply_of(attempts, text), made, decisions)

    def graded(self, folder: str) -> dict[str, Graded]:
        rows = (row for row in read_rows(self.run / folder / GRADED, self.pair.id) if row.get("pair_id") == self.pair.id)
        return {str(row["id"]): decode(Graded, row) for row in rows}

    def grading(self, row: Graded, config: JudgesConfig, made: frozenset[str]) -> Iterator[Request]:
        prompt = grade_prompt(self.pair, row.text, self.source, config, seed=self.seed)
        for judge, model in judges_of(config).items():
            score, why = row.scores.get(judge), row.why.get(judge, "")
            decision = (row.id, "unread", why) if score is None else (row.id, "scored", f"{score:.2f}: {why}")
            yield self.request(judge, model, prompt, made | {row.id}, decision)


def grades_asked(run: Path, pair: Pair) -> list[dict[str, Any]]:
    """Return what the judges of stage `pairs` were asked about `pair`, JSON-ready; empty where it has none, or a document of the pair is gone."""
    recipe, root = recipe_of(run)
    config = recipe.pairs.judge
    documents = documents_by_id(run, {one.document_id for one in pair.evidence})
    if config is None or not _whole(pair, documents):
        return []
    scene = _Scene(run, root, recipe.seed, pair, source_of(documents, pair))
    return [one.values("pairs") for row in scene.graded(PAIRS_FOLDER).values() for one in scene.grading(row, config, frozenset())]


def asked_for_preferences(run: Path, pair: Pair, record: str = "") -> list[dict[str, Any]]:
    """Return what stage `preferences` asked about `pair`, in the order of asking, JSON-ready; with `record`, a preference or a rejected row, what led to it.

    Empty where the stage did not run, or a document of the pair is gone.
    """
    if not (run / PREFERENCES_FOLDER / PREFERENCES).is_file():
        return []
    recipe, root = recipe_of(run)
    documents = {document.id: document for document in documents_of(run)}
    if not _whole(pair, documents):
        return []
    config = recipe.preferences.with_origins()
    scene = _Scene(run, root, recipe.seed, pair, source_of(documents, pair))
    first = first_round([pair], documents, config, recipe.seed)
    return [one.values("preferences") for one in _requests(scene, config, first) if not record or record in one.made]


def _whole(pair: Pair, documents: Mapping[str, Document]) -> bool:
    return all(one.document_id in documents for one in pair.evidence)


def _requests(scene: _Scene, config: PreferencesConfig, first: FirstRound) -> Iterator[Request]:
    fates, rows, models = _fates(scene), scene.graded(PREFERENCES_FOLDER), config.writers.models()
    for _, prompt in first.corruptions:
        one = scene.request(CORRUPTER, config.model, prompt)
        identity = _made_of(one, scene.pair, config)
        if identity not in fates:  # personal data in the answer was covered, which gives the row another id
            identity = _kept_of_kind(scene, prompt.fields["tur"]) or identity
        yield replace(one, made=frozenset((identity,)), decisions=((identity, *fates.get(identity, ("unknown", ""))),))
    asked = [scene.request(one.role, models[one.role], one.prompt) for one in first.answers]
    replies = {(one.role, one.prompt.id): one.reply for one in asked}
    written = [_as_judged(one, rows) for one in answers(first.answers, replies, config.writers, _nowhere)]
    drafts = [one for one in written if one.part == "taslak"]
    prompts = revision_prompts(drafts, {scene.pair.id: scene.source}, config.writers, scene.seed)
    revising = {
        f"{prompt.id}@{draft.id}": scene.request(REVISER, models[REVISER], prompt) for draft, prompt in zip(drafts, prompts, strict=True)
    }
    revised = {(REVISER, one.prompt.id): one.reply for one in revising.values()}
    mended = [_as_judged(one, rows) for one in mendings(drafts, prompts, revised, config.writers, _nowhere)]
    own = [first.own[scene.pair.id] for one in written if one.part == "kaynaksiz"]
    made = _couples([*own, *written, *mended], rows, config)
    by_id = {one.id: one for one in [*written, *mended]}
    for one in asked:
        yield _with_fates(one, f"{one.prompt.id}@{one.role}", by_id, made, fates)
    for same, one in revising.items():
        yield _with_fates(one, same, by_id, made, fates)
    if config.judge is None:
        return
    for graded in rows.values():
        sides = frozenset(one.id for one in made if graded.text in (one.chosen, one.rejected))
        yield from scene.grading(graded, config.judge, sides)
    for row in made if config.swapped else ():
        for prompt in duel_prompts(row, scene.pair, scene.source, config.judge, seed=scene.seed):
            for judge, model in judges_of(config.judge).items():
                yield scene.request(judge, model, prompt, frozenset((row.id,)), (row.id, *fates.get(row.id, ("unknown", ""))))


def _fates(scene: _Scene) -> dict[str, tuple[str, str]]:
    """Whether each row of the pair was kept, or why it was not."""
    folder, pair = scene.run / PREFERENCES_FOLDER, scene.pair.id
    gone = (row for row in read_rows(folder / REJECTED, pair) if row.get("source") == pair)
    kept = (row for row in read_rows(folder / PREFERENCES, pair) if row.get("pair_id") == pair)
    return {str(row["id"]): (str(row["reason"]), str(row["detail"])) for row in gone} | {str(row["id"]): ("kept", "") for row in kept}


def _kept_of_kind(scene: _Scene, kind: str) -> str:
    """The id of the pair's preference whose worse answer is of `kind`, empty where none was kept."""
    rows = read_rows(scene.run / PREFERENCES_FOLDER / PREFERENCES, scene.pair.id)
    return next((str(row["id"]) for row in rows if row.get("pair_id") == scene.pair.id and row.get("rejected_by") == kind), "")


def _made_of(one: Request, pair: Pair, config: PreferencesConfig) -> str:
    """The id of the preference or the rejection that the reply to a request for a worse answer came to."""
    if one.reply.failure:
        return one.prompt.id
    gone: list[Rejected] = []
    found = accept(one.prompt, pair, one.reply.text, model_name(config.model), config, gone.append)
    return found.id if found is not None else gone[0].id


def _as_judged(answer: Answer, rows: Mapping[str, Graded]) -> Answer:
    """The answer in the words that stand in the run; personal data in the reply was covered."""
    return replace(answer, text=rows[answer.id].text) if answer.id in rows else answer


def _couples(together: Sequence[Answer], rows: Mapping[str, Graded], config: PreferencesConfig) -> list[Preference]:
    """The rows that the stage made of the answers of a pair, those that it let go later included."""
    ordered = sorted(together, key=lambda one: one.origin)
    if config.judge is None:
        return list(couples(ordered, {}, "", config, _nowhere))
    judge = config.judge
    judged = {
        (row.pair_id, row.text): verdict([Grades(row.grades[name], row.why.get(name, "")) for name in row.grades], judge)
        for row in rows.values()
    }
    graded = [one for one in ordered if one.same in judged]
    return list(couples(graded, judged, "+".join(judges_of(judge)), config, _nowhere))


def _with_fates(
    one: Request, identity: str, answers_by_id: Mapping[str, Answer], made: Sequence[Preference], fates: Mapping[str, tuple[str, str]]
) -> Request:
    """The request with what became of its answer: its rejection, or the preferences it is a side of."""
    decisions: list[Decision] = [(identity, *fates[identity])] if identity in fates else []
    if (answer := answers_by_id.get(identity)) is not None:
        sides = [(row, side) for row in made for side in ("chosen", "rejected")]
        for row, side in sides:
            if (getattr(row, side), getattr(row, f"{side}_by")) == (answer.text, answer.by):
                what, detail = fates.get(row.id, ("unknown", ""))
                decisions.append((row.id, what, f"the {side} answer{f': {detail}' if detail else ''}"))
    return replace(one, made=frozenset(identity for identity, *_ in decisions), decisions=tuple(decisions))


def _nowhere(_: Rejected) -> None:
    """What was rejected stands in the run already."""
