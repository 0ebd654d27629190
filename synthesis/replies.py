"""What a model wrote -> items: JSON found in chatter, fences, trailing commas, cut-off lists."""

from __future__ import annotations

import json
import re
from typing import Any

Item = dict[str, Any]

_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"```[a-zA-Z]*\s*\n?(?P<body>.*?)(?:```|\Z)", re.DOTALL)
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)


def items(reply: str) -> list[Item] | None:
    """Return the JSON objects in a model's reply in order; empty for an empty list, None where there is no JSON at all.

    A list, a lone object, an object that wraps a list, and objects one after another all count; of a reply cut off in the middle the whole objects count.
    """
    text = _THOUGHT.sub("", reply).replace("\ufeff", "").strip()
    fenced = _FENCE.search(text)
    for body in ([fenced["body"]] if fenced else []) + [text]:
        found = _objects(_TRAILING_COMMA.sub(lambda match: match.group(1) or "", body))
        if found is not None:
            return found
    return None


def _objects(text: str) -> list[Item] | None:
    found: list[Item] = []
    seen = False
    position = 0
    while (match := re.compile(r"[\[{]").search(text, position)) is not None:
        try:
            value, position = _DECODER.raw_decode(text, match.start())
        except ValueError:
            position = match.end()
            continue
        except RecursionError:
            return None
        if isinstance(value, list) and value and not any(isinstance(item, dict) for item in value):
            continue  # "[1]" or a list of strings in the chatter is not an answer
        seen = True
        found.extend(_unwrapped(value))
    return found if seen else None


def _unwrapped(value: Any) -> list[Item]:
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    inner = [v for v in value.values() if isinstance(v, list) and v and all(isinstance(item, dict) for item in v)]
    return inner[0] if len(value) == 1 and inner else [value]
