"""Rows of files that other people wrote: taken apart with a word for what is not as it should be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.errors import InputError

Row = Mapping[str, Any]
_KINDS = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object", type(None): "null"}


class NoRecord(ValueError):
    """A row that holds no record; `str(error)` is the reason, a short key, and `detail` says what is wrong with it."""

    def __init__(self, reason: str, detail: str) -> None:
        self.detail = detail
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that is no JSON, as it stands in its file, and what is wrong with it."""

    text: str
    detail: str


def read_rows(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the rows of a .jsonl, .json or .parquet file, whatever they are, with the number of the row or line; a broken line is a BrokenLine.

    Raises InputError where the file itself cannot be read.
    """
    try:
        if path.suffix == ".parquet":
            import pyarrow.parquet as pq

            yield from enumerate(pq.read_table(path).to_pylist(), 1)
        elif path.suffix == ".json":
            values = json.loads(path.read_text(encoding="utf-8-sig"))
            yield from enumerate(values if isinstance(values, list) else [values], 1)
        else:
            with path.open(encoding="utf-8-sig", newline="\n") as lines:
                yield from ((number, _line(line)) for number, line in enumerate(lines, 1) if line.strip())
    except (OSError, ValueError, RecursionError) as error:  # pyarrow's and UnicodeDecodeError are ValueErrors
        raise InputError(str(path), "unreadable", f"not a file of rows: {error}") from error


def _line(line: str) -> Any:
    text = line.rstrip("\r\n")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        return BrokenLine(text, f"no JSON from character {error.pos + 1} on: {error.msg}")
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, a thousand lists in each other
        return BrokenLine(text, f"JSON that cannot be read: {error}")


def shown(value: Any) -> str:
    """Return a row as text: a broken line as it stands in its file, any other as JSON."""
    return value.text if isinstance(value, BrokenLine) else json.dumps(value, ensure_ascii=False, default=str)


def an_object(value: Any, what: str) -> Row:
    """Return `value` where it has columns. Raises NoRecord."""
    if isinstance(value, BrokenLine):
        raise NoRecord("broken_json", value.detail)
    if not isinstance(value, Mapping):
        raise NoRecord("not_a_row", f"{what} is {kind_of(value)}, not an object with columns")
    return value


def column(row: Row, name: str, what: str = "the row") -> Any:
    """Return what stands in the column `name`. Raises NoRecord where there is none."""
    if name not in row:
        there = ", ".join(f"`{one}`" for one in row) or "nothing"
        raise NoRecord("not_a_row", f"{what} has no `{name}`; it has {there}")
    return row[name]


def a_list(value: Any, name: str) -> list[Any]:
    """Return the `value` of the column `name` where it is a list. Raises NoRecord."""
    if not isinstance(value, list):
        raise NoRecord("not_a_row", f"`{name}` is {kind_of(value)}, not a list")
    return value


def a_text(value: Any, name: str) -> str:
    """Return the `value` of the column `name` where it is a text. Raises NoRecord."""
    if not isinstance(value, str):
        raise NoRecord("not_a_text", f"`{name}` is {kind_of(value)}, not a text")
    return value


def kind_of(value: Any) -> str:
    """Return what `value` is, in words."""
    return _KINDS.get(type(value), type(value).__name__)
