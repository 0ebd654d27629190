"""Pairs and preferences as rows of the formats that trainers read, and back: Alpaca, ShareGPT, messages, ChatML text, TRL's columns, plain text.

Beside the columns of its format a row holds where it comes from (`id`, `task`, `writer`, `evidence`), and in a set of code the `tests` of its
solution; trainers leave these alone, and `read_pairs` takes them back. A format of messages holds instruction and input as one turn, as the model will see them. What was said before
the question stands before it in every format: as turns, as Alpaca's `history`, or as sections.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from curation.errors import InputError
from curation.records import Evidence, Message, Pair, Preference, Reject, Rejected, content_id, decode, encode
from synthesis.marked_text import chatml, chatml_turns, exchanges, sections, sections_of, turns_of

Format = Literal["alpaca", "sharegpt", "messages", "chatml", "prompt-completion", "text"]
FORMATS: tuple[Format, ...] = get_args(Format)
Row = Mapping[str, Any]

_NO_RECORD = (ValueError, LookupError, TypeError, AttributeError, OverflowError)  # what a row of any shape can lead to
_FROM_FILE = "dosya"  # task and writer of a row that names none
_SHAREGPT = {"system": "system", "user": "human", "assistant": "gpt"}
_ROLES = {name: role for role, name in _SHAREGPT.items()} | {role: role for role in _SHAREGPT}


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


def read_pairs(path: Path, form: Format, reject: Reject) -> Iterator[Pair]:
    """Yield the pairs in a .jsonl, .json or .parquet file of `form`; a row that holds none is one rejection.

    The last question and answer of a conversation are the pair, what was said before are its `turns`. Without the columns of origin the id is
    a hash of the texts, task and writer are `dosya`, and the evidence is empty. Raises InputError where the file itself cannot be read.
    """
    for number, row in _rows(path):
        try:
            yield pair_of(row, form)
        except _NO_RECORD as error:
            reject(_refused(path, number, row, error))


def read_preferences(path: Path, form: Format, reject: Reject) -> Iterator[Preference]:
    """Yield the preferences in a .jsonl, .json or .parquet file of `form`; a row that holds none is one rejection. Raises InputError as `read_pairs` does."""
    for number, row in _rows(path):
        try:
            yield preference_of(row, form)
        except _NO_RECORD as error:
            reject(_refused(path, number, row, error))


def pair_of(row: Row, form: Format) -> Pair:
    """Return the pair that a row of `form` holds. Raises ValueError, LookupError, TypeError, AttributeError or OverflowError where it holds none."""
    fields = _fields_of(row, form)
    if not fields["instruction"].strip() or not fields["output"].strip():
        raise ValueError("empty_text")
    found = row.get("tests")
    tests = found if isinstance(found, str) else ""  # in other people's files a column of this name may hold anything
    said = [*_said(fields["turns"]), *([tests] if tests else [])]
    identity = row.get("id") or content_id("pair", *(fields[name] for name in ("system", "instruction", "input", "output")), *said)
    task, writer = (str(row.get(name) or _FROM_FILE) for name in ("task", "writer"))
    return Pair(str(identity), task=task, writer=writer, evidence=_evidence(row), tests=tests, **fields)


def _fields_of(row: Row, form: Format) -> dict[str, Any]:
    if form == "alpaca":
        texts = {name: _text(row.get(name) or "") for name in ("input", "system")}
        return {
            "instruction": _text(row["instruction"]),
            "output": _text(row["output"]),
            **texts,
            "turns": _told_before(row.get("history")),
        }
    if form == "text":
        return sections_of(_text(row["text"]))
    return _pair_in(_conversation(row, form))


def _told_before(history: Any) -> tuple[Message, ...]:
    """The turns in Alpaca's `history`, lists of a question and its answer."""
    exchanged = [] if history is None else history
    if not isinstance(exchanged, list) or not all(isinstance(one, list | tuple) and len(one) == 2 for one in exchanged):
        raise ValueError("turns_out_of_order")
    return turns_of([(_text(question), _text(answer)) for question, answer in exchanged])


def _said(turns: Sequence[Message]) -> list[str]:
    return [f"{turn.role}: {turn.content}" for turn in turns]


def _conversation(row: Row, form: Format) -> list[Message]:
    if form == "sharegpt":
        turns = [Message(_role(turn["from"]), _text(turn["value"])) for turn in row["conversations"]]
    elif form == "messages":
        turns = _read_messages(row["messages"])
    elif form == "chatml":
        turns = chatml_turns(_text(row["text"]))
    elif isinstance(row["prompt"], str):  # TRL's prompt and completion are texts as well as messages
        turns = [Message("user", row["prompt"]), Message("assistant", _text(row["completion"]))]
    else:
        turns = _read_messages(row["prompt"]) + _read_messages(row["completion"])
    system = row.get("system")  # LLaMA-Factory's own column
    return [Message("system", _text(system)), *turns] if system and turns and turns[0].role != "system" else turns


