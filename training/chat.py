"""A conversation as token ids: the prompt exactly as the finished model will see it, and the answer it is trained on.

Prompt and answer are rendered by the checkpoint's own chat template and tokenised apart, so the loss lies on the answer and its end
mark alone, with any template. (Where a template carries `{% generation %}` tags they mark the same tokens; a test holds that.)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.records import Message, Pair, Preference, Reject, Rejected

CHATML = (Path(__file__).parent / "chatml.jinja").read_text(encoding="utf-8").strip()
MASKED = -100  # the label that torch's cross entropy leaves out


@dataclass(frozen=True, slots=True)
class Row:
    """One record as token ids; the loss lies on `answer`, which closes with the end mark."""

    record_id: str
    prompt: tuple[int, ...]
    answer: tuple[int, ...]

    def ids(self) -> list[int]:
        """Return prompt and answer in one list."""
        return [*self.prompt, *self.answer]

    def labels(self) -> list[int]:
        """Return `ids` with the prompt masked."""
        return [MASKED] * len(self.prompt) + list(self.answer)


@dataclass(frozen=True, slots=True)
class Choice:
    """One preference as two rows with the same prompt."""

    chosen: Row
    rejected: Row


def ensure_template(tokenizer: Any) -> Any:
    """Return `tokenizer` with a chat template: its own, else ChatML with the checkpoint's own end mark where it lacks ChatML's tokens."""
    if not tokenizer.chat_template:
        vocabulary = tokenizer.get_vocab()
        if "<|im_start|>" in vocabulary and "<|im_end|>" in vocabulary:
            tokenizer.eos_token = "<|im_end|>"  # noqa: S105 (a mark, not a secret)
            tokenizer.chat_template = CHATML
        else:  # new tokens would mean new embeddings; the role line as plain text and a known end mark do without
            tokenizer.chat_template = CHATML.replace("<|im_end|>", tokenizer.eos_token)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def render(tokenizer: Any, messages: Sequence[Message], *, ask: bool) -> str:
    """Return `messages` as the template's text in NFC; `ask` adds the opening of the assistant's turn."""
    turns = [{"role": m.role, "content": unicodedata.normalize("NFC", m.content)} for m in messages]
    return str(tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=ask))


def prompt_ids(tokenizer: Any, messages: Sequence[Message]) -> list[int]:
    """Return the token ids after which the model answers."""
    return list(tokenizer(render(tokenizer, messages, ask=True), add_special_tokens=False)["input_ids"])


def control_tokens(tokenizer: Any) -> list[str]:
    """Return the texts that the tokeniser turns into control tokens, by id; more than the few that have a role by name."""
    return [token.content for _, token in sorted(tokenizer.added_tokens_decoder.items()) if token.special]


def row_of(tokenizer: Any, record_id: str, prompt: Sequence[Message], answer: str, max_length: int) -> Row | tuple[str, str]:
    """Return the row, or reason and detail why it cannot be one: `special_token`, `template_refused`, `template_breaks_prompt`, `too_long`."""
    texts = (answer, *(message.content for message in prompt))
    marks = [mark for mark in control_tokens(tokenizer) if any(mark in text for text in texts)]
    if marks:
        return "special_token", f"the text holds {marks[0]!r}, which steers the model instead of being read"
    try:
        asked = render(tokenizer, prompt, ask=True)
        whole = render(tokenizer, [*prompt, Message("assistant", answer)], ask=False)
    except Exception as error:  # noqa: BLE001 (a template is foreign code and raises what it likes)
        return "template_refused", f"the chat template refuses this conversation: {error}"
    if not whole.startswith(asked):
        return "template_breaks_prompt", "with an answer the chat template renders the prompt differently than without"
    prompt_part = tokenizer(asked, add_special_tokens=False)["input_ids"]
    answer_part = tokenizer(_closed(tokenizer, whole[len(asked) :]), add_special_tokens=False)["input_ids"]
    length = len(prompt_part) + len(answer_part)
    if length > max_length:
        return "too_long", f"{length} tokens, at most {max_length} fit (max_length): shorter passages, or a larger max_length"
    return Row(record_id, tuple(prompt_part), tuple(answer_part))


def sft_rows(tokenizer: Any, pairs: Iterable[Pair], max_length: int, reject: Reject) -> Iterator[Row]:
    """Yield a row per pair; one that cannot be trained on whole is rejected, never cut."""
    for pair in pairs:
        made = row_of(tokenizer, pair.id, pair.prompt(), pair.output, max_length)
        if isinstance(made, Row):
            yield made
        else:
            reject(_rejected(pair, *made))


def dpo_rows(tokenizer: Any, preferences: Iterable[Preference], max_length: int, reject: Reject) -> Iterator[Choice]:
    """Yield both rows of each preference; where either does not fit, the preference is rejected."""
    for preference in preferences:
        made = [
            row_of(tokenizer, preference.id, preference.prompt(), text, max_length) for text in (preference.chosen, preference.rejected)
        ]
        chosen, rejected = made
        if isinstance(chosen, Row) and isinstance(rejected, Row):
            yield Choice(chosen, rejected)
        else:
            reason, detail = next(one for one in made if not isinstance(one, Row))
            reject(_rejected(preference, reason, detail))


def _closed(tokenizer: Any, answer: str) -> str:
    """Cut what the template writes after the end mark; add the end mark where it writes none."""
    end = answer.rfind(tokenizer.eos_token)
    if end >= 0:
        return answer[: end + len(tokenizer.eos_token)]
    answer = answer.rstrip("\n")
    ends = any(answer.endswith(mark) for mark in control_tokens(tokenizer))
    return answer if ends else answer + str(tokenizer.eos_token)


def _rejected(record: Pair | Preference, reason: str, detail: str) -> Rejected:
    source = record.evidence[0].document_id if record.evidence else ""
    return Rejected(record.id, reason, detail, source, record.instruction)
