import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("Toplam: (10 + 5) × 2 = 30 altın", "30", True),
        ("(10 usta + 5 çırak) × 2 altın = 30 altın", "30", True),
        ("2 × (3 + 4) × 5 = 60", "60", False),
        ("10 kişi + 5 kişi = 15 kişi", "15", True),
        ("10 kişi + 5 kişi = 20 kişi", "20", False),
        ("60 km/saat × 2 saat = 120 km", "120", True),
        ("%20 × 500 = 100", "100", True),
        ("%20 × 500 = 120", "120", False),
        ("500'ün yüzde 20'si = 100", "100", True),
        ("500'ün yüzde 20'si = 90", "90", False),
        ("%20 + %30 = %50", "%50", True),
        ("100 + %20 = 120", "120", True),
        ("25 / 100 = %25", "%25", True),
        ("12 bin + 3 bin = 15 bin", "15000", True),
        ("(10 + 5 = 15)", "15", True),
        ("1.2.3 + 1 = 5", "5", False),
    ],
)
def test_a_sum_is_worked_out(text, value, holds):
    assert [(said, true) for _, said, true in sums(text)] == [(value, holds)]


@pytest.mark.parametrize("text", ["1954-1960 yılları arasında 12 öğrenci vardı.", "10 kişi ve 5 kişi = 15", "Tren saat 15:30 + 2 = 17"])
def test_a_text_without_sums_has_none(text):
    assert sums(text) == []


@given(st.text(alphabet="0123456789 +-×/=().,%xkişi'"))
def test_any_text_can_be_looked_at(text):
    assert all(words in text and value for words, value, _ in sums(text))
