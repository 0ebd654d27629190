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


@pytest.mark.parametrize(
    ("evidence", "answer"),
    [
        ("Köprünün uzunluğu yüz elli metredir.", "Köprünün uzunluğu yüz altmış metredir."),
        ("Fabrikada üç yüz işçi çalışıyor.", "Fabrikada beş yüz işçi çalışıyor."),
        ("Nüfus 12 bin 500 kişidir.", "500 kişidir"),
        ("Nüfus 12 bin 500 kişidir.", "12 kişidir"),
        ("Köprü 1.250.000 liraya mal oldu.", "000 liraya"),
        ("Köprü 1.250.000 liraya mal oldu.", "1.250"),
        ("Ayakları 3,5 metre yüksekliğindedir.", "5 metre"),
        ("Sıcaklık -15 dereceye düştü.", "15 dereceye düştü."),
        ("Satışlar 15 kat arttı.", "Satışlar yüzde 15 arttı."),
        ("Okul 12 Mayıs 2020, müze 3 Haziran 2021 tarihinde kuruldu.", "12 Haziran 2021 tarihinde kuruldu."),
        ("Okul 12.05.2020 tarihinde kuruldu.", "12 Haziran 2020"),
    ],
)
def test_another_number_or_date_is_never_held(evidence, answer):
    assert not holds(evidence, answer)


@pytest.mark.parametrize(
    ("evidence", "answer"),
    [
        ("Okul 12.05.2020 tarihinde kuruldu.", "12 Mayıs 2020"),
        ("Okul 12 Mayıs 2020 tarihinde kuruldu.", "Okul 12.05.2020'de kuruldu."),
        ("Okul 12 Mayıs 2020 tarihinde kuruldu.", "2020"),
        ("1919 senesi Mayıs'ının 19. günü Samsun'a çıktı.", "19 Mayıs 1919"),
        ("Fabrikada 1500 işçi çalıştı.", "1.500 işçi çalıştı."),
        ("Nüfus 12 bin 500 kişidir.", "12.500 kişi"),
        ("Bütçe 1,5 milyon liradır.", "1.500.000 lira"),
        ("Trafik %15 azaldı.", "Trafik yüzde 15 azaldı."),
        ("Trafik yüzde on beş azaldı.", "15"),
        ("Köprü yüz elli metredir.", "150 metre"),
        ("Toplantı 15.30'da başladı.", "Saat 15:30'da"),
        ("Sınıfta üç kişi kaldı.", "3 kişi"),
        ("Masanın altında bir kutu vardı.", "masanın altı"),
    ],
)
def test_the_same_value_in_another_spelling_is_held(evidence, answer):
    assert holds(evidence, answer)


@pytest.mark.parametrize(
    ("evidence", "answer"),
    [
        ("Anlaşma Avusturya ile imzalandı.", "Anlaşma Avustralya ile imzalandı."),
        ("Okulu Sultan Abdülaziz açtı.", "Okulu Sultan Abdülhamid açtı."),
        ("Okulu Mehmet Yılmaz kurdu.", "Ahmet Yılmaz kurdu"),
        ("Bu aliminyum kapıyı usta taktı.", "Bu kapıyı Ali taktı."),
    ],
)
def test_another_name_is_never_held(evidence, answer):
    assert not holds(evidence, answer)


@pytest.mark.parametrize(
    ("evidence", "answer", "held"),
    [
        ("Köprü 1950 yılındaki selde yıkılmadı.", "Köprü selde yıkıldı.", False),
        ("Köprü 1950 yılındaki selde yıkıldı.", "Köprü selde yıkılmadı.", False),
        ("Köprü 1950 yılındaki selde yıkılmadı.", "Köprü selde yıkılmamıştır.", True),
        ("Bu ilaç çocuklara kesinlikle verilmez.", "İlaç çocuklara verilir.", False),
        ("Bu kapıdan içeri girilemez.", "Bu kapıdan girilir.", False),
        ("Kazı bu yıl başlamadı.", "Kazı bu yıl başlıyor.", False),
        ("Raporda çözüm mümkün değildir denir.", "Çözüm mümkündür.", False),
        ("Köyde okul yoktu.", "Köyde okul vardı.", False),
        ("Derneğin amacı ormanı korumadır.", "Derneğin amacı ormanı korumaktır.", True),
        ("Köprünün yıkılması bekleniyor.", "Köprünün yıkılacağı bekleniyor.", True),
        ("Başkan sadece yazar değil, ressamdır.", "Başkan yazar, ressamdır.", True),
    ],
)
def test_what_the_evidence_denies_is_not_held(evidence, answer, held):
    assert holds(evidence, answer) is held


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Köprü 1950 yılındaki büyük selde hiç yıkılmadı.", "Köprü 1950 yılındaki büyük selde hiç yıkıldı."),
        ("Kasabadaki köprünün bugünkü uzunluğu tam yüz elli metredir.", "Kasabadaki köprünün bugünkü uzunluğu tam yüz altmış metredir."),
        ("Bu yolun bugün açık olduğu doğru değil.", "Bu yolun bugün açık olduğu doğru."),
    ],
)
def test_a_quotation_with_another_number_or_the_opposite_is_not_found(text, quote):
    assert grounding.locate(quote, text) is None
