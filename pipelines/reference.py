"""The reference of recipe keys, written from the models: `python -m pipelines.reference > docs/recipe.md`."""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from pipelines.recipe import Recipe

_HEAD = """\
# Recipe keys

Written from the code by `python -m pipelines.reference > docs/recipe.md`; a test holds the two together.
`imbik init` writes a recipe with all of them, `imbik check` tells what is wrong with one.

| key | type | default | meaning |
|---|---|---|---|
"""


def reference() -> str:
    """Return the Markdown table of every recipe key."""
    return _HEAD + "".join(f"| `{key}` | {kind} | {default} | {meaning} |\n" for key, kind, default, meaning in _rows(Recipe, ""))


def _rows(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str, str]]:
    for name, field in model.model_fields.items():
        key = f"{prefix}{name}"
        inner = [one for one in _models(field.annotation) if one is not model]
        if len(inner) == 1 and inner[0] is field.annotation:
            yield from _rows(inner[0], f"{key}.")
            continue
        meaning = (field.description or "").replace("|", "\\|")
        yield key, _kind(field, inner), _default(field), meaning + _bounds(field)
        for one in inner:
            yield from _rows(one, f"{key}.")


def _models(hint: Any) -> list[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return [hint]
    return [model for argument in typing.get_args(hint) for model in _models(argument)]


def _kind(field: FieldInfo, inner: list[type[BaseModel]]) -> str:
    kinds = [one.model_fields["kind"] for one in inner if "kind" in one.model_fields]
    if kinds:
        return "one of " + ", ".join(f"`{one.annotation.__args__[0]}`" for one in kinds)  # type: ignore[union-attr]
    return _hint(field.annotation)


def _hint(hint: Any) -> str:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin is tuple:
        return f"list of {_hint(arguments[0])}"
    if origin is dict:
        return f"mapping of {_hint(arguments[0])} to {_hint(arguments[1])}"
    if origin is typing.Annotated:
        return _hint(arguments[0])
    if arguments:
        return " or ".join("empty" if one is type(None) else _hint(one) for one in arguments)
    return (
        "the keys below"
        if _models(hint)
        else {str: "text", int: "whole number", float: "number", bool: "true or false", Any: "anything"}.get(hint, str(hint))
    )


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    return f"`{json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)}`"


def _bounds(field: FieldInfo) -> str:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    found = [
        f"{sign} {getattr(one, name):g}" for one in field.metadata for name, sign in signs.items() if getattr(one, name, None) is not None
    ]
    return f" ({', '.join(found)})" if found else ""


if __name__ == "__main__":
    print(reference(), end="")
