"""Length and layout: what they tell, and rows let go so that they tell less; and the shares of origins."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.bias import bias_by_origin, layout, longer_chosen, style_bias, without_length_bias
from alignment.config import PreferenceConfig
from alignment.origins import drawn, origin_of
from alignment.preferences import choose
from alignment.shares import in_shares
from curation.records import Preference


def row(number, chosen, rejected, by="aday:m", margin=2.0):
    return Preference(f"p{number}", f"pair{number}", "Ne?", chosen, rejected, by, by, margin, "judge:y", (), "soru-cevap")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Düz bir cümle.", "prose"),
        ("- bir\n- iki", "list"),
        ("1. bir\n2) iki", "list"),
        ("1983 yılında. 5 kişi.", "prose"),
        ("- tek madde", "prose"),
        ("# Başlık\nmetin", "markdown"),
        ("**kalın** söz", "markdown"),
        ("3 * 4 = 12, 5 * 2 = 10", "prose"),
        ("```\nkod\n```", "markdown"),
    ],
)
def test_a_layout_is_seen(text, expected):
    assert layout(text) == expected


def test_the_figures_are_worked_out_by_hand():
    rows = [row(1, "uzun bir cevap", "kısa"), row(2, "- a\n- b", "**c** ve d e"), row(3, "aynı", "boyu"), row(4, "kısa", "uzun bir cevap")]
    found = style_bias(rows)
    assert (found.count, found.unequal, found.chosen_lists, found.rejected_markdown) == (4, 3, 0.25, 0.25)
    assert found.length_alone is not None
    assert found.length_alone.value == pytest.approx(1 / 3)


def test_no_rows_have_no_bias():
    assert style_bias([]).length_alone is None


def test_a_tilted_origin_shows_beside_the_even_sum():
    rows = [row(1, "uzun uzun", "kısa"), row(2, "kısa", "uzun uzun", "zayif:w")]
    found = bias_by_origin(rows)
    assert {origin: one.length_alone.value for origin, one in found.items() if one.length_alone} == {"adaylar": 1.0, "guclu-zayif": 0.0}


def test_judged_rows_of_a_longer_answer_are_let_go_weakest_first(refused, reject):
    rows = [row(n, "uzun bir cevap", "kısa", margin=float(n)) for n in range(8)] + [row(9, "kısa", "uzun bir cevap")]
    kept = without_length_bias(rows, 0.75, reject)
    assert [one.id for one in kept] == ["p5", "p6", "p7", "p9"]
    assert {one.reason for one in refused} == {"length_bias"}


def test_a_set_within_the_share_stays_whole(refused, reject):
    rows = [row(1, "uzun bir", "kısa"), row(2, "kısa", "uzun bir")]
    assert without_length_bias(rows, 0.5, reject) == rows
    assert refused == []


@given(
    st.lists(st.sampled_from([("uzun cevap", "kısa"), ("kısa", "uzun cevap"), ("eşit", "eşik")]), max_size=40),
    st.sampled_from([0.5, 0.6, 0.75, 1.0]),
)
def test_the_share_is_kept_and_no_row_lost(sides, most):
    rows, gone = [row(n, *side) for n, side in enumerate(sides)], []
    kept = without_length_bias(rows, most, gone.append)
    assert len(kept) + len(gone) == len(rows)
    unequal = [one for one in kept if len(one.chosen) != len(one.rejected)]
    assert sum(len(one.chosen) > len(one.rejected) for one in unequal) <= most * len(unequal) + 1e-9


def test_a_judge_that_likes_length_does_not_fill_the_set_with_longer_answers(reject):
    config = PreferenceConfig(max_length_ratio=10, max_longer_share=0.6)
    candidates = []
    for number in range(60):
        candidates.append(row(number, "çok uzun, sözü dolandıran bir cevap", "orta boy cevap", margin=3.0))
        candidates.append(row(number, "orta boy cevap!", "biraz daha uzun bir cevap", margin=1.0))
    picked = list(choose(candidates, config, reject))
    assert sum(len(one.chosen) > len(one.rejected) for one in picked) <= 0.6 * 60 + 1


def test_an_origin_is_told_by_its_writers_even_when_people_turned_the_row_round():
    assert origin_of(row(1, "a", "b", "zayif:w")) == "guclu-zayif"
    turned = Preference("p", "q", "Ne?", "a", "b", "zayif:w", "guclu:g", 1.0, "people", (), "ozet")
    assert origin_of(turned) == "guclu-zayif"
    assert origin_of(row(1, "a", "b", "other_date")) == "bozma"


def test_origins_are_drawn_by_weight_and_by_the_pair_alone(pairs):
    weights = {"bozma": 3.0, "adaylar": 1.0}
    assert drawn(pairs[0], weights, 1, 7) == drawn(pairs[0], dict(reversed(weights.items())), 1, 7)
    counts = Counter(drawn(pairs[0], weights, 1, seed)[0] for seed in range(2000))
    assert 1400 < counts["bozma"] < 1600
    assert sorted(drawn(pairs[0], weights, 5, 7)) == ["adaylar", "bozma"]


def test_exact_shares_let_go_of_the_smallest_margins(refused, reject):
    rows = [row(n, "a", "b", "other_date", margin=float(n)) for n in range(6)] + [row(n, "a", "b", "zayif:w") for n in (6, 7)]
    kept = list(in_shares(rows, {"bozma": 1.0, "guclu-zayif": 1.0, "kaynak": 1.0}, 1.0, reject))
    assert [one.id for one in kept] == ["p4", "p5", "p6", "p7"]
    assert {one.reason for one in refused} == {"origin_full"}


def test_exact_shares_keep_the_share_of_longer_answers_too(refused, reject):
    rows = [
        row(number, *(("uzun cevap", "kısa") if number % 10 < 6 else ("kısa", "uzun cevap")), by, margin=3.0 if number % 10 < 6 else 1.0)
        for number, by in enumerate(["aday:m"] * 100 + ["zayif:w"] * 100)
    ]
    kept = list(in_shares(rows, {"adaylar": 1.0, "guclu-zayif": 2.0}, 0.6, reject))
    assert Counter(map(origin_of, kept)) == {"adaylar": 50, "guclu-zayif": 100}
    assert longer_chosen(kept) == (90, 150)
    assert Counter(one.reason for one in refused) == {"origin_full": 30, "length_bias": 20}


def test_a_set_within_the_share_loses_nothing_to_lengths_where_origins_differ(refused, reject):
    rows = [row(n, "kısa", "uzun cevap", "other_date") for n in range(10)] + [
        row(n, "uzun cevap", "kısa", "zayif:w") for n in range(10, 20)
    ]
    assert list(in_shares(rows, {"bozma": 1.0, "guclu-zayif": 1.0}, 0.6, reject)) == rows
    assert refused == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from([("uzun cevap", "kısa"), ("kısa", "uzun cevap"), ("eşit", "eşik")]),
            st.sampled_from(["aday:m", "zayif:w", "kaynaksiz:k", "taslak:t"]),
            st.sampled_from([1.0, 2.0, 3.0]),
        ),
        max_size=60,
    ),
    st.sampled_from([0.5, 0.6, 0.75, 1.0]),
)
def test_exact_shares_hold_lengths_and_weights_and_lose_no_row(drawn_rows, most):
    rows, gone = [row(n, *sides, by, margin=margin) for n, (sides, by, margin) in enumerate(drawn_rows)], []
    weights = {"adaylar": 1.0, "guclu-zayif": 2.0, "kaynak": 1.0, "revizyon": 0.5}
    kept = list(in_shares(rows, weights, most, gone.append))
    assert sorted(one.id for one in (*kept, *gone)) == sorted(one.id for one in rows)
    longer, unequal = longer_chosen(kept)
    assert longer <= most * unequal + 1e-9
    counts = Counter(map(origin_of, kept))
    scales = [(counts[origin] / weights[origin], (counts[origin] + 1) / weights[origin]) for origin in counts]
    assert max((low for low, _ in scales), default=0) < min((high for _, high in scales), default=1) + 1e-9


def test_of_several_origins_the_one_furthest_behind_its_weight_is_taken(reject):
    config = PreferenceConfig(origins={"bozma": 1.0, "guclu-zayif": 3.0}, max_length_ratio=10, max_longer_share=1.0)
    candidates = [row(number, "a", "b" if by == "other_date" else "c", by) for number in range(40) for by in ("other_date", "zayif:w")]
    assert Counter(map(origin_of, choose(candidates, config, reject))) == {"bozma": 10, "guclu-zayif": 30}
