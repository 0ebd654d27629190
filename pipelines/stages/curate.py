"""Stage 1: files to documents."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from curation.curate import curate_corpus
from curation.funnel import Funnel
from curation.pii.surrogates.key import surrogate_key
from curation.readers import find_inputs
from pipelines.recipe import Recipe
from pipelines.stage import Context, Outcome, Stage
from pipelines.stages.files import DOCUMENTS_FOLDER

_SHAPES_NOTHING = {"engine"}  # where the work is done changes no byte of what comes out


def run(context: Context) -> Outcome:
    """Write the documents worth keeping, and every other record with its reason."""
    recipe = context.recipe
    funnel = curate_corpus(recipe.curate, context.root, context.out, context.work, batch=recipe.name, seed=recipe.seed, tick=context.tick)
    return Outcome(read=funnel.read, kept=funnel.kept, rejected=funnel.rejected, figures=figures(funnel))


def figures(funnel: Funnel) -> dict[str, Any]:
    """Return what the manifest and the report say of the documents: counts alone, no value of any personal datum."""
    return {name: counts for name, counts in funnel.values().items() if name not in {"read", "kept", "rejected"}}


def part(recipe: Recipe) -> dict[str, Any]:
    """Return what shapes the documents: the recipe's part, and a slow hash of the key that surrogates are drawn from."""
    values = recipe.curate.model_dump(mode="json", exclude=_SHAPES_NOTHING)
    key = surrogate_key(recipe.curate.pii)
    return values | {"pii_key": _fingerprint(key, recipe.name)} if key else values


@cache
def _fingerprint(key: bytes, name: str) -> str:
    # scrypt with the parameters of RFC 7914's interactive case: a manifest must be no help in guessing the key.
    return hashlib.scrypt(key, salt=f"imbik {name}".encode(), n=2**14, r=8, p=1).hex()


def inputs(recipe: Recipe, root: Path, _run: Path) -> list[Path]:
    """Return the files the recipe asks for: documents, evaluation sets, word lists."""
    return [*find_inputs(recipe.curate.inputs, root), *named_files(recipe, root).values()]


def named_files(recipe: Recipe, root: Path) -> dict[str, Path]:
    """Return the files that keys of the recipe's part name, by key."""
    config = recipe.curate
    found = {f"curate.decontaminate.sets.{number}.path": root / one.path for number, one in enumerate(config.decontaminate.sets)}
    if config.quality.toxic_words is not None:
        found["curate.quality.toxic_words"] = root / config.quality.toxic_words
    if config.language.model == "glotlid" and config.language.glotlid.path is not None:
        found["curate.language.glotlid.path"] = root / config.language.glotlid.path
    return found


CURATE = Stage(
    name="curate",
    folder=DOCUMENTS_FOLDER,
    unit="records",
    needs=(),
    rooms=("curation", "pipelines/stages/curate.py"),
    part=part,
    run=run,
    files=inputs,
)
