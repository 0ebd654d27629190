"""Word files, books, PDFs and pages: what they hold, and what they may cost."""

from __future__ import annotations

import gzip
import io
import os
import signal
import time
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.config import LimitsConfig
from curation.readers import RawDocument, isolate, read
from curation.readers.pages import moved_pages, page_of
from curation.records import Rejected

ARTICLE = (
    "<p>Ürünü teslim aldıktan sonra on dört gün içinde gerekçe göstermeden iade edebilirsiniz; ürünün kullanılmamış olması gerekir.</p>"
)


def read_all(path: Path, limits: LimitsConfig | None = None) -> tuple[list[RawDocument], list[Rejected]]:
    rejected: list[Rejected] = []
    return list(read(path, path.parent, rejected.append, limits=limits)), rejected


def reasons(rejected: list[Rejected]) -> list[tuple[str, str]]:
    return [(one.source, one.reason) for one in rejected]


def zipped(path: Path, members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


# --- Word ---------------------------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(path: Path, body: str) -> Path:
    return zipped(path, {"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>"})


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def test_what_a_reader_of_the_word_file_sees_is_read(tmp_path: Path) -> None:
    body = (
        f"<w:p>{run('Eski ')}<w:del><w:r><w:delText>silinen</w:delText></w:r></w:del><w:ins>{run('eklenen')}</w:ins></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run('kutudaki')}</w:p></w:sdtContent></w:sdt>"
        f"<w:p><w:hyperlink>{run('bağlantı')}</w:hyperlink><w:r><w:br/></w:r>{run('alt satır')}</w:p>"
        f"<w:p><w:pPr><w:numPr/></w:pPr>{run('madde')}</w:p>"
    )
    documents, rejected = read_all(word(tmp_path / "a.docx", body))
    assert documents[0].text == "Eski eklenen\n\nkutudaki\n\nbağlantı\nalt satır\n\n- madde"
    assert rejected == []


def test_a_table_inside_a_table_is_read_once(tmp_path: Path) -> None:
    inner = f"<w:tbl><w:tr><w:tc><w:p>{run('iç')}</w:p></w:tc></w:tr></w:tbl>"
    body = f"<w:tbl><w:tr><w:tc><w:p>{run('dış')}</w:p>{inner}</w:tc><w:tc><w:p>{run('yan')}</w:p></w:tc></w:tr></w:tbl>"
    assert read_all(word(tmp_path / "a.docx", body))[0][0].text == "dış iç | yan"


def test_styles_are_known_by_their_names_in_every_language_of_word(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "Kılavuz"
    document.add_heading("Giriş", 2)
    document.save(str(tmp_path / "b.docx"))
    with zipfile.ZipFile(tmp_path / "b.docx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name in ("word/document.xml", "word/styles.xml"):
        members[name] = members[name].replace(b'"Heading2"', b'"Balk2"')
    documents, _ = read_all(zipped(tmp_path / "a.docx", members))
    assert (documents[0].title, documents[0].text) == ("Kılavuz", "## Giriş")


def test_a_word_file_nested_without_end_is_one_rejection(tmp_path: Path) -> None:
    body = "<w:sdt><w:sdtContent>" * 100_000 + "</w:sdtContent></w:sdt>" * 100_000
    documents, rejected = read_all(word(tmp_path / "a.docx", body))
    assert (documents, reasons(rejected)) == ([], [("a.docx", "damaged_docx")])


def test_entities_that_stand_for_each_other_are_not_expanded(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    body = f"<!DOCTYPE w:document [{entities}]><w:document {W}><w:body><w:p><w:r><w:t>&e11;</w:t></w:r></w:p></w:body></w:document>"
    documents, rejected = read_all(zipped(tmp_path / "a.docx", {"word/document.xml": body}))
    assert (documents, len(rejected)) == ([], 1)


# --- books --------------------------------------------------------------------------------------------------------

CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/icerik.opf"/></rootfiles></container>'


def book(path: Path, chapters: dict[str, str | bytes], order: list[str], extra: dict[str, str | bytes] | None = None) -> Path:
    items = "".join(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in chapters)
    spine = "".join(f'<itemref idref="{name}"/>' for name in order)
    about = "<dc:title>Kuyucaklı</dc:title><dc:rights>Kamu malı</dc:rights><dc:date>1937-01-02T00:00:00Z</dc:date>"
    package = (
        f'<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{about}</metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    pages = {f"OEBPS/{name}.xhtml": content for name, content in chapters.items()}
    return zipped(path, {"META-INF/container.xml": CONTAINER, "OEBPS/icerik.opf": package, **pages, **(extra or {})})


def chapter(body: str) -> str:
    return f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>yok</title></head><body>{body}</body></html>'


def test_a_book_is_read_in_the_order_of_its_spine_and_knows_its_chapters(tmp_path: Path) -> None:
    chapters = {"b": chapter("<h1>İki</h1><p>Son   bölüm.</p>"), "a": chapter("<h1>Bir</h1><p>İlk <em>bölüm</em>.<br/>Yeni satır.</p>")}
    documents, rejected = read_all(book(tmp_path / "a.epub", chapters, ["a", "b"]))
    text = "# Bir\n\nİlk bölüm.\nYeni satır.\n\n# İki\n\nSon bölüm."
    assert documents == [RawDocument(text, "a.epub", "Kuyucaklı", "", "1937-01-02", "Kamu malı", ((0, 1), (text.index("# İki"), 2)))]
    assert rejected == []


def test_chapters_that_are_missing_or_damaged_are_rejected_by_their_place(tmp_path: Path) -> None:
    chapters: dict[str, str | bytes] = {"a": chapter("<p>bir</p>"), "b": b"\0\1\2" * 50, "c": "<p>kapanmayan &nbsp; <b>etiket"}
    path = book(tmp_path / "a.epub", chapters, ["a", "yok", "b", "c"])
    documents, rejected = read_all(path)
    assert documents[0].text == "bir\n\nkapanmayan etiket"
    assert reasons(rejected) == [("a.epub#3", "damaged_page")]


def test_blocks_of_a_chapter_are_lists_tables_and_ruby_as_they_are_read(tmp_path: Path) -> None:
    body = (
        "<ul><li>bir</li><li><p>iki</p></li></ul><table><tr><th>İl</th><td>Sivas</td></tr></table><script>x()</script><p>a<!-- b -->c</p>"
    )
    documents, _ = read_all(book(tmp_path / "a.epub", {"a": chapter(body)}, ["a"]))
    assert documents[0].text == "- bir\n\niki\n\nİl | Sivas\n\nac"


def test_a_locked_book_is_rejected_and_one_with_hidden_fonts_is_not(tmp_path: Path) -> None:
    def lock(method: str) -> dict[str, str | bytes]:
        return {"META-INF/encryption.xml": f'<e xmlns="u:x"><EncryptionMethod Algorithm="{method}"/></e>'}

    locked = book(tmp_path / "a.epub", {"a": chapter("<p>x</p>")}, ["a"], lock("http://www.w3.org/2001/04/xmlenc#aes128-cbc"))
    fonts = book(tmp_path / "b.epub", {"a": chapter("<p>x</p>")}, ["a"], lock("http://www.idpf.org/2008/embedding"))
    assert reasons(read_all(locked)[1]) == [("a.epub", "encrypted")]
    assert read_all(fonts)[1] == []


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"x": "y"}, "damaged_epub"),
        ({"META-INF/container.xml": "<bozuk"}, "damaged_epub"),
        ({"META-INF/container.xml": CONTAINER}, "damaged_archive"),
    ],
)
def test_an_archive_that_is_no_book_is_one_rejection(tmp_path: Path, members: dict[str, str | bytes], reason: str) -> None:
    documents, rejected = read_all(zipped(tmp_path / "a.epub", members))
    assert (documents, reasons(rejected)) == ([], [("a.epub", reason)])


# --- archives as bombs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_is_stopped_by_the_bytes_it_unpacks_to(tmp_path: Path, method: int) -> None:
    path = zipped(tmp_path / "a.docx", {"word/document.xml": b"0" * 3_000_000}, method)
    assert reasons(read_all(path, LimitsConfig(max_file_mb=0.5))[1]) == [("a.docx", "file_too_large")]


def test_what_a_header_claims_of_a_member_is_not_believed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.docx", {"word/document.xml": b"0" * 3_000_000})
    data = path.read_bytes()
    path.write_bytes(data.replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    documents, rejected = read_all(path, LimitsConfig(max_file_mb=0.5))
    assert (documents, len(rejected)) == ([], 1)


def test_an_archive_of_very_many_members_is_rejected(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.epub", {str(number): b"" for number in range(20_001)}, zipfile.ZIP_STORED)
    assert reasons(read_all(path)[1]) == [("a.epub", "archive_bomb")]


# --- pages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("iso-8859-9", "cp1254"), ("windows-1252", "cp1254"), ("windows-1251", "cp1251"), ("x-bilinmez", "cp1254"), ("utf-7", "utf-8")],
)
def test_a_page_is_read_as_it_says_of_itself_where_that_can_be(tmp_path: Path, charset: str, encoding: str) -> None:
    letters = "ğüşiöçıİĞ" if encoding != "cp1251" else "привет мир"
    page = (
        f'<html><head><meta charset="{charset}"><title>x</title></head><body><article><p>{letters}</p>{ARTICLE * 3}</article></body></html>'
    )
    (tmp_path / "a.html").write_bytes(page.encode(encoding, "replace"))
    assert letters in read_all(tmp_path / "a.html")[0][0].text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_a_page_with_a_mark_or_of_wide_letters_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.html").write_bytes(f'<html><head><meta charset="utf-8"></head><body>{ARTICLE * 3}</body></html>'.encode(encoding))
    assert "gerekçe göstermeden" in read_all(tmp_path / "a.html")[0][0].text


def test_a_page_nested_by_the_ten_thousand_is_rejected_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<div>" * 50_000 + ARTICLE, encoding="utf-8")
    assert reasons(read_all(tmp_path / "a.html")[1]) == [("a.html", "nested_too_deep")]


def test_a_packed_page_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(f"<html><body>{ARTICLE * 3}</body></html>".encode()))
    assert "gerekçe göstermeden" in read_all(tmp_path / "a.html.gz")[0][0].text


# --- the child process --------------------------------------------------------------------------------------------


def pdf_with(path: Path, *contents: str) -> Path:
    """Write a PDF whose pages have the given content streams."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for content in contents:
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        page = (
            f"<< /Type /Page /Parent 2 0 R /Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 612 792] >>"
        )
        objects.append(page)
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, os.SEEK_END)
    offsets = []
    for number, one in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n{one}\nendobj\n".encode())
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n".encode())
    out.write(f"startxref\n{start}\n%%EOF\n".encode())
    path.write_bytes(out.getvalue())
    return path


def shown(text: str) -> str:
    return f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"


def test_a_page_that_takes_too_long_ends_the_document_and_keeps_the_pages_before(tmp_path: Path) -> None:
    slow = shown("yavas") + "\n" + "BT /F1 12 Tf 1 0 0 1 0 0 Tm (x) Tj ET\n" * 400_000
    path = pdf_with(tmp_path / "a.pdf", shown("hizli sayfa"), slow, shown("son"))
    documents, rejected = read_all(path, LimitsConfig(max_seconds=1))
    assert [(one.text, one.pages) for one in documents] == [("hizli sayfa", ((0, 1),))]
    assert reasons(rejected) == [("a.pdf#2", "too_slow")]
    assert "curate.limits.max_seconds" in rejected[0].detail


def test_pages_over_the_limit_are_one_rejection(tmp_path: Path) -> None:
    path = pdf_with(tmp_path / "a.pdf", *(shown(f"sayfa {number}") for number in range(5)))
    documents, rejected = read_all(path, LimitsConfig(max_pages=2))
    assert (documents[0].pages, reasons(rejected)) == (((0, 1), (8, 2)), [("a.pdf#3", "too_many_pages")])


def test_a_file_that_needs_too_much_memory_is_rejected_and_the_next_is_read(tmp_path: Path) -> None:
    paragraph = f"<w:p>{run('metin')}</w:p>"
    limits = LimitsConfig(max_memory_mb=500)
    big = read_all(word(tmp_path / "a.docx", paragraph * 1_500_000), limits)
    small = read_all(word(tmp_path / "b.docx", paragraph), limits)
    assert (big[0], reasons(big[1])) == ([], [("a.docx", "too_much_memory")])
    assert ([one.text for one in small[0]], small[1]) == (["metin"], [])


def test_a_child_that_was_killed_is_started_again_and_answers_the_same(tmp_path: Path) -> None:
    path = word(tmp_path / "a.docx", f"<w:p>{run('metin')}</w:p>")
    before = read_all(path)
    child = isolate._child(os.getpid(), LimitsConfig().max_memory_mb)
    assert child._process is not None
    os.kill(child._process.pid, signal.SIGKILL)
    time.sleep(0.05)
    assert read_all(path) == before


def test_a_module_in_the_current_folder_is_not_run_by_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = word(tmp_path / "a.docx", f"<w:p>{run('metin')}</w:p>")
    (tmp_path / "json.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    documents, rejected = read_all(path, LimitsConfig(max_memory_mb=1999))  # a limit of its own is a child of its own
    assert ([one.text for one in documents], rejected) == (["metin"], [])


def test_a_file_that_vanishes_before_the_child_opens_it_is_one_rejection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = word(tmp_path / "a.docx", f"<w:p>{run('metin')}</w:p>")
    monkeypatch.setattr("curation.readers.refuse_large", lambda reading: reading.path.unlink())
    assert reasons(read_all(path)[1]) == [("a.docx", "unreadable")]


# --- page numbers -------------------------------------------------------------------------------------------------


def test_a_character_stands_on_the_page_that_began_last_before_it() -> None:
    pages = ((0, 1), (10, 3), (20, 4))
    assert [page_of(pages, position) for position in (0, 9, 10, 19, 500)] == [1, 1, 3, 3, 4]
    assert page_of((), 5) is None


WORDS = st.lists(st.text("abcçdeğıiöşü", min_size=3, max_size=9), min_size=30, max_size=60).map(" ".join)


@settings(deadline=None)
@given(texts=st.lists(WORDS, min_size=1, max_size=5, unique=True), gap=st.sampled_from([" ", "\n\n", "", "\u00a0"]))
def test_pages_are_found_again_after_white_space_changed(texts: list[str], gap: str) -> None:
    raw, text, pages, wanted = "", "", [], []
    for number, page in enumerate(texts, 1):
        pages.append((len(raw), number))
        raw += page + "\n"
        wanted.append((len(text), number))
        text += page.replace(" ", "  ") + gap
    assert moved_pages(pages, raw, text) == tuple(wanted)


def test_a_page_whose_beginning_was_hidden_is_still_found() -> None:
    first = "Birinci sayfanın metni uzunca sürer ve ikinci sayfaya kadar gelir, orada biter. "
    second = "Ayşe Yılmaz ikinci sayfanın başında anılır; sonra başka konulara geçilir ve bölüm tamamlanır, kitap biter."
    text = first + second.replace("Ayşe Yılmaz", "<KİŞİ_1>")
    (_, (start, number)) = moved_pages(((0, 1), (len(first), 2)), first + second, text)
    assert number == 2
    assert abs(start - text.index("<KİŞİ_1>")) < 12
