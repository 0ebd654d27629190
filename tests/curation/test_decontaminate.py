from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from curation import turkish
from curation.config import DecontaminateConfig, EvaluationSet
from curation.decontaminate import Contamination, read_contaminants
from curation.dedup.folding import words
from curation.errors import InputError

QUESTION = "Iğdır Ovası'nı sulayan ve Türkiye ile Ermenistan arasında sınır çizen akarsu hangisidir, nereye dökülür, kaç kilometredir?"
SHORT = "Kızılırmak hangi ilimizde denize dökülür diye sordu öğretmen"
FILLER = "Köyde bayram sabahı herkes meydanda toplandı ve uzun uzun konuştu."


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(content.encode()) if path.suffix == ".gz" else content.encode())
    return path


def config_of(path: Path, fields: tuple[str, ...] = (), **keys: Any) -> DecontaminateConfig:
    return DecontaminateConfig(sets=(EvaluationSet(path=path.name, name="sınav", fields=fields),), **keys)


def find(folder: Path, text: str, rows: list[dict[str, Any]], fields: tuple[str, ...] = (), **keys: Any) -> Contamination | None:
    path = write(folder / "sinav.jsonl", rows)
    return read_contaminants(config_of(path, fields, **keys), folder).find(text)


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("denize", "de\u00adnize"),
        ("denize", "de\u200bnize"),
        ("denize", "\ufeffdeni\u2060ze"),
        ("denize", "_denize_"),
        ("hangi ilimizde", "__hangi ilimizde__"),
        ("denize", "de-\nnize"),
        ("denize", "de\u2010 \n  nize"),
        ("denize dökülür", "denize-\ndökülür"),
    ],
)
def test_marks_within_words_and_words_over_two_lines_hide_no_item(tmp_path: Path, written: str, otherwise: str) -> None:
    text = f"{FILLER} {SHORT.replace(written, otherwise)} {FILLER}"
    assert find(tmp_path, text, [{"soru": SHORT}]) == find(tmp_path, f"{FILLER} {SHORT} {FILLER}", [{"soru": SHORT}])


def test_an_item_that_is_written_with_marks_is_found_where_they_are_missing(tmp_path: Path) -> None:
    marked = SHORT.replace("denize", "_de\u00adnize_").replace("hangi", "han-\ngi")
    assert find(tmp_path, f"{FILLER} {SHORT}", [{"soru": marked}]) is not None
    assert find(tmp_path, f"{FILLER} {marked}", [{"soru": marked}]) is not None


def test_a_document_that_holds_an_item_names_set_item_and_share(tmp_path: Path) -> None:
    found = find(
        tmp_path,
        f"{FILLER} {QUESTION} {FILLER}",
        [{"soru": "Başka bir soru, dokuz sözcükten de biraz uzun olsun diye."}, {"soru": QUESTION}],
    )
    assert found is not None
    assert (found.set, found.item, found.overlap) == ("sınav", 2, 1.0)
    assert found.run.startswith("igdir ovasini sulayan")
    assert "sınav kümesinin 2. maddesi" in found.detail()


def test_case_spelling_and_punctuation_do_not_hide_an_item(tmp_path: Path) -> None:
    for form in (turkish.upper(QUESTION), turkish.ascii_letters(QUESTION), QUESTION.replace(",", " –")):
        assert find(tmp_path, f"{FILLER} {form}", [{"soru": QUESTION}]) is not None


def test_part_of_an_item_counts_from_thirteen_words(tmp_path: Path) -> None:
    own = QUESTION.split()
    assert find(tmp_path, " ".join(own[:12]) + " " + FILLER, [{"soru": QUESTION}]) is None
    found = find(tmp_path, " ".join(own[:13]) + " " + FILLER, [{"soru": QUESTION}])
    assert found is not None
    assert found.overlap == pytest.approx(13 / len(words(QUESTION)), abs=1e-4)


def test_a_least_share_can_be_asked_for(tmp_path: Path) -> None:
    text = " ".join(QUESTION.split()[:13])
    assert find(tmp_path, text, [{"soru": QUESTION}], min_overlap=0.95) is None
    assert find(tmp_path, QUESTION, [{"soru": QUESTION}], min_overlap=0.95) is not None


def test_a_short_item_must_stand_in_the_document_whole(tmp_path: Path) -> None:
    assert find(tmp_path, f"{FILLER} {SHORT}. {FILLER}", [{"soru": SHORT}]) is not None
    assert find(tmp_path, f"{FILLER} {' '.join(SHORT.split()[:-1])}. {FILLER}", [{"soru": SHORT}]) is None


