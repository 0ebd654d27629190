"""What every draft must pass, whatever its task."""

from __future__ import annotations

from synthesis import checks, wishes
from synthesis.drafts import Draft, Refusal
from synthesis.prompt import Prompt


def common(prompt: Prompt, draft: Draft) -> Refusal | None:
    """Return why `draft` may not become a pair, or None."""
    said = [turn.content for turn in draft.turns]
    told = "\n".join((*said, draft.instruction, draft.output))
    reason = (
        checks.unmasked(told)
        or next(filter(None, map(checks.turkish_enough, (told, draft.output, draft.given))), None)
        or checks.one_register(told)
        or wishes.not_as_wished(prompt, draft)
    )
    return Refusal(reason, draft.instruction) if reason else None
