"""Argilla's filters and orders as SQL over the index. Values are always arguments, never text of the statement."""

# ruff: noqa: S608 (statements are put together of constants; whatever comes from outside is an argument)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from argilla_server.enums import ResponseStatusFilter
from argilla_server.search_engine.base import (
    AndFilter,
    Filter,
    MetadataFilterScope,
    Order,
    RangeFilter,
    RecordFilterScope,
    ResponseFilterScope,
    SuggestionFilterScope,
    TermsFilter,
)

RECORD_COLUMNS = frozenset({"id", "external_id", "status", "inserted_at", "updated_at"})
# One row per element of a JSON value at a path, be it a list or a single value; takes the path three times.
EACH = "json_each(CASE json_type({column}, ?) WHEN 'array' THEN json_extract({column}, ?) ELSE json_array(json_extract({column}, ?)) END) j"


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL and its arguments."""

    text: str
    arguments: tuple[Any, ...] = ()


def timestamp(value: Any) -> str:
    """Return a date as text that sorts: UTC without zone, as Argilla keeps it. Numbers are milliseconds since 1970, as Elasticsearch takes them."""
    if isinstance(value, int | float):
        value = datetime.fromtimestamp(value / 1000, UTC)
    elif isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return str(value.isoformat(timespec="microseconds"))


def json_path(*keys: str) -> str:
    """Return the SQLite JSON path of nested `keys`."""
    return "$" + "".join('."' + key.replace('"', '\\"') + '"' for key in keys)


def number(value: Any) -> float | None:
    """Return `value` as a number, or None where it is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def where(filter: Filter | None) -> Sql:
    """Return the condition for one filter. Raises ValueError for one that no Argilla client can send."""
    if filter is None:
        return Sql("1")
    if isinstance(filter, AndFilter):
        parts = [where(one) for one in filter.filters]
        return Sql(" AND ".join(f"({part.text})" for part in parts) or "1", tuple(a for part in parts for a in part.arguments))
    if not isinstance(filter, TermsFilter | RangeFilter):
        raise ValueError(f"Cannot process request for filter {filter}")
    scope = filter.scope
    if isinstance(scope, RecordFilterScope):
        return _on_record(filter, _column(scope))
    if isinstance(scope, MetadataFilterScope):
        return _on_json(filter, "d.metadata", json_path(scope.metadata_property))
    if isinstance(scope, SuggestionFilterScope):
        return _on_json(filter, "d.suggestions", json_path(scope.question, scope.property))
    if isinstance(scope, ResponseFilterScope):
        return _on_responses(filter, scope)
    raise ValueError(f"Cannot process request for search scope {scope}")


def order_by(orders: Sequence[Order]) -> list[Sql]:
    """Return the sort keys for `orders`; records without the value come last, whatever the direction."""
    return [_sort_key(order) for order in orders]


def _on_record(filter: TermsFilter | RangeFilter, column: str) -> Sql:
    dates = column.endswith("_at")
    if dates and isinstance(filter, TermsFilter):
        return Sql(f"d.{column} IN ({_marks(filter.values)})", tuple(map(timestamp, filter.values)))
    return _compare(filter, f"d.{column}", dates=dates)


def _on_json(filter: TermsFilter | RangeFilter, column: str, path: str) -> Sql:
    compared = _compare(filter, "j.value")
    return Sql(f"EXISTS(SELECT 1 FROM {EACH.format(column=column)} WHERE {compared.text})", (path, path, path, *compared.arguments))


def _on_responses(filter: TermsFilter | RangeFilter, scope: ResponseFilterScope) -> Sql:
    theirs = Sql(" AND r.user_id=?", (str(scope.user.id),)) if scope.user else Sql("")
    answered = f"SELECT 1 FROM responses r WHERE r.record=d.row{theirs.text}"
    if scope.question:
        compared = _on_json(filter, "r.answers", json_path(scope.question))
        return Sql(f"EXISTS({answered} AND {compared.text})", theirs.arguments + compared.arguments)
    if scope.property != "status" or not isinstance(filter, TermsFilter):
        raise ValueError(f"Cannot process filter scope {scope}")
    given = [str(getattr(value, "value", value)) for value in filter.values if value != ResponseStatusFilter.pending]
    choices = []
    if len(given) < len(filter.values):  # pending: this person, or nobody at all, has answered
        choices.append(Sql(f"NOT EXISTS({answered})", theirs.arguments))
    if given or (scope.user and not filter.values):
        among = f" AND r.status IN ({_marks(given)})" if given else ""
        choices.append(Sql(f"EXISTS({answered}{among})", (*theirs.arguments, *given)))
    if not choices:
        return Sql("1")
    return Sql(f"({' OR '.join(one.text for one in choices)})", tuple(a for one in choices for a in one.arguments))


def _compare(filter: TermsFilter | RangeFilter, column: str, *, dates: bool = False) -> Sql:
    if isinstance(filter, RangeFilter):
        bounds = [(sign, bound) for sign, bound in ((">=", filter.ge), ("<=", filter.le)) if bound is not None]
        values = tuple(timestamp(bound) if dates else bound if number(bound) is None else float(bound) for _, bound in bounds)
        return Sql(" AND ".join(f"{column} {sign} ?" for sign, _ in bounds) or "1", values)
    terms = [str(getattr(value, "value", value)) for value in filter.values]
    numbers = [found for found in map(number, terms) if found is not None]
    text = f"CAST({column} AS TEXT) IN ({_marks(terms)})"
    if numbers:  # 0.50 is 0.5 and 2 is 2.0
        text += f" OR (typeof({column}) IN ('integer', 'real') AND {column} IN ({_marks(numbers)}))"
    return Sql(f"({text})", (*terms, *numbers))


def _sort_key(order: Order) -> Sql:
    scope = order.scope
    down = str(getattr(order.order, "value", order.order)) == "desc"
    best = "max" if down else "min"
    if isinstance(scope, RecordFilterScope):
        key = Sql(f"d.{_column(scope)}")
    elif isinstance(scope, ResponseFilterScope):
        theirs = Sql(" AND r.user_id=?", (str(scope.user.id),)) if scope.user else Sql("")
        if scope.question:
            path = json_path(scope.question)
            key = Sql(
                f"SELECT avg(j.value) FROM responses r, {EACH.format(column='r.answers')} WHERE r.record=d.row{theirs.text}",
                (path, path, path, *theirs.arguments),
            )
        else:
            key = Sql(f"SELECT {best}(r.status) FROM responses r WHERE r.record=d.row{theirs.text}", theirs.arguments)
    elif isinstance(scope, MetadataFilterScope | SuggestionFilterScope):
        of_metadata = isinstance(scope, MetadataFilterScope)
        path = json_path(scope.metadata_property) if of_metadata else json_path(scope.question, scope.property)
        column = "d.metadata" if of_metadata else "d.suggestions"
        key = Sql(f"SELECT {best}(j.value) FROM {EACH.format(column=column)}", (path, path, path))
    else:
        raise ValueError(f"Cannot process request for search scope {scope}")
    return Sql(f"({key.text}) {'DESC' if down else 'ASC'} NULLS LAST", key.arguments)


def _column(scope: RecordFilterScope) -> str:
    name = str(getattr(scope.property, "value", scope.property))
    if name not in RECORD_COLUMNS:
        raise ValueError(f"Cannot process request for search scope {scope}")
    return name


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
