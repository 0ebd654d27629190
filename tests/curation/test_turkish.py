from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import turkish

TURKISH_TEXT = st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZâîû'’ .,!?\n0123456789-\u0307", max_size=200)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("İSTANBUL", "istanbul"),
        ("IĞDIR", "ığdır"),
        ("KİMLİK NO", "kimlik no"),
        ("I\u0307zmir", "izmir"),
        ("i\u0307zmir", "izmir"),
        ("ÇÖĞÜŞ", "çöğüş"),
    ],
)
def test_lower_knows_dotted_and_dotless_i(before: str, after: str) -> None:
    assert turkish.lower(before) == after


@pytest.mark.parametrize(("before", "after"), [("istanbul", "İSTANBUL"), ("ığdır", "IĞDIR"), ("i\u0307zmir", "İZMİR")])
def test_upper_knows_dotted_and_dotless_i(before: str, after: str) -> None:
    assert turkish.upper(before) == after


@pytest.mark.parametrize(("before", "after"), [("istanbul", "İstanbul"), ("ISPARTA", "Isparta"), ("", "")])
def test_capitalize_changes_the_first_letter_and_lowers_the_rest(before: str, after: str) -> None:
    assert turkish.capitalize(before) == after


def test_fold_gives_one_key_to_every_spelling_of_a_name() -> None:
    spellings = ["Iğdır'ın", "IĞDIR’IN", "ığdırın", "Igdirin", "I\u011fd\u0131r`\u0131n"]
    assert {turkish.fold(spelling) for spelling in spellings} == {"igdirin"}


def test_fold_drops_circumflexes() -> None:
    assert turkish.fold("kâğıt hâlâ millî") == "kagit hala milli"


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert turkish.fold(turkish.fold(text)) == turkish.fold(text)


@given(TURKISH_TEXT)
def test_upper_and_lower_case_have_one_key(text: str) -> None:
    assert turkish.fold(turkish.upper(text)) == turkish.fold(turkish.lower(text))


@given(st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyz ", max_size=100))
def test_upper_then_lower_gives_turkish_text_back(text: str) -> None:
    assert turkish.lower(turkish.upper(text)) == text


@given(st.text(alphabet=st.characters(exclude_characters="\u0307"), max_size=200))
def test_ascii_letters_keep_every_offset(text: str) -> None:
    assert len(turkish.ascii_letters(text)) == len(text)


def test_words_keep_suffixes_and_numbers_whole() -> None:
    assert turkish.words("Ahmet'in 1.234,56 TL'si, saat 14.30'da; e-posta!") == [
        "Ahmet'in",
        "1.234,56",
        "TL'si",
        "saat",
        "14.30'da",
        "e-posta",
    ]


def test_turkish_letter_share_counts_letters_only() -> None:
    assert turkish.turkish_letter_share("çam 12") == pytest.approx(1 / 3)
    assert turkish.turkish_letter_share("12 !") == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "Prof. Dr. Ayşe Kaya bugün geldi.",
        "T.C. Merkez Bankası faizi açıkladı.",
        "Yarışta 473. sıradan başladı.",
        "Dava 9. Hukuk Dairesinde görüldü.",
        "Toplantı saat 14.30 sularında bitti.",
        "Adres 1453. Sok. No: 5 olarak yazıldı.",
        "Yazar B. K. Demir ile O. Henry aynı dergide yazdı.",
        "II. Murat tahttan indi.",
        "Ayrıntılar www.ornek.com.tr adresinde yazıyor.",
        "Fiyat 3.5 milyon dolar oldu.",
        '"Gel buraya!" dedi.',
        "Elma, armut vb. meyveler satılır.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert turkish.sentences(text) == [(0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Geldi. Gitti.", ["Geldi.", "Gitti."]),
        ("Gelir misin? Evet!", ["Gelir misin?", "Evet!"]),
        ("Sene 1985. Ankara karlıydı.", ["Sene 1985.", "Ankara karlıydı."]),
        ("Enflasyon yüzde 5. Bu iyi.", ["Enflasyon yüzde 5.", "Bu iyi."]),
        ("“Tamam.” Sonra sustu.", ["“Tamam.”", "Sonra sustu."]),
        ("Başlık\nİlk cümle.", ["Başlık", "İlk cümle."]),
        ("Durdu... Sonra yürüdü.", ["Durdu...", "Sonra yürüdü."]),
        ("Yeni telefon çıktı. iPad ise yıl sonunu bekliyor.", ["Yeni telefon çıktı.", "iPad ise yıl sonunu bekliyor."]),
        ("Başvurular başladı. www.ornek.org adresine bakın.", ["Başvurular başladı.", "www.ornek.org adresine bakın."]),
        ("Biraz ekmek al. Sonra dön.", ["Biraz ekmek al.", "Sonra dön."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in turkish.sentences(text)] == expected


@given(TURKISH_TEXT)
def test_sentences_cover_everything_but_white_space_in_order(text: str) -> None:
    spans = turkish.sentences(text)
    assert all(start < end for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    outside = list(text)
    for start, end in spans:
        outside[start:end] = [""] * (end - start)
    assert "".join(outside).strip() == ""
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


@pytest.mark.parametrize(
    ("name", "case", "expected"),
    [
        ("Ayşe", "genitive", "Ayşe'nin"),
        ("Ahmet", "ablative", "Ahmet'ten"),
        ("İstanbul", "locative", "İstanbul'da"),
        ("Ürgüp", "genitive", "Ürgüp'ün"),
        ("Konya", "dative", "Konya'ya"),
        ("1453", "locative", "1453'te"),
        ("40", "ablative", "40'tan"),
        ("2000", "accusative", "2000'i"),
        ("1990", "locative", "1990'da"),
        ("6", "dative", "6'ya"),
        ("100", "genitive", "100'ün"),
    ],
)
def test_suffixes_follow_vowel_harmony(name: str, case: turkish.Case, expected: str) -> None:
    assert turkish.with_suffix(name, case) == expected
