import pytest

from alignment.suffixes import moved_suffix

MOVES = [
    ("Ankara", "da", "İzmir", "de"),
    ("Ankara", "daki", "İzmir", "deki"),
    ("Van", "dan", "Tokat", "tan"),
    ("Ankara", "nın", "İzmir", "in"),
    ("İzmir", "in", "Ankara", "nın"),
    ("İzmir", "e", "Bursa", "ya"),
    ("Bursa", "ya", "Sinop", "a"),
    ("Ankara", "yı", "Bursa", "yı"),
    ("Ankara", "yla", "İzmir", "le"),
    ("İzmir", "le", "Muğla", "yla"),
    ("İzmir", "di", "Bursa", "ydı"),
    ("Bursa", "dır", "Sinop", "tur"),
    ("İzmir", "li", "Bursa", "lı"),
    ("1983", "te", "1991", "de"),
    ("1990", "larda", "1970", "lerde"),
    ("1951", "e", "1956", "ya"),
    ("12", "sinde", "13", "ünde"),
    ("40", "ında", "12", "sinde"),
    ("150.000", "i", "3.000", "i"),
    ("26", "sı", "40", "ı"),
    ("Van Gölü", "nde", "Hirfanlı Barajı", "nda"),
    ("Tokuşoğlu", "na", "Bozdoğanlı", "ya"),
    ("Bozdoğanlı", "ya", "Tokuşoğlu", "na"),
    ("Kaya", "da", "Tokuşoğlu", "nda"),
    ("Tokuşoğlu", "nun", "Sazak", "ın"),
    ("Cem Kaya", "ya", "Nazmi Tepeli", "ye"),
]


@pytest.mark.parametrize(("old", "suffix", "new", "expected"), MOVES)
def test_a_suffix_takes_the_form_its_new_name_asks_for(old, suffix, new, expected):
    assert moved_suffix(old, suffix, new) == expected


def test_no_suffix_stays_none():
    assert moved_suffix("Ankara", "", "İzmir") == ""
