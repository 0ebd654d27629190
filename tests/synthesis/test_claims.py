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
        ("1955 Eylül ayında açıldı.", ["1955 Eylül ayında"]),
        ("Satışlar yüzde on arttı.", ["on"]),
        ("Handa altı dükkân ve yüz kişilik salon vardı.", ["altı", "yüz"]),
        ("Köylüler 12 bin 500 fidan dikti.", ["12 bin 500"]),
        ("Okulun açılmasını Köylüler istedi. Atatürk okulu gezdi.", ["Atatürk"]),
        ("Mehmet bu okulda okudu.", ["Mehmet"]),
        ("İstanbul okulu açtı.", ["İstanbul"]),
        ("Okul Mucurtepe'de açıldı.", ["Mucurtepe"]),
        ("Okul Kayseri'de açıldı.", ["Kayseri"]),
        ("Fidanları Muhtar Remzi diktirdi.", ["Muhtar", "Remzi"]),
    ],
)
def test_what_the_text_does_not_say_is_named(answer, astray):
    assert claims.unsupported(answer, TEXT) == astray


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Nüfus 12.500 kişidir.", "Nüfus 12 bin 500 kişidir."),
        ("Bütçe 1.500.000 liradır.", "Bütçe 1,5 milyon liradır."),
        ("Okul 2020'nin Mayıs ayında açıldı.", "Okul 12.05.2020 tarihinde açıldı."),
        ("Şenlik 12 Mayıs 2020'de başladı.", "Şenlik 12-15 Mayıs 2020 tarihlerinde yapıldı."),
        ("Yarışta 3. oldu.", "Yarışta üçüncü oldu."),
        ("Bu 19. yüzyılda oldu.", "Bu XIX. yüzyılda oldu."),
        ("Barış sağlandı, yüzler güldü.", "Savaş bitti."),
        ("Bunu Bakanlık duyurdu, Nehir taştı.", "Bunu Sağlık Bakanlığı duyurdu, Kızıl Nehri taştı."),
        ("O yıl Fransızlar geldi.", "O yıl Fransa asker gönderdi."),
        ("Köyde on iki ev vardı.", "Köyde 12 ev vardı."),
    ],
)
def test_values_and_names_are_one_in_every_spelling(text, source):
    assert claims.unsupported(text, source) == []


@pytest.mark.parametrize(
    ("text", "source", "astray"),
    [
        ("Görevi Ali üstlendi.", "Görevi aliminyum fabrikası üstlendi.", ["Ali"]),
        ("Bunu Ece söyledi.", "Bu Eceabat'ta söylendi.", ["Ece"]),
        ("Ödülü Turgut aldı.", "Ödül Turgutlu'da verildi.", ["Turgut"]),
        ("Okulu Ada açtı.", "Okulu bir adam açtı.", ["Ada"]),
        ("Depoda 12.000 kasa vardı.", "Depo 12 binada kuruludur.", ["12.000"]),
    ],
)
def test_a_name_or_number_is_no_longer_word_that_begins_alike(text, source, astray):
    assert claims.unsupported(text, source) == astray


@given(st.text(max_size=300))
def test_a_text_supports_itself(text):
    assert [word for word in claims.unsupported(text, text) if not word[0].isalpha()] == []


def test_words_with_another_meaning_are_no_numbers():
    assert claims.numbers("Masanın altı boştu, çocuk elmayı yedi, yüzü güldü, bir iki söz etti.") == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1.250,50", ["1250.5"]),
        ("12,50", ["12.5"]),
        ("saat 14:30", ["14:30"]),
        ("iki bin yirmi üç", ["2023"]),
        ("1.2.3", ["1.2.3"]),
        ("2 milyon 300 bin", ["2300000"]),
        ("üç buçuk", ["3.5"]),
        ("yüzelli", ["150"]),
        ("eksi beş", ["-5"]),
    ],
)
def test_numbers_have_one_spelling(text, values):
    assert claims.numbers(text) == values
