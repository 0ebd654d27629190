"""Stage 7: base, SFT and DPO side by side on what none of them was trained on."""

from __future__ import annotations

import json
from dataclasses import asdict

from curation.records import Pair, Preference
from curation.storage import read_jsonl, write_json
from pipelines.stage import Context, Outcome, Stage
from pipelines.stages.base import base_model
from pipelines.stages.files import ADAPTER, DPO_FOLDER, EVALUATION_FOLDER, PAIRS, PREFERENCES, REVIEWED_FOLDER, SFT_FOLDER
from pipelines.stages.sft import base_part

EVALUATION = "evaluation.json"


def run(context: Context) -> Outcome:
    """Write the three models' figures on the held-out records."""
    from training.evaluate import evaluate

    pairs = list(read_jsonl(context.artifact(REVIEWED_FOLDER, PAIRS), Pair))
    preferences = list(read_jsonl(context.artifact(REVIEWED_FOLDER, PREFERENCES), Preference))
    tuned = context.run / DPO_FOLDER / ADAPTER
    found = evaluate(
        base_model(context),
        context.artifact(SFT_FOLDER, ADAPTER),
        tuned if tuned.is_dir() else None,
        pairs,
        preferences,
        context.recipe.evaluate,
        seed=context.recipe.seed,
        tick=context.tick,
    )
    values = json.loads(json.dumps(asdict(found)))
    write_json(context.out / EVALUATION, values)
    measured = found.pairs + found.preferences
    skipped = {"too_long": found.skipped} if found.skipped else {}
    return Outcome(measured + found.skipped, measured, skipped, {name: value for name, value in values.items() if name != "answers"})


EVALUATE = Stage(
    name="evaluate",
    folder=EVALUATION_FOLDER,
    unit="held-out records",
    needs=(REVIEWED_FOLDER, SFT_FOLDER, DPO_FOLDER),
    rooms=("training", "pipelines/stages/base.py", "pipelines/stages/evaluate.py"),
    part=lambda recipe: {"evaluate": recipe.evaluate.model_dump(mode="json"), **base_part(recipe)},
    run=run,
)
