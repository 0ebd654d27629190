"""A conversation of several turns about one passage: earlier turns travel with the pair, the last question and answer are the pair."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import Any

from curation.records import Message
from synthesis import checks
from synthesis.drafts import Draft, Refusal, text_of, texts_of
from synthesis.passages import Passage
from synthesis.prompt import Prompt
from synthesis.readers.reasoned import rests_on
from synthesis.replies import Item


def read_dialogue(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return a conversation whose first question stands alone and whose every answer rests on the passage; follow-ups may lean on what was said."""
    turns = _turns(item)
    if len(turns) < 2 or not all(question and answer for question, answer, _ in turns):
        return Refusal("missing_key", "turlar (en az iki soru ve cevap)")
    spans: set[tuple[int, int]] = set()
    for number, (question, answer, quotes) in enumerate(turns):
        grounded = rests_on(passage, quotes, f"{question}\n{answer}")
        if isinstance(grounded, Refusal):
            return Refusal(grounded.reason, f"{number + 1}. tur: {grounded.detail}")
        spans.update(grounded)
    alone = prompt.fields["baglam"] == "none"
    reason = _fault(turns, alone=alone)
    if reason:
        return Refusal(reason, turns[0][0])
    first, *_ = turns
    opening = first[0] if alone else f"{first[0]}\n\n{passage.text}"
    said = chain.from_iterable((Message("user", question), Message("assistant", answer)) for question, answer, _ in turns[:-1])
    _, *rest = said
    return Draft(turns[-1][0], turns[-1][1], tuple(sorted(spans)), turns=(Message("user", opening), *rest))


def _turns(item: Item) -> list[tuple[str, str, list[str]]]:
    value: Any = item.get("turlar")
    found = [turn for turn in value if isinstance(turn, dict)] if isinstance(value, list) else []
    return [(text_of(turn, "soru"), text_of(turn, "cevap"), texts_of(turn, "kanit")) for turn in found]


def _fault(turns: list[tuple[str, str, list[str]]], *, alone: bool) -> str | None:
    keys = [checks.question_key(question) for question, _, _ in turns]
    if len(set(keys)) < len(keys):
        return "repeated_items"
    if len({checks.question_key(answer) for _, answer, _ in turns}) < len(turns):
        return "repeated_items"
    spoken = [checks.register(question) for question, _, _ in turns]
    if any({one, other} == {"sen", "siz"} for one, other in pairwise(spoken)):
        return "mixed_register"
    lengths = (checks.length(answer, min_words=1, max_words=150) for _, answer, _ in turns)
    return (checks.self_contained(turns[0][0]) if alone else None) or next(filter(None, lengths), None)
