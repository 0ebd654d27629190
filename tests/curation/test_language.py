from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import langid
from curation.config import LanguageConfig
from curation.language import choose_language, language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sipariş verdiğiniz ürünler iki iş günü içinde kargoya teslim edilir.", "tr"),
        ("SİPARİŞ VERDİĞİNİZ ÜRÜNLER İKİ İŞ GÜNÜ İÇİNDE KARGOYA TESLİM EDİLİR.", "tr"),
        ("Siparis verdiginiz urunler iki is gunu icinde kargoya teslim edilir.", "tr"),
        ("Bugün hava çok güzel", "tr"),
        ("Sifariş verdiyiniz məhsullar iki iş günü ərzində kuryerə təhvil verilir.", "az"),
        ("Siz buyurtma qilgan mahsulotlar ikki ish kuni ichida yetkazib beriladi.", "uz"),
        ("Siziň sargyt eden harytlaryňyz iki iş gününiň dowamynda iberiler.", "tk"),
        ("The products you ordered are handed over to the courier within two days.", "en"),
        ("THE PRODUCTS YOU ORDERED ARE HANDED OVER TO THE COURIER WITHIN TWO DAYS.", "en"),
        ("Die bestellten Waren werden innerhalb von zwei Tagen verschickt.", "de"),
    ],
)
def test_turkish_is_told_from_its_neighbours_and_from_others(text: str, code: str) -> None:
    assert language(text)[0] == code


@pytest.mark.parametrize("text", ["", " ", "12.345 !?"])
def test_text_without_letters_has_no_language(text: str) -> None:
    assert language(text) == ("", 0.0)


@given(st.text(max_size=100))
def test_every_text_gets_a_code_and_a_probability(text: str) -> None:
    code, probability = language(text)
    assert 0.0 <= probability <= 1.0
    assert code or probability == 0.0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tedqiqatcilar qedim sehere geldiler ve hemin evin yaxsi qorundugunu bildirdiler.", "az"),
        ("İşçiler işden çıhdılar, amma müdir onlara bir söz demedi ve getdi; hava soyuk olmuşdu.", "az"),
        ("Dooru söz taa kısa, insannar da onu annamaa çalışaar.", "gag"),
        ("ANA DILINDEN DANISMAQ HER KESIN HAQQIDIR VE BU HAQQ QORUNUR.", "az"),
    ],
)
def test_neighbours_in_turkish_letters_are_told_by_their_spelling(text: str, code: str) -> None:
    assert language(text)[0] == code


@pytest.mark.parametrize(
    "text",
    [
        "Filozof Žižek bu konuda öteki düşünürlerle aynı şeyi söylemiyor.",
        "Takdir edersiniz ki tasdik edilen vicdan özgürlüğü budur.",
        "Xamarin, Qt ve XAML ile SQL sorguları yazdık.",
        "SPOR YAPMAK KALBİ GÜÇLENDİRİR VE UYKUYU DÜZENLER.",
        "yaaa çok güzelmiş yaaa saat kaçta geliyonuz",
    ],
)
def test_names_loans_and_slang_do_not_make_turkish_a_neighbour(text: str) -> None:
    assert language(text)[0] == "tr"


@pytest.mark.parametrize(
    "text", ["Die Waren werden morgen geliefert.", "Bugün hava güzel.", "İYİ GÜNLER", "", "12", "Ünlü bir şehir olan Bakı " * 300]
)
def test_the_compiled_walk_gives_the_answers_of_py3langid(text: str) -> None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    code, probability = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True).classify(text)
    ours = langid.likeliest(text)
    assert ours[0] == code
    assert ours[1] == pytest.approx(probability, abs=1e-4)


TURKISH = "Kooperatif ortakları her yılın ocak ayında toplanır, yönetim kurulunu seçer ve geçen yılın hesaplarını görüşerek karara bağlar."
ENGLISH = "The members of the cooperative meet every January, elect the board and discuss the accounts of the year that has passed."
MIXED = f"Toplantı\n{TURKISH}\n\nMeeting\n{ENGLISH}\n{ENGLISH}\n\nSonuç\n{TURKISH}"


def test_of_a_mixed_document_the_turkish_part_stays_with_the_offsets_of_what_went() -> None:
    choice = choose_language(MIXED, LanguageConfig())
    assert choice.text == f"Toplantı\n{TURKISH}\n\nMeeting\n\nSonuç\n{TURKISH}"
    assert [MIXED[start:end] for start, end in choice.dropped] == [f"{ENGLISH}\n{ENGLISH}\n"]
    assert (choice.code, choice.reason) == ("tr", "")


def test_a_heading_between_foreign_paragraphs_goes_with_them() -> None:
    text = f"{TURKISH}\n{ENGLISH}\nNext year\n{ENGLISH}"
    assert choose_language(text, LanguageConfig()).text == TURKISH


def test_a_mixed_document_can_be_judged_as_a_whole() -> None:
    choice = choose_language(MIXED, LanguageConfig(mixed="whole"))
    assert choice.text == MIXED
    assert choice.dropped == ()


def test_code_and_addresses_are_no_foreign_paragraphs() -> None:
    listing = "    for member in sorted(cooperative.members, key=name_of_member): print(member, end='; ')"
    address = "<https://example.org/documents/cooperative/members/and/their/shares/in/the/common/storage/of/goods.html>"
    text = f"{TURKISH}\n{listing}\n{address}\n{TURKISH}"
    assert choose_language(text, LanguageConfig()).text == text


def test_a_foreign_document_is_dropped_with_its_language() -> None:
    choice = choose_language(f"{ENGLISH}\n{ENGLISH}", LanguageConfig())
    assert choice.reason == "language"
    assert choice.detail == f"dil: en ({choice.probability:.2f}), istenen: tr"


def test_two_languages_can_be_kept() -> None:
    assert choose_language(MIXED, LanguageConfig(keep=("tr", "en"))).text == MIXED


def test_with_no_language_named_everything_stays() -> None:
    choice = choose_language(ENGLISH, LanguageConfig(keep=()))
    assert (choice.text, choice.code, choice.reason) == (ENGLISH, "en", "")


@pytest.mark.parametrize(("short", "reason"), [("judge", "language"), ("keep", ""), ("drop", "too_short_to_tell")])
def test_short_texts_are_treated_as_the_recipe_says(short: Literal["judge", "keep", "drop"], reason: str) -> None:
    assert choose_language("Guten Tag!", LanguageConfig(short=short)).reason == reason


def test_a_language_that_is_not_sure_enough_is_dropped() -> None:
    assert choose_language(TURKISH, LanguageConfig(min_probability=1.0)).detail.endswith("en az 1")


@given(st.lists(st.sampled_from([TURKISH, ENGLISH, "Başlık", "Title", "", "- 1"]), max_size=9))
def test_what_is_kept_is_the_text_without_what_is_dropped(lines: list[str]) -> None:
    text = "\n".join(lines)
    choice = choose_language(text, LanguageConfig())
    kept, last = "", 0
    for start, end in choice.dropped:
        assert last <= start < end <= len(text)
        kept, last = kept + text[last:start], end
    assert choice.text == ((kept + text[last:]).strip("\n") if choice.dropped else text)
