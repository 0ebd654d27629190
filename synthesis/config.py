"""The recipe keys of this room: how documents are cut, which tasks are asked of them and how often."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from curation.config import Config, SemanticConfig

TaskName = Literal["soru-cevap", "tanim", "liste", "ozet", "baslik", "bilgi-cikarma"]


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
    solutions: int = Field(default=1, ge=1, le=64, description="Most different answers kept to one instruction about one document.")
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


class SynthesisConfig(Config):
    """How documents become instruction pairs."""

    tasks: dict[TaskName, float] = Field(
        default={"soru-cevap": 1.0, "tanim": 1.0, "liste": 1.0, "ozet": 1.0, "baslik": 1.0, "bilgi-cikarma": 1.0},
        description="Weight above 0 of every task; the heaviest is asked of every passage, another of its share of them.",
        min_length=1,
    )
    passage_words: int = Field(
        default=120,
        ge=20,
        le=4000,
        description="Size in words that a passage grows to by whole paragraphs; a longer paragraph is cut between sentences.",
    )
    pairs_per_passage: int = Field(default=5, ge=1, le=50, description="Most items that one request asks for.")
    max_pairs_per_document: int = Field(default=16, ge=1, le=1000, description="Most pairs kept of one document.")
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

    @field_validator("tasks")
    @classmethod
    def _weights_are_positive(cls, tasks: dict[TaskName, float]) -> dict[TaskName, float]:
        wrong = [name for name, weight in tasks.items() if not 0 < weight < float("inf")]
        if wrong:
            raise ValueError(f"the weight of {', '.join(wrong)} must be above 0; leave a task out to switch it off")
        return tasks
