from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.unwrap import unwrap

RAGGED = """Kuruluş amacı

Madde
1 –
Bu
Yönetmeliğin amacı, kooperatif ortaklarının ürünlerini ortak depolarda
saklamasına, pazarlamasına ve elde edilen gelirin ortaklara hisseleri oranında
dağıtılmasına
ilişkin esasları düzenlemektir.

Ortaklık

Madde
2 –
Köyde
oturan ve toprağı olan herkes kooperatife ortak olabilir; ortaklık payı yönetim
kurulunca her yıl yeniden belirlenir."""


def test_lines_that_break_anywhere_inside_paragraphs_are_joined() -> None:
    assert unwrap(RAGGED).split("\n") == [
        "Kuruluş amacı",
        "",
        "Madde 1 – Bu Yönetmeliğin amacı, kooperatif ortaklarının ürünlerini ortak depolarda saklamasına, pazarlamasına ve elde edilen gelirin ortaklara "
        "hisseleri oranında dağıtılmasına ilişkin esasları düzenlemektir.",
        "",
        "Ortaklık",
        "",
        "Madde 2 – Köyde oturan ve toprağı olan herkes kooperatife ortak olabilir; ortaklık payı yönetim kurulunca her yıl yeniden belirlenir.",
    ]


VERSE = """akşam iner usulca
sokaklara bir kuş sesi
düşer gibi suya

uzak bir pencereden
sarı bir ışık süzülür
kimse bilmez neden"""

CODE = """Aşağıdaki örnek dosyayı satır satır okur ve her satırın uzunluğunu ekrana yazar:

for satir in dosya:
    print(len(satir), satir)
    toplam += len(satir)
    if toplam > sinir: break

while devam:
    devam = sor("sürdürmek için bir tuşa basın, bitirmek için boş bırakın")
    yaz(devam)"""


@pytest.mark.parametrize("text", [VERSE, CODE])
def test_verse_and_code_keep_their_lines(text: str) -> None:
    assert unwrap(text) == text


@given(st.lists(st.text(alphabet="abcçğ .-:\n", max_size=60), max_size=12).map("\n".join))
def test_unwrapping_loses_no_letter(text: str) -> None:
    assert [letter for letter in unwrap(text) if letter.isalpha()] == [letter for letter in text if letter.isalpha()]
