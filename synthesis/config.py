"""The recipe keys of this room: how documents are cut, which tasks are asked of them and how often."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from curation.config import Config

TaskName = Literal[
    "soru-cevap",
    "tanim",
    "liste",
    "ozet",
    "baslik",
    "bilgi-cikarma",
    "bosluk",
    "dogru-yanlis",
    "siralama",
    "anahtar-sozcuk",
    "yazim",
    "cevapsiz",
]


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
