"""A row of named values to a document: which column is the text, which say where it is from."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from curation import turkish
from curation.errors import InputError
from curation.readers.raw import RawDocument

TEXT_FIELDS = ("text", "metin", "content", "icerik", "body")
FIELDS = {  # in the order of RawDocument's fields
    "title": ("title", "baslik"),
    "url": ("url", "link"),
    "date": ("date", "tarih"),
    "license": ("license", "licence", "lisans"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The names a file has for the text and, best first, for each of FIELDS."""

    text: str
    fields: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that is read."""
        return tuple(dict.fromkeys((self.text, *(name for names in self.fields for name in names))))


def columns(names: Iterable[str], where: str, text_field: str | None) -> Columns:
    """Return which of `names` are read. Raises InputError where none holds the text."""
    by_key = {turkish.fold(name): name for name in names}
    fields = tuple(tuple(by_key[key] for key in keys if key in by_key) for keys in FIELDS.values())
    if text_field is not None and text_field in by_key.values():
        return Columns(text_field, fields)
    key = None if text_field is not None else next((by_key[name] for name in TEXT_FIELDS if name in by_key), None)
    if key is None:
        wanted = text_field or ", ".join(TEXT_FIELDS)
        raise InputError(where, "missing_text", f"no text column ({wanted}); name it in curate.text_field")
    return Columns(key, fields)


class Rows:
    """Rows of one file to documents; most rows have the keys of the row before, so these are looked at once."""

    def __init__(self, text_field: str | None) -> None:
        self._text_field = text_field
        self._keys: tuple[str, ...] | None = None
        self._columns = Columns("", ())

    def document(self, row: Any, where: str) -> RawDocument:
        """Return `row` as a document. Raises InputError where it has no text."""
        if not isinstance(row, Mapping):
            raise InputError(where, "not_an_object", f"{type(row).__name__}, where an object with a text field is needed")
        keys = tuple(row)
        if keys != self._keys:
            self._columns = columns(keys, where, self._text_field)
            self._keys = keys
        text = row[self._columns.text]
        if not isinstance(text, str):
            raise InputError(where, "text_not_a_string", f"the text field holds {type(text).__name__}")
        if not text.strip():
            raise InputError(where, "empty_text", "the text field is empty")
        title, url, date, license_ = (_first(row, names) for names in self._columns.fields)
        return RawDocument(text, where, title, url, date, license_)


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = row[name]
        if isinstance(value, str):
            return value
        if isinstance(value, datetime.date):  # a datetime is one too; .parquet has them
            return value.isoformat()
    return ""
