"""Stand-ins that no test worth the name passes, and tests turned into what a sound solution must fail."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from synthesis.sandbox.another import ANOTHER, SEEN, another

_CONSTANTS: Final = (None, True, False, 0, 1, "")
_KEPT: Final = frozenset(["__init__", "__post_init__"])  # without them no object comes about that could be tested


def stand_ins(solution: str) -> tuple[str, ...]:
    """Return the solution with every function and method giving back one constant, an empty list, or what it was first given."""
    makers: list[Callable[[ast.FunctionDef], ast.expr]] = [lambda _, value=value: ast.Constant(value) for value in _CONSTANTS]  # type: ignore[misc]
    makers += [lambda _: ast.List([], ast.Load()), _first_argument]
    return tuple(ast.unparse(ast.fix_missing_locations(_Emptied(maker).visit(ast.parse(solution)))) for maker in makers)


def turned(tests: str) -> str:
    """Return tests in which every assertion says what is false where it was true, and tells whether it passes all the same.

    An equality is turned by another value on one side: what equals everything is found out. Any other claim is negated.
    """
    return ast.unparse(ast.fix_missing_locations(_Turned().visit(ast.parse(tests))))


def _first_argument(function: ast.FunctionDef) -> ast.expr:
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args) if argument.arg not in {"self", "cls"}]
    return ast.Name(names[0], ast.Load()) if names else ast.Constant(None)


class _Emptied(ast.NodeTransformer):
    def __init__(self, maker: Callable[[ast.FunctionDef], ast.expr]) -> None:
        self._maker = maker

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if node.name not in _KEPT:
            node.body = [ast.Return(self._maker(node))]
        return node


class _Turned(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        told = [ast.Expr(ast.Call(ast.Name(SEEN, ast.Load()), [ast.Constant(passed)], [])) for passed in (False, True)]
        handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, [told[0]])
        return ast.Try([ast.Assert(_opposite(node.test), None)], [handler], [told[1]], [])


def _opposite(test: ast.expr) -> ast.expr:
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
        return ast.UnaryOp(ast.Not(), test)
    left, right = test.left, test.comparators[0]
    if _literal(left) and not _literal(right):
        return ast.Compare(_other(left), test.ops, [right])
    return ast.Compare(left, test.ops, [_other(right)])


def _literal(node: ast.expr) -> bool:
    return not any(isinstance(part, ast.Name | ast.Call | ast.Attribute) for part in ast.walk(node))


def _other(node: ast.expr) -> ast.expr:
    """Another value: written out where `node` is one, so that a solution that reads its tests finds no trace of the right one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float | str):
        return ast.Constant(another(node.value))
    return ast.Call(ast.Name(ANOTHER, ast.Load()), [node], [])
