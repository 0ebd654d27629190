"""The recipe that `imbik init` writes: every key with its default and what it means, taken from the models themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from curation.errors import ImbikError
from curation.storage import write_text
from pipelines.recipe import Recipe

_HEAD = """\
# An imbik recipe. Every key below the first two stands at its default; delete what you do not change.
#   imbik check {name}    says everything that is wrong, before any work or cost
#   imbik run {name}      runs it; what is finished is not repeated
"""
_REQUIRED = {"name": "denemem", "inputs": ["belgeler"]}


def write_recipe(path: Path) -> None:
    """Write a commented recipe to `path`. Raises ImbikError where the file exists."""
    if path.exists():
        raise ImbikError(f"{path} exists already; give another name or delete it")
    write_text(path, _HEAD.format(name=path) + "".join(_lines(Recipe, 0)))


def _lines(model: type[BaseModel], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for name, field in model.model_fields.items():
        value = _default(name, field)
        comment = f"  # {field.description}" if field.description else ""
        if isinstance(value, BaseModel) or (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            inner = type(value) if isinstance(value, BaseModel) else field.annotation
            yield f"\n{indent}{name}:{comment}\n" if depth == 0 else f"{indent}{name}:{comment}\n"
            yield from _lines(inner, depth + 1)  # type: ignore[arg-type]
        else:
            yield f"{indent}{name}: {_yaml(value)}{comment}\n"


def _default(name: str, field: FieldInfo) -> Any:
    value = field.get_default(call_default_factory=True)
    return _REQUIRED[name] if value is PydanticUndefined and name in _REQUIRED else None if value is PydanticUndefined else value


def _yaml(value: Any) -> str:
    """A value on one line; JSON is YAML."""
    if isinstance(value, tuple | frozenset | set):
        value = sorted(value) if isinstance(value, frozenset | set) else list(value)
    return json.dumps(value, ensure_ascii=False)
