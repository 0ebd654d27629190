from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.config import CurateConfig
from curation.curate import Funnel, curate
from curation.errors import InputError
from curation.records import Document, Rejected

CARGO = "Kargonuz iki iş günü içinde teslim edilir ve bu süre bayramlarda uzayabilir."
RETURNS = "Ürünü on dört gün içinde hiçbir gerekçe göstermeden iade edebilirsiniz, ücret kartınıza yatırılır."
ENGLISH = "This sentence is written in English and must not stay in a Turkish data set at all."
PRIVATE = "Müşterimiz Ayşe Yılmaz'ın telefonu 0532 123 45 67 olarak kayıtlıdır ve adresi için bekleniyor."


def run(root: Path, rows: list[Any], **keys: Any) -> tuple[list[Document], list[Rejected], Funnel]:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    (root / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    rejected: list[Rejected] = []
    funnel = Funnel()
    config = CurateConfig(**{"inputs": ("a.jsonl",), **keys})
    documents = list(curate(config, root, reject=rejected.append, funnel=funnel))
    return documents, rejected, funnel


def test_a_document_carries_its_source_title_license_language_and_tags(tmp_path: Path) -> None:
    row = {"text": CARGO.encode("cp1254").decode("cp1252"), "title": "Kargo", "url": "https://ornek.com", "date": "2024-01-02"}
    (document,), rejected, _ = run(tmp_path, [row], license="CC0-1.0")
    assert rejected == []
    assert document.text == CARGO
    assert (document.source, document.title, document.license, document.language) == ("a.jsonl:1", "Kargo", "CC0-1.0", "tr")
    assert (document.url, document.date, document.tags) == ("https://ornek.com", "2024-01-02", ("mojibake_cp1254",))


def test_every_row_is_kept_or_rejected_with_its_reason(tmp_path: Path) -> None:
    documents, rejected, funnel = run(
        tmp_path,
        [{"text": CARGO}, "{bozuk", {"text": ENGLISH}, {"text": "Çok kısa metin."}, {"text": CARGO.upper()}, {"text": "\u200b\u200b"}],
    )
    assert [one.source for one in documents] == ["a.jsonl:1"]
    assert [(one.source, one.reason) for one in rejected] == [
        ("a.jsonl:2", "broken_json"),
        ("a.jsonl:3", "language"),
        ("a.jsonl:4", "too_short"),
        ("a.jsonl:6", "empty_text"),
        ("a.jsonl:5", "exact_duplicate"),
    ]
    assert funnel.read == 6
    assert funnel.kept == 1
    assert funnel.rejected.total() == 5


def test_rejected_texts_are_scrubbed_too(tmp_path: Path) -> None:
    private_english = ENGLISH + " Call Mr. Smith at +90 532 123 45 67 today."
    documents, rejected, funnel = run(tmp_path, [{"text": PRIVATE, "title": "Ayşe Yılmaz"}, {"text": private_english}])
    written = json.dumps([str(one) for one in (*documents, *rejected)], ensure_ascii=False)
    assert "123 45 67" not in written
    assert "Ayşe" not in written
    assert documents[0].title == "<KİŞİ_1>"
    assert set(documents[0].tags) == {"pii:PERSON", "pii:PHONE"}
    assert funnel.pii_covered == {"PERSON": 2, "PHONE": 2}


def test_dropped_documents_leave_no_text_behind(tmp_path: Path) -> None:
    documents, rejected, _ = run(tmp_path, [{"text": PRIVATE}, {"text": CARGO}], pii={"policy": "drop"})
    assert [one.text for one in documents] == [CARGO]
    assert [(one.reason, one.detail, one.text) for one in rejected] == [("personal_data", "KİŞİ 1, TELEFON 1", "")]


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    documents, _, funnel = run(tmp_path, [{"text": CARGO}, {"text": RETURNS}, {"text": PRIVATE}], limits={"max_documents": 2})
    assert [one.source for one in documents] == ["a.jsonl:1", "a.jsonl:2"]
    assert funnel.read == 2


def test_an_empty_language_list_keeps_every_language(tmp_path: Path) -> None:
    documents, _, funnel = run(tmp_path, [{"text": ENGLISH}], language={"keep": ()}, quality={"preset": "none"})
    assert [one.language for one in documents] == ["en"]
    assert funnel.languages == {"en": 1}


def test_the_same_input_gives_the_same_documents(tmp_path: Path) -> None:
    rows = [{"text": CARGO}, {"text": RETURNS}, {"text": PRIVATE}, {"text": RETURNS + " "}]
    assert run(tmp_path, rows) == run(tmp_path, rows)


def test_ids_follow_source_and_raw_text(tmp_path: Path) -> None:
    first = run(tmp_path, [{"text": CARGO}])[0][0].id
    assert run(tmp_path, [{"text": CARGO + " "}])[0][0].id != first


def test_progress_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CARGO, encoding="utf-8")
    seen: list[tuple[int, int | None]] = []
    list(curate(CurateConfig(inputs=("*.txt",)), tmp_path, reject=lambda _: None, tick=lambda done, total: seen.append((done, total))))
    assert seen == [(1, None)]


def test_an_input_that_matches_nothing_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="yok"):
        list(curate(CurateConfig(inputs=("yok/*.txt",)), tmp_path, reject=lambda _: None))


ROW = st.one_of(
    st.sampled_from([{"text": CARGO}, {"text": RETURNS}, {"text": PRIVATE}, {"text": ENGLISH}, {"x": 1}, "{bozuk", "[]"]),
    st.builds(lambda text: {"text": text}, st.text(max_size=60)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(rows=st.lists(ROW, min_size=1, max_size=8))
def test_nothing_is_lost(tmp_path: Path, rows: list[Any]) -> None:
    documents, rejected, funnel = run(tmp_path, rows)
    assert funnel.read == len(rows)
    assert funnel.read == funnel.kept + funnel.rejected.total()
    assert (funnel.kept, funnel.rejected.total()) == (len(documents), len(rejected))
    json.dumps([str(one) for one in (*documents, *rejected)]).encode()
