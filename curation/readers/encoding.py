"""Bytes to text: UTF-8, UTF-16 with its mark, and the Turkish 8-bit code pages; anything else is binary."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from curation.errors import InputError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.01
_HEAD_BYTES = 65_536


def decode(data: bytes, source: str) -> str:
    """Return `data` as text. Raises InputError where it is binary."""
    text = _decode(data, _encoding(data))
    _refuse_binary(text[:_HEAD_BYTES], source)
    return text


def decode_lines(path: Path, source: str, max_line: int) -> Iterator[tuple[int, str | None]]:
    """Yield the number of each line, from 1, and its text, or None where it is longer than `max_line` bytes; only one line is held at a time."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        encoding = _encoding(head)
        _refuse_binary(_decode(head, encoding), source)
        file.seek(0)
        if encoding.startswith("utf-16"):
            yield from _wide_lines(path, encoding, max_line)
            return
        for number, line in enumerate(_bounded_lines(file, max_line), 1):
            yield number, None if line is None else _decode(line, "utf-8").removesuffix("\n").removesuffix("\r")


def _encoding(head: bytes) -> str:
    return next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        pass
    loose = data.decode(encoding, "replace").removeprefix("\ufeff")
    damage = loose.count("\ufffd")
    if encoding != "utf-8" or damage * 4 < sum(not character.isascii() for character in loose):
        return loose  # UTF-8 with a few broken bytes, or cut in the middle of a letter
    try:
        return data.decode("cp1254")
    except UnicodeDecodeError:
        return data.decode("iso-8859-9")


def _refuse_binary(text: str, source: str) -> None:
    controls = len(_CONTROLS.findall(text))
    if controls > _MAX_CONTROL_SHARE * len(text):
        raise InputError(source, "binary", f"not text: {controls} control characters among the first {len(text)}")


def _bounded_lines(file: BinaryIO, limit: int) -> Iterator[bytes | None]:
    while line := file.readline(limit + 1):
        if len(line) <= limit or line.endswith(b"\n"):
            yield line
            continue
        while (rest := file.readline(limit + 1)) and not rest.endswith(b"\n"):
            pass
        yield None


def _wide_lines(path: Path, encoding: str, limit: int) -> Iterator[tuple[int, str | None]]:
    number = 0
    with path.open(encoding=encoding, errors="replace", newline="\n") as file:
        while line := file.readline(limit + 1):
            number += 1
            if len(line) <= limit or line.endswith("\n"):
                yield number, line.removeprefix("\ufeff").removesuffix("\n").removesuffix("\r")
                continue
            while (rest := file.readline(limit + 1)) and not rest.endswith("\n"):
                pass
            yield number, None
