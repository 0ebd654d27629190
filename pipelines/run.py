"""The run: stages in order, each skipped while its manifest still holds, each written whole or not at all."""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from curation.errors import ArtifactError, ImbikError, Mistake, RecipeError
from curation.progress import Tick, silent
from curation.storage import write_text
from pipelines.interrupts import raise_if_pressed
from pipelines.manifest import Manifest, fingerprint, intact, made_from, read_manifest, write_manifest
from pipelines.models.counters import Watch, unwatched
from pipelines.recipe import Recipe, load_recipe, recipe_yaml
from pipelines.stage import Context, Say, Stage, unsaid
from pipelines.stages import STAGES
from pipelines.stages.files import DOCUMENTS_FOLDER

State = Literal["fresh", "stale", "missing", "damaged"]
RECIPE = "recipe.yaml"
RECIPE_FOLDER = "recipe-folder.txt"
RECIPE_FILE = "recipe-file.txt"


@dataclass(frozen=True, slots=True)
class StageResult:
    """One stage of a run: its manifest, and whether it was reused instead of run."""

    stage: Stage
    manifest: Manifest
    reused: bool


@dataclass(frozen=True, slots=True)
class _Listeners:
    tick: Tick
    watch: Watch
    say: Say


def run_recipe(
    path: Path,
    runs: Path,
    *,
    first: str | None = None,
    last: str | None = None,
    started: Callable[[Stage], Tick] = lambda stage: silent,
    finished: Callable[[StageResult], None] = lambda result: None,
    watch: Watch = unwatched,
    say: Say = unsaid,
) -> Path:
    """Return the run folder after running the stages `first` to `last` of the recipe; stages that still hold are reused, `first` and what follows it are run anew.

    `watch` hears the counters of a model that is asked, `say` what it will cost.
    """
    recipe = load_recipe(path)
    root = path.resolve().parent
    run = (runs / recipe.name).resolve()
    between(first, last)
    not_taken(recipe, path, runs)
    with locked(run):
        write_text(run / RECIPE, recipe_yaml(recipe))
        write_text(run / RECIPE_FOLDER, f"{root}\n")
        write_text(run / RECIPE_FILE, f"{path.resolve()}\n")
        forced = False
        for stage in between(None, last):
            raise_if_pressed()
            _something_to_work_with(stage, recipe, run)
            forced = forced or stage.name == first
            hashes = made_from(stage, recipe, root, run)
            held = None if forced else _held(run / stage.folder, fingerprint(hashes))
            if held is None and first is not None and not forced:
                raise ArtifactError(f"--from {first}: stage `{stage.name}` before it has no result that still holds; run without --from")
            if held is None:
                held = _run_stage(stage, recipe, root, run, _Listeners(started(stage), watch, say))
                finished(StageResult(stage, held, reused=False))
            else:
                finished(StageResult(stage, held, reused=True))
    return run


def between(first: str | None, last: str | None) -> tuple[Stage, ...]:
    """Return the stages from `first` to `last`, both included; None leaves an end open. Raises ImbikError for a name that is no stage."""
    names = [stage.name for stage in STAGES]
    for name in (first, last):
        if name is not None and name not in names:
            raise ImbikError(f"there is no stage `{name}`; stages are {', '.join(names)}")
    begin = names.index(first) if first else 0
    end = names.index(last) + 1 if last else len(names)
    if begin >= end:
        raise ImbikError(f"--from {first} --to {last}: stage `{last}` comes before `{first}`, there is nothing between them")
    return STAGES[begin:end]


def not_taken(recipe: Recipe, path: Path, runs: Path) -> None:
    """Raise RecipeError where the run of that name was made by another recipe, which would lose its results. A recipe that is gone, or has another name by now, was moved."""
    run = (runs / recipe.name).resolve()
    noted = run / RECIPE_FILE
    if not noted.is_file():
        return
    owner = Path(noted.read_text(encoding="utf-8").strip())
    if owner == path.resolve() or not _has_name(owner, recipe.name):
        return
    way_out = f"take another name, another folder with --runs, or delete {run} if its results may go"
    allowed = f"the name of no other recipe's run: {run} was made by {owner} and would be overwritten; {way_out}"
    raise RecipeError(str(path), [Mistake("name", repr(recipe.name), allowed)])


def _has_name(path: Path, name: str) -> bool:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return True  # somebody is at work on it
    return isinstance(values, dict) and values.get("name") == name


def _something_to_work_with(stage: Stage, recipe: Recipe, run: Path) -> None:
    """Raise ArtifactError where curation kept nothing that `stage` behind it could work with: later stages would only complain of what they lack."""
    if DOCUMENTS_FOLDER not in stage.needs or recipe.pairs.files:
        return
    documents = read_manifest(run / DOCUMENTS_FOLDER)
    if documents.kept == 0:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(documents.rejected.items(), key=lambda one: (-one[1], one[0])))
        why = f"all {documents.read} records were dropped: {reasons}" if documents.read else "the inputs hold no record"
        raise ArtifactError(f"stage `curate` kept no document, {why}. `imbik show {run.name}` tells more; change `curate` in the recipe")


def state(stage: Stage, recipe: Recipe, root: Path, run: Path) -> State:
    """Return whether the artifact of `stage` holds: `fresh`, `stale` (made from something else), `damaged` or `missing`."""
    try:
        manifest = read_manifest(run / stage.folder)
    except ArtifactError:
        return "damaged" if (run / stage.folder).exists() else "missing"
    if not intact(run / stage.folder, manifest):
        return "damaged"
    try:
        hashes = made_from(stage, recipe, root, run)
    except ImbikError:
        return "stale"
    return "fresh" if manifest.fingerprint == fingerprint(hashes) else "stale"


@contextmanager
def locked(run: Path) -> Iterator[None]:
    """Hold the run folder, made if need be, for this process. Raises ArtifactError where another run holds it."""
    run.mkdir(parents=True, exist_ok=True)
    with (run / ".lock").open("w") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # not flock, which forked workers would hold on to
        except (BlockingIOError, PermissionError) as error:
            raise ArtifactError(f"{run} is in use by another run; wait for it to end or stop it") from error
        yield


def _held(folder: Path, wanted: str) -> Manifest | None:
    try:
        manifest = read_manifest(folder)
    except ArtifactError:
        return None
    return manifest if manifest.fingerprint == wanted and intact(folder, manifest) else None


def _run_stage(stage: Stage, recipe: Recipe, root: Path, run: Path, heard: _Listeners) -> Manifest:
    hashes = made_from(stage, recipe, root, run)
    out = run / f".{stage.folder}.new"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    work = run / ".work" / f"{stage.name}-{fingerprint(hashes)[:16]}"
    work.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    outcome = stage.run(Context(recipe, root, run, out, work, heard.tick, heard.watch, heard.say))
    if outcome.read != outcome.kept + sum(outcome.rejected.values()):
        raise ArtifactError(
            f"stage `{stage.name}` lost records: {outcome.read} read, {outcome.kept} kept, {dict(outcome.rejected)} rejected"
        )
    manifest = write_manifest(
        out,
        stage,
        hashes,
        read=outcome.read,
        kept=outcome.kept,
        rejected=dict(sorted(outcome.rejected.items())),
        figures=dict(outcome.figures),
        seed=recipe.seed,
        seconds=round(time.monotonic() - begin, 3),
    )
    _swap(out, run / stage.folder)
    shutil.rmtree(run / ".work", ignore_errors=True)  # also what an earlier recipe left behind
    return manifest


def _swap(new: Path, place: Path) -> None:
    """Put `new` where `place` is; a kill in between leaves no artifact rather than half of one."""
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)
