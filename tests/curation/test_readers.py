from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.config import LimitsConfig
from curation.errors import InputError
from curation.readers import RawDocument, find_inputs, read
from curation.records import Rejected

TEXT = "Şehir içi ulaşım için öğrenci kartı gerekir; ığdır çayı içilir."


def read_all(
    path: Path, root: Path, text_field: str | None = None, limits: LimitsConfig | None = None
) -> tuple[list[RawDocument], list[Rejected]]:
    rejected: list[Rejected] = []
    return list(read(path, root, rejected.append, text_field=text_field, limits=limits)), rejected


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def reasons(rejected: list[Rejected]) -> list[tuple[str, str]]:
    return [(one.source, one.reason) for one in rejected]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1254", "iso-8859-9"])
def test_text_is_read_in_every_encoding_turkish_files_have(tmp_path: Path, encoding: str) -> None:
    documents, rejected = read_all(write(tmp_path, "a/metin.txt", TEXT.encode(encoding)), tmp_path)
    assert documents == [RawDocument(TEXT, "a/metin.txt")]
    assert rejected == []


def test_a_utf8_file_cut_inside_a_letter_stays_utf8(tmp_path: Path) -> None:
    documents, _ = read_all(write(tmp_path, "a.txt", (TEXT + "ş").encode()[:-1]), tmp_path)
    assert documents[0].text == TEXT + "\ufffd"


def test_markdown_takes_its_title_from_front_matter_or_heading(tmp_path: Path) -> None:
    with_front = write(tmp_path, "a.md", "---\ntitle: 'Kargo'\nlicense: CC0\n---\n# Başlık\n\nMetin.")
    without = write(tmp_path, "b.md", "# İade\n\nMetin.")
    assert read_all(with_front, tmp_path)[0] == [RawDocument("# Başlık\n\nMetin.", "a.md", title="Kargo", license="CC0")]
    assert read_all(without, tmp_path)[0] == [RawDocument("# İade\n\nMetin.", "b.md", title="İade")]


@pytest.mark.parametrize("field", ["text", "metin", "content", "icerik", "İçerik", "BODY"])
def test_the_text_column_is_guessed(tmp_path: Path, field: str) -> None:
    line = json.dumps({field: "metin burada", "baslik": "B", "url": "u", "tarih": "2024", "license": "CC0"}, ensure_ascii=False)
    documents, rejected = read_all(write(tmp_path, "a.jsonl", line), tmp_path)
    assert documents == [RawDocument("metin burada", "a.jsonl:1", "B", "u", "2024", "CC0")]
    assert rejected == []