def test_items_that_are_too_short_are_counted_and_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "sinav.jsonl", [{"soru": "Başkent neresidir?"}, {"soru": QUESTION}])
    prepared = read_contaminants(config_of(path), tmp_path)
    assert prepared.skipped == 1
    assert prepared.find("Başkent neresidir?") is None


def test_only_named_fields_are_compared(tmp_path: Path) -> None:
    rows = [{"metin": QUESTION, "soru": SHORT}]
    assert find(tmp_path, QUESTION, rows, ("soru",)) is None
    assert find(tmp_path, SHORT, rows, ("soru",)) is not None


def test_choices_in_a_list_are_one_text(tmp_path: Path) -> None:
    assert find(tmp_path, SHORT, [{"şıklar": SHORT.split()}]) is not None


def test_the_item_with_most_of_its_words_in_the_document_is_named(tmp_path: Path) -> None:
    found = find(tmp_path, QUESTION, [{"soru": QUESTION + " " + FILLER}, {"soru": QUESTION}])
    assert found is not None
    assert found.item == 2


def test_txt_csv_tsv_parquet_and_packed_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"\n{QUESTION}\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text(f'no,soru\n1,"{QUESTION}"\n', encoding="utf-8-sig")
    (tmp_path / "c.tsv").write_text(f"no\tsoru\n1\t{QUESTION}\n", encoding="utf-8")
    write(tmp_path / "d.jsonl.gz", [{"soru": QUESTION}])
    parquet.write_table(pyarrow.table({"no": [1, 2], "soru": ["kısa", QUESTION]}), tmp_path / "e.parquet")
    items = {"a.txt": 2, "b.csv": 1, "c.tsv": 1, "d.jsonl.gz": 1, "e.parquet": 2}
    for name, item in items.items():
        found = read_contaminants(DecontaminateConfig(sets=(EvaluationSet(path=name),)), tmp_path).find(QUESTION)
        assert found is not None
        assert (found.set, found.item) == (name, item)


def test_no_set_finds_nothing(tmp_path: Path) -> None:
    assert read_contaminants(DecontaminateConfig(), tmp_path).find(QUESTION) is None


@pytest.mark.parametrize(
    ("name", "content", "fields", "message"),
    [
        ("yok.jsonl", None, (), "cannot be read"),
        ("a.jsonl", b"{", (), r"a\.jsonl:1"),
        ("a.jsonl", b"[1]", (), "JSON object"),
        ("a.jsonl", b'{"soru": "x"}', ("metin",), "no metin; it has soru"),
        ("a.pdf", b"", (), "evaluation set is"),
        ("a.txt", b"\xff\xfe\xff", (), "cannot be read"),
        ("a.jsonl.gz", b"no gzip", (), "cannot be read"),
        ("a.jsonl.gz", gzip.compress(b"{}\n" * 99, mtime=0)[:-9], (), "cannot be read"),
        ("a.parquet", b"no parquet", (), "cannot be read"),
    ],
)
def test_a_set_that_cannot_be_read_is_named(
    name: str, content: bytes | None, fields: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_contaminants(DecontaminateConfig(sets=(EvaluationSet(path=name, fields=fields),)), tmp_path)


TEXTS = st.lists(st.sampled_from(["ev", "su", "dağ", "taş", "Iğdır", "iki", "3", "gök"]), max_size=30).map(" ".join)


@given(TEXTS, st.lists(TEXTS, max_size=4), st.integers(5, 9))
def test_what_is_found_is_what_plain_python_finds(tmp_path_factory: pytest.TempPathFactory, text: str, items: list[str], size: int) -> None:
    folder = tmp_path_factory.mktemp("sets")
    own = words(text)
    overlaps = {}
    for number, item in enumerate(items, 1):
        wanted = words(item)
        run = min(size, len(wanted))
        places = {
            place
            for start in range(len(wanted) - run + 1)
            for place in range(start, start + run)
            if len(wanted) >= 4 and any(own[at : at + run] == wanted[start : start + run] for at in range(len(own) - run + 1))
        }
        if places:
            overlaps[number] = round(len(places) / len(wanted), 4)
    found = find(folder, text, [{"soru": item} for item in items], ngram_words=size, min_words=4)
    if found is None:
        assert not overlaps
    else:
        assert overlaps[found.item] == found.overlap == max(overlaps.values())
