"""The state of a run, for people and for scripts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.counted import counted
from curation.errors import ArtifactError, ImbikError
from pipelines.manifest import Manifest, read_manifest
from pipelines.recipe import Recipe, load_recipe
from pipelines.run import RECIPE, RECIPE_FOLDER, State, state
from pipelines.stage import Stage
from pipelines.stages import STAGES


@dataclass(frozen=True, slots=True)
class StageStatus:
    """One stage of a run: whether its artifact holds, its manifest if it has one, and in a few words what it `made`."""

    stage: Stage
    state: State
    manifest: Manifest | None
    made: str


def recipe_of(run: Path) -> tuple[Recipe, Path]:
    """Return the recipe of a run, and the folder it speaks from. Raises ArtifactError where the folder is no run."""
    if not (run / RECIPE).is_file() or not (run / RECIPE_FOLDER).is_file():
        raise ArtifactError(f"{run} is not a run folder: it has no {RECIPE}")
    return load_recipe(run / RECIPE), Path((run / RECIPE_FOLDER).read_text(encoding="utf-8").strip())


def stages_of(run: Path) -> list[StageStatus]:
    """Return the state of every stage, in order."""
    recipe, root = recipe_of(run)
    return [_status(stage, recipe, root, run) for stage in STAGES]


def run_status(run: Path) -> dict[str, Any]:
    """Return the state of a run as JSON-ready values."""
    return {
        "run": run.name,
        "stages": [
            {
                "stage": row.stage.name,
                "state": row.state,
                "read": row.manifest.read if row.manifest else None,
                "kept": row.manifest.kept if row.manifest else None,
                "rejected": dict(row.manifest.rejected) if row.manifest else None,
                "seconds": row.manifest.seconds if row.manifest else None,
            }
            for row in stages_of(run)
        ],
    }


def _status(stage: Stage, recipe: Recipe, root: Path, run: Path) -> StageStatus:
    try:
        manifest = read_manifest(run / stage.folder)
    except ArtifactError:
        return StageStatus(stage, state(stage, recipe, root, run), None, "")
    return StageStatus(stage, state(stage, recipe, root, run), manifest, made(manifest))


def made(manifest: Manifest) -> str:
    """Return in a few words what a stage made."""
    try:
        return _MADE[manifest.stage](manifest.figures)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ImbikError(f"the manifest of stage `{manifest.stage}` lacks figures: {error!r}; run the stage again") from error


_REPAIRS = ("mojibake", "lookalikes", "unwrapped")  # the other tags of a document tell what it is, not what was done to it


def _made_documents(figures: Any) -> str:
    tags = {**figures.get("repairs", {}), **figures.get("tags", {})}
    repairs = sum(count for tag, count in tags.items() if tag.startswith(_REPAIRS))
    covered = sum(figures["pii_covered"].values())
    clusters = figures.get("clusters", {}).get("clusters", 0)  # this and the next: older runs have none
    evaluated = sum(figures.get("contamination", {}).values())
    made = {
        counted(repairs, "repair"): repairs,
        f"{covered} personal data covered": covered,
        counted(clusters, "cluster of duplicates", "clusters of duplicates"): clusters,
        f"{evaluated} with evaluation items": evaluated,
    }
    return ", ".join(words for words, count in made.items() if count)


def _made_pairs(figures: Any) -> str:
    counts = figures["splits"]
    missed = figures.get("count", {}).get("why", "")
    made = f"{counts.get('train', 0)} to train, {counts.get('validation', 0)} to validate, {counts.get('held_out', 0)} held out"
    return f"{made}; fewer than the {figures['count']['wanted']} wanted: {missed}" if missed else made


def _made_review(figures: Any) -> str:
    if figures["sample"] == 0:
        return "skipped"
    counts = {
        "corrected": figures.get("pairs_corrected", 0),
        "turned round": figures.get("preferences_swapped", 0),
        "refused": sum(figures.get(name, 0) for name in ("pairs_rejected", "pairs_correction_refused", "preferences_rejected")),
    }
    return ", ".join([counted(figures["verdicts"], "verdict"), *(f"{count} {name}" for name, count in counts.items() if count)])


def _made_training(figures: Any) -> str:
    if figures.get("enabled") is False:
        return "switched off"
    validated = [one["validation"] for one in figures["losses"] if one["validation"] is not None]
    return f"validation loss {validated[0]:.3f} → {min(validated):.3f}" if validated else counted(figures["steps"], "step")


def _made_evaluation(figures: Any) -> str:
    return ", ".join(f"{one['model']} {one['loss']:.2f}" for one in figures["models"])


_MADE: dict[str, Callable[[Any], str]] = {
    "curate": _made_documents,
    "pairs": _made_pairs,
    "preferences": _made_pairs,
    "review": _made_review,
    "sft": _made_training,
    "dpo": _made_training,
    "evaluate": _made_evaluation,
    "export": lambda figures: ", ".join(one["kind"] for one in figures["files"]),
}
