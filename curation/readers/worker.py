"""The child process that parses what may hang, swell or crash: orders come in by stdin, frames go out by stdout.

python -m curation.readers.worker MEGABYTES
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from curation.config import LimitsConfig
from curation.errors import InputError
from curation.readers.docx import read_docx
from curation.readers.epub import read_epub
from curation.readers.isolate import LENGTH
from curation.readers.pdf import page_texts
from curation.readers.raw import MB, Piece, RawDocument, Reading
from curation.readers.web import read_page


def main() -> None:
    """Answer orders until stdin ends."""
    limit = int(sys.argv[1]) * MB
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the parent, which closes stdin when it ends
    orders, frames = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a parser that prints must not write between the frames
    while head := _message(orders):
        order = json.loads(head)
        payload = _message(orders) if order["payload"] else None
        serve(order, payload, lambda *frame: _write(frames, frame))
        payload = None
        _write(frames, ("end",))


def serve(order: dict[str, Any], payload: bytes | None, send: Callable[..., None]) -> None:
    """Send the frames that answer `order`; never raises but for what ends the process."""
    limits = LimitsConfig(**order["limits"])
    source = order["source"]
    reading = Reading(Piece(Path(order["path"])), source, lambda *fail: send("fail", *fail), limits=limits)
    try:
        for values in _values(order["kind"], reading, payload, limits.max_seconds):
            send("value", *values)
    except InputError as error:
        send("error", error.where, error.reason, error.detail)
    except OSError as error:
        send("lost", error.strerror or "the file cannot be opened")
    except MemoryError:
        send("memory")
    except Exception as error:  # noqa: BLE001  # a foreign parser on broken files fails in any way it likes
        send("error", source, f"damaged_{order['kind']}", f"the file cannot be parsed ({type(error).__name__})")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _values(kind: str, reading: Reading, payload: bytes | None, seconds: float) -> Iterator[tuple[Any, ...]]:
    """Yield what is sent back; the processor seconds are counted anew for each."""
    values: Iterator[tuple[Any, ...]] = page_texts(reading) if kind == "pdf" else map(_fields, _documents(kind, reading, payload))
    signal.setitimer(signal.ITIMER_PROF, seconds)  # its signal ends the process, even inside a C function
    for value in values:
        yield value
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _documents(kind: str, reading: Reading, payload: bytes | None) -> Iterator[RawDocument]:
    if kind == "docx":
        return read_docx(reading)
    if kind == "epub":
        return read_epub(reading)
    return read_page(reading.path.read_bytes() if payload is None else payload, reading.source)


def _fields(document: RawDocument) -> tuple[Any, ...]:
    return document.text, document.source, document.title, document.url, document.date, document.license, document.pages


def _message(stream: BinaryIO) -> bytes:
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""


def _write(stream: BinaryIO, frame: tuple[Any, ...]) -> None:
    data = json.dumps(frame).encode()  # ASCII, so that a lone surrogate travels too
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


if __name__ == "__main__":
    main()
