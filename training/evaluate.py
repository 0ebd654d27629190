"""Base, SFT and DPO side by side on held-out pairs and preferences, with intervals and without flattery."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from curation.progress import Tick, silent
from curation.records import Pair, Preference, Rejected, conversation
from curation.storage import read_jsonl
from training.chat import Choice, Row, dpo_rows, prompt_ids, sft_rows
from training.config import EvaluateConfig
from training.intervals import Interval, Share, mean_difference, wilson
from training.losses import Loss, Verdict, overfit
from training.quiet import quiet
from training.wording import Sentence, summary

ModelName = Literal["base", "sft", "dpo"]


@dataclass(frozen=True, slots=True)
class Figures:
    """One model on the held-out rows. `loss` in nats per answer token; `loss_change` is against the base model.

    `preferred` counts preferences whose chosen answer has the higher log-probability per token (length-normalised),
    `preferred_sum` those where its summed log-probability is higher, which favours short answers.
    """

    model: ModelName
    loss: float
    perplexity: float
    loss_change: Interval | None
    preferred: Share
    preferred_sum: Share
    overfit: Verdict


@dataclass(frozen=True, slots=True)
class Answers:
    """One held-out prompt, the answer it should get and the greedy answer of each model."""

    pair_id: str
    prompt: str
    expected: str
    base: str
    sft: str = ""
    dpo: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything measured. `documents` is how many documents the pairs come from, `skipped` how many records did not fit."""

    pairs: int
    preferences: int
    documents: int
    tokens: int
    skipped: int
    models: tuple[Figures, ...]
    answers: tuple[Answers, ...]
    summary: Sentence


def evaluate(
    base: str | Path,
    sft_adapter: Path,
    dpo_adapter: Path | None,
    pairs: Sequence[Pair],
    preferences: Sequence[Preference],
    config: EvaluateConfig,
    *,
    seed: int = 0,
    tick: Tick = silent,
) -> Evaluation:
    """Return the three models' figures on the held-out `pairs` and `preferences`; none held out gives an Evaluation of zero pairs."""
    from training.lora import load_tokenizer
    from training.sft import context_of

    held_out = sorted((one for one in pairs if one.split == "held_out"), key=lambda one: one.id)[: config.max_pairs]
    compared = sorted((one for one in preferences if one.split == "held_out"), key=lambda one: one.id)[: config.max_pairs]
    skipped: list[Rejected] = []
    with quiet():
        tokenizer = load_tokenizer(base)
        limit = min(config.max_length, context_of(base))
        rows = list(sft_rows(tokenizer, held_out, limit, skipped.append))
        choices = list(dpo_rows(tokenizer, compared, limit, skipped.append))
        kept = {row.record_id for row in rows}
        asked = [one for one in held_out if one.id in kept][: config.answers]
        adapters: list[tuple[ModelName, Path | None]] = [("base", None), ("sft", sft_adapter)]
        if dpo_adapter is not None:
            adapters.append(("dpo", dpo_adapter))
        seen: dict[ModelName, _Seen] = {}
        for number, (name, adapter) in enumerate(adapters):
            seen[name] = _look(base, adapter, config, tokenizer=tokenizer, rows=rows, choices=choices, asked=asked)
            tick(number + 1, len(adapters))
    groups = {one.id: one.evidence[0].document_id if one.evidence else one.id for one in held_out}
    where = [groups[row.record_id] for row in rows]
    figures = tuple(_figures(name, seen, rows, where, adapter=adapter, config=config, seed=seed) for name, adapter in adapters)
    answers = tuple(
        Answers(one.id, asked_of(one), one.output, *(seen[name].answers[number] for name, _ in adapters))
        for number, one in enumerate(asked)
    )
    counts = (len(rows), len(choices), len(set(where)), sum(len(row.answer) for row in rows), len(skipped))
    return Evaluation(*counts, figures, answers, summary(len(rows), len(set(where)), figures))


def asked_of(pair: Pair) -> str:
    """Return what people read above the answers: the question, after what was said before it."""
    question = pair.prompt()[-1]
    return conversation((*pair.turns, question)) if pair.turns else question.content


