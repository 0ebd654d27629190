"""The search index on disk: one SQLite file with text, responses, suggestions and vectors of every dataset."""

# ruff: noqa: S608 (statements are put together of constants; whatever comes from outside is an argument)
from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from curation.turkish import ascii_letters

T = TypeVar("T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS datasets(id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, fields TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS records(row INTEGER PRIMARY KEY, dataset TEXT NOT NULL, id TEXT NOT NULL UNIQUE, external_id TEXT,
  status TEXT, inserted_at TEXT, updated_at TEXT, fields TEXT NOT NULL, metadata TEXT NOT NULL, suggestions TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS records_of_dataset ON records(dataset, status);
CREATE TABLE IF NOT EXISTS responses(id TEXT PRIMARY KEY, record INTEGER NOT NULL, user_id TEXT NOT NULL, status TEXT NOT NULL, answers TEXT NOT NULL)
  WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS responses_of_record ON responses(record, user_id, status);
CREATE INDEX IF NOT EXISTS responses_of_user ON responses(user_id, status);
CREATE TABLE IF NOT EXISTS vectors(record INTEGER NOT NULL, setting TEXT NOT NULL, updated_at TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY(record, setting)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS vectors_of_setting ON vectors(setting);
"""
# Sorting and temporary tables in memory, 64 MB of pages: the index of 10,000 records stays cached.
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "temp_store=MEMORY", "cache_size=-65536", "busy_timeout=30000")


def text_key(text: str) -> str:
    """Return `text` as it is indexed and asked for: I, İ, ı and i are one letter, and so are ş and s; apostrophes part words."""
    return ascii_letters(text)


@dataclass(frozen=True, slots=True)
class Document:
    """One record as the index keeps it; `texts` stand in the order of the dataset's text fields, `responses` as (id, user, status, answers), `vectors` as (updated_at, values)."""

    id: str
    external_id: str | None
    status: str
    inserted_at: str
    updated_at: str
    fields: Mapping[str, Any]
    texts: Sequence[str]
    metadata: Mapping[str, Any]
    suggestions: Mapping[str, Any]
    responses: Sequence[tuple[str, str, str, str]]
    vectors: Mapping[str, tuple[str, Sequence[float]]]


@dataclass(slots=True)
class Matrix:
    """All vectors of one setting, of length one, float32[records, dimensions]."""

    rows: Any
    ids: list[str]
    units: Any


@dataclass(slots=True)
class Store:
    """The one connection to the index. Argilla asks for a new engine with every request; what must last lives here."""

    path: Path
    lock: threading.RLock = field(default_factory=threading.RLock)
    matrices: dict[str, Matrix] = field(default_factory=dict)
    db: sqlite3.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.db = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
        for pragma in _PRAGMAS:
            self.db.execute(f"PRAGMA {pragma}")
        self.db.executescript(_SCHEMA)

    def transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what `work` returns, all of its changes kept or none."""
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                result = work(self.db)
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")
            return result

    def rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a query."""
        with self.lock:
            return self.db.execute(sql, arguments).fetchall()

    def text_fields(self, dataset: str) -> tuple[str, list[str]] | None:
        """Return the full-text table of a dataset and the names of its fields in column order, or None where it has no index."""
        found = self.rows("SELECT number, fields FROM datasets WHERE id=?", (dataset,))
        return (f"text_{found[0][0]}", json.loads(found[0][1])) if found else None

    def create(self, dataset: str, fields: Sequence[str]) -> None:
        """Add an empty index for `dataset`."""

        def work(db: sqlite3.Connection) -> None:
            number = db.execute("SELECT coalesce(max(number), 0) + 1 FROM datasets").fetchone()[0]
            db.execute("INSERT INTO datasets VALUES(?, ?, ?)", (dataset, number, json.dumps(list(fields))))
            columns = ", ".join(f"f{index}" for index in range(max(len(fields), 1)))
            db.execute(f"CREATE VIRTUAL TABLE text_{number} USING fts5({columns}, tokenize='unicode61 remove_diacritics 0')")

        self.transact(work)

    def drop(self, dataset: str) -> None:
        """Remove the index of `dataset` and all that is in it."""
        found = self.text_fields(dataset)
        if found is None:
            return

        def work(db: sqlite3.Connection) -> None:
            db.execute(f"DROP TABLE {found[0]}")
            for table in ("responses", "vectors"):
                db.execute(f"DELETE FROM {table} WHERE record IN (SELECT row FROM records WHERE dataset=?)", (dataset,))
            db.execute("DELETE FROM records WHERE dataset=?", (dataset,))
            db.execute("DELETE FROM datasets WHERE id=?", (dataset,))

        self.transact(work)
        self.matrices.clear()

    def put(self, dataset: str, documents: Sequence[Document]) -> None:
        """Add or replace `documents` in the index of `dataset`. Raises LookupError where there is none."""
        found = self.text_fields(dataset)
        if found is None:
            raise LookupError(f"dataset {dataset} has no index")

        def work(db: sqlite3.Connection) -> None:
            for document in documents:
                _put(db, dataset, found[0], document)

        self.transact(work)
        for setting in {setting for document in documents for setting in document.vectors}:
            self.matrices.pop(setting, None)

    def delete(self, dataset: str, ids: Iterable[str]) -> None:
        """Remove records from the index of `dataset`; ids that are not there are passed over."""
        found = self.text_fields(dataset)
        if found is None:
            return

        def work(db: sqlite3.Connection) -> None:
            for identity in ids:
                for (row,) in db.execute("SELECT row FROM records WHERE id=?", (identity,)).fetchall():
                    db.execute(f"DELETE FROM {found[0]} WHERE rowid=?", (row,))
                    _forget(db, row)
                    db.execute("DELETE FROM records WHERE row=?", (row,))

        self.transact(work)
        self.matrices.clear()

    def purge_user(self, user: str) -> None:
        """Remove the responses of a deleted user; Argilla's database does so itself and tells no one."""
        self.transact(lambda db: db.execute("DELETE FROM responses WHERE user_id=?", (user,)))

    def matrix(self, setting: str) -> Matrix:
        """Return the vectors of one setting; kept until one of them changes."""
        with self.lock:
            if setting not in self.matrices:
                found = self.rows(
                    "SELECT v.record, r.id, v.vector FROM vectors v JOIN records r ON r.row=v.record WHERE v.setting=?", (setting,)
                )
                values = (
                    np.frombuffer(b"".join(one[2] for one in found), "<f4").reshape(len(found), -1) if found else np.zeros((0, 1), "<f4")
                )
                norms = np.linalg.norm(values, axis=1, keepdims=True)
                units = values / np.where(norms == 0, 1, norms)
                self.matrices[setting] = Matrix(np.array([one[0] for one in found], "i8"), [one[1] for one in found], units)
            return self.matrices[setting]


def _put(db: sqlite3.Connection, dataset: str, text_table: str, document: Document) -> None:
    values = (
        document.external_id,
        document.status,
        document.inserted_at,
        document.updated_at,
        *(json.dumps(one, ensure_ascii=False) for one in (document.fields, document.metadata, document.suggestions)),
    )
    found = db.execute("SELECT row FROM records WHERE id=?", (document.id,)).fetchone()
    if found:
        row = found[0]
        db.execute(
            "UPDATE records SET external_id=?, status=?, inserted_at=?, updated_at=?, fields=?, metadata=?, suggestions=? WHERE row=?",
            (*values, row),
        )
        db.execute(f"DELETE FROM {text_table} WHERE rowid=?", (row,))
        _forget(db, row)
    else:
        row = db.execute(
            "INSERT INTO records(external_id, status, inserted_at, updated_at, fields, metadata, suggestions, dataset, id) VALUES(?,?,?,?,?,?,?,?,?)",
            (*values, dataset, document.id),
        ).lastrowid
    if document.texts:
        marks = ", ".join("?" * len(document.texts))
        columns = ", ".join(f"f{index}" for index in range(len(document.texts)))
        db.execute(f"INSERT INTO {text_table}(rowid, {columns}) VALUES(?, {marks})", (row, *map(text_key, document.texts)))
    db.executemany("INSERT OR REPLACE INTO responses VALUES(?,?,?,?,?)", [(identity, row, *rest) for identity, *rest in document.responses])
    db.executemany(
        "INSERT INTO vectors VALUES(?,?,?,?)",
        [(row, name, changed, np.asarray(values, "<f4").tobytes()) for name, (changed, values) in document.vectors.items()],
    )


def _forget(db: sqlite3.Connection, row: int) -> None:
    for table in ("responses", "vectors"):
        db.execute(f"DELETE FROM {table} WHERE record=?", (row,))
