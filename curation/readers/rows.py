"""JSON Lines and JSON: one document a row, a bad row is one rejection and the next row goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from curation.errors import InputError
from curation.readers.encoding import HEAD_BYTES, decode, decode_as, text_encoding
from curation.readers.fields import Rows
from curation.readers.json_array import array_items
from curation.readers.lines import numbered_lines
from curation.readers.packed import opened, whole
from curation.readers.raw import RawDocument, Reading


def read_json_lines(reading: Reading) -> Iterator[RawDocument]:
    """Yield one document for each line of a .jsonl file."""
    rows = Rows(reading.text_field)
    for number, line in numbered_lines(reading):
        where = f"{reading.source}:{number}"
        if line is None:
            reading.too_long(where)
        elif line and not line.isspace():
            try:
                yield rows.document(parse(line, where), where)
            except InputError as error:
                reading.fail(error.where, error.reason, error.detail)


def read_json(reading: Reading) -> Iterator[RawDocument]:
    """Yield the documents of a .json file: a list of objects of any length, one object, an object that holds one list, or JSON Lines under the wrong name."""
    shape = _shape(reading)
    try:
        values = _rows(parse(decode(whole(reading), reading.source), reading.source)) if shape == "value" else ()
    except InputError as error:
        if "Extra data" not in error.detail:
            raise
        shape = "lines"
    if shape == "lines":
        yield from read_json_lines(reading)
        return
    rows = Rows(reading.text_field)
    for number, row in enumerate(array_items(reading) if shape == "array" else values, 1):
        where = f"{reading.source}:{number}"
        try:
            yield rows.document(row, where)
        except InputError as error:
            reading.fail(error.where, error.reason, error.detail)


def parse(text: str, where: str) -> Any:
    """Return the value `text` holds. Raises InputError where it is none."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(where, "broken_json", f"{error.msg} at character {error.pos}") from error
    except (RecursionError, ValueError) as error:  # nested too deep, or a number of too many digits
        raise InputError(where, "broken_json", "nested too deep or a number too long") from error


def _shape(reading: Reading) -> Literal["array", "lines", "value"]:
    """Return what the file holds, as its first two lines tell."""
    if _begins_list(reading):
        return "array"
    lines = (line for _, line in numbered_lines(reading) if line is None or line.strip())
    first = next(lines, None)
    try:
        parse(first or "", reading.source)
    except InputError:
        return "value"
    return "value" if next(lines, "") == "" else "lines"


def _begins_list(reading: Reading) -> bool:
    with opened(reading) as file:
        head = file.read(HEAD_BYTES)
    return decode_as(head, text_encoding(head, reading.source)).lstrip().startswith("[")


def _rows(values: Any) -> Iterable[Any]:
    lists = [value for value in values.values() if isinstance(value, list)] if isinstance(values, dict) else []
    only_list = len(lists) == 1 and all(isinstance(row, dict) for row in lists[0])
    return lists[0] if only_list else [values]
