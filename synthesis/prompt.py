"""What a model is asked: a Turkish template from a file, filled with named fields.

A template is a UTF-8 Markdown file with the parts `## sistem` and `## kullanıcı`; `{name}` in it stands for a field.
A server reads the rendered messages, the rules writer reads the fields; so one question reaches either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from curation.records import Message, content_id

_PART = re.compile(r"^## (sistem|kullanıcı)\s*$", re.MULTILINE)
_FIELD = re.compile(r"\{([a-zçğıöşü_]+)\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request to a model; `id` hashes all that shapes the reply. `fields` fill the template; `temperature` in [0, 2]; `max_tokens` bounds the reply."""

    id: str
    task: str
    fields: Mapping[str, str]
    messages: tuple[Message, ...]
    seed: int
    max_tokens: int = 1024
    temperature: float = 0.7


def build_prompt(
    folder: Path, task: str, fields: Mapping[str, str], *, seed: int, max_tokens: int = 1024, temperature: float = 0.7
) -> Prompt:
    """Return the prompt of `task`, whose template is `folder/<task>.md`, filled with `fields`. Raises KeyError for a field the template wants and nobody gave."""
    parts = _template(folder / f"{task}.md")
    messages = tuple(Message(role, _fill(text, fields)) for role, text in parts)  # type: ignore[arg-type]
    key = (
        task,
        str(seed),
        str(max_tokens),
        str(temperature),
        *(m.content for m in messages),
        *(f"{k}={v}" for k, v in sorted(fields.items())),
    )
    return Prompt(content_id("q", *key), task, dict(fields), messages, seed, max_tokens, temperature)


@cache
def _template(path: Path) -> tuple[tuple[str, str], ...]:
    pieces = _PART.split(path.read_text(encoding="utf-8"))
    roles = {"sistem": "system", "kullanıcı": "user"}
    return tuple((roles[name], text.strip()) for name, text in zip(pieces[1::2], pieces[2::2], strict=True))


def _fill(text: str, fields: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda match: fields[match.group(1)], text)
