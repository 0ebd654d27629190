from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.language import language


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
