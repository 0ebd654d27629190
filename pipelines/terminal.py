"""What a run looks like in the terminal: progress while it works, a table when it ends; quiet where nobody looks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from curation.progress import Tick
from pipelines.run import StageResult
from pipelines.stage import Stage
from pipelines.status import StageStatus, stages_of

_SHOWN_REASONS = 3


class RunView:
    """Shows a run: one bar for the stage at work, one line for each that ended."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._task: TaskID | None = None
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> RunView:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._progress.stop()

    def started(self, stage: Stage) -> Tick:
        """Return the tick of a stage that begins."""
        task = self._progress.add_task(stage.name, total=None)
        self._task = task
        if not self._console.is_terminal:
            self._console.print(f"  … {stage.name}")

        def tick(done: int, total: int | None) -> None:
            self._progress.update(task, completed=done, total=total)

        return tick

    def finished(self, result: StageResult) -> None:
        """Print the line of a stage that ended."""
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
        manifest = result.manifest
        word = "as before" if result.reused else f"{manifest.seconds:.1f} s"
        self._console.print(
            f"  [green]✓[/] {result.stage.name:<12} {manifest.kept:>6} {result.stage.unit} kept of {manifest.read}   [dim]{word}[/]"
        )


def print_summary(console: Console, run: Path, report: Path) -> None:
    """Print what went in, what was dropped and why, and what came out of every stage."""
    rows = stages_of(run)
    console.print(_table(f"imbik: {run.name}", rows))
    for line in _last_words(rows):
        console.print(f"  {line}")
    console.print(f"  report: {report}", soft_wrap=True)


def print_status(console: Console, run: Path) -> None:
    """Print the state and the counts of every stage."""
    console.print(_table(f"imbik: {run.name}", stages_of(run)))


def _table(title: str, rows: list[StageStatus]) -> Table:
    table = Table(title=title, title_justify="left")
    for name in ("stage", "state"):
        table.add_column(name, no_wrap=True)
    for name in ("in", "out", "dropped", "s"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("made, and why the rest was dropped", ratio=1)
    for row in rows:
        manifest = row.manifest
        if manifest is None:
            table.add_row(row.stage.name, row.state)
            continue
        dropped = sum(manifest.rejected.values())
        words = [row.made, f"[dim]{_reasons(manifest.rejected)}[/]" if dropped else ""]
        numbers = (str(manifest.read), str(manifest.kept), str(dropped) if dropped else "", f"{manifest.seconds:.0f}")
        table.add_row(row.stage.name, row.state, *numbers, "\n".join(filter(None, words)))
    return table


def _reasons(rejected: Mapping[str, int]) -> str:
    ranked = sorted(rejected.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{reason} {count}" for reason, count in ranked[:_SHOWN_REASONS]]
    return ", ".join(shown + ([f"+{len(ranked) - _SHOWN_REASONS} more"] if len(ranked) > _SHOWN_REASONS else []))


def _last_words(rows: list[StageStatus]) -> list[str]:
    by_name: dict[str, Mapping[str, Any]] = {
        row.stage.name: row.manifest.figures for row in rows if row.manifest is not None and row.state == "fresh"
    }
    lines = []
    if "summary" in by_name.get("evaluate", {}):
        lines.append(str(by_name["evaluate"]["summary"]["english"]))
    for file in by_name.get("export", {}).get("files", []):
        lines.append(f"{file['file']} {file['bytes'] / 1e6:.1f} MB")
    return lines
