import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.values import borne_out, tells, values


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Nüfus 12 bin 500 kişidir.", [("12 bin 500", {"12500"})]),
        ("İki milyon 300 bin lira", [("İki milyon 300 bin", {"2300000"})]),
        ("yüzelli metre, iki buçuk milyon lira", [("yüzelli", {"150"}), ("iki buçuk milyon", {"2500000"})]),
        ("%15, yüzde on beş, 20 %", [("15", {"%15"}), ("on beş", {"%15"}), ("20", {"%20"})]),
        ("yüzde 10-15 arası", [("10", {"%10"}), ("15", {"%15"})]),
        ("Sıcaklık -15, eksi beş dereceydi.", [("-15", {"-15"}), ("eksi beş", {"-5"})]),
        ("1990-1995 arası", [("1990", {"1990"}), ("1995", {"1995"})]),
        ("15:30 ile 16.00 arası", [("15:30", {"15:30"}), ("16.00", {"16", "16:00"})]),
        ("27 Eylül 1954, 27.09.1954, 1954-09-27", [(words, {"27.9.1954"}) for words in ("27 Eylül 1954", "27.09.1954", "1954-09-27")]),
        ("1954 yılının Eylül ayında", [("1954 yılının Eylül ayında", {".9.1954"})]),
        ("1954'ün 27 Eylül'ünde", [("1954'ün 27 Eylül'ünde", {"27.9.1954"})]),
        ("3 ve 5 Mayıs", [("3 ve 5 Mayıs", {"3.5."}), ("3 ve 5 Mayıs", {"5.5."})]),
        ("XIX. yüzyıl", [("XIX", {"19"})]),
        ("Eylül ayında onun evinde yüzlerce kişi, 12 bina", [("12", {"12"})]),
    ],
)
def test_a_value_is_read_where_it_stands(text, told):
    assert [(text[value.start : value.end], set(value.says)) for value in values(text)] == told


@pytest.mark.parametrize("text", ["altı kitap", "on yıl", "yüz kişilik salon", "yedi köy", "yüzde bir", "otuz üç"])
def test_a_number_word_that_counts_is_sure(text):
    assert [value.sure for value in values(text)] == [True]


@pytest.mark.parametrize(
    "text", ["masanın altı", "elmayı yedi", "yüzü güldü", "bir gün", "beşinci kat", "üç beş kişi", "denizin altı metre"]
)
def test_a_word_that_may_be_another_is_not(text):
    assert not any(value.sure for value in values(text))


def test_a_date_bears_out_its_parts():
    assert {"27.9.1954", "27.9.", ".9.1954", "27", "1954"} <= borne_out("27 Eylül 1954")
    assert "1954" in borne_out("12.05.1954")
    assert "12.5.2021" in borne_out("12 Mayıs - 3 Haziran 2021")


def test_a_text_tells_a_value_in_any_spelling():
    assert tells("Okul 29.10.1923'te açıldı.", "29 Ekim 1923")
    assert not tells("Okul 29.10.1923'te açıldı.", "28 Ekim 1923")
    assert not tells("Okul Ankara'da açıldı.", "Ankara")


PIECES = [*"0123456789.,:-%/' \n", "bin ", "yüz", "buçuk ", "Mayıs ", "İki ", "yılı ", "ve ", "IX. "]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_values_lie_in_their_text_and_bear_themselves_out(pieces):
    text = "".join(pieces)
    for value in values(text):
        assert 0 <= value.start < value.end <= len(text)
        assert value.says <= value.bears
        assert value.numbers
