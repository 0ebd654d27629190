"""Argilla's search engine on the embedded index: the whole contract of `argilla_server.search_engine.base.SearchEngine`."""

# ruff: noqa: S608 (statements are put together of constants; whatever comes from outside is an argument)
from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
from argilla_server.enums import MetadataPropertyType, SimilarityOrder
from argilla_server.models import Dataset, MetadataProperty, Record, Response, Suggestion, User, VectorSettings
from argilla_server.search_engine.base import (
    Filter,
    FloatMetadataMetrics,
    IntegerMetadataMetrics,
    MetadataMetrics,
    Order,
    SearchEngine,
    SearchResponseItem,
    SearchResponses,
    TermsMetrics,
    TextQuery,
)

from alignment.argilla_server.conditions import EACH, Sql, json_path, order_by, timestamp, where
from alignment.argilla_server.documents import document_of, response_row, suggestion_values
from alignment.argilla_server.query import condition, leaves, parse
from alignment.argilla_server.store import Store

T = TypeVar("T")

ENGINE = "imbik"
QUEUE_KEY = "oncelik"
"""The metadata property that orders a reviewer's queue, smallest first: the margin between two answers, or how sure the judge was of one."""

_PARTIAL = ("status", "external_id", "inserted_at", "updated_at")
# Half-reviewed records first, so that disagreement shows early; then what the judge was least sure of; then each reviewer's own shuffle,
# the same on every page: a multiplicative hash (Knuth) of the record's number and the reviewer's.
_QUEUE = (
    Sql("(d.status = 'pending' AND EXISTS(SELECT 1 FROM responses r WHERE r.record=d.row AND r.status='submitted')) DESC"),
    Sql("json_extract(d.metadata, ?) ASC NULLS LAST", (json_path(QUEUE_KEY),)),
)
_SHUFFLE = "((d.row * 2654435761) + ?) * 40503 % 2147483647"
_SEEDS = 2**31 - 1


def register(store: Store) -> type[SearchEngine]:
    """Make the engine on `store` known to Argilla under the name `ENGINE` and return its class."""

    @SearchEngine.register(ENGINE)
    class EmbeddedSearchEngine(IndexEngine):
        @classmethod
        async def new_instance(cls) -> EmbeddedSearchEngine:
            return cls(store)

    return EmbeddedSearchEngine


