"""The recipe keys of this room: how documents are cut, which tasks are asked of them and how often."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from curation.config import Config, SemanticConfig

TaskName = Literal[
    "soru-cevap", "tanim", "liste", "ozet", "baslik", "bilgi-cikarma", "aciklama", "siniflandirma", "yeniden-yazma", "adim-adim",
    "cok-turlu", "metinde-yok", "geri-ceviri", "tohumdan", "evol", "bosluk", "dogru-yanlis", "siralama", "anahtar-sozcuk", "yazim", "cevapsiz",
    "kod",
]  # fmt: skip
Module = Literal[
    "abc", "bisect", "calendar", "cmath", "collections", "collections.abc", "copy", "dataclasses", "datetime", "decimal", "enum", "fractions",
    "functools", "heapq", "itertools", "json", "math", "numbers", "operator", "random", "re", "statistics", "string", "textwrap", "typing",
    "unicodedata",
]  # fmt: skip
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Difficulty = Literal["kolay", "orta", "zor"]
Length = Literal["kisa", "orta", "uzun"]
Direction = Literal["depth", "breadth"]


class SelectionConfig(Config):
    """Which pairs stay when the whole set is seen."""

    near_duplicates: float | None = Field(
        default=0.8,
        ge=0.5,
        le=1.0,
        description="Jaccard similarity of character 5-grams from which two instructions with the same words but for suffixes are one; empty compares none.",
    )
    semantic: SemanticConfig | None = Field(
        default=None, description="Comparison of instructions by meaning, and of pairs when `keep` chooses among them; empty leaves it out."
    )
    solutions: int | None = Field(
        default=None,
        ge=1,
        le=64,
        description="Most different answers kept to one instruction about one document; empty keeps as many as `answers.count` asks for, 1 without it.",
    )
    min_solution_distance: float = Field(
        default=0.1, ge=0.0, le=1.0, description="1 - cosine of character 4-grams below which two answers to one instruction are the same."
    )
    documents: int | None = Field(
        default=None, ge=1, description="Documents, those with most pairs, whose pairs are trained on; empty takes all."
    )
    instructions: int | None = Field(
        default=None, ge=1, description="Different instructions, those with most answers first, that are trained on; empty takes all."
    )
    keep: int | None = Field(default=None, ge=1, description="Pairs to train on, chosen for quality and diversity; empty keeps all.")
    method: Literal["facility_location", "k_center"] = Field(
        default="facility_location",
        description="How `keep` chooses: facility_location takes what stands for the whole set, k_center what lies far apart, outliers too, and is faster.",
    )
    quality_weight: float = Field(
        default=0.2,
        ge=0.0,
        le=1.0,
        description="Share of a pair's own scores in that choice; the rest is diversity. Without scores all count the same.",
    )


class EvolveConfig(Config):
    """Harder and broader forms of the instructions that were accepted (Evol-Instruct)."""

    rounds: int = Field(default=1, ge=1, le=4, description="Rounds; each evolves what the round before it brought and was accepted.")
    share: float = Field(
        default=1.0, gt=0.0, le=1.0, description="Share of the accepted pairs that a round evolves, in (0, 1]; the seed draws them."
    )
    tasks: tuple[str, ...] = Field(
        default=(),
        description="Tasks whose pairs the first round evolves; empty takes all of the recipe's with instructions that a model words and answers from the passage.",
    )
    directions: dict[Direction, float] = Field(
        default={"depth": 3.0, "breadth": 1.0},
        description="Weights above 0 of where an instruction goes: depth asks more of the same, breadth something else of the passage.",
        min_length=1,
    )

    @field_validator("directions")
    @classmethod
    def _weights_are_positive(cls, weights: dict[Direction, float]) -> dict[Direction, float]:
        _positive(weights)
        return weights


class AnswersConfig(Config):
    """Further answers to the questions that were accepted."""

    count: int = Field(default=3, ge=2, le=64, description="Answers to one question in all: its own, and those asked for in another way.")
    tasks: tuple[str, ...] = Field(
        default=(),
        description="Tasks whose questions are answered again; empty takes all of the recipe's that have more than one right answer.",
    )
    questions: int | None = Field(
        default=None,
        ge=1,
        description="Questions answered again, drawn by the seed; empty takes as many as `selection.instructions` keeps, or all.",
    )
    ways: tuple[Text, ...] = Field(
        default=(), description="How a further answer differs, each an order in a sentence; one is drawn for each. Empty takes our own."
    )


class CodeConfig(Config):
    """What the solutions and tests of task `kod` may do, and how much the tests must find out."""

    imports: tuple[Module, ...] = Field(
        default=tuple(name for name in get_args(Module) if name != "random"),
        description="Modules of the standard library that solutions and tests may import; none of those to choose from reaches a file, a process or a network. `random` makes a verdict depend on luck.",
    )
    cpu_s: float = Field(default=1.0, gt=0.0, le=60.0, description="Most processor seconds of a solution and its tests together.")
    memory_mb: int = Field(default=128, ge=16, le=8192, description="Most megabytes they may allocate; where the system bounds it.")
    mutants_killed: float = Field(
        default=0.5,
        ge=0.0,
        le=1.0,
        description="Least share of the solutions with one mistake put into them, of those that end in time, that must fail the tests.",
    )


class SynthesisConfig(Config):
    """How documents become instruction pairs."""

    task_files: tuple[str, ...] = Field(
        default=(),
        description="Tasks of your own, YAML or Markdown files relative to the recipe's folder; each is named as its file, and weighs 1 unless `tasks` says otherwise.",
    )
    tasks: dict[str, float] = Field(
        default={"soru-cevap": 1.0, "tanim": 1.0, "liste": 1.0, "ozet": 1.0, "baslik": 1.0, "bilgi-cikarma": 1.0},
        description=f"Weight above 0 of every task; the heaviest is asked of every passage, another of its share of them. Known: {', '.join(get_args(TaskName))}, and the names of `task_files`.",
        min_length=1,
    )
    personas: tuple[Text, ...] = Field(
        default=(), description="Who asks, in a few words; one is drawn for each request of the tasks that ask freely."
    )
    audiences: tuple[Text, ...] = Field(
        default=(), description="For whom answers are written, in a few words; one is drawn for each request."
    )
    difficulty: dict[Difficulty, float] = Field(
        default={}, description="Weights above 0 of how hard questions shall be; empty leaves it to the model."
    )
    length: dict[Length, float] = Field(
        default={},
        description="Weights above 0 of how long free answers shall be (under 60, 30 to 200, 100 to 600 words); empty leaves it to the model.",
    )
    address: Literal["sen", "siz"] | None = Field(
        default=None,
        description="How answers address their reader; one that does it otherwise is rejected. Empty asks only that it be one of them.",
    )
    labels: tuple[Text, ...] = Field(
        default=("haber", "bilgi yazısı", "duyuru", "görüş yazısı", "öykü", "yönerge"),
        min_length=2,
        description="The labels that `siniflandirma` chooses from.",
    )
    code: CodeConfig = CodeConfig()
    seeds: tuple[str, ...] = Field(default=(), description="Instructions that show `tohumdan` what kind is wanted; empty takes our own.")
    passage_words: int = Field(
        default=120,
        ge=20,
        le=4000,
        description="Size in words that a passage grows to by whole paragraphs; a longer paragraph is cut between sentences.",
    )
    pairs_per_passage: int = Field(default=5, ge=1, le=50, description="Most items that one request asks for.")
    max_pairs_per_document: int = Field(default=16, ge=1, le=1000, description="Most pairs kept of one document.")
    evolve: EvolveConfig | None = Field(
        default=None,
        description="Whether a model makes the accepted instructions of training documents deeper or broader and answers them, as pairs of task `evol` beside their origins; empty leaves it out. Not the rules.",
    )
    answers: AnswersConfig | None = Field(
        default=None,
        description="Whether a model answers the accepted questions of training documents again, each time in another way; empty asks for one answer. Not the rules.",
    )
    selection: SelectionConfig = SelectionConfig()
    context: Literal["none", "passage"] = Field(
        default="none", description="Whether questions stand alone or carry their passage; tasks about a text always carry it."
    )
    held_out: float = Field(default=0.12, ge=0.0, lt=1.0, description="Share of documents, in [0, 1), whose pairs are kept from training.")
    validation: float = Field(
        default=0.06,
        ge=0.0,
        lt=1.0,
        description="Share of documents whose pairs choose the checkpoint: neither trained on nor measured at the end.",
    )
    system: str = Field(default="", max_length=2000, description="System message of every pair; empty for none.")

    def weights(self) -> dict[str, float]:
        """Return the weight of every task of the recipe, those of its task files among them."""
        return self.tasks | {name: 1.0 for name in map(_stem, self.task_files) if name not in self.tasks}

    def made(self) -> list[str]:
        """Return the names of the tasks that pairs are made of: the recipe's, and `evol` where instructions are evolved."""
        return list(dict.fromkeys([*self.weights(), *(["evol"] if self.evolve else [])]))

    def solutions(self) -> int:
        """Return how many answers to one instruction are kept at most."""
        return self.selection.solutions or (self.answers.count if self.answers else 1)

    @field_validator("difficulty", "length")
    @classmethod
    def _weights_are_positive(cls, weights: dict[str, float]) -> dict[str, float]:
        _positive(weights)
        return weights

    @field_validator("task_files")
    @classmethod
    def _names_are_free(cls, files: tuple[str, ...]) -> tuple[str, ...]:
        own = [_stem(path) for path in files]
        taken = next((name for name in own if name in get_args(TaskName) or own.count(name) > 1), None)
        if taken is not None:
            raise ValueError(f"the name {taken} is taken, rename the file")
        return files

    @field_validator("tasks")
    @classmethod
    def _tasks_are_known(cls, tasks: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        known = [*get_args(TaskName), *map(_stem, info.data.get("task_files", ()))]
        wrong = [_unknown(name, known) for name in tasks if name not in known]
        if wrong:
            wrong.append(f"Known: {', '.join(known)}")
        if not_positive := _not_positive(tasks):
            wrong.append(not_positive)
        if wrong:
            raise ValueError(". ".join(wrong))
        return tasks


def _unknown(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"no task is called `{name}`" + (f", did you mean `{close[0]}`?" if close else "")


def _positive(weights: Mapping[Any, float]) -> None:
    if wrong := _not_positive(weights):
        raise ValueError(wrong)


def _not_positive(weights: Mapping[Any, float]) -> str:
    wrong = [str(name) for name, weight in weights.items() if not 0 < weight < float("inf")]
    return f"the weight of {', '.join(wrong)} must be above 0; leave it out to switch it off" if wrong else ""


def _stem(path: str) -> str:
    return PurePath(path).stem
