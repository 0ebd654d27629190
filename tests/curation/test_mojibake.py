from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.mojibake import has_cp1254_mojibake, repair_dos, repair_utf8
from curation.normalise import normalise

CLEAN = "Öğretmen, Şırnak'ta çalışan küçük kardeşine “Çiğdem'in düğünü İzmir'de olacak” dedi; A.Ş. için ağır bir yıldı."
PLAIN = CLEAN.replace("“", '"').replace("”", '"')


def _latin(data: bytes, charset: str) -> str:
    return "".join(bytes([code]).decode(charset, "ignore") or chr(code) for code in data)


@pytest.mark.parametrize("charset", ["cp1252", "latin-1", "cp1254", "cp850", "cp437"])
def test_dos_turkish_is_repaired_from_every_set_it_is_mistaken_for(charset: str) -> None:
    result = normalise(_latin(PLAIN.encode("cp857"), charset))
    assert result.text == PLAIN
    assert result.tags == ("mojibake_dos",)


@pytest.mark.parametrize("charset", ["cp437", "cp857", "mac_roman", "mac_turkish", "cp1254", "latin-1"])
def test_utf8_is_repaired_from_every_set_it_is_mistaken_for(charset: str) -> None:
    assert repair_utf8(_latin(PLAIN.encode(), charset)) == PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "Fiyatı 50 € ve %10 indirimli™, 3×4 ölçüsünde; §5 uyarınca “söz” kesindir‡.",
        "Ürün 5€ dedi; “çok güzel”di, ‡ işareti dipnottur ve §§ 3-5 geçerlidir.",
        "├── kaynak\n│   └── ana.py\n└── belge",
        "Perché no? Così è più bello, e lì c'è il caffè; sì, lunedì.",
        "Škoda, Žižkov ve Ÿ harfi; naïve ve cañón.",
    ],
)
def test_symbols_and_other_alphabets_are_not_taken_for_dos_turkish(text: str) -> None:
    assert repair_dos(text) == text
    assert repair_utf8(text) == text


@pytest.mark.parametrize("text", ["ýyl", "Aýdym aýtmak", "Türkmen diliniň ýazuwy barada aýdylýar", "Ýaş oglan mekdebe ýöredi"])
def test_the_consonant_of_turkmen_is_not_a_broken_vowel(text: str) -> None:
    assert not has_cp1254_mojibake(text)


@pytest.mark.parametrize(("broken", "whole"), [("kýrk", "kırk"), ("Yýldýz hanýmýn sarý arabasý", "Yıldız hanımın sarı arabası")])
def test_a_broken_vowel_between_consonants_is_repaired(broken: str, whole: str) -> None:
    assert normalise(broken).text == whole


def test_lookalike_letters_are_turkish_where_they_take_the_place_of_turkish_ones() -> None:
    broken = "Ișıklı sokakta bașka bir arkadașım yașıyordu."
    assert normalise(broken).text == "Işıklı sokakta başka bir arkadaşım yaşıyordu."
    assert normalise(broken).tags == ("lookalikes",)
    names = "Yazar Ceaușescu, Mureș ve Pitești kentlerini anlattığı kitabında şöyle der."
    assert normalise(names).text == names


def test_letters_that_are_lost_are_told() -> None:
    assert "damaged" in normalise("T?rk?e karakterler kayboldu: ?ğrenci, çal??ma, g?zel.").tags
    assert "damaged" not in normalise("Geldi mi? Evet. Neden? Bilmem?").tags
    assert "damaged" not in normalise("a.php?id=1 b.php?id=2 c.php?id=3 d.php?id=4").tags


@given(st.text(alphabet="abcçğıöşüABCÇĞİÖŞÜ .,'", max_size=120))
def test_clean_turkish_is_never_repaired(text: str) -> None:
    assert repair_dos(text) == text
    assert repair_utf8(text) == text
    assert not has_cp1254_mojibake(text)
