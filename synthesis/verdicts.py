"""What every draft must pass, whatever its task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from synthesis import checks, wishes
from synthesis.code_blocks import prose
from synthesis.drafts import Draft, Refusal
from synthesis.language.foreign import foreign_sentence
from synthesis.language.harmony import wrong_suffix
from synthesis.language.particles import joined_particle
from synthesis.language.translationese import translationese
from synthesis.prompt import Prompt

_FAULTS: Final[dict[str, Callable[[str], str | None]]] = {
    "foreign_sentence": foreign_sentence,
    "translationese": translationese,
    "wrong_suffix": wrong_suffix,
    "joined_particle": joined_particle,
}
"""Checks that return the words at fault, by the reason they give."""


def turkish_fault(instruction: str, output: str) -> Refusal | None:
    """Return what is wrong with the Turkish of a question and its answer, from wherever they come, or None."""
    return common(Prompt("", "", {}, (), 0), Draft(instruction, output, ()))


def common(prompt: Prompt, draft: Draft) -> Refusal | None:
    """Return why `draft` may not become a pair, or None; an answer that was taken over from a document is not blamed for its style, and code need not be Turkish."""
    said, output, instruction = [turn.content for turn in draft.turns], prose(draft.output), prose(draft.instruction)
    told = "\n".join((*said, instruction, output))
    reason = (
        checks.unmasked("\n".join((*said, draft.instruction, draft.output)))
        or next(filter(None, map(checks.turkish_enough, (told, output, draft.given))), None)
        or (checks.one_register(told) if draft.own_words else None)
        or wishes.not_as_wished(prompt, draft)
    )
    if reason:
        return Refusal(reason, draft.instruction)
    written = told if draft.own_words else instruction
    faults = ((reason, check(written)) for reason, check in _FAULTS.items())
    return next((Refusal(reason, words) for reason, words in faults if words is not None), None)
