"""What a model wrote -> items: JSON found in chatter, behind thoughts, in fences, cut off, wrapped, or broken (`broken_json.py`)."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, Final

from curation.turkish import ascii_letters
from synthesis.broken_json import mended
from synthesis.schemas import FIELDS, WRAPPER

Item = dict[str, Any]

_NESTED: Final = frozenset({"turlar"})  # a list of objects that is one item's own, not a list of items
_TAGS = "think|thinking|thought|reasoning"
_THOUGHT = re.compile(rf"<(?P<tag>{_TAGS})>.*?</(?P=tag)>", re.DOTALL | re.IGNORECASE)
_ENDED_THOUGHT = re.compile(rf"\A.*?</(?:{_TAGS})>", re.DOTALL | re.IGNORECASE)  # servers that swallow the opening mark
_CUT_THOUGHT = re.compile(rf"\A\s*<(?:{_TAGS})>.*", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*```[a-zA-Z]*\s*\n?(?P<body>.*?)(?:^[ \t]*```|```\s*\Z|\Z)", re.DOTALL | re.MULTILINE)
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)
_OPENS = re.compile(r"[\[{]")


def _once_each(pairs: list[tuple[str, Any]]) -> Item:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key comes twice")
    return found


_ONCE_EACH = json.JSONDecoder(strict=False, object_pairs_hook=_once_each)  # of mended text: a key that comes twice was misread


def items(reply: str) -> list[Item] | None:
    """Return the JSON objects in a model's reply in order; empty for an empty list, None where there is no JSON at all.

    A list, a lone object, an object that wraps a list, and objects one after another all count; of a reply cut off in the middle the whole objects count.
    What a model thought before it answered does not. Keys come in lower-case ASCII letters (`Kanıt` is `kanit`), as the prompts write them.
    """
    text = _spoken(reply).replace("\ufeff", "").strip()
    fenced = None if text[:1] in ("[", "{") else _FENCE.search(text)  # a fence inside JSON holds code
    for body in ([fenced["body"]] if fenced else []) + [text]:
        found = _read(_without_halves(body))
        if found is not None:
            return found
    return None


def _spoken(reply: str) -> str:
    """The reply without the thoughts before it; a thought that never ends is no answer."""
    return _CUT_THOUGHT.sub("", _ENDED_THOUGHT.sub("", _THOUGHT.sub("", reply)))


def _read(body: str) -> list[Item] | None:
    plain, clean = _objects(_without_commas(body))
    if clean:
        return plain
    # Only what is broken is mended, and only where mending brings the whole, or more.
    more, whole = _objects(_without_commas(mended(body)), _ONCE_EACH)
    return more if more is not None and (whole or len(more) > len(plain or ())) else plain


def _without_halves(body: str) -> str:
    """The body with U+FFFD for half of a surrogate pair, which no file can hold; the half may be written as an escape."""
    return re.sub(
        r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\[^u])|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|[\ud800-\udfff]",
        lambda match: match[1] or "\ufffd",
        body,
    )


def _without_commas(body: str) -> str:
    return _TRAILING_COMMA.sub(lambda match: match.group(1) or "", body)


def _objects(text: str, decoder: json.JSONDecoder = _DECODER) -> tuple[list[Item] | None, bool]:
    """Return the items, None for none, and whether nothing on the way failed to parse."""
    found: list[Item] = []
    seen, clean = False, True
    position = 0
    while (match := _OPENS.search(text, position)) is not None:
        try:
            value, position = decoder.raw_decode(text, match.start())
        except ValueError:
            position, clean = match.end(), False
            continue
        except RecursionError:
            return None, True
        if isinstance(value, list) and value and not any(isinstance(item, dict) for item in value):
            continue  # "[1]" or a list of strings in the chatter is not an answer
        seen = True
        found.extend(_unwrapped(_folded(value)))
    return (found if seen else None), clean and seen


def _folded(value: Any) -> Any:
    """The value with its keys in ASCII letters; a key that an object has in both spellings stays as it is."""
    if isinstance(value, list):
        return [_folded(one) for one in value]
    if not isinstance(value, dict):
        return value
    plain = {key: ascii_letters(key.strip()) for key in value}
    times = Counter(plain.values())
    return {plain[key] if times[plain[key]] == 1 else key: _folded(one) for key, one in value.items()}


def _unwrapped(value: Any) -> list[Item]:
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    if isinstance(value.get(WRAPPER), list):
        return [item for item in value[WRAPPER] if isinstance(item, dict)]
    lists = [key for key, one in value.items() if key not in _NESTED and _lists_objects(one)]
    if len(lists) != 1:
        return [value]
    (key,) = lists
    # The side with more fields of a task is the item: {"baslik", "sorular": [{"soru", "cevap"}]} is none, {"soru", "cevap", "notlar": [{...}]} is one.
    own, inner = FIELDS.intersection(value) - {key}, max(len(FIELDS.intersection(one)) for one in value[key])
    return list(value[key]) if len(value) == 1 or inner > len(own) else [value]


def _lists_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)
