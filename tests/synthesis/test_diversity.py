"""Vectors, distances and the k of n, held against brute force and hand-made figures."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.diversity import _parts, character_vectors, distinct_n, facility_location, k_center, mean_distance

SEEDS = st.integers(0, 2**32 - 1)


def points(seed: int, count: int, dimensions: int = 4) -> np.ndarray:
    """Random rows of length 1."""
    drawn = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def covered(vectors: np.ndarray, rows: tuple[int, ...] | list[int], quality: np.ndarray, weight: float, k: int) -> float:
    """What facility location makes as large as it can."""
    best = np.maximum(vectors @ vectors[list(rows)].T, 0).max(axis=1)
    return float((1 - weight) * best.mean() + weight * quality[list(rows)].sum() / k)


def radius(vectors: np.ndarray, rows: tuple[int, ...] | list[int]) -> float:
    """How far the farthest row is from a taken one."""
    return float(np.sqrt(np.maximum(2 - 2 * (vectors @ vectors[list(rows)].T), 0)).min(axis=1).max())


@given(SEEDS, st.integers(1, 4), st.sampled_from([0.0, 0.3, 1.0]))
def test_facility_location_is_never_below_its_bound_of_the_best_choice(seed: int, k: int, weight: float) -> None:
    vectors, quality = points(seed, 9), np.random.default_rng(seed).random(9)
    taken = facility_location(vectors, k, quality, weight)
    best = max(covered(vectors, rows, quality, weight, k) for rows in itertools.combinations(range(9), k))
    assert len(set(taken)) == k
    assert covered(vectors, taken, quality, weight, k) >= (1 - 1 / np.e) * best - 1e-5


@given(SEEDS, st.integers(1, 12), st.sampled_from([0.0, 0.3]))
def test_looking_lazily_takes_what_looking_at_all_takes(seed: int, k: int, weight: float) -> None:
    vectors, quality = points(seed, 16), np.random.default_rng(seed).random(16)
    greedy: list[int] = []
    for _ in range(k):
        values = {row: round(covered(vectors, [*greedy, row], quality, weight, k), 5) for row in range(16) if row not in greedy}
        greedy.append(min(values, key=lambda row: (-values[row], row)))
    lazy = facility_location(vectors, k, quality, weight)
    assert covered(vectors, lazy, quality, weight, k) == pytest.approx(covered(vectors, greedy, quality, weight, k), abs=1e-4)


def test_of_very_many_rows_every_heap_gives_one(monkeypatch: pytest.MonkeyPatch) -> None:
    heaps = np.repeat(np.eye(4, dtype=np.float32), 10, axis=0)
    monkeypatch.setattr("synthesis.diversity._CELLS", 20 * 20)
    assert sorted(row // 10 for row in facility_location(heaps, 4)) == [0, 1, 2, 3]


def heaps_in_order(seed: int, heaps: int) -> np.ndarray:
    """Ten rows around each center, one heap after another, as the pairs of documents stand."""
    rows = np.repeat(points(seed, heaps, 16), 10, axis=0) + np.random.default_rng(seed).normal(scale=0.2, size=(heaps * 10, 16))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("k", [20, 100, 500])
def test_of_very_many_rows_the_chosen_stand_for_all_and_not_for_the_first(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, quality = heaps_in_order(7, 100), np.zeros(1000)
    whole = covered(vectors, facility_location(vectors, k), quality, 0, k)
    monkeypatch.setattr("synthesis.diversity._CELLS", 340 * 340)
    taken = facility_location(vectors, k)
    drawn = np.random.default_rng(1).choice(1000, k, replace=False)
    assert len(set(taken)) == k
    assert covered(vectors, taken, quality, 0, k) > (whole + covered(vectors, list(drawn), quality, 0, k)) / 2
    assert 0.3 * k < sum(row < 500 for row in taken) < 0.7 * k


def test_of_very_many_rows_quality_weighs_as_it_does_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, quality = heaps_in_order(3, 60), np.random.default_rng(3).random(600)
    whole = quality[facility_location(vectors, 300, quality, 0.3)].mean()
    monkeypatch.setattr("synthesis.diversity._CELLS", 150 * 150)
    assert quality[facility_location(vectors, 300, quality, 0.3)].mean() == pytest.approx(whole, abs=0.05)


@given(st.integers(1, 3000), st.sampled_from([1, 7, 100, 1 << 13]))
def test_every_row_is_in_one_part_whatever_their_number(count: int, most: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("synthesis.diversity._CELLS", most * most)
        parts = _parts(count)
    assert sorted(np.concatenate(parts).tolist()) == list(range(count))
    assert max(map(len, parts)) <= most


@pytest.mark.parametrize("period", [2, 3, 5, 8, 10, 13])
def test_parts_hold_as_many_of_every_place_in_a_document(period: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthesis.diversity._CELLS", 1000 * 1000)
    for part in _parts(10_000):
        counts = np.bincount(part % period, minlength=period)
        assert counts.max() - counts.min() <= 0.3 * len(part) / period


@given(SEEDS, st.integers(1, 4))
def test_k_center_is_at_most_twice_as_far_as_the_best_choice(seed: int, k: int) -> None:
    vectors = points(seed, 9)
    taken = k_center(vectors, k)
    best = min(radius(vectors, rows) for rows in itertools.combinations(range(9), k))
    assert len(set(taken)) == k
    assert radius(vectors, taken) <= 2 * best + 1e-3


def test_three_heaps_give_one_row_each() -> None:
    centers = np.eye(3, 8, dtype=np.float32)
    heaps = np.repeat(centers, 5, axis=0) + np.random.default_rng(0).normal(scale=0.02, size=(15, 8)).astype(np.float32)
    vectors = (heaps / np.linalg.norm(heaps, axis=1, keepdims=True)).astype(np.float32)
    for method in (facility_location, k_center):
        assert {row // 5 for row in method(vectors, 3)} == {0, 1, 2}


def test_quality_decides_between_equal_rows() -> None:
    vectors = np.repeat(np.eye(2, dtype=np.float32), 3, axis=0)
    quality = np.array([0.1, 0.9, 0.2, 0.3, 0.2, 0.8])
    assert sorted(facility_location(vectors, 2, quality, 0.2)) == [1, 5]
    assert sorted(k_center(vectors, 2, quality, 0.2)) == [1, 5]


@pytest.mark.parametrize("method", [facility_location, k_center])
def test_of_equal_rows_the_first_is_taken_and_no_more_than_there_are(method) -> None:  # type: ignore[no-untyped-def]
    same = np.repeat(np.eye(1, 4, dtype=np.float32), 5, axis=0)
    assert method(same, 2)[0] == 0
    assert method(same, 9) == [0, 1, 2, 3, 4]
    assert method(np.zeros((0, 4), np.float32), 3) == []
    assert len(set(method(np.zeros((5, 4), np.float32), 3))) == 3


@given(st.lists(st.text(max_size=30), max_size=8))
def test_vectors_have_length_one_or_none(texts: list[str]) -> None:
    lengths = np.linalg.norm(character_vectors(texts), axis=1)
    assert [value for value in lengths if abs(value) > 1e-6 and abs(value - 1) > 1e-5] == []


def test_texts_are_alike_by_their_letters_whatever_their_case_and_marks() -> None:
    one, same, suffixed, other = character_vectors(
        ["Iğdır'ın nüfusu kaçtır?", "IĞDIR'IN NÜFUSU KAÇTIR", "Iğdır'ın nüfusunu yaz.", "Şelale neden donar?"]
    )
    assert one @ same == pytest.approx(1)
    assert 0.4 < one @ suffixed < 0.9
    assert one @ other < 0.2


def test_distinct_n_counts_different_runs_of_words() -> None:
    assert distinct_n(["kedi uyudu", "kedi koştu"], 1) == 3 / 4
    assert distinct_n(["kedi uyudu", "kedi uyudu"], 2) == 1 / 2
    assert distinct_n(["kedi"], 2) == 0


@given(st.lists(st.text(alphabet="abcçdıiş ", min_size=1, max_size=20), min_size=2, max_size=7))
def test_the_mean_distance_is_the_mean_over_all_couples(texts: list[str]) -> None:
    vectors = character_vectors(texts).astype(np.float64)
    couples = [1 - vectors[one] @ vectors[other] for one, other in itertools.combinations(range(len(texts)), 2)]
    assert mean_distance(texts) == pytest.approx(np.mean(couples), abs=1e-5)


def test_one_text_has_no_distance_and_equal_ones_have_none() -> None:
    assert mean_distance(["bir metin"]) == 0
    assert mean_distance(["bir metin"] * 3) == 0
