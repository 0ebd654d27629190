"""Answers of several models to the pairs' instructions, graded and compared by judges, in as few graphs as they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from alignment.candidates import REVISION_SCHEMA, REVISION_TASK, Answer, answer_prompt, revised, revision_prompt, usable
from alignment.case import Fault
from alignment.duels import SCHEMA, TASK, Choice, Duel, choice, duel_prompts, outcome
from alignment.judge import grade_prompt
from alignment.judges_agreement import Graded
from alignment.origins import OriginName, Part
from curation.config import Config
from curation.records import Pair, Preference, Reject, Rejected
from pipelines.judging import JUDGING, Given, JudgesConfig, ServedModel, ask_judges, graded_row, judges_of
from pipelines.models.config import ModelConfig
from pipelines.models.wall import Reply
from pipelines.roles import Asker, Replies, Usage, model_name, usage_by_role
from synthesis.prompt import Prompt

REVISER = "revizyon"  # the role that mends drafts
REVISING, DUELLING = "imbik-revisions", "imbik-duels"
"""What the journal books revisions and comparisons under."""

REVISION_SCHEMAS: Mapping[str, str] = {REVISION_TASK: REVISION_SCHEMA}
DUEL_SCHEMAS: Mapping[str, str] = {TASK: SCHEMA}


class WriterConfig(Config):
    """A model that answers."""

    model: ServedModel = Field(description="who answers")
    max_tokens: int = Field(default=1024, ge=16, le=131072, description="tokens an answer may have")


class AnswererConfig(WriterConfig):
    """A model that answers with the pair's source in sight, or without."""

    source: bool = Field(default=True, description="whether it sees the text that the pair rests on, or the bare instruction only")


class CandidatesConfig(AnswererConfig):
    """A model of which several answers are asked."""

    n: int = Field(default=4, ge=1, le=16, description="answers asked of one pair")


