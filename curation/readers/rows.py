"""JSON Lines, JSON, CSV and TSV: one document a row, a bad row is one rejection and the next row goes on."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from curation import turkish
from curation.errors import InputError
from curation.readers.encoding import decode, decode_lines
from curation.readers.raw import Fail, RawDocument

TEXT_FIELDS = ("text", "metin", "content", "icerik", "body")
_FIELDS = {
    "title": ("title", "baslik"),
    "url": ("url", "link"),
    "date": ("date", "tarih"),
    "license": ("license", "lisans"),
}


def read_json_lines(path: Path, source: str, fail: Fail, *, text_field: str | None, max_line: int) -> Iterator[RawDocument]:
    """Yield one document for each line of a .jsonl file."""
    for number, line in decode_lines(path, source, max_line):
        where = f"{source}:{number}"
        if line is None:
            fail(where, "line_too_long", _too_long(max_line))
        elif line.strip():
            try:
                yield _document(_parse(line, where), where, text_field)
            except InputError as error:
                fail(error.where, error.reason, error.detail)


def read_json(path: Path, source: str, fail: Fail, *, text_field: str | None, max_line: int) -> Iterator[RawDocument]:
    """Yield the documents of a .json file: a list of objects, one object, an object that holds one list, or JSON Lines under the wrong name."""
    try:
        values = _parse(decode(path.read_bytes(), source), source)
    except InputError as error:
        if error.reason != "broken_json" or "Extra data" not in error.detail:
            raise
        yield from read_json_lines(path, source, fail, text_field=text_field, max_line=max_line)
        return
    for number, row in enumerate(_rows(values), 1):
        where = f"{source}:{number}"
        try:
            yield _document(row, where, text_field)
        except InputError as error:
            fail(error.where, error.reason, error.detail)


def read_table(
    path: Path, source: str, fail: Fail, *, delimiter: str | None, text_field: str | None, max_line: int
) -> Iterator[RawDocument]:
    """Yield one document for each row of a .csv or .tsv file with a header; a comma, semicolon or tab is guessed where `delimiter` is None."""
    lines = _Lines(path, source, fail, max_line)
    header_line = next(lines, None)
    if header_line is None:
        raise InputError(source, "missing_header", "the first line must name the columns")
    separator = delimiter or max(",;\t", key=header_line.count)
    header = _header(header_line, separator, source)
    _text_key(dict.fromkeys(header), source, text_field)
    csv.field_size_limit(max(csv.field_size_limit(), max_line))  # global to the process, so never made smaller
    rows = csv.reader(lines, delimiter=separator)
    while True:
        where = f"{source}:{lines.number + 1}"  # a row may go on over several lines: it is named by its first
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            fail(where, "broken_row", str(error))
            continue
        if not row:
            continue
        if len(row) != len(header):
            fail(where, "broken_row", f"{len(row)} cells, the header names {len(header)}")
            continue
        try:
            yield _document(dict(zip(header, row, strict=True)), where, text_field)
        except InputError as error:
            fail(error.where, error.reason, error.detail)


def _header(line: str, separator: str, source: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator))
    except csv.Error as error:
        raise InputError(source, "missing_header", f"the first line cannot be read as column names ({error})") from error


class _Lines:
    """The lines of a table without the over-long ones, and the number of the last one given out."""

    def __init__(self, path: Path, source: str, fail: Fail, max_line: int) -> None:
        self._lines = decode_lines(path, source, max_line)
        self._source, self._fail, self._max_line = source, fail, max_line
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        for number, line in self._lines:
            self.number = number
            if line is not None:
                return line.replace("\0", "") + "\n"
            self._fail(f"{self._source}:{self.number}", "line_too_long", _too_long(self._max_line))
        raise StopIteration


def _too_long(max_line: int) -> str:
    return f"longer than {max_line / 1_000_000:g} MB (curate.limits.max_line_mb)"


def _parse(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(where, "broken_json", f"{error.msg} at character {error.pos}") from error
    except (RecursionError, ValueError) as error:  # nested too deep, or a number of too many digits
        raise InputError(where, "broken_json", "nested too deep or a number too long") from error


def _rows(values: Any) -> Iterable[Any]:
    if isinstance(values, list):
        return values
    lists = [value for value in values.values() if isinstance(value, list)] if isinstance(values, dict) else []
    only_list = len(lists) == 1 and all(isinstance(row, dict) for row in lists[0])
    return lists[0] if only_list else [values]


def _document(row: Any, where: str, text_field: str | None) -> RawDocument:
    if not isinstance(row, Mapping):
        raise InputError(where, "not_an_object", f"{type(row).__name__}, where an object with a text field is needed")
    text = row[_text_key(row, where, text_field)]
    if not isinstance(text, str):
        raise InputError(where, "text_not_a_string", f"the text field holds {type(text).__name__}")
    if not text.strip():
        raise InputError(where, "empty_text", "the text field is empty")
    by_key = {turkish.fold(str(key)): value for key, value in row.items()}
    fields = {name: next((by_key[key] for key in keys if isinstance(by_key.get(key), str)), "") for name, keys in _FIELDS.items()}
    return RawDocument(text, where, **fields)


def _text_key(row: Mapping[str, Any], where: str, text_field: str | None) -> str:
    if text_field is not None and text_field in row:
        return text_field
    by_key = {turkish.fold(str(key)): key for key in row}
    key = None if text_field is not None else next((by_key[name] for name in TEXT_FIELDS if name in by_key), None)
    if key is None:
        wanted = text_field or ", ".join(TEXT_FIELDS)
        raise InputError(where, "missing_text", f"no text column ({wanted}); name it in curate.text_field")
    return key
