"""What curation left to look at, read back: distributions with their cuts, clusters, personal data, samples."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import ArtifactError, ImbikError, RecipeError
from curation.records import Document, Rejected, encode
from curation.storage import write_jsonl
from pipelines.study import columns
from pipelines.study.clusters import cluster_of, clusters
from pipelines.study.columns import measure_names, row_of
from pipelines.study.files import documents_by_id, dropped_samples, read_rows
from pipelines.study.grid import grid, place
from pipelines.study.limits import Cut, cuts_of
from pipelines.study.measures import distributions, shifts
from pipelines.study.overview import overview, samples
from pipelines.study.personal import findings_of, personal
from pipelines.study.views import view

SHORT = Cut("too_short", "words", "low", 50)
LONG = Cut("too_long", "words", "high", 90)


def measures_of(tmp_path: Path, values: list[float | None], reasons: list[str] | None = None) -> Path:
    path = tmp_path / "measures.parquet"
    numbers = pa.array(values, pa.float32())
    pq.write_table(pa.table({"id": [f"d-{at}" for at in range(len(values))], "reason": reasons or [""] * len(values), "m": numbers}), path)
    return path


@pytest.fixture
def measures(curated: Path) -> Path:
    return curated / "1-documents" / "measures.parquet"


def test_every_measured_document_is_counted_once(measures: Path) -> None:
    words, shares = distributions(measures, ("words", "repeated_line_share"), (SHORT,))
    assert (sum(words.kept), sum(words.dropped), words.documents) == (46, 54, 100)
    assert shares.documents == sum(shares.kept) + sum(shares.dropped) == 50


def test_a_cut_lies_between_two_bins_with_the_exact_counts_on_its_sides(measures: Path) -> None:
    (words,) = distributions(measures, ("words",), (SHORT, LONG))
    assert {50, 90} <= set(words.edges)
    at = words.edges.index(50)
    assert sum(words.kept[:at]) + sum(words.dropped[:at]) == 49
    assert [(one.cut, one.beyond, one.kept) for one in words.cuts] == [(SHORT, 49, 0), (LONG, 10, 9)]


def test_a_value_that_equals_a_limit_passes_on_either_side(tmp_path: Path) -> None:
    path = measures_of(tmp_path, [0.1, 0.154, 0.154, 0.2])
    low, high = Cut("a", "m", "low", 0.154), Cut("b", "m", "high", 0.154)
    assert [distributions(path, ("m",), (cut,))[0].cuts[0].beyond for cut in (low, high)] == [1, 1]
    (seen,) = distributions(path, ("m",), (high,))
    assert sum(count for count, left in zip(seen.kept, seen.edges, strict=False) if left >= 0.15399) == 1


def test_missing_values_are_no_values(tmp_path: Path) -> None:
    path = measures_of(tmp_path, [None, float("nan"), 3.0, None])
    (seen,) = distributions(path, ("m",), (Cut("a", "m", "low", 5),))
    assert (seen.documents, seen.cuts[0].beyond, seen.constant) == (1, 1, True)
    assert row_of(path, "d-1") == {"id": "d-1", "reason": "", "m": None}
    json.dumps(row_of(path, "d-1"), allow_nan=False)


def test_a_measure_that_no_document_has_is_left_out(measures: Path) -> None:
    assert [one.measure for one in distributions(measures, measure_names(measures), ())] == [
        "language_probability",
        "words",
        "mean_word_length",
        "repeated_line_share",
    ]


def test_what_is_counted_does_not_depend_on_how_much_is_read_at_a_time(measures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = distributions(measures, measure_names(measures), (SHORT,))
    monkeypatch.setattr(columns, "BATCH", 7)
    assert distributions(measures, measure_names(measures), (SHORT,)) == whole


def test_an_outlier_falls_into_the_last_bin(tmp_path: Path) -> None:
    path = measures_of(tmp_path, [*np.linspace(0.2, 0.4, 5000), 1e6, float("inf")])
    (seen,) = distributions(path, ("m",), ())
    assert seen.edges[-1] < 1
    assert (seen.highest, sum(seen.kept)) == (1e6, 5001)


def test_quantiles_of_a_large_file_are_close_to_those_of_all_values(tmp_path: Path) -> None:
    path = measures_of(tmp_path, np.linspace(0, 1, 60_000).tolist())
    (seen,) = distributions(path, ("m",), ())
    assert seen.quantiles == pytest.approx((0.01, 0.05, 0.5, 0.95, 0.99), abs=0.01)
    assert (seen.documents, sum(seen.kept)) == (60_000, 60_000)
    assert distributions(path, ("m",), ()) == [seen]


def test_an_outlier_is_counted_on_its_side_of_a_cut(tmp_path: Path) -> None:
    path = measures_of(tmp_path, [8.0, *np.linspace(18, 300, 2000)], ["too_short", *[""] * 2000])
    (seen,) = distributions(path, ("m",), (Cut("too_short", "m", "low", 18),))
    assert (seen.edges[1], seen.dropped[0], seen.kept[0]) == (18, 1, 0)


def test_other_limits_are_tried(measures: Path) -> None:
    found = shifts(measures, "words", (SHORT,), (30, 80, 30))
    assert [(one.at, one.side, one.beyond, one.kept, one.back) for one in found] == [(30, "low", 29, 0, 20), (80, "low", 79, 27, 0)]


def test_a_measure_without_a_limit_is_tried_on_both_sides(measures: Path) -> None:
    found = shifts(measures, "words", (), (30,))
    assert [(one.side, one.beyond) for one in found] == [("low", 29), ("high", 70)]


def test_only_what_its_own_rule_dropped_comes_back(tmp_path: Path) -> None:
    path = measures_of(tmp_path, [10, 20, 30, 60], ["too_short", "language", "too_short", ""])
    cut = Cut("too_short", "m", "low", 50)
    (found,) = shifts(path, "m", (cut,), (15,))
    assert (found.beyond, found.kept, found.back) == (1, 0, 1)


@given(
    st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=60),
    st.lists(st.floats(-1e3, 1e3, width=32), max_size=3),
    st.integers(1, 50),
)
def test_a_grid_ascends_and_holds_every_cut(values: list[float], cuts: list[float], bins: int) -> None:
    found = grid(np.array(values), cuts, bins, (min(values), max(values)))
    assert all(low < high for low, high in pairwise(found.edges))
    assert set(cuts) <= set(found.edges)
    assert len(found.edges) <= 2 * bins + 8
    assert not cuts or min(values) >= min(cuts) or found.edges[0] < min(cuts)
    assert not cuts or max(values) <= max(cuts) or found.edges[-1] > max(cuts)
    low, high = np.quantile(values, (0.001, 0.999))
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert found.edges[0] <= low + slack
    assert found.edges[-1] >= high - slack


def test_counts_that_span_magnitudes_are_on_a_logarithmic_axis_and_shares_are_not() -> None:
    assert grid(np.array([3.0, 40, 900, 20_000]), [50], 20, (3, 20_000)).scale == "log"
    assert grid(np.array([0.001, 0.2, 0.9]), [0.1], 20, (0.001, 0.9)).scale == "linear"
    assert grid(np.array([0.001, 0.2, 0.999]), [0.1], 20, (0.001, 0.999)).edges[-1] == 1.0
    assert place(0.0, "log") == 0.0


def test_bins_of_whole_numbers_are_whole() -> None:
    assert all(edge == int(edge) for edge in grid(np.arange(26.0), [2], 40, (0, 25)).edges)


def test_the_limits_are_those_of_the_recipe(curated: Path) -> None:
    from pipelines.status import recipe_of

    found = cuts_of(recipe_of(curated)[0])
    assert SHORT in found
    assert {(one.side, one.value) for one in found if one.measure == "mean_word_length"} == {("low", 3.0), ("high", 21.0)}


def test_a_damaged_file_of_measures_is_told_with_its_name(curated: Path, measures: Path) -> None:
    measures.write_bytes(b"PAR1 nothing more")
    with pytest.raises(ArtifactError, match=r"measures\.parquet is damaged"):
        measure_names(measures)


def test_clusters_are_counted_by_size_and_the_largest_come_first(curated: Path) -> None:
    found = clusters(curated, 2)
    assert (found.clusters, found.documents, found.sizes) == (3, 8, ((2, 2, 2), (4, 4, 1)))
    assert [one.id for one in found.largest] == ["c-a", "c-b"]
    assert [(one.id, one.jaccard, one.exact) for one in found.largest[0].members] == [
        ("d-055", 1.0, True),
        ("d-065", 0.91, False),
        ("d-075", 0.84, False),
    ]


def test_the_last_bucket_of_sizes_is_open(curated: Path) -> None:
    write_jsonl(curated / "1-documents" / "clusters.jsonl", [{"id": "c", "kept": "d", "size": 4321, "members": []}])
    assert clusters(curated, 1).sizes == ((1001, 0, 1),)


def test_a_document_finds_its_cluster_whether_it_stayed_or_went(curated: Path) -> None:
    assert [(found := cluster_of(curated, name)) and found.id for name in ("d-050", "d-065", "d-099")] == ["c-a", "c-a", None]


def test_personal_data_is_counted_by_kind_rule_and_action(curated: Path) -> None:
    found = personal(curated)
    assert found is not None
    assert found.documents == 2
    assert [(one.kind, one.rule, one.action, one.count) for one in found.handled] == [
        ("PERSON", "honorific", "tag", 2),
        ("TCKN", "checksum", "tag", 1),
    ]
    assert [one["kind"] for one in findings_of(curated, "d-050")] == ["PERSON", "TCKN"]


def test_the_summary_of_personal_data_says_what_its_rows_say(curated: Path) -> None:
    from curation.config import PiiConfig
    from curation.pii.report import kvkk_summary
    from curation.storage import write_json

    rows: Any = read_rows(curated / "1-documents" / "kvkk.jsonl")
    counted = personal(curated)
    write_json(curated / "1-documents" / "kvkk.json", kvkk_summary(rows, PiiConfig(), documents=100, sensitive={}))
    assert personal(curated) == counted
    write_json(curated / "1-documents" / "kvkk.json", {"findings": []})
    with pytest.raises(ArtifactError, match=r"kvkk\.json is damaged"):
        personal(curated)


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"kind": 3}'])
def test_a_damaged_row_is_told_with_its_file(curated: Path, line: str) -> None:
    for name, read in (("clusters.jsonl", lambda: clusters(curated, 1)), ("kvkk.jsonl", lambda: personal(curated))):
        (curated / "1-documents" / name).write_text(f"{line}\n", encoding="utf-8")
        with pytest.raises(ArtifactError, match=name.replace(".", r"\.")):
            read()


def test_samples_are_the_lowest_ids_of_each_reason_whatever_the_order(tmp_path: Path) -> None:
    path = tmp_path / "rejected.jsonl"
    records = [Rejected(f"d-{at}", ("a", "b")[at % 2], "", "s") for at in range(9)]
    found = []
    for some in (records, records[::-1]):
        write_jsonl(path, some)
        found.append(dropped_samples(path, 2))
    assert found[0] == found[1]
    assert {reason: [one.id for one in some] for reason, some in found[0].items()} == {"a": ["d-0", "d-2"], "b": ["d-1", "d-3"]}
    assert list(dropped_samples(path, 1, "b")) == ["b"]


def test_documents_are_found_in_parquet_shards_too(curated: Path) -> None:
    folder = curated / "1-documents"
    (folder / "documents.jsonl").unlink()
    for number in range(2):
        some = [encode(Document(f"d-{number}{at}", "metin", "s", tags=("ascii",))) for at in range(3)]
        pq.write_table(pa.Table.from_pylist(some), folder / f"documents-0000{number}-of-00002.parquet")
    found = documents_by_id(curated, {"d-01", "d-12", "d-99"})
    assert sorted(found) == ["d-01", "d-12"]
    assert found["d-12"].tags == ("ascii",)


def test_the_overview_holds_what_the_manifest_and_the_files_say(curated: Path) -> None:
    found: dict[str, Any] = overview(curated)
    assert (found["read"], found["kept"], found["rejected"]) == (100, 46, {"too_short": 49, "near_duplicate": 5})
    assert (found["clusters"]["clusters"], found["personal"]["documents"], found["missing"]) == (3, 2, [])
    assert found["contamination"] == {"sinav": 4}
    json.dumps(found, allow_nan=False)


def test_a_reason_that_dropped_nothing_names_those_that_did(curated: Path) -> None:
    assert [one["id"] for one in samples(curated, "near_duplicate", 2)["records"]] == ["d-055", "d-065"]
    with pytest.raises(ImbikError, match="reasons: near_duplicate, too_short"):
        samples(curated, "spam", 2)


def test_what_was_asked_for_twice_is_named(tmp_path):
    with pytest.raises(RecipeError, match=r"--measure --reason: one of ID, --measure and --reason \(seen: 'words too_short'\)"):
        view(tmp_path, record=None, measure="words", at=None, reason="too_short", limit=3)
