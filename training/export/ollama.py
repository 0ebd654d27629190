"""A Modelfile for Ollama whose TEMPLATE writes what the training template writes.

Ollama guesses a template when a Modelfile has none, and guesses wrong for near relatives of known ones; so it is always written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from curation.errors import ArtifactError
from curation.records import Message
from training.chat import control_tokens, render

_ROLES = ("system", "user", "assistant")
_MARK = "\u2402{}\u2403"  # stands for a message's content while the template is taken apart; no text holds it


@dataclass(frozen=True, slots=True)
class Frame:
    """A chat template taken apart: `before` and `after` each role's content, `opening` where no system message comes, `ask` before an answer."""

    before: dict[str, str]
    after: dict[str, str]
    opening: str
    ask: str

    def write(self, messages: Sequence[Message]) -> str:
        """Return what the frame makes of `messages`, up to where the model answers; as the Go template does."""
        start = "" if messages and messages[0].role == "system" else self.opening
        return start + "".join(self.before[one.role] + one.content + self.after[one.role] for one in messages) + self.ask


def frame_of(tokenizer: Any) -> Frame:
    """Return the frame of a tokeniser's chat template. Raises ArtifactError where the template is more than a frame around each message."""
    talk = [Message("system", _MARK.format("s")), Message("user", _MARK.format("u")), Message("assistant", _MARK.format("a"))]
    try:
        whole = render(tokenizer, talk, ask=False)
        tail = render(tokenizer, [*talk, Message("user", _MARK.format("v"))], ask=True)
        bare = render(tokenizer, talk[1:2], ask=True)
        frame = _take_apart(whole, tail, bare)
    except (ValueError, KeyError) as error:
        raise ArtifactError(
            f"export: the chat template cannot be written for Ollama, it is no frame around each message: {error}"
        ) from error
    for messages in _probes():
        if frame.write(messages) != render(tokenizer, messages, ask=True):
            raise ArtifactError("export: the chat template cannot be written for Ollama, it treats some conversations specially")
    return frame


def modelfile(gguf: str, frame: Frame, stops: Sequence[str], *, num_ctx: int, system: str = "") -> str:
    """Return a Modelfile for the file `gguf` beside it. Raises ArtifactError where a text cannot be quoted in one."""
    lines = [f"FROM ./{gguf}", f"TEMPLATE {_quoted(go_template(frame))}"]
    if system:
        lines.append(f"SYSTEM {_quoted(system)}")
    lines.append(f"PARAMETER num_ctx {num_ctx}")
    lines += [f'PARAMETER stop "{stop}"' for stop in stops]
    return "\n".join(lines) + "\n"


def go_template(frame: Frame) -> str:
    """Return the frame in Go's template language, as Ollama runs it over `.Messages`."""
    if any("{{" in text for text in (*frame.before.values(), *frame.after.values(), frame.opening, frame.ask)):
        raise ArtifactError("export: the chat template writes '{{', which Go's template language keeps for itself")
    opening = f'{{{{ if ne (index .Messages 0).Role "system" }}}}{frame.opening}{{{{ end }}}}' if frame.opening else ""
    turns = "".join(
        f'{{{{ {"if" if role == "system" else "else if"} eq .Role "{role}" }}}}{frame.before[role]}{{{{ .Content }}}}{frame.after[role]}'
        for role in _ROLES
    )
    return f"{opening}{{{{ range .Messages }}}}{turns}{{{{ end }}}}{{{{ end }}}}{frame.ask}"


def stops_of(tokenizer: Any, frame: Frame) -> list[str]:
    """Return every text at which Ollama must stop: the end mark, and the control tokens that the frame opens or closes turns with."""
    texts = "".join([*frame.before.values(), *frame.after.values(), frame.ask])
    marks = [mark for mark in control_tokens(tokenizer) if mark in texts]
    return list(dict.fromkeys([tokenizer.eos_token, *marks, tokenizer.pad_token]))


def _take_apart(whole: str, tail: str, bare: str) -> Frame:
    system, user, answer, again = (_MARK.format(letter) for letter in "suav")
    before_system, rest = _cut(whole, system)
    to_user, rest = _cut(rest, user)
    to_answer, after_answer = _cut(rest, answer)
    middle, ending = _cut(_cut(tail, answer)[1], again)
    if not middle.startswith(after_answer):
        raise ValueError("a turn ends differently when another follows")
    before_user = middle[len(after_answer) :]
    if not to_user.endswith(before_user):
        raise ValueError("the first question is framed differently from the second")
    bare_before, _ = _cut(bare, user)
    after_system = to_user.removesuffix(before_user)
    # Between a question and its answer lie the question's end and the answer's beginning. Most templates end every turn alike;
    # in others the place where both are cut makes no difference to a conversation that alternates.
    alike = bool(after_system) and to_answer.startswith(after_system) and ending.startswith(after_system)
    after_user = after_system if alike else _shared_start(to_answer, ending)
    ask = ending[len(after_user) :]
    before_answer = to_answer[len(after_user) :]
    if not bare_before.endswith(before_user):
        raise ValueError("a question without a system message is framed differently")
    return Frame(
        {"system": before_system, "user": before_user, "assistant": before_answer},
        {"system": after_system, "user": after_user, "assistant": after_answer},
        bare_before.removesuffix(before_user),
        ask,
    )


def _cut(text: str, mark: str) -> tuple[str, str]:
    before, found, after = text.partition(mark)
    if not found:
        raise ValueError("a message is left out")
    return before, after


def _shared_start(left: str, right: str) -> str:
    for index, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return left[:index]
    return left[: min(len(left), len(right))]


def _probes() -> list[list[Message]]:
    system, user, answer = Message("system", "Kısa yanıt ver."), Message("user", "Başkent neresi?"), Message("assistant", "Ankara'dır.")
    again = Message("user", "Neden\n\no şehir?")
    return [[user], [system, user], [user, answer, again], [system, user, answer, again]]


def _quoted(text: str) -> str:
    if '"""' in text or text.endswith('"'):
        raise ArtifactError('export: a text with """ in it, or " at its end, cannot stand in a Modelfile')
    return f'"""{text}"""'
