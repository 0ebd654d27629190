"""Python source as text: what it may not hold, which names it offers, and where its parts stand."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Collection, Iterator
from typing import Final

from synthesis.drafts import Refusal
from synthesis.sandbox.namespace import FORBIDDEN, hidden

_MOST = 8_000  # characters; the parser itself is not asked about more
_DEEPEST = 80  # levels of a tree; what walks over it later goes down them without running out of stack
_BUILTINS: Final = frozenset(name for name in vars(builtins) if not name.startswith("_"))


def parsed(source: str) -> ast.Module | None:
    """Return the tree of `source`, None where it is no Python or too large or deep to look at."""
    if len(source) > _MOST:
        return None
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if _depth(tree) <= _DEEPEST else None


def _depth(tree: ast.AST) -> int:
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def not_allowed(tree: ast.Module, imports: Collection[str]) -> Refusal | None:
    """Return why a program may not even be tried: a module that is not among `imports`, or a name that leads out of the sandbox."""
    for node in ast.walk(tree):
        strange = [name for name in _imported(node) if name not in imports and name != "__future__"]
        if strange:
            return Refusal("import_not_allowed", strange[0])
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return Refusal("import_not_allowed", f"from {node.module} import *")
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        matched = [one for one in node.kwd_attrs if hidden(one)] if isinstance(node, ast.MatchClass) else []
        if matched:
            return Refusal("code_not_allowed", matched[0])
        if hidden(name) or (isinstance(node, ast.Name) and name in FORBIDDEN):
            return Refusal("code_not_allowed", name)
    return None


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return ["." * node.level + (node.module or "")]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def exports(tree: ast.Module) -> tuple[str, ...]:
    """Return the names that a solution defines at its top: functions, classes and constants, in their order."""
    found: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        found += [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return tuple(dict.fromkeys(found))


def shadowed(names: Collection[str]) -> str | None:
    """Return the first of `names` that a built-in has: tests would mean the one and get the other."""
    return next((name for name in names if name in _BUILTINS), None)


def called(tree: ast.Module) -> bool:
    """Whether a solution has a function or a class that tests can call."""
    return any(isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") for node in tree.body)


def without_imports_of(tests: str, names: Collection[str]) -> str:
    """Return `tests` without the lines that import `names` from the solution, under whatever name they think it has; what is no Python comes back as it is."""
    tree, lines = parsed(tests), _lines(tests)
    for node in ast.walk(tree) if tree else ():
        whole = isinstance(node, ast.ImportFrom) and node.module not in sys.stdlib_module_names and node.names[0].name == "*"
        if isinstance(node, ast.ImportFrom) and (whole or all(alias.name in names for alias in node.names)):
            end = node.end_lineno or node.lineno
            lines[node.lineno - 1 : end] = [""] * (end - node.lineno + 1)
    return "".join(lines).strip()


def _lines(source: str) -> list[str]:
    """The lines as Python counts them, which knows no line end but this."""
    return [f"{line}\n" for line in source.split("\n")]


class Places:
    """Offsets in a source by line and column, which its tree counts in bytes."""

    def __init__(self, source: str) -> None:
        self._lines = _lines(source)
        self._starts = [0, *_sums(len(line) for line in self._lines)]

    def start(self, node: ast.expr | ast.stmt) -> int:
        """Return the offset of the first character of `node`."""
        return self._offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        """Return the offset behind the last character of `node`."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._offset(node.end_lineno, node.end_col_offset)

    def line(self, number: int) -> int:
        """Return the offset of the first character of line `number`, counted from 1."""
        return self._starts[min(number - 1, len(self._lines))]

    def _offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + len(self._lines[line - 1].encode("utf-8")[:column].decode("utf-8"))


def _sums(numbers: Iterator[int]) -> Iterator[int]:
    total = 0
    for number in numbers:
        total += number
        yield total
