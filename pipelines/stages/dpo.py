"""Stage 6: reviewed preferences and the SFT adapter to a preference-tuned adapter."""

from __future__ import annotations

from curation.records import Preference
from curation.storage import read_jsonl
from pipelines.stage import Context, Outcome, Stage, rejections
from pipelines.stages.base import base_model
from pipelines.stages.files import ADAPTER, DPO_FOLDER, PREFERENCES, REVIEWED_FOLDER, SFT_FOLDER
from pipelines.stages.sft import base_part, training_figures


def run(context: Context) -> Outcome:
    """Train on from the SFT adapter, held to its frozen copy; `dpo.enabled: false` ends the road at SFT."""
    config = context.recipe.dpo
    if not config.enabled:
        return Outcome(0, 0, figures={"enabled": False})
    from training.dpo import train_dpo

    preferences = [one for one in read_jsonl(context.artifact(REVIEWED_FOLDER, PREFERENCES), Preference) if one.split != "held_out"]
    adapter = context.artifact(SFT_FOLDER, ADAPTER)
    with rejections(context.out) as (reject, reasons):
        report = train_dpo(
            base_model(context),
            adapter,
            preferences,
            context.out,
            context.work,
            config,
            seed=context.recipe.seed,
            reject=reject,
            tick=context.tick,
        )
    return Outcome(len(preferences), len(preferences) - reasons.total(), reasons, {"enabled": True, **training_figures(report)})


DPO = Stage(
    name="dpo",
    folder=DPO_FOLDER,
    unit="preferences",
    needs=(REVIEWED_FOLDER, SFT_FOLDER),
    rooms=("training", "pipelines/stages/base.py", "pipelines/stages/dpo.py"),
    part=lambda recipe: {"dpo": recipe.dpo.model_dump(mode="json"), **base_part(recipe)},
    run=run,
)
