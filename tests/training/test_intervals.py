import pytest

from training.intervals import mean_difference, wilson


def test_the_wilson_interval_of_8_in_10_is_that_of_the_tables() -> None:
    share = wilson(8, 10)
    assert (share.value, round(share.low, 4), round(share.high, 4)) == (0.8, 0.4902, 0.9433)


def test_the_share_of_nothing_says_nothing() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)


def test_eleven_and_thirteen_of_41_cannot_be_told_apart() -> None:
    deep, diverse = wilson(11, 41), wilson(13, 41)
    assert deep.high > diverse.low


def test_the_difference_is_weighted_by_tokens() -> None:
    found = mean_difference([1.0, 10.0], [2.0, 20.0], [1, 10], ["a", "b"], resamples=100, seed=0)
    assert (found.value, found.low, found.high) == pytest.approx((-1.0, -1.0, -1.0))


def test_rows_of_one_document_are_drawn_together() -> None:
    together = mean_difference([1.0, 3.0] * 20, [0.0] * 40, [1] * 40, ["a"] * 40, resamples=200, seed=0)
    apart = mean_difference([1.0, 3.0] * 20, [0.0] * 40, [1] * 40, [str(n) for n in range(40)], resamples=200, seed=0)
    assert together.low == together.high == 2.0
    assert apart.low < 2.0 < apart.high


def test_the_same_seed_gives_the_same_interval() -> None:
    def once() -> object:
        return mean_difference([1.0, 2.0, 4.0], [0.0] * 3, [1] * 3, ["a", "b", "c"], resamples=100, seed=7)

    assert once() == once()


def test_no_rows_give_no_difference() -> None:
    assert mean_difference([], [], [], [], resamples=100, seed=0).value == 0.0
