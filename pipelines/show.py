"""One record's whole life: from the sentence it rests on to the preferences and verdicts made of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from curation.errors import ArtifactError
from curation.records import Document, Evidence, Pair, Preference, encode
from curation.storage import read_jsonl
from pipelines.asked import asked_about, print_asked
from pipelines.asked_preferences import asked_for_preferences, grades_asked
from pipelines.judging import GRADED
from pipelines.stage import REJECTED
from pipelines.stages import STAGES
from pipelines.stages.files import DOCUMENTS_FOLDER, PAIRS, PAIRS_FOLDER, PREFERENCES, PREFERENCES_FOLDER, REVIEWED_FOLDER
from pipelines.study.document import print_study, study_of
from pipelines.study.files import documents_by_id, read_rows

_CURATE, _PREFERENCES = (
    next(stage.name for stage in STAGES if stage.folder == folder) for folder in (DOCUMENTS_FOLDER, PREFERENCES_FOLDER)
)


def life(run: Path, record: str) -> dict[str, Any]:
    """Return what the run knows of a document, pair, preference or rejected record, JSON-ready. Raises ArtifactError where the id is unknown."""
    rejected = [
        {"stage": stage.name, **row}
        for stage in STAGES
        for row in read_rows(run / stage.folder / REJECTED, record)
        if row.get("id") == record
    ]
    found: dict[str, Any] = {"id": record, "rejected": rejected}
    if preference := _one(run / PREFERENCES_FOLDER / PREFERENCES, Preference, record):
        found["preference"] = encode(preference)
        record = preference.pair_id
    elif of_pair := next((one["source"] for one in rejected if one["stage"] == _PREFERENCES), ""):
        record = of_pair
    if graded := _graded(run, record, preference):
        found["graded"] = graded
    if pair := _one(run / PAIRS_FOLDER / PAIRS, Pair, record):
        found |= _pair(run, pair)
        record = pair.evidence[0].document_id if pair.evidence else record
    if document := documents_by_id(run, {record}).get(record):
        found["document"] = encode(document)
        if pair is None:
            pairs = _all(run / PAIRS_FOLDER / PAIRS, Pair)
            found["pairs"] = [encode(one) for one in pairs if any(e.document_id == record for e in one.evidence)]
    if document or any(one["stage"] == _CURATE for one in rejected):
        found |= study_of(run, record)
    asked = asked_about(run, pair.id if pair else found["id"])
    if pair:
        asked += [*grades_asked(run, pair), *asked_for_preferences(run, pair, "" if pair.id == found["id"] else found["id"])]
    if asked:
        found["asked"] = asked
    if len(found) == 2 and not rejected:
        raise ArtifactError(f"no record {found['id']} in {run}: ids stand in its .jsonl files and in report.html")
    return found


def print_life(console: Console, found: dict[str, Any]) -> None:
    """Print what `life` returned, from the source onwards."""
    if document := found.get("document"):
        console.print(f"[bold]document[/] {document['id']}  {escape(document['source'])}  {escape(document['title'])}")
        console.print(
            f"  {', '.join(document['tags']) or 'no tags'}; {document['language']}; licence {document['license'] or 'not stated'}"
        )
        if "pair" not in found:
            console.print(escape(document["text"]))
    for evidence in found.get("evidence", []):
        console.print(f"[bold]evidence[/] {evidence['start']}-{evidence['end']}: {escape(evidence['text'])}")
    for pair in [found["pair"]] if "pair" in found else found.get("pairs", []):
        console.print(f"[bold]pair[/] {pair['id']}  {pair['task']}, written by {escape(pair['writer'])}, {pair['split']}")
        _print_said(console, pair)
        console.print(f"  > {escape(pair['output'])}")
    if reviewed := found.get("reviewed"):
        console.print(f"[bold]after review[/]\n  > {escape(reviewed['output'])}")
    for one in found.get("preferences", []) if "preference" not in found else [found["preference"]]:
        _print_preference(console, one, found["pair"]["output"] if "pair" in found else "")
    for one in found.get("graded", []):
        _print_graded(console, one)
    for one in found["rejected"]:
        console.print(
            f"[bold]rejected[/] in stage {one['stage']}: {one['reason']} ({escape(one['detail'])})  {escape(one['source'])}\n{escape(one['text'])}"
        )
    print_asked(console, found.get("asked", []))
    if "pair" not in found:
        print_study(console, found)


def _print_said(console: Console, pair: dict[str, Any]) -> None:
    """The conversation up to the question."""
    for turn in pair["turns"]:
        console.print(f"  {'?' if turn['role'] == 'user' else '>'} {escape(turn['content'])}", style="dim")
    console.print(f"  ? {escape(pair['instruction'])}")


def _print_preference(console: Console, one: dict[str, Any], output: str) -> None:
    """Both answers; the chosen one only where it is not the pair's own."""
    who = f"chosen by {escape(one['chosen_by'])}, rejected by {escape(one['rejected_by'])}"
    console.print(f"[bold]preference[/] {one['id']}  {who}, margin {one['margin']:g}, judged by {escape(one['judged_by'])}")
    if one["chosen"] != output:
        console.print(f"  > {escape(one['chosen'])}")
    console.print(f"  < {escape(one['rejected'])}")


def _print_graded(console: Console, one: dict[str, Any]) -> None:
    reason = f", not used: {one['reason']}" if one["reason"] else ""
    console.print(f"[bold]graded[/] {escape(one['id'])}  {one['score']:.2f} of 5 to {escape(one['by'])} in stage {one['stage']}{reason}")
    console.print(f"  = {escape(one['text'])}")
    for judge in dict.fromkeys((*one["grades"], *one["why"])):
        grades = ", ".join(f"{name} {grade:g}" for name, grade in one["grades"].get(judge, {}).items())
        score = f" {one['scores'][judge]:.2f} ({grades})" if judge in one["scores"] else " no grades"
        console.print(f"  [bold]{escape(judge)}[/]{score}: {escape(one['why'].get(judge, ''))}")


def _graded(run: Path, pair: str, preference: Preference | None) -> list[dict[str, Any]]:
    """What the judges gave the pair and the answers to it, of a preference its two answers alone."""
    rows = [
        {"stage": stage.name, **row}
        for stage in STAGES
        for row in read_rows(run / stage.folder / GRADED, pair)
        if row.get("pair_id") == pair
    ]
    return [row for row in rows if preference is None or row["text"] in (preference.chosen, preference.rejected)]


def _pair(run: Path, pair: Pair) -> dict[str, Any]:
    documents = documents_by_id(run, {one.document_id for one in pair.evidence})
    preferences = _all(run / PREFERENCES_FOLDER / PREFERENCES, Preference)
    found: dict[str, Any] = {
        "pair": encode(pair),
        "evidence": [_sentence(one, documents) for one in pair.evidence],
        "preferences": [encode(one) for one in preferences if one.pair_id == pair.id],
    }
    reviewed = _one(run / REVIEWED_FOLDER / PAIRS, Pair, pair.id)
    return found if reviewed is None or reviewed == pair else found | {"reviewed": encode(reviewed)}


def _all(path: Path, kind: type[Any]) -> Iterator[Any]:
    return read_jsonl(path, kind) if path.is_file() else iter(())


def _one(path: Path, kind: type[Any], record: str) -> Any:
    return next((one for one in _all(path, kind) if one.id == record), None)


def _sentence(evidence: Evidence, documents: dict[str, Document]) -> dict[str, Any]:
    document = documents.get(evidence.document_id)
    return {**encode(evidence), "text": document.text[evidence.start : evidence.end] if document else ""}
