"""Bins for a histogram: round where values are whole, logarithmic where they span magnitudes, and with every cut on an edge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Scale = Literal["linear", "log"]

_TAIL = 0.001  # share of the values at either end that may lie outside the bins, so that one outlier does not squeeze the rest
_MAGNITUDES = 30.0  # how often the smallest value the largest must be for a logarithmic axis
_LOG_FROM = 100.0  # shares and mean lengths stay on a linear axis


@dataclass(frozen=True, slots=True)
class Grid:
    """Edges of the bins, ascending; values outside fall into the first or last bin. `scale` is log(1 + x) for "log"."""

    scale: Scale
    edges: tuple[float, ...]


def place(value: float, scale: Scale) -> float:
    """Return where `value` stands on an axis of that scale."""
    return math.log1p(max(0.0, value)) if scale == "log" else value


def grid(values: Any, cuts: Sequence[float], bins: int, extremes: tuple[float, float]) -> Grid:
    """Return about `bins` bins over `values` (float64[n], n > 0, finite) that reach every one of `cuts`, and past it if one of the `extremes` of all values does."""
    import numpy as np

    low, high = (float(one) for one in np.quantile(values, (_TAIL, 1 - _TAIL)))
    low, high = min(low, *cuts, high), max(high, *cuts, low)
    if whole := bool(np.all(values == np.floor(values))):
        low, high = math.floor(low), math.ceil(high)
    scale: Scale = "log" if low >= 0 and high >= _LOG_FROM and high >= _MAGNITUDES * (1 + low) else "linear"
    first, last = place(low, scale), place(high, scale)
    anchors = sorted({place(cut, scale) for cut in cuts})
    step, origin = _step(first, last, anchors, bins), anchors[0] if anchors else first
    if whole and scale == "linear":
        step, origin = max(1.0, math.ceil(step - 1e-9)), math.floor(origin)
    numbers = range(math.floor((first - origin) / step + 1e-9), math.ceil((last - origin) / step - 1e-9) + 1)
    edges = [_back(origin + number * step, scale) for number in numbers]
    if whole:
        edges = [float(round(edge)) for edge in edges]
    share = low >= 0 and high <= 1 and not whole
    tidy = _tidy(edges, cuts, floor=0.0 if low >= 0 else -math.inf, top=1.0 if share else math.inf)
    return Grid(scale, _past_cuts(tidy, cuts, *extremes))


def _step(first: float, last: float, anchors: Sequence[float], bins: int) -> float:
    """The width of a bin; a whole number of them lies between the first and the last cut, unless these are closer than that."""
    step = (last - first) / bins or 1.0
    between = round((anchors[-1] - anchors[0]) / step) if anchors else 0
    return (anchors[-1] - anchors[0]) / between if between else step


def _tidy(edges: Sequence[float], cuts: Sequence[float], *, floor: float, top: float) -> tuple[float, ...]:
    def is_cut(edge: float) -> bool:  # but for rounding
        return any(math.isclose(edge, cut, rel_tol=1e-6, abs_tol=1e-9) for cut in cuts)

    within = {min(max(floor, edge), top) for edge in edges}
    found = sorted({edge for edge in within if not is_cut(edge)} | set(cuts))
    return tuple(found) if len(found) > 1 else (found[0], found[0] + max(1.0, abs(found[0])))


def _past_cuts(edges: tuple[float, ...], cuts: Sequence[float], lowest: float, highest: float) -> tuple[float, ...]:
    """The edges with a bin more where an outlier would else be counted on the wrong side of a cut."""
    before = (max(lowest, 2 * edges[0] - edges[1]),) if edges[0] in cuts and lowest < edges[0] else ()
    after = (min(highest, 2 * edges[-1] - edges[-2]),) if edges[-1] in cuts and highest > edges[-1] else ()
    return (*before, *edges, *after)


def _back(value: float, scale: Scale) -> float:
    return math.expm1(value) if scale == "log" else value
