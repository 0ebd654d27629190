"""Database and index made equal at the start: what a kill tore apart between the two is found by comparing them, and only that is written again."""

# ruff: noqa: S608 (statements are put together of constants; whatever comes from outside is an argument)
from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from alignment.argilla_server.store import Store

_CHUNK = 200  # records loaded with all their relations at once


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs: records to index again by dataset, records that are gone, datasets without an index or with that of other fields, and left-over indexes."""

    stale: dict[str, list[str]]
    gone: dict[str, list[str]]
    missing: list[str]
    left_over: list[str]


def recount(database: Path) -> int:
    """Return how many records had a status that their responses do not bear out, after setting it right. A kill between response and status does that, and a user who was deleted."""
    with sqlite3.connect(database) as db:
        submitted = "(SELECT count(*) FROM responses p WHERE p.record_id = r.id AND p.status = 'submitted')"
        needed = "(SELECT json_extract(d.distribution, '$.min_submitted') FROM datasets d WHERE d.id = r.dataset_id)"
        status = f"CASE WHEN {submitted} >= {needed} THEN 'completed' ELSE 'pending' END"
        return db.execute(f"UPDATE records AS r SET status = {status} WHERE status <> {status}").rowcount


def difference(database: Path, store: Store) -> Difference:
    """Compare Argilla's database with the index, record by record: status, dates, responses, suggestions and vectors."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        fields = _fields(db)
        indexed = {name: json.loads(columns) for name, columns in store.rows("SELECT id, fields FROM datasets")}
        missing = [name for name, columns in fields.items() if indexed.get(name) != columns]
        left_over = [name for name in indexed if name not in fields]
        stale: dict[str, list[str]] = {}
        gone: dict[str, list[str]] = {}
        for name in fields:
            there = dict(_database_records(db, name))
            here = {} if name in missing else dict(_index_records(store, name))
            if changed := [one for one, state in there.items() if here.get(one) != state]:
                stale[name] = changed
            if surplus := [one for one in here if one not in there]:
                gone[name] = surplus
        return Difference(stale, gone, missing, left_over)


async def heal(database: Path, store: Store, engine: Any) -> int:
    """Return how many records were indexed again or taken out."""
    found = difference(database, store)
    for name in (*found.left_over, *found.missing):
        store.drop(name)
    for name, ids in found.gone.items():
        store.delete(name, ids)
    await _index(engine, found)
    return sum(map(len, found.stale.values())) + sum(map(len, found.gone.values()))


async def _index(engine: Any, found: Difference) -> None:
    from argilla_server.database import AsyncSessionLocal
    from argilla_server.models import Dataset, Record, Response, Suggestion
    from sqlalchemy import select
    from sqlalchemy.orm import selectinload

    relations = [Dataset.fields, Dataset.questions, Dataset.metadata_properties, Dataset.vectors_settings]
    for name in dict.fromkeys([*found.missing, *found.stale]):
        async with AsyncSessionLocal() as db:
            asked = select(Dataset).filter_by(id=UUID(name)).options(*map(selectinload, relations))
            dataset = (await db.scalars(asked)).one()
            if name in found.missing:
                await engine.create_index(dataset)
            for ids in _chunks(found.stale.get(name, [])):
                records = select(Record).where(Record.id.in_([UUID(one) for one in ids])).options(
                    selectinload(Record.dataset),
                    selectinload(Record.responses).selectinload(Response.user),
                    selectinload(Record.suggestions).selectinload(Suggestion.question),
                    selectinload(Record.vectors),
                )  # fmt: skip
                await engine.index_records(dataset, (await db.scalars(records)).all())


def _fields(db: sqlite3.Connection) -> dict[str, list[str]]:
    """Text fields of every dataset that people can see, in Argilla's order."""
    found: dict[str, list[str]] = {}
    for (name,) in db.execute("SELECT id FROM datasets WHERE status = 'ready'"):
        rows = db.execute("SELECT name, json_extract(settings, '$.type') FROM fields WHERE dataset_id=? ORDER BY inserted_at", (name,))
        found[_uuid(name)] = [field for field, kind in rows if kind != "image"]
    return found


def _database_records(db: sqlite3.Connection, dataset: str) -> Iterator[tuple[str, Any]]:
    key = (UUID(dataset).hex,)
    of_dataset = "JOIN records r ON r.id = o.record_id WHERE r.dataset_id = ?"
    responses, suggestions, vectors = _Groups(), _Groups(), _Groups()
    for record, identity, status, answers in db.execute(
        f'SELECT o.record_id, o.id, o.status, o."values" FROM responses o {of_dataset}', key
    ):
        responses.add(
            _uuid(record),
            (_uuid(identity), status, {name: given.get("value") for name, given in (json.loads(answers or "null") or {}).items()}),
        )
    asked = f"SELECT o.record_id, q.name, o.type, o.agent, o.score, o.value FROM suggestions o JOIN questions q ON q.id = o.question_id {of_dataset}"
    for record, question, kind, agent, score, value in db.execute(asked, key):
        suggestions.add(_uuid(record), (question, kind, agent, json.loads(score or "null"), json.loads(value)))
    for record, setting, changed in db.execute(f"SELECT o.record_id, o.vector_settings_id, o.updated_at FROM vectors o {of_dataset}", key):
        vectors.add(_uuid(record), (_uuid(setting), changed.replace(" ", "T")))
    for record, status, changed in db.execute("SELECT id, status, updated_at FROM records WHERE dataset_id=?", key):
        name = _uuid(record)
        yield name, (status, changed.replace(" ", "T"), responses.of(name), suggestions.of(name), vectors.of(name))


def _index_records(store: Store, dataset: str) -> Iterator[tuple[str, Any]]:
    responses, vectors = _Groups(), _Groups()
    of_dataset = "JOIN records d ON d.row = o.record WHERE d.dataset = ?"
    for record, identity, status, answers in store.rows(
        f"SELECT d.id, o.id, o.status, o.answers FROM responses o {of_dataset}", (dataset,)
    ):
        responses.add(record, (identity, status, json.loads(answers)))
    for record, setting, changed in store.rows(f"SELECT d.id, o.setting, o.updated_at FROM vectors o {of_dataset}", (dataset,)):
        vectors.add(record, (setting, changed))
    for name, status, changed, suggestions in store.rows(
        "SELECT id, status, updated_at, suggestions FROM records WHERE dataset=?", (dataset,)
    ):
        given = [(question, one["type"], one["agent"], one["score"], one["value"]) for question, one in json.loads(suggestions).items()]
        yield name, (status, changed, responses.of(name), sorted(given, key=repr), vectors.of(name))


class _Groups:
    """Rows by record, in an order that does not depend on where they came from."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Any]] = {}

    def add(self, record: str, row: Any) -> None:
        self._rows.setdefault(record, []).append(row)

    def of(self, record: str) -> list[Any]:
        return sorted(self._rows.get(record, ()), key=repr)


def _uuid(hexadecimal: str) -> str:
    """Argilla's database keeps ids without hyphens."""
    return str(UUID(hexadecimal))


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
