from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.config import LimitsConfig
from curation.errors import MissingPackage
from curation.readers import RawDocument, read
from curation.records import Rejected

pytest.importorskip("fastwarc")

ARTICLE = (
    "<p>Ürünü teslim aldıktan sonra on dört gün içinde gerekçe göstermeden iade edebilirsiniz; ürünün kullanılmamış olması gerekir.</p>"
)
PAGE = f"<html><head><title>İade</title></head><body><article>{ARTICLE * 3}</article></body></html>"


def record(kind: str, body: bytes, *, url: str = "http://ornek.tr/a", content: str = "application/http; msgtype=response") -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-03-02T10:00:00Z\r\n"
    return f"{head}Content-Type: {content}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n"


def response(body: bytes, content: str = "text/html; charset=utf-8", *, status: str = "200 OK", more: str = "") -> bytes:
    return record("response", f"HTTP/1.1 {status}\r\nContent-Type: {content}\r\n{more}\r\n".encode() + body)


def read_all(path: Path, limits: LimitsConfig | None = None) -> tuple[list[RawDocument], list[tuple[str, str]]]:
    rejected: list[Rejected] = []
    documents = list(read(path, path.parent, rejected.append, limits=limits))
    return documents, [(one.source, one.reason) for one in rejected]


RECORDS = [
    record("warcinfo", b"software: x\r\n", content="application/warc-fields"),
    record("request", b"GET / HTTP/1.1\r\n\r\n"),
    response(PAGE.encode()),
    response(b"\x89PNG", "image/png"),
    response(b"Bulunamadi", status="404 Not Found"),
    response("Şiir ve düz metin.".encode("cp1254"), "text/plain; charset=windows-1254"),
    response(b"<html><body></body></html>"),
]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.warc.zst"])
def test_pages_and_texts_are_read_with_address_and_date_and_the_rest_is_passed_over(tmp_path: Path, name: str) -> None:
    data = b"".join(RECORDS)
    if name.endswith(".gz"):
        data = b"".join(gzip.compress(one) for one in RECORDS)
    elif name.endswith(".zst"):
        data = pyarrow.compress(data, codec="zstd", asbytes=True)
    (tmp_path / name).write_bytes(data)
    documents, rejected = read_all(tmp_path / name)
    assert [(one.source, one.url, one.date) for one in documents] == [
        (f"{name}:3", "http://ornek.tr/a", "2024-03-02"),
        (f"{name}:6", "http://ornek.tr/a", "2024-03-02"),
    ]
    assert "gerekçe göstermeden" in documents[0].text
    assert documents[1].text == "Şiir ve düz metin."
    assert rejected == [(f"{name}:7", "no_main_text")]


def test_a_page_whose_server_lies_about_its_encoding_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(response(PAGE.encode("cp1254"), "text/html; charset=utf-8"))
    assert "gerekçe göstermeden" in read_all(tmp_path / "a.warc")[0][0].text


def test_a_page_that_was_sent_packed_is_unpacked(tmp_path: Path) -> None:
    body = gzip.compress(PAGE.encode())
    (tmp_path / "a.warc").write_bytes(response(body, more=f"Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n"))
    assert "gerekçe göstermeden" in read_all(tmp_path / "a.warc")[0][0].text


def test_a_page_that_unpacks_to_too_much_is_one_rejection_and_the_next_is_read(tmp_path: Path) -> None:
    bomb = gzip.compress(b"x" * 50_000_000)
    (tmp_path / "a.warc").write_bytes(response(bomb, more="Content-Encoding: gzip\r\n") + response(PAGE.encode()))
    documents, rejected = read_all(tmp_path / "a.warc", LimitsConfig(max_line_mb=1))
    assert ([one.source for one in documents], rejected) == (["a.warc:2"], [("a.warc:1", "line_too_long")])


def test_texts_of_common_crawl_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.warc.wet.gz").write_bytes(gzip.compress(record("conversion", "Başlık\n\nDüz metin.".encode(), content="text/plain")))
    documents, rejected = read_all(tmp_path / "a.warc.wet.gz")
    assert ([(one.text, one.title) for one in documents], rejected) == ([("Başlık\n\nDüz metin.", "Başlık")], [])


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_what_is_no_web_archive_is_one_rejection(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"bu bir arsiv degil\n" * 20)
    documents, rejected = read_all(tmp_path / name)
    assert (documents, len(rejected)) == ([], 1)


@pytest.mark.parametrize("cut", [-3, -60, -200])
def test_an_archive_that_is_cut_off_gives_what_is_whole(tmp_path: Path, cut: int) -> None:
    whole = gzip.compress(response(PAGE.encode()))
    (tmp_path / "a.warc.gz").write_bytes(whole + whole[:cut])
    documents, rejected = read_all(tmp_path / "a.warc.gz")
    assert documents[0].source == "a.warc.gz:1"
    assert len(rejected) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, 5000), byte=st.integers(0, 255), cut=st.integers(0, 5000))
def test_a_damaged_archive_never_stops_the_reader(tmp_path: Path, place: int, byte: int, cut: int) -> None:
    data = bytearray(b"".join(one for one in RECORDS if b"html" not in one))
    data[place % len(data)] = byte
    (tmp_path / "a.warc").write_bytes(bytes(data[: len(data) - cut % len(data)]))
    documents, rejected = read_all(tmp_path / "a.warc")
    assert all(source.startswith("a.warc") and reason for source, reason in rejected)
    assert all(one.source.startswith("a.warc:") for one in documents)


def test_without_fastwarc_the_line_to_install_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.warc").write_bytes(RECORDS[0])
    monkeypatch.setitem(sys.modules, "fastwarc.warc", None)
    with pytest.raises(MissingPackage, match=r"imbik\[warc\]"):
        read_all(tmp_path / "a.warc")
