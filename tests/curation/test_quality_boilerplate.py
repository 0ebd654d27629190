from __future__ import annotations

import pytest

from curation.quality import measure, without_boilerplate

PAGE = """Ana Sayfa
Giriş Yap

Ihlamur çayı nasıl demlenir?
Çiçekler sıcak suda beş dakika bekletilir ve süzülür.
Bu kitabı size daha iyi hizmet sunabilmek için çerezler konusunda uzman bir ekiple, aylarca çalışarak hazırladık.

Sitemizde çerezler kullanılmaktadır.
© 2024 Tüm hakları saklıdır."""


def test_labels_and_notices_go_and_prose_that_mentions_one_stays() -> None:
    stripped = without_boilerplate(PAGE)
    assert stripped.removed == 4
    assert stripped.text.split("\n") == PAGE.split("\n")[3:6]


def test_a_text_without_boilerplate_is_the_same_object() -> None:
    text = "Bir cümle.\n\nBir başka cümle."
    assert without_boilerplate(text).text is text


def test_removing_twice_removes_nothing_more() -> None:
    once = without_boilerplate(PAGE).text
    assert without_boilerplate(once).removed == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Deneme bonusu veren siteler burada, DENEME BONUSUNU kaçırma", 2),
        ("Kaçak yapıyla mücadele sürüyor", 0),
        ("canlı bahis ve kredi kartına nakite çevirme", 2),
    ],
)
def test_spam_phrases_are_found_with_suffixes_and_in_capitals(text: str, count: int) -> None:
    assert measure(text).spam_phrases == count


def test_placeholder_text_is_counted() -> None:
    assert measure("Lorem ipsum dolor sit amet. Lorem ipsum.").filler_phrases == 2
