"""Pairs and preferences as rows of the formats that trainers read, and back: Alpaca, ShareGPT, messages, ChatML text, TRL's columns, plain text.

Beside the columns of its format a row holds where it comes from (`id`, `task`, `writer`, `evidence`), and in a set of code the `tests` of its
solution; trainers leave these alone, and `read_pairs` takes them back. A format of messages holds instruction and input as one turn, as the model will see them. What was said before
the question stands before it in every format: as turns, as Alpaca's `history`, or as sections.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from curation.records import Evidence, Message, Pair, Preference, Reject, Rejected, content_id, decode, encode
from synthesis.marked_text import chatml, chatml_turns, exchanges, sections, sections_of, turns_of
from synthesis.rows import NoRecord, Row, a_list, a_text, an_object, column, kind_of, read_rows, shown

Format = Literal["alpaca", "sharegpt", "messages", "chatml", "prompt-completion", "text"]
FORMATS: tuple[Format, ...] = get_args(Format)

_SHOWN = 2000  # characters of a row that holds no record
_FROM_FILE = "dosya"  # task and writer of a row that names none
_SHAREGPT = {"system": "system", "user": "human", "assistant": "gpt"}
_ROLES = {name: role for role, name in _SHAREGPT.items()} | {role: role for role in _SHAREGPT}
_MEANT = {
    "not_chatml": "the text is not turns of `<|im_start|>` and `<|im_end|>` and nothing else",
    "not_sections": "the text is not the sections `### Yönerge:` and `### Yanıt:` in their order",
    "turns_out_of_order": "questions and answers do not take turns",
    "marker_in_text": "a turn holds the marks that part turns",
}


# --- out ---------------------------------------------------------------------------------------------------------------


def pair_row(pair: Pair, form: Format, *, tests: bool = False) -> dict[str, Any]:
    """Return the row of `pair`, with a column for its tests where its set has one. Raises ValueError where its text holds a mark that the format parts turns with."""
    origin = {"id": pair.id, "task": pair.task, "writer": pair.writer, "evidence": [encode(one) for one in pair.evidence]}
    return _pair_columns(pair, form) | origin | ({"tests": pair.tests} if tests else {})


def _pair_columns(pair: Pair, form: Format) -> dict[str, Any]:
    if form == "alpaca":
        asked = {"instruction": pair.instruction, "input": pair.input, "output": pair.output, "system": pair.system}
        return asked | {"history": _history(pair)}
    if form == "text":
        return {"text": sections(pair, output=pair.output)}
    turns = [*pair.prompt(), Message("assistant", pair.output)]
    if form == "sharegpt":
        return {"conversations": _sharegpt(turns)}
    if form == "messages":
        return {"messages": _messages(turns)}
    if form == "chatml":
        return {"text": chatml(turns)}
    return {"prompt": _messages(turns[:-1]), "completion": _messages(turns[-1:])}


def preference_row(preference: Preference, form: Format) -> dict[str, Any]:
    """Return the row of `preference`. Raises ValueError where its text holds a mark that the format parts turns with."""
    names = ("id", "pair_id", "task", "chosen_by", "rejected_by", "margin", "judged_by")
    origin = {name: getattr(preference, name) for name in names} | {"evidence": [encode(one) for one in preference.evidence]}
    return _preference_columns(preference, form) | origin


def _preference_columns(one: Preference, form: Format) -> dict[str, Any]:
    if form == "alpaca":
        asked = {"instruction": one.instruction, "input": one.input, "system": one.system, "history": _history(one)}
        return asked | {"chosen": one.chosen, "rejected": one.rejected}
    if form == "text":
        return {"prompt": sections(one, one.chosen, one.rejected), "chosen": one.chosen, "rejected": one.rejected}
    turns, chosen, rejected = one.prompt(), Message("assistant", one.chosen), Message("assistant", one.rejected)
    if form == "sharegpt":
        return {"conversations": _sharegpt(turns), "chosen": _sharegpt([chosen])[0], "rejected": _sharegpt([rejected])[0]}
    if form == "messages":
        return {"messages": _messages(turns), "chosen": _messages([chosen])[0], "rejected": _messages([rejected])[0]}
    if form == "chatml":
        lead = "<|im_start|>assistant\n"
        answers = {name: chatml([answer]).removeprefix(lead) for name, answer in (("chosen", chosen), ("rejected", rejected))}
        return {"prompt": chatml(turns) + lead, **answers}
    return {"prompt": _messages(turns), "chosen": _messages([chosen]), "rejected": _messages([rejected])}


def _messages(turns: Sequence[Message]) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.content} for turn in turns]


def _sharegpt(turns: Sequence[Message]) -> list[dict[str, str]]:
    return [{"from": _SHAREGPT[turn.role], "value": turn.content} for turn in turns]


def _history(one: Pair | Preference) -> list[list[str]]:
    """Earlier questions with their answers, the column that LLaMA-Factory calls `history`."""
    return [list(exchange) for exchange in exchanges(one.turns)]


# --- in ----------------------------------------------------------------------------------------------------------------


def read_pairs(path: Path, form: Format, reject: Reject, name: str = "") -> Iterator[Pair]:
    """Yield the pairs in a .jsonl, .json or .parquet file of `form`; a row that holds none is one rejection, at its line of `name`, the file's own where empty.

    The last question and answer of a conversation are the pair, what was said before are its `turns`. Without the columns of origin the id is
    a hash of the texts, task and writer are `dosya`, and the evidence is empty. Raises InputError where the file itself cannot be read.
    """
    for number, row in read_rows(path):
        try:
            yield pair_of(row, form)
        except ValueError as error:
            reject(_refused(f"{name or path.name}:{number}", row, error))


def read_preferences(path: Path, form: Format, reject: Reject, name: str = "") -> Iterator[Preference]:
    """Yield the preferences in a .jsonl, .json or .parquet file of `form`; what holds none is treated as `read_pairs` does. Raises InputError as it does."""
    for number, row in read_rows(path):
        try:
            yield preference_of(row, form)
        except ValueError as error:
            reject(_refused(f"{name or path.name}:{number}", row, error))


def formats_of(row: Row) -> list[Format]:
    """Return the formats in which `row` holds a pair."""
    return [form for form in FORMATS if _holds_pair(row, form)]


def _holds_pair(row: Row, form: Format) -> bool:
    try:
        pair_of(row, form)
    except ValueError:
        return False
    return True


def pair_of(row: Row, form: Format) -> Pair:
    """Return the pair that a row of `form` holds. Raises ValueError with a reason where it holds none, a NoRecord where more is to be said."""
    fields = _fields_of(an_object(row, "the row"), form)
    _none_empty({"the question": fields["instruction"], "the answer": fields["output"]})
    found = row.get("tests")
    tests = found if isinstance(found, str) else ""  # in other people's files a column of this name may hold anything
    said = [*_said(fields["turns"]), *([tests] if tests else [])]
    identity = row.get("id") or content_id("pair", *(fields[name] for name in ("system", "instruction", "input", "output")), *said)
    task, writer = (str(row.get(name) or _FROM_FILE) for name in ("task", "writer"))
    return Pair(str(identity), task=task, writer=writer, evidence=_evidence(row), tests=tests, **fields)


def _none_empty(texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        if not text.strip():
            raise NoRecord("empty_text", f"{name} is empty")


def _fields_of(row: Row, form: Format) -> dict[str, Any]:
    if form == "alpaca":
        texts = {name: a_text(row.get(name) or "", name) for name in ("input", "system")}
        asked = {name: a_text(column(row, name), name) for name in ("instruction", "output")}
        return asked | texts | {"turns": _told_before(row.get("history"))}
    if form == "text":
        return sections_of(a_text(column(row, "text"), "text"))
    return _pair_in(_conversation(row, form))


def _told_before(history: Any) -> tuple[Message, ...]:
    """The turns in Alpaca's `history`, lists of a question and its answer."""
    exchanged = [] if history is None else history
    if not isinstance(exchanged, list) or not all(isinstance(one, list | tuple) and len(one) == 2 for one in exchanged):
        raise NoRecord("turns_out_of_order", "`history` is not a list of questions with their answers, two texts each")
    return turns_of([(a_text(question, "history"), a_text(answer, "history")) for question, answer in exchanged])


