"""Which view of a run `imbik show` was asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from curation.errors import ArtifactError, ImbikError, Mistake, RecipeError
from pipelines.status import recipe_of
from pipelines.study.columns import measure_names
from pipelines.study.files import measures_file
from pipelines.study.histogram import BINS, distribution_values, print_distribution, print_measures, print_shifts, shift_values
from pipelines.study.limits import cuts_of
from pipelines.study.measures import distributions, shifts
from pipelines.study.overview import overview, samples
from pipelines.study.terminal import print_overview, print_samples

ALL = "all"
_SAMPLES = 5  # of a reason, unless told


@dataclass(frozen=True, slots=True)
class View:
    """What was asked for, as JSON-ready `values` and as something to `show` on a console."""

    values: Any
    show: Callable[[Console], None]


def view(run: Path, *, record: str | None, measure: str | None, at: str | None, reason: str | None, limit: int | None) -> View:
    """Return the view that the arguments of `imbik show` ask for. Raises ImbikError where they ask for several, or for what the run does not have."""
    asked = {name: value for name, value in (("ID", record), ("--measure", measure), ("--reason", reason)) if value is not None}
    if len(asked) > 1:
        raise _wrong(" ".join(asked), " ".join(asked.values()), "one of ID, --measure and --reason")
    if at is not None and measure in {None, ALL}:
        raise _wrong("--at", at, "used with --measure NAME")
    if limit is not None and reason is None:
        raise _wrong("--limit", str(limit), "used with --reason REASON")
    if record is not None:
        return _record(run, record)
    if reason is not None:
        found = samples(run, reason, limit or _SAMPLES)
        return View(found, lambda console: print_samples(console, found))
    if measure is not None:
        return _measure(run, measure, _values(at))
    seen = overview(run)
    return View(seen, lambda console: print_overview(console, seen))


def _record(run: Path, record: str) -> View:
    from pipelines.show import life, print_life

    found = life(run, record)
    return View(found, lambda console: print_life(console, found))


def _measure(run: Path, measure: str, at: tuple[float, ...]) -> View:
    path = measures_file(run)
    if path is None:
        raise ArtifactError(f"{run} keeps no measures of its documents; run the stage `curate` again: imbik run RECIPE --from curate")
    names, cuts = measure_names(path), cuts_of(recipe_of(run)[0])
    if measure == ALL:
        all_of_them = distributions(path, names, cuts, BINS)
        return View([distribution_values(one) for one in all_of_them], lambda console: print_measures(console, all_of_them))
    if measure not in names:
        raise ImbikError(f"no measure `{measure}` in {run}; there are {', '.join(names)}, and `{ALL}` for all of them")
    found = distributions(path, (measure,), cuts, BINS)
    if not found:
        raise ImbikError(f"no document of {run} has the measure `{measure}`")
    moved = shifts(path, measure, cuts, at) if at else []

    def show(console: Console) -> None:
        print_distribution(console, found[0])
        if moved:
            print_shifts(console, found[0], moved)

    return View({**distribution_values(found[0]), "at": shift_values(moved)}, show)


def _values(at: str | None) -> tuple[float, ...]:
    try:
        found = tuple(float(one) for one in at.split(",")) if at is not None else ()
    except ValueError:
        found = (math.nan,)
    if not all(map(math.isfinite, found)):
        raise _wrong("--at", at, "numbers with commas between them, `30,50,80` or `0.1,0.25`")
    return found


def _wrong(option: str, seen: str | None, allowed: str) -> RecipeError:
    return RecipeError("imbik show", [Mistake(option, repr(seen), allowed)])
