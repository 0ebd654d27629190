"""Stage 1: files to documents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curation.curate import Funnel, curate
from curation.readers import find_inputs
from curation.storage import write_jsonl
from pipelines.recipe import Recipe
from pipelines.stage import Context, Outcome, Stage, rejections
from pipelines.stages.files import DOCUMENTS, DOCUMENTS_FOLDER


def run(context: Context) -> Outcome:
    """Write the documents worth keeping, and every other record with its reason."""
    funnel = Funnel()
    with rejections(context.out) as (reject, reasons):
        documents = curate(context.recipe.curate, context.root, reject=reject, funnel=funnel, tick=context.tick)
        kept = write_jsonl(context.out / DOCUMENTS, documents)
    return Outcome(read=kept + reasons.total(), kept=kept, rejected=reasons, figures=figures(funnel))


def figures(funnel: Funnel) -> dict[str, Any]:
    """Return what the manifest and the report say of the documents: counts alone, no value of any personal datum."""
    counters: dict[str, Mapping[Any, int]] = {
        "languages": funnel.languages,
        "repairs": funnel.repairs,
        "pii_found": funnel.pii_found,
        "pii_covered": funnel.pii_covered,
    }
    return {name: dict(sorted(counter.items())) for name, counter in counters.items()}


def inputs(recipe: Recipe, root: Path, _run: Path) -> list[Path]:
    """Return the files the recipe asks for."""
    return find_inputs(recipe.curate.inputs, root)


CURATE = Stage(
    name="curate",
    folder=DOCUMENTS_FOLDER,
    unit="records",
    needs=(),
    rooms=("curation", "pipelines/stages/curate.py"),
    part=lambda recipe: recipe.curate.model_dump(mode="json"),
    run=run,
    files=inputs,
)
