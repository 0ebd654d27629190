"""TRL's two trainers, told to be silent, to send no usage reports and to leave our token ids as they are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from transformers import PrinterCallback, Trainer, TrainerCallback
from trl import DPOTrainer, SFTTrainer

from curation.progress import Tick
from curation.storage import write_json, write_jsonl
from training.checkpoints import mark_whole
from training.losses import losses_of
from training.order import RowOrder


class SilentSft(SFTTrainer):
    """SFTTrainer without its usage report, with our order of rows."""

    def _send_telemetry(self) -> None:
        return None

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        rows = self.train_dataset if train_dataset is None else train_dataset
        return _order(self, [len(ids) for ids in rows["input_ids"]])

    def compute_loss(self, *arguments: Any, **more: Any) -> Any:
        """Return the plain loss: TRL adds entropy and accuracy over the whole vocabulary, a fifth of the time, and nobody reads them."""
        return Trainer.compute_loss(self, *arguments, **more)


class SilentDpo(DPOTrainer):
    """DPOTrainer without its usage report, with our order of rows, fed with rows that are tokenised already."""

    def _send_telemetry(self) -> None:
        return None

    def _prepare_dataset(self, dataset: Any, processing_class: Any, args: Any, dataset_name: str) -> Any:  # noqa: ARG002
        return dataset

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        # Beside a "ref" folder Transformers restores only "ref": the policy would silently start again from SFT.
        (model or self.model).load_adapter(resume_from_checkpoint, "default", is_trainable=True)

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        rows = self.train_dataset if train_dataset is None else train_dataset
        sides = zip(rows["prompt_ids"], rows["chosen_ids"], rows["rejected_ids"], strict=True)
        return _order(self, [len(prompt) + max(len(chosen), len(rejected)) for prompt, chosen, rejected in sides])


class Keeper(TrainerCallback):
    """Writes `losses.jsonl` as training goes, marks whole checkpoints, keeps the adapter of the lowest validation loss, ticks."""

    def __init__(self, losses: Path, work: Path, key: str, tick: Tick) -> None:
        self.losses = losses
        self.work = work
        self.key = key
        self.tick = tick

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
        """Tick; the last step is logged, validated and saved wherever the rhythm stands."""
        self.tick(state.global_step, state.max_steps)
        if state.global_step >= state.max_steps:
            control.should_log = control.should_save = True
            control.should_evaluate = str(getattr(args.eval_strategy, "value", args.eval_strategy)) != "no"
        return control

    def on_log(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        """Write the whole curve anew, so that a resumed run never holds a step twice."""
        write_jsonl(self.losses, losses_of(state.log_history))

    def on_evaluate(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:  # noqa: ARG002
        """Save the adapter when its validation loss is the lowest so far."""
        curve = [(one.validation, one.step) for one in losses_of(state.log_history) if one.validation is not None]
        if curve and min(curve)[1] == state.global_step:
            save_adapter(model, self.work / "best")

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        """Mark the checkpoint that was just written."""
        mark_whole(self.work / f"checkpoint-{state.global_step}", self.key)


def _order(trainer: Any, lengths: list[int]) -> RowOrder:
    return RowOrder(lengths, trainer.args.train_batch_size * trainer.args.gradient_accumulation_steps, trainer.args.seed)


def run(trainer: Any, keeper: Keeper, checkpoint: Path | None) -> Any:
    """Train from `checkpoint` or from the start and return the trainer's state."""
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(keeper)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return trainer.state


def save_adapter(model: Any, target: Path) -> None:
    """Write the trained adapter, and it alone, to `target`, whole or not at all."""
    temporary = target.with_name(f".{target.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    model.save_pretrained(str(temporary), selected_adapters=["default"], safe_serialization=True)
    (temporary / "README.md").unlink(missing_ok=True)  # PEFT's empty card; the export stage writes a real one
    _tidy(temporary / "adapter_config.json")
    shutil.rmtree(target, ignore_errors=True)
    temporary.rename(target)


def _tidy(path: Path) -> None:
    """PEFT writes a set in any order, and the folder the base was loaded from: neither belongs into a file that is published."""
    config = json.loads(path.read_text(encoding="utf-8"))
    config["target_modules"] = sorted(config["target_modules"])
    if Path(config["base_model_name_or_path"]).is_dir():
        config["base_model_name_or_path"] = Path(config["base_model_name_or_path"]).name
    write_json(path, config)
