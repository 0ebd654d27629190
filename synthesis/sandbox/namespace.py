"""What foreign code sees of Python: built-ins without the doors out, modules as copies of their public names, and a hook that refuses the rest."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Collection, Mapping
from types import ModuleType
from typing import Any, Final

FORBIDDEN: Final = frozenset(
    ["open", "input", "eval", "exec", "compile", "globals", "locals", "vars", "breakpoint", "help", "exit", "quit", "__import__"]
)
"""Built-ins that foreign code does without."""

_FRAMES: Final = (
    "gi_frame", "gi_code", "gi_yieldfrom", "cr_frame", "cr_code", "ag_frame", "ag_code", "tb_frame", "tb_next", "mro", "f_back",
    "f_builtins", "f_code", "f_globals", "f_locals", "f_trace",
)  # fmt: skip
_USUAL: Final = (
    "__name__", "__class__", "__doc__", "__init__", "__new__", "__post_init__", "__str__", "__repr__", "__eq__", "__ne__", "__lt__",
    "__le__", "__gt__", "__ge__", "__hash__", "__len__", "__iter__", "__next__", "__contains__", "__getitem__", "__setitem__",
    "__add__", "__sub__", "__mul__", "__call__", "__bool__", "__enter__", "__exit__",
)  # fmt: skip

_PRIVATE: Final = frozenset(["__loader__", "__spec__", "__doc__", "__package__", "copyright", "credits", "license"])
# Audit events of dataclasses, named tuples and attribute look-ups; every other one opens something or looks behind the scenes.
_HARMLESS: Final = (
    "exec", "compile", "object.__getattr__", "object.__setattr__", "object.__delattr__", "sys._getframe", "sys._getframemodulename",
    "array.__new__", "builtins.id", "function.__new__", "code.__new__",
)  # fmt: skip
_MOST_PRINTED = 65_536  # characters
# What reaches any attribute by its name in a text, or evaluates a text.
_NOT_SHARED: Final[Mapping[str, frozenset[str]]] = {
    "operator": frozenset(["attrgetter", "methodcaller"]),
    "string": frozenset(["Formatter"]),
    "typing": frozenset(["get_type_hints", "ForwardRef"]),
}


def hidden(attribute: str) -> bool:
    """Whether `attribute` leads behind the scenes of Python: to frames, code or the special attributes that few programs need."""
    return attribute in _FRAMES or (attribute.startswith("__") and attribute.endswith("__") and attribute not in _USUAL)


class Forbidden(BaseException):
    """Foreign code asked for what it may not have; no `except Exception` of its own catches it."""


class Printed:
    """Takes what is printed and forgets it; `over` is set once it is too much."""

    over = False
    _count = 0

    def write(self, text: str) -> int:
        """Count `text`. Raises Forbidden above the limit."""
        self._count += len(text)
        if self._count > _MOST_PRINTED:
            self.over = True
            raise Forbidden("printed too much")
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


def watch(refused: list[str]) -> None:
    """From here on refuse every audited event but the harmless ones, and note it in `refused`; a hook cannot be taken off again."""

    def refuse(event: str, _arguments: object) -> None:
        if event not in _HARMLESS:
            refused.append(event)
            raise Forbidden(event)

    sys.addaudithook(refuse)


def namespace(name: str, allowed: Collection[str]) -> dict[str, Any]:
    """Return the namespace of a module called `name` that may import `allowed` and has its own copy of all it shares with others."""
    module = ModuleType(name)
    sys.modules[name] = module  # dataclasses look their module up
    module.__dict__["__builtins__"] = _builtins(allowed)
    return module.__dict__


def _builtins(allowed: Collection[str]) -> dict[str, Any]:
    kept = {name: value for name, value in vars(builtins).items() if name not in FORBIDDEN | _PRIVATE}
    return kept | {
        "__import__": _importer(allowed),
        "getattr": _guarded(getattr),
        "setattr": _guarded(setattr),
        "delattr": _guarded(delattr),
    }


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """`getattr` and its like, but for hidden attributes."""

    def guarded(thing: object, name: str, *rest: object) -> object:
        if type(name) is not str or hidden(name):
            raise Forbidden(str(name))
        return function(thing, name, *rest)

    return guarded


def _importer(allowed: Collection[str]) -> Callable[..., ModuleType]:
    copies: dict[str, ModuleType] = {}

    def copy_of(name: str) -> ModuleType:
        if name not in copies:
            copies[name] = ModuleType(name)
            vars(copies[name]).update(_public(sys.modules[name]))
            for other in allowed:
                if other.rpartition(".")[0] == name:
                    setattr(copies[name], other.rpartition(".")[2], copy_of(other))
        return copies[name]

    def imported(
        name: str,
        _globals: Mapping[str, object] | None = None,
        _locals: Mapping[str, object] | None = None,
        fromlist: tuple[str, ...] | list[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if isinstance(fromlist, list) and name in sys.modules:
            return ModuleType(name)  # the interpreter's own code asks with a list, and takes the module from where it lies
        if level or (name not in allowed and name != "__future__"):
            raise Forbidden(f"import {name}")
        return copy_of(name if fromlist else name.partition(".")[0])

    return imported


def _public(module: ModuleType) -> dict[str, Any]:
    """The names a module means to share: never the modules that it uses itself."""
    names = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
    kept = {name: getattr(module, name) for name in names if name not in _NOT_SHARED.get(module.__name__, ())}
    return {name: value for name, value in kept.items() if not isinstance(value, ModuleType)}
