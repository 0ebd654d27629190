from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import InputError
from curation.readers import read
from curation.readers.encoding import decode
from curation.readers.lines import split_lines
from curation.records import Rejected

TEXT = "Iğdır'da öğrenciler şiir okudu; çay içildi, üşüyen ısındı."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1254", "iso-8859-9"])
def test_bytes_of_every_turkish_encoding_are_read_with_or_without_a_mark(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), "a") == TEXT


@pytest.mark.parametrize("data", [bytes(range(256)) * 9, b"\0" * 100, b"\x01\x00\x02\x00" * 50, b"\x89PNG\r\n\x1a\n" + b"\0\x01\x02" * 99])
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(InputError) as error:
        decode(data, "a.txt")
    assert error.value.reason == "binary"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp1254"])
def test_rows_are_read_whatever_ends_their_lines(tmp_path: Path, end: str, encoding: str) -> None:
    rows = ['{"text": "şiir bir"}', "", '{"text": "çay iki"}', '{"text": "üç"}']
    (tmp_path / "a.jsonl").write_bytes(end.join(rows).encode(encoding))
    (tmp_path / "a.csv").write_bytes(end.join(["no,metin", "1,şiir bir", "", '2,"çay iki"', "3,üç"]).encode(encoding))
    rejected: list[Rejected] = []
    lines = [(one.text, one.source) for one in read(tmp_path / "a.jsonl", tmp_path, rejected.append)]
    cells = [(one.text, one.source) for one in read(tmp_path / "a.csv", tmp_path, rejected.append)]
    assert lines == [("şiir bir", "a.jsonl:1"), ("çay iki", "a.jsonl:3"), ("üç", "a.jsonl:4")]
    assert cells == [("şiir bir", "a.csv:2"), ("çay iki", "a.csv:4"), ("üç", "a.csv:5")]
    assert rejected == []


def test_line_ends_of_old_macs_become_new_ones_in_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"Bir\r\rIki\r\nUc\n")
    assert [one.text for one in read(tmp_path / "a.txt", tmp_path, print)] == ["Bir\n\nIki\nUc\n"]


@given(
    data=st.lists(st.sampled_from([b"a", b"bb", b"\n", b"\r", b"\r\n", b"\xc3\xa7", b"\xc2\x85", b"\x0b"]), max_size=40).map(b"".join),
    cuts=st.lists(st.integers(0, 60), max_size=6),
)
def test_lines_do_not_depend_on_where_chunks_end(data: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(data)]
    chunks = [data[start:end] for start, end in pairwise(edges)]
    assert list(split_lines(chunks, 100)) == data.splitlines()


@given(
    lines=st.lists(st.integers(0, 12), max_size=8),
    size=st.integers(1, 9),
    end=st.sampled_from([b"\n", b"\r", b"\r\n"]),
    limit=st.integers(1, 9),
)
def test_lines_over_the_limit_are_told_in_their_place(lines: list[int], size: int, end: bytes, limit: int) -> None:
    data = b"".join(b"x" * length + end for length in lines)
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    assert list(split_lines(chunks, limit)) == [b"x" * length if length <= limit else None for length in lines]


def test_a_whole_line_before_an_over_long_one_in_the_same_chunk_is_kept() -> None:
    assert list(split_lines([b"a\nb\rccccc"], 3)) == [b"a", b"b", None]


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\ufeff", exclude_categories=["Cc"]), min_size=1))
def test_utf8_is_never_taken_for_another_encoding(text: str) -> None:
    assert decode(text.encode(), "a") == text


@given(text=st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzABCÇĞİIÖŞÜ .,'\n", min_size=4))
def test_turkish_letters_survive_each_encoding(text: str) -> None:
    text = f"Bir {text}"  # without a mark, UTF-16 is known by its ASCII letters
    for encoding in ("utf-8", "cp1254", "utf-16", "utf-16-be", "utf-32"):
        assert decode(text.encode(encoding), "a") == text
