"""Several judges asked in one graph: which models they are, their prompts, and their grades by judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from alignment.case import Fault
from alignment.judge import TASK, Grades, JudgeConfig, Judgement, grade_schema, grades_of, judge_prompts, verdict
from alignment.judges_agreement import Graded
from curation.records import Pair, Reject, Rejected
from pipelines.models.config import GgufConfig, ModelConfig, OpenAIConfig
from pipelines.models.wall import Reply
from pipelines.roles import Asker, Usage, model_name, usage_by_role
from synthesis.prompt import Prompt
from synthesis.selection import document_of

GRADED = "judged.jsonl"
"""Every graded answer with what each judge gave it and why."""

JUDGING, JUDGING_PAIRS = "imbik-judging", "imbik-pairs-judging"
"""What the journal books the grading of answers under, and that of pairs."""

ServedModel = Annotated[OpenAIConfig | GgufConfig, Field(discriminator="kind")]
"""A model that can read a rubric; the embedded rules cannot."""


class JudgesConfig(JudgeConfig):
    """Who grades, and how."""

    model: ServedModel = Field(description="the judge; best of another family than the writer, whose style it would like too well")
    judges: tuple[ServedModel, ...] = Field(default=(), max_length=8, description="further judges, each asked the same")
    tails: int = Field(
        default=20, ge=0, le=1000, description="answers of the highest, the lowest and the most disputed scores laid out for people to read"
    )

    def models(self, key: str) -> Iterator[tuple[str, ModelConfig]]:
        """Yield every judge with its dotted key below `key`."""
        yield f"{key}.model", self.model
        yield from ((f"{key}.judges.{number}", one) for number, one in enumerate(self.judges))


@dataclass(frozen=True, slots=True)
class Given:
    """What the judges gave one prompt: grades by judge, and why those without any have none."""

    grades: Mapping[str, Grades]
    faults: Mapping[str, Fault]
    judgement: Judgement


def judges_of(config: JudgesConfig) -> dict[str, ModelConfig]:
    """Return the judges by name; of two with one name the later ones carry a number."""
    named: dict[str, ModelConfig] = {}
    for model in (config.model, *config.judges):
        name = model_name(model)
        alike = sum(1 for one in named if one.split("#")[0] == name)
        named[f"{name}#{alike + 1}" if alike else name] = model
    return named


def ask_judges(name: str, prompts: Iterable[Prompt], config: JudgesConfig, asker: Asker) -> tuple[dict[str, Given], Usage]:
    """Return what the judges gave each of `prompts`, by prompt id, and what asking took by judge; asked in a pipeline called `name`. Raises ModelError where a budget or a server ends the asking."""
    judges = judges_of(config)
    listed = list({prompt.id: prompt for prompt in prompts}.values())
    asked = [(judge, prompt) for prompt in listed for judge in judges]
    replies = asker.ask(name, asked, judges, judge_schemas(config))
    found = {prompt.id: given({judge: replies[judge, prompt.id] for judge in judges}, config) for prompt in listed}
    return found, usage_by_role(asked, replies)


def judge_schemas(config: JudgesConfig) -> dict[str, str]:
    """Return the JSON schemas of a judge's replies by task."""
    return {TASK: grade_schema(config)}


def judged_pairs(
    pairs: Sequence[Pair], sources: Mapping[str, str], config: JudgesConfig, asker: Asker, *, seed: int, reject: Reject
) -> tuple[list[Pair], list[Graded], Usage]:
    """Return the pairs whose answers the judges let pass, with `judge` and the criteria in their scores; the grades of all; and what asking took by judge.

    The other pairs go to `reject`. `sources` are the texts that the pairs rest on, by pair id. Raises ModelError as `ask_judges` does.
    """
    asked = list(judge_prompts(pairs, sources, config, seed=seed))
    found, usage = ask_judges(JUDGING_PAIRS, (prompt for _, prompt in asked), config, asker)
    kept, rows = [], []
    for pair, prompt in asked:
        judgement = found[prompt.id].judgement
        rows.append(graded_row(pair.id, pair, pair.writer, pair.output, found[prompt.id], config))
        if judgement.reason:
            reject(Rejected(pair.id, judgement.reason, judgement.detail, document_of(pair), f"{pair.instruction}\n{pair.output}"))
        else:
            scores = {"judge": judgement.score} | {f"judge_{name}": grade for name, grade in judgement.by_criterion.items()}
            kept.append(replace(pair, scores={**pair.scores, **scores}))
    return kept, rows, usage


def graded_row(identity: str, pair: Pair, by: str, text: str, given: Given, config: JudgeConfig) -> Graded:
    """Return what stands on disk of one graded answer: the faults of judges without grades are told in `why`."""
    judgement = given.judgement
    faults = {judge: f"{one.reason}: {one.detail}" for judge, one in given.faults.items()}
    return Graded(
        id=identity,
        pair_id=pair.id,
        by=by,
        instruction=pair.instruction,
        text=text,
        score=judgement.score,
        spread=judgement.spread,
        reason=judgement.reason,
        grades={judge: one.by_criterion for judge, one in given.grades.items()},
        why={judge: one.why for judge, one in given.grades.items()} | faults,
        scores={judge: one.score(config) for judge, one in given.grades.items()},
        turns=pair.turns,
    )


def given(replies: Mapping[str, Reply], config: JudgeConfig) -> Given:
    """Return what the judges' replies to one prompt come to."""
    read = {
        judge: Fault(f"model_{one.failure}", one.detail) if one.failure else grades_of(one.text, config) for judge, one in replies.items()
    }
    grades = {judge: one for judge, one in read.items() if isinstance(one, Grades)}
    faults = {judge: one for judge, one in read.items() if isinstance(one, Fault)}
    return Given(grades, faults, verdict(list(grades.values()), config))
