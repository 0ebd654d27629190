"""The Turkish words of the report: keys of the run on one side, plain phrases on the other, in two JSON files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_OTHERS = {"model_": "Model yanıt vermedi", "doubt_": "Yazan model emin olamadı"}


def word(group: str, key: str) -> str:
    """Return the Turkish phrase for `key` in `group`, or the key itself where there is none."""
    return _words().get(group, {}).get(key, key)


def by_word(by: str) -> str:
    """Return the Turkish phrase for who wrote an answer as what (`zayif:model`); the key of a kind of corruption, or a bare name, as it is."""
    part, colon, name = by.partition(":")
    return f"{word('parts', part)}: {name}" if colon else by


def keys(group: str) -> tuple[str, ...]:
    """Return the keys of `group` in the order they are shown."""
    return tuple(_words()[group])


def reason_word(key: str) -> str:
    """Return the Turkish phrase for the reason of a rejected record, or an empty text for a reason it does not know."""
    found = _reasons().get(key)
    if found is None:  # a server's own code, or the words in which a model doubts its item
        return next((words for start, words in _OTHERS.items() if key.startswith(start)), "")
    return found


@cache
def _words() -> dict[str, dict[str, str]]:
    values: dict[str, dict[str, str]] = json.loads((_FOLDER / "words.json").read_text(encoding="utf-8"))
    return values


@cache
def _reasons() -> dict[str, str]:
    values: dict[str, str] = json.loads((_FOLDER / "reasons.json").read_text(encoding="utf-8"))
    return values
