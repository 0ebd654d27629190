"""The checks on generated Turkish, held to their gold sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.turkish_checks import GOLD, RULES, figures, rows
from synthesis.language.answer_form import answer_form
from synthesis.language.foreign import foreign_sentence
from synthesis.language.harmony import wrong_suffix
from synthesis.language.particles import joined_particle
from synthesis.language.translationese import translationese

FLOORS = {"register": (1.0, 0.9), "answer_form": (1.0, 0.95)}


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_check_keeps_its_precision_and_recall(name):
    found = figures(rows(GOLD / f"{name}.tsv"), RULES[name])
    precision, recall = FLOORS.get(name, (1.0, 1.0))
    assert found["precision"] >= precision
    assert found["recall"] >= recall


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_gold_set_has_fifteen_rows_of_either_kind_and_none_twice(name):
    gold = rows(GOLD / f"{name}.tsv")
    assert sum(wanted for wanted, _ in gold) >= 15
    assert sum(not wanted for wanted, _ in gold) >= 15
    assert len({columns for _, columns in gold}) == len(gold)


@pytest.mark.parametrize(
    ("check", "text", "words"),
    [
        (wrong_suffix, "Okul Ankara'de açıldı.", "Ankara'de"),
        (joined_particle, "Bu köyde okul Varmı?", "Varmı"),
        (translationese, "Bahçede üç ağaçlar vardı.", "üç ağaçlar"),
        (foreign_sentence, "Okul açıldı. This is what they did with it.", "This is what they did with it."),
    ],
)
def test_a_check_names_the_words_at_fault(check, text, words):
    assert check(text) == words


@pytest.mark.parametrize("check", [wrong_suffix, joined_particle, translationese, foreign_sentence])
@given(text=st.text(max_size=200))
def test_no_text_breaks_a_check(check, text):
    assert check(text) is None or check(text) != ""


@given(question=st.text(max_size=60), answer=st.text(max_size=60))
def test_no_answer_breaks_the_check_of_its_form(question, answer):
    assert answer_form(question, answer) in (None, "answer_form")


def test_a_title_in_front_does_not_ask():
    assert answer_form("“Ne zaman ekmeli?” başlıklı yazıya göre bakla nedir?", "Bir baklagildir.") is None
