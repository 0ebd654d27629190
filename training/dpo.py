"""Preferences and the SFT adapter -> a preference-tuned adapter, held to a frozen copy of its SFT self."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError, ImbikError
from curation.progress import Tick, silent
from curation.records import Preference, Reject
from curation.storage import file_sha256, read_jsonl
from training.chat import Choice, dpo_rows
from training.checkpoints import fingerprint, newest_whole
from training.config import DpoConfig, tracker_unavailable
from training.losses import Loss, overfit
from training.quiet import quiet
from training.sft import SftReport, context_of, kept_step, publish

DpoReport = SftReport


def train_dpo(
    base: str | Path,
    sft_adapter: Path,
    preferences: Sequence[Preference],
    out: Path,
    work: Path,
    config: DpoConfig,
    *,
    seed: int,
    reject: Reject,
    tick: Tick = silent,
) -> DpoReport:
    """Return the report of an adapter in `out/adapter` that started as `sft_adapter`; a killed run goes on from its checkpoints in `work`.

    Raises ArtifactError where the SFT adapter is missing or no preference is left to train on.
    """
    from training.lora import load_tokenizer

    if lack := tracker_unavailable(config.tracker):
        raise ImbikError(lack)
    if not (sft_adapter / "adapter_model.safetensors").is_file():
        raise ArtifactError(f"{sft_adapter} holds no adapter: run the sft stage first")
    with quiet():
        tokenizer = load_tokenizer(base)
        limit = min(config.max_length, context_of(base))
        train, watched = (
            list(dpo_rows(tokenizer, [one for one in preferences if one.split == name], limit, reject)) for name in ("train", "validation")
        )
        if not train:
            raise ArtifactError(f"dpo: none of {len(preferences)} preferences can be trained on: see the rejected file for the reasons")
        validation = sorted(watched, key=lambda one: one.chosen.record_id)[: config.validation_rows]
        steps, parameters, resumed = _train(
            base, sft_adapter, out, work, config, tokenizer=tokenizer, rows=(train, validation), seed=seed, tick=tick
        )
    curve = tuple(read_jsonl(out / "losses.jsonl", Loss))
    counts = (len(train), len(watched), sum(one.split != "held_out" for one in preferences) - len(train) - len(watched))
    return DpoReport(out / "adapter", *counts, steps, parameters, curve, kept_step(curve), resumed, overfit(curve))


def dpo_trainer(
    base: str | Path,
    sft_adapter: Path,
    config: DpoConfig,
    args: dict[str, Any],
    *,
    tokenizer: Any,
    rows: tuple[list[Choice], list[Choice]],
) -> Any:
    """Return TRL's trainer over the SFT adapter. Without a `peft_config` it clones the adapter as a frozen "ref", so SFT is the reference."""
    from datasets import Dataset
    from trl import DPOConfig as TrlConfig

    from training.lora import load_adapted
    from training.trainers import SilentDpo

    train, validation = rows
    return SilentDpo(
        model=load_adapted(base, sft_adapter, trainable=True, precision=config.precision),
        args=TrlConfig(**args, beta=config.beta, label_smoothing=config.label_smoothing),
        train_dataset=Dataset.from_list([_columns(one) for one in train]),
        eval_dataset=Dataset.from_list([_columns(one) for one in validation]) if validation else None,
        processing_class=tokenizer,
    )


def _train(
    base: str | Path,
    sft_adapter: Path,
    out: Path,
    work: Path,
    config: DpoConfig,
    *,
    tokenizer: Any,
    rows: tuple[list[Choice], list[Choice]],
    seed: int,
    tick: Tick,
) -> tuple[int, int, int]:
    import torch

    from training.lora import arguments
    from training.trainers import Keeper, run

    train, validation = rows
    parts = ("dpo", str(base), file_sha256(sft_adapter / "adapter_model.safetensors"), config.model_dump_json(), str(seed))
    key = fingerprint(*parts, rows=(row.labels() + row.ids() for one in [*train, *validation] for row in (one.chosen, one.rejected)))
    checkpoint = newest_whole(work, key)
    if checkpoint is None:
        shutil.rmtree(work / "best", ignore_errors=True)
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    args = arguments(config, work, seed=seed, validate=bool(validation), resumed=checkpoint is not None)
    trainer = dpo_trainer(base, sft_adapter, config, args, tokenizer=tokenizer, rows=rows)
    state = run(trainer, Keeper(out / "losses.jsonl", work, key, tick), checkpoint)
    parameters = sum(p.numel() for p in trainer.model.parameters() if p.requires_grad)
    publish(trainer.model, tokenizer, out, work)
    return state.global_step, parameters, int(checkpoint.name.rpartition("-")[2]) if checkpoint else 0


def _columns(one: Choice) -> dict[str, list[int]]:
    return {"prompt_ids": list(one.chosen.prompt), "chosen_ids": list(one.chosen.answer), "rejected_ids": list(one.rejected.answer)}