@dataclass(frozen=True, slots=True)
class _Seen:
    """Summed log-probabilities of the answers, of chosen and rejected with their lengths, and greedy answers."""

    logps: list[float]
    chosen: list[tuple[float, int]]
    rejected: list[tuple[float, int]]
    answers: list[str]


def answer_logps(model: Any, rows: Sequence[Row], batch_size: int, pad: int) -> list[float]:
    """Return the summed log-probability in nats of each row's answer, end mark included."""
    import torch

    logps: dict[int, float] = {}
    order = sorted(range(len(rows)), key=lambda index: len(rows[index].prompt) + len(rows[index].answer))
    for start in range(0, len(order), batch_size):
        batch = [rows[index] for index in order[start : start + batch_size]]
        width = max(len(row.prompt) + len(row.answer) for row in batch)
        ids = torch.tensor([row.ids() + [pad] * (width - len(row.ids())) for row in batch], device=model.device)
        mask = torch.tensor([[1] * len(row.ids()) + [0] * (width - len(row.ids())) for row in batch], device=model.device)
        labels = torch.tensor([row.labels() + [-100] * (width - len(row.ids())) for row in batch], device=model.device)
        with torch.inference_mode():
            logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits[:, :-1].float()
            losses = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels[:, 1:].flatten(), reduction="none")
        sums = -losses.view(len(batch), -1).sum(dim=1)
        logps.update(zip(order[start : start + batch_size], sums.tolist(), strict=True))
    return [logps[index] for index in range(len(rows))]


def greedy(model: Any, tokenizer: Any, ids: Sequence[int], max_new_tokens: int) -> list[int]:
    """Return the greedy answer's token ids, end mark included."""
    import torch

    given = torch.tensor([list(ids)], device=model.device)
    with torch.inference_mode():
        made = model.generate(
            input_ids=given,
            attention_mask=torch.ones_like(given),
            max_new_tokens=max_new_tokens,
            do_sample=False,
            temperature=None,
            top_p=None,
            top_k=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    return [int(token) for token in made[0, len(ids) :]]


def _look(
    base: str | Path,
    adapter: Path | None,
    config: EvaluateConfig,
    *,
    tokenizer: Any,
    rows: list[Row],
    choices: list[Choice],
    asked: list[Pair],
) -> _Seen:
    from training.lora import load_adapted

    model = load_adapted(base, adapter, precision="auto").eval()
    pad = tokenizer.pad_token_id
    sides = [[one.chosen for one in choices], [one.rejected for one in choices]]
    chosen, rejected = (
        list(zip(answer_logps(model, side, config.batch_size, pad), (len(row.answer) for row in side), strict=True)) for side in sides
    )
    answers = [
        tokenizer.decode(
            greedy(model, tokenizer, prompt_ids(tokenizer, one.prompt()), config.max_new_tokens), skip_special_tokens=True
        ).strip()
        for one in asked
    ]
    return _Seen(answer_logps(model, rows, config.batch_size, pad), chosen, rejected, answers)


def _figures(
    name: ModelName,
    seen: dict[ModelName, _Seen],
    rows: list[Row],
    groups: list[str],
    *,
    adapter: Path | None,
    config: EvaluateConfig,
    seed: int,
) -> Figures:
    mine, base = seen[name], seen["base"]
    weights = [len(row.answer) for row in rows]
    loss = -sum(mine.logps) / max(1, sum(weights))
    change = None
    if name != "base":
        losses, base_losses = [-x for x in mine.logps], [-x for x in base.logps]
        change = mean_difference(losses, base_losses, weights, groups, resamples=config.resamples, seed=seed)
    per_token = sum(c / cn > r / rn for (c, cn), (r, rn) in zip(mine.chosen, mine.rejected, strict=True))
    summed = sum(c > r for (c, _), (r, _) in zip(mine.chosen, mine.rejected, strict=True))
    total = len(mine.chosen)
    return Figures(name, loss, math.exp(min(loss, 700.0)), change, wilson(per_token, total), wilson(summed, total), _verdict(adapter))


def _verdict(adapter: Path | None) -> Verdict:
    curve = adapter.parent / "losses.jsonl" if adapter else None
    return overfit(list(read_jsonl(curve, Loss))) if curve and curve.is_file() else "too_few"
