"""Pairs -> a LoRA adapter, with TRL and PEFT on CPU or GPU, or with Unsloth on a GPU."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError, ImbikError
from curation.progress import Tick, silent
from curation.records import Pair, Reject
from curation.storage import read_jsonl
from training.chat import Row, sft_rows
from training.checkpoints import fingerprint, newest_whole
from training.config import SftConfig, sft_unavailable
from training.losses import Loss, Verdict, overfit
from training.quiet import quiet


@dataclass(frozen=True, slots=True)
class SftReport:
    """What a training run did. Losses in nats per answer token (SFT) or per preference (DPO); `kept_step` is the step of the adapter kept."""

    adapter: Path
    train_rows: int
    validation_rows: int
    rejected: int
    steps: int
    trainable_parameters: int
    losses: tuple[Loss, ...]
    kept_step: int
    resumed_from: int
    overfit: Verdict


def train_sft(
    base: str | Path, pairs: Sequence[Pair], out: Path, work: Path, config: SftConfig, *, seed: int, reject: Reject, tick: Tick = silent
) -> SftReport:
    """Return the report of an adapter in `out/adapter`, its curve in `out/losses.jsonl`; a killed run goes on from its checkpoints in `work`.

    Raises ArtifactError where no row is left to train on, ImbikError where the machine lacks what `config` asks for.
    """
    from training.lora import load_tokenizer

    if lack := sft_unavailable(config):
        raise ImbikError(lack)
    with quiet():
        tokenizer = load_tokenizer(base)
        limit = min(config.max_length, context_of(base))
        train, watched = (list(sft_rows(tokenizer, _split(pairs, name), limit, reject)) for name in ("train", "validation"))
        validation = sorted(watched, key=lambda row: row.record_id)[: config.validation_rows]
        if not train:
            raise ArtifactError(f"sft: none of {len(pairs)} pairs can be trained on: see the rejected file for the reasons")
        if config.backend == "unsloth":
            from training.unsloth_backend import train_in_process

            steps, parameters, resumed = train_in_process(base, (train, validation), out, work, config, seed=seed)
        else:
            steps, parameters, resumed = _train(
                base, out, work, config, tokenizer=tokenizer, rows=(train, validation), seed=seed, tick=tick
            )
    curve = tuple(read_jsonl(out / "losses.jsonl", Loss))
    counts = (len(train), len(watched), sum(pair.split != "held_out" for pair in pairs) - len(train) - len(watched))
    return SftReport(out / "adapter", *counts, steps, parameters, curve, kept_step(curve), resumed, overfit(curve))


def context_of(base: str | Path) -> int:
    """Return the longest row in tokens that a checkpoint was made for."""
    from transformers import AutoConfig

    try:
        config = AutoConfig.from_pretrained(str(base), trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise ArtifactError(f"base_model {base} cannot be read: {str(error).splitlines()[0]}") from error
    return int(getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None) or 1 << 20)


def kept_step(curve: Sequence[Loss]) -> int:
    """Return the step whose adapter is kept: lowest validation loss, or the last one without validation."""
    validated = [(one.validation, one.step) for one in curve if one.validation is not None]
    return min(validated)[1] if validated else max((one.step for one in curve), default=0)


def publish(model: Any, tokenizer: Any, out: Path, work: Path) -> None:
    """Put the adapter of the lowest validation loss, or else the last one, into `out/adapter`, with its tokeniser."""
    from training.trainers import save_adapter

    if not (work / "best").is_dir():
        save_adapter(model, work / "best")
    tokenizer.save_pretrained(work / "best")
    shutil.rmtree(out / "adapter", ignore_errors=True)
    shutil.move(work / "best", out / "adapter")


def _split(pairs: Sequence[Pair], name: str) -> list[Pair]:
    return [pair for pair in pairs if pair.split == name]


def _train(
    base: str | Path, out: Path, work: Path, config: SftConfig, *, tokenizer: Any, rows: tuple[list[Row], list[Row]], seed: int, tick: Tick
) -> tuple[int, int, int]:
    import torch
    from datasets import Dataset
    from trl import SFTConfig as TrlConfig

    from training.lora import arguments, new_adapter
    from training.trainers import Keeper, SilentSft, run

    train, validation = rows
    key = fingerprint(
        "sft", str(base), config.model_dump_json(), str(seed), rows=(row.labels() + row.ids() for row in [*train, *validation])
    )
    checkpoint = newest_whole(work, key)
    if checkpoint is None:
        shutil.rmtree(work / "best", ignore_errors=True)
    torch.manual_seed(seed)
    model = new_adapter(base, config)
    out.mkdir(parents=True, exist_ok=True)
    trainer = SilentSft(
        model=model,
        args=TrlConfig(
            **arguments(config, work, seed=seed, validate=bool(validation), resumed=checkpoint is not None),
            loss_type="nll",
            dataset_kwargs={"skip_prepare_dataset": True},
        ),
        train_dataset=Dataset.from_list([{"input_ids": row.ids(), "labels": row.labels()} for row in train]),
        eval_dataset=Dataset.from_list([{"input_ids": row.ids(), "labels": row.labels()} for row in validation]) if validation else None,
        processing_class=tokenizer,
    )
    state = run(trainer, Keeper(out / "losses.jsonl", work, key, tick), checkpoint)
    parameters = sum(p.numel() for p in model.parameters() if p.requires_grad)
    publish(model, tokenizer, out, work)
    return state.global_step, parameters, int(checkpoint.name.rpartition("-")[2]) if checkpoint else 0
