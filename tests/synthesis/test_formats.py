from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from curation.errors import InputError
from curation.records import Evidence, Message, Pair, Preference, Rejected
from curation.storage import write_jsonl
from synthesis.formats import FORMATS, Format, formats_of, pair_of, pair_row, preference_of, preference_row, read_pairs, read_preferences

EVIDENCE = (Evidence("d-1", 3, 9),)
# Marks of the formats among the letters, so that the search for what breaks them starts near it.
PIECES = st.lists(
    st.one_of(st.text(max_size=8), st.sampled_from(["\n\n", "### ", "### Yanıt:", "<|im_end|>", "<|im_start|>user\n", "\r", "\u2028"])),
    min_size=1,
    max_size=5,
).map("".join)
FILLED = PIECES.filter(lambda text: bool(text.strip()))


def pair(instruction: str = "Van Gölü nerededir?", output: str = "Doğu Anadolu'dadır.", given: str = "", system: str = "") -> Pair:
    return Pair("pair-1", instruction, output, "soru-cevap", EVIDENCE, "rules", input=given, system=system)


def preference(instruction: str = "Van Gölü nerededir?", given: str = "", system: str = "") -> Preference:
    return Preference(
        "preference-1",
        "pair-1",
        instruction,
        "Doğuda.",
        "Batıda.",
        "rules",
        "other_entity",
        3.0,
        "construction",
        EVIDENCE,
        "soru-cevap",
        input=given,
        system=system,
    )


def stored(row: dict[str, Any]) -> dict[str, Any]:
    """The row after a way over the disk."""
    back: dict[str, Any] = json.loads(json.dumps(row, ensure_ascii=False))
    return back


@pytest.mark.parametrize("form", FORMATS)
@given(instruction=FILLED, output=FILLED, text=st.one_of(st.just(""), PIECES), system=st.one_of(st.just(""), PIECES))
def test_a_pair_comes_back_as_the_model_sees_it(form: Format, instruction: str, output: str, text: str, system: str) -> None:
    one = pair(instruction, output, text, system)
    try:
        row = pair_row(one, form)
    except ValueError:
        assume(False)
    back = pair_of(stored(row), form)
    assert (back.prompt(), back.output) == (one.prompt(), one.output)
    assert (back.id, back.task, back.writer, back.evidence) == (one.id, one.task, one.writer, one.evidence)
    assert pair_row(back, form) == row


@pytest.mark.parametrize("form", FORMATS)
def test_tests_travel_in_a_column_of_their_own_where_the_set_has_one(form: Format) -> None:
    code = replace(pair("Topla.", "```python\ndef t(a):\n    return a\n```"), tests="assert t(1) == 1")
    assert pair_of(stored(pair_row(code, form, tests=True)), form).tests == code.tests
    assert "tests" not in pair_row(code, form)
    assert pair_row(pair(), form, tests=True)["tests"] == ""


def test_a_column_of_tests_that_holds_no_text_is_none_of_ours() -> None:
    assert pair_of({"instruction": "Topla.", "output": "1", "tests": [{"input": 1}]}, "alpaca").tests == ""


def test_the_same_code_with_other_tests_is_another_pair() -> None:
    row = {"instruction": "Topla.", "output": "1"}
    assert len({pair_of(one, "alpaca").id for one in (row, row | {"tests": "assert t(1)"}, row | {"tests": "assert t(2)"})}) == 3


@pytest.mark.parametrize("form", ["alpaca", "text"])
@given(instruction=FILLED, text=st.one_of(st.just(""), PIECES))
def test_formats_with_an_input_column_keep_instruction_and_input_apart(form: Format, instruction: str, text: str) -> None:
    one = pair(instruction, given=text)
    try:
        row = pair_row(one, form)
    except ValueError:
        assume(False)
    assert pair_of(stored(row), form) == one


@pytest.mark.parametrize("form", FORMATS)
@given(instruction=FILLED, text=st.one_of(st.just(""), PIECES), system=st.one_of(st.just(""), PIECES))
def test_a_preference_comes_back_as_the_model_sees_it(form: Format, instruction: str, text: str, system: str) -> None:
    one = preference(instruction, text, system)
    try:
        row = preference_row(one, form)
    except ValueError:
        assume(False)
    back = preference_of(stored(row), form)
    assert (back.prompt(), back.chosen, back.rejected) == (one.prompt(), one.chosen, one.rejected)
    assert (back.id, back.pair_id, back.margin, back.rejected_by) == (one.id, one.pair_id, one.margin, one.rejected_by)


