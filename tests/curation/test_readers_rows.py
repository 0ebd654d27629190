from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from curation.config import LimitsConfig
from curation.readers import RawDocument, read
from curation.records import Rejected


def read_all(path: Path, limits: LimitsConfig | None = None, text_field: str | None = None) -> tuple[list[RawDocument], list[Rejected]]:
    rejected: list[Rejected] = []
    return list(read(path, path.parent, rejected.append, limits=limits, text_field=text_field)), rejected


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def texts(documents: list[RawDocument]) -> list[tuple[str, str]]:
    return [(one.text, one.source) for one in documents]


def reasons(rejected: list[Rejected]) -> list[tuple[str, str]]:
    return [(one.source, one.reason) for one in rejected]


# --- JSON ---------------------------------------------------------------------------------------------------------


def test_a_list_of_any_length_is_read_with_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    item = json.dumps({"text": "Uzun bir metin. " * 500})
    with path.open("w") as file:
        file.write("[" + ",\n".join([item] * 4000) + "]")
    assert path.stat().st_size > 30_000_000
    tracemalloc.start()
    count = sum(1 for _ in read(path, tmp_path, print, limits=LimitsConfig(max_file_mb=1)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 4000
    assert peak < 12_000_000


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one, max_size=3), max_leaves=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.fixed_dictionaries({"text": st.text(), "x": JSON}), max_size=6),
    indent=st.sampled_from([None, 0, 2]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ascii_only=st.booleans(),
)
def test_a_list_gives_back_what_was_written(
    tmp_path: Path, rows: list[dict[str, object]], indent: int | None, encoding: str, ascii_only: bool
) -> None:
    content = json.dumps(rows, indent=indent, ensure_ascii=ascii_only)
    path = write(tmp_path / "a.json", content.encode(encoding, "surrogatepass"))
    documents, rejected = read_all(path)
    wanted = [(row["text"], f"a.json:{number}") for number, row in enumerate(rows, 1) if str(row["text"]).strip()]
    assert texts(documents) == wanted
    assert len(documents) + len(rejected) == len(rows)


@pytest.mark.parametrize(
    ("content", "read_before", "where", "reason"),
    [
        ('[{"text": "a"}, {"text": }, {"text": "c"}]', 1, "a.json:2", "broken_json"),
        ('[{"text": "a"}, {"text": "kesik', 1, "a.json:2", "broken_json"),
        ('[{"text": "a"} {"text": "b"}]', 1, "a.json:1", "broken_json"),
        ('[{"text": "a"}', 1, "a.json:1", "broken_json"),
        ('[{"text": "a"}] fazla', 1, "a.json:2", "broken_json"),
        ("[" * 100_000, 0, "a.json:1", "broken_json"),
        ('[{"text": "a"}, ' + "9" * 5000 + "]", 1, "a.json:2", "broken_json"),
        ('[{"text": "a"}, {"text": "' + "x" * 3_000_000 + '"}]', 1, "a.json:2", "line_too_long"),
    ],
)
def test_a_list_is_read_up_to_its_first_broken_item(tmp_path: Path, content: str, read_before: int, where: str, reason: str) -> None:
    documents, rejected = read_all(write(tmp_path / "a.json", content), LimitsConfig(max_line_mb=1))
    assert len(documents) == read_before
    assert reasons(rejected) == [(where, reason)]


def test_json_lines_under_the_wrong_name_may_be_larger_than_a_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", '{"text": "bir"}\n\n{"text": "iki"}\n' + '{"text": "üç"}\n' * 200)
    documents, rejected = read_all(path, LimitsConfig(max_file_mb=0.001))
    assert texts(documents)[:2] == [("bir", "a.json:1"), ("iki", "a.json:3")]
    assert (len(documents), rejected) == (202, [])


def test_one_object_over_several_lines_is_one_document(tmp_path: Path) -> None:
    documents, rejected = read_all(write(tmp_path / "a.json", '{\n  "text": "bir",\n  "title": "Başlık"\n}\n'))
    assert ([(one.text, one.title) for one in documents], rejected) == ([("bir", "Başlık")], [])


def test_half_a_surrogate_pair_becomes_a_replacement_character(tmp_path: Path) -> None:
    documents, _ = read_all(write(tmp_path / "a.jsonl", r'{"text": "a\ud83d b \ud83d\ude00", "title": "\udc00"}'))
    assert [(one.text, one.title) for one in documents] == [("a\ufffd b 😀", "\ufffd")]


# --- tables -------------------------------------------------------------------------------------------------------


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    rows = "".join(f"{number},metin {number}\n" for number in range(3, 50))
    documents, rejected = read_all(write(tmp_path / "a.csv", f'no,text\n1,bir\n2,"açık\n{rows}'))
    assert [one.source for one in documents] == ["a.csv:2", *(f"a.csv:{number}" for number in range(4, 51))]
    assert reasons(rejected) == [("a.csv:3", "broken_row")]


