"""The recipe keys of this room: how worse answers are made, and what is shown to people."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from alignment.kinds import KINDS, MOST_MARGIN, KindName
from alignment.origins import OriginName
from curation.config import Config


class PreferenceConfig(Config):
    """How pairs become preferences: a right answer beside one that is worse by construction, or by a judge's word."""

    origins: dict[OriginName, float] | None = Field(
        default=None,
        description="Weight above 0 of every way to come to two answers: `bozma` typed corruption, `adaylar` the judged answers of `candidates`, "
        "`guclu-zayif` a strong model's beside a weak one's, `kaynak` the pair's grounded answer beside one written without the source, "
        "`revizyon` a draft beside its revision. Empty takes `bozma`, and alike every other whose models are named.",
    )
    origins_per_pair: int = Field(
        default=1, ge=1, le=5, description="Origins asked of one pair, drawn by weight; more than `per_pair` leaves a choice, at a price."
    )
    origin_balance: Literal["near", "exact"] = Field(
        default="near",
        description="`near` keeps all that was made; `exact` lets go of rows until the shares of the origins are those of their weights.",
    )
    kinds: dict[KindName, float] = Field(
        default={name: kind.weight for name, kind in KINDS.items()},
        description="Weight above 0 of every kind of worse answer; a kind that is left out is not made.",
        min_length=1,
    )
    per_pair: int = Field(default=1, ge=1, le=4, description="Most preferences made of one pair.")
    spare_kinds: int = Field(
        default=2,
        ge=0,
        le=9,
        description="Kinds asked beyond `per_pair`, for where one cannot be made or would tilt the lengths; each is one request.",
    )
    max_length_ratio: float = Field(
        default=1.1,
        gt=1.0,
        le=10.0,
        description="How far the mean ratio of chosen to rejected length may lie from 1 over the whole set, either way, as far as the candidates allow.",
    )
    swapped: bool = Field(
        default=False,
        description="Ask the judges of every judged row also which answer is better, in both orders; what they say of one order alone does not count.",
    )
    max_longer_share: float = Field(
        default=0.6,
        ge=0.5,
        le=1.0,
        description="Most share of rows whose chosen answer is the longer, of those with unequal lengths; judged rows beyond it are let go.",
    )
    min_margin: float = Field(
        default=1.0,
        ge=0.0,
        le=MOST_MARGIN,
        description="Least margin, 0 to 4: 1 right but unpleasant, 2 right with a serious flaw, 3 false or no answer; of judged answers, the difference of their scores.",
    )

    @field_validator("kinds")
    @classmethod
    def _weights_are_positive(cls, kinds: dict[KindName, float]) -> dict[KindName, float]:
        wrong = [name for name, weight in kinds.items() if not 0 < weight < float("inf")]
        if wrong:
            raise ValueError(f"the weight of {', '.join(wrong)} must be above 0; leave a kind out to switch it off")
        return kinds

    @field_validator("origins")
    @classmethod
    def _origins_are_weighed(cls, origins: dict[OriginName, float] | None) -> dict[OriginName, float] | None:
        if origins is None:
            return None
        wrong = [name for name, weight in origins.items() if not 0 < weight < float("inf")]
        if wrong or not origins:
            raise ValueError(
                f"the weight of {', '.join(wrong) or 'at least one origin'} must be above 0; leave an origin out to switch it off"
            )
        return origins

    @model_validator(mode="after")
    def _some_kind_reaches_the_margin(self) -> PreferenceConfig:
        best = max(KINDS[name].margin for name in self.kinds)
        if best < self.min_margin:
            raise ValueError(f"min_margin {self.min_margin} leaves no kind: the best of `kinds` has margin {best}")
        return self


class ReviewConfig(Config):
    """What people look at, where, and whose word counts."""

    desk: Literal["jsonl", "argilla"] = Field(
        default="jsonl",
        description="Where people judge: `jsonl` exchanges files, `argilla` is Argilla's own page, embedded (`imbik review serve`) or by `url`.",
    )
    sample: int = Field(default=0, ge=0, le=1_000_000, description="Records shown to people; 0 skips the review.")
    what: Literal["pairs", "preferences", "both"] = Field(
        default="both", description="Which records people judge; `both` shows half of each."
    )
    url: str = Field(default="", pattern=r"^(https?://\S+)?$", description="An Argilla server; empty takes the embedded one.")
    api_key_env: str = Field(
        default="ARGILLA_API_KEY",
        min_length=1,
        description="Environment variable that holds the key for `url`; the embedded server needs none.",
    )
    workspace: str = Field(default="imbik", min_length=1, description="Workspace of the datasets; made where it is missing.")
    annotators_per_record: int = Field(default=1, ge=1, le=20, description="People who judge each record before it counts as done.")
    blind: bool = Field(default=True, description="Hide from people who wrote the answers and how they were scored.")
    gold_share: float = Field(
        default=0.0,
        ge=0.0,
        le=0.5,
        description="Share of checks mixed in, 0 to 0.5: records with a wrong answer of another record, to see whether people read. They never reach the data.",
    )
    decide: Literal["majority", "trust", "adjudication"] = Field(
        default="majority",
        description="Whose word counts: most people's; people's weighed by `trust`; or, where people disagree, that of `adjudicators` alone.",
    )
    trust: dict[str, float] = Field(
        default={},
        description="Weight of a person's word with `decide: trust`, above 0; who is not named weighs as much as the share of checks they got right.",
    )
    adjudicators: tuple[str, ...] = Field(default=(), description="People who settle disagreements; their word on a record ends the vote.")

    @field_validator("trust")
    @classmethod
    def _trust_is_positive(cls, trust: dict[str, float]) -> dict[str, float]:
        wrong = [name for name, weight in trust.items() if not 0 < weight < float("inf")]
        if wrong:
            raise ValueError(f"the weight of {', '.join(wrong)} must be above 0")
        return trust

    @model_validator(mode="after")
    def _someone_settles(self) -> ReviewConfig:
        if self.decide == "adjudication" and not self.adjudicators:
            raise ValueError("decide: adjudication needs the names of those who settle disagreements in `adjudicators`")
        return self