@pytest.mark.parametrize(("form", "text"), [("chatml", "önce <|im_end|> sonra"), ("text", "önce\n### Yanıt: sonra")])
def test_a_text_with_the_mark_of_its_format_is_refused_not_broken(form: Format, text: str) -> None:
    with pytest.raises(ValueError, match="marker_in_text"):
        pair_row(pair(output=text), form)
    with pytest.raises(ValueError, match="marker_in_text"):
        preference_row(preference(given=text), form)


SAID = st.lists(st.tuples(PIECES, PIECES), max_size=3).map(
    lambda asked: tuple(turn for one, other in asked for turn in (Message("user", one), Message("assistant", other)))
)


@pytest.mark.parametrize("form", FORMATS)
@given(turns=SAID, text=st.one_of(st.just(""), PIECES), system=st.one_of(st.just(""), PIECES))
def test_what_was_said_before_comes_back_in_every_format(form: Format, turns: tuple[Message, ...], text: str, system: str) -> None:
    one, other = replace(pair(given=text, system=system), turns=turns), replace(preference(given=text, system=system), turns=turns)
    try:
        row, beside = pair_row(one, form), preference_row(other, form)
    except ValueError:
        assume(False)
    back, again = pair_of(stored(row), form), preference_of(stored(beside), form)
    assert (back.turns, back.prompt(), back.output) == (turns, one.prompt(), one.output)
    assert (again.turns, again.prompt(), again.chosen, again.rejected) == (turns, other.prompt(), other.chosen, other.rejected)


TALK = (Message("user", "Van nerede?"), Message("assistant", "Doğuda."))
TALK_ROWS: dict[Format, Any] = {
    "alpaca": [["Van nerede?", "Doğuda."]],
    "sharegpt": [{"from": "human", "value": "Van nerede?"}, {"from": "gpt", "value": "Doğuda."}],
    "messages": [{"role": "user", "content": "Van nerede?"}, {"role": "assistant", "content": "Doğuda."}],
    "prompt-completion": [{"role": "user", "content": "Van nerede?"}, {"role": "assistant", "content": "Doğuda."}],
    "chatml": "<|im_start|>user\nVan nerede?<|im_end|>\n<|im_start|>assistant\nDoğuda.<|im_end|>\n",
    "text": "### Yönerge:\nVan nerede?\n\n### Yanıt:\nDoğuda.\n\n",
}
_TURNS_IN: dict[Format, str] = {"alpaca": "history", "sharegpt": "conversations", "messages": "messages", "prompt-completion": "prompt"}


@pytest.mark.parametrize("form", FORMATS)
def test_earlier_turns_stand_where_trainers_look_for_them(form: Format) -> None:
    row = pair_row(replace(pair(), turns=TALK), form)
    wanted = TALK_ROWS[form]
    assert row[_TURNS_IN.get(form, "text")][: len(wanted)] == wanted


@pytest.mark.parametrize("form", ["alpaca", "text"])
def test_turns_that_do_not_alternate_cannot_stand_in_columns_of_questions_and_answers(form: Format) -> None:
    odd = (Message("user", "a"), Message("user", "b"))
    with pytest.raises(ValueError, match="turns_out_of_order"):
        pair_row(replace(pair(), turns=odd), form)
    with pytest.raises(ValueError, match="turns_out_of_order"):
        preference_row(replace(preference(), turns=odd), form)


def test_a_conversation_of_other_people_is_its_last_question_and_answer(tmp_path: Path) -> None:
    said = ("human", "gpt", "human", "gpt")
    rows = [{"conversations": [{"from": who, "value": f"{number}"} for number, who in enumerate(said)]}]
    write_jsonl(tmp_path / "rows.jsonl", [*rows, {"conversations": rows[0]["conversations"][2:]}])
    (talk, last), rejected = read(tmp_path / "rows.jsonl", "sharegpt")
    assert rejected == []
    assert (talk.instruction, talk.output, talk.turns) == ("2", "3", (Message("user", "0"), Message("assistant", "1")))
    assert talk.id != last.id


