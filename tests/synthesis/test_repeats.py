"""Which instructions ask the same: a small gold list of couples, the traps among them."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis.repeats import names, near_duplicates, numbers, same_question, same_stem, semantic_duplicates

SAME = [
    ("Manavgat Şelalesi hangi ilçededir?", "Manavgat Şelalesi hangi ilçede?"),
    ("Ilıca Köprüsü'nün uzunluğu kaç metredir?", "Ilıca Köprüsü uzunluğu kaç metredir?"),
    ("Kerpiç evlerin yazın serin kalmasının sebebini açıkla.", "Kerpiç evlerin yazın serin kalmasının sebebini lütfen açıkla."),
    ("Arı kovanının içindeki düzeni kısaca anlat.", "Arı kovanının içindeki düzeni anlat."),
    ("KERVANSARAYLAR NE AMAÇLA YAPILDI?", "Kervansaraylar ne amaçla yapıldı?"),
    ("Uzun Çarşı yangını hangi yılda çıktı?", "Hangi yılda Uzun Çarşı yangını çıktı?"),
    ("Türkiye'nin başkenti neresidir?", "Turkiye'nin baskenti neresidir?"),
    ("Istanbul Boğazı kaç metre derindir?", "İstanbul Boğazı kaç metre derindir?"),
    ("Hikâyenin kahramanı kimdir?", "Hikayenin kahramanı kimdir?"),
    ("Köydeki ağaç sayısı kaçtır?", "Köydeki ağacın sayısı kaçtır?"),
]
DIFFERENT = [
    ("Nüfusa göre sıralanan illerde Ankara İzmir'den büyük müdür?", "Nüfusa göre sıralanan illerde İzmir Ankara'dan büyük müdür?"),
    ("Karapınar'da kurulan santralin gücü kaç megavattır?", "Karaman'da kurulan santralin gücü kaç megavattır?"),
    ("Kütüphane 1998 yılında kaç okura hizmet verdi?", "Kütüphane 1999 yılında kaç okura hizmet verdi?"),
    ("Çeşmenin suyu nereden getirildi, anlatınız?", "Çeşmenin suyu neden getirildi, anlatınız?"),
    ("İlçenin en uzun ikinci akarsuyu hangisidir?", "İlçenin en uzun akarsuyu hangisidir?"),
    ("Bahar yağmurlarından sonra baraj doldu mu?", "Bahar yağmurlarından sonra baraj boşaldı mı?"),
    ("Derginin kurucusu olan şairin adı nedir?", "Derginin kurucusu olan ressamın adı nedir?"),
    ("Sulama kanalının genişliği kaç metredir?", "Sulama kanalının derinliği kaç metredir?"),
    ("Açının ölçüsü neye bağlıdır?", "Acının ölçüsü neye bağlıdır?"),
    ("Bu bitkinin kâr oranı kaçtır?", "Bu bitkinin kar oranı kaçtır?"),
    ("Kaş kasları ne işe yarar?", "Kaş kaşları ne işe yarar?"),
    ("Kas nedir?", "Kaş nedir?"),
    ("Ülkenin sınır uçları nerededir?", "Ülkenin sinir uçları nerededir?"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_couples_that_ask_the_same_are_found(one: str, other: str) -> None:
    assert [couple[:2] for couple in near_duplicates([one, "Bambaşka bir soru mu bu?", other], 0.6)] == [(0, 2)]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_couples_that_differ_in_one_word_that_matters_are_not(one: str, other: str) -> None:
    assert near_duplicates([one, other], 0.5) == []


def test_likeness_is_the_jaccard_similarity_of_letters() -> None:
    # van_golu_nerede has 11 5-grams, all among the 14 of van_golu_nerededir
    assert near_duplicates(["Van Gölü nerededir?", "Van Gölü nerede?"], 0.7) == [(0, 1, 11 / 14)]
    assert near_duplicates(["Van Gölü nerededir?", "Van Gölü nerede?"], 0.8) == []


def test_a_single_text_and_texts_without_letters_make_no_couple() -> None:
    assert near_duplicates(["Tek soru mu?"], 0.8) == []
    assert near_duplicates(["?", "Köprü nerede?", "!"], 0.8) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("kitap", "kitabi", True),
        ("golu", "golunun", True),
        ("evler", "evlerinden", True),
        ("nerede", "nerededir", True),
        ("ankara", "ankaragucu", False),
        ("saglik", "saglam", False),
        ("su", "suya", False),
        ("kara", "karadeniz", False),
        ("2019da", "2018de", False),
        ("genislik", "derinlik", False),
    ],
)
def test_one_stem_has_different_endings(one: str, other: str, same: bool) -> None:
    assert same_stem(one, other) is same
    assert same_stem(other, one) is same


def test_names_stand_inside_or_carry_an_apostrophe() -> None:
    assert names("Bugün Ağrı'nın kuzeyinde Aras akar.") == {"agri", "aras"}
    assert names("Sivas ne zaman kuruldu?") == frozenset()
    assert names("Sivas ne zaman kuruldu?", frozenset({"sivas"})) == {"sivas"}


def test_numbers_are_taken_as_written() -> None:
    assert numbers("2.500 metre, %12,5 ve 3 gün") == {"2.500", "12,5", "3"}


def test_questions_for_a_time_and_for_a_place_are_not_the_same() -> None:
    assert same_question("Köprü ne zaman açıldı?", "Köprü hangi yıl açıldı?")
    assert not same_question("Köprü ne zaman açıldı?", "Köprü nerede açıldı?")
    assert same_question("Köprüyü anlat.", "Köprü nerede açıldı?")


def test_a_couple_by_meaning_needs_the_same_numbers_names_and_question() -> None:
    texts = [
        "Köprü hangi yıl açıldı?",
        "Köprünün açılış yılı nedir?",
        "Köprü nerede açıldı?",
        "Köprü Sivas'ta hangi yıl açıldı?",
        "Köprü 2. kez hangi yıl açıldı?",
    ]
    alike = np.ones((5, 3), np.float32)
    assert [couple[:2] for couple in semantic_duplicates(texts, alike, 0.9)] == [(0, 1)]
    apart = np.eye(5, dtype=np.float32)
    assert semantic_duplicates(texts, apart, 0.9) == []
