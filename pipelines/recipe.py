"""The recipe: one YAML file, one typed model, every mistake reported at once with its dotted key."""

from __future__ import annotations

import typing
from collections.abc import Collection, Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo

from alignment.config import PreferenceConfig, ReviewConfig
from alignment.origins import ORIGINS, OriginName
from curation.config import Config, CurateConfig
from curation.errors import Mistake, RecipeError
from curation.mistakes import broken_yaml, mistake, models_in, seen
from pipelines.answering import AnswererConfig, CandidatesConfig, WriterConfig, Writers
from pipelines.judging import JudgesConfig
from pipelines.models.config import ModelConfig, RulesConfig
from synthesis.config import SynthesisConfig
from synthesis.formats import Format
from training.config import DpoConfig, EvaluateConfig, ExportConfig, SftConfig, TohumConfig


class PairFile(Config):
    """A file of pairs that are there already."""

    path: str = Field(min_length=1, description="a .jsonl, .json or .parquet file, relative to the recipe's folder")
    format: Format = Field(description="how its rows are laid out, as `imbik publish --format` has them")


class PairsConfig(SynthesisConfig):
    """Stage `pairs`: which model writes which tasks."""

    files: tuple[PairFile, ...] = Field(
        default=(),
        description="pairs that you have: scrubbed, compared with evaluation sets, judged and selected with those written here; they count in `count`",
    )

    model: ModelConfig = Field(default=RulesConfig(), description="who writes: `rules` needs no model, `openai` any compatible server")
    engine: Literal["local", "ray"] = Field(
        default="local", description="where the asking runs; `ray`: on the cluster of `curate.engine`, at this node, which has the journal"
    )
    repair: bool = Field(
        default=True,
        description="whether a model is told once why items of its reply were rejected, and asked for them again; not the rules",
    )
    count: int | None = Field(
        default=None,
        ge=1,
        description="pairs wanted: passages are asked in a seeded order until exactly so many are accepted; empty asks every passage once",
    )
    samples: int = Field(
        default=4, ge=1, le=100, description="with `count`: how often a passage may be asked, each time with another seed; the rules once"
    )
    judge: JudgesConfig | None = Field(
        default=None,
        description="who grades every pair beside its source before it counts; a pair below the least grades is rejected. Empty asks nobody",
    )

    def models(self) -> Iterator[tuple[str, ModelConfig]]:
        """Yield every model of the stage with its dotted key."""
        yield "model", self.model
        if self.judge is not None:
            yield from self.judge.models("judge")


class PreferencesConfig(PreferenceConfig):
    """Stage `preferences`: where the better and the worse answers come from, and who judges them."""

    model: ModelConfig = Field(default=RulesConfig(), description="who writes the worse answers of origin `bozma`")
    candidates: tuple[CandidatesConfig, ...] = Field(default=(), description="origin `adaylar`: models whose answers are judged")
    strong: AnswererConfig | None = Field(default=None, description="origin `guclu-zayif`: the model expected to answer better")
    weak: AnswererConfig | None = Field(default=None, description="origin `guclu-zayif`: the model expected to answer worse")
    unsourced: WriterConfig | None = Field(default=None, description="origin `kaynak`: who answers without the source")
    draft: AnswererConfig | None = Field(default=None, description="origin `revizyon`: who writes the draft")
    revise: WriterConfig | None = Field(default=None, description="origin `revizyon`: who criticises and mends it")
    judge: JudgesConfig | None = Field(default=None, description="who grades answers; origins but `bozma` and `kaynak` need it")

    @property
    def writers(self) -> Writers:
        """Return the models behind the judged origins."""
        return Writers(self.candidates, self.strong, self.weak, self.unsourced, self.draft, self.revise)

    def weights(self) -> dict[OriginName, float]:
        """Return the weight of every origin that is made."""
        if self.origins is not None:
            return self.origins
        named = self.candidates, self.strong and self.weak, self.unsourced, self.draft and self.revise
        return {origin: 1.0 for origin, models in zip(ORIGINS, (True, *named), strict=True) if models}

    def with_origins(self) -> PreferencesConfig:
        """Return the config with the weight of every origin that is made written out."""
        return self.model_copy(update={"origins": self.weights()})

    def models(self) -> Iterator[tuple[str, ModelConfig]]:
        """Yield every model of the stage with its dotted key."""
        yield "model", self.model
        for number, one in enumerate(self.candidates):
            yield f"candidates.{number}.model", one.model
        for name in ("strong", "weak", "unsourced", "draft", "revise"):
            if (writer := getattr(self, name)) is not None:
                yield f"{name}.model", writer.model
        if self.judge is not None:
            yield from self.judge.models("judge")

    @model_validator(mode="after")
    def _origins_have_their_models(self) -> PreferencesConfig:
        needed: dict[OriginName, tuple[str, ...]] = {
            "adaylar": ("candidates", "judge"),
            "guclu-zayif": ("strong", "weak", "judge"),
            "kaynak": ("unsourced",),
            "revizyon": ("draft", "revise", "judge"),
        }
        for origin in self.weights():
            missing = [name for name in needed.get(origin, ()) if not getattr(self, name)]
            if missing:
                raise ValueError(f"origin `{origin}` needs {', '.join(f'`{name}`' for name in missing)}")
        if self.swapped and self.judge is None:
            raise ValueError("`swapped` compares answers by a judge: name one in `judge`")
        if "adaylar" in self.weights() and sum(one.n for one in self.candidates) < 2:
            raise ValueError("origin `adaylar` needs two answers of a pair: raise `n`, or name another model in `candidates`")
        return self


