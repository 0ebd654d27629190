"""Argilla's rows as the index keeps them."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

from argilla_server.models import Record, Response, Suggestion

from alignment.argilla_server.conditions import number, timestamp
from alignment.argilla_server.store import Document


def document_of(record: Record, text_fields: Sequence[str], properties: Mapping[str, str]) -> Document:
    """Return what is indexed of `record`; `properties` are the types of its metadata by name."""
    fields = record.fields or {}
    return Document(
        id=str(record.id),
        external_id=record.external_id,
        status=str(getattr(record.status, "value", record.status)),
        inserted_at=timestamp(record.inserted_at),
        updated_at=timestamp(record.updated_at),
        fields={name: fields.get(name) for name in text_fields},
        texts=[_text(fields.get(name)) for name in text_fields],
        metadata={name: _typed(value, properties.get(name)) for name, value in (record.metadata_ or {}).items() if value is not None},
        suggestions={one.question.name: json.loads(suggestion_values(one)) for one in record.suggestions},
        responses=[response_row(response) for response in record.responses],
        vectors={str(one.vector_settings_id): (timestamp(one.updated_at), one.value) for one in record.vectors},
    )


def response_row(response: Response) -> tuple[str, str, str, str]:
    """Return id, user, status and the answers by question as JSON."""
    answers = {name: given.get("value") for name, given in (response.values or {}).items()}
    status = str(getattr(response.status, "value", response.status))
    return str(response.id), str(response.user_id), status, json.dumps(answers, ensure_ascii=False)


def suggestion_values(suggestion: Suggestion) -> str:
    """Return what is indexed of a suggestion, as JSON."""
    values = {"type": suggestion.type, "agent": suggestion.agent, "score": suggestion.score, "value": suggestion.value}
    return json.dumps({name: getattr(value, "value", value) for name, value in values.items()}, ensure_ascii=False)


def _text(value: Any) -> str:
    """What can be searched in a field: the messages of a chat, the values of a custom field, else the text; entities as the page shows them."""
    if isinstance(value, list):
        return "\n".join(str(turn.get("content", "")) if isinstance(turn, dict) else str(turn) for turn in value)
    return "" if value is None else html.unescape(str(value))


def _typed(value: Any, kind: str | None) -> Any:
    """Numbers that came as text, as Elasticsearch takes them too."""
    if kind not in {"integer", "float"} or not isinstance(value, str) or number(value) is None:
        return value
    return int(float(value)) if kind == "integer" else float(value)
