"""Unsloth on a GPU, in a process of its own: importing it patches TRL and Transformers for everyone else.

The parent tokenises, so both backends train on the very same rows. Run as `python -m training.unsloth_backend FOLDER`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from curation.errors import ImbikError
from curation.progress import silent
from curation.storage import write_json, write_jsonl
from training.chat import Row
from training.config import SftConfig


def train_in_process(
    base: str | Path, rows: tuple[Sequence[Row], Sequence[Row]], out: Path, work: Path, config: SftConfig, *, seed: int
) -> tuple[int, int, int]:
    """Train on `rows` (training, held out) into `out` and return steps, trainable parameters and the step it went on from.

    Raises ImbikError with what the process said last where it fails.
    """
    with TemporaryDirectory(prefix="imbik-") as name:
        folder = Path(name)
        for split, one in zip(("train", "validation"), rows, strict=True):
            write_jsonl(folder / f"{split}.jsonl", ({"input_ids": row.ids(), "labels": row.labels()} for row in one))
        order = {"base": str(base), "out": str(out.resolve()), "work": str(work.resolve()), "config": config.model_dump(), "seed": seed}
        write_json(folder / "order.json", order)
        path = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
        command = [sys.executable, "-m", "training.unsloth_backend", name]
        done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)  # noqa: S603 (this interpreter, this module)
        if done.returncode != 0:
            raise ImbikError(f"sft: unsloth failed (exit {done.returncode}): {done.stderr.strip()[-500:]}")
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return int(result["steps"]), int(result["parameters"]), int(result["resumed_from"])


def _train(folder: Path) -> None:
    """The child: Unsloth's model under TRL's trainer, with the keeper and the arguments that PEFT's arm has."""
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = os.environ["UNSLOTH_DISABLE_STATISTICS"] = "1"
    import unsloth  # type: ignore[import-not-found, unused-ignore]  # before trl: it patches what it finds
    from datasets import Dataset
    from trl import SFTConfig as TrlConfig

    from training.checkpoints import fingerprint, newest_whole
    from training.lora import arguments
    from training.quiet import quiet
    from training.sft import publish
    from training.trainers import Keeper, SilentSft, run

    order = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    config, seed = SftConfig.model_validate(order["config"]), int(order["seed"])
    out, work = Path(order["out"]), Path(order["work"])
    train, validation = (_rows(folder / f"{split}.jsonl") for split in ("train", "validation"))
    with quiet():
        key = fingerprint(
            "unsloth", order["base"], json.dumps(order["config"]), str(seed), rows=(row["input_ids"] for row in [*train, *validation])
        )
        checkpoint = newest_whole(work, key)
        if checkpoint is None:
            shutil.rmtree(work / "best", ignore_errors=True)
        model, tokenizer = _model(unsloth, order["base"], config, seed)
        out.mkdir(parents=True, exist_ok=True)
        trainer = SilentSft(
            model=model,
            args=TrlConfig(
                **arguments(config, work, seed=seed, validate=bool(validation), resumed=checkpoint is not None),
                dataset_kwargs={"skip_prepare_dataset": True},
            ),
            train_dataset=Dataset.from_list(train),
            eval_dataset=Dataset.from_list(validation) if validation else None,
            processing_class=tokenizer,
        )
        state = run(trainer, Keeper(out / "losses.jsonl", work, key, silent), checkpoint)
        parameters = sum(p.numel() for p in model.parameters() if p.requires_grad)
        publish(model, tokenizer, out, work)
    resumed = int(checkpoint.name.rpartition("-")[2]) if checkpoint else 0
    write_json(folder / "result.json", {"steps": state.global_step, "parameters": parameters, "resumed_from": resumed})


def _model(unsloth: Any, base: str, config: SftConfig, seed: int) -> tuple[Any, Any]:
    from training.lora import load_tokenizer

    model, _ = unsloth.FastLanguageModel.from_pretrained(base, max_seq_length=config.max_length, load_in_4bit=config.method == "qlora")
    adapted = unsloth.FastLanguageModel.get_peft_model(
        model,
        r=config.rank,
        lora_alpha=config.alpha,
        lora_dropout=config.dropout,
        use_gradient_checkpointing="unsloth" if config.gradient_checkpointing else False,
        random_state=seed,
    )
    return adapted, load_tokenizer(base)


def _rows(path: Path) -> list[dict[str, list[int]]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    _train(Path(sys.argv[1]))
