"""The sample corpus and its answer key hold together, and hold no datum of a real person."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import phonenumbers
import pypdf
import pytest

from curation import turkish
from curation.config import PiiEntity
from curation.storage import read_jsonl
from samples import faults
from samples.build import build
from samples.corpus import Gold, GoldPii, place
from samples.writings import HERE, Writing, read_extra, read_fields, unmark

CORPUS = HERE / "belgeler"
GOLD = list(read_jsonl(HERE / "gold.jsonl", Gold))
PII = list(read_jsonl(HERE / "gold_pii.jsonl", GoldPii))
SPANS = [span for row in PII for span in row.spans]
WRITINGS = {writing.name: writing for texts in read_fields().values() for writing in texts}
TEXT_KEYS = ("metin", "text")
PAGES = tuple(f"#{page}" for page in range(2, 9))


def rows(kind: str) -> list[Gold]:
    found = [row for row in GOLD if row.kind == kind]
    assert found
    return found


def texts(*kinds: str) -> list[str]:
    found = [span.text for span in SPANS if span.kind in kinds]
    assert found
    return found


def read_table(path: Path) -> dict[int, dict[str, str]]:
    """Every record of a .csv by the physical line it starts on."""
    found, line = {}, 1
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames
        for record in reader:
            found[line + 1] = record
            line = reader.line_num
    return found


def record_text(source: str) -> str:
    """The raw text of a record: of a .jsonl or .csv its text column, of a PDF all its pages without their numbers, of another file all of it."""
    path, line = place(source)
    file = CORPUS / path
    if path.endswith(".csv"):
        return read_table(file)[line]["metin"]
    if path.endswith(".jsonl"):
        record = json.loads(file.read_text(encoding="utf-8").split("\n")[line - 1])
        return str(next(record[key] for key in TEXT_KEYS if key in record))
    if path.endswith(".pdf"):
        lines = "\n".join(page.extract_text() for page in pypdf.PdfReader(file).pages).split("\n")
        return "\n".join(line for line in lines if not line.isdigit())
    if path.endswith(".docx"):
        xml = zipfile.ZipFile(file).read("word/document.xml").decode()
        return html.unescape(re.sub(r"<[^>]+>", "", xml.replace("</w:p>", "\n")))
    return html.unescape(file.read_text(encoding="utf-8"))


def contents(path: Path) -> object:
    """What must stay when a library is replaced by another version: text of a PDF, parts of a .docx, bytes of the rest."""
    if path.suffix == ".pdf" and path.name != "kesik.pdf":
        return [page.extract_text() for page in pypdf.PdfReader(path).pages]
    if path.suffix == ".docx" and path.stat().st_size:
        with zipfile.ZipFile(path) as parts:
            return parts.read("word/document.xml")
    return b"" if path.name == "kesik.pdf" else path.read_bytes()


def tree(root: Path) -> dict[str, Path]:
    names = ("belgeler", "bozuk", "gold.jsonl", "gold_pii.jsonl")
    files = [path for name in names for path in ((root / name).rglob("*") if (root / name).is_dir() else [root / name]) if path.is_file()]
    return {path.relative_to(root).as_posix(): path for path in files}


# --- the build ---------------------------------------------------------------------------------------------------------


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    build(tmp_path / "one")
    build(tmp_path / "two")
    one, two = tree(tmp_path / "one"), tree(tmp_path / "two")
    assert len(one) > 150
    assert {name: path.read_bytes() for name, path in one.items()} == {name: path.read_bytes() for name, path in two.items()}


def test_a_build_gives_the_files_that_are_kept_here(tmp_path: Path) -> None:
    build(tmp_path)
    built, kept = tree(tmp_path), tree(HERE)
    assert sorted(built) == sorted(kept)
    assert [name for name in built if contents(built[name]) != contents(kept[name])] == []


def test_a_build_removes_what_an_earlier_one_left(tmp_path: Path) -> None:
    stale = tmp_path / "belgeler" / "eski.txt"
    stale.parent.mkdir()
    stale.write_text("eski", encoding="utf-8")
    build(tmp_path)
    assert not stale.exists()


# --- clean texts -------------------------------------------------------------------------------------------------------


def test_at_least_120_clean_documents_of_80_to_600_words_come_from_at_least_12_fields() -> None:
    clean = {WRITINGS[row.writing] for row in rows("clean")}
    assert len(clean) >= 120
    assert len({writing.field for writing in clean}) >= 12
    assert [writing.name for writing in clean if not 80 <= len(turkish.words(writing.text)) <= 600] == []


def test_every_writing_is_in_the_corpus_once_outside_the_copies() -> None:
    held = Counter(name for name, _ in {(row.writing, place(row.source)) for row in GOLD if not row.of and not row.source.endswith(PAGES)})
    assert {name: held[name] for name in WRITINGS} == dict.fromkeys(WRITINGS, 1)


@pytest.mark.parametrize("name", sorted({row.writing for row in rows("clean")}))
def test_clean_records_hold_the_whole_of_their_writing(name: str) -> None:
    blocks = [line.removeprefix("- ") for block in WRITINGS[name].blocks for line in block]
    pages = [re.sub(r"\n\d+$", "", record_text(row.source)) for row in rows("clean") if row.writing == name]
    held = " ".join("\n".join(pages).split())
    assert [block for block in blocks if " ".join(block.split()) not in held] == []


def test_clean_documents_come_in_every_file_kind() -> None:
    kinds = Counter(Path(path).suffix for path in {place(row.source)[0] for row in rows("clean")})
    assert set(kinds) == {".txt", ".jsonl", ".html", ".csv", ".md", ".docx", ".pdf"}
    assert kinds[".pdf"] == kinds[".docx"] == 3


def test_the_table_has_quotes_semicolons_and_line_breaks_inside_its_fields() -> None:
    fields = [value for record in read_table(CORPUS / "mutfak.csv").values() for value in record.values()]
    assert all(any(mark in value for value in fields) for mark in ('"', ";", "\n", ","))


def test_a_pdf_has_several_pages_each_with_its_number_at_the_foot() -> None:
    for file in CORPUS.rglob("*.pdf"):
        pages = [page.extract_text().split("\n") for page in pypdf.PdfReader(file).pages]
        assert len(pages) >= 2
        assert [lines[-1] for lines in pages] == [str(number) for number in range(1, len(pages) + 1)]
        assert not any(line.endswith("-") for lines in pages for line in lines)


# --- the answer key ----------------------------------------------------------------------------------------------------


def test_every_record_of_the_corpus_has_exactly_one_answer() -> None:
    sources = []
    for file in (path for path in CORPUS.rglob("*") if path.is_file()):
        name = file.relative_to(CORPUS).as_posix()
        if file.suffix == ".jsonl":
            sources += [f"{name}:{line}" for line in range(1, file.read_bytes().count(b"\n") + 1)]
        elif file.suffix == ".csv":
            sources += [f"{name}:{line}" for line in read_table(file)]
        else:
            sources.append(name)
    assert sorted(sources) == sorted(row.source for row in GOLD)


def test_a_dropped_record_has_a_reason_and_a_kept_one_has_none() -> None:
    assert {row.expect for row in GOLD} == {"keep", "drop"}
    assert [row.source for row in GOLD if bool(row.reason) != (row.expect == "drop")] == []


def test_every_original_is_kept_and_stands_before_its_copy() -> None:
    copies = [row for row in GOLD if row.of]
    kept = {row.source for row in GOLD if row.expect == "keep"}
    assert len(copies) >= 30
    assert [row.source for row in copies if row.of not in kept or place(row.of) >= place(row.source)] == []


def test_the_planted_faults_are_as_many_as_the_readme_says() -> None:
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    stated = {match[1]: int(match[2]) for match in re.finditer(r"^\| `(\w+)` \| (\d+) \|", readme, re.MULTILINE)}
    assert stated == Counter(row.kind for row in GOLD)


# --- faults ------------------------------------------------------------------------------------------------------------


def writing_of(row: Gold) -> str:
    return WRITINGS[row.writing].text


def recode(text: str, wrong: str, right: str) -> str:
    return b"".join(letter.encode(wrong) if letter.encode(wrong, "ignore") else letter.encode("latin-1") for letter in text).decode(right)


@pytest.mark.parametrize("row", rows("mojibake_utf8"), ids=lambda row: row.source)
def test_utf8_mojibake_can_be_undone_and_shows(row: Gold) -> None:
    raw = (CORPUS / row.source).read_bytes().decode("utf-8").strip()
    assert "Ã" in raw
    assert "ş" not in raw
    assert recode(raw, "latin-1" if "Å\x9f" in raw else "cp1252", "utf-8") == writing_of(row)


@pytest.mark.parametrize("row", rows("mojibake_cp1254"), ids=lambda row: row.source)
def test_turkish_8_bit_mojibake_can_be_undone_and_shows(row: Gold) -> None:
    raw = (CORPUS / row.source).read_bytes().decode("utf-8").strip()
    assert {"þ", "ý"} <= set(raw)
    assert recode(raw, "latin-1", "cp1254") == writing_of(row)


@pytest.mark.parametrize(("kind", "encoding"), [("cp1254", "cp1254"), ("utf16", "utf-16")])
def test_a_file_in_another_encoding_holds_its_writing_and_is_not_utf8(kind: str, encoding: str) -> None:
    for row in rows(kind):
        raw = (CORPUS / row.source).read_bytes()
        assert raw.decode(encoding).strip() == writing_of(row)
        with pytest.raises(UnicodeDecodeError):
            raw.decode("utf-8")


@pytest.mark.parametrize("kind", ["wrapped", "wrapped_hyphenated"])
def test_hard_wrapped_lines_are_at_most_72_columns_and_join_to_the_writing(kind: str) -> None:
    for row in rows(kind):
        raw = record_text(row.source).strip()
        assert 55 <= max(map(len, raw.split("\n"))) <= 72
        assert raw.count("-\n") >= 1 or kind == "wrapped"
        blocks = [block.replace("-\n", "").replace("\n", " ") for block in raw.split("\n\n")]
        assert "\n\n".join(blocks) == writing_of(row)


def test_a_word_is_divided_between_syllables_only() -> None:
    assert faults.hyphenated("kütüphaneden çıkan öğrenciler", 17) == "kütüphaneden çı-\nkan öğrenciler"
    assert faults.hyphenated("Ankara'dan 1.250.000 kilo", 12) == "Ankara'dan\n1.250.000\nkilo"


def test_copies_in_capitals_and_without_turkish_letters_fold_to_their_original() -> None:
    for row in rows("capitals") + rows("ascii_copy"):
        raw = record_text(row.source).strip()
        assert turkish.fold(raw) == turkish.fold(writing_of(row))
        assert raw.isascii() if row.kind == "ascii_copy" else not re.search(r"[a-zçğıöşü]", raw)


def test_exact_duplicates_differ_in_white_space_and_case_of_the_title_at_most() -> None:
    for row in rows("exact_duplicate"):
        copy, original = (turkish.lower(" ".join(record_text(source).split())) for source in (row.source, row.of))
        assert copy == original


def test_ascii_documents_that_are_no_copies_resemble_nothing_else() -> None:
    others = [writing.text for writing in WRITINGS.values()]
    for row in rows("ascii"):
        text = record_text(row.source)
        assert text.isascii()
        assert max(faults.jaccard(text, other) for other in others) < 0.05


def shingles_by_hand(text: str) -> set[str]:
    words = [turkish.fold(word) for word in turkish.words(text)]
    return {" ".join(words[start : start + 5]) for start in range(len(words) - 4)}


def test_the_stated_similarity_of_every_near_copy_is_right() -> None:
    for row in rows("near_duplicate"):
        one, other = shingles_by_hand(record_text(row.source)), shingles_by_hand(record_text(row.of))
        assert row.jaccard == pytest.approx(len(one & other) / len(one | other), abs=0.0001)


def test_near_copies_lie_well_on_either_side_of_the_threshold_with_and_without_their_title() -> None:
    seen: Counter[float] = Counter()
    for row in rows("near_duplicate"):
        body = [record_text(source).partition("\n\n")[2] for source in (row.source, row.of)]
        assert row.jaccard is not None
        low, high = sorted((row.jaccard, faults.jaccard(*body)))
        assert low >= 0.82 if row.expect == "drop" else high <= 0.75
        seen[min((0.95, 0.9, 0.85, 0.7, 0.6, 0.5), key=lambda level: abs(level - row.jaccard))] += 1
    assert set(seen.values()) == {2}
    assert len(seen) == 6


def test_different_writings_are_far_from_being_duplicates() -> None:
    sets = [shingles_by_hand(writing.body) for writing in [*WRITINGS.values(), *read_extra("kisisel"), *read_extra("ascii")]]
    nearest = max(len(a & b) / len(a | b) for i, a in enumerate(sets) for b in sets[:i])
    assert nearest < 0.05


# --- personal data -----------------------------------------------------------------------------------------------------


def digits(text: str) -> list[int]:
    return [int(letter) for letter in text if letter.isdigit()]


def is_tckn(text: str) -> bool:
    d = digits(text)
    return len(d) == 11 and d[0] > 0 and d[9] == (7 * sum(d[0:9:2]) - sum(d[1:8:2])) % 10 and d[10] == sum(d[:10]) % 10


def is_vkn(text: str) -> bool:
    d = digits(text)
    parts = [(value + 9 - i) % 10 for i, value in enumerate(d[:9])]
    total = sum((part * 2 ** (9 - i) % 9 or 9) if part else 0 for i, part in enumerate(parts))
    return len(d) == 10 and d[9] == (10 - total % 10) % 10


def is_iban(text: str) -> bool:
    plain = text.replace(" ", "")
    return re.fullmatch(r"TR\d{24}", plain) is not None and int(f"{plain[4:]}2927{plain[2:4]}") % 97 == 1


def is_card(text: str) -> bool:
    d = digits(text)[::-1]
    return 13 <= len(d) <= 19 and (sum(d[0::2]) + sum(sum(divmod(2 * value, 10)) for value in d[1::2])) % 10 == 0


def test_gold_offsets_slice_to_their_text_and_do_not_overlap() -> None:
    for row in PII:
        ends = 0
        for span in row.spans:
            assert row.text[span.start : span.end] == span.text
            assert span.start >= ends
            ends = span.end


def test_the_gold_text_is_the_text_of_the_record() -> None:
    assert [row.source for row in PII if record_text(row.source).strip() != row.text] == []
    assert sorted(row.source for row in PII) == sorted(row.source for row in rows("pii") + rows("pii_trap"))


def test_a_span_ends_before_the_apostrophe_and_holds_no_form_of_address() -> None:
    assert [span.text for span in SPANS if set(span.text) & set(turkish.APOSTROPHES)] == []
    assert [text for text in texts("PERSON") if re.search(r"\b(?:Bey|Hanım|Sayın|Av\.|Dr\.|Teyze)(?!\w)", text)] == []


def test_every_kind_of_personal_data_is_planted() -> None:
    assert {span.kind for span in SPANS} == set(get_args(PiiEntity))


@pytest.mark.parametrize(("kind", "is_valid"), [("TCKN", is_tckn), ("VKN", is_vkn), ("IBAN", is_iban), ("CARD", is_card)])
def test_planted_identifiers_have_valid_checksums(kind: str, is_valid: Callable[[str], bool]) -> None:
    assert [text for text in texts(kind) if not is_valid(text)] == []
    broken = [text[:-1] + str((int(text[-1]) + 1) % 10) for text in texts(kind)]
    assert [text for text in broken if is_valid(text)] == []


def test_a_planted_mersis_number_holds_a_valid_tax_number() -> None:
    assert [text for text in texts("MERSIS") if not (len(text) == 16 and text[0] == "0" and is_vkn(text[1:11]))] == []


def test_planted_identifiers_are_test_values_on_their_face() -> None:
    assert [text for text in texts("TCKN") if "0000" not in text and text.replace(" ", "") not in ("11111111110", "12345678950")] == []
    assert [text for text in texts("IBAN") if "99999" not in text.replace(" ", "")] == []
    assert [text for text in texts("PHONE") if "555000" not in re.sub(r"\D", "", text)] == []
    assert [text for text in texts("EMAIL") if not text.endswith(("@ornek.com", "@example.com.tr"))] == []
    assert [text for text in texts("KEP") if not re.fullmatch(r"ornek\.\w+@hs\d\d\.kep\.tr", text)] == []
    assert [text for text in texts("ADDRESS") if "Örnek" not in text] == []


def test_planted_phones_are_numbers_that_a_turkish_reader_recognises() -> None:
    assert [text for text in texts("PHONE") if not phonenumbers.is_valid_number(phonenumbers.parse(text, "TR"))] == []


def test_traps_hold_no_span_and_no_valid_identifier() -> None:
    traps = [row for row in PII if row.source.startswith("kayitlar")]
    assert len(traps) == 3
    for row in traps:
        numbers = re.findall(r"\d[\d -]{8,}\d", row.text)
        assert row.spans == ()
        assert not any(is_tckn(number) or is_card(number) for number in numbers)


def unplanted_texts() -> list[str]:
    planted = {row.source for row in PII}
    return [record_text(row.source) for row in GOLD if row.source not in planted and row.kind not in ("cp1254", "utf16")]


def test_no_real_looking_personal_data_stands_outside_the_gold() -> None:
    everything = "\n".join([*unplanted_texts(), *(writing.text for writing in WRITINGS.values())])
    assert re.findall(r"\S+@\S+\.\w+", everything) == []
    assert re.findall(r"\bTR ?\d\d(?: ?\d{4}){5}", everything) == []
    assert [number for number in re.findall(r"\b\d{10,19}\b", everything) if is_tckn(number) or is_card(number)] == []
    assert [match.raw_string for match in phonenumbers.PhoneNumberMatcher(everything, "TR")] == []
    assert re.findall(r"\b(?:0[1-9]|[1-7]\d|8[01]) ?[A-Z]{1,3} ?\d{2,5}\b", everything) == []


def test_everything_personal_in_the_marked_texts_is_marked() -> None:
    for writing in read_extra("kisisel"):
        _, spans = unmark(writing.body)
        rest = re.sub(r"\[[^\]]+\]\([A-Z_]+\)", "", writing.body)
        assert spans
        assert not re.search(r"@|\bTR\d|\d{7,}|\b0 ?\(?555", rest)


# --- bad files ---------------------------------------------------------------------------------------------------------


def test_the_bad_files_are_bad_in_the_way_the_readme_says() -> None:
    bad = HERE / "bozuk"
    assert (bad / "bos.txt").read_bytes() == (bad / "bos.docx").read_bytes() == b""
    assert b"\0" in (bad / "ikili.txt").read_bytes()
    assert (bad / "kesik.pdf").read_bytes().startswith(b"%PDF") and b"%%EOF" not in (bad / "kesik.pdf").read_bytes()
    assert (bad / "klasor.txt").is_dir()
    assert "metin" not in next(csv.reader(io.StringIO((bad / "eksik-sutun.csv").read_text(encoding="utf-8"))))


def test_the_bad_lines_stand_between_good_ones() -> None:
    lines = (HERE / "bozuk" / "kirik-satir.jsonl").read_text(encoding="utf-8").splitlines()
    with pytest.raises(json.JSONDecodeError):
        json.loads(lines[1])
    assert ["metin" in json.loads(lines[line]) for line in (0, 2, 3)] == [True, False, True]


def test_unmark_gives_offsets_into_the_text_without_marks() -> None:
    text, spans = unmark("Dün [Ali Uydurma](PERSON)'ya ve [Can](PERSON) Bey'e yazdım.")
    assert text == "Dün Ali Uydurma'ya ve Can Bey'e yazdım."
    assert [(text[span.start : span.end], span.kind) for span in spans] == [("Ali Uydurma", "PERSON"), ("Can", "PERSON")]


def test_a_slug_is_short_and_ascii() -> None:
    writing = Writing("saglik", 0, "İğne ile iplik: ışığın öyküsü, gölgenin şarkısı, ağacın çınlaması", "")
    assert writing.slug == "igne-ile-iplik-isigin-oykusu-golgenin-sarkisi"
