"""Charts as inline SVG: bars and intervals that stretch with the page, and the loss curve. Colours are CSS classes, so they follow light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from pipelines.report.formats import decimal, integer
from training.losses import Loss

_WIDTH, _HEIGHT = 440, 290
_LEFT, _RIGHT, _TOP, _BOTTOM = 50, 428, 52, 244


def bar(value: float, most: float, kind: str = "one") -> Markup:
    """Return a horizontal bar of `value` on a track that ends at `most`; the number itself stands beside it in the page."""
    return Markup(
        '<svg class="bar" width="100%" height="12" aria-hidden="true"><rect class="track" width="100%" height="12" rx="2"/>'
        '<rect class="fill-{}" width="{}" height="12" rx="2"/></svg>'
    ).format(kind, _percent(value / most if most else 0.0))


def split_bar(parts: Sequence[tuple[str, int]]) -> Markup:
    """Return one bar cut into named parts, widths by their counts; the legend with the numbers stands under it."""
    total = sum(count for _, count in parts) or 1
    rects, at = Markup(""), 0.0
    for number, (_, count) in enumerate(parts):
        rects += Markup('<rect class="fill-{}" x="{}" width="{}" height="22"/>').format(
            _kind(number), _percent(at), _percent(count / total)
        )
        at += count / total
    label = ", ".join(f"{name} {integer(count)}" for name, count in parts)
    legend = Markup("").join(
        Markup('<li><span class="key key-{}"></span>{} <b>{}</b></li>').format(_kind(number), name, integer(count))
        for number, (name, count) in enumerate(parts)
    )
    return Markup('<svg class="split" width="100%" height="22" role="img" aria-label="{}">{}</svg><ul class="legend">{}</ul>').format(
        label, rects, legend
    )


def interval(value: float, low: float, high: float, label: str) -> Markup:
    """Return a share in [0, 1] as a dot with its interval as error bar; the line in the middle is what guessing would give."""
    return Markup(
        '<svg class="interval" width="100%" height="22" role="img" aria-label="{label}"><line class="axis" x1="0" x2="100%" y1="11" y2="11"/>'
        '<line class="chance" x1="50%" x2="50%" y1="1" y2="21"/><line class="error" x1="{low}" x2="{high}" y1="11" y2="11"/>'
        '<line class="error" x1="{low}" x2="{low}" y1="6" y2="16"/><line class="error" x1="{high}" x2="{high}" y1="6" y2="16"/>'
        '<circle class="fill-one" cx="{value}" cy="11" r="5"/></svg>'
    ).format(label=label, low=_percent(low), high=_percent(high), value=_percent(value))


def box(quantiles: Sequence[float], most: float, label: str) -> Markup:
    """Return quantiles 0.05, 0.25, 0.5, 0.75 and 0.95 on an axis from 0 to `most`: a line between the outer ones, a box between the quartiles, a mark at the median."""
    low, first, middle, _, high = (_percent(value / most if most else 0.0) for value in quantiles)
    width = _percent((quantiles[3] - quantiles[1]) / most if most else 0.0)
    return Markup(
        '<svg class="box" width="100%" height="18" role="img" aria-label="{}"><rect class="track" width="100%" height="18" rx="2"/>'
        '<line class="error" x1="{}" x2="{}" y1="9" y2="9"/><rect class="fill-one" x="{}" width="{}" y="3" height="12" rx="1"/>'
        '<line class="median" x1="{}" x2="{}" y1="1" y2="17"/></svg>'
    ).format(label, low, high, first, width, middle, middle)


def columns(counts: Sequence[tuple[str, int]], label: str) -> Markup:
    """Return one column per named count, the name below and the count above it; the tallest fills the height."""
    most, step = max((count for _, count in counts), default=0) or 1, 34
    drawn = Markup("")
    for number, (name, count) in enumerate(counts):
        height, left = round(34 * count / most, 1), number * step + 4
        middle = left + 13
        drawn += Markup('<rect class="fill-one" x="{}" y="{}" width="26" height="{}"/>').format(left, round(50 - height, 1), height)
        drawn += Markup('<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>').format(
            middle, round(46 - height, 1), integer(count)
        )
        drawn += Markup('<text class="tick" x="{}" y="64" text-anchor="middle">{}</text>').format(middle, name)
    width = len(counts) * step + 4
    axis = Markup('<line class="axis" x1="0" x2="{}" y1="50" y2="50"/>').format(width)
    return Markup('<svg class="columns" viewBox="0 0 {} 68" width="{}" height="68" role="img" aria-label="{}">{}</svg>').format(
        width, width, label, drawn + axis
    )


def curve(losses: Sequence[Loss], kept_step: int, label: str) -> Markup:
    """Return training and validation loss over the steps, the kept step marked; of no finite point, an empty text."""
    train = [(one.step, one.train) for one in losses if one.train is not None and math.isfinite(one.train)]
    validation = [(one.step, one.validation) for one in losses if one.validation is not None and math.isfinite(one.validation)]
    points = train + validation
    if not points:
        return Markup("")
    xs, ys = ticks(0, max(5, *(step for step, _ in points))), ticks(min(loss for _, loss in points), max(loss for _, loss in points))
    body = _axes(xs, ys) + _kept(kept_step, xs) + _series(train, xs, ys, "train") + _series(validation, xs, ys, "validation")
    body += _key(_LEFT, "train", "Eğitim kaybı") + (_key(_LEFT + 120, "validation", "Doğrulama kaybı") if validation else Markup(""))
    return Markup('<svg class="curve" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(_WIDTH, _HEIGHT, label, body)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers (1, 2 or 5 times a power of ten apart) that enclose `low` and `high`, at most `most` + 2 of them."""
    span = high - low or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(times * power for times in (1, 2, 5, 10) if span / (times * power) <= most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def _axes(xs: Sequence[float], ys: Sequence[float]) -> Markup:
    digits = max(0, -math.floor(math.log10(ys[1] - ys[0]) + 1e-9))
    lines = Markup("")
    for y in ys:
        at = _y(y, ys)
        lines += Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(_LEFT, _RIGHT, at, at)
        lines += Markup('<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>').format(_LEFT - 7, at + 4, decimal(y, digits))
    for x in xs:
        at = _x(x, xs)
        lines += Markup('<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(at, at, _BOTTOM, _BOTTOM + 4)
        lines += Markup('<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>').format(at, _BOTTOM + 18, integer(x))
    lines += Markup('<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(_LEFT, _RIGHT, _BOTTOM, _BOTTOM)
    return lines + Markup('<text class="tick" x="{}" y="{}" text-anchor="middle">adım (dikey eksen: kayıp, nat)</text>').format(
        (_LEFT + _RIGHT) // 2, _HEIGHT - 8
    )


def _series(points: Sequence[tuple[int, float]], xs: Sequence[float], ys: Sequence[float], kind: str) -> Markup:
    places = [(_x(step, xs), _y(loss, ys)) for step, loss in points]
    path = " ".join(f"{x},{y}" for x, y in places)
    line = Markup('<polyline class="line-{}" points="{}"/>').format(kind, path)
    return line + Markup("").join(_mark(x, y, kind) for x, y in places)


def _mark(x: float, y: float, kind: str) -> Markup:
    """A circle for training, a square for validation, so that colour is not the only difference."""
    if kind == "train":
        return Markup('<circle class="mark-train" cx="{}" cy="{}" r="2.6"/>').format(x, y)
    return Markup('<rect class="mark-validation" x="{}" y="{}" width="6" height="6"/>').format(round(x - 3, 1), round(y - 3, 1))


def _kept(step: int, xs: Sequence[float]) -> Markup:
    x = _x(step, xs)
    anchor, nudge = ("end", -5) if x > (_LEFT + _RIGHT) / 2 else ("start", 5)
    line = Markup('<line class="kept" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(x, x, _TOP - 18, _BOTTOM)
    return line + Markup('<text class="tick" x="{}" y="{}" text-anchor="{}">saklanan adım: {}</text>').format(
        x + nudge, _TOP - 10, anchor, integer(step)
    )


def _key(x: int, kind: str, name: str) -> Markup:
    line = Markup('<line class="line-{}" x1="{}" x2="{}" y1="14" y2="14"/>').format(kind, x, x + 26)
    return line + _mark(x + 13, 14, kind) + Markup('<text class="label" x="{}" y="18">{}</text>').format(x + 32, name)


def _x(value: float, xs: Sequence[float]) -> float:
    return round(_LEFT + (value - xs[0]) / (xs[-1] - xs[0]) * (_RIGHT - _LEFT), 1)


def _y(value: float, ys: Sequence[float]) -> float:
    return round(_BOTTOM - (value - ys[0]) / (ys[-1] - ys[0]) * (_BOTTOM - _TOP), 1)


def _percent(share: float) -> str:
    return f"{100 * min(1.0, max(0.0, share)):.2f}%"


def _kind(number: int) -> str:
    return ("one", "two", "three", "four")[number % 4]
