"""CSV and TSV: one document a row, named by its first line; a bad row is one rejection and the next row goes on."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator

from curation.errors import InputError
from curation.readers.fields import Rows, columns
from curation.readers.lines import numbered_lines
from curation.readers.raw import RawDocument, Reading

_SEPARATORS = ",;\t"


def read_table(reading: Reading, *, delimiter: str | None) -> Iterator[RawDocument]:
    """Yield one document for each row of a .csv or .tsv file with a header; a comma, semicolon or tab is guessed where `delimiter` is None."""
    lines = _Lines(reading)
    separator = delimiter or _separator(lines)
    csv.field_size_limit(max(csv.field_size_limit(), reading.max_line))  # global to the process, so never made smaller
    table = csv.reader(lines, delimiter=separator)
    header = _header(table, reading)
    rows = Rows(reading.text_field)
    while True:
        lines.begin_row()
        try:
            row = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            reading.fail(f"{reading.source}:{lines.first}", "broken_row", f"{error}{lines.resume(separator, len(header))}")
            continue
        if not row:
            continue
        where = f"{reading.source}:{lines.first}"
        if lines.ended_inside and len(lines.row) > 1:
            detail = f"a quote opens here and is never closed{lines.resume(separator, len(header))}"
            reading.fail(where, "broken_row", detail)
        elif len(row) != len(header):
            reading.fail(where, "broken_row", f"{len(row)} cells, the header names {len(header)}")
        else:
            try:
                yield rows.document(dict(zip(header, row, strict=True)), where)
            except InputError as error:
                reading.fail(error.where, error.reason, error.detail)


def _separator(lines: _Lines) -> str:
    first = lines.peek()
    if first.startswith("sep=") and len(first.strip()) == len("sep=;"):  # Excel's own first line
        next(lines)
        return first[4]
    return max(_SEPARATORS, key=first.count)


def _header(table: Iterator[list[str]], reading: Reading) -> list[str]:
    try:
        header = next((row for row in table if row), None)
    except csv.Error as error:
        raise InputError(reading.source, "missing_header", f"the first line cannot be read as column names ({error})") from error
    if header is None:
        raise InputError(reading.source, "missing_header", "the first line must name the columns")
    columns(header, reading.source, reading.text_field)
    return header


class _Lines:
    """The lines of a table without the over-long ones; `row` holds those of the row that is being read, with their numbers."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._fresh = numbered_lines(reading)
        self._again: deque[tuple[int, str]] = deque()
        self._again_left = reading.max_line  # a file of nothing but open quotes must not be read over and over
        self._size = 0
        self.row: list[tuple[int, str]] = []
        self.ended_inside = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._size > self._reading.max_line:
            raise csv.Error(f"a row longer than {self._reading.limits.max_line_mb:g} MB (curate.limits.max_line_mb)")
        try:
            self.row.append(self._take())
        except StopIteration:
            self.ended_inside = bool(self.row)
            raise
        line = self.row[-1][1]
        self._size += len(line)
        return line

    @property
    def first(self) -> int:
        """The number of the first line of the row."""
        return self.row[0][0] if self.row else 0

    def peek(self) -> str:
        """Return the next line without using it up; an empty text at the end."""
        taken = self._next_or_none()
        if taken is None:
            return ""
        self._again.appendleft(taken)
        return taken[1]

    def begin_row(self) -> None:
        """Forget the lines of the row before."""
        self.row, self._size, self.ended_inside = [], 0, False

    def resume(self, separator: str, cells: int) -> str:
        """Give the lines after the first of this row out again where most of them are rows of `cells` by themselves; return what the rejection should say of it."""
        others = self.row[1:]
        size = sum(len(line) for _, line in others)
        if not others:
            return ""
        rows = sum(_cells(line, separator) == cells for _, line in others)
        if size > self._again_left or rows * 2 < len(others):
            return f"; the lines up to {self._skip(separator, cells, others[-1][0])} are lost with it"
        self._again_left -= size
        self._again.extendleft(reversed(others))
        return "; reading goes on with the next line"

    def _skip(self, separator: str, cells: int, last: int) -> int:
        """Pass over the lines that are no row of `cells` by themselves, after the line `last`; return the number of the last one passed over."""
        for number, line in iter(self._next_or_none, None):
            if _cells(line, separator) == cells:
                self._again.appendleft((number, line))
                break
            last = number
        return last

    def _next_or_none(self) -> tuple[int, str] | None:
        try:
            return self._take()
        except StopIteration:
            return None

    def _take(self) -> tuple[int, str]:
        if self._again:
            return self._again.popleft()
        for number, line in self._fresh:
            if line is not None:
                return number, line.replace("\0", "") + "\n"
            self._reading.too_long(f"{self._reading.source}:{number}")
        raise StopIteration


def _cells(line: str, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator), []))
    except csv.Error:
        return 0
