"""What a model wrote -> items: JSON found in chatter, fences, trailing commas, cut-off lists, and with quotation marks left bare."""

from __future__ import annotations

import json
import re
from typing import Any, Final

Item = dict[str, Any]

WRAPPER: Final = "sonuclar"
"""The key under which a server held to a schema lists the items, because strict schemas want an object at the root."""

_NESTED: Final = frozenset({"turlar"})  # a list of objects that is one item's own, not a list of items
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_OPEN_THOUGHT = re.compile(r"\A.*?</think>", re.DOTALL)  # servers that swallow the opening mark
_FENCE = re.compile(r"^[ \t]*```[a-zA-Z]*\s*\n?(?P<body>.*?)(?:^[ \t]*```|```\s*\Z|\Z)", re.DOTALL | re.MULTILINE)
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)
_OPENS = re.compile(r"[\[{]")
_ENDS_STRING = re.compile(r'\s*(?:[:}\]]|,\s*(?:["“{\[}\]]|\Z)|\Z)')
_BARE_KEY = re.compile(r'(?<=[{,])(\s*)([a-zçğıöşü_]+)(\s*:\s*["“\[{])')
_PYTHON = {"True": "true", "False": "false", "None": "null"}
_PYTHON_WORD = re.compile(r'("(?:[^"\\]|\\.)*")|(?<=[:,\[])(\s*)(True|False|None)(?=\s*[,}\]])', re.DOTALL)


def items(reply: str) -> list[Item] | None:
    """Return the JSON objects in a model's reply in order; empty for an empty list, None where there is no JSON at all.

    A list, a lone object, an object that wraps a list, and objects one after another all count; of a reply cut off in the middle the whole objects count.
    """
    text = _OPEN_THOUGHT.sub("", _THOUGHT.sub("", reply)).replace("\ufeff", "").strip()
    fenced = None if text[:1] in ("[", "{") else _FENCE.search(text)  # a fence inside JSON holds code
    for body in ([fenced["body"]] if fenced else []) + [text]:
        found = _read(_without_halves(body))
        if found is not None:
            return found
    return None


def _read(body: str) -> list[Item] | None:
    plain, clean = _objects(_without_commas(body))
    if clean:
        return plain
    # Only what is broken is mended, and only where mending brings more.
    mended, _ = _objects(_without_commas(_mended(body)))
    better = mended is not None and len(mended) > len(plain or ())
    return mended if better else plain


def _without_halves(body: str) -> str:
    """The body with U+FFFD for half of a surrogate pair, which no file can hold; the half may be written as an escape."""
    return re.sub(
        r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\[^u])|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|[\ud800-\udfff]",
        lambda match: match[1] or "\ufffd",
        body,
    )


def _without_commas(body: str) -> str:
    return _TRAILING_COMMA.sub(lambda match: match.group(1) or "", body)


def _objects(text: str) -> tuple[list[Item] | None, bool]:
    """Return the items, None for none, and whether nothing on the way failed to parse."""
    found: list[Item] = []
    seen, clean = False, True
    position = 0
    while (match := _OPENS.search(text, position)) is not None:
        try:
            value, position = _DECODER.raw_decode(text, match.start())
        except ValueError:
            position, clean = match.end(), False
            continue
        except RecursionError:
            return None, True
        if isinstance(value, list) and value and not any(isinstance(item, dict) for item in value):
            continue  # "[1]" or a list of strings in the chatter is not an answer
        seen = True
        found.extend(_unwrapped(value))
    return (found if seen else None), clean and seen


def _unwrapped(value: Any) -> list[Item]:
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    if isinstance(value.get(WRAPPER), list):
        return [item for item in value[WRAPPER] if isinstance(item, dict)]
    inner = [v for k, v in value.items() if k not in _NESTED and isinstance(v, list) and v and all(isinstance(item, dict) for item in v)]
    return inner[0] if len(value) == 1 and inner else [value]


def _mended(body: str) -> str:
    """Return `body` with comments gone, keys quoted, Python's words in JSON's, and bare quotation marks inside strings escaped."""
    text = _COMMENT.sub(lambda match: match.group(1) or "", body)
    text = _BARE_KEY.sub(r'\1"\2"\3', text)
    text = _PYTHON_WORD.sub(lambda match: match.group(1) or f"{match.group(2)}{_PYTHON[match.group(3)]}", text)
    text = re.sub(r"}(\s*){", r"},\1{", text)
    return _with_marks_escaped(text)


def _with_marks_escaped(text: str) -> str:
    """A mark closes a string only before a comma, a colon or a bracket as JSON has them; “ and ” serve as marks where " does not."""
    out: list[str] = []
    inside = ""
    skip = False
    for position, letter in enumerate(text):
        if skip:
            out.append(letter)
            skip = False
        elif inside and letter == "\\":
            out.append(letter)
            skip = True
        elif not inside and letter in '"“':
            inside = '"' if letter == '"' else "”"
            out.append('"')
        elif inside and letter == inside and _ENDS_STRING.match(text, position + 1):
            inside = ""
            out.append('"')
        else:
            out.append('\\"' if inside and letter == '"' else letter)
    return "".join(out)
