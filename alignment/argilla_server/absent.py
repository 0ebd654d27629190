"""Packages that Argilla loads at its start for what an embedded server does not do: Elasticsearch, OpenSearch and the exchange with the Hub.

Together they take 40 % of the start and 100 MB. The names are there; whoever calls one is told why it is not.
"""

from __future__ import annotations

import sys
import types
from typing import Any

ABSENT = ("elasticsearch8", "opensearchpy", "datasets")


class _Absent(types.ModuleType):
    """A module whose every name is a class that cannot be called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {"__init__": _refuse, "__module__": self.__name__})


def _refuse(self: object, *_: Any, **__: Any) -> None:
    raise RuntimeError(f"{type(self).__module__} is not part of the embedded server: use a server of your own, with `review.url`")


def leave_out() -> None:
    """Put a placeholder for each of them. Must run before anything imports `argilla_server`."""
    for name in ABSENT:
        sys.modules.setdefault(name, _Absent(name))