def test_a_named_text_column_wins(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", '{"text": "bu değil", "yorum": "bu"}')
    assert [one.text for one in read_all(path, tmp_path, text_field="yorum")[0]] == ["bu"]


def test_bad_json_lines_are_rejected_one_by_one_with_their_line(tmp_path: Path) -> None:
    lines = ['{"text": "iyi bir"}', "{bozuk", "", '{"x": 1}', '{"text": " "}', '{"text": 5}', "[1]", "[" * 100_000, '{"text": "iyi iki"}']
    documents, rejected = read_all(write(tmp_path, "a.jsonl", "\n".join(lines)), tmp_path)
    assert [(one.text, one.source) for one in documents] == [("iyi bir", "a.jsonl:1"), ("iyi iki", "a.jsonl:9")]
    assert reasons(rejected) == [
        ("a.jsonl:2", "broken_json"),
        ("a.jsonl:4", "missing_text"),
        ("a.jsonl:5", "empty_text"),
        ("a.jsonl:6", "text_not_a_string"),
        ("a.jsonl:7", "not_an_object"),
        ("a.jsonl:8", "broken_json"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_over_long_line_is_skipped_and_the_next_one_read(tmp_path: Path, encoding: str) -> None:
    content = '{"text": "' + "a" * 5000 + '"}\n{"text": "kısa"}\n'
    limits = LimitsConfig(max_line_mb=0.001)
    documents, rejected = read_all(write(tmp_path, "a.jsonl", content.encode(encoding)), tmp_path, limits=limits)
    assert [(one.text, one.source) for one in documents] == [("kısa", "a.jsonl:2")]
    assert reasons(rejected) == [("a.jsonl:1", "line_too_long")]


@pytest.mark.parametrize("size_mb", [200])
def test_a_line_of_200_mb_does_not_fill_memory(tmp_path: Path, size_mb: int) -> None:
    import tracemalloc

    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.truncate(size_mb * 1_000_000)  # zero bytes on disk, one line to a reader
        file.seek(0)
        file.write(b'{"text": "kisa"}\n' + b" " * 70_000)
        file.seek(0, os.SEEK_END)
        file.write(b'\n{"text": "son"}\n')
    tracemalloc.start()
    documents, rejected = read_all(path, tmp_path, limits=LimitsConfig(max_line_mb=1))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [one.source for one in documents] == ["a.jsonl:1", "a.jsonl:3"]
    assert reasons(rejected) == [("a.jsonl:2", "line_too_long")]
    assert peak < 10_000_000


@pytest.mark.parametrize(
    "content", ['[{"text": "bir"}, {"text": "iki"}]', '{"data": [{"text": "bir"}, {"text": "iki"}]}', '{"text": "bir"}\n{"text": "iki"}']
)
def test_json_may_be_a_list_an_object_around_it_or_lines(tmp_path: Path, content: str) -> None:
    documents, rejected = read_all(write(tmp_path, "a.json", content), tmp_path)
    assert [(one.text, one.source) for one in documents] == [("bir", "a.json:1"), ("iki", "a.json:2")]
    assert rejected == []


@pytest.mark.parametrize(("name", "separator"), [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t")])
def test_tables_are_read_with_their_separator(tmp_path: Path, name: str, separator: str) -> None:
    rows = [["baslik", "metin"], ["Kargo", '"iki\nsatırlı metin"'], ["İade", "tek satır"]]
    path = write(tmp_path, name, "\n".join(separator.join(row) for row in rows))
    documents, rejected = read_all(path, tmp_path)
    assert [(one.title, one.text, one.source) for one in documents] == [
        ("Kargo", "iki\nsatırlı metin", f"{name}:2"),
        ("İade", "tek satır", f"{name}:4"),
    ]
    assert rejected == []


def test_bad_rows_of_a_table_are_rejected_one_by_one(tmp_path: Path) -> None:
    long = "x" * 2000
    path = write(tmp_path, "a.csv", f"id,text\n1,iyi\n2\n3,\n{long}\n4,son\n")
    documents, rejected = read_all(path, tmp_path, limits=LimitsConfig(max_line_mb=0.001))
    assert [one.text for one in documents] == ["iyi", "son"]
    assert reasons(rejected) == [("a.csv:3", "broken_row"), ("a.csv:4", "empty_text"), ("a.csv:5", "line_too_long")]


def test_a_table_without_a_text_column_is_one_rejection(tmp_path: Path) -> None:
    documents, rejected = read_all(write(tmp_path, "a.csv", "a,b\n1,2\n3,4\n"), tmp_path)
    assert documents == []
    assert reasons(rejected) == [("a.csv", "missing_text")]


PAGE = """<html><head><title>İade | Örnek</title>{meta}</head><body><nav><a href="/">Ana Sayfa</a></nav><article><h1>İade koşulları</h1>
<p>Ürünü teslim aldıktan sonra on dört gün içinde gerekçe göstermeden iade edebilirsiniz; ürünün kullanılmamış olması gerekir.</p>
<p>Kargo ücreti ayıplı ürünlerde satıcıya aittir ve ücret iadesi on iş günü içinde kartınıza yapılır.</p></article>
<div class="comments"><p>Çok işime yaradı, teşekkürler.</p></div><footer>Tüm hakları saklıdır.</footer></body></html>"""


@pytest.mark.parametrize(
    ("encoding", "meta"), [("utf-8", '<meta charset="utf-8">'), ("cp1254", '<meta charset="windows-1254">'), ("cp1254", "")]
)
def test_a_page_gives_its_article_and_title(tmp_path: Path, encoding: str, meta: str) -> None:
    documents, rejected = read_all(write(tmp_path, "a.html", PAGE.format(meta=meta).encode(encoding)), tmp_path)
    assert rejected == []
    assert "gerekçe göstermeden iade edebilirsiniz" in documents[0].text
    assert "Ana Sayfa" not in documents[0].text
    assert "hakları saklıdır" not in documents[0].text
    assert "İade" in documents[0].title


def test_a_page_without_an_article_is_rejected(tmp_path: Path) -> None:
    path = write(tmp_path, "a.html", "<html><body></body></html>")
    assert reasons(read_all(path, tmp_path)[1]) == [("a.html", "no_main_text")]


def test_a_word_file_gives_headings_lists_and_tables_in_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = ""
    document.add_heading("Kargo", 1)
    document.add_paragraph("İki günde gelir.")
    document.add_paragraph("hafta içi", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "İl", "Süre"
    document.save(str(tmp_path / "a.docx"))
    documents, rejected = read_all(tmp_path / "a.docx", tmp_path)
    assert documents == [RawDocument("# Kargo\n\nİki günde gelir.\n\n- hafta içi\n\nİl | Süre", "a.docx", title="Kargo")]
    assert rejected == []


def pdf_bytes(*pages: str) -> bytes:
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for text in pages:
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 612 792] >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    body = "%PDF-1.4\n"
    offsets = []
    for number, one in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return (body + end).encode("latin-1")


def test_a_pdf_is_one_document_and_pages_without_text_are_rejected(tmp_path: Path) -> None:
    documents, rejected = read_all(write(tmp_path, "a.pdf", pdf_bytes("birinci sayfa", "", "son sayfa")), tmp_path)
    assert [(one.text, one.source) for one in documents] == [("birinci sayfa\nson sayfa", "a.pdf")]
    assert reasons(rejected) == [("a.pdf#2", "empty_text")]


def test_page_numbers_do_not_stand_in_the_text(tmp_path: Path) -> None:
    documents, _ = read_all(write(tmp_path, "a.pdf", pdf_bytes("1", "2", "1453 fetih")), tmp_path)
    assert documents[0].text.split() == ["1453", "fetih"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Uyku ve hafıza\n\nUyku öğrenmeyi pekiştirir.", "Uyku ve hafıza"),
        ("Banka batarsa param ne olur?\n\nMevduat sigortalıdır.", "Banka batarsa param ne olur?"),
        ("İlk cümle burada biter.\n\nİkinci paragraf.", ""),
        ("Satır sonu kırılmış bir\nparagraf sürüyor.\n\nSonra.", ""),
        ("Yalnız bir satır", ""),
    ],
)
def test_a_short_first_line_is_the_title_of_a_text_file(tmp_path: Path, text: str, title: str) -> None:
    (document,), _ = read_all(write(tmp_path, "a.txt", text), tmp_path)
    assert (document.title, document.text) == (title, text)


def test_a_locked_pdf_is_rejected(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=write(tmp_path, "a.pdf", pdf_bytes("gizli")))
    writer.encrypt("parola", algorithm="RC4-128")
    writer.write(tmp_path / "b.pdf")
    assert reasons(read_all(tmp_path / "b.pdf", tmp_path)[1]) == [("b.pdf", "encrypted")]


def test_a_link_out_of_the_root_is_rejected(tmp_path: Path) -> None:
    root = tmp_path / "kok"
    root.mkdir()
    (root / "a.txt").symlink_to(write(tmp_path, "disari.txt", TEXT))
    assert reasons(read_all(root / "a.txt", root)[1]) == [("a.txt", "outside_root")]


def test_a_link_inside_the_root_is_followed(tmp_path: Path) -> None:
    (tmp_path / "b.txt").symlink_to(write(tmp_path, "a.txt", TEXT))
    assert [one.text for one in read_all(tmp_path / "b.txt", tmp_path)[0]] == [TEXT]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert reasons(read_all(tmp_path / "a.txt", tmp_path)[1]) == [("a.txt", "not_a_file")]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "empty_file"),
        ("a.txt", b" \n\t ", "empty_text"),
        ("a.txt", bytes(range(256)) * 20, "binary"),
        ("a.jsonl", bytes(range(256)) * 20, "binary"),
        ("a.csv", b"\x00\x01\x02" * 100, "binary"),
        ("a.json", b"{bozuk", "broken_json"),
        ("a.md", b"---\ntitle: x\n---\n", "empty_text"),
        ("a.pdf", pdf_bytes("uzun bir sayfa")[:150], "truncated_pdf"),
        ("a.pdf", b"%PDF-1.4 bozuk %%EOF", "damaged_pdf"),
        ("a.docx", b"PK\x03\x04 bozuk", "damaged_docx"),
        ("a.exe", b"MZ", "unsupported_format"),
        ("a.txt", b"x" * 2000, "file_too_large"),
        ("a.pdf", b"x" * 2000, "file_too_large"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_rejection(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    limits = LimitsConfig(max_file_mb=0.001) if reason == "file_too_large" else None
    documents, rejected = read_all(write(tmp_path, name, data), tmp_path, limits=limits)
    assert documents == []
    assert reasons(rejected) == [(name, reason)]
    assert rejected[0].detail


def test_a_word_file_that_unpacks_to_hundreds_of_times_its_size_is_rejected(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 1_000_000)
    documents, rejected = read_all(tmp_path / "a.docx", tmp_path, limits=LimitsConfig(max_file_mb=0.1))
    assert documents == []
    assert reasons(rejected) == [("a.docx", "file_too_large")]


def test_a_folder_and_a_missing_file_are_rejections(tmp_path: Path) -> None:
    (tmp_path / "klasor").mkdir()
    assert reasons(read_all(tmp_path / "klasor", tmp_path)[1]) == [("klasor", "is_directory")]
    assert reasons(read_all(tmp_path / "yok.txt", tmp_path)[1]) == [("yok.txt", "not_found")]


def test_inputs_are_found_by_file_folder_and_pattern_sorted_and_once(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "b/.gizli.txt", "a.jsonl", "c/x/3.md"):
        write(tmp_path, name, "x")
    found = find_inputs(["b", "*.jsonl", "**/*.txt", "c/**/*.md"], tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.jsonl", "b/1.txt", "b/2.txt", "c/x/3.md"]


def test_a_table_whose_first_line_is_no_header_is_one_rejection(tmp_path: Path) -> None:
    assert reasons(read_all(write(tmp_path, "a.csv", b"\r\t"), tmp_path)[1]) == [("a.csv", "missing_text")]


def test_a_pattern_that_means_nothing_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"yok/\*\.txt"):
        find_inputs(["yok/*.txt"], tmp_path)


def test_a_folder_whose_name_looks_like_a_pattern_is_taken_by_name(tmp_path: Path) -> None:
    write(tmp_path, "kitap [1]/a.txt", "x")
    assert [path.name for path in find_inputs(["kitap [1]"], tmp_path)] == ["a.txt"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data=st.binary(min_size=1, max_size=400),
    ending=st.sampled_from(
        ["txt", "md", "jsonl", "json", "csv", "tsv", "pdf", "docx", "epub", "html", "parquet", "warc", "jsonl.gz", "csv.zst"]
    ),
)
def test_no_bytes_stop_a_reader(tmp_path: Path, data: bytes, ending: str) -> None:
    documents, rejected = read_all(write(tmp_path, f"a.{ending}", data), tmp_path)
    assert all(one.source.startswith(f"a.{ending}") for one in documents)
    assert all(one.reason and one.detail for one in rejected)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip), max_size=5))
def test_json_lines_give_back_what_was_written(tmp_path: Path, texts: list[str]) -> None:
    path = write(tmp_path, "a.jsonl", "\n".join([json.dumps({"text": text}, ensure_ascii=False) for text in texts]) + "\n")
    assert [one.text for one in read_all(path, tmp_path)[0]] == texts
