"""Stage 5: reviewed pairs to a LoRA adapter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from curation.records import Pair
from curation.storage import read_jsonl
from pipelines.recipe import Recipe
from pipelines.stage import Context, Outcome, Stage, rejections
from pipelines.stages.base import base_model
from pipelines.stages.files import DOCUMENTS_FOLDER, PAIRS, REVIEWED_FOLDER, SFT_FOLDER


def run(context: Context) -> Outcome:
    """Train the adapter; rows that do not fit the model are rejected, never cut."""
    from training.sft import train_sft

    pairs = [pair for pair in read_jsonl(context.artifact(REVIEWED_FOLDER, PAIRS), Pair) if pair.split != "held_out"]
    base = base_model(context)
    with rejections(context.out) as (reject, reasons):
        report = train_sft(
            base, pairs, context.out, context.work, context.recipe.sft, seed=context.recipe.seed, reject=reject, tick=context.tick
        )
    return Outcome(len(pairs), len(pairs) - reasons.total(), reasons, {"base": Path(base).name, **training_figures(report)})


def training_figures(report: Any) -> dict[str, Any]:
    """Return a training report for the manifest, without paths of this machine."""
    values: dict[str, Any] = json.loads(json.dumps(asdict(report), default=str))
    return {name: value for name, value in values.items() if name not in {"adapter", "rejected"}}


def base_part(recipe: Recipe) -> Mapping[str, Any]:
    """Return what of the recipe decides the base model."""
    grown = recipe.tohum.model_dump(mode="json") if recipe.base_model == "tohum" else {}
    return {"base_model": recipe.base_model, "tohum": grown}


SFT = Stage(
    name="sft",
    folder=SFT_FOLDER,
    unit="pairs",
    needs=(DOCUMENTS_FOLDER, REVIEWED_FOLDER),
    rooms=("training", "pipelines/stages/base.py", "pipelines/stages/sft.py"),
    part=lambda recipe: {"sft": recipe.sft.model_dump(mode="json"), **base_part(recipe)},
    run=run,
)
