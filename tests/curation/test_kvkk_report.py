from __future__ import annotations

import json

import pytest

from curation.config import PiiConfig
from curation.pii.report import kvkk_rows, kvkk_summary
from curation.pii.scrub import scrub

KEY = b"a key of the tests, and of nothing else"
PLANTED = [
    "Ayşe",
    "Yılmaz",
    "ayse",
    "yilmaz",
    "0532",
    "123 45 67",
    "12345678950",
    "ornek.com",
    "TR33",
    "8413",
    "Atatürk",
    "34710",
    "1985",
    "34 ABC",
    "astım",
]
TEXTS = (
    "Sayın Ayşe Yılmaz'ın başvurusu alındı, tel 0532 123 45 67, ayse.yilmaz@ornek.com. TC kimlik no 12345678950, IBAN TR33 0006 1005 1978 6457 8413 26.\n"
    "Adresi: Fevzi Çakmak Mah. Atatürk Cad. No: 12 34710 Kadıköy/İstanbul. Doğum tarihi: 14 Mart 1985. Aracı 34 ABC 123. Ayşe Hanım astım hastası.",
    "Ayşe Yılmaz dosyası",
    "https://belge.com.tr/ayse-yilmaz",
    "belgeler/ayse_yilmaz_dilekce.txt",
)


@pytest.mark.parametrize("policy", ["tag", "surrogate", "mask", "drop", "keep"])
def test_no_planted_value_stands_in_any_byte_of_the_report(policy: str) -> None:
    config = PiiConfig.model_validate({"policy": policy})
    scrubbed = scrub(TEXTS, config, key=KEY)
    rows = kvkk_rows("d-1", TEXTS[3], scrubbed)
    written = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    written += json.dumps(kvkk_summary(rows, config, documents=1, sensitive=dict.fromkeys(scrubbed.sensitive, 1)), ensure_ascii=False)
    assert len(rows) >= 10
    assert [value for value in PLANTED if value in written] == []


def test_a_row_tells_what_where_by_which_rule_and_what_was_done() -> None:
    scrubbed = scrub(("Sayın Ayşe Yılmaz'a yazıldı.", "Ayşe Yılmaz dosyası"), PiiConfig())
    first, second = kvkk_rows("d-1", "belgeler/a.txt", scrubbed)
    assert first | {"rule": ""} == {
        "document_id": "d-1",
        "source": "belgeler/a.txt",
        "field": "text",
        "kind": "PERSON",
        "rule": "",
        "start": 6,
        "end": 14,
        "action": "tag",
        "written": "<KİŞİ_1>",
    }
    assert (second["field"], second["start"], second["end"]) == ("title", 0, 8)


def test_a_path_with_a_name_is_shown_as_it_was_written() -> None:
    rows = kvkk_rows("d-1", TEXTS[3], scrub(TEXTS, PiiConfig()))
    assert {row["source"] for row in rows} == {"belgeler/<KİŞİ_1>_dilekce.txt"}


def test_the_summary_counts_by_kind_rule_and_action() -> None:
    config = PiiConfig(policies={"PHONE": "keep"})
    rows = [
        row
        for number, text in enumerate(["Tel: 0532 123 45 67, a@ornek.com", "Tel: 0533 123 45 67", "Çay demlendi."])
        for row in kvkk_rows(f"d-{number}", "a.txt", scrub((text,), config))
    ]
    summary = kvkk_summary(reversed(rows), config, documents=3, sensitive={"ozel:saglik": 2, "ozel:ceza": 1})
    assert (summary["documents"], summary["documents_touched"]) == (3, 2)
    assert summary["kinds"] == {"EMAIL": 1, "PHONE": 2}
    assert summary["actions"] == {"keep": 2, "tag": 1}
    assert [(one["kind"], one["action"], one["count"]) for one in summary["findings"]] == [("EMAIL", "tag", 1), ("PHONE", "keep", 2)]
    assert summary["sensitive"] == {"ozel:ceza": 1, "ozel:saglik": 2}
    assert summary["policy"]["policies"] == {"PHONE": "keep"}
