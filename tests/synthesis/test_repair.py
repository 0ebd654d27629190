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


WAR = "2. Dünya Savaşı 1939 yılında başladı. Padişah III. Selim bu düzeni 1793 yılında kurdu. Bölgeyi Birinci Ordu korudu."


@pytest.mark.parametrize(
    ("key", "text", "place"),
    [
        ("soru", "2. Dünya Savaşı Avrupa'da hangi yılda başladı?", 1),
        ("soru", "2. Dünya Savaşı Avrupa'da hangi yılda başladı?", 2),
        ("cevap", "3. Selim", 3),
        ("ifadedeki", "2. Selim", 2),
        ("cevap", "1. Ordu'nun komutanı", 1),
        ("cevap", "4. Murat", 1),
    ],
)
def test_an_ordinal_is_no_list_mark(key, text, place):
    assert repaired({key: text}, WAR, place) == {key: text}


@pytest.mark.parametrize(
    ("entries", "source"),
    [
        (["1. Dünya Savaşı", "2. Dünya Savaşı"], "Yüzyılın iki savaşı vardır: 1. Dünya Savaşı, 2. Dünya Savaşı."),
        (["1. Dünya Savaşı", "2. Dünya Savaşı"], "1. Dünya Savaşı 1914'te çıktı.\n2. Dünya Savaşı 1939'da çıktı."),
        (["1. Dünya Savaşı", "2. Dünya Savaşı"], ""),
        (["1. Murat", "Yıldırım Bayezid"], ""),
        (["2. Murat", "3. Selim"], ""),
    ],
)
def test_entries_that_count_keep_their_numbers(entries, source):
    assert repaired({"maddeler": entries}, source) == {"maddeler": entries}


def test_numbers_that_run_through_a_list_are_marks():
    source = "Sırası şudur:\n1. Suyu kaynatın.\n2. Çayı demleyin."
    assert repaired({"adimlar": ["1. Suyu kaynatın.", "2. Çayı demleyin."]}, source) == {"adimlar": ["Suyu kaynatın.", "Çayı demleyin."]}
    turns = {"turlar": [{"soru": "1. Çayı kim demler?"}, {"soru": "2. Su ne zaman kaynar?"}]}
    assert repaired(turns, source) == {"turlar": [{"soru": "Çayı kim demler?"}, {"soru": "Su ne zaman kaynar?"}]}


def test_a_question_numbered_by_its_place_in_the_reply_loses_its_number():
    assert repaired({"soru": "2. Köprü ne zaman açıldı?"}, "Köprü 1954'te açıldı.", 2) == {"soru": "Köprü ne zaman açıldı?"}


@given(st.dictionaries(st.sampled_from(["soru", "cevap"]), st.text(alphabet='aÇ?“”". :1\n', max_size=30)))
def test_no_text_breaks_the_mending(item):
    assert set(repaired(item)) == set(item)
