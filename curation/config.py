"""The recipe keys of this room, and the base that every config shares."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Config(BaseModel):
    """Base of every recipe part: frozen, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Preset = Literal["web", "fineweb2-tr", "strict", "none"]
PiiPolicy = Literal["tag", "mask", "drop", "keep"]
PiiEntity = Literal[
    "TCKN", "VKN", "MERSIS", "SGK", "PASSPORT", "ID_SERIAL", "IBAN", "CARD", "PHONE", "EMAIL", "KEP", "PLATE", "BIRTH_DATE", "ADDRESS", "PERSON"
]  # fmt: skip
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class LanguageConfig(Config):
    """Which languages stay."""

    keep: tuple[LanguageCode, ...] = Field(
        default=("tr",), description="ISO 639 codes of the languages to keep; empty keeps every language."
    )


class QualityConfig(Config):
    """Which texts are too poor to learn from."""

    preset: Preset = Field(
        default="web", description="Set of rules: web (mild), fineweb2-tr (FineWeb-2's Turkish thresholds), strict, or none."
    )
    min_words: int | None = Field(default=None, ge=0, description="Fewest words a document may have; empty takes the preset's.")


class PiiConfig(Config):
    """What happens to personal data."""

    policy: PiiPolicy = Field(
        default="tag",
        description="tag writes <KİŞİ_1>, mask writes ***, drop rejects the whole document, keep leaves the text and only counts.",
    )
    entities: tuple[PiiEntity, ...] = Field(
        default=get_args(PiiEntity),
        description="Kinds of personal data the policy applies to; the others are only counted.",
    )
    names: Literal["private", "all"] = Field(
        default="private",
        description="private: names count as personal data after a form of address, and all of them in a document that holds another datum of a person; all: every name found.",
    )


class DedupConfig(Config):
    """When two documents are one."""

    threshold: float = Field(
        default=0.8, ge=0.5, le=1.0, description="Jaccard similarity of word 5-grams from which documents are one; 1 drops only equal ones."
    )
    permutations: int = Field(
        default=128, ge=16, le=1024, description="Hash permutations of a MinHash signature; more find more of the pairs near the threshold."
    )


class LimitsConfig(Config):
    """What one input may cost at most."""

    max_file_mb: float = Field(
        default=100.0, gt=0, description="Largest file in MB; .jsonl, .csv and .tsv are read line by line and may be larger."
    )
    max_line_mb: float = Field(default=8.0, gt=0, description="Longest line of a .jsonl, .csv or .tsv file, in MB.")
    max_documents: int | None = Field(default=None, ge=1, description="Stop reading after this many documents; empty reads everything.")


class CurateConfig(Config):
    """Raw files to clean documents."""

    inputs: tuple[str, ...] = Field(min_length=1, description="Files, folders or glob patterns, relative to the recipe's folder.")
    license: str = Field(default="", description="License of the inputs, written into each document that does not bring its own.")
    text_field: str | None = Field(
        None, description="Name of the text column of .jsonl, .json, .csv and .tsv; empty guesses text, metin, content, icerik, body."
    )
    language: LanguageConfig = LanguageConfig()
    quality: QualityConfig = QualityConfig()
    pii: PiiConfig = PiiConfig()
    dedup: DedupConfig = DedupConfig()
    limits: LimitsConfig = LimitsConfig()
