"""Between our records and Argilla's: what is sent for an item, and what a response says. Pure; nothing here talks to a server."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from alignment.argilla_desk.similarity import vector
from alignment.desk import Item, What

QUEUE_KEY = "oncelik"
"""The metadata property by which the embedded server orders a reviewer's queue; see alignment/argilla_server/engine.py."""

VECTOR = "benzerlik"
BEFORE = "konusma"
DECISION, CORRECTED, SPANS, REASONS, NOTE = "karar", "duzeltilmis", "hatali_yer", "neden", "not"


def record_of(item: Item, questions: Mapping[str, str], *, blind: bool) -> dict[str, Any]:
    """Return the record that Argilla's bulk endpoint takes; `questions` are the ids of the dataset's questions by name."""
    metadata: dict[str, Any] = {"gorev_turu": item.task}
    if item.priority is not None:
        metadata[QUEUE_KEY] = item.priority
    if not blind and item.origin:
        metadata["yazan"] = item.origin
    record: dict[str, Any] = {
        "external_id": item.id,
        "fields": fields_of(item),
        "metadata": metadata,
        "vectors": {VECTOR: vector("\n".join((item.instruction, *item.answers)))},
    }
    if item.what == "pairs":  # no agent, no score: a suggestion shows both
        record["suggestions"] = [{"question_id": questions[CORRECTED], "value": item.answers[0]}]
    return record


def fields_of(item: Item) -> dict[str, Any]:
    """Return the fields of a record in the order people read them; Argilla takes no empty text."""
    fields: dict[str, Any] = {BEFORE: as_html(item.before)} if item.before else {}
    fields["gorev"] = as_html(item.instruction)
    if item.input:
        fields["metin"] = as_html(item.input)
    if item.what == "pairs":
        fields["cevap"] = as_html(item.answers[0])
    else:
        fields["cevaplar"] = {"a": as_html(item.answers[0]), "b": as_html(item.answers[1])}
    if item.evidence:
        fields["dayanak"] = as_html(item.evidence)
    return fields


def as_html(text: str) -> str:
    """Return HTML that shows `text` as it is. Argilla's page takes every text field for HTML and runs what is in it.

    It also puts the whole record into a script for the side-by-side view, with a JavaScript `replace` in which `$` has a meaning of its own.
    """
    return html.escape(text, quote=False).replace("$", "&#36;")


def line_of(
    record: Mapping[str, Any], response: Mapping[str, Any], *, what: What, reviewer: str, guideline: str, final: bool
) -> dict[str, Any]:
    """Return a submitted response as a line of the file desk.

    A changed text under `kabul` counts as a correction: nobody rewrites an answer by accident. An unchanged one under `duzelt` is left without `output`,
    so that the file desk reports it.
    """
    given = {name: answer.get("value") for name, answer in (response.get("values") or {}).items()}
    decision = str(given.get(DECISION) or "")
    written, shown = str(given.get(CORRECTED) or "").strip(), html.unescape(str(record["fields"].get("cevap") or "")).strip()
    changed = what == "pairs" and written not in {"", shown}
    if what == "pairs" and decision == "kabul" and changed:
        decision = "duzelt"
    line = {
        "id": record["external_id"],
        "verdict": decision,
        "output": written if decision == "duzelt" and changed else "",
        "reviewer": reviewer,
        "note": str(given.get(NOTE) or ""),
        "reviewed_at": str(response["updated_at"]),
        "guideline": guideline,
    }
    if given.get(REASONS):
        line["reasons"] = sorted(given[REASONS])
    if given.get(SPANS):
        line["spans"] = [{"start": one["start"], "end": one["end"], "label": one["label"]} for one in given[SPANS]]
    return line | ({"final": True} if final else {})
