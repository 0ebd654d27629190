"""Stage 8: the last adapter to GGUF files, a Modelfile, the adapter itself and a model card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from curation.records import Message, Pair, Preference, decode
from curation.storage import read_jsonl, write_text
from pipelines.stage import Context, Outcome, Stage
from pipelines.stages.base import base_model
from pipelines.stages.evaluate import EVALUATION
from pipelines.stages.files import (
    ADAPTER,
    DOCUMENTS_FOLDER,
    DPO_FOLDER,
    EVALUATION_FOLDER,
    EXPORT_FOLDER,
    PAIRS,
    PREFERENCES,
    REVIEWED_FOLDER,
    SFT_FOLDER,
    documents_of,
)
from pipelines.stages.sft import base_part


def run(context: Context) -> Outcome:
    """Write what Ollama and llama.cpp load; the run fails where the F16 file is not the trained model."""
    from training.export.files import export

    pairs = list(read_jsonl(context.artifact(REVIEWED_FOLDER, PAIRS), Pair))
    base, config = base_model(context), context.recipe.export
    adapter = last_adapter(context.run)
    held_out = sorted((pair for pair in pairs if pair.split == "held_out"), key=lambda pair: pair.id)
    prompts = held_out_prompts(held_out, config.parity_prompts)
    report = export(base, adapter, context.out, config, seed=context.recipe.seed, prompts=prompts, tick=context.tick)
    shutil.copytree(adapter, context.out / ADAPTER)
    write_text(context.out / "README.md", _card(context, Path(base).name, pairs, report))
    files = [{"kind": one.kind, "file": one.path.name, "bytes": one.bytes} for one in report.files]
    parity: list[dict[str, Any]] = json.loads(json.dumps([asdict(one) for one in report.parity]))
    figures = {
        "adapter": adapter.parent.name,
        "files": files,
        "stops": list(report.stops),
        "num_ctx": report.num_ctx,
        "prompts": [messages[-1].content for messages in prompts],
        "expected": list(report.expected),
        "parity": parity,
    }
    return Outcome(len(files), len(files), figures=figures)


def held_out_prompts(pairs: Sequence[Pair], most: int) -> list[tuple[Message, ...]]:
    """Return the prompts of the first pairs of every task in turn, so that each kind of prompt is compared."""
    by_task: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_task.setdefault(pair.task, []).append(pair)
    ranked = sorted((turn, task, pair.id, pair) for task, some in by_task.items() for turn, pair in enumerate(some))
    return [pair.prompt() for *_, pair in ranked[:most]]


def last_adapter(run: Path) -> Path:
    """Return the adapter at the end of the road: DPO's, or SFT's where DPO was switched off."""
    tuned = run / DPO_FOLDER / ADAPTER
    return tuned if tuned.is_dir() else run / SFT_FOLDER / ADAPTER


def _card(context: Context, base: str, pairs: list[Pair], report: Any) -> str:
    from training.evaluate import Evaluation
    from training.export.card import CardFacts, model_card

    documents = list(documents_of(context.run))
    preferences = list(read_jsonl(context.artifact(REVIEWED_FOLDER, PREFERENCES), Preference))
    measured = json.loads(context.artifact(EVALUATION_FOLDER, EVALUATION).read_text(encoding="utf-8"))
    facts = CardFacts(
        name=context.recipe.export.ollama.name,
        base=base if context.recipe.base_model == "tohum" else context.recipe.base_model,
        license=context.recipe.export.license,
        documents=len(documents),
        pairs=len(pairs),
        preferences=len(preferences),
        data_licenses=tuple(sorted({document.license for document in documents if document.license})),
        evaluation=decode(Evaluation, measured),
        parity=report.parity,
    )
    return model_card(facts)


EXPORT = Stage(
    name="export",
    folder=EXPORT_FOLDER,
    unit="files",
    needs=(DOCUMENTS_FOLDER, REVIEWED_FOLDER, SFT_FOLDER, DPO_FOLDER, EVALUATION_FOLDER),
    rooms=("training", "pipelines/stages/base.py", "pipelines/stages/export.py"),
    part=lambda recipe: {"export": recipe.export.model_dump(mode="json"), **base_part(recipe)},
    run=run,
)
