"""Small mistakes put into a solution, one at a time, where they stand in its text: everything around stays as it was written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from synthesis.drafts import chance
from synthesis.sandbox.source import Places, parsed

MistakeName = Literal["comparison", "arithmetic", "logic", "off_by_one", "constant", "other_function", "dropped_branch"]

_COMPARISONS: Final[Mapping[type[ast.cmpop], tuple[str, str]]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"), ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"), ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
}  # fmt: skip
_ARITHMETIC: Final[Mapping[type[ast.operator], tuple[str, str]]] = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "+"), ast.Div: ("/", "*"), ast.FloorDiv: ("//", "%"), ast.Mod: ("%", "//"),
    ast.Pow: ("**", "*"),
}  # fmt: skip
_FUNCTIONS: Final[Mapping[str, str]] = {
    "min": "max", "max": "min", "any": "all", "all": "any", "ceil": "floor", "floor": "ceil",
}  # fmt: skip
_UNTOUCHED: Final = (
    ast.JoinedStr,
    ast.Raise,
    ast.Assert,
    ast.Import,
    ast.ImportFrom,
)  # 3.11 does not know where parts of an f-string stand
_NO_VALUES: Final = frozenset(["annotation", "returns", "decorator_list"])
_FACTOR: Final = 1.5  # far from rounding


@dataclass(frozen=True, slots=True)
class Mutation:
    """The characters `start:end` of a source replaced by `new`: a mistake of one kind."""

    start: int
    end: int
    new: str
    mistake: MistakeName

    def applied(self, source: str) -> str:
        """Return the source with the mistake in it."""
        return f"{source[: self.start]}{self.new}{source[self.end :]}"


def mutants(source: str, most: int, seed: str) -> list[tuple[Mutation, str]]:
    """Return at most `most` mutations of `source` with what they make of it, each different Python; which ones depends on `source` and `seed` alone."""
    tree = parsed(source)
    if tree is None:
        return []
    places = sorted(set(_mutations(tree, source)), key=lambda one: chance(source, seed, one.start, one.new))
    known, found = {ast.dump(tree)}, list[tuple[Mutation, str]]()
    for one in places:
        made = one.applied(source)
        other = parsed(made)
        if len(found) < most and other is not None and ast.dump(other) not in known:
            known.add(ast.dump(other))
            found.append((one, made))
    return found


def _mutations(tree: ast.Module, source: str) -> Iterator[Mutation]:
    places = Places(source)
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _UNTOUCHED) or _only_as_a_script(node):
            continue
        yield from _of(node, source, places)
        for name, value in ast.iter_fields(node):
            if name not in _NO_VALUES:
                waiting += [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST)]


def _only_as_a_script(node: ast.AST) -> bool:
    """Whether `node` is what a solution does when it is started by itself, which no test sees."""
    return isinstance(node, ast.If) and any(isinstance(one, ast.Name) and one.id == "__name__" for one in ast.walk(node.test))


def _of(node: ast.AST, source: str, places: Places) -> Iterator[Mutation]:
    match node:
        case ast.Compare():
            for left, op, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
                yield from _between(left, right, _COMPARISONS.get(type(op)), "comparison", source, places)
        case ast.BinOp() if not any(map(_is_text, (node.left, node.right))):
            yield from _between(node.left, node.right, _ARITHMETIC.get(type(node.op)), "arithmetic", source, places)
        case ast.AugAssign() if not _is_text(node.value):
            yield from _between(node.target, node.value, _ARITHMETIC.get(type(node.op)), "arithmetic", source, places)
        case ast.BoolOp():
            tokens = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            for left, right in zip(node.values, node.values[1:], strict=False):
                yield from _between(left, right, tokens, "logic", source, places)
        case ast.UnaryOp(op=ast.Not()):
            yield Mutation(places.start(node), places.start(node.operand), "", "logic")
        case ast.Constant():
            yield from _constants(node, places)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _FUNCTIONS:
            yield Mutation(places.end(node.func) - len(name), places.end(node.func), _FUNCTIONS[name], "other_function")
        case ast.If(orelse=[]):
            yield Mutation(places.line(node.lineno), places.line((node.end_lineno or node.lineno) + 1), "", "dropped_branch")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _between(
    left: ast.expr, right: ast.expr, tokens: tuple[str, str] | None, mistake: MistakeName, source: str, places: Places
) -> Iterator[Mutation]:
    """The operator between two operands, in brackets or not, exchanged for another."""
    start, end = places.end(left), places.start(right)
    words = r"\s+".join(map(re.escape, tokens[0].split())) if tokens else ""
    found = re.search(rf"\b{words}\b" if words[:1].isalpha() else words, source[start:end])
    if tokens and found:
        yield Mutation(start + found.start(), start + found.end(), tokens[1], mistake)


def _constants(node: ast.Constant, places: Places) -> Iterator[Mutation]:
    start, end = places.start(node), places.end(node)
    if isinstance(node.value, bool):
        yield Mutation(start, end, str(not node.value), "constant")
    elif isinstance(node.value, int):
        yield Mutation(start, end, str(node.value + 1), "off_by_one")
        if node.value > 0:
            yield Mutation(start, end, str(node.value - 1), "off_by_one")
    elif isinstance(node.value, float):
        yield Mutation(start, end, repr(round(node.value * _FACTOR, 10)), "constant")
