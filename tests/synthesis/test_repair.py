import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.repair import repaired


@pytest.mark.parametrize(
    ("key", "text", "mended"),
    [
        ("soru", "Soru 1: Köprü ne zaman açıldı?", "Köprü ne zaman açıldı?"),
        ("soru", "1. Köprü ne zaman açıldı?", "Köprü ne zaman açıldı?"),
        ("soru", "Köprü ne zaman açıldı", "Köprü ne zaman açıldı?"),
        ("soru", "Köprü açıldı.", "Köprü açıldı."),
        ("cevap", "Cevap: 1954'te.", "1954'te."),
        ("cevap", "“Taş Köprü”", "Taş Köprü"),
        ("cevap", "“Taş Köprü” ile “Yeni Köprü”", "“Taş Köprü” ile “Yeni Köprü”"),
        ("cevap", "1. sırada bitirdi.", "1. sırada bitirdi."),
        ("cevap", "1. Suyu kaynat.\n2. Çayı demle.", "1. Suyu kaynat.\n2. Çayı demle."),
        ("cevap", "o\u0308g\u0306retmen", "öğretmen"),
        ("kanit", "“Köprü 1954'te açıldı.”", "“Köprü 1954'te açıldı.”"),
    ],
)
def test_a_fault_of_form_is_mended(key, text, mended):
    assert repaired({key: text}) == {key: mended}


def test_lists_and_turns_are_mended_inside():
    item = {"maddeler": ["- Çay", "Cevap: Süt"], "turlar": [{"soru": "Soru: Nerede oldu?", "no": 1}], "uygun": True}
    assert repaired(item) == {"maddeler": ["Çay", "Süt"], "turlar": [{"soru": "Nerede oldu?", "no": 1}], "uygun": True}


@given(st.dictionaries(st.sampled_from(["soru", "cevap"]), st.text(alphabet='aÇ?“”". :1\n', max_size=30)))
def test_no_text_breaks_the_mending(item):
    assert set(repaired(item)) == set(item)