GOLDEN: dict[Format, dict[str, Any]] = {
    "alpaca": {"instruction": "Özetle.", "input": "Uzun metin.", "output": "Kısa.", "system": "Türkçe yanıtla.", "history": []},
    "sharegpt": {
        "conversations": [
            {"from": "system", "value": "Türkçe yanıtla."},
            {"from": "human", "value": "Özetle.\n\nUzun metin."},
            {"from": "gpt", "value": "Kısa."},
        ]
    },
    "messages": {
        "messages": [
            {"role": "system", "content": "Türkçe yanıtla."},
            {"role": "user", "content": "Özetle.\n\nUzun metin."},
            {"role": "assistant", "content": "Kısa."},
        ]
    },
    "chatml": {
        "text": "<|im_start|>system\nTürkçe yanıtla.<|im_end|>\n<|im_start|>user\nÖzetle.\n\nUzun metin.<|im_end|>\n<|im_start|>assistant\nKısa.<|im_end|>\n"
    },
    "prompt-completion": {
        "prompt": [{"role": "system", "content": "Türkçe yanıtla."}, {"role": "user", "content": "Özetle.\n\nUzun metin."}],
        "completion": [{"role": "assistant", "content": "Kısa."}],
    },
    "text": {"text": "### Sistem:\nTürkçe yanıtla.\n\n### Yönerge:\nÖzetle.\n\n### Girdi:\nUzun metin.\n\n### Yanıt:\nKısa."},
}


@pytest.mark.parametrize(("form", "row"), GOLDEN.items())
def test_a_row_has_the_columns_trainers_look_for(form: Format, row: dict[str, Any]) -> None:
    found = pair_row(pair("Özetle.", "Kısa.", "Uzun metin.", "Türkçe yanıtla."), form)
    assert {name: found[name] for name in found if name not in {"id", "task", "writer", "evidence"}} == row


@pytest.mark.parametrize("form", FORMATS)
def test_datasets_loads_what_is_written(form: Format, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    write_jsonl(tmp_path / "pairs.jsonl", [pair_row(pair(), form), pair_row(pair("Özetle.", given="metin"), form)])
    write_jsonl(tmp_path / "preferences.jsonl", [preference_row(preference(), form)])
    for name, columns in (("pairs", pair_row(pair(), form)), ("preferences", preference_row(preference(), form))):
        loaded = datasets.load_dataset("json", data_files=str(tmp_path / f"{name}.jsonl"), cache_dir=str(tmp_path / "cache"))["train"]
        assert loaded[0] == columns


def read(path: Path, form: Format) -> tuple[list[Pair], list[Rejected]]:
    rejected: list[Rejected] = []
    return list(read_pairs(path, form, rejected.append)), rejected


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".parquet"])
def test_files_of_other_people_are_read_whatever_their_ending(suffix: str, tmp_path: Path) -> None:
    rows = [
        {"instruction": "Ankara nedir?", "input": "", "output": "Başkenttir."},
        {"instruction": "Çevir.", "input": "one", "output": "bir"},
    ]
    path = tmp_path / f"alpaca{suffix}"
    if suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(rows), path)
    elif suffix == ".json":
        path.write_text(json.dumps(rows), encoding="utf-8")
    else:
        write_jsonl(path, rows)
    pairs, rejected = read(path, "alpaca")
    assert [(one.instruction, one.input, one.output) for one in pairs] == [("Ankara nedir?", "", "Başkenttir."), ("Çevir.", "one", "bir")]
    assert (pairs[0].task, pairs[0].evidence, rejected) == ("dosya", (), [])
    assert pairs[0].id != pairs[1].id


