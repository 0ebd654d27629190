"""What curation did, in the terminal: bars as wide as it is, numbers beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.bar import Bar
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from curation.counted import counted
from pipelines.study.figures import print_figures
from pipelines.study.texts import amount, share

_SAMPLE_TEXT = 400  # characters of a dropped text
_RULES = 12
_ROWS = 20  # of one table of bars; the rest is summed up


def print_overview(console: Console, found: Mapping[str, Any]) -> None:
    """Print what `overview` returned."""
    read, kept = found["read"], found["kept"]
    console.print(f"[bold]{escape(found['run'])}[/]: {counted(kept, 'document')} kept of {counted(read, 'record')}, {share(kept, read)}")
    _bars(console, "dropped because", found["rejected"], read, "red")
    _bars(console, "languages", found["languages"], sum(found["languages"].values()), "blue")
    _bars(console, "repairs and tags, documents", {**found["repairs"], **found["tags"]}, read, "cyan")
    _bars(console, "lines removed", found["lines_removed"], sum(found["lines_removed"].values()), "cyan")
    _bars(console, "documents with items of evaluation sets", found["contamination"], read, "red")
    _print_personal(console, found)
    _print_clusters(console, found["clusters"])
    if found["measures"]:
        console.print(f"\n[bold]measures[/] (--measure NAME shows one): {', '.join(found['measures'])}")
    if found["missing"]:
        console.print(f"\n[dim]This run did not keep {', '.join(found['missing'])}; run the stage `curate` again to see them.[/]")
    print_figures(console, found)


def print_samples(console: Console, found: Mapping[str, Any]) -> None:
    """Print what `samples` returned."""
    console.print(f"[bold]{found['reason']}[/]: {counted(found['count'], 'record')}, {len(found['records'])} shown")
    for one in found["records"]:
        console.print(f"\n[bold]{one['id']}[/]  {escape(one['source'])}  [dim]{escape(one['detail'])}[/]")
        text = one["text"]
        console.print(escape(text if len(text) <= _SAMPLE_TEXT else text[:_SAMPLE_TEXT].rstrip() + "…") or "[dim](no text)[/]")


def _print_personal(console: Console, found: Mapping[str, Any]) -> None:
    if not found["pii_found"]:
        console.print("\n[bold]personal data[/]: none found")
        return
    table = _table("personal data", "found", "covered")
    for kind, count in found["pii_found"].items():
        table.add_row(f"  {kind}", amount(count), amount(found["pii_covered"].get(kind, 0)))
    console.print(table)
    if (personal := found["personal"]) and personal["handled"]:
        table = _table(f"by rule, in {counted(personal['documents'], 'document')}", "action", "findings")
        for one in personal["handled"][:_RULES]:
            table.add_row(f"  {one['kind']} by {one['rule'] or 'a rule without name'}", one["action"], amount(one["count"]))
        if len(personal["handled"]) > _RULES:
            table.add_row(f"  [dim]+{len(personal['handled']) - _RULES} more: --json[/]", "", "")
        console.print(table)
    _bars(console, "sensitive categories, documents", found["sensitive"], found["read"], "magenta")


def _print_clusters(console: Console, found: Mapping[str, Any] | None) -> None:
    if found is None:
        return
    if not found["clusters"]:
        console.print("\n[bold]duplicates[/]: none found")
        return
    title = f"duplicates: {counted(found['documents'], 'document')} in {counted(found['clusters'], 'cluster')}, by size"
    sizes = {_between(low, high): count for low, high, count in found["sizes"]}
    _bars(console, title, sizes, found["clusters"], "magenta")
    table = _table("largest clusters", "documents", "kept")
    for one in found["largest"]:
        table.add_row(f"  {one['id']}", amount(one["size"]), one["kept"])
    console.print(table)


def _between(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}-{high}" if high else f"{low} or more"


def _bars(console: Console, title: str, counts: Mapping[str, int], total: float, colour: str) -> None:
    shown = {name: count for name, count in counts.items() if count}
    if not shown:
        return
    table = _table(title, "", "")
    table.add_column(ratio=1, min_width=4)
    most = max(shown.values())
    for name, count in list(shown.items())[:_ROWS]:
        table.add_row(f"  {name or 'unknown'}", amount(count), share(count, total), Bar(most, 0, count, color=colour))
    if len(shown) > _ROWS:
        rest = sum(list(shown.values())[_ROWS:])
        table.add_row(f"  [dim]+{len(shown) - _ROWS} more: --json[/]", amount(rest), share(rest, total), "")
    console.print(table)


def _table(title: str, *headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", expand="" in headings)
    table.add_column(f"\n[bold]{title}[/]", overflow="fold")
    for heading in headings:
        table.add_column(f"\n{heading}", justify="right", no_wrap=True)
    return table
