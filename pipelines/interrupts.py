"""Ctrl-C while other processes ask and pay: the first asks them to come to an end, the second ends everything."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

KEPT = "Finished stages and every answer that came are kept; the same command goes on from here"
GRACE_S = 5.0
NOTE = f"interrupted: no new prompt goes out; what is in flight has {GRACE_S:g} s to come back. Ctrl-C again ends at once"
CODE = 130  # 128 + SIGINT, as shells have it
_STOP = "stop"
_SHOW_CURSOR = b"\x1b[?25h"


class Interrupted(BaseException):
    """A run that Ctrl-C ended. Typer would swallow a KeyboardInterrupt, and its words with it."""


_pressed = threading.Event()


@contextmanager
def noted() -> Iterator[None]:
    """Raise KeyboardInterrupt at Ctrl-C, as Python does, and keep it for `raise_if_pressed`: libraries swallow one while they are imported."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield
        return

    def pressed(number: int, frame: FrameType | None) -> None:
        _pressed.set()
        signal.default_int_handler(number, frame)

    _pressed.clear()
    signal.signal(signal.SIGINT, pressed)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def raise_if_pressed() -> None:
    """Raise the KeyboardInterrupt that somebody swallowed within `noted`."""
    if _pressed.is_set():
        raise KeyboardInterrupt


def stop_file(folder: Path) -> Path:
    """Return the file in `folder` that tells a worker to come to an end; there once Ctrl-C was pressed."""
    return folder / _STOP


@contextmanager
def heeded(folder: Path) -> Iterator[None]:
    """Take Ctrl-C while workers ask from `folder`: the first writes `stop_file`, the second kills them, deletes `folder` and exits.

    Where Ctrl-C is ignored, as in a background job, it stays so.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is signal.SIG_IGN:
        yield
        return
    raise_if_pressed()
    owner, stop = os.getpid(), stop_file(folder)

    def pressed(_number: int, _frame: FrameType | None) -> None:
        if os.getpid() != owner:
            return  # a worker that was forked just now; its parent hears the same signal
        if stop.exists():
            _end_at_once(folder)
        stop.touch()

    signal.signal(signal.SIGINT, pressed)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)


def _end_at_once(folder: Path) -> None:
    """No exception could do this: pools and queues would wait for the workers that are no more."""
    for worker in multiprocessing.active_children():
        worker.kill()
    shutil.rmtree(folder, ignore_errors=True)
    cursor = _SHOW_CURSOR if os.isatty(2) else b""  # a progress bar hides it
    os.write(2, cursor + f"\nimbik: interrupted. {KEPT}\n".encode())
    os._exit(CODE)
