"""Conversations as one text whose turns are parted by marks: ChatML, and plain sections under Turkish headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from curation.records import Message, Pair, Preference

_TURN = re.compile(r"<\|im_start\|>(system|user|assistant)\n(.*?)<\|im_end\|>\n", re.DOTALL)
_CHATML_MARK = re.compile(r"<\|im_(?:start|end)\|>")
_HEAD = re.compile(r"(?:^|\n\n)### (Sistem|Yönerge|Girdi|Yanıt):\n")
_TEXT_MARK = re.compile(r"^### (?:Sistem|Yönerge|Girdi|Yanıt):", re.MULTILINE)

Section = tuple[str, str]
"""A heading and the text below it."""


def chatml(turns: Sequence[Message]) -> str:
    """Return `turns` as ChatML. Raises ValueError where a text holds its marks."""
    _without(_CHATML_MARK, *(turn.content for turn in turns))
    return "".join(f"<|im_start|>{turn.role}\n{turn.content}<|im_end|>\n" for turn in turns)


def chatml_turns(text: str) -> list[Message]:
    """Return the turns of a ChatML text. Raises ValueError where it is none."""
    turns = [Message(match[1], match[2]) for match in _TURN.finditer(text)]  # type: ignore[arg-type]  # the pattern has the three roles
    if chatml(turns) != text:
        raise ValueError("not_chatml")
    return turns


def sections(one: Pair | Preference, *answers: str, output: str = "") -> str:
    """Return the conversation of `one` with `output` under the last heading. Raises ValueError where a text, or one of `answers` beside it, holds a heading."""
    found: list[Section] = [("Sistem", one.system)] if one.system else []
    found += [(head, text) for exchange in exchanges(one.turns) for head, text in zip(("Yönerge", "Yanıt"), exchange, strict=True)]
    found += [("Yönerge", one.instruction), *([("Girdi", one.input)] if one.input else []), ("Yanıt", output)]
    _without(_TEXT_MARK, *(text for _, text in found), *answers)
    return "\n\n".join(f"### {head}:\n{text}" for head, text in found)


def sections_of(text: str) -> dict[str, Any]:
    """Return the fields of a pair that `sections` wrote down. Raises ValueError where `text` has other sections, or the same ones in another order."""
    before, *parts = _HEAD.split(text)
    found = list(zip(parts[::2], parts[1::2], strict=True))
    system = found.pop(0)[1] if found and found[0][0] == "Sistem" else ""
    said: list[tuple[str, str, str]] = []
    while found:
        instruction = _taken(found, "Yönerge")
        given = _taken(found, "Girdi") if found and found[0][0] == "Girdi" else ""
        said.append((instruction, given, _taken(found, "Yanıt")))
    if before or not said:
        raise ValueError("not_sections")
    *earlier, (instruction, given, output) = said
    asked = [(f"{question}\n\n{text}" if text else question, answer) for question, text, answer in earlier]
    return {"system": system, "instruction": instruction, "input": given, "output": output, "turns": turns_of(asked)}


def exchanges(turns: Sequence[Message]) -> list[tuple[str, str]]:
    """Return earlier `turns` as questions with their answers. Raises ValueError where the two do not take turns."""
    if [turn.role for turn in turns] != ["user", "assistant"] * (len(turns) // 2):
        raise ValueError("turns_out_of_order")
    return [(turns[at].content, turns[at + 1].content) for at in range(0, len(turns), 2)]


def turns_of(asked: Sequence[tuple[str, str]]) -> tuple[Message, ...]:
    """Return questions with their answers as turns."""
    return tuple(turn for question, answer in asked for turn in (Message("user", question), Message("assistant", answer)))


def _taken(found: list[Section], wanted: str) -> str:
    if not found or found[0][0] != wanted:
        raise ValueError("not_sections")
    return found.pop(0)[1]


def _without(mark: re.Pattern[str], *texts: str) -> None:
    if any(mark.search(text) for text in texts):
        raise ValueError("marker_in_text")
