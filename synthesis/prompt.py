"""What a model is asked: a Turkish template from a file, filled with named fields.

A template is a UTF-8 Markdown file with the parts `## sistem` and `## kullanıcı`; `{name}` in it stands for a field.
A server reads the rendered messages, the rules writer reads the fields; so one question reaches either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from curation.records import Message, content_id

PROMPTS = Path(__file__).parent / "prompts"
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
    folder: Path,
    task: str,
    fields: Mapping[str, str],
    *,
    seed: int,
    max_tokens: int = 1024,
    temperature: float = 0.7,
    template: str = "",
    wishes: str = "",
) -> Prompt:
    """Return the prompt of `task`, whose template is `folder/<task>.md` or the text `template`, filled with `fields`; `wishes` follow it in the user's message.

    Raises KeyError for a field the template wants and nobody gave.
    """
    parts = template_parts(template) if template else _template(folder / f"{task}.md")
    messages = [Message(role, _fill(text, fields)) for role, text in parts]  # type: ignore[arg-type]
    if wishes:
        messages[-1] = replace(messages[-1], content=f"{messages[-1].content}\n\n{wishes}")
    key = (
        task,
        str(seed),
        str(max_tokens),
        str(temperature),
        *(m.content for m in messages),
        *(f"{k}={v}" for k, v in sorted(fields.items())),
    )
    return Prompt(content_id("q", *key), task, dict(fields), tuple(messages), seed, max_tokens, temperature)


def template_parts(text: str) -> tuple[tuple[str, str], ...]:
    """Return (role, text) of the parts `## sistem` and `## kullanıcı` of a template."""
    pieces = _PART.split(text)
    roles = {"sistem": "system", "kullanıcı": "user"}
    return tuple((roles[name], text.strip()) for name, text in zip(pieces[1::2], pieces[2::2], strict=True))


def template_fields(text: str) -> set[str]:
    """Return the names of the fields that a template wants."""
    return set(_FIELD.findall("\n".join(text for _, text in template_parts(text))))


def asks_for_several(task: str, template: str = "") -> bool:
    """Whether the template of `task`, or the text `template`, asks for several items at once."""
    return "adet" in template_fields(template or (PROMPTS / f"{task}.md").read_text(encoding="utf-8"))


@cache
def template_lines(folder: Path, task: str, part: str) -> tuple[str, ...]:
    """Return the lines of a part that stands before `## sistem` in the template of `task`; none where it has no such part."""
    head = re.split(r"^## sistem\s*$", (folder / f"{task}.md").read_text(encoding="utf-8"), maxsplit=1, flags=re.MULTILINE)[0]
    match = re.search(rf"^## {part}\s*\n(?P<body>.*?)(?=^## |\Z)", head, re.MULTILINE | re.DOTALL)
    return tuple(line.strip() for line in match["body"].splitlines() if line.strip()) if match else ()


@cache
def _template(path: Path) -> tuple[tuple[str, str], ...]:
    return template_parts(path.read_text(encoding="utf-8"))


def _fill(text: str, fields: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda match: fields[match.group(1)], text)
