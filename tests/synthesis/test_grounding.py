import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis import grounding
from synthesis.grounding import holds, locate

TEXT = 'Köprü 1954’te açıldı.  Kıyıda "Ada"\nvapuru beklerdi. Köprü – uzun – 40 metreydi.'


@pytest.mark.parametrize(
    "quote",
    [
        "Köprü 1954’te açıldı.",
        "Köprü 1954'te açıldı.",
        "Kıyıda “Ada” vapuru beklerdi.",
        '"Köprü 1954\'te açıldı."',
        "Köprü 1954'te açıldı...",
        "…vapuru beklerdi.",
        "Köprü - uzun - 40 metreydi.",
        "  Köprü 1954’te\naçıldı.  ",
    ],
)
def test_a_quotation_is_found_despite_marks_and_spaces(quote):
    span = locate(quote, TEXT)
    assert span is not None
    assert TEXT[slice(*span)].strip() != ""


def test_offsets_point_at_the_words_of_the_text():
    assert TEXT[slice(*locate("Köprü 1954'te açıldı.", TEXT))] == "Köprü 1954’te açıldı."


@pytest.mark.parametrize("quote", ["", "   ", "Köprü 1955'te açıldı.", "köprü yıkıldı", "…", '""'])
def test_what_is_not_there_is_not_found(quote):
    assert locate(quote, TEXT) is None


@given(st.text(min_size=1, max_size=80), st.data())
def test_every_slice_is_found_where_it_says_the_same(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    quote = text[start : data.draw(st.integers(start + 1, len(text)))]
    span = locate(quote, text)
    assert (span is None) == (not quote.strip())
    assert span is None or text[slice(*span)] == quote


@pytest.mark.parametrize(
    ("answer", "held"),
    [
        ("1954'te açıldı.", True),
        ("1954", True),
        ("Köprü, 1954 yılında açılmıştır.", True),
        ("Köprü 1954'te yıkılmıştır.", False),
        ("Köprü 1954'te açılmıştır.", True),
        ("1955'te açıldı.", False),
        ("Köprü Ankara'da 1954'te açıldı.", False),
        ("95", False),
        ("", False),
        ("...", False),
    ],
)
def test_an_answer_is_held_by_its_evidence(answer, held):
    assert holds("Köprü 1954'te açıldı.", answer) is held


QUOTED = (
    "Çınarlı İlkokulu 27 Eylül 1954 tarihinde Kırşehir'in Mucur ilçesinde iki derslikle açıldı. Okulun bahçesine köylüler 140 fidan dikti."
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Okulun bahçesine köylüler toplam 140 fidan dikti.", "Okulun bahçesine köylüler 140 fidan dikti"),
        ("Okulun bahçesine köylüler 140 fidan dikmiş.", "Okulun bahçesine köylüler 140 fidan dikti"),
        ("Çınarlı Lisesi 27 Eylül 1954 günü Kırşehir'in Mucur ilçesinde tek derslikle açıldı.", None),
        ("Okulun bahçesine köylüler 150 fidan dikti.", None),
        ("Okulun bahçesine köylüler fidan dikti.", None),
        ("bahçesine 140 çam dikti", None),
        ("Köyün çeşmesine çocuklar 140 taş attı.", None),
    ],
)
def test_a_quotation_may_differ_by_a_word_in_seven_but_never_by_a_number(quote, found):
    place = grounding.locate(quote, QUOTED)
    assert (place and QUOTED[slice(*place)]) == found


def test_a_quotation_with_a_gap_is_found_in_its_pieces():
    places = grounding.locate_all(["Çınarlı İlkokulu ... iki derslikle açıldı", "140 fidan"], QUOTED)
    assert [QUOTED[slice(*place)] for place in places] == ["Çınarlı İlkokulu", "iki derslikle açıldı", "140 fidan"]


def test_the_first_quotation_that_is_missing_is_named():
    assert grounding.locate_all(["140 fidan", "200 fidan"], QUOTED) == "200 fidan"


@given(st.text(max_size=120), st.text(max_size=400))
def test_a_found_quotation_lies_inside_its_text(quote, text):
    place = grounding.locate(quote, text)
    assert place is None or 0 <= place[0] < place[1] <= len(text)
