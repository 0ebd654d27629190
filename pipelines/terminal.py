"""What a run looks like in the terminal: progress while it works, a table when it ends; quiet where nobody looks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from curation.counted import counted
from curation.progress import Tick
from pipelines.models.counters import Counters
from pipelines.run import StageResult
from pipelines.stage import Stage
from pipelines.status import StageStatus, stages_of

_SHOWN_REASONS = 3
_BETWEEN_LINES_S = 60.0  # where nobody looks


class RunView:
    """Shows a run: one bar for the stage at work with, below it, how the asking of a model goes; one line for each stage that ended.

    Where nobody looks, a line when a stage begins, and one a minute while a model is asked.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._task: TaskID | None = None
        self._asking = self._printed = self._note = ""
        self._told_at = clock()
        self._last: Counters | None = None
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        self._live = Live(get_renderable=self._shown, console=console, transient=True, refresh_per_second=5)

    def __enter__(self) -> RunView:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._tell_end()
        self._live.stop()

    def started(self, stage: Stage) -> Tick:
        """Return the tick of a stage that begins."""
        task = self._progress.add_task(stage.name, total=None)
        self._task, self._told_at = task, self._clock()
        if not self._console.is_terminal:
            self._console.print(f"  … {stage.name}")

        def tick(done: int, total: int | None) -> None:
            self._progress.update(task, completed=done, total=total)

        return tick

    def watch(self, counters: Counters) -> None:
        """Show how the asking of a model goes; one that costs nothing, as the rules, is not worth a line."""
        if counters.note != self._note:
            self._note = counters.note
            if self._note:
                self.say(self._note)
        if not (counters.requests or counters.failed or counters.kept):
            return
        self._asking, self._last = asking_words(counters), counters
        if not self._console.is_terminal and self._clock() - self._told_at >= _BETWEEN_LINES_S:
            self._told_at = self._clock()
            self._print_asking(f" · {self._note}" if self._note else "")

    def say(self, words: str) -> None:
        """Print what people should read before it costs."""
        self._console.print(f"    {words}", soft_wrap=True, highlight=False, markup=False)

    def finished(self, result: StageResult) -> None:
        """Print the line of a stage that ended."""
        self._tell_end()
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
        manifest = result.manifest
        unit = result.stage.unit.removesuffix("s") if manifest.kept == 1 else result.stage.unit
        word = "as before" if result.reused else f"{manifest.seconds:.1f} s"
        self._console.print(f"  [green]✓[/] {result.stage.name:<12} {manifest.kept:>6} {unit} kept of {manifest.read}   [dim]{word}[/]")

    def _tell_end(self) -> None:
        """The last word on an asking stays, above the line of its stage."""
        if self._last is not None and self._printed != self._asking:
            self._print_asking()
        self._last, self._asking, self._printed, self._note = None, "", "", ""

    def _print_asking(self, more: str = "") -> None:
        self._printed = self._asking
        self.say(self._asking + more)

    def _shown(self) -> RenderableType:
        return Group(self._progress.get_renderable(), Text(f"  {self._asking}")) if self._asking else self._progress.get_renderable()


def asking_words(counters: Counters) -> str:
    """Return how an asking goes, in a line: prompts done, rate, tokens, money, time left, failures by reason."""
    words = [f"{counters.done:,} of {counted(counters.total, 'prompt')}"]
    if counters.kept:
        words.append(f"{counters.kept:,} from the journal")
    if counters.per_second:
        words.append(f"{counters.per_second:.1f}/s")
    words.append(f"{counters.input_tokens:,} + {counters.output_tokens:,} tokens")
    if counters.usd:
        words.append(f"{counters.usd:.4f} US dollars")
    if counters.remaining_s is not None and counters.done < counters.total:
        minutes, seconds = divmod(round(counters.remaining_s), 60)
        words.append(f"{minutes}:{seconds:02} left")
    if counters.tried_again:
        words.append(f"{counters.tried_again:,} tried again")
    if counters.refused:
        words.append(f"{counters.refused:,} refused for haste")
    if counters.failed:
        words.append(f"failed: {_reasons(counters.failed)}")
    return " · ".join(words)


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
