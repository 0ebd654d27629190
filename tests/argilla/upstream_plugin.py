"""Loaded with `-p` into argilla-server's own tests: puts the embedded engine where they expect Elasticsearch.

Their search tests look into the index through an OpenSearch client. `IndexReader` answers for it from the embedded index. What asserts an
Elasticsearch mapping is skipped with that reason: the embedded index has none.
"""

from __future__ import annotations

import json
import os
import sys
import types
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(os.environ["IMBIK_ROOT"])
HOME = Path(os.environ["ARGILLA_HOME_PATH"])
for room in ("alignment", "curation"):
    package = types.ModuleType(room)
    package.__path__ = [str(ROOT / room)]
    sys.modules[room] = package

from alignment.argilla_server import jobs  # noqa: E402

jobs.replace_redis()

import argilla_server.search_engine  # noqa: E402
import numpy as np  # noqa: E402
import opensearchpy  # noqa: E402

from alignment.argilla_server.engine import IndexEngine  # noqa: E402
from alignment.argilla_server.store import Document, Store  # noqa: E402

MAPPING = "asserts an Elasticsearch mapping; the embedded index keeps records as they are and has no mapping"
OTHER_SERVER = "asserts requests and settings of an Elasticsearch or OpenSearch server"
SKIPPED = {
    "test_create_index_for_dataset": MAPPING,
    "test_create_index_for_dataset_with_fields": MAPPING,
    "test_create_metadata_property": MAPPING,
    "test_create_index_for_dataset_with_metadata_properties": MAPPING,
    "test_create_index_for_dataset_with_questions": MAPPING,
    "test_configure_metadata_property": MAPPING,
    "test_annotators_limits": MAPPING,
    "test_annotator_limits_increasing_default_fields_limit": MAPPING,
    "test_create_dataset_index_with_vectors": OTHER_SERVER,
    "test_create_index_with_existing_index": OTHER_SERVER,
}


class TestedEngine(IndexEngine):
    """The engine, the client that the tests close after use, and the call by which they write vectors past it."""

    class client:  # noqa: N801 (an attribute of theirs)
        """What is left of an Elasticsearch client."""

        @staticmethod
        async def close() -> None: ...

    async def _bulk_op_request(self, actions: list[dict[str, Any]]) -> None:
        for action in actions:
            for path, value in action["doc"].items():
                row = self.store.rows("SELECT row FROM records WHERE id=?", (str(action["_id"]),))[0][0]
                blob = np.asarray(value, "<f4").tobytes()
                setting = path.removeprefix("vectors.")
                self.store.transact(lambda db, v=(row, setting, "", blob): db.execute("INSERT OR REPLACE INTO vectors VALUES(?,?,?,?)", v))
        self.store.matrices.clear()


class IndexReader:
    """The calls of an OpenSearch client that the tests use to look into the index."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.indices = self
        self.cat = types.SimpleNamespace(indices=lambda **_: ())

    def create(self, index: str, body: dict[str, Any]) -> None:
        self.store.create(index.removeprefix("rg."), ["text"])

    def write(self, actions: list[dict[str, Any]]) -> None:
        """Their one fixture that fills an index without the engine."""
        for one in actions:
            fields = one["fields"]
            document = Document(str(one["id"]), None, "pending", "", "", fields, list(fields.values()), {}, {}, (), {})
            self.store.put(one["_index"].removeprefix("rg."), [document])

    def delete(self, index: str) -> None:
        self.store.drop(index.removeprefix("rg."))

    def refresh(self, index: str) -> None:
        pass

    def exists(self, index: str) -> bool:
        return self.store.text_fields(index.removeprefix("rg.")) is not None

    def get(self, index: str, id: Any = None, **_: Any) -> dict[str, Any]:
        if id is None:
            pytest.skip(MAPPING)
        [row] = self.store.rows("SELECT row FROM records WHERE id=?", (str(id),))[0]
        return {"_source": {"responses": []} | self._source(row)}

    get_mapping = get

    def search(self, index: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        rows = self.store.rows("SELECT row, id FROM records WHERE dataset=? ORDER BY row", (index.removeprefix("rg."),))
        wanted = body["query"]["ids"]["values"] if body else [identity for _, identity in rows]
        return {"hits": {"hits": [{"_source": self._source(row)} for row, identity in rows if identity in wanted]}}

    def update(self, index: str, id: Any, body: dict[str, Any]) -> None:
        [row] = self.store.rows("SELECT row FROM records WHERE id=?", (str(id),))[0]
        for one in body["doc"]["responses"]:
            answers = {name: value for name, value in one.items() if name not in {"id", "status", "user_id"}}
            values = (one["id"], row, one["user_id"], one["status"], json.dumps(answers))
            self.store.transact(lambda db, v=values: db.execute("INSERT OR REPLACE INTO responses VALUES(?,?,?,?,?)", v))

    def _source(self, row: int) -> dict[str, Any]:
        names = ("id", "external_id", "status", "inserted_at", "updated_at")
        found = self.store.rows(f"SELECT {', '.join(names)}, fields, metadata, suggestions FROM records WHERE row=?", (row,))[0]
        source: dict[str, Any] = dict(zip(names, found, strict=False)) | {"fields": json.loads(found[5])}
        responses = self.store.rows("SELECT id, status, user_id, answers FROM responses WHERE record=?", (row,))
        vectors = self.store.rows("SELECT setting, vector FROM vectors WHERE record=?", (row,))
        more = {
            "metadata": json.loads(found[6]),
            "suggestions": json.loads(found[7]),
            "responses": [dict(zip(("id", "status", "user_id"), one, strict=False)) | json.loads(one[3]) for one in responses],
            "vectors": {setting: np.frombuffer(blob, "<f4").tolist() for setting, blob in vectors},
        }
        return source | {name: value for name, value in more.items() if value}


STORE = Store(HOME / "index.sqlite")


opensearchpy.OpenSearch = lambda **_: IndexReader(STORE)
opensearchpy.helpers.bulk = lambda client, actions: client.write(actions)
argilla_server.search_engine.ElasticSearchEngine = lambda **_: TestedEngine(STORE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        reason = SKIPPED.get(getattr(item, "originalname", item.name))
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))