def _said(turns: Sequence[Message]) -> list[str]:
    return [f"{turn.role}: {turn.content}" for turn in turns]


def _conversation(row: Row, form: Format) -> list[Message]:
    if form == "sharegpt":
        turns = _turns(column(row, "conversations"), "conversations", "from", "value")
    elif form == "messages":
        turns = _turns(column(row, "messages"), "messages")
    elif form == "chatml":
        turns = chatml_turns(a_text(column(row, "text"), "text"))
    elif isinstance(column(row, "prompt"), str):  # TRL's prompt and completion are texts as well as messages
        turns = [Message("user", row["prompt"]), Message("assistant", a_text(column(row, "completion"), "completion"))]
    else:
        turns = _turns(row["prompt"], "prompt") + _turns(column(row, "completion"), "completion")
    system = row.get("system")  # LLaMA-Factory's own column
    return [Message("system", a_text(system, "system")), *turns] if system and turns and turns[0].role != "system" else turns


def _pair_in(turns: Sequence[Message]) -> dict[str, Any]:
    system, rest = (turns[0].content, turns[1:]) if turns and turns[0].role == "system" else ("", turns)
    roles = [turn.role for turn in rest]
    if roles[-2:] != ["user", "assistant"]:
        detail = f"the turns are {', '.join(roles) or 'none'}; the last two must be user and assistant"
        raise NoRecord("turns_out_of_order" if len(rest) > 2 else "not_a_pair", detail)
    before, (question, answer) = tuple(rest[:-2]), rest[-2:]
    exchanges(before)
    return {"system": system, "instruction": question.content, "input": "", "output": answer.content, "turns": before}


