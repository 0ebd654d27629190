"""Everything that can be known to be wrong with a recipe before any work or cost."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

from alignment.desk import unavailable as review_unavailable
from curation.errors import InputError, Mistake, RecipeError
from curation.readers import find_inputs
from pipelines.models.config import ModelConfig, OpenAIConfig
from pipelines.recipe import Recipe, load_recipe, looks_like_folder
from training.config import sft_unavailable

_PACKAGES = {"distilabel": ("pairs.model", "synthesis"), "torch": ("sft", "training"), "llama_cpp": ("export", "training")}


def checked(path: Path) -> Recipe:
    """Return the recipe in `path` when nothing is known to be wrong with it. Raises RecipeError with every mistake."""
    recipe = load_recipe(path)
    mistakes = list(_mistakes(recipe, path.resolve().parent))
    if mistakes:
        raise RecipeError(str(path), mistakes)
    return recipe


def _mistakes(recipe: Recipe, root: Path) -> Iterator[Mistake]:
    try:
        find_inputs(recipe.curate.inputs, root)
    except InputError as error:
        yield Mistake("curate.inputs", repr(error.where), error.detail)
    yield from _model_mistakes("pairs.model", recipe.pairs.model)
    yield from _model_mistakes("preferences.model", recipe.preferences.model)
    if reason := review_unavailable(recipe.review):
        yield Mistake("review.desk", repr(recipe.review.desk), reason)
    if reason := sft_unavailable(recipe.sft):
        yield Mistake("sft", f"backend {recipe.sft.backend!r}, method {recipe.sft.method!r}", reason)
    if recipe.base_model != "tohum" and looks_like_folder(recipe.base_model) and not (root / recipe.base_model / "config.json").is_file():
        yield Mistake("base_model", repr(recipe.base_model), f"a folder with config.json; there is none at {root / recipe.base_model}")
    for package, (key, extra) in _PACKAGES.items():
        if importlib.util.find_spec(package) is None:
            yield Mistake(key, f"{package} is not installed", f"pip install 'imbik[{extra}]'")


def _model_mistakes(key: str, config: ModelConfig) -> Iterator[Mistake]:
    if isinstance(config, OpenAIConfig):
        if importlib.util.find_spec("openai") is None:
            yield Mistake(key, "openai is not installed", "pip install 'imbik[synthesis]'")
            return
        from pipelines.models.openai_server import key_missing

        if key_missing(config):
            yield Mistake(
                f"{key}.api_key_env",
                repr(config.api_key_env),
                f"an environment variable that holds the key for {config.base_url}; it is not set",
            )