def test_a_last_row_cut_inside_its_text_gives_no_documents_made_of_its_lines(tmp_path: Path) -> None:
    lines = "".join(f"satır {number} burada\n" for number in range(9))
    documents, rejected = read_all(write(tmp_path / "a.csv", f'no,text\n1,bir\n2,"{lines}'))
    assert texts(documents) == [("bir", "a.csv:2")]
    assert reasons(rejected) == [("a.csv:3", "broken_row")]


def test_a_table_of_nothing_but_open_quotes_ends(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "no,text\n" + 'x"y,"z\n' * 200_000)
    documents, rejected = read_all(path, LimitsConfig(max_line_mb=0.05))
    assert documents == []
    assert {one.reason for one in rejected} == {"broken_row"}


def test_a_row_without_end_does_not_fill_memory(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'no,text\n1,bir\n2,"' + "x\n" * 100_000 + '"\n3,son\n')
    tracemalloc.start()
    documents, rejected = read_all(path, LimitsConfig(max_line_mb=0.1))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert texts(documents) == [("bir", "a.csv:2"), ("son", "a.csv:100004")]
    assert reasons(rejected) == [("a.csv:3", "broken_row")]
    assert peak < 30_000_000


def test_rows_after_an_over_long_line_keep_their_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", f"no,text\n1,bir\n2,{'x' * 3000}\n3,üç\n4\n")
    documents, rejected = read_all(path, LimitsConfig(max_line_mb=0.001))
    assert texts(documents) == [("bir", "a.csv:2"), ("üç", "a.csv:4")]
    assert reasons(rejected) == [("a.csv:3", "line_too_long"), ("a.csv:5", "broken_row")]


@pytest.mark.parametrize(
    "content", ['"no","uzun\nad","text"\n1,2,bir\n', "sep=;\nno;text\n1;bir\n", "\n\nno,text\n1,bir\n", "\ufeffno,text\n1,bir\n"]
)
def test_headers_are_read_as_people_and_excel_write_them(tmp_path: Path, content: str) -> None:
    documents, rejected = read_all(write(tmp_path / "a.csv", content))
    assert ([one.text for one in documents], rejected) == (["bir"], [])


