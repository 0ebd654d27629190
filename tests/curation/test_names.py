"""Names of people in running text; every person here is invented or long dead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.pii.gazetteer import Part, glued_suffix, part
from curation.pii.names import find_names, find_names_many, is_private


def names(text: str) -> list[str]:
    return [text[one.start : one.end] for one in find_names(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dün Ahmet Yılmaz geldi.", ["Ahmet Yılmaz"]),
        ("Ahmet Yılmaz'ın, Ayşe’ye ve Mehmet’ten", ["Ahmet Yılmaz", "Ayşe", "Mehmet"]),
        ("AHMET YILMAZ bildirdi", ["AHMET YILMAZ"]),
        ("Ahmet YILMAZ bildirdi", ["Ahmet YILMAZ"]),
        ("Ozge Guler'in evi", ["Ozge Guler"]),
        ("Zehra Bilinmezoğlu aradı", ["Zehra Bilinmezoğlu"]),
        ("Duru Beşikçioğlu aradı", ["Duru Beşikçioğlu"]),
        ("H. Öztürk ile A. Kaya", ["H. Öztürk", "A. Kaya"]),
        ("Ayşe Kayaya söyledim", ["Ayşe Kaya"]),
        ("Pınar Tunçtan aldım", ["Pınar Tunç"]),
        ("Prof. Dr. Nehir Özkan'la görüştüm", ["Nehir Özkan"]),
        ("Deniz Hanım ile Barış Bey geldi", ["Deniz", "Barış"]),
        ("Sayın Zübür Kalemdar, merhaba", ["Zübür Kalemdar"]),
        ("Yetkili: Tuvana Sözeri", ["Tuvana Sözeri"]),
        ("Mahmut Kara ile Recep Kara", ["Mahmut Kara", "Recep Kara"]),
        ("Umut'un arabası, Özgür’ün evi", ["Özgür"]),
        ("Annesi Ece, sonra geldi.", ["Ece"]),
        ("Ludwig van Beethoven ile Otto von Bismarck", ["Ludwig van Beethoven", "Otto von Bismarck"]),
        ("William Tyndale'in çevirisi", ["William Tyndale"]),
        ("Ad Soyad: ayşe kaya", ["ayşe kaya"]),
        ("Hasta mehmet demir'in kaydı", ["mehmet demir"]),
    ],
)
def test_a_name_is_found_whole_and_without_what_hangs_on_it(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Deniz çok güzeldi, barış umudu arttı.",
        "Güneş doğdu, Yağmur dindi.",
        "Barış süreci sürüyor. Umut kesilmez.",
        "Deniz Kuvvetleri ile Deniz Yıldızı",
        "Toprak Reformu ve Güneş Sistemi",
        "Göktürk Alfabesi, Orhun Anıtları",
        "I. Dünya Savaşı sırasında",
        "Kadir Has Üniversitesi, Adnan Menderes Havalimanı",
        "Süleyman Demirel\nÜniversitesi açıldı",
        "Hacı Bektaş Veli Müzesi kapalı",
        "Zübeyde Hanım Caddesi kapalı",
        "Mustafa Kemal Mahallesi",
        "14 Kasım Cuma günü",
        "Taşıt Alım Vergisi mükellefleri",
        "ALIM VE SATIM KOMİSYONCUSU",
        "Asya'nın nüfusu, Nil'in suyu, Medine'de",
        "Bir gün Adam geldi, Ana yemek hazırdı.",
        "Doğu Almanya ve Batı Avrupa",
        "Creating a Server Function",
        "Nilüfer\n60\n135",
        "Ceyhan-Kırıkkale boru hattı",
    ],
)
def test_words_and_institutions_are_no_people(text: str) -> None:
    assert names(text) == []


def test_a_form_of_address_makes_a_word_a_name_and_a_sentence_start_does_not() -> None:
    assert names("Yağmur yağdı.") == []
    assert names("Av. Yağmur yazdı.") == ["Yağmur"]


@pytest.mark.parametrize("text", ["Müşterimiz Ayşe Yılmaz aradı", "Sayın Ayşe Yılmaz", "MÜŞTERİ: Ayşe Yılmaz", "Davacı Ayşe Yılmaz"])
def test_a_role_before_a_name_makes_it_private(text: str) -> None:
    assert [one.private for one in find_names(text)] == [True]
    assert is_private(text, text.index("Ayşe"))


def test_a_name_in_prose_is_not_private() -> None:
    assert [one.private for one in find_names("Romanı Orhan Kemal yazdı.")] == [False]


def test_a_word_without_its_dots_is_read_as_one_that_lost_them() -> None:
    assert part("Ozge") & Part.FIRST
    assert part("Ayşe") & Part.FIRST
    assert part("Alım") == Part.OTHER
    assert part("Deniz") & Part.HOMOGRAPH
    assert not part("Masa")


def test_a_suffix_is_cut_from_a_surname_only() -> None:
    assert glued_suffix("Kayaya", Part.SURNAME) == 2
    assert glued_suffix("Kaya", Part.SURNAME) == 0
    assert glued_suffix("Masaya", Part.SURNAME) == 0


@given(
    st.lists(
        st.sampled_from(
            ["Ayşe", "Deniz", "YILMAZ", "Bey", "Dr.", "H.", " ", ". ", "'ın", "\n", "Müzesi", "sayın ", "ayşe kaya", "İ", "😀"]
        ),
        max_size=14,
    )
)
def test_names_stand_within_the_text_and_are_the_same_in_a_batch(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = list(find_names(text))
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert find_names_many([text] * 9)[4] == found
