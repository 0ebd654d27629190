import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis import claims

TEXT = "Çınarlı İlkokulu 27 Eylül 1954 tarihinde Kırşehir'in Mucur ilçesinde iki derslikle açıldı. Köylüler 1.250 fidan dikti, 12,5 dönüm yeri çevirdi."


@pytest.mark.parametrize(
    "answer",
    [
        "Okul 27.09.1954'te Mucur'da açıldı.",
        "Eylül 1954'te açıldı.",
        "Açılış 27 Eylül'de yapıldı.",
        "Köylüler bin iki yüz elli fidan dikti.",
        "Köylüler 1250 fidan dikti.",
        "Çevrilen yer 12.5 dönümdür.",
        "Mucurlular sevindi, Kırşehirliler de.",
        "Köylülerin diktiği fidanlar tuttu.",
    ],
)
def test_what_the_text_says_in_another_spelling_is_supported(answer):
    assert claims.unsupported(answer, TEXT) == []


@pytest.mark.parametrize(
    ("answer", "astray"),
    [
        ("Okul 28 Eylül 1954'te açıldı.", ["28 Eylül 1954"]),
        ("Okul Ekim 1954'te açıldı.", ["Ekim 1954"]),
        ("Köylüler 1.350 fidan dikti.", ["1.350"]),
        ("Köylüler üç yüz fidan dikti.", ["üç yüz"]),
        ("1955 Eylül ayında açıldı.", ["1955"]),
        ("Okul Kayseri'de açıldı.", ["Kayseri"]),
        ("Fidanları Muhtar Remzi diktirdi.", ["Muhtar", "Remzi"]),
    ],
)
def test_what_the_text_does_not_say_is_named(answer, astray):
    assert claims.unsupported(answer, TEXT) == astray


@given(st.text(max_size=300))
def test_a_text_supports_itself(text):
    assert [word for word in claims.unsupported(text, text) if not word[0].isalpha()] == []


def test_words_with_another_meaning_are_no_numbers():
    assert claims.numbers("Masanın altı boştu, çocuk elmayı yedi, yüzü güldü, bir iki söz etti.") == []


@pytest.mark.parametrize(
    ("text", "values"),
    [("1.250,50", ["1250.5"]), ("12,50", ["12.5"]), ("saat 14:30", ["14:30"]), ("iki bin yirmi üç", ["2023"]), ("1.2.3", ["1.2.3"])],
)
def test_numbers_have_one_spelling(text, values):
    assert claims.numbers(text) == values
