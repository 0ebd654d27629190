"""The judge: an answer and its source in, grades from 1 to 5 by a Turkish rubric out, and a verdict over several judges."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean, median
from typing import Any, Final, Literal

from pydantic import Field, field_validator

from alignment.case import Fault
from curation.config import Config
from curation.records import Message, Pair, conversation
from curation.turkish import ascii_letters
from synthesis.prompt import Prompt, build_prompt
from synthesis.replies import Item, items

PROMPTS = Path(__file__).parent / "prompts"
TASK = "puanlama"
LOWEST, HIGHEST = 1.0, 5.0
SLACK = 1e-9
"""How far scores may miss a bound for being floats: 4.6 - 3.6 is a margin of 1."""
MAX_TOKENS = 768  # a paragraph of reasons and the grades

Criterion = Literal["dogruluk", "tamlik", "turkce", "yonerge"]
_RUBRIC: Final = "olcutler.md"
NO_SOURCE = "(kaynak verilmedi)"
_TAG = re.compile(r"<(?=/?(?:kaynak|yönerge|cevap|taslak))", re.IGNORECASE)
_GRADE = re.compile(r"\s*([1-5](?:[.,]\d+)?)\s*(?:(?:/|üzerinden)\s*5|puan)?\s*\.?\s*")


class JudgeConfig(Config):
    """How answers are graded, and which grades pass."""

    weights: dict[Criterion, float] = Field(
        default={"dogruluk": 2.0, "tamlik": 1.0, "turkce": 1.0, "yonerge": 1.0},
        min_length=1,
        description="Weight above 0 of every criterion in the score; one that is left out is not asked about.",
    )
    min_score: float = Field(default=4.0, ge=LOWEST, le=HIGHEST, description="Least score, 1 to 5, of an answer that may be learned from.")
    floors: dict[Criterion, float] = Field(
        default={"dogruluk": 4.0},
        description="Least grade of single criteria, 1 to 5: what is false is not made up for by good Turkish.",
    )
    combine: Literal["mean", "median", "lowest"] = Field(default="mean", description="How the scores of several judges become one.")
    max_spread: float = Field(
        default=1.5, ge=0.0, le=HIGHEST - LOWEST, description="Most difference between two judges' scores; beyond it nobody is believed."
    )

    @field_validator("weights")
    @classmethod
    def _weights_are_positive(cls, weights: dict[Criterion, float]) -> dict[Criterion, float]:
        wrong = [name for name, weight in weights.items() if not 0 < weight < float("inf")]
        if wrong:
            raise ValueError(f"the weight of {', '.join(wrong)} must be above 0; leave a criterion out to switch it off")
        return weights

    @field_validator("floors")
    @classmethod
    def _floors_are_grades(cls, floors: dict[Criterion, float]) -> dict[Criterion, float]:
        wrong = [name for name, grade in floors.items() if not LOWEST <= grade <= HIGHEST]
        if wrong:
            raise ValueError(f"the least grade of {', '.join(wrong)} must be from 1 to 5")
        return floors


@dataclass(frozen=True, slots=True)
class Grades:
    """One judge's grades of one answer by criterion, each in [1, 5], and why."""

    by_criterion: Mapping[str, float]
    why: str = ""

    def score(self, config: JudgeConfig) -> float:
        """Return the weighted mean grade, in [1, 5]."""
        weights = {name: weight for name, weight in config.weights.items() if name in self.by_criterion}
        return sum(self.by_criterion[name] * weight for name, weight in weights.items()) / sum(weights.values())


@dataclass(frozen=True, slots=True)
class Judgement:
    """What all judges together say of one answer: `score` and grades in [1, 5], how far the judges lie apart, how many answered, and the `reason` not to use it, empty where it may be."""

    score: float
    by_criterion: Mapping[str, float]
    spread: float
    judges: int
    reason: str = ""
    detail: str = ""


def judge_prompts(
    pairs: Iterable[Pair], sources: Mapping[str, str], config: JudgeConfig, *, seed: int = 0
) -> Iterator[tuple[Pair, Prompt]]:
    """Yield each pair with the prompt that asks for its grades; `sources` are the texts that the pairs rest on, by pair id."""
    for pair in pairs:
        yield pair, grade_prompt(pair, pair.output, sources[pair.id], config, seed=seed)


def grade_prompt(pair: Pair, answer: str, source: str, config: JudgeConfig, *, seed: int = 0) -> Prompt:
    """Return the prompt that asks for the grades of `answer` to the instruction of `pair`."""
    fields = {
        "olcutler": "\n\n".join(_rubric()[name] for name in config.weights),
        "bicim": _form(config),
        "kaynak": fenced(source) or NO_SOURCE,
        "soru": fenced(asked(pair, source)),
        "cevap": fenced(answer),
    }
    return build_prompt(PROMPTS, TASK, fields, seed=seed, max_tokens=MAX_TOKENS, temperature=0.0)


def asked(pair: Pair, source: str) -> str:
    """Return what the answer was asked for: system message, what was said before, instruction, and the text given with it where the source does not hold it."""
    given = pair.input if pair.input and pair.input not in source else ""
    question = conversation((*pair.turns, Message("user", pair.instruction))) if pair.turns else pair.instruction
    return "\n\n".join(part for part in (pair.system, question, given) if part)


