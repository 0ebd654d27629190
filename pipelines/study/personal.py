"""What was done with personal data: counts by kind, rule and action, and the findings of one document; never a value."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError
from curation.records import decode
from curation.shards import KVKK
from pipelines.stages.files import DOCUMENTS_FOLDER
from pipelines.study.files import rows

KVKK_SUMMARY = "kvkk.json"
_SHOWN = ("field", "kind", "rule", "start", "end", "action", "written")


@dataclass(frozen=True, slots=True)
class Handled:
    """How often a `rule` found a `kind` of personal data, and what was done with it."""

    kind: str
    rule: str
    action: str
    count: int


@dataclass(frozen=True, slots=True)
class Personal:
    """Personal data in a run: documents that held any, and `handled` with the most frequent first."""

    documents: int
    handled: tuple[Handled, ...]


def personal(run: Path) -> Personal | None:
    """Return the counts of a run's findings, None where it kept none of them. Raises ArtifactError where they are damaged."""
    path = run / DOCUMENTS_FOLDER / KVKK_SUMMARY
    if path.is_file():
        return _summary(path)
    return _counted(run) if (run / DOCUMENTS_FOLDER / KVKK).is_file() else None


def findings_of(run: Path, document: str) -> list[dict[str, Any]]:
    """Return what was found in one document and done with it, in the order of the file."""
    return [{name: row.get(name) for name in _SHOWN} for row in rows(run, KVKK, document) if row.get("document_id") == document]


def _summary(path: Path) -> Personal:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Personal(int(values["documents_touched"]), _ranked(decode(Handled, one) for one in values["findings"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ArtifactError(f"{path} is damaged or of another version: {error!r}; run the stage `curate` again") from error


def _counted(run: Path) -> Personal:
    counts: Counter[tuple[str, str, str]] = Counter()
    documents = set()
    for row in rows(run, KVKK):
        counts[_text(row, "kind"), _text(row, "rule"), _text(row, "action")] += 1
        documents.add(_text(row, "document_id"))
    return Personal(len(documents), _ranked(Handled(*key, count) for key, count in counts.items()))


def _ranked(handled: Iterable[Handled]) -> tuple[Handled, ...]:
    return tuple(sorted(handled, key=lambda one: (-one.count, one.kind, one.rule, one.action)))


def _text(row: Mapping[str, Any], name: str) -> str:
    if not isinstance(found := row.get(name), str):
        raise ArtifactError(f"{KVKK} holds a row without `{name}`; run the stage `curate` again")
    return found