def preference_of(row: Row, form: Format) -> Preference:
    """Return the preference that a row of `form` holds. Raises ValueError as `pair_of` does."""
    an_object(row, "the row")
    if form == "alpaca":
        fields = _fields_of({**row, "output": ""}, form)
    elif form == "text":
        fields = sections_of(a_text(column(row, "prompt"), "prompt"))
    else:
        fields = _pair_in([*_prompt_turns(row, form), Message("assistant", "")])
    chosen, rejected = (_answer(column(row, name), name, form) for name in ("chosen", "rejected"))
    del fields["output"]
    _none_empty({"the question": fields["instruction"], "`chosen`": chosen, "`rejected`": rejected})
    texts = [text for name, text in fields.items() if name != "turns"]
    identity = row.get("id") or content_id("preference", *texts, *_said(fields["turns"]), chosen, rejected)
    names: dict[str, Any] = {name: str(row.get(name) or _FROM_FILE) for name in ("chosen_by", "rejected_by", "judged_by", "task")}
    origin: dict[str, Any] = {"pair_id": str(row.get("pair_id") or ""), "margin": _margin(row), "evidence": _evidence(row)}
    return Preference(str(identity), chosen=chosen, rejected=rejected, **fields, **names, **origin)


def _prompt_turns(row: Row, form: Format) -> list[Message]:
    if form == "chatml":
        return chatml_turns(a_text(column(row, "prompt"), "prompt").removesuffix("<|im_start|>assistant\n"))
    if form == "prompt-completion" and isinstance(column(row, "prompt"), str):
        return [Message("user", row["prompt"])]
    return _conversation({**row, "completion": []}, form)


def _answer(value: Any, name: str, form: Format) -> str:
    if form == "chatml":
        return a_text(value, name).removesuffix("<|im_end|>\n")
    if isinstance(value, list):  # TRL writes the answer as a list of one turn, or of the whole conversation
        value = value[-1] if value else ""
    if isinstance(value, Mapping):
        key = "value" if form == "sharegpt" else "content"
        return a_text(column(value, key, f"`{name}`"), key)
    return a_text(value, name)


def _turns(values: Any, name: str, speaker: str = "role", content: str = "content") -> list[Message]:
    found = []
    for number, value in enumerate(a_list(values, name), 1):
        what = f"turn {number} of `{name}`"
        turn = an_object(value, what)
        found.append(Message(_role(column(turn, speaker, what)), a_text(column(turn, content, what), content)))
    return found


def _role(name: Any) -> Any:
    if not isinstance(name, str) or name not in _ROLES:
        raise NoRecord("unknown_role", f"{shown(name)} is none of {', '.join(_ROLES)}")
    return _ROLES[name]


def _margin(row: Row) -> float:
    value = row.get("margin") or 0.0
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise NoRecord("not_a_row", f"`margin` is {kind_of(value)} that is no score") from error


def _evidence(row: Row) -> tuple[Evidence, ...]:
    try:
        return tuple(decode(Evidence, an_object(one, "evidence")) for one in a_list(row.get("evidence") or [], "evidence"))
    except NoRecord:
        raise
    except ValueError as error:
        raise NoRecord("not_a_row", str(error)) from error


def _refused(where: str, row: Any, error: ValueError) -> Rejected:
    detail = error.detail if isinstance(error, NoRecord) else _MEANT[str(error)]
    return Rejected(where, str(error), detail, where, shown(row)[:_SHOWN])
