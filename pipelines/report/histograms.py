"""Histograms as inline SVG: kept documents above the line, dropped ones below it in the same scale, the cuts of the preset as dashed lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pipelines.report.charts import ticks
from pipelines.report.formats import integer, number
from pipelines.study.grid import Scale, place
from pipelines.study.limits import Cut
from pipelines.study.measures import Distribution

_WIDTH, _HEIGHT = 440, 196
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 430, 30, 158
_LEAST = 1.5  # pixels; a bin with a single document is still seen
_FAR = 12.0  # the largest bin that often the median one, or the largest on the other side: what is small would not be seen on a linear axis
_LABEL_GAP = 96  # pixels between two cuts whose labels stand side by side


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where counts and values stand in the picture."""

    edges: Sequence[float]
    scale: Scale
    log_counts: bool
    base: float
    unit: float

    def x(self, value: float) -> float:
        low, high = place(self.edges[0], self.scale), place(self.edges[-1], self.scale)
        share = (place(value, self.scale) - low) / (high - low)
        return round(_LEFT + min(1.0, max(0.0, share)) * (_RIGHT - _LEFT), 1)

    def height(self, count: float) -> float:
        if count <= 0:
            return 0.0
        return max(_LEAST, _scaled(count, self.log_counts) * self.unit)


def histogram(seen: Distribution, label: str) -> Markup:
    """Return the picture of a distribution; `label` is what is read out instead of it."""
    frame = _frame(seen)
    body = _beyond(seen, frame) + _counts_axis(seen, frame) + _values_axis(frame)
    if frame.log_counts:
        body += Markup('<text class="tick" x="{}" y="{}" text-anchor="end">log</text>').format(_LEFT - 5, 13)
    body += _silhouette(seen.kept, frame, -1, "one") + _silhouette(seen.dropped, frame, 1, "two")
    body += Markup('<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(_LEFT, _RIGHT, frame.base, frame.base)
    body += _cuts([one.cut for one in seen.cuts], frame)
    return Markup('<svg class="histogram" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(_WIDTH, _HEIGHT, label, body)


def _frame(seen: Distribution) -> _Frame:
    most = (max(seen.kept), max(seen.dropped))
    log_counts = _hides_small(seen.kept, seen.dropped)
    up, down = (_scaled(one, log_counts) for one in most)
    unit = (_BOTTOM - _TOP) / (up + down)
    return _Frame(seen.edges, seen.scale, log_counts, round(_TOP + up * unit, 1), unit)


def _hides_small(kept: Sequence[int], dropped: Sequence[int]) -> bool:
    """Whether on a linear axis of counts only a few bins would be seen."""
    filled = sorted(one for one in (*kept, *dropped) if one)
    sides = [max(one) for one in (kept, dropped) if any(one)]
    spike = any(2 * max(one) > sum(one) > max(one) for one in (kept, dropped))
    return spike or filled[-1] > _FAR * min(filled[len(filled) // 2], *sides)


def _scaled(count: float, log_counts: bool) -> float:
    return math.log1p(count) if log_counts else count


def _silhouette(counts: Sequence[int], frame: _Frame, direction: int, kind: str) -> Markup:
    steps = [f"M{frame.x(frame.edges[0])} {frame.base}"]
    for count, right in zip(counts, frame.edges[1:], strict=True):
        steps.append(f"V{round(frame.base + direction * frame.height(count), 1)}H{frame.x(right)}")
    return Markup('<path class="fill-{}" d="{}V{}Z"/>').format(kind, "".join(steps), frame.base)


def _beyond(seen: Distribution, frame: _Frame) -> Markup:
    """The sides that the cuts drop, shaded."""
    found = Markup("")
    for cut in (one.cut for one in seen.cuts):
        at = frame.x(cut.value)
        left, right = (_LEFT, at) if cut.side == "low" else (at, _RIGHT)
        if right > left:
            found += Markup('<rect class="beyond" x="{}" y="{}" width="{}" height="{}"/>').format(
                left, _TOP, round(right - left, 1), _BOTTOM - _TOP
            )
    return found


def _cuts(cuts: Sequence[Cut], frame: _Frame) -> Markup:
    found, last = Markup(""), -math.inf
    for cut in cuts:
        at = frame.x(cut.value)
        row = 1 if at - last < _LABEL_GAP else 0
        last = at
        anchor, nudge = ("end", -5) if at > (_LEFT + _RIGHT) / 2 else ("start", 5)
        words = f"{'en az' if cut.side == 'low' else 'en çok'} {number(cut.value)}"
        found += Markup('<line class="cut" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(at, at, 4, _BOTTOM)
        found += Markup('<text class="label" x="{}" y="{}" text-anchor="{}">{}</text>').format(at + nudge, 13 + 13 * row, anchor, words)
    return found


def _counts_axis(seen: Distribution, frame: _Frame) -> Markup:
    found = Markup("")
    for direction, most in ((-1, max(seen.kept)), (1, max(seen.dropped))):
        for count in _round_counts(most, frame.log_counts):
            y = round(frame.base + direction * frame.height(count), 1)
            if abs(y - frame.base) >= 14:  # else its number would run into that of the axis
                found += Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(_LEFT, _RIGHT, y, y)
                found += Markup('<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>').format(_LEFT - 5, y + 4, integer(count))
    return found


def _round_counts(most: int, log_counts: bool) -> list[float]:
    """One or two round counts up to the largest."""
    if most < 1:
        return []
    if log_counts:
        power = 10 ** math.floor(math.log10(most))
        return [power, math.sqrt(power)] if power >= 100 and math.sqrt(power).is_integer() else [power]
    return [one for one in ticks(0, most, 2) if 0 < one <= most]


def _values_axis(frame: _Frame) -> Markup:
    low, high = frame.edges[0], frame.edges[-1]
    marks = [0.0, *(10.0**power for power in range(12))] if frame.scale == "log" else ticks(low, high)
    found = Markup("")
    for mark in marks:
        if low <= mark <= high:
            found += Markup('<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>').format(
                frame.x(mark), _BOTTOM + 18, number(mark)
            )
    return found
