"""Distributions of the quality measures, kept documents beside dropped ones, with the cuts of the preset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.study.columns import beyond, judged, numbers, opened, stored
from pipelines.study.grid import Scale, grid
from pipelines.study.limits import Cut, Side, cuts_on

QUANTILES = (0.01, 0.05, 0.5, 0.95, 0.99)
BINS = 40
_SAMPLE = (
    20_000  # about so many values place bins and quantiles, which are then right to 1 % of the documents in 95 of 100 cases (DKW bound)
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A cut with the number of documents `beyond` it, and of those the ones `kept` all the same because the rule does not apply to them."""

    cut: Cut
    beyond: int
    kept: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """One measure over all documents that have it: counts per bin between `edges`, values outside in the outermost; `quantiles` at the shares QUANTILES."""

    measure: str
    documents: int
    scale: Scale
    edges: tuple[float, ...]
    kept: tuple[int, ...]
    dropped: tuple[int, ...]
    lowest: float
    highest: float
    quantiles: tuple[float, ...]
    cuts: tuple[Counted, ...]

    @property
    def constant(self) -> bool:
        """Whether every document has the same value."""
        return self.lowest == self.highest


@dataclass(frozen=True, slots=True)
class Shift:
    """What a limit at `at` would do: documents `beyond` it, those of them that are `kept` now, and those its rule drops now that would come `back` unless another rule drops them."""

    at: float
    side: Side
    beyond: int
    kept: int
    back: int


def distributions(path: Path, names: Sequence[str], cuts: Sequence[Cut], bins: int = BINS) -> list[Distribution]:
    """Return the distributions of the measures `names` in their order; one that no document has is left out."""
    with opened(path) as file:
        samples = {name: _Sample(file.metadata.num_rows) for name in names}
        for columns in numbers(file, names):
            for name, sample in samples.items():
                sample.add(columns[name])
        tallies = {name: _Tally(sample, cuts_on(name, cuts), bins) for name, sample in samples.items() if sample.documents}
        for columns, kept, _ in judged(file, list(tallies)):
            for name, tally in tallies.items():
                tally.add(columns[name], kept)
    return [tally.distribution(name) for name, tally in tallies.items()]


def shifts(path: Path, name: str, cuts: Sequence[Cut], at: Sequence[float]) -> list[Shift]:
    """Return what limits at the values `at` would do, on the side of the preset's own limits, on both sides where it has none."""
    own = cuts_on(name, cuts)
    return [shift for side in _sides(own) for shift in _shifts(path, name, [one for one in own if one.side == side], at, side)]


def _shifts(path: Path, name: str, own: Sequence[Cut], at: Sequence[float], side: Side) -> list[Shift]:
    import numpy as np

    counts = {value: [0, 0, 0] for value in sorted(set(at))}
    with opened(path) as file:
        for columns, kept, by_rule in judged(file, [name], [one.reason for one in own]):
            values = columns[name]
            now = np.logical_and.reduce([by_rule, *(beyond(values, cut.value, side) for cut in own)])
            for value, count in counts.items():
                gone = beyond(values, value, side)
                for number, mask in enumerate((gone, gone & kept, now & ~gone)):
                    count[number] += int(mask.sum())
    return [Shift(value, side, *count) for value, count in counts.items()]


def _sides(own: Sequence[Cut]) -> tuple[Side, ...]:
    both: tuple[Side, ...] = ("low", "high")
    return tuple(side for side in both if any(one.side == side for one in own)) or both


class _Sample:
    """Some values of a column, the same every time, with the number and the extremes of all."""

    def __init__(self, rows: int) -> None:
        import numpy as np

        self._random, self._share = np.random.default_rng(0), _SAMPLE / max(1, rows)
        self._pieces: list[Any] = []
        self.documents, self.lowest, self.highest = 0, float("inf"), float("-inf")

    def add(self, values: Any) -> None:
        import numpy as np

        known = values[np.isfinite(values)]
        if len(known):
            self.documents += len(known)
            self.lowest, self.highest = min(self.lowest, float(known.min())), max(self.highest, float(known.max()))
        chosen = values if self._share >= 1 else values[self._random.random(len(values)) < self._share]
        self._pieces.append(chosen[np.isfinite(chosen)])

    def values(self) -> Any:
        import numpy as np

        return np.append(np.concatenate(self._pieces), () if any(map(len, self._pieces)) else (self.lowest, self.highest))


class _Tally:
    """The counts of one measure in the making."""

    def __init__(self, sample: _Sample, cuts: Sequence[Cut], bins: int) -> None:
        import numpy as np

        self._sample, self._cuts = sample, cuts
        values = sample.values()
        self._grid = grid(values, [stored(cut.value) for cut in cuts], bins, (sample.lowest, sample.highest))
        self._quantiles = tuple(float(one) for one in np.quantile(values, QUANTILES))
        self._counts = np.zeros((2, len(self._grid.edges) - 1), dtype=np.int64)
        self._beyond = [[0, 0] for _ in cuts]
        # a value that equals a limit passes: bins hold their lower edge, or, where there are upper limits alone, their upper edge
        self._side: Any = "left" if {cut.side for cut in cuts} == {"high"} else "right"

    def add(self, values: Any, kept: Any) -> None:
        import numpy as np

        known = np.isfinite(values)
        last = self._counts.shape[1] - 1
        bins = np.clip(np.searchsorted(self._grid.edges, values[known], side=self._side) - 1, 0, last)
        for row, mask in enumerate((kept[known], ~kept[known])):
            self._counts[row] += np.bincount(bins[mask], minlength=last + 1)
        for count, cut in zip(self._beyond, self._cuts, strict=True):
            gone = beyond(values, cut.value, cut.side) & known
            count[0] += int(gone.sum())
            count[1] += int((gone & kept).sum())

    def distribution(self, name: str) -> Distribution:
        kept, dropped = (tuple(int(one) for one in row) for row in self._counts)
        cuts = tuple(Counted(cut, *count) for cut, count in zip(self._cuts, self._beyond, strict=True))
        sample, edges = self._sample, self._grid.edges
        return Distribution(
            name, sample.documents, self._grid.scale, edges, kept, dropped, sample.lowest, sample.highest, self._quantiles, cuts
        )
