"""What pydantic and YAML find wrong with a file that a person wrote, in that person's words."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from curation.errors import Mistake

_LONGEST_SEEN = 80
_LIST = "a list: [a, b], or one item a line behind `- `"
_SECTION = "a section: `key: value` lines below it, indented"
_WORDS = {
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _SECTION,
    "model_type": _SECTION,
    "model_attributes_type": _SECTION,
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text; quotes make text of what looks like a number",
}
_MEASURED = {"too_short": ("at least one item", "at least {} items"), "string_too_short": ("not empty", "at least {} characters")}
_CHOSEN = {
    "union_tag_invalid": "{discriminator}: one of {expected_tags}",
    "union_tag_not_found": "the key {discriminator} is missing: it says what the others mean",
}


def mistake(detail: ErrorDetails, model: type[BaseModel]) -> Mistake:
    """Return what pydantic found wrong with the values of `model`, with its dotted key."""
    place = detail["loc"]
    key = ".".join(str(part) for part in place)
    if detail["type"] == "missing":
        return Mistake(key, "nothing", "required key is missing")
    shown = seen(detail["input"])
    if detail["type"] == "extra_forbidden":
        allowed = sorted(_keys_at(model, place[:-1]))
        close = difflib.get_close_matches(str(place[-1]), allowed, n=1)
        hint = f"unknown key, did you mean `{close[0]}`?" if close else "unknown key."
        return Mistake(key, shown, f"{hint} Allowed here: {', '.join(allowed)}")
    return Mistake(key, shown, _allowed(detail, model))


def seen(value: Any) -> str:
    """Return a value as a mistake shows it: short, and a key left empty as `nothing`."""
    shown = "nothing" if value is None else repr(value)
    return shown if len(shown) <= _LONGEST_SEEN else shown[: _LONGEST_SEEN - 3] + "..."


def broken_yaml(error: yaml.YAMLError) -> str:
    """Return where a YAML text breaks and why, on one line."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        context = f" ({error.context})" if error.context else ""
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}{context}"
    return " ".join(str(error).replace('in "<unicode string>", ', "").split())


def models_in(hint: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that a type speaks of."""
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    elif typing.get_origin(hint) is not None or isinstance(hint, types.UnionType):
        for argument in typing.get_args(hint):
            yield from models_in(argument)


def _allowed(detail: ErrorDetails, model: type[BaseModel]) -> str:
    kind = detail["type"]
    if kind in {"list_type", "tuple_type"} and isinstance(detail["input"], str | int | float):
        return f"a list: [{detail['input']}]"
    if kind in _WORDS:
        return _WORDS[kind]
    if kind in _MEASURED:
        one, more = _MEASURED[kind]
        least = detail["ctx"]["min_length"]
        return one if least == 1 else more.format(least)
    if kind in _CHOSEN:
        context = {name: str(value) for name, value in detail["ctx"].items()}
        return _CHOSEN[kind].format(**context | {"discriminator": context["discriminator"].strip("'")})
    described = [field.description for field in _fields_at(model, detail["loc"]) if field.description]
    if kind == "string_pattern_mismatch" and described:
        return described[0]
    return detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")


def _keys_at(model: type[BaseModel], place: tuple[int | str, ...]) -> set[str]:
    return {field.alias or name for one in _models_at(model, place) for name, field in one.model_fields.items()}


def _fields_at(model: type[BaseModel], place: tuple[int | str, ...]) -> list[FieldInfo]:
    return [one.model_fields[str(place[-1])] for one in _models_at(model, place[:-1]) if place[-1] in one.model_fields] if place else []


def _models_at(model: type[BaseModel], place: tuple[int | str, ...]) -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = [model]
    for part in place:
        deeper = [inner for one in found if part in one.model_fields for inner in models_in(one.model_fields[str(part)].annotation)]
        found = deeper or found  # list positions and union tags name no field
    return found
