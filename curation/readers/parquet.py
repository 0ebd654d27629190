"""Parquet: one document a row, a few rows in memory, only the columns that are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from curation.errors import InputError
from curation.readers.fields import Columns, Rows, columns
from curation.readers.raw import RawDocument, Reading

_BATCH_ROWS = 512
_BUFFER_BYTES = 1_000_000


def read_parquet(reading: Reading) -> Iterator[RawDocument]:
    """Yield one document for each row of a .parquet file or of some of its row groups, named by its row number from 1."""
    import pyarrow
    from pyarrow.parquet import ParquetFile

    piece = reading.piece
    try:
        # Texts stay references into the dictionary they are written with: a long one repeated for millions of rows would fill memory.
        with ParquetFile(reading.path) as file:
            wanted = _wanted(file, reading)
        with ParquetFile(reading.path, read_dictionary=list(wanted.names), buffer_size=_BUFFER_BYTES, pre_buffer=False) as file:
            end = file.metadata.num_row_groups if piece.end is None else piece.end
            groups = range(piece.start, end)
            batches = file.iter_batches(_BATCH_ROWS, row_groups=groups, columns=list(wanted.names), use_threads=False)
            expected = file.metadata.num_rows if piece.end is None else sum(file.metadata.row_group(group).num_rows for group in groups)
            yield from _documents(batches, expected, reading)
    except pyarrow.ArrowException as error:
        raise _damaged(reading, error) from error
    except OSError as error:
        if error.errno:
            raise
        raise _damaged(reading, error) from error  # Arrow's own reports of damage have no number
    except (ValueError, OverflowError, UnicodeDecodeError) as error:
        raise _damaged(reading, error) from error


def _documents(batches: Iterator[Any], expected: int, reading: Reading) -> Iterator[RawDocument]:
    rows = Rows(reading.text_field)
    number = reading.piece.first
    for batch in batches:
        batch.validate(full=True)  # Arrow trusts the file: an offset or index out of bounds would be read from anywhere
        for values in zip(*(_values(column) for column in batch.columns), strict=True):
            where = f"{reading.source}:{number}"
            number += 1
            try:
                document = rows.document(dict(zip(batch.schema.names, values, strict=True)), where)
            except InputError as error:
                reading.fail(error.where, error.reason, error.detail)
                continue
            if len(document.text) > reading.max_line:
                reading.too_long(where)
            else:
                yield document
    read = number - reading.piece.first
    if read != expected:  # a damaged page header can end a column early, and Arrow does not mind
        raise InputError(reading.source, "damaged_parquet", f"{read} rows could be read, the file names {expected}")


def _values(column: Any) -> Iterator[Any]:
    if hasattr(column, "dictionary"):
        return (None if index is None else column.dictionary[index].as_py() for index in column.indices.to_pylist())
    return (value.as_py() for value in column)


def _wanted(file: Any, reading: Reading) -> Columns:
    """Return the columns to read: the text, and those of the others that are plain values. Raises InputError where there is no text."""
    from pyarrow import types

    if file.metadata.num_rows == 0:
        raise InputError(reading.source, "empty_text", "the file has no rows")
    found = columns(file.schema_arrow.names, reading.source, reading.text_field)
    kind = file.schema_arrow.field(found.text).type
    if not (types.is_string(kind) or types.is_large_string(kind) or types.is_dictionary(kind)):
        raise InputError(reading.source, "text_not_a_string", f"the column {found.text!r} holds {kind}")
    plain = {field.name for field in file.schema_arrow if not types.is_nested(field.type)}
    return Columns(found.text, tuple(tuple(name for name in names if name in plain) for names in found.fields))


def _damaged(reading: Reading, error: Exception) -> InputError:
    return InputError(reading.source, "damaged_parquet", f"the file cannot be read ({str(error).partition(chr(10))[0][:300]})")