def fenced(text: str) -> str:
    """Return `text` so that it cannot close the tags it is put between."""
    return _TAG.sub("‹", text)


def grade_schema(config: JudgeConfig) -> str:
    """Return the JSON schema of a reply: the reasons first, then a whole number from 1 to 5 for each criterion."""
    grade = {"type": "integer", "enum": [1, 2, 3, 4, 5]}
    properties: dict[str, Any] = {"gerekce": {"type": "string"}, **dict.fromkeys(config.weights, grade)}
    return json.dumps({"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False})


def rubric(config: JudgeConfig) -> str:
    """Return the names of the criteria that `config` weighs, heaviest first, one a line, without their anchors."""
    heaviest = sorted(config.weights, key=lambda name: -config.weights[name])
    return "\n".join(f"- {_rubric()[name].splitlines()[0]}" for name in heaviest)


def grades(replies: Iterable[str], config: JudgeConfig) -> list[Grades | Fault]:
    """Return what each reply of a judge says, or why it cannot be used."""
    return [grades_of(reply, config) for reply in replies]


def grades_of(reply: str, config: JudgeConfig) -> Grades | Fault:
    """Return the grades in one reply: as asked for, nested, as a list of criteria, as text such as `4/5`, in a fence or among chatter; or why there are none."""
    found = items(reply)
    if not found:
        return Fault("judge_not_json", reply[:200])
    said = _flat(found)
    given: dict[str, float] = {}
    for name in config.weights:
        if name not in said:
            return Fault("judge_no_grade", name)
        grade = _grade(said[name])
        if grade is None:
            return Fault("judge_bad_grade", f"{name}: {said[name]!r}"[:200])
        given[name] = grade
    why = said.get("gerekce", "")
    return Grades(given, why.strip() if isinstance(why, str) else json.dumps(why, ensure_ascii=False))


def verdict(given: Sequence[Grades], config: JudgeConfig) -> Judgement:
    """Return what the judges say together of one answer. Without any grades the score is 0 and the reason `judge_missing`."""
    if not given:
        return Judgement(0.0, {}, 0.0, 0, "judge_missing", "no judge gave grades that can be read")
    scores = [one.score(config) for one in given]
    by_criterion: dict[str, float] = {name: _combined([one.by_criterion[name] for one in given], config) for name in config.weights}
    score, spread = _combined(scores, config), max(scores) - min(scores)
    low = [name for name, least in config.floors.items() if by_criterion.get(name, HIGHEST) < least - SLACK]
    reason, detail = "", ""
    if spread > config.max_spread + SLACK:
        reason, detail = "judges_disagree", f"scores {', '.join(f'{one:.2f}' for one in scores)}"
    elif low:
        reason, detail = f"judge_{low[0]}", f"{low[0]} {by_criterion[low[0]]:.2f}, at least {config.floors[low[0]]:g} is wanted"
    elif score < config.min_score - SLACK:
        reason, detail = "below_min_score", f"score {score:.2f}, at least {config.min_score:g} is wanted"
    return Judgement(score, by_criterion, spread, len(given), reason, detail)


def _combined(values: Sequence[float], config: JudgeConfig) -> float:
    if config.combine == "lowest":
        return min(values)
    return fmean(values) if config.combine == "mean" else median(values)


def _flat(found: Sequence[Item]) -> dict[str, Any]:
    """The keys of a reply in ASCII letters: of one object, of those inside it, or of a list of `{"olcut", "puan"}`."""
    said: dict[str, Any] = {}
    for item in found:
        named = {ascii_letters(key): value for key, value in item.items()}
        label = next((named[key] for key in ("olcut", "kriter", "ad") if isinstance(named.get(key), str)), None)
        if label is not None:
            said.setdefault(re.split(r"\W", ascii_letters(label).strip(), maxsplit=1)[0], named)
            continue
        for key, value in named.items():
            said.setdefault(key, value)
            if isinstance(value, dict) and _inner(value) is None:
                for inner, deeper in value.items():
                    said.setdefault(ascii_letters(inner), deeper)
            elif isinstance(value, list):
                said = _flat([one for one in value if isinstance(one, dict)]) | said
    return said


def _inner(value: Mapping[str, Any]) -> Any:
    return next((value[key] for key in ("puan", "not", "deger", "skor") if key in value), None)


def _grade(value: Any) -> float | None:
    if isinstance(value, Mapping):
        value = _inner(value)
    if isinstance(value, str) and (match := _GRADE.fullmatch(value)):
        value = float(match[1].replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if LOWEST <= value <= HIGHEST else None


def _form(config: JudgeConfig) -> str:
    return json.dumps({"gerekce": "..."} | dict.fromkeys(config.weights, "1-5"), ensure_ascii=False).replace('"1-5"', "1-5")


@cache
def _rubric() -> dict[str, str]:
    pieces = re.split(r"^## (\w+)\s*$", (PROMPTS / _RUBRIC).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: text.strip() for name, text in zip(pieces[1::2], pieces[2::2], strict=True)}
