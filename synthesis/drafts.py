"""What a reader makes of one item of a reply, and what every reader needs for it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from curation.records import Message
from synthesis.passages import Passage
from synthesis.prompt import PROMPTS, Prompt, template_lines
from synthesis.replies import Item

Schema = Mapping[str, Any]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader made of an item; `spans` are offsets in the passage, `given` the text the instruction speaks of, `turns` what was said before.

    `own_words` is false where the answer was taken over from a document, so that nobody blames a model for its style.
    `tests` are Python assertions that the code in `output` passes.
    """

    instruction: str
    output: str
    spans: tuple[Span, ...]
    given: str = ""
    turns: tuple[Message, ...] = ()
    own_words: bool = True
    tests: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an item is no pair."""

    reason: str
    detail: str = ""


Reader = Callable[[Prompt, Passage, Item], Draft | Refusal]
Fields = Callable[[Passage, int], Mapping[str, str] | None]


def _no_fields(_passage: Passage, _seed: int) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Task:
    """How the items of a task are read, what they look like (`schema`, of one item), and how its request is sampled.

    `fields` gives the fields of its template that only this task has, or None where a passage is not fit for it; `wishes` which of the recipe's
    wishes for style and difficulty it heeds.
    `template` is the text of a task that a user brought, empty for those in `prompts/`.
    """

    read: Reader
    max_tokens: int
    temperature: float
    schema: Schema
    fields: Fields = _no_fields
    wishes: frozenset[Any] = frozenset()
    template: str = field(default="", repr=False)


def text_of(item: Item, key: str) -> str:
    """Return the text under `key`, stripped; empty where there is none."""
    value: Any = item.get(key)
    return value.strip() if isinstance(value, str) else ""


def texts_of(item: Item, key: str) -> list[str]:
    """Return the texts under `key` that are not empty; a lone text counts as a list of one."""
    value: Any = item.get(key)
    entries = [value] if isinstance(value, str) else value
    return [entry.strip() for entry in entries if isinstance(entry, str) and entry.strip()] if isinstance(entries, list) else []


def one_of(prompt: Prompt, part: str) -> str:
    """Return one line of a part of the task's template; which one depends on the prompt alone."""
    lines = template_lines(PROMPTS, prompt.task, part)
    return lines[int(chance(prompt.id, part) * len(lines))]


def listed(words: list[str]) -> str:
    """Return `words` as a Turkish list: `a, b ve c`."""
    mark = "; " if any("," in word for word in words) else ", "
    return words[0] if len(words) == 1 else f"{mark.join(words[:-1])} ve {words[-1]}"


def chance(*parts: str | int) -> float:
    """Return a number in [0, 1) that depends on `parts` alone."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
