"""Processes that must not outlive the one that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded here: right after a fork is no time for it


def die_with_parent(parent: int | None = None) -> None:
    """Have the system kill this process when the thread that started it ends; on Linux alone, elsewhere nothing happens.

    A fork gives the id of its `parent`, and ends at once where that was gone before the system could be asked. A program that is
    started reads its standard input to the end, which says the same.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if parent is not None and os.getppid() != parent:
            os._exit(1)
