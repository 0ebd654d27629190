"""Machine code for loops over bytes and hashes, compiled once per machine and read from numba's cache afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

# error_model: a division by zero gives inf as in numpy instead of a check at each division. nogil: threads may sign side by side.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "boundscheck": False}


def kernel(function: F) -> F:
    """Return `function` compiled by numba at its first call with each combination of types.

    The machine code is kept beside the module, else in the user's cache folder, else in NUMBA_CACHE_DIR if that is set. Where none of
    them can be written (a package installed read-only for a user without a home), it is compiled anew in each process: seconds, not an error.
    """
    compiled: Any
    try:
        compiled = numba.njit(cache=True, **_OPTIONS)(function)
    except RuntimeError as error:
        if "no locator available" not in str(error):
            raise
        compiled = numba.njit(**_OPTIONS)(function)
    return cast(F, compiled)
