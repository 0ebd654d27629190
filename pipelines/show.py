"""One record's whole life: from the sentence it rests on to the preferences and verdicts made of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from curation.errors import ArtifactError
from curation.records import Document, Evidence, Pair, Preference, Rejected, encode
from curation.storage import read_jsonl
from pipelines.stage import REJECTED
from pipelines.stages import STAGES
from pipelines.stages.files import DOCUMENTS, DOCUMENTS_FOLDER, PAIRS, PAIRS_FOLDER, PREFERENCES, PREFERENCES_FOLDER, REVIEWED_FOLDER


def life(run: Path, record: str) -> dict[str, Any]:
    """Return what the run knows of a document, pair, preference or rejected record, JSON-ready. Raises ArtifactError where the id is unknown."""
    documents = {one.id: one for one in _all(run / DOCUMENTS_FOLDER / DOCUMENTS, Document)}
    pairs = {one.id: one for one in _all(run / PAIRS_FOLDER / PAIRS, Pair)}
    preferences = {one.id: one for one in _all(run / PREFERENCES_FOLDER / PREFERENCES, Preference)}
    reviewed = {one.id: one for one in _all(run / REVIEWED_FOLDER / PAIRS, Pair)}
    rejected = [
        {"stage": stage.name, **encode(one)}
        for stage in STAGES
        for one in _all(run / stage.folder / REJECTED, Rejected)
        if one.id == record
    ]
    found: dict[str, Any] = {"id": record, "rejected": rejected}
    if record in preferences:
        found["preference"] = encode(preferences[record])
        record = preferences[record].pair_id
    if record in pairs:
        pair = pairs[record]
        found["pair"] = encode(pair)
        found["evidence"] = [_sentence(one, documents) for one in pair.evidence]
        found["preferences"] = [encode(one) for one in preferences.values() if one.pair_id == record]
        if record in reviewed and reviewed[record] != pair:
            found["reviewed"] = encode(reviewed[record])
        record = pair.evidence[0].document_id if pair.evidence else record
    if record in documents:
        found["document"] = encode(documents[record])
        if "pair" not in found:
            found["pairs"] = [encode(pair) for pair in pairs.values() if any(e.document_id == record for e in pair.evidence)]
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
        console.print(f"[bold]pair[/] {pair['id']}  {pair['task']}, written by {pair['writer']}, {pair['split']}")
        console.print(f"  ? {escape(pair['instruction'])}\n  > {escape(pair['output'])}")
    if reviewed := found.get("reviewed"):
        console.print(f"[bold]after review[/]\n  > {escape(reviewed['output'])}")
    for one in found.get("preferences", []) if "preference" not in found else [found["preference"]]:
        console.print(
            f"[bold]preference[/] {one['id']}  rejected by {one['rejected_by']}, margin {one['margin']:g}\n  < {escape(one['rejected'])}"
        )
    for one in found["rejected"]:
        console.print(
            f"[bold]rejected[/] in stage {one['stage']}: {one['reason']} ({escape(one['detail'])})  {escape(one['source'])}\n{escape(one['text'])}"
        )


def _all(path: Path, kind: type[Any]) -> Iterator[Any]:
    return read_jsonl(path, kind) if path.is_file() else iter(())


def _sentence(evidence: Evidence, documents: dict[str, Document]) -> dict[str, Any]:
    document = documents.get(evidence.document_id)
    return {**encode(evidence), "text": document.text[evidence.start : evidence.end] if document else ""}
