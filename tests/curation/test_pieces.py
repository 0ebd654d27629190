from __future__ import annotations

import json
import pickle
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.config import LimitsConfig
from curation.readers import Piece, RawDocument, pieces, read
from curation.records import Rejected

LIMITS = LimitsConfig(max_line_mb=0.000_06)  # 60 bytes


def read_all(parts: list[Piece] | list[Path], root: Path) -> tuple[list[RawDocument], list[Rejected]]:
    rejected: list[Rejected] = []
    return [document for part in parts for document in read(part, root, rejected.append, limits=LIMITS)], rejected


def parquet(path: Path, texts: list[str | None], group_rows: int) -> Path:
    table = pyarrow.table({"text": pyarrow.array(texts, pyarrow.string())})
    pyarrow.parquet.write_table(table, path, row_group_size=group_rows)
    return path


ROWS = st.sampled_from(
    ['{"text": "şiir"}', '{"text": "b\\nc"}', "{bozuk", "", "  ", "[1]", '{"text": "' + "x" * 70 + '"}', '{"x": 1}', '{"text": "\x85\x0b"}']
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(ROWS, max_size=12),
    ends=st.lists(st.sampled_from(["\n", "\n", "\r\n", "\r", "\r\r\n"]), min_size=12, max_size=12),
    target=st.integers(1, 200),
    encoding=st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "cp1254", "utf-16", "utf-16-be"]),
    last_end=st.booleans(),
)
def test_pieces_of_lines_read_apart_are_the_file(
    tmp_path: Path, rows: list[str], ends: list[str], target: int, encoding: str, last_end: bool
) -> None:
    text = "".join(row + end for row, end in zip(rows, ends, strict=False))
    path = tmp_path / "a.jsonl"
    path.write_bytes((text if last_end else text.rstrip("\r\n")).encode(encoding, "replace"))
    parts = pieces(path, target)
    assert read_all(parts, tmp_path) == read_all([path], tmp_path)
    assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300), target=st.integers(1, 100))
def test_pieces_of_any_bytes_read_apart_are_the_file(tmp_path: Path, data: bytes, target: int) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(data)
    assert read_all(pieces(path, target), tmp_path) == read_all([path], tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    texts=st.lists(st.one_of(st.none(), st.text(max_size=5), st.just("y" * 70)), max_size=20),
    group=st.integers(1, 6),
    target=st.integers(1, 500),
)
def test_row_groups_read_apart_are_the_file(tmp_path: Path, texts: list[str | None], group: int, target: int) -> None:
    path = parquet(tmp_path / "a.parquet", texts, group)
    assert read_all(pieces(path, target), tmp_path) == read_all([path], tmp_path)


def test_pieces_have_about_the_size_asked_for_and_know_their_first_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"text": "satır {number}"}}\n' for number in range(1, 2001)), encoding="utf-8")
    parts = pieces(path, 10_000)
    assert all(10_000 <= (part.end or 0) - part.start < 10_030 for part in parts[:-1])
    for part in parts:
        document = next(read(part, tmp_path, print))
        assert document.text == f"satır {part.first}"
        assert document.source == f"a.jsonl:{part.first}"


def test_a_line_longer_than_a_chunk_of_the_scan_is_one_piece(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json.dumps({"text": "x" * 9_000_000}).encode() + b'\n{"text": "son"}\n')
    assert [(part.start, part.first) for part in pieces(path, 1000)] == [(0, 1), (9_000_013, 2)]


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.jsonl.gz", "a.json", "a.pdf", "yok.jsonl", "yok.parquet"])
def test_what_cannot_be_cut_is_one_piece(tmp_path: Path, name: str) -> None:
    if not name.startswith("yok"):
        (tmp_path / name).write_bytes(b"text\n" * 1000)
    assert pieces(tmp_path / name, 10) == [Piece(tmp_path / name)]


@pytest.mark.parametrize("data", ['{"text": "a"}\n'.encode("utf-16") * 50, bytes(range(256)) * 50])
def test_lines_that_are_not_cut_by_bytes_are_one_piece(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.jsonl").write_bytes(data)
    assert pieces(tmp_path / "a.jsonl", 10) == [Piece(tmp_path / "a.jsonl")]


def test_a_damaged_parquet_file_is_one_piece_and_one_rejection(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1" + b"x" * 100)
    parts = pieces(path, 10)
    documents, rejected = read_all(parts, tmp_path)
    assert (parts, documents) == ([Piece(path)], [])
    assert [(one.source, one.reason) for one in rejected] == [("a.parquet", "damaged_parquet")]


def test_a_piece_can_be_sent_to_another_process(tmp_path: Path) -> None:
    piece = Piece(tmp_path / "a.jsonl", 5, 10, 2)
    assert pickle.loads(pickle.dumps(piece)) == piece