def _pair_in(turns: Sequence[Message]) -> dict[str, Any]:
    system, rest = (turns[0].content, turns[1:]) if turns and turns[0].role == "system" else ("", turns)
    if [turn.role for turn in rest[-2:]] != ["user", "assistant"]:
        raise ValueError("turns_out_of_order" if len(rest) > 2 else "not_a_pair")
    before, (question, answer) = tuple(rest[:-2]), rest[-2:]
    exchanges(before)
    return {"system": system, "instruction": question.content, "input": "", "output": answer.content, "turns": before}


def preference_of(row: Row, form: Format) -> Preference:
    """Return the preference that a row of `form` holds. Raises ValueError, LookupError, TypeError, AttributeError or OverflowError where it holds none."""
    prompt = {**row, "output": "", "completion": []}
    if form == "alpaca":
        fields = _fields_of(prompt, form)
    elif form == "text":
        fields = sections_of(_text(row["prompt"]))
    else:
        fields = _pair_in([*_prompt_turns(row, form), Message("assistant", "")])
    chosen, rejected = (_answer(row[name], form) for name in ("chosen", "rejected"))
    del fields["output"]
    if not fields["instruction"].strip() or not chosen.strip() or not rejected.strip():
        raise ValueError("empty_text")
    texts = [text for name, text in fields.items() if name != "turns"]
    identity = row.get("id") or content_id("preference", *texts, *_said(fields["turns"]), chosen, rejected)
    names: dict[str, Any] = {name: str(row.get(name) or _FROM_FILE) for name in ("chosen_by", "rejected_by", "judged_by", "task")}
    margin = float(row.get("margin") or 0.0)
    pair_id = str(row.get("pair_id") or "")
    origin: dict[str, Any] = {"pair_id": pair_id, "margin": margin, "evidence": _evidence(row)}
    return Preference(str(identity), chosen=chosen, rejected=rejected, **fields, **names, **origin)


def _prompt_turns(row: Row, form: Format) -> list[Message]:
    if form == "chatml":
        return chatml_turns(_text(row["prompt"]).removesuffix("<|im_start|>assistant\n"))
    if form == "prompt-completion" and isinstance(row["prompt"], str):
        return [Message("user", row["prompt"])]
    return _conversation({**row, "completion": []}, form)


def _answer(value: Any, form: Format) -> str:
    if form == "chatml":
        return _text(value).removesuffix("<|im_end|>\n")
    if isinstance(value, list):  # TRL writes the answer as a list of one turn, or of the whole conversation
        value = value[-1]
    if isinstance(value, Mapping):
        return _text(value["value"] if form == "sharegpt" else value["content"])
    return _text(value)


def _read_messages(values: Any) -> list[Message]:
    return [Message(_role(turn["role"]), _text(turn["content"])) for turn in values]


def _role(name: Any) -> Any:
    if name not in _ROLES:
        raise ValueError("unknown_role")
    return _ROLES[name]


def _evidence(row: Row) -> tuple[Evidence, ...]:
    return tuple(decode(Evidence, one) for one in row.get("evidence") or ())


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not_a_text")
    return value


def _rows(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the rows of a file, whatever they are, with the number of the row or line."""
    try:
        if path.suffix == ".parquet":
            import pyarrow.parquet as pq

            yield from enumerate(pq.read_table(path).to_pylist(), 1)
        elif path.suffix == ".json":
            values = json.loads(path.read_text(encoding="utf-8"))
            yield from enumerate(values if isinstance(values, list) else [values], 1)
        else:
            with path.open(encoding="utf-8", newline="\n") as lines:
                yield from ((number, _line(line)) for number, line in enumerate(lines, 1) if line.strip())
    except (OSError, ValueError) as error:  # pyarrow's and UnicodeDecodeError are ValueErrors
        raise InputError(str(path), "unreadable", f"not a file of rows: {error}") from error


def _line(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None  # no row at all: the reader rejects it with its number


def _refused(path: Path, number: int, row: Any, error: Exception) -> Rejected:
    where = f"{path.name}:{number}"
    known = str(error) if isinstance(error, ValueError) and re.fullmatch(r"[a-z_]+", str(error)) else "not_a_row"
    detail = f"column {error} is missing" if isinstance(error, KeyError) else "" if known == str(error) else str(error)
    return Rejected(where, known, detail, where, json.dumps(row, ensure_ascii=False)[:2000])