REFUSED = [
    ("sharegpt", {"conversations": [{"from": who, "value": "x"} for who in ("human", "human", "gpt")]}, "turns_out_of_order"),
    ("messages", {"messages": [{"role": who, "content": "x"} for who in ("user", "assistant", "user")]}, "turns_out_of_order"),
    ("alpaca", {"instruction": "a", "output": "b", "history": [["c", "d", "e"]]}, "turns_out_of_order"),
    ("alpaca", {"instruction": "a", "output": "b", "history": ["cd"]}, "turns_out_of_order"),
    ("alpaca", {"instruction": "a", "output": "b", "history": "cd"}, "turns_out_of_order"),
    ("alpaca", {"instruction": "a", "output": "b", "history": [["c", 4]]}, "not_a_text"),
    ("text", {"text": "### Yanıt:\nb\n\n### Yönerge:\na"}, "not_sections"),
    ("text", {"text": "### Yönerge:\na\n\n### Girdi:\nb"}, "not_sections"),
    ("messages", {"messages": [{"role": "user", "content": "yalnız soru"}]}, "not_a_pair"),
    ("messages", {"messages": [{"role": "tool", "content": "x"}]}, "unknown_role"),
    ("alpaca", {"instruction": "soru", "output": "  "}, "empty_text"),
    ("alpaca", {"instruction": "soru"}, "not_a_row"),
    ("alpaca", {"instruction": 3, "output": "b"}, "not_a_text"),
    ("alpaca", ["liste"], "not_a_row"),
    ("chatml", {"text": "düz metin"}, "not_chatml"),
    ("text", {"text": "düz metin"}, "not_sections"),
]


