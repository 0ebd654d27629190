"""The types of the columns that are published, as a card's head declares them: without these `datasets` takes a list that is empty in the first rows for one of nothing."""

from __future__ import annotations

from typing import Any

from synthesis.formats import Format

Feature = dict[str, Any]


def features(kind: str, form: Format, *, tests: bool = False) -> list[Feature]:
    """Return the columns of `pairs` or `preferences` in `form` with their types, in the order of the rows; `tests` where the rows have that column."""
    if kind == "preferences":
        names = ("id", "pair_id", "task", "chosen_by", "rejected_by")
        return [*_preference_columns(form), *map(_text, names), {"name": "margin", "dtype": "float64"}, _text("judged_by"), _EVIDENCE]
    return [*_pair_columns(form), *map(_text, ("id", "task", "writer")), _EVIDENCE, *([_text("tests")] if tests else [])]


def _text(name: str) -> Feature:
    return {"name": name, "dtype": "string"}


def _turn(form: Format) -> list[Feature]:
    return [*map(_text, ("from", "value") if form == "sharegpt" else ("role", "content"))]


def _turns(name: str, form: Format) -> Feature:
    return {"name": name, "list": _turn(form)}


_HISTORY: Feature = {"name": "history", "list": {"list": "string"}}
_EVIDENCE: Feature = {
    "name": "evidence",
    "list": [_text("document_id"), {"name": "start", "dtype": "int64"}, {"name": "end", "dtype": "int64"}],
}


def _pair_columns(form: Format) -> list[Feature]:
    if form == "alpaca":
        return [*map(_text, ("instruction", "input", "output", "system")), _HISTORY]
    if form in {"chatml", "text"}:
        return [_text("text")]
    if form == "prompt-completion":
        return [_turns("prompt", form), _turns("completion", form)]
    return [_turns("conversations" if form == "sharegpt" else "messages", form)]


def _preference_columns(form: Format) -> list[Feature]:
    answers = ("chosen", "rejected")
    if form == "alpaca":
        return [*map(_text, ("instruction", "input", "system")), _HISTORY, *map(_text, answers)]
    if form in {"chatml", "text"}:
        return [*map(_text, ("prompt", *answers))]
    if form == "prompt-completion":
        return [_turns(name, form) for name in ("prompt", *answers)]
    return [
        _turns("conversations" if form == "sharegpt" else "messages", form),
        *({"name": name, "struct": _turn(form)} for name in answers),
    ]
