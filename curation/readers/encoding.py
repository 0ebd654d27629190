"""Bytes to text: UTF-8, UTF-16 and UTF-32 with or without their mark, and the Turkish 8-bit code pages; anything else is binary."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from curation.errors import InputError

HEAD_BYTES = 65_536

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with the mark of UTF-16-LE, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.01
# In UTF-16 the upper byte of an ASCII letter is 0, of ğ, ı, ş and İ 1, of typographic marks 0x20: text in Latin letters has hardly any other.
_UPPER_BYTES = (0x00, 0x01, 0x20)
_MIN_UPPER_SHARE = 0.95


def decode(data: bytes, source: str) -> str:
    """Return `data` as text. Raises InputError where it is binary."""
    text = decode_as(data, encoding_of(data[:HEAD_BYTES]))
    _refuse_binary(text[:HEAD_BYTES], source)
    return text


def text_encoding(head: bytes, source: str) -> str:
    """Return the encoding of a file that begins with `head`; utf-8 also stands for the 8-bit code pages, told apart line by line. Raises InputError where it is binary."""
    encoding = encoding_of(head)
    _refuse_binary(decode_as(head, encoding), source)
    return encoding


def encoding_of(head: bytes) -> str:
    """Return utf-8, or the UTF-16 or UTF-32 that the mark or the zero bytes of `head` give away."""
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    return marked or _unmarked_utf16(head) or "utf-8"


def decode_as(data: bytes, encoding: str) -> str:
    """Return `data` as text, damaged characters as U+FFFD; bytes that are not UTF-8 for the most part are read as cp1254."""
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        pass
    loose = data.decode(encoding, "replace").removeprefix("\ufeff")
    damage = loose.count("\ufffd")
    if encoding != "utf-8" or damage * 4 < len(loose) - len(loose.encode("ascii", "ignore")):
        return loose  # UTF-8 with a few broken bytes, or cut in the middle of a letter
    try:
        return data.decode("cp1254")
    except UnicodeDecodeError:
        return data.decode("iso-8859-9")


def as_utf8(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield `chunks` of `encoding` as UTF-8, so that one splitter of lines serves all."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", True).encode("utf-8", "replace")


def _unmarked_utf16(head: bytes) -> str:
    if b"\0" not in head:
        return ""
    for name, upper in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        lower = head[0::2] if name == "utf-16-le" else head[1::2]
        plausible = sum(upper.count(byte) for byte in _UPPER_BYTES) >= _MIN_UPPER_SHARE * len(upper)
        if plausible and 0 in upper and lower.count(0) <= _MAX_CONTROL_SHARE * len(lower):
            return name
    return ""


def _refuse_binary(text: str, source: str) -> None:
    controls = len(_CONTROLS.findall(text))
    if controls > _MAX_CONTROL_SHARE * len(text):
        raise InputError(source, "binary", f"not text: {controls} control characters among the first {len(text)}")