@pytest.mark.parametrize(("form", "row", "reason"), REFUSED)
def test_a_row_that_holds_no_pair_is_one_rejection_with_its_line(form: Format, row: Any, reason: str, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    pairs, rejected = read(tmp_path / "rows.jsonl", form)
    assert pairs == []
    assert [(one.reason, one.source) for one in rejected] == [(reason, "rows.jsonl:1")]


def test_a_broken_line_is_rejected_and_the_rest_is_read(tmp_path: Path) -> None:
    good = json.dumps({"instruction": "a", "output": "b"})
    (tmp_path / "rows.jsonl").write_text(f'{good}\n\n{{"instruction": \n{good}\n', encoding="utf-8")
    pairs, rejected = read(tmp_path / "rows.jsonl", "alpaca")
    assert (len(pairs), [one.source for one in rejected]) == (2, ["rows.jsonl:3"])
    assert (rejected[0].reason, rejected[0].text) == ("broken_json", '{"instruction": ')
    assert rejected[0].detail == "no JSON from character 17 on: Expecting value"


def test_lines_that_json_cannot_take_in_are_rejected_too(tmp_path: Path) -> None:
    deep, long = "[" * 100_000, "9" * 5000
    (tmp_path / "rows.jsonl").write_text(f"{deep}\n{long}\n", encoding="utf-8")
    assert [(one.reason, one.text) for one in read(tmp_path / "rows.jsonl", "alpaca")[1]] == [
        ("broken_json", deep[:2000]),
        ("broken_json", long[:2000]),
    ]


def test_a_mark_of_byte_order_is_no_part_of_the_first_row(tmp_path: Path) -> None:
    text = json.dumps({"instruction": "a", "output": "b"})
    for name, content in (("rows.jsonl", text), ("rows.json", f"[{text}]")):
        (tmp_path / name).write_text(content, encoding="utf-8-sig")
        assert [len(found) for found in read(tmp_path / name, "alpaca")] == [1, 0]


def test_a_row_of_values_that_json_does_not_know_is_shown_all_the_same(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist([{"soru": "a", "tarih": date(1950, 3, 1)}]), tmp_path / "rows.parquet")
    (rejected,) = read(tmp_path / "rows.parquet", "alpaca")[1]
    assert rejected.text == '{"soru": "a", "tarih": "1950-03-01"}'


TOLD = [
    ("alpaca", {"instruction": "soru"}, "the row has no `output`; it has `instruction`"),
    ("alpaca", ["liste"], "the row is a list, not an object with columns"),
    ("alpaca", {"instruction": 3, "output": "b"}, "`instruction` is a number, not a text"),
    ("alpaca", {"instruction": "a", "output": "b", "evidence": [{"document_id": 3}]}, "Evidence: unknown fields [], missing fields"),
    ("alpaca", {"instruction": "soru", "output": "  "}, "the answer is empty"),
    ("sharegpt", {"instruction": "a", "output": "b"}, "the row has no `conversations`; it has `instruction`, `output`"),
    ("sharegpt", {"conversations": "a"}, "`conversations` is a text, not a list"),
    ("sharegpt", {"conversations": [{"from": "human", "text": "a"}]}, "turn 1 of `conversations` has no `value`; it has `from`, `text`"),
    ("messages", {"messages": [{"role": ["user"], "content": "x"}]}, '["user"] is none of system, human, gpt, user, assistant'),
    ("messages", {"messages": [{"role": "user", "content": "x"}]}, "the turns are user; the last two must be user and assistant"),
    ("chatml", {"text": "düz metin"}, "the text is not turns"),
    ("text", {"text": "düz metin"}, "the text is not the sections"),
    ("chatml", {"text": "<|im_start|>user\na<|im_end|> b<|im_end|>\n"}, "a turn holds the marks"),
]


@pytest.mark.parametrize(("form", "row", "told"), TOLD)
def test_what_is_wrong_with_a_row_is_said_in_words(form: Format, row: Any, told: str, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (rejected,) = read(tmp_path / "rows.jsonl", form)[1]
    assert rejected.detail.startswith(told)


@pytest.mark.parametrize("form", FORMATS)
def test_a_row_tells_its_formats(form: Format) -> None:
    found = formats_of(stored(pair_row(pair(), form)))
    assert found == [form]
    assert formats_of({"soru": "?"}) == []


def test_llama_factorys_system_column_is_read_beside_conversations(tmp_path: Path) -> None:
    turns = [{"from": "human", "value": "soru"}, {"from": "gpt", "value": "yanıt"}]
    write_jsonl(tmp_path / "rows.jsonl", [{"conversations": turns, "system": "Kısa yaz."}])
    assert read(tmp_path / "rows.jsonl", "sharegpt")[0][0].system == "Kısa yaz."


def test_trls_preferences_are_read_as_texts_and_as_whole_conversations(tmp_path: Path) -> None:
    user = {"role": "user", "content": "soru"}
    whole = {
        "prompt": [user],
        "chosen": [user, {"role": "assistant", "content": "iyi"}],
        "rejected": [user, {"role": "assistant", "content": "kötü"}],
    }
    write_jsonl(tmp_path / "rows.jsonl", [{"prompt": "soru", "chosen": "iyi", "rejected": "kötü"}, whole])
    rejected: list[Rejected] = []
    found = list(read_preferences(tmp_path / "rows.jsonl", "prompt-completion", rejected.append))
    assert [(one.instruction, one.chosen, one.rejected) for one in found] == [("soru", "iyi", "kötü")] * 2
    assert rejected == []


def test_a_file_that_is_none_stops_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"yok\.jsonl"):
        read(tmp_path / "yok.jsonl", "alpaca")
    (tmp_path / "bozuk.json").write_text("[{", encoding="utf-8")
    with pytest.raises(InputError, match=r"bozuk\.json"):
        read(tmp_path / "bozuk.json", "alpaca")


KEYS = st.sampled_from(
    [
        "instruction",
        "input",
        "output",
        "system",
        "history",
        "text",
        "prompt",
        "completion",
        "messages",
        "conversations",
        "chosen",
        "rejected",
        "evidence",
        "margin",
        "id",
        "task",
        "role",
        "content",
        "from",
        "value",
    ]
)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just(10**400), st.floats(), st.sampled_from(["user", "human", "gpt", "x", ""])
)
JSON = st.recursive(LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=5)), max_leaves=12)
ROWS = st.one_of(
    JSON, st.fixed_dictionaries({}, optional=dict.fromkeys(("prompt", "chosen", "rejected", "messages", "margin", "evidence"), JSON))
)


@pytest.mark.parametrize("form", FORMATS)
@given(row=ROWS)
def test_a_row_of_any_shape_is_one_record_or_one_rejection(form: Format, row: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "herhangi.json"
    path.write_text(json.dumps([row]), encoding="utf-8")
    for reader in (read_pairs, read_preferences):
        rejected: list[Rejected] = []
        assert len(list(reader(path, form, rejected.append))) + len(rejected) == 1


@pytest.mark.parametrize(("form", "kind"), [("messages", "pairs"), ("prompt-completion", "pairs"), ("prompt-completion", "preferences")])
def test_trl_takes_the_rows_for_conversations(form: Format, kind: str) -> None:
    data_utils = pytest.importorskip("trl.data_utils")
    row = pair_row(pair(), form) if kind == "pairs" else preference_row(preference(), form)
    assert data_utils.is_conversational(row)
