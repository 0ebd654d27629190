"""The base model of a run: a checkpoint the recipe names, or `tohum`, grown once from the run's training documents."""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.recipe import looks_like_folder
from pipelines.stage import Context
from pipelines.stages.files import documents_of
from synthesis.split import splits


def cache_folder() -> Path:
    """Return where grown models are kept: IMBIK_CACHE, or `imbik` in the user's cache folder."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "imbik"
    return Path(os.environ.get("IMBIK_CACHE") or default)


def base_model(context: Context) -> str | Path:
    """Return the base checkpoint: a folder or a hub name. `tohum` reads the training documents alone."""
    recipe = context.recipe
    if recipe.base_model != "tohum":
        return (context.root / Path(recipe.base_model).expanduser()) if looks_like_folder(recipe.base_model) else recipe.base_model
    from training.tohum import grow

    documents = list(documents_of(context.run))
    split = splits([document.id for document in documents], recipe.pairs, recipe.seed)
    texts = [document.text for document in documents if split[document.id] == "train"]
    return grow(texts, recipe.tohum, cache_folder(), seed=recipe.seed, tick=context.tick)
