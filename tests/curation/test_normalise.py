from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.normalise import has_cp1254_mojibake, normalise, one_line

CLEAN = "Şehir içindeki ağaçların çoğu ıhlamurdur; İzmir'de ise çınar ağırlıktadır."


@pytest.mark.parametrize(
    ("broken", "whole", "tag"),
    [
        (CLEAN.encode().decode("latin-1"), CLEAN, "mojibake_utf8"),
        ("ÅŸehir iÃ§in Ã¶ÄŸretmen", "şehir için öğretmen", "mojibake_utf8"),
        (CLEAN.encode("cp1254").decode("cp1252"), CLEAN, "mojibake_cp1254"),
        (
            "Yönetim Kurulu Baþkaný, baþarýlý öðrencileri kutladý.",
            "Yönetim Kurulu Başkanı, başarılı öğrencileri kutladı.",
            "mojibake_cp1254",
        ),
        ("ÝÞ SAÐLIÐI", "İŞ SAĞLIĞI", "mojibake_cp1254"),
    ],
)
def test_both_kinds_of_mojibake_are_repaired_and_told(broken: str, whole: str, tag: str) -> None:
    result = normalise(broken)
    assert result.text == whole
    assert tag in result.tags


def test_mojibake_beside_clean_lines_is_repaired() -> None:
    assert normalise("Temiz bir satır burada.\nGÃ¼zel bir gÃ¼n.").text == "Temiz bir satır burada.\nGüzel bir gün."


def test_a_document_that_is_broken_in_part_is_repaired() -> None:
    assert (
        normalise("Yabancı Öğrenci Sınavý için baþvuru baþladý ve bu yýl doldu.").text
        == "Yabancı Öğrenci Sınavı için başvuru başladı ve bu yıl doldu."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Men türkmen dilinde ýazýan, sebäbi ol meniň ene dilim.",
        "Þetta er íslenskur texti um sögu landsins og það er skýrt.",
        "Příliš žluťoučký kůň úpěl ďábelské ódy.",
        "İzlanda'da Þingvellir vadisi, ülkenin en eski meclisinin toplandığı yerdir.",
    ],
)
def test_other_alphabets_are_not_taken_for_mojibake(text: str) -> None:
    assert not has_cp1254_mojibake(text)
    assert normalise(text).text == text


def test_clean_text_is_left_alone() -> None:
    assert normalise(CLEAN) == normalise(normalise(CLEAN).text)
    assert normalise(CLEAN).text == CLEAN
    assert normalise(CLEAN).tags == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("i\u0307stanbul", "istanbul"),
        ("I\u0307zmir", "İzmir"),
        ("c\u0327ok gu\u0308zel", "çok güzel"),
        ("a\u00a0b\u200bc\ufeff\x07", "a bc"),
        ("ke\u00adli\u00adme", "kelime"),
        ("Ahmet’in, Ayşe´nin, Ali`nin", "Ahmet'in, Ayşe'nin, Ali'nin"),
        ("‘alıntı’ ve “alıntı”", "‘alıntı’ ve “alıntı”"),
        ("kâğıt, millî, sükût", "kâğıt, millî, sükût"),
        ("bir\r\niki\rüç", "bir\niki\nüç"),
        ("bir<br>iki<br />üç", "bir\niki\nüç"),
        ("Ali &amp; Veli &#39;de", "Ali & Veli 'de"),
        ("üç   boşluk  ve satır sonu   ", "üç boşluk ve satır sonu"),
        ("bir\n\n\n\niki", "bir\n\niki"),
        ("\ud800 tek", "\ufffd tek"),
        ("gelmiþ\x85 gitmiþ", "gelmiş… gitmiş"),
    ],
)
def test_stray_characters_are_put_right(before: str, after: str) -> None:
    assert normalise(before).text == after


WRAPPED = """Bu Kanunun amacı, iş yerlerinde iş sağlığı ve güvenliğinin sağlan-
ması ve mevcut sağlık ve güvenlik şartlarının iyileştirilmesi için
işveren ve çalışanların görev, yetki, sorumluluk, hak ve yükümlülük-
lerini düzenlemektir.

İkinci paragraf da aynı genişlikte sarılmıştır ve burada bitmeden önce
bir satır daha sürer:
- birinci madde
- ikinci madde"""


def test_hard_wraps_and_hyphens_are_undone_and_lists_kept() -> None:
    result = normalise(WRAPPED)
    assert result.text.split("\n") == [
        "Bu Kanunun amacı, iş yerlerinde iş sağlığı ve güvenliğinin sağlanması ve mevcut sağlık ve güvenlik şartlarının iyileştirilmesi için "
        "işveren ve çalışanların görev, yetki, sorumluluk, hak ve yükümlülüklerini düzenlemektir.",
        "",
        "İkinci paragraf da aynı genişlikte sarılmıştır ve burada bitmeden önce bir satır daha sürer:",
        "- birinci madde",
        "- ikinci madde",
    ]
    assert "unwrapped" in result.tags


@pytest.mark.parametrize(
    "text",
    [
        "Elma\nArmut\nKiraz\nVişne",
        "Soru: Bugün hava nasıl?\nYanıt: Güneşli.\nSoru: Yarın?\nYanıt: Yağmurlu.",
        "# Başlık\n\nBir cümle.\n\nBaşka bir cümle.",
        "| Ad | Yaş |\n| --- | --- |\n| Ali | 5 |",
        "Ne içindeyim zamanın,\nNe de büsbütün dışında;\nYekpâre, geniş bir ânın\nParçalanmaz akışında.",
    ],
)
def test_lines_that_stand_for_themselves_are_not_joined(text: str) -> None:
    assert normalise(text).text == text


def test_text_typed_without_turkish_letters_is_tagged() -> None:
    text = "Bugun cok guzel bir gun oldu, cunku arkadaslarim ile gorustum."
    assert normalise(text).tags == ("ascii",)
    assert normalise(text).text == text


def test_english_is_not_tagged_as_turkish_without_its_letters() -> None:
    assert normalise("The weather was fine and everybody went out to the park for a walk.").tags == ()


def test_capitals_are_tagged_and_kept() -> None:
    assert normalise("BU METNİN TAMAMI BÜYÜK HARFLERLE YAZILMIŞTIR.").tags == ("capitals",)


def test_a_title_comes_out_on_one_line() -> None:
    assert one_line("  İki\n satırlık\tbaşlık ") == "İki satırlık başlık"


@given(st.text(max_size=300))
def test_any_text_survives_and_can_be_written(text: str) -> None:
    assert normalise(text).text.encode("utf-8").decode("utf-8") == normalise(text).text


@given(st.lists(st.sampled_from(["Şehir içi", "ağaç", "Ahmet’in", "3. sıra", "kâğıt", "- madde", ""]), max_size=12).map("\n".join))
def test_normalising_short_lines_twice_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once
