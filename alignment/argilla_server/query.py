"""What a reviewer types into the search box, as a tree: Elasticsearch's `simple_query_string` with AND between words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from alignment.argilla_server.store import text_key

_TOKEN = re.compile(r'"(?P<phrase>(?:[^"\\]|\\.)*)"?(?:~\d+)?|(?P<sign>[()|+])|(?P<minus>-)(?=\S)|(?P<word>(?:\\.|[^\s()|+"])+)')
_WORD = re.compile(r"\w+")
_DEEPEST = 60  # nested brackets and signs; Python's own stack ends near 1,000


@dataclass(frozen=True, slots=True)
class Leaf:
    """One word or phrase, as an FTS5 expression."""

    match: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not match."""

    node: Node


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes of which all or any must match."""

    every: bool
    nodes: tuple[Node, ...]


Node = Leaf | Not | Group


def parse(query: str) -> Node | None:
    """Return the tree of `query`, or None where there is nothing to look for. Never fails: stray signs are passed over."""
    tokens = [(match.lastgroup or "", match[match.lastgroup or 0]) for match in _TOKEN.finditer(query)]
    parts: list[Node] = []
    position = 0
    while position < len(tokens):
        node, position = _any_of(tokens, position, 0)
        parts += [node] if node else []
        position += 1  # a stray closing bracket
    return _group(parts, every=True)


def leaves(node: Node) -> list[str]:
    """Return the expressions of `node` that ought to match: what a hit is ranked by."""
    return [] if isinstance(node, Not) else [node.match] if isinstance(node, Leaf) else [one for part in node.nodes for one in leaves(part)]


def condition(node: Node, matches: Callable[[str], str]) -> str:
    """Return `node` as an SQL condition; `matches` gives the condition for one expression."""
    if isinstance(node, Leaf):
        return matches(node.match)
    if isinstance(node, Not):
        return f"NOT ({condition(node.node, matches)})"
    return f"({(' AND ' if node.every else ' OR ').join(condition(part, matches) for part in node.nodes)})"


def _any_of(tokens: list[tuple[str, str]], position: int, depth: int) -> tuple[Node | None, int]:
    parts: list[Node] = []
    while True:
        node, position = _all_of(tokens, position, depth)
        parts += [node] if node else []
        if position >= len(tokens) or tokens[position] != ("sign", "|"):
            return _group(parts, every=False), position
        position += 1


def _all_of(tokens: list[tuple[str, str]], position: int, depth: int) -> tuple[Node | None, int]:
    parts: list[Node] = []
    negative = False
    while position < len(tokens) and tokens[position] not in {("sign", "|"), ("sign", ")")}:
        kind, value = tokens[position]
        position += 1
        if kind == "minus":
            negative = not negative
            continue
        node: Node | None = None
        if (kind, value) == ("sign", "(") and depth < _DEEPEST:
            node, position = _any_of(tokens, position, depth + 1)
            position += 1  # the closing bracket, or the end
        elif kind in {"phrase", "word"}:
            node = _leaf(kind, value)
        if node:
            parts.append(Not(node) if negative else node)
        negative = False
    return _group(parts, every=True), position


def _leaf(kind: str, raw: str) -> Node | None:
    """A word as reviewers mean it: `İstanbul'da` is two words in a row, `anka*` a beginning, `~1` (closeness) is passed over."""
    text = re.sub(r"\\(.)", r"\1", raw)
    words = _WORD.findall(text_key(re.sub(r"~\d*$", "", text) if kind == "word" else text))
    if not words:
        return None
    if kind == "phrase" or (len(words) > 1 and not text.endswith("*")):
        return Leaf(f'"{" ".join(words)}"')
    last = f'"{words[-1]}"' + ("*" if kind == "word" and text.endswith("*") else "")
    return _group([*(Leaf(f'"{word}"') for word in words[:-1]), Leaf(last)], every=True)


def _group(parts: list[Node], *, every: bool) -> Node | None:
    return Group(every, tuple(parts)) if len(parts) > 1 else parts[0] if parts else None
