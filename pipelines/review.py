"""The commands of `imbik review` on a run: lay records out for people, take what they said, see how far they are and how far they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from alignment.agreement import Agreement, Interval
from alignment.desk import open_desk
from alignment.label_studio import read_export, write_tasks
from curation.counted import counted
from curation.errors import ArtifactError, ReviewError
from curation.progress import Tick, silent
from curation.storage import write_json
from pipelines.manifest import read_manifest
from pipelines.recipe import Recipe
from pipelines.stages.files import REVIEW_DESK, REVIEWED_FOLDER
from pipelines.stages.review import CHANGES, agreements, show, spoken
from pipelines.status import made, recipe_of

AGREEMENT = "agreement.json"
LABEL_STUDIO = "label-studio"


def push(run: Path, tick: Tick = silent) -> str:
    """Return in words what was laid out for people."""
    recipe = _reviewed_recipe(run)
    shown = show(recipe, run, tick)
    if recipe.review.desk == "argilla":
        return f"{counted(shown, 'record')} in Argilla, workspace {recipe.review.workspace}; `imbik review pull` takes what people say"
    return f"{counted(shown, 'record')} in {run / REVIEW_DESK}; KILAVUZ.md there tells people how to judge them"


def push_in_sight(run: Path, console: Console) -> str:
    """Push with a bar that counts records sent; quiet where nobody looks."""
    columns = (TextColumn("records sent"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("records", total=None)
        return push(run, lambda done, total: progress.update(task, completed=done, total=total))


def pull(run: Path) -> str:
    """Return in words what people said so far, after taking it into the run. Raises ReviewError with every line that cannot be used."""
    recipe = _reviewed_recipe(run)
    open_desk(recipe.review, run / REVIEW_DESK, recipe.name).pull()
    people = spoken(run)
    if people.verdicts:
        write_json(run / REVIEW_DESK / AGREEMENT, [asdict(one) for one in agreements(recipe, run, people)])
    count = len(people.verdicts)
    if people.problems:
        raise ReviewError(
            "\n  ".join([f"sound: {counted(count, 'verdict')}; of no use: {counted(len(people.problems), 'line')}:", *people.problems])
        )
    return f"{counted(count, 'verdict')}, all sound; `imbik run` applies them"


def status(run: Path) -> tuple[str, list[Agreement]]:
    """Return in words how far people are, and how far they agree in what was taken so far."""
    recipe = _reviewed_recipe(run)
    state = open_desk(recipe.review, run / REVIEW_DESK, recipe.name).status()
    problems = f", {counted(state.problems, 'line')} of no use (`imbik review pull` names them)" if state.problems else ""
    words = f"{state.judged} of {counted(state.shown, 'record')} judged, {counted(state.verdicts, 'verdict')}{problems}"
    return words + _applied(run), agreements(recipe, run, spoken(run))


def _applied(run: Path) -> str:
    """What the last run made of the verdicts, on a line of its own; nothing before there was one."""
    try:
        manifest = read_manifest(run / REVIEWED_FOLDER)
    except ArtifactError:
        return ""
    changed = run / REVIEWED_FOLDER / CHANGES
    return f"\nin the data: {made(manifest)}" + (f"; {changed} has what changed, before and after" if changed.exists() else "")


def export_label_studio(run: Path) -> str:
    """Return in words which files were written for Label Studio."""
    _reviewed_recipe(run)
    written = write_tasks(run / REVIEW_DESK, run / REVIEW_DESK / LABEL_STUDIO)
    if not written:
        raise ReviewError("nothing is laid out yet: `imbik review push` first")
    return "\n".join(map(str, written))


def import_label_studio(run: Path, export: Path) -> str:
    """Return in words what was taken from Label Studio's JSON export."""
    _reviewed_recipe(run)
    path, count = read_export(export, run / REVIEW_DESK)
    return f"{counted(count, 'verdict')} in {path}; `imbik review pull` checks them, `imbik run` applies them"


def print_agreement(console: Console, found: Sequence[Agreement]) -> None:
    """Print one block per kind of record: agreement over all, then a line per person."""
    for one in found:
        if one.alpha:
            console.print(
                f"{one.what}: Krippendorff's alpha {_figure(one.alpha)} on {counted(one.records, 'record')} with two verdicts or more"
            )
        else:
            console.print(
                f"{one.what}: {counted(one.verdicts, 'verdict')}; too few records with two different verdicts to speak of agreement"
            )
        if one.judge:
            console.print(f"  people beside the judge: {_figure(one.judge)}")
        if one.a_share and one.a_expected is not None:
            console.print(f"  A was taken in {_figure(one.a_share)} of choices; the judge would have taken it in {one.a_expected:.2f}")
        for kappa in one.kappas:
            value = "one verdict throughout" if kappa.value is None else f"kappa {kappa.value:.2f}"
            console.print(f"  {kappa.first} and {kappa.second}: {value} on {counted(kappa.records, 'record')}")
        console.print(_people(one))


def _people(one: Agreement) -> Table:
    passed = {mark.reviewer: f"{mark.passed} of {mark.seen}" for mark in one.attention}
    table = Table("person", "verdicts", "with others", "earlier → later", "seconds each", "checks passed")
    for person in one.reviewers:
        halves = "" if person.earlier is None or person.later is None else f"{person.earlier:.2f} → {person.later:.2f}"
        table.add_row(
            person.name,
            str(person.verdicts),
            "" if person.with_others is None else f"{person.with_others:.2f}",
            f"{halves} drift" if person.drift else halves,
            "" if person.seconds is None else f"{person.seconds:.0f}",
            passed.get(person.name, ""),
        )
    return table


def _figure(interval: Interval) -> str:
    if interval.low is None or interval.high is None:
        return f"{interval.value:.2f} (too few to tell how sure)"
    return f"{interval.value:.2f} ({interval.low:.2f} to {interval.high:.2f})"


def _reviewed_recipe(run: Path) -> Recipe:
    recipe, _ = recipe_of(run)
    if recipe.review.sample == 0:
        raise ReviewError("this recipe asks nobody: set `review.sample` to the number of records people shall judge")
    return recipe
