"""The items of a JSON list of any length, one in memory at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from curation.errors import InputError
from curation.readers.encoding import HEAD_BYTES, as_utf8, decode_as, text_encoding
from curation.readers.lines import chunks_of
from curation.readers.packed import opened
from curation.readers.raw import Reading

_SPACE = re.compile(r"[ \t\r\n]*")
_HIGH_BYTES = bytes(range(128, 256))
_REST = "the rest of the file is not read"


def array_items(reading: Reading) -> Iterator[Any]:
    """Yield the items of the list that is the file. Raises InputError at the first one that is broken or longer than the limit: where the next begins cannot be known."""
    window = _Window(_texts(reading))
    window.expect("[", reading.source)
    number = 1
    closing = window.peek() == "]"
    while not closing:
        yield window.value(f"{reading.source}:{number}", reading)
        closing = window.peek() == "]"
        if not closing:
            window.expect(",", f"{reading.source}:{number}")
        number += 1
    window.expect("]", reading.source)
    if window.peek():
        raise InputError(f"{reading.source}:{number}", "broken_json", f"something follows the end of the list; {_REST}")


def _texts(reading: Reading) -> Iterator[str]:
    with opened(reading) as file:
        head = file.read(HEAD_BYTES)
        encoding = text_encoding(head, reading.source)
        chunks: Iterator[bytes] = chain((head,), chunks_of(file, None))
        held = b""
        for chunk in chunks if encoding == "utf-8" else as_utf8(chunks, encoding):
            data = held + chunk
            ready = data.rstrip(_HIGH_BYTES)  # no letter is cut in two, whatever the code page
            held = data[len(ready) :]
            yield decode_as(ready, "utf-8")
        yield decode_as(held, "utf-8")


class _Window:
    """The part of a text that is being read: what is used up is dropped, what is missing is fetched."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._text, self._at = "", 0

    def peek(self) -> str:
        """Return the next character that is no white space, an empty text at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def expect(self, mark: str, where: str) -> None:
        """Step over `mark`. Raises InputError where something else stands."""
        seen = self.peek()
        if seen != mark:
            found = f"{seen!r} stands" if seen else "the file ends"
            raise InputError(where, "broken_json", f"{found} where {mark!r} is needed; {_REST}")
        self._at += 1

    def value(self, where: str, reading: Reading) -> Any:
        """Return the JSON value that begins here and step over it. Raises InputError where it is broken or longer than the limit."""
        self.peek()
        before = ""
        while True:
            try:
                value, end = json.JSONDecoder().raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                fault = f"{error.msg} at character {error.pos - self._at} of the item"
                same = fault == before and not error.msg.startswith("Unterminated")
                before = fault
            except (RecursionError, ValueError) as error:
                raise InputError(where, "broken_json", f"nested too deep or a number too long; {_REST}") from error
            else:
                if end < len(self._text) or not self._more():  # a number may go on
                    self._at = end
                    return value
                continue
            if len(self._text) - self._at > reading.max_line and not same:
                detail = f"longer than {reading.limits.max_line_mb:g} MB (curate.limits.max_line_mb); {_REST}"
                raise InputError(where, "line_too_long", detail)
            if same or not self._more():
                raise InputError(where, "broken_json", f"{fault}; {_REST}")

    def _more(self) -> bool:
        text = next(self._texts, None)
        if text is None:
            return False
        self._text, self._at = self._text[self._at :] + text, 0
        return True
