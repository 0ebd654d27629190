"""What the report says of the model: training, evaluation and export."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from curation.records import decode
from pipelines.report.data import Counts, ranked
from pipelines.report.opened import OpenRun
from pipelines.report.samples import clipped, shortened
from pipelines.stages.evaluate import EVALUATION
from training.evaluate import Answers, Evaluation
from training.export.parity import Parity
from training.losses import Loss

ANSWERS_SHOWN = 5
_PROMPT_TEXT, _ANSWER_TEXT = 400, 600


@dataclass(frozen=True, slots=True)
class TrainingView:
    """Stage 5 or 6: the curve, the kept step and the verdict. `first` and `best` are validation losses in nats, None without validation."""

    stage: str
    enabled: bool
    figures: Mapping[str, Any]
    losses: tuple[Loss, ...]
    kept_step: int
    verdict: str
    first: float | None
    best: float | None
    accuracy: float | None
    dropped: Counts


@dataclass(frozen=True, slots=True)
class FileView:
    """One exported file."""

    kind: str
    file: str
    bytes: int


@dataclass(frozen=True, slots=True)
class ExportView:
    """Stage 8: files, their likeness to the trained model, and how Ollama takes them."""

    files: tuple[FileView, ...]
    parity: tuple[Parity, ...]
    adapter: str
    num_ctx: int
    ollama: str
    folder: str


def training(run: OpenRun, stage: str) -> TrainingView:
    """Return what there is to say of stage `sft` or `dpo`."""
    manifest = run.manifest(stage)
    figures = manifest.figures
    if figures.get("enabled") is False:
        return TrainingView(stage, False, figures, (), 0, "", None, None, None, ())
    losses = tuple(decode(Loss, one) for one in figures["losses"])
    validation = [one.validation for one in losses if one.validation is not None]
    accuracy = next((one.accuracy for one in losses if one.step == figures["kept_step"]), None)
    first, best = (validation[0], min(validation)) if validation else (None, None)
    dropped = ranked(manifest.rejected)
    return TrainingView(stage, True, figures, losses, int(figures["kept_step"]), figures["overfit"], first, best, accuracy, dropped)


def evaluation(run: OpenRun) -> Evaluation:
    """Return the evaluation with its answers cut to a size that stands side by side."""
    run.manifest("evaluate")
    text = run.path("evaluate", EVALUATION).read_text(encoding="utf-8")
    found = decode(Evaluation, json.loads(text))
    answers = tuple(map(_cut, found.answers[:ANSWERS_SHOWN]))
    return Evaluation(found.pairs, found.preferences, found.documents, found.tokens, found.skipped, found.models, answers, found.summary)


def export(run: OpenRun) -> ExportView:
    """Return what there is to say of stage 8."""
    figures = run.manifest("export").figures
    files = tuple(decode(FileView, one) for one in figures["files"])
    parity = tuple(decode(Parity, one) for one in figures["parity"])
    folder = run.parts["export"].stage.folder
    return ExportView(files, parity, figures["adapter"], figures["num_ctx"], run.recipe.export.ollama.name, folder)


def shipped(run: OpenRun) -> FileView:
    """Return the file that the Modelfile names: the first kind of the recipe, else the first written."""
    files = export(run).files
    return next((one for one in files if one.kind == (run.recipe.export.quantize or ("F16",))[0]), files[0])


def _cut(one: Answers) -> Answers:
    prompt = shortened(one.prompt, _PROMPT_TEXT)
    return Answers(one.pair_id, prompt, *(clipped(text, _ANSWER_TEXT) for text in (one.expected, one.base, one.sft, one.dpo)))
