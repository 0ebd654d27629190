import pytest

from synthesis.arithmetic import sums


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("640 - 140 = 500", "500", True),
        ("12 × 3 = 36 fidan", "36", True),
        ("1.250 / 2 = 625", "625", True),
        ("2 + 3 × 4 = 14", "14", True),
        ("100 / 3 = 33,3", "33.3", True),
        ("12,5 + 12,5 = 25", "25", True),
        ("640 - 140 = 400", "400", False),
        ("5 / 0 = 1", "1", False),
    ],
)
def test_a_sum_is_worked_out(text, value, holds):
    assert [(said, true) for _, said, true in sums(text)] == [(value, holds)]


def test_a_text_without_sums_has_none():
    assert sums("1954-1960 yılları arasında 12 öğrenci vardı.") == []
