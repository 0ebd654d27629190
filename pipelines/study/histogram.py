"""Distributions in the terminal: one row a bin, blocks as long as its documents, a line where a cut is; and what other cuts would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from curation.counted import counted
from pipelines.study.columns import stored
from pipelines.study.limits import Cut
from pipelines.study.measures import QUANTILES, Counted, Distribution, Shift
from pipelines.study.texts import amount, share

BINS = 20
_BLOCKS = " ▏▎▍▌▋▊▉█"
_LEAST = 8  # columns of the bars in the narrowest terminal


def distribution_values(seen: Distribution) -> dict[str, Any]:
    """Return a distribution as JSON-ready values."""
    cuts = [{**asdict(one.cut), "beyond": one.beyond, "beyond_kept": one.kept} for one in seen.cuts]
    quantiles = {f"{level:g}": value for level, value in zip(QUANTILES, seen.quantiles, strict=True)}
    return {**asdict(seen), "cuts": cuts, "quantiles": quantiles}


def print_distribution(console: Console, seen: Distribution) -> None:
    """Print one measure with its cuts and the share of documents on each side of them."""
    dropped = sum(seen.dropped)
    stayed = amount(seen.documents - dropped)
    console.print(
        f"[bold]{seen.measure}[/]: {counted(seen.documents, 'document')}, {stayed} kept [blue]█[/], {amount(dropped)} dropped for any reason [red]▒[/]"
    )
    left = seen.edges[:-1]
    names = [amount(low) for low in left]
    name_width, count_width = max(map(len, names)), max(len(_counts(*one)) for one in zip(seen.kept, seen.dropped, strict=True))
    width = max(_LEAST, console.width - name_width - count_width - 5)
    most = max(map(sum, zip(seen.kept, seen.dropped, strict=True)))
    waiting = list(seen.cuts)
    for edge, name, kept, gone in zip(left, names, seen.kept, seen.dropped, strict=True):
        while waiting and stored(waiting[0].cut.value) <= edge:
            _print_cut(console, waiting.pop(0), seen.documents)
        bar = _bar(kept, gone, most, width)
        line = Text.assemble(f"{name:>{name_width}} │", bar, " " * (width - bar.cell_len + 1), f"{_counts(kept, gone):>{count_width}}")
        console.print(line, no_wrap=True, crop=True)
    for one in waiting:
        _print_cut(console, one, seen.documents)
    _print_quantiles(console, seen)


def print_shifts(console: Console, seen: Distribution, found: Sequence[Shift]) -> None:
    """Print what other cuts on a measure would do."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in (seen.measure, "would drop", "share", "of them kept now", "would return"):
        table.add_column(heading, justify="right")
    for one in found:
        sign = "<" if one.side == "low" else ">"
        table.add_row(f"{sign} {amount(one.at)}", amount(one.beyond), share(one.beyond, seen.documents), amount(one.kept), amount(one.back))
    console.print(table)
    console.print("[dim]would return: dropped by this rule now, and not by that cut; another rule may still drop them.[/]")


def print_measures(console: Console, found: Sequence[Distribution]) -> None:
    """Print all measures, one a line, with their limits and how many documents lie beyond."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("measure", no_wrap=True)
    for heading in ("5 %", "median", "95 %", "limit", "beyond", "share"):
        table.add_column(heading, justify="right", no_wrap=True)
    for seen in found:
        middle = [amount(seen.quantiles[at]) for at in (1, 2, 3)]
        for number, one in enumerate(seen.cuts or (None,)):
            told = [_limit(one.cut), amount(one.beyond), share(one.beyond, seen.documents)] if one else ["", "", ""]
            table.add_row(*([seen.measure, *middle] if number == 0 else [""] * 4), *told)
    console.print(table)


def shift_values(found: Sequence[Shift]) -> list[Mapping[str, Any]]:
    """Return shifts as JSON-ready values."""
    return [
        {"at": one.at, "side": one.side, "would_drop": one.beyond, "of_them_kept_now": one.kept, "would_return": one.back} for one in found
    ]


def _print_cut(console: Console, one: Counted, documents: int) -> None:
    side = "below" if one.cut.side == "low" else "above"
    rest = documents - one.beyond
    told = f"{side}: {amount(one.beyond)} ({share(one.beyond, documents)}), rest: {amount(rest)} ({share(rest, documents)})"
    console.print(f"[red]╌╌ {_limit(one.cut)} ({one.cut.reason})[/] {told}")


def _print_quantiles(console: Console, seen: Distribution) -> None:
    levels = ", ".join(f"{100 * level:g} % {amount(value)}" for level, value in zip(QUANTILES, seen.quantiles, strict=True))
    console.print(f"[dim]lowest {amount(seen.lowest)}, {levels}, highest {amount(seen.highest)}[/]")


def _bar(kept: int, gone: int, most: int, width: int) -> Text:
    """Kept and dropped one after the other; something is seen of whatever there is."""
    whole = width * kept / most
    full, part = int(whole), int((whole - int(whole)) * 8)
    first = "█" * full + (_BLOCKS[part] if part else "" if full or not kept else _BLOCKS[1])
    second = min(max(round(width * gone / most), 1 if gone else 0), width - len(first))
    return Text.assemble((first, "blue"), ("▒" * second, "red"))


def _counts(kept: int, gone: int) -> str:
    return f"{amount(kept)} + {amount(gone)}"


def _limit(cut: Cut) -> str:
    return f"{'at least' if cut.side == 'low' else 'at most'} {amount(cut.value)}"
