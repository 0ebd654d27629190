from __future__ import annotations

import dataclasses
from collections import Counter
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import turkish
from curation.config import QualityLimits
from curation.quality import MEASURES, Rules, measure
from curation.quality.boilerplate import is_boilerplate

PROSE = st.text(alphabet="abcçıiİIşğ ..,?'’-\n012:/!½²_\ufffd😀", max_size=120)
WORDS = st.lists(st.sampled_from(["ev", "Ev", "gün", "yol", "bir", "İŞ"]), max_size=40).map(" ".join)


def test_every_measure_of_a_text_is_a_number() -> None:
    values = dataclasses.asdict(measure("Bir iki.\nÜç dört beş!"))
    assert tuple(values) == MEASURES
    assert all(isinstance(value, float) for value in values.values())


def test_every_limit_of_the_rules_is_a_recipe_key_and_a_measure() -> None:
    limits = {one.name for one in dataclasses.fields(Rules)}
    assert limits == set(QualityLimits.model_fields)
    assert {name.partition("_")[2] for name in limits} <= set(MEASURES)


@given(PROSE)
def test_the_scan_finds_the_words_that_the_module_of_turkish_finds(text: str) -> None:
    words = turkish.words(text)
    found = measure(text)
    assert found.words == len(words)
    if words:
        assert found.mean_word_length == pytest.approx(sum(map(len, words)) / len(words))
        assert found.alphabetic_word_share == pytest.approx(sum(any(map(str.isalpha, word)) for word in words) / len(words))


@given(WORDS)
def test_repeated_and_top_ngrams_are_those_of_a_slow_count(text: str) -> None:
    keys = turkish.words(turkish.fold(text))
    found = measure(text)
    size = max(1, sum(map(len, keys)))
    for n in range(5, 11):
        assert getattr(found, f"repeated_{n}gram_share") == pytest.approx(_repeated(keys, n) / size)
    for n in range(2, 5):
        assert getattr(found, f"top_{n}gram_share") == pytest.approx(_top(keys, n) / size)


def _repeated(keys: list[str], n: int) -> int:
    seen, repeated, at = set(), 0, 0
    while at + n <= len(keys):
        gram = tuple(keys[at : at + n])
        repeated += sum(map(len, gram)) if gram in seen else 0
        at += n if gram in seen else 1
        seen.add(gram)
    return repeated


def _top(keys: list[str], n: int) -> int:
    counts = Counter(zip(*(keys[start:] for start in range(n)), strict=False))
    gram, count = max(counts.items(), key=lambda entry: entry[1]) if counts else ((), 0)
    return count * sum(map(len, gram)) if count > 1 else 0


@given(st.lists(st.sampled_from(["Ana sayfa", "Giriş yap", "Bu bir cümledir.", "Tüm hakları saklıdır © 2024", "", "üye ol"]), max_size=8))
def test_the_share_of_boilerplate_is_that_of_its_lines(lines: list[str]) -> None:
    whole = [line for line in lines if line]
    share = sum(len(line) for line in whole if is_boilerplate(line)) / max(1, sum(map(len, whole)))
    assert measure("\n".join(lines)).boilerplate_share == pytest.approx(share)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("T?rk?e yazan ??renci", 2 / 20),
        ("Türkçe yazan \ufffd\ufffdrenci", 2 / 20),
        ("Geldi mi? Evet.", 0.0),
        ("bkz. index.php?id=5 ve a.asp?q=2", 0.0),
    ],
)
def test_letters_lost_to_question_marks_are_broken_and_addresses_are_not(text: str, share: float) -> None:
    assert measure(text).broken_share == pytest.approx(share)


def test_values_that_say_nothing_of_a_short_text_are_nan() -> None:
    found = measure("Kısa bir metin.")
    assert isnan(found.stop_words)
    assert isnan(found.menu_line_share)


def test_lines_are_measured_as_lines() -> None:
    found = measure("- elma\n- armut\n• kiraz\nDevamı var...\nBir cümle burada biter.\n\nBir cümle burada biter.")
    assert found.bullet_line_share == pytest.approx(3 / 6)
    assert found.ellipsis_line_share == pytest.approx(1 / 6)
    assert found.ended_line_share == pytest.approx(3 / 6)
    assert found.repeated_line_share == pytest.approx(1 / 6)
    assert found.repeated_line_character_share == pytest.approx(23 / (6 + 7 + 7 + 13 + 23 + 23))
    assert found.short_line_share == 1.0
    assert found.line_breaks_per_word == pytest.approx(6 / 13)


def test_paragraphs_that_stood_before_are_repeated() -> None:
    assert measure("Bir.\nİki.\n\nÜç.\n\nBir.\nİki.").repeated_paragraph_share == pytest.approx(1 / 3)


def test_function_words_are_counted_in_capitals_and_without_their_letters_too() -> None:
    sentence = "bu gün için çok iş var ama yol yok ve biz de bir evde kaldık, o da iyi oldu herkes için"
    assert (
        measure(sentence).stop_words == measure(turkish.upper(sentence)).stop_words == measure(turkish.ascii_letters(sentence)).stop_words
    )


def test_an_empty_text_has_values() -> None:
    assert measure("").words == 0.0
