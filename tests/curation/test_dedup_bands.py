from __future__ import annotations

import numpy as np
import pytest

from curation.dedup import bands
from curation.dedup.bands import WINDOW, band_keys, candidates, layout, promising, unpack


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("permutations", [16, 64, 128, 256])
def test_at_most_one_pair_in_ten_thousand_is_lost_at_the_threshold(threshold: float, permutations: int) -> None:
    cut = layout(threshold, permutations)
    assert cut.bands * cut.rows <= permutations
    assert (1 - threshold**cut.rows) ** cut.bands <= 1e-4 or cut == (permutations, 1)


def test_wider_bands_are_taken_where_they_lose_no_more() -> None:
    assert layout(0.8, 128) == (25, 5)
    assert layout(0.9, 128).rows > layout(0.7, 128).rows


def test_keys_are_equal_where_all_rows_of_a_band_are() -> None:
    signatures = np.arange(20, dtype=np.uint32).reshape(2, 10)
    signatures[1, :5] = signatures[0, :5]
    keys = band_keys(signatures, bands.Layout(2, 5))
    assert (keys[:, 0] == keys[:, 1]).tolist() == [True, False]


def test_a_bucket_gives_all_of_its_pairs_earlier_first() -> None:
    found = candidates(np.array([7, 3, 7, 7], np.uint64), np.array([40, 10, 30, 20]))
    assert sorted(zip(*map(np.ndarray.tolist, unpack(found.pairs)), strict=True)) == [(20, 30), (20, 40), (30, 40)]
    assert (found.skipped, found.largest) == (0, 3)


def test_a_full_bucket_gives_each_the_window_before_it_and_counts_the_rest() -> None:
    size = WINDOW * 3
    found = candidates(np.zeros(size, np.uint64), np.arange(size))
    left, right = unpack(found.pairs)
    assert int((right - left).max()) == WINDOW
    assert len(found.pairs) + found.skipped == size * (size - 1) // 2
    assert found.largest == size


def test_nothing_gives_no_pairs() -> None:
    found = candidates(np.empty(0, np.uint64), np.empty(0, np.int64))
    assert (len(found.pairs), found.skipped, found.largest) == (0, 0, 0)


def test_pairs_are_dropped_unseen_only_far_under_the_threshold() -> None:
    rows = np.zeros((2, 100), np.uint32)
    for equal, stays in ((100, True), (80, True), (61, True), (55, False), (0, False)):
        rows[1] = np.where(np.arange(100) < equal, 0, 1)
        assert promising(rows, rows, (np.array([0]), np.array([1])), 0.8).tolist() == [stays]
