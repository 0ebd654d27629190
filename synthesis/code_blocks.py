"""Code in a text of Markdown: the fenced blocks, what is left without them, and a text with other code in their place."""

from __future__ import annotations

import ast
import re

from synthesis.sandbox.source import parsed

_BLOCK = re.compile(r"^[ \t]*```[^\n`]*\n(?P<code>.*?)(?:\n[ \t]*```[ \t]*$|\n?```[ \t]*\Z|\Z)", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`[^`\n]+`")


def code_in(text: str) -> str:
    """Return the code of all fenced blocks of `text`, an empty line between two; empty where there is none."""
    return "\n\n".join(match["code"] for match in _BLOCK.finditer(text))


def code_key(text: str) -> str:
    """Return what tells the code of `text` from other code: its syntax, whatever its comments and layout, or its letters where it is no Python; empty where there is none."""
    code = code_in(text)
    tree = parsed(code)
    return code if tree is None else ast.dump(tree) if code else ""


def outside(text: str) -> str:
    """Return `text` without its fenced blocks."""
    return _BLOCK.sub("", text).strip()


def prose(text: str) -> str:
    """Return what of `text` is language: neither fenced blocks nor code between single backticks. A text without code comes back as it is."""
    return _INLINE.sub("", _BLOCK.sub("", text)) if "`" in text else text


def fenced(code: str) -> str:
    """Return `code` as a block of Python."""
    return f"```python\n{code}\n```"


def with_code(text: str, code: str) -> str | None:
    """Return `text` with `code` in its one block; None where it has none or several."""
    found = list(_BLOCK.finditer(text))
    return f"{text[: found[0].start('code')]}{code}{text[found[0].end('code') :]}" if len(found) == 1 else None