class Recipe(Config):
    """Everything a run depends on. Each key has a default that works, but `name` and `curate.inputs`."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$", description="name of the run folder: a-z, 0-9, '-', '_', '.'; at most 64")
    seed: int = Field(default=42, ge=0, lt=2**32, description="seed of every random choice")
    curate: CurateConfig
    pairs: PairsConfig = PairsConfig()
    preferences: PreferencesConfig = PreferencesConfig()
    review: ReviewConfig = ReviewConfig()
    base_model: str = Field(
        default="tohum", min_length=1, description="`tohum` (grown here), a folder relative to the recipe, or a hub name"
    )
    tohum: TohumConfig = TohumConfig()
    sft: SftConfig = SftConfig()
    dpo: DpoConfig = DpoConfig()
    evaluate: EvaluateConfig = EvaluateConfig()
    export: ExportConfig = ExportConfig()


def load_recipe(path: Path) -> Recipe:
    """Return the recipe in `path`. Raises RecipeError with every mistake in it."""
    values = _without_empty(_read_yaml(path), [Recipe])
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        raise RecipeError(str(path), [mistake(detail, Recipe) for detail in error.errors()]) from None


def recipe_yaml(recipe: Recipe) -> str:
    """Return the recipe with every default written out, as YAML that `load_recipe` reads back."""
    return yaml.safe_dump(recipe.model_dump(mode="json"), allow_unicode=True, sort_keys=False, width=120)


def looks_like_folder(base_model: str) -> bool:
    """Return whether a `base_model` means a folder; `owner/name` alone means the hub."""
    return base_model.startswith((".", "/", "~")) or base_model.count("/") != 1


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RecipeError(str(path), [Mistake("(file)", "nothing", "there is no such file; `imbik init` writes one")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(str(path), [Mistake("(file)", type(error).__name__, f"a file of UTF-8 text: {error}")]) from error
    try:
        values = yaml.load(text, _UniqueKeyLoader)  # noqa: S506 (it is a SafeLoader)
    except yaml.YAMLError as error:
        raise RecipeError(str(path), [Mistake("(file)", "invalid YAML", broken_yaml(error))]) from error
    if not isinstance(values, dict):
        raise RecipeError(str(path), [Mistake("(file)", seen(values), "a mapping of keys, such as `name: deneme`")])
    return values


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML's safe loader, but a key given twice is an error instead of a silent overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def _without_empty(values: Mapping[str, Any], models: Collection[type[BaseModel]]) -> dict[str, Any]:
    """The values without sections and lists that were left empty: they mean their defaults, as they do where they are left out."""
    found = dict[str, Any]()
    for key, value in values.items():
        fields = [one.model_fields[key] for one in models if key in one.model_fields]
        inner = [model for field in fields for model in models_in(field.annotation)]
        if value is None and fields and all(map(_holds_more, fields)):
            if inner and all(field.is_required() for field in fields):
                found[key] = {}  # so that the keys it lacks are told
        else:
            found[key] = _deeper(value, inner)
    return found


def _deeper(value: Any, models: Collection[type[BaseModel]]) -> Any:
    if isinstance(value, dict):
        return _without_empty(value, models)
    return [_deeper(one, models) for one in value] if isinstance(value, list) else value


def _holds_more(field: FieldInfo) -> bool:
    """Whether a key holds other keys or a list, and means nothing of its own where it is empty."""
    hint = field.annotation
    empty_means_something = type(None) in typing.get_args(hint)
    return not empty_means_something and (any(models_in(hint)) or typing.get_origin(hint) in {tuple, list, dict})
