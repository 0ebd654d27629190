"""The records that travel the road: Document, Pair, Preference, and Rejected for everything that left it.

Records are frozen; an id is a hash of what the record is made of, so that a rerun gives the same ids.
`encode` and `decode` are the only way to JSON and back.
"""

from __future__ import annotations

import dataclasses
import hashlib
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeVar

Split = Literal["train", "validation", "held_out"]


def content_id(prefix: str, *parts: str) -> str:
    """Return `prefix-` and 16 hex digits of SHA-256 over `parts`; the same parts give the same id."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{prefix}-{digest[:16]}"


@dataclass(frozen=True, slots=True)
class Document:
    """One text. `source` is `path`, `path:line` or `path#page`, relative to the recipe; `tags` are short facts such as `ascii` or `pii:EMAIL`.

    `pages` are (first character, number) of the pages of a PDF or the parts of a book, in order.
    """

    id: str
    text: str
    source: str
    title: str = ""
    license: str = ""
    language: str = ""
    url: str = ""
    date: str = ""
    tags: tuple[str, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The characters `start:end` of a document's text on which a record rests."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Pair:
    """An instruction and its answer. `input` is the text the instruction speaks of, empty where it speaks for itself; `turns` is what was said before.

    `tests` are Python assertions that the code in `output` passes, empty where there is none.
    """

    id: str
    instruction: str
    output: str
    task: str
    evidence: tuple[Evidence, ...]
    writer: str
    input: str = ""
    system: str = ""
    scores: Mapping[str, float] = dataclasses.field(default_factory=dict)
    split: Split = "train"
    turns: tuple[Message, ...] = ()
    tests: str = ""

    def prompt(self) -> tuple[Message, ...]:
        """Return the messages that come before the answer."""
        return prompt_messages(self.system, self.instruction, self.input, self.turns)


@dataclass(frozen=True, slots=True)
class Preference:
    """Two answers to one prompt. `chosen_by` and `rejected_by` name the origin (`rules`, `other_date`, a model), `margin` is chosen minus rejected on the judge's scale."""

    id: str
    pair_id: str
    instruction: str
    chosen: str
    rejected: str
    chosen_by: str
    rejected_by: str
    margin: float
    judged_by: str
    evidence: tuple[Evidence, ...]
    task: str
    input: str = ""
    system: str = ""
    split: Split = "train"
    turns: tuple[Message, ...] = ()

    def prompt(self) -> tuple[Message, ...]:
        """Return the messages that come before either answer."""
        return prompt_messages(self.system, self.instruction, self.input, self.turns)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that left the road: its `id` and `source`, a short `reason` to count by, a `detail` to read, and its `text` as far as it may be kept."""

    id: str
    reason: str
    detail: str
    source: str
    text: str = ""


Reject = Callable[[Rejected], None]
Record = Document | Pair | Preference | Rejected
R = TypeVar("R")
_SPEAKERS = {"system": "Sistem", "user": "Kullanıcı", "assistant": "Asistan"}


def prompt_messages(system: str, instruction: str, given: str, turns: tuple[Message, ...] = ()) -> tuple[Message, ...]:
    """Return system (if any), earlier `turns` and user message; `given` follows the instruction after an empty line."""
    user = Message("user", f"{instruction}\n\n{given}" if given else instruction)
    return (Message("system", system), *turns, user) if system else (*turns, user)


def conversation(turns: Sequence[Message]) -> str:
    """Return `turns` as people read them, a paragraph each with who speaks; empty where there are none."""
    return "\n\n".join(f"{_SPEAKERS[turn.role]}: {turn.content}" for turn in turns)


def encode(record: Any) -> dict[str, Any]:
    """Return a record as JSON-ready values, fields in the order of their definition."""
    return dataclasses.asdict(record)


def decode(kind: type[R], values: Mapping[str, Any]) -> R:
    """Return the `kind` that `values` describe. Raises ValueError naming unknown or missing fields and wrong types."""
    plan = _field_types(kind)  # type: ignore[arg-type]
    unknown = sorted(set(values) - set(plan))
    missing = sorted(name for name, (_, required) in plan.items() if required and name not in values)
    if unknown or missing:
        raise ValueError(f"{kind.__name__}: unknown fields {unknown}, missing fields {missing}")
    return kind(**{name: _value(plan[name][0], value, f"{kind.__name__}.{name}") for name, value in values.items()})


@cache
def _field_types(kind: type[Any]) -> dict[str, tuple[Any, bool]]:
    hints = typing.get_type_hints(kind)
    return {
        f.name: (hints[f.name], f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING)
        for f in dataclasses.fields(kind)
    }


def _value(hint: Any, value: Any, where: str) -> Any:
    """Return `value` as the type `hint` names. Raises ValueError where it is none."""
    origin = typing.get_origin(hint)
    if origin is types.UnionType:
        return _first_fit(typing.get_args(hint), value, where)
    if origin is tuple and isinstance(value, list | tuple):
        return _tuple(typing.get_args(hint), value, where)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and isinstance(value, Mapping):
        return decode(hint, value)
    if not _fits(hint, origin, value):
        raise ValueError(f"{where}: {value!r} is not {hint}")
    return dict(value) if isinstance(value, Mapping) else float(value) if hint is float else value


def _fits(hint: Any, origin: Any, value: Any) -> bool:
    if hint is Any:
        return True
    if origin is Literal:
        return value in typing.get_args(hint)
    if origin is not None:
        return isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, Mapping)
    if isinstance(value, bool):  # which Python takes for a number
        return hint is bool
    return isinstance(value, int | float) if hint is float else isinstance(hint, type) and isinstance(value, hint)


def _first_fit(hints: tuple[Any, ...], value: Any, where: str) -> Any:
    for hint in hints:
        try:
            return _value(hint, value, where)
        except ValueError:
            continue
    raise ValueError(f"{where}: {value!r} is none of {hints}")


def _tuple(hints: tuple[Any, ...], value: Sequence[Any], where: str) -> tuple[Any, ...]:
    if hints[-1] is Ellipsis:
        return tuple(_value(hints[0], item, where) for item in value)
    if len(hints) != len(value):
        raise ValueError(f"{where}: {len(hints)} values are wanted, {len(value)} given")
    return tuple(_value(hint, item, where) for hint, item in zip(hints, value, strict=True))
