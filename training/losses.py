"""The curve of a training run, and whether it shows overfitting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["none", "overfit", "still_falling", "too_few"]
_NOISE = 0.01  # nats; a smaller move of a mean loss is no trend


@dataclass(frozen=True, slots=True)
class Loss:
    """One point of the curve, in nats: `train` is the mean since the last point, `validation` the mean over batches of held-out rows. `accuracy` is DPO's."""

    step: int
    epoch: float
    train: float | None
    validation: float | None
    accuracy: float | None = None


def losses_of(history: Iterable[Mapping[str, Any]]) -> list[Loss]:
    """Return a trainer's log as one point per step, in order."""
    merged: dict[int, dict[str, Any]] = {}
    for entry in history:
        if "loss" in entry or "eval_loss" in entry:
            merged.setdefault(int(entry["step"]), {}).update(entry)
    return [
        Loss(
            step,
            round(float(entry.get("epoch", 0.0)), 4),
            _rounded(entry.get("loss")),
            _rounded(entry.get("eval_loss")),
            _rounded(entry.get("eval_rewards/accuracies")),
        )
        for step, entry in sorted(merged.items())
    ]


def overfit(curve: Sequence[Loss]) -> Verdict:
    """Whether validation loss rises from its lowest point to the end while training loss falls; `too_few` below three validated points."""
    both = [(one.train, one.validation) for one in curve if one.train is not None and one.validation is not None]
    if len(both) < 3:
        return "too_few"
    validation = [v for _, v in both]
    lowest = validation.index(min(validation))
    if validation[-1] - validation[lowest] > _NOISE and both[-1][0] < both[lowest][0]:
        return "overfit"
    if lowest == len(both) - 1 and validation[-2] - validation[-1] > _NOISE:
        return "still_falling"
    return "none"


def _rounded(value: Any) -> float | None:
    return None if value is None else round(float(value), 6)
