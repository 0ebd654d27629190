from __future__ import annotations

from dataclasses import replace

import pytest

from curation import turkish
from curation.config import QualityConfig
from curation.quality import FINEWEB2_TR, PRESETS, STRICT, WEB, Limit, Rules, is_boilerplate, limits, measure, rules_of, score, verdict

GOOD = (
    "Ihlamur çayı, kış aylarında en çok içilen bitki çaylarından biridir ve boğaz ağrısına iyi gelir. Kurutulmuş çiçekler sıcak suda beş dakika bekletilir. "
    "Bal ile tatlandırılan içecek yatmadan önce tüketilirse uykuya geçişi kolaylaştırır. Ancak aşırı tüketimi önerilmez; günde iki fincan yeterlidir. "
    "Hamileler için ise hekime danışmak gerekir. Çiçekler serin ve karanlık yerde saklanırsa kokusunu bir yıl boyunca korur."
)


@pytest.mark.parametrize("preset", PRESETS)
def test_good_prose_passes_every_preset(preset: str) -> None:
    assert verdict(GOOD, PRESETS[preset]) is None  # type: ignore[index]


@pytest.mark.parametrize("text", ["", "x", "!!!! ????", "menü\n" * 50])
def test_the_empty_rules_keep_everything(text: str) -> None:
    assert verdict(text, Rules()) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Çok kısa bir metin.", "too_short"),
        ("Bu metin\ufffd için \ufffd bozuk \ufffd olarak \ufffd kaydedilmiş ve artık okunamıyor.", "broken_characters"),
        ("a b c d e f g h ı i j k l m n o", "words_too_short"),
        ("muvaffakiyetsizleştiricileştiriveremeyebileceklerimizdenmişsinizcesine " * 8, "words_too_long"),
        ("bu == kod ## olarak {{ }} [[ ]] << >> ve || && için ~~ ^^ bir ** metin ++ daha @@ çok $$", "too_many_symbols"),
        ("bir 1200 3400 5600 7800 9000 1100 2200 3300 4400 ve", "too_few_words_with_letters"),
        ("kırmızı elma yeşil armut sarı limon mor üzüm beyaz peynir siyah zeytin " * 2, "too_few_stop_words"),
        ("Bu gece canlı bahis ve deneme bonusu için casino siteleri burada, deneme bonusu al.", "spam"),
        (
            "Ana Sayfa\nHakkımızda\nTüm hakları saklıdır.\nBu site çerez kullanır ve bunu kabul etmiş sayılırsınız.\nBu bir cümle.",
            "boilerplate",
        ),
        ("Elma ve\nArmut bu\nKiraz\nVişne için\nErik\nKayısı ile\nÜzüm", "menu_lines"),
        ("Bu satır yinelenir ve bir şey demez.\n" * 9 + "Son satır ise başka.", "repeated_lines"),
        ("bir gün bu yol biter ve " * 20, "repeated_ngrams"),
    ],
)
def test_each_fault_of_the_mild_preset_has_its_own_reason(text: str, reason: str) -> None:
    fault = verdict(text, rules_of(QualityConfig(min_words=8)))
    assert fault is not None
    assert fault.reason == reason
    assert "en " in fault.detail


def test_the_detail_tells_value_and_limit() -> None:
    fault = verdict("Çok kısa bir metin.", WEB)
    assert fault is not None
    assert fault.detail == "sözcük: 4, en az 10"


def test_ascii_and_capitals_have_the_same_stop_words() -> None:
    assert verdict("BU GÜN HAVA ÇOK GÜZEL OLDUĞU İÇİN PARKA GİTTİK VE BİR SÜRE OTURDUK.", WEB) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD.replace(". ", "\n").replace(".", "").replace(";", ""), "unfinished_lines"),
        (GOOD.replace(" ", "\n", 60), "too_many_line_breaks"),
        (GOOD + "\n" + GOOD, "repeated_lines"),
        ("Evler ve işler için bir yol " * 60 + ".", "repeated_ngrams"),
        (" ".join(GOOD.split()[:30]), "too_short"),
    ],
)
def test_fineweb_limits_are_stricter(text: str, reason: str) -> None:
    fault = verdict(text, FINEWEB2_TR)
    assert fault is not None
    assert fault.reason == reason