@dataclass(frozen=True, slots=True)
class Writers:
    """The models behind the judged origins; None where the recipe names none."""

    candidates: tuple[CandidatesConfig, ...] = ()
    strong: AnswererConfig | None = None
    weak: AnswererConfig | None = None
    unsourced: WriterConfig | None = None
    draft: AnswererConfig | None = None
    revise: WriterConfig | None = None

    def roles(self) -> dict[str, WriterConfig]:
        """Return the writers by what they are called among the models of a run."""
        named = {"guclu": self.strong, "zayif": self.weak, "kaynaksiz": self.unsourced, "taslak": self.draft, "revizyon": self.revise}
        found: dict[str, WriterConfig] = {f"aday-{number}": one for number, one in enumerate(self.candidates, 1)}
        return found | {role: one for role, one in named.items() if one is not None}

    def models(self) -> dict[str, ModelConfig]:
        """Return their models by role."""
        return {role: one.model for role, one in self.roles().items()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One answer that is asked for: of whom, as what, and for which pair."""

    role: str
    part: Part
    pair: Pair
    prompt: Prompt


_PARTS_ASKED: Mapping[OriginName, tuple[Part, ...]] = {"guclu-zayif": ("guclu", "zayif"), "kaynak": ("kaynaksiz",), "revizyon": ("taslak",)}


def answers_wanted(pair: Pair, origins: Iterable[OriginName], source: str, writers: Writers, seed: int) -> Iterator[Wanted]:
    """Yield what is asked of the models for `pair` in the first round; revisions come after their drafts."""
    roles = writers.roles()
    for origin in origins:
        if origin == "adaylar":
            for number, one in enumerate(writers.candidates, 1):
                for sample in range(one.n):
                    prompt = answer_prompt(
                        pair, source, "aday", sees_source=one.source, sample=sample, seed=seed, max_tokens=one.max_tokens
                    )
                    yield Wanted(f"aday-{number}", "aday", pair, prompt)
        for part in _PARTS_ASKED.get(origin, ()):
            writer = roles[part]
            sees = isinstance(writer, AnswererConfig) and writer.source
            yield Wanted(part, part, pair, answer_prompt(pair, source, part, sees_source=sees, seed=seed, max_tokens=writer.max_tokens))


def answers(asked: Iterable[Wanted], replies: Replies, writers: Writers, reject: Reject) -> Iterator[Answer]:
    """Yield the usable answers; every other reply is one rejected row."""
    for one in asked:
        reply = replies[one.role, one.prompt.id]
        text = Fault(f"model_{reply.failure}", reply.detail) if reply.failure else usable(reply.text)
        name = model_name(writers.models()[one.role])
        identity = f"{one.prompt.id}@{one.role}"  # two candidates' models may be asked the very same
        if isinstance(text, Fault):
            reject(Rejected(identity, text.reason, f"{one.part}:{name}: {text.detail}", one.pair.id, reply.text[:2000]))
        else:
            yield Answer(identity, one.pair, one.part, name, text)


def revision_prompts(drafts: Iterable[Answer], sources: Mapping[str, str], writers: Writers, seed: int) -> list[Prompt]:
    """Return what is asked of the reviser, in the drafts' order."""
    most = writers.revise.max_tokens if writers.revise else 0
    return [revision_prompt(draft, sources[draft.pair.id], seed=seed, max_tokens=most) for draft in drafts]


def revisions(
    drafts: Sequence[Answer], sources: Mapping[str, str], writers: Writers, asker: Asker, *, seed: int, reject: Reject
) -> tuple[list[Answer], Usage]:
    """Return the mended answers of `drafts` and what asking for them took; every other reply is one rejected row."""
    prompts = revision_prompts(drafts, sources, writers, seed)
    asked = [(REVISER, prompt) for prompt in prompts]
    replies = asker.ask(REVISING, asked, writers.models(), REVISION_SCHEMAS)
    return list(mendings(drafts, prompts, replies, writers, reject)), usage_by_role(asked, replies)


def mendings(drafts: Sequence[Answer], prompts: Sequence[Prompt], replies: Replies, writers: Writers, reject: Reject) -> Iterator[Answer]:
    """Yield the usable answers among the replies to the drafts' `prompts`; every other reply is one rejected row."""
    for draft, prompt in zip(drafts, prompts, strict=True):
        reply = replies[REVISER, prompt.id]
        text = Fault(f"model_{reply.failure}", reply.detail) if reply.failure else revised(reply.text)
        text = text if isinstance(text, Fault) else usable(text)
        name = model_name(writers.models()[REVISER])
        identity = f"{prompt.id}@{draft.id}"  # two drafts in the same words are one prompt
        if isinstance(text, Fault):
            reject(Rejected(identity, text.reason, f"revizyon:{name}: {text.detail}", draft.pair.id, reply.text[:2000]))
        else:
            yield Answer(identity, draft.pair, "revizyon", name, text)


@dataclass(frozen=True, slots=True)
class GradedAnswers:
    """What the judges gave, by Answer.same; the rows for disk, and what asking took."""

    given: Mapping[tuple[str, str], Given]
    rows: tuple[Graded, ...]
    usage: Usage


def graded(found: Sequence[Answer], sources: Mapping[str, str], config: JudgesConfig, asker: Asker, *, seed: int) -> GradedAnswers:
    """Return the judges' grades of all answers; those in the same words to the same pair are judged once."""
    first = {one.same: one for one in reversed(found)}
    ordered = [one for one in found if first[one.same] is one]
    prompts = {one.same: grade_prompt(one.pair, one.text, sources[one.pair.id], config, seed=seed) for one in ordered}
    by_prompt, usage = ask_judges(JUDGING, prompts.values(), config, asker)
    given = {same: by_prompt[prompt.id] for same, prompt in prompts.items()}
    return GradedAnswers(
        given, tuple(graded_row(one.id or one.pair.id, one.pair, one.by, one.text, given[one.same], config) for one in ordered), usage
    )


def compared(
    rows: Sequence[Preference],
    pairs: Mapping[str, Pair],
    sources: Mapping[str, str],
    config: JudgesConfig,
    asker: Asker,
    *,
    seed: int,
    reject: Reject,
) -> tuple[list[Preference], list[Duel], Usage]:
    """Return the rows whose chosen answer the judges take in either order, all that they said, and what asking took."""
    prompts = [duel_prompts(row, pairs[row.pair_id], sources[row.pair_id], config, seed=seed) for row in rows]
    judges = judges_of(config)
    asked = [(judge, prompt) for both in prompts for prompt in both for judge in judges]
    replies = asker.ask(DUELLING, asked, judges, DUEL_SCHEMAS)
    kept, duels = [], []
    for row, (forth, back) in zip(rows, prompts, strict=True):
        said = [Duel(judge, _said(replies[judge, forth.id]), _said(replies[judge, back.id])) for judge in judges]
        duels.extend(said)
        fault = outcome(said)
        if fault is None:
            kept.append(row)
        else:
            reject(Rejected(row.id, fault.reason, f"{row.rejected_by}: {fault.detail}", row.pair_id, row.rejected[:2000]))
    return kept, duels, usage_by_role(asked, replies)


def _said(reply: Reply) -> Choice | Fault:
    return Fault(f"model_{reply.failure}", reply.detail) if reply.failure else choice(reply.text)
