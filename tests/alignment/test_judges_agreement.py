"""How judges agree with each other and with people, worked out by hand; and the tails."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.desk import Verdict
from alignment.judges_agreement import (
    Graded,
    for_chosen,
    interval_alpha,
    judges_agreement,
    leanings,
    tails,
    tails_page,
    weighted_kappa,
    with_people,
)
from curation.records import Message, Preference


def graded(number, **scores):
    mean = sum(scores.values()) / max(len(scores), 1)
    spread = max(scores.values(), default=0.0) - min(scores.values(), default=0.0)
    return Graded(f"a{number}", f"p{number}", "aday:m", "Ne?", f"cevap {number}", mean, spread, "", {}, {}, scores)


def test_judges_that_say_the_same_agree_wholly():
    found = judges_agreement([graded(n, bir=float(n), iki=float(n)) for n in range(1, 6)])
    assert (found.answers, found.alpha) == (5, 1.0)
    assert [(one.kappa, one.difference) for one in found.pairs] == [(1.0, 0.0)]


def test_a_lenient_judge_shows_as_a_difference():
    (pair,) = judges_agreement([graded(1, bir=3.0, iki=4.0), graded(2, bir=2.0, iki=3.0)]).pairs
    assert pair.difference == -1.0


def test_a_judge_that_gives_everything_one_grade_is_seen():
    found = judges_agreement([graded(n, tek=5.0) for n in range(3)])
    assert found.alpha is None
    assert (found.judges[0].deviation, found.judges[0].histogram["5"]) == (0.0, 3)


def test_alpha_is_worked_out_by_hand():
    # units (1, 2) and (3, 3): observed (1-2)^2 both ways over 1, twice 1 of 4 values; expected over 12 ordered couples of 1, 2, 3, 3
    assert interval_alpha([[1, 2], [3, 3]]) == pytest.approx(1 - (2 / 4) / (2 * (1 + 4 + 4 + 1 + 1 + 0) / 12))


@pytest.mark.parametrize("score", [4.6, 4.4, 4.2, 3.8, 3.4, 0.1])
def test_alpha_of_one_score_alone_is_none_whatever_floats_make_of_it(score):
    assert interval_alpha([[score, score]] * 3) is None
    assert interval_alpha([[score, score + 1e-15]] * 3) is None
    assert interval_alpha([[score, score], [1.0, 1.0], [2.0, 2.0]]) == 1.0


@given(st.lists(st.lists(st.integers(1, 5), min_size=2, max_size=4), min_size=1, max_size=20))
def test_alpha_is_what_its_definition_by_couples_says(units):
    values = [value for unit in units for value in unit]
    everything = np.subtract.outer(values, values).astype(float) ** 2
    expected = everything.sum() / (len(values) * (len(values) - 1))
    observed = sum((np.subtract.outer(unit, unit).astype(float) ** 2).sum() / (len(unit) - 1) for unit in units) / len(values)
    found = interval_alpha(units)
    assert found is None if expected == 0 else found == pytest.approx(1 - observed / expected)


def test_weighted_kappa_forgives_a_near_miss_more_than_a_far_one():
    first = [1, 2, 3, 4, 5]
    near, far = weighted_kappa(first, [1, 2, 3, 4, 4]), weighted_kappa(first, [1, 2, 3, 4, 1])
    assert near is not None
    assert far is not None
    assert near > far
    assert weighted_kappa([5, 5], [5, 5]) is None
    assert weighted_kappa([], []) is None


def test_a_judge_is_compared_with_most_people():
    verdicts = [
        Verdict("pair-1", "pairs", "kabul", "ayşe"),
        Verdict("pair-1", "pairs", "duzelt", "mehmet"),
        Verdict("pair-2", "pairs", "ret", "ayşe"),
        Verdict("pair-3", "pairs", "ret", "ayşe"),
        Verdict("pair-3", "pairs", "kabul", "mehmet"),
        Verdict("pref-1", "preferences", "b", "ayşe"),
        Verdict("pref-2", "preferences", "esit", "ayşe"),
    ]
    leaning = {"yargıç": {"pair-1": True, "pair-2": True, "pair-3": True, "pref-1": True, "pref-2": True}}
    (found,) = with_people(leaning, verdicts, {"pref-1": "b", "pref-2": "a"})
    assert found.records == 3
    assert found.same is not None
    assert found.same.value == pytest.approx(2 / 3)


def test_the_tails_are_the_ends_and_the_widest_spread_and_overlap_nowhere():
    rows = [graded(n, bir=1.0 + n / 10, iki=1.0 + n / 10 + (2.0 if n == 5 else 0.0)) for n in range(10)]
    found = tails(rows, 2)
    assert [one.id for one in found.lowest] == ["a0", "a1"]
    assert [one.id for one in found.highest] == ["a5", "a9"]
    assert found.disputed == ()
    assert [one.id for one in tails(rows, 0).disputed] == []


@pytest.mark.parametrize(("answers", "lowest", "highest"), [(0, 0, 0), (1, 0, 1), (2, 1, 1), (5, 2, 3), (8, 4, 4), (25, 5, 5)])
def test_few_answers_are_halved_between_the_ends(answers, lowest, highest):
    rows = [graded(n, bir=1.0 + n / 10) for n in range(answers)]
    found = tails(rows, 5)
    assert (list(found.lowest), list(found.highest)) == (rows[:lowest], rows[::-1][:highest])
    assert found.disputed == ()


def test_the_page_keeps_texts_as_they_are():
    row = Graded(
        "a1",
        "p1",
        "aday:m",
        "Ne?",
        "# Başlık değil\n<b>",
        4.0,
        0.0,
        "below_min_score",
        {"y": {"turkce": 4.0}},
        {"y": "iyi\nçok"},
        {"y": 4.0},
    )
    page = tails_page(tails([row], 1))
    assert "    # Başlık değil\n    <b>\n" in page
    assert "- y: turkce 4. iyi çok" in page


def test_the_page_shows_what_was_said_before_the_question():
    turns = (Message("user", "Köprü ne zaman açıldı?"), Message("assistant", "# 1974'te."))
    row = replace(graded(1, bir=2.0), instruction="Kim açtı?", turns=turns)
    page = tails_page(tails([row, graded(2, bir=4.0)], 1))
    before = "Önceki konuşma:\n\n    Kullanıcı: Köprü ne zaman açıldı?\n    \n    Asistan: # 1974'te.\n\nSon soru:\n\n    Kim açtı?\n"
    assert before in page
    assert page.count("Önceki konuşma") == 1


def test_a_judge_that_likes_length_is_seen():
    def answer(number, text, score):
        return Graded(f"a{number}{text}", f"p{number}", "aday:m", "Ne?", text, score, 0.0, "", {}, {}, {"y": score})

    rows = [answer(n, text, score) for n in range(4) for text, score in (("kısa", 2.0), ("- çok\n- uzun", 5.0))]
    (found,) = leanings([*rows, answer(9, "tek", 3.0)])
    assert (found.couples, found.longer.value if found.longer else None) == (4, 1.0)
    assert found.layouts == {"list": 5.0, "prose": pytest.approx((4 * 2 + 3) / 5)}


def test_a_judge_speaks_for_the_chosen_answer_where_it_scored_both_apart():
    def row(number, chosen, rejected):
        return Preference(f"r{number}", f"p{number}", "Ne?", chosen, rejected, "aday:m", "aday:m", 1.0, "", (), "ozet")

    def answer(number, text, **scores):
        return Graded(text, f"p{number}", "aday:m", "Ne?", text, 0.0, 0.0, "", {}, {}, scores)

    graded = [answer(1, "a", x=5.0, y=2.0), answer(1, "b", x=1.0, y=4.0), answer(2, "c", x=3.0), answer(2, "d", x=3.0)]
    assert for_chosen(graded, [row(1, "a", "b"), row(2, "c", "d"), row(3, "e", "f")]) == {"x": {"r1": True}, "y": {"r1": False}}