def test_strict_refuses_a_single_spam_phrase() -> None:
    fault = verdict(GOOD + " Bedava bonus için tıklayın.", STRICT)
    assert fault is not None
    assert fault.reason == "spam"


def test_the_fewest_words_can_be_set_beside_the_preset() -> None:
    assert rules_of(QualityConfig(preset="web", min_words=3)).min_words == 3
    assert rules_of(QualityConfig(preset="web")).min_words == WEB.min_words


@pytest.mark.parametrize("line", ["ANA SAYFA", "Giriş Yap", "© 2024 Tüm Hakları Saklıdır.", "Devamını oku...", "Sonraki Yazı →"])
def test_labels_of_pages_are_boilerplate(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line", ["Spor yapmak kalbi güçlendirir.", "Ekonomi bu yıl büyüdü.", "Paylaşmak güzeldir.", "Arama motorları sayfaları dizine ekler."]
)
def test_sentences_that_hold_a_label_are_not(line: str) -> None:
    assert not is_boilerplate(line)


def test_a_recipe_sets_single_limits_over_its_preset() -> None:
    config = QualityConfig.model_validate({"preset": "web", "min_words": 3, "limits": {"max_symbol_share": 0.01, "max_upper_share": 0.3}})
    rules = rules_of(config)
    assert rules == replace(WEB, min_words=3, max_symbol_share=0.01, max_upper_share=0.3)
    fault = verdict("BU METİN BÜYÜK HARFLERLE VE BİR SOLUKTA YAZILMIŞ BİR METİNDİR.", rules)
    assert fault is not None
    assert fault.reason == "too_many_capitals"


def test_the_limits_of_a_preset_name_measure_reason_and_cut() -> None:
    assert limits(Rules(min_words=5, max_words=9, max_top_3gram_share=0.2)) == (
        Limit("too_short", "words", low=5),
        Limit("too_long", "words", high=9),
        Limit("repeated_ngrams", "top_3gram_share", high=0.2),
    )
    assert limits(Rules()) == ()


def test_published_thresholds_are_asked_of_the_published_words() -> None:
    assert FINEWEB2_TR.min_fineweb_stop_words == 2
    text = "Ben sen gibi değil ama çok kadar her ne var yok ise biz siz o ki mi ya " * 3 + "."
    fault = verdict(text, Rules(min_fineweb_stop_words=2))
    assert fault is not None
    assert fault.detail == "FineWeb-2'nin işlev sözcüklerinden: 0, en az 2"


def test_lines_that_end_in_a_closing_mark_after_a_full_stop_are_finished() -> None:
    assert verdict('Kapı "açıldı."\n(Kimse yoktu.)\n**Son söz buydu!**', Rules(min_ended_line_share=1.0)) is None
    assert verdict("Kapı (açık)", Rules(min_ended_line_share=0.5)) is not None


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (GOOD, GOOD[:200]),
        (GOOD, turkish.upper(GOOD)),
        (GOOD, turkish.ascii_letters(GOOD)),
        (GOOD, GOOD.replace("ı", "\ufffd")),
        (GOOD, GOOD.removesuffix(".")),
        (GOOD + "\nİkinci paragraf da burada.", GOOD + "\nTüm hakları saklıdır 2024"),
    ],
)
def test_of_copies_the_whole_and_clean_one_has_the_higher_score(better: str, worse: str) -> None:
    assert 0.0 <= score(measure(worse)) < score(measure(better)) <= 1.0


def test_an_empty_text_has_a_score() -> None:
    assert score(measure("")) == 0.0
