"""One more question: what the validator said of a reply, put to the model that wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from curation.records import Message, content_id
from synthesis.prompt import PROMPTS, Prompt, template_lines

_DETAIL = 200  # characters of a detail; the whole reply stands above it anyway
_MOST = 12  # complaints in one message; a reply with more is better asked anew


class Complaint(Protocol):
    """What a Refusal and a Rejected have in common."""

    @property
    def reason(self) -> str:
        """A short word to count by."""

    @property
    def detail(self) -> str:
        """What it is about."""


def repairable(reason: str) -> bool:
    """Whether a model can be told how to mend what was refused for `reason`: where `prompts/duzeltme.md` has words for it."""
    return bool(template_lines(PROMPTS, "duzeltme", reason))


def retry_prompt(prompt: Prompt, reply_text: str, refusals: Sequence[Complaint]) -> Prompt:
    """Return the prompt that shows the model its reply and what was wrong with it, to be read like `prompt`'s own.

    Raises ValueError where nothing in `refusals` is repairable; ask `repairable` first.
    """
    told = list(dict.fromkeys(_told(refusal) for refusal in refusals if repairable(refusal.reason)))
    if not told:
        raise ValueError(f"nothing to repair among {sorted({refusal.reason for refusal in refusals})}")
    (request,) = template_lines(PROMPTS, "duzeltme", "istek")
    message = "\n".join((request, "", *(f"- {line}" for line in told[:_MOST])))
    messages = (*prompt.messages, Message("assistant", reply_text.strip() or "[]"), Message("user", message))
    identity = content_id("q", prompt.id, *(f"{one.role}:{one.content}" for one in messages[-2:]))
    return replace(prompt, id=identity, messages=messages)


def _told(refusal: Complaint) -> str:
    (line,) = template_lines(PROMPTS, "duzeltme", refusal.reason)
    detail = " ".join(refusal.detail.split())
    return line.replace("{ayrıntı}", detail if len(detail) <= _DETAIL else f"{detail[:_DETAIL]}…")
