"""What curation knows of one document: its measures beside their limits, its cluster, and what was done with the personal data in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from curation.counted import counted
from curation.records import encode
from curation.shards import REMOVED
from pipelines.status import recipe_of
from pipelines.study.clusters import cluster_of
from pipelines.study.columns import measure_names, passes, row_of
from pipelines.study.files import measures_file, rows
from pipelines.study.limits import Cut, cuts_of, cuts_on
from pipelines.study.personal import findings_of
from pipelines.study.texts import amount

_MEMBERS, _PLACES = 10, 10


def study_of(run: Path, document: str) -> dict[str, Any]:
    """Return `measures`, `cluster`, `personal` and `removed` of a document, JSON-ready; each is left out where the run has none of it."""
    found: dict[str, Any] = {}
    if measures := _measures(run, document):
        found["measures"] = measures
    if cluster := cluster_of(run, document):
        found["cluster"] = encode(cluster)
    if findings := findings_of(run, document):
        found["personal"] = findings
    if removed := [row for row in rows(run, REMOVED, document) if row.get("document_id") == document]:
        found["removed"] = [{name: row.get(name) for name in ("start", "end", "reason")} for row in removed]
    return found


def print_study(console: Console, found: dict[str, Any]) -> None:
    """Print what `study_of` returned."""
    if measures := found.get("measures"):
        _print_measures(console, measures)
    if cluster := found.get("cluster"):
        console.print(f"[bold]cluster[/] {cluster['id']}: {counted(cluster['size'], 'document')}, kept {cluster['kept']}")
        for one in cluster["members"][:_MEMBERS]:
            console.print(f"  {one['id']}  {escape(one['source'])}  {_likeness(one, cluster['kept'])}")
        if len(cluster["members"]) > _MEMBERS:
            console.print(f"  and {len(cluster['members']) - _MEMBERS} more")
    if removed := found.get("removed"):
        _print_removed(console, removed)
    if findings := found.get("personal"):
        console.print("[bold]personal data[/] (places are those in the written text)")
        for one in findings:
            written = f" as {one['written']}" if one["written"] else ""
            console.print(
                f"  {one['kind']} in {one['field']} {one['start']}-{one['end']}, rule {one['rule']}: {one['action']}{escape(written)}"
            )


def _print_removed(console: Console, removed: list[dict[str, Any]]) -> None:
    reasons = Counter(one["reason"] for one in removed)
    console.print(f"[bold]lines removed[/]: {', '.join(f'{reason} {count}' for reason, count in sorted(reasons.items()))}")
    places = [f"{one['start']}-{one['end']}" for one in removed[:_PLACES]]
    console.print(f"  at {', '.join(places)}{' and more' if len(removed) > _PLACES else ''} of the normalised text")


def _measures(run: Path, document: str) -> list[dict[str, Any]]:
    path = measures_file(run)
    row = row_of(path, document) if path else None
    if path is None or row is None:
        return []
    cuts = cuts_of(recipe_of(run)[0])
    return [_measure(name, row[name], cuts_on(name, cuts)) for name in measure_names(path) if row[name] is not None]


def _measure(name: str, value: float, cuts: tuple[Cut, ...]) -> dict[str, Any]:
    broken = [cut.reason for cut in cuts if not passes(value, cut)]
    limits = {side: next((cut.value for cut in cuts if cut.side == side), None) for side in ("low", "high")}
    return {"measure": name, "value": value, **limits, "broken": broken}


def _likeness(member: dict[str, Any], kept: str) -> str:
    if member["exact"]:
        return "the same text"
    if member["jaccard"] is None:
        return ""
    return f"Jaccard {member['jaccard']:.3f}" + ("" if member["match"] == kept else f" to {member['match']}")


def _print_measures(console: Console, measures: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for one in measures:
        limits = [f"{word} {amount(one[side])}" for side, word in (("low", "at least"), ("high", "at most")) if one[side] is not None]
        told = f"[red]{', '.join(limits)}: {', '.join(one['broken'])}[/]" if one["broken"] else f"[dim]{', '.join(limits)}[/]"
        table.add_row(f"  {one['measure']}", amount(one["value"]), told)
    console.print("[bold]measures[/]")
    console.print(table)