class IndexEngine(SearchEngine):
    """Lives for one request; `store` lasts. Relations of the records it is given are those that Argilla has loaded before."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    async def new_instance(cls) -> SearchEngine:
        raise NotImplementedError("an engine needs its store: see register()")

    async def close(self) -> None:
        """Leave the store open: the next request needs it."""

    async def ping(self) -> bool:
        return bool(self.store.rows("SELECT 1") == [(1,)])

    async def info(self) -> dict[str, Any]:
        return {"name": "imbik", "version": {"number": sqlite3.sqlite_version, "distribution": "sqlite-fts5"}}

    # --- the index and its records ---------------------------------------------------------------------------------------

    async def create_index(self, dataset: Dataset) -> None:
        name = str(dataset.id)
        if self.store.text_fields(name):
            raise ValueError(f"resource_already_exists_exception: dataset {name} has an index already")
        await _aside(self.store.create, name, [one.name for one in dataset.fields if not one.is_image])

    async def delete_index(self, dataset: Dataset) -> None:
        await _aside(self.store.drop, str(dataset.id))

    async def configure_metadata_property(self, dataset: Dataset, metadata_property: MetadataProperty) -> None:
        """Nothing to do: all metadata are kept, so a property that comes later finds its values."""

    async def configure_index_vectors(self, vector_settings: VectorSettings) -> None:
        """Nothing to do: vectors are kept by the id of their setting."""

    async def index_records(self, dataset: Dataset, records: Iterable[Record]) -> None:
        name, records = str(dataset.id), list(records)
        if not records:
            return
        if self.store.text_fields(name) is None:
            await self.create_index(dataset)
        found = self.store.text_fields(name)
        names = found[1] if found else []
        properties = {one.name: str(getattr(one.type, "value", one.type)) for one in records[0].dataset.metadata_properties}
        await _aside(self.store.put, name, [document_of(record, names, properties) for record in records])

    async def partial_record_update(self, record: Record, **update: Any) -> None:
        known = {name: timestamp(value) if name.endswith("_at") else str(value) for name, value in update.items() if name in _PARTIAL}
        if known:
            names = ", ".join(f"{name}=?" for name in known)
            await self._change(f"UPDATE records SET {names} WHERE id=?", *known.values(), str(record.id))

    async def delete_records(self, dataset: Dataset, records: Iterable[Record]) -> None:
        await _aside(self.store.delete, str(dataset.id), [str(record.id) for record in records])

    async def update_record_response(self, response: Response) -> None:
        identity, user, status, answers = response_row(response)
        await self._change(
            "INSERT OR REPLACE INTO responses SELECT ?, row, ?, ?, ? FROM records WHERE id=?",
            identity, user, status, answers, str(response.record.id),
        )  # fmt: skip

    async def delete_record_response(self, response: Response) -> None:
        await self._change("DELETE FROM responses WHERE id=?", str(response.id))

    async def update_record_suggestion(self, suggestion: Suggestion) -> None:
        await self._change(
            "UPDATE records SET suggestions=json_set(suggestions, ?, json(?)) WHERE id=?",
            json_path(suggestion.question.name), suggestion_values(suggestion), str(suggestion.record.id),
        )  # fmt: skip

    async def delete_record_suggestion(self, suggestion: Suggestion) -> None:
        path = json_path(suggestion.question.name)
        await self._change("UPDATE records SET suggestions=json_remove(suggestions, ?) WHERE id=?", path, str(suggestion.record.id))

    async def _change(self, sql: str, *arguments: Any) -> None:
        await _aside(self.store.transact, lambda db: db.execute(sql, arguments))

    # --- progress and metrics --------------------------------------------------------------------------------------------

    async def get_dataset_progress(self, dataset: Dataset) -> dict[str, int]:
        if dataset.is_draft:
            return {}
        return await self._counts("SELECT status, count(*) FROM records WHERE dataset=? GROUP BY 1", str(dataset.id))

    async def get_dataset_user_progress(self, dataset: Dataset, user: User) -> dict[str, int]:
        if dataset.is_draft:
            return {}
        sql = "SELECT p.status, count(*) FROM responses p JOIN records d ON d.row=p.record WHERE p.user_id=? AND d.dataset=? GROUP BY 1"
        return await self._counts(sql, str(user.id), str(dataset.id))

    async def _counts(self, sql: str, *arguments: str) -> dict[str, int]:
        counts = dict(await _aside(self.store.rows, sql, arguments))
        return {"total": sum(counts.values()), **counts}

    async def compute_metrics_for(self, metadata_property: MetadataProperty) -> MetadataMetrics:
        path = json_path(metadata_property.name)
        arguments = (path, path, path, str(metadata_property.dataset_id))
        values = f"FROM records d, {EACH.format(column='d.metadata')} WHERE d.dataset=? AND j.value IS NOT NULL"
        if metadata_property.type == MetadataPropertyType.terms:
            found = await _aside(self.store.rows, f"SELECT j.value, count(*) {values} GROUP BY 1 ORDER BY 2 DESC, 1", arguments)
            terms = [TermsMetrics.TermCount(term=str(term), count=count) for term, count in found]
            return TermsMetrics(total=sum(one.count for one in terms), values=terms)
        [(least, most)] = await _aside(self.store.rows, f"SELECT min(j.value), max(j.value) {values}", arguments)
        whole = metadata_property.type == MetadataPropertyType.integer
        return (IntegerMetadataMetrics if whole else FloatMetadataMetrics)(min=least, max=most)

    # --- search ----------------------------------------------------------------------------------------------------------

    async def search(
        self,
        dataset: Dataset,
        query: TextQuery | str | None = None,
        filter: Filter | None = None,
        sort: Sequence[Order] | None = None,
        offset: int = 0,
        limit: int = 100,
        user_id: Any = None,
    ) -> SearchResponses:
        """Return a page of records. Argilla's handlers pass `user_id`, which its base class does not declare, and leave the queue order to the engine."""
        return await _aside(self._search, str(dataset.id), query, filter, sort or (), offset, limit, user_id)

    def _search(
        self,
        dataset: str,
        query: TextQuery | str | None,
        filter: Filter | None,
        sort: Sequence[Order],
        offset: int,
        limit: int,
        user_id: Any,
    ) -> SearchResponses:
        text, rank = self._text(dataset, query)
        asked = _both(Sql("d.dataset=?", (dataset,)), text, where(filter))
        order = order_by(sort) or self._order(query, user_id)
        score = "coalesce(s.score, 1.0)" if rank else "1.0"
        sql = f"SELECT d.id, {score} AS score FROM records d{rank.text if rank else ''} WHERE {asked.text} ORDER BY {', '.join([*(one.text for one in order), 'd.row'])} LIMIT ? OFFSET ?"
        arguments = (*(rank.arguments if rank else ()), *asked.arguments, *(a for one in order for a in one.arguments), limit, offset)
        with self.store.lock:
            [(total,)] = self.store.rows(f"SELECT count(*) FROM records d WHERE {asked.text}", asked.arguments)
            found = self.store.rows(sql, arguments)
        return SearchResponses(items=[SearchResponseItem(record_id=UUID(one), score=score) for one, score in found], total=total)

    @staticmethod
    def _order(query: TextQuery | str | None, user_id: Any) -> list[Sql]:
        if query is not None:
            return [Sql("score DESC")]
        return [] if user_id is None else [*_QUEUE, Sql(_SHUFFLE, (UUID(str(user_id)).int % _SEEDS,))]

    def _text(self, dataset: str, query: TextQuery | str | None) -> tuple[Sql, Sql | None]:
        """The condition for a text query, and the join that brings its rank as s.score; more is better, as in Elasticsearch."""
        if query is None:
            return Sql("1"), None
        asked = TextQuery(q=query) if isinstance(query, str) else query
        found, tree = self.store.text_fields(dataset), parse(asked.q)
        if found is None or tree is None:
            return Sql("0"), None
        table, names = found
        if asked.field and asked.field not in names:
            raise ValueError(f"Field {asked.field} not found in dataset {dataset}")
        column = f"f{names.index(asked.field)} : " if asked.field else ""
        arguments: list[str] = []

        def matches(expression: str) -> str:
            arguments.append(column + expression)
            return f"d.row IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)"

        text = condition(tree, matches)
        wanted = " OR ".join(column + leaf for leaf in leaves(tree))
        join = f" LEFT JOIN (SELECT rowid AS row, -bm25({table}) AS score FROM {table} WHERE {table} MATCH ?) s ON s.row=d.row"
        return Sql(text, tuple(arguments)), Sql(join, (wanted,)) if wanted else None

    async def similarity_search(
        self,
        dataset: Dataset,
        vector_settings: VectorSettings,
        value: list[float] | None = None,
        record: Record | None = None,
        query: TextQuery | str | None = None,
        filter: Filter | None = None,
        max_results: int = 100,
        order: SimilarityOrder = SimilarityOrder.most_similar,
        threshold: float | None = None,
    ) -> SearchResponses:
        """Return the records nearest to a vector or to a record (which is left out), by cosine; scores in [0, 1] as Elasticsearch gives them."""
        if bool(value) == bool(record):
            raise ValueError("Must provide either vector value or record to compute the similarity search")
        vector = value or (record.vector_value_by_vector_settings(vector_settings) if record else None)
        if not vector:
            raise ValueError("Cannot find a vector value to apply with provided info")
        allowed = None
        if query is not None or filter is not None:
            text, _ = self._text(str(dataset.id), query)
            asked = _both(Sql("d.dataset=?", (str(dataset.id),)), text, where(filter))
            found = await _aside(self.store.rows, f"SELECT d.row FROM records d WHERE {asked.text}", asked.arguments)
            allowed = np.array([row for (row,) in found], "i8")
        wanted = np.asarray(vector, "f4") * (-1 if order == SimilarityOrder.least_similar else 1)
        without = str(record.id) if record else None
        return await _aside(self._nearest, str(vector_settings.id), wanted, allowed, without, max_results, threshold)

    def _nearest(
        self, setting: str, vector: Any, allowed: Any, without: str | None, count: int, threshold: float | None
    ) -> SearchResponses:
        matrix = self.store.matrix(setting)
        kept = np.ones(len(matrix.ids), bool) if allowed is None else np.isin(matrix.rows, allowed)
        if without in matrix.ids:
            kept[matrix.ids.index(without)] = False
        rows = np.flatnonzero(kept)
        if not len(rows):
            return SearchResponses(items=[], total=0)
        scores = (1 + matrix.units[rows] @ (vector / (np.linalg.norm(vector) or 1.0))) / 2
        best = np.argsort(-scores, kind="stable")[:count]
        items = [SearchResponseItem(record_id=UUID(matrix.ids[rows[one]]), score=float(scores[one])) for one in best]
        return SearchResponses(items=[item for item in items if threshold is None or (item.score or 0) >= threshold], total=len(best))


def _both(*parts: Sql) -> Sql:
    return Sql(" AND ".join(f"({part.text})" for part in parts), tuple(a for part in parts for a in part.arguments))


async def _aside(work: Callable[..., T], *arguments: Any) -> T:
    """`work` in a thread, so that requests are answered meanwhile."""
    return await asyncio.to_thread(work, *arguments)
