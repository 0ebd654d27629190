"""The documents of the report: distributions with their cuts, clusters, personal data; and notes where an older run left none."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from pipelines.report import write_report
from pipelines.report.histograms import histogram
from pipelines.report.words import reason_word, word
from pipelines.study.limits import Cut
from pipelines.study.measures import Counted, Distribution


def text_of(run: Path) -> str:
    page = re.sub(r"<style>.*?</style>", "", write_report(run).read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def seen(kept: tuple[int, ...], dropped: tuple[int, ...], *cuts: Cut) -> Distribution:
    edges = tuple(float(at) for at in range(len(kept) + 1))
    return Distribution(
        "m", sum(kept) + sum(dropped), "linear", edges, kept, dropped, 0.0, 9.0, (0.0,) * 5, tuple(Counted(cut, 1, 0) for cut in cuts)
    )


def test_the_page_shows_all_that_curation_left(curated: Path) -> None:
    text = text_of(curated)
    wanted = [
        "Sözcük sayısı words",
        "En az 50: sınırın dışında 49 belge (%49,0)",
        "8 belge 3 kümede toplandı",
        "öteki 5 belge elendi",
        "4 belge: haber.jsonl:50",
        "haber.jsonl:65 d-065 0,910",
        "haber.jsonl:55 d-055 birebir",
        "T.C. kimlik numarası checksum etiketlendi 1",
        "Sağlık saglik 7",
        "sinav 4",
        "Birçok belgede yinelenen satırlar shared_line 11",
        "Bütün belgelerde aynı: Dilin olasılığı 0,99.",
    ]
    assert [one for one in wanted if one not in text] == []


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("measures.parquet", "belgelerin ölçüleri saklanmamış"),
        ("clusters.jsonl", "kümeleri saklanmamış"),
        ("kvkk.jsonl", "hangi kuralın ne bulduğu saklanmamış"),
    ],
)
def test_a_file_that_an_older_run_lacks_is_said_and_the_rest_stays(curated: Path, name: str, note: str) -> None:
    import json

    from curation.storage import write_json

    path = curated / "1-documents" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    (curated / "1-documents" / name).unlink()
    del manifest["files"][name]
    write_json(path, manifest)
    text = text_of(curated)
    assert text.count("saklanmamış") == 1
    assert note in text
    assert "Okunan 100 kayıttan 46 tanesi" in text


def test_the_page_is_the_same_every_time_and_small(curated: Path) -> None:
    first = write_report(curated).read_bytes()
    assert write_report(curated).read_bytes() == first
    assert len(first) < 60_000


def test_kept_documents_stand_above_the_line_and_dropped_ones_below_it_in_one_scale() -> None:
    svg = histogram(seen((4, 4, 2), (1, 1, 0)), "ölçü")
    kept, dropped = re.findall(r'd="M[\d.]+ ([\d.]+)V([\d.]+)', svg)
    base = float(kept[0])
    assert float(kept[1]) < base < float(dropped[1])
    assert (base - float(kept[1])) / (float(dropped[1]) - base) == pytest.approx(4, abs=0.05)


def test_a_single_document_beside_thousands_is_still_seen() -> None:
    svg = histogram(seen((9000, 3, 3, 3), (0, 0, 0, 1)), "ölçü")
    heights = [float(one) for one in re.findall(r"V([\d.]+)H", svg.split("fill-two")[1])]
    base = float(re.findall(r'fill-two" d="M[\d.]+ ([\d.]+)', svg)[0])
    assert heights[-1] - base >= 1.5
    assert ">log<" in svg


def test_a_cut_is_drawn_where_it_lies_and_says_what_it_asks() -> None:
    svg = histogram(seen((4, 2, 1, 1), (1, 0, 0, 0), Cut("a", "m", "low", 1.0), Cut("b", "m", "high", 3.0)), "<b>")
    places = [float(one) for one in re.findall(r'class="cut" x1="([\d.]+)"', svg)]
    axis = [float(one) for one in re.findall(r'class="axis" x1="(\d+)" x2="(\d+)"', svg)[0]]
    assert places == pytest.approx([axis[0] + share * (axis[1] - axis[0]) for share in (0.25, 0.75)], abs=0.1)
    assert ("en az 1" in svg, "en çok 3" in svg, "&lt;b&gt;" in svg) == (True, True, True)


def test_everything_drawn_stays_inside_the_picture() -> None:
    svg = histogram(seen((10**6, 0, 5), (3, 0, 10**5), Cut("a", "m", "high", 99.0)), "ölçü")
    numbers = [float(one) for one in re.findall(r'(?:x1?|x2|H)[="]*([\d.]+)', svg)]
    assert max(numbers) <= 440


def test_every_measure_and_reason_of_the_presets_has_its_turkish_words() -> None:
    from curation.quality import MEASURES, PRESETS, limits

    assert [name for name in MEASURES if word("measures", name) == name] == []
    assert [one.reason for rules in PRESETS.values() for one in limits(rules) if not reason_word(one.reason)] == []