@pytest.mark.parametrize(
    "data", [b"\r\t", b"\r", b"\n\n", b'"', b'"\r', b",\r,", b"\x00", b"sep=", b"sep=;", b"sep=;\n", "\ufeff".encode(), b'""\n""\n']
)
def test_a_table_of_next_to_nothing_is_one_rejection(tmp_path: Path, data: bytes) -> None:
    documents, rejected = read_all(write(tmp_path / "a.csv", data))
    assert (documents, len(rejected)) == ([], 1)


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\ufeff", exclude_categories=["Cc"]) | st.sampled_from('\n",;'), max_size=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELLS, CELLS.filter(str.strip)), max_size=8),
    separator=st.sampled_from(",;\t"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_table_gives_back_what_was_written(tmp_path: Path, rows: list[tuple[str, str]], separator: str, end: str) -> None:
    out = io.StringIO(newline="")
    # csv itself leaves a line feed unquoted where rows end with something else
    writer = csv.writer(out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL)
    writer.writerows([("title", "text"), *rows])
    documents, rejected = read_all(write(tmp_path / "a.csv", out.getvalue()))
    assert [(one.title, one.text) for one in documents] == rows
    assert rejected == []


# --- packed -------------------------------------------------------------------------------------------------------


def packed(data: bytes, packing: str) -> bytes:
    return gzip.compress(data) if packing == "gz" else pyarrow.compress(data, codec="zstd", asbytes=True)


@pytest.mark.parametrize("packing", ["gz", "zst"])
@pytest.mark.parametrize(
    ("ending", "content"),
    [("jsonl", '{"text": "şiir"}\n'), ("csv", "text\nşiir\n"), ("json", '[{"text": "şiir"}]'), ("txt", "şiir"), ("md", "şiir")],
)
def test_packed_files_are_read_as_the_files_in_them(tmp_path: Path, packing: str, ending: str, content: str) -> None:
    documents, rejected = read_all(write(tmp_path / f"a.{ending}.{packing}", packed(content.encode(), packing)))
    assert ([one.text for one in documents], rejected) == (["şiir"], [])


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_packed_parts_one_after_the_other_are_one_file(tmp_path: Path, packing: str) -> None:
    data = packed(b'{"text": "bir"}\n', packing) + packed(b'{"text": "iki"}\n', packing)
    assert texts(read_all(write(tmp_path / f"a.jsonl.{packing}", data))[0]) == [
        ("bir", f"a.jsonl.{packing}:1"),
        ("iki", f"a.jsonl.{packing}:2"),
    ]


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_a_packed_file_that_is_cut_off_gives_its_rows_and_one_rejection(tmp_path: Path, packing: str) -> None:
    rows = "".join(f'{{"text": "{number * 7919 % 100_003}"}}\n' for number in range(60_000)).encode()
    path = write(tmp_path / f"a.jsonl.{packing}", packed(rows, packing)[:-2000])
    documents, rejected = read_all(path)
    assert 0 < len(documents) < 60_000
    assert reasons(rejected)[-1] == (path.name, "damaged_archive")


@pytest.mark.parametrize("packing", ["gz", "zst"])
@pytest.mark.parametrize("data", [b"bu paket degil", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"])
def test_a_file_that_only_claims_to_be_packed_is_one_rejection(tmp_path: Path, packing: str, data: bytes) -> None:
    documents, rejected = read_all(write(tmp_path / f"a.jsonl.{packing}", data))
    assert (documents, reasons(rejected)) == ([], [(f"a.jsonl.{packing}", "damaged_archive")])


@pytest.mark.parametrize("ending", ["txt", "json", "html", "md"])
def test_a_small_file_that_unpacks_to_a_large_one_is_rejected(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"a.{ending}.gz", gzip.compress(b" {" + b"x" * 5_000_000))
    documents, rejected = read_all(path, LimitsConfig(max_file_mb=1))
    assert (documents, reasons(rejected)) == ([], [(path.name, "file_too_large")])


def test_a_bomb_of_lines_ends_where_its_ratio_is_passed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl.zst", packed(b'{"text": "bir"}\n' + (b" " * 1000 + b"\n") * 30_000, "zst"))
    tracemalloc.start()
    documents, rejected = read_all(path, LimitsConfig(max_file_mb=1, max_unpacked_ratio=100))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert texts(documents) == [("bir", "a.jsonl.zst:1")]
    assert reasons(rejected) == [("a.jsonl.zst", "archive_bomb")]
    assert "curate.limits.max_unpacked_ratio" in rejected[0].detail
    assert peak < 40_000_000


# --- Parquet ------------------------------------------------------------------------------------------------------


def parquet(path: Path, columns: dict[str, object], **how: object) -> Path:
    pyarrow.parquet.write_table(pyarrow.table(columns), path, **how)
    return path


def test_rows_of_parquet_know_their_number_title_date_and_license(tmp_path: Path) -> None:
    import datetime

    path = parquet(
        tmp_path / "a.parquet",
        {"Metin": ["bir", None, " ", "dört"], "baslik": ["B", None, "", "D"], "tarih": [datetime.date(2024, 5, 6)] * 4, "lisans": ["CC0"] * 4,
         "liste": [[1], [2], [3], [4]]},
        row_group_size=2,
    )  # fmt: skip
    documents, rejected = read_all(path)
    assert documents == [
        RawDocument("bir", "a.parquet:1", "B", "", "2024-05-06", "CC0"),
        RawDocument("dört", "a.parquet:4", "D", "", "2024-05-06", "CC0"),
    ]
    assert reasons(rejected) == [("a.parquet:2", "text_not_a_string"), ("a.parquet:3", "empty_text")]


@pytest.mark.parametrize(
    ("columns", "reason"), [({"x": ["a"]}, "missing_text"), ({"text": [["a"]]}, "text_not_a_string"), ({"text": [1]}, "text_not_a_string")]
)
def test_parquet_without_texts_is_one_rejection(tmp_path: Path, columns: dict[str, object], reason: str) -> None:
    documents, rejected = read_all(parquet(tmp_path / "a.parquet", columns))
    assert (documents, reasons(rejected)) == ([], [("a.parquet", reason)])


def test_one_long_text_repeated_for_many_rows_does_not_fill_memory(tmp_path: Path) -> None:
    text = "uzun metin " * 100_000
    indices = pyarrow.array([0] * 5000, pyarrow.int32())
    column = pyarrow.DictionaryArray.from_arrays(indices, pyarrow.array([text]))
    path = parquet(tmp_path / "a.parquet", {"text": column})
    assert path.stat().st_size < 2_000_000
    before = pyarrow.total_allocated_bytes()
    most = 0
    for number, document in enumerate(read(path, tmp_path, print)):
        if number % 500 == 0:
            most = max(most, pyarrow.total_allocated_bytes() - before)
        assert document.text == text
    assert most < 30_000_000


@pytest.mark.parametrize("keep", [4, 50, 200, -9, -1])
def test_parquet_that_is_cut_off_is_one_rejection(tmp_path: Path, keep: int) -> None:
    path = parquet(tmp_path / "a.parquet", {"text": ["bir", "iki"] * 50})
    documents, rejected = read_all(write(path, path.read_bytes()[:keep]))
    assert (documents, reasons(rejected)) == ([], [("a.parquet", "damaged_parquet")])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(place=35, byte=1)  # a page of no rows, a row number out of the dictionary, a row group of no rows
@example(place=142, byte=1)
@example(place=353, byte=0)
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_changed_byte_in_parquet_never_stops_the_reader(tmp_path: Path, place: int, byte: int) -> None:
    data = bytearray(parquet(tmp_path / "b.parquet", {"text": ["bir", "iki"] * 20, "title": ["x"] * 40}).read_bytes())
    data[place % len(data)] = byte
    documents, rejected = read_all(write(tmp_path / "a.parquet", bytes(data)))
    assert len(documents) + len(rejected) > 0
