import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.agreement import agreement, alpha, alpha_interval, kappa, share
from alignment.desk import Verdict, chosen_is_a


def said(record, reviewer, verdict, what="pairs", at=""):
    return Verdict(record, what, verdict, reviewer, reviewed_at=at)


def found(verdicts, what="pairs", judged=None, expected=None):
    return agreement(verdicts, what, judged=judged or {}, expected=expected or {}, seed=7)


def test_alpha_is_that_of_krippendorffs_worked_example():
    people = ["*****341211 33*3".replace(" ", ""), "1*21334 3*******".replace(" ", ""), "**2134 4*211 33*4".replace(" ", "")]
    counts = np.array([[sum(one[unit] == value for one in people) for value in "1234"] for unit in range(15)])
    assert alpha(counts) == pytest.approx(0.691, abs=5e-4)


def test_alpha_by_hand():
    # Five records, two people, ten verdicts, five of each: observed disagreement 2 (one record, both ways), expected (100 - 50) / 9.
    counts = np.array([[2, 0], [0, 2], [2, 0], [0, 2], [1, 1]])
    assert alpha(counts) == pytest.approx(1 - 2 / ((100 - 50) / 9))


def test_alpha_is_one_for_full_agreement_and_unknown_for_a_single_verdict():
    assert alpha(np.array([[2, 0], [0, 3]])) == 1.0
    assert alpha(np.array([[2, 0], [3, 0]])) is None
    assert alpha(np.array([[1, 0], [0, 1]])) is None


def test_records_with_one_verdict_change_nothing():
    counts = np.array([[2, 0], [1, 1], [0, 2]])
    assert alpha(counts) == alpha(np.vstack([counts, [[1, 0], [0, 1]]]))


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=2, max_size=30))
def test_alpha_is_never_above_one_and_does_not_depend_on_the_order(rows):
    counts = np.array(rows)
    value, again = alpha(counts), alpha(counts[::-1, ::-1])
    assert (value is None) == (again is None)
    assert value is None or (value <= 1 and value == pytest.approx(again))


def test_the_interval_holds_the_figure_and_is_the_same_each_time():
    counts = np.array([[2, 0], [0, 2], [1, 1]] * 20)
    first = alpha_interval(counts, np.random.default_rng(1))
    assert first == alpha_interval(counts, np.random.default_rng(1))
    assert first.low < first.value < first.high


def test_too_few_records_give_no_interval():
    assert alpha_interval(np.array([[1, 1]]), np.random.default_rng(1)).low is None


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        (
            ["k"] * 20 + ["k"] * 5 + ["r"] * 10 + ["r"] * 15,
            ["k"] * 20 + ["r"] * 5 + ["k"] * 10 + ["r"] * 15,
            0.4,
        ),  # Cohen's table: 0.7 seen, 0.5 by chance
        (["k", "r"], ["k", "r"], 1.0),
        (["k", "r"], ["r", "k"], -1.0),
        (["k", "k"], ["k", "k"], None),
        ([], [], None),
    ],
)
def test_kappa_by_hand(first, second, value):
    assert kappa(first, second) == (None if value is None else pytest.approx(value))


def test_a_share_comes_with_wilsons_interval():
    half = share(5, 10)
    assert (half.value, round(half.low, 4), round(half.high, 4)) == (0.5, 0.2366, 0.7634)
    assert share(10, 10).high == pytest.approx(1.0)


def test_two_people_are_compared_on_what_both_judged():
    verdicts = [
        said("p1", "a", "kabul"),
        said("p1", "b", "kabul"),
        said("p2", "a", "ret"),
        said("p2", "b", "kabul"),
        said("p3", "a", "ret"),
    ]
    one = found(verdicts)
    assert [(k.first, k.second, k.records, k.value) for k in one.kappas] == [("a", "b", 2, pytest.approx(0.0))]
    assert (one.verdicts, one.records) == (5, 2)


def test_people_beside_the_judge_on_preferences():
    ids = [f"pref-{n}" for n in range(40)]
    with_judge = [said(i, "a", "a" if chosen_is_a(i) else "b", "preferences") for i in ids[:30]]
    against = [said(i, "a", "b" if chosen_is_a(i) else "a", "preferences") for i in ids[30:]]
    one = found([*with_judge, *against], "preferences")
    assert one.judge.value == 0.75
    assert one.a_expected == sum(map(chosen_is_a, ids)) / 40


def test_who_always_takes_a_is_seen():
    one = found([said(f"pref-{n}", "a", "a", "preferences") for n in range(40)], "preferences")
    assert (one.a_share.value, one.reviewers[0].a_share) == (1.0, 1.0)
    assert not one.a_share.low <= one.a_expected <= one.a_share.high


def test_a_judge_whose_scores_tell_kept_from_refused_has_area_one():
    verdicts = [said(f"p{n}", "a", "ret" if n < 10 else "kabul") for n in range(20)]
    assert found(verdicts, judged={f"p{n}": float(n) for n in range(20)}).judge.value == 1.0
    assert found(verdicts, judged=dict.fromkeys((f"p{n}" for n in range(20)), 3.0)).judge.value == 0.5


def test_someone_who_changes_their_mind_about_everything_drifts():
    verdicts = [said(f"p{n:02}", "b", "kabul", at=f"2025-03-14T10:{n:02}:00") for n in range(40)]
    verdicts += [said(f"p{n:02}", "a", "kabul" if n < 20 else "ret", at=f"2025-03-14T10:{n:02}:00") for n in range(40)]
    one, other = found(verdicts).reviewers
    assert (one.earlier, one.later, one.drift) == (1.0, 0.0, True)
    assert (other.name, other.drift) == ("b", True)


def test_few_verdicts_say_nothing_of_drift():
    verdicts = [said(f"p{n}", who, "kabul" if who == "a" or n < 4 else "ret", at=str(n)) for n in range(8) for who in "ab"]
    assert [(r.earlier, r.drift) for r in found(verdicts).reviewers] == [(None, False)] * 2


def test_speed_is_the_middle_time_between_verdicts_without_breaks():
    moments = ["10:00:00", "10:00:20", "10:00:50", "12:00:00", "12:00:40"]
    verdicts = [said(f"p{n}", "a", "kabul", at=f"2025-03-14T{moment}") for n, moment in enumerate(moments)]
    assert found(verdicts).reviewers[0].seconds == 30


@pytest.mark.parametrize("moments", [["dün", "bugün"], ["", ""], ["2025-03-14T10:00:00", "2025-03-14T10:00:20+00:00"]])
def test_times_that_are_none_give_no_speed(moments):
    verdicts = [said(f"p{n}", "a", "kabul", at=moment) for n, moment in enumerate(moments)]
    assert found(verdicts).reviewers[0].seconds is None


def test_checks_count_as_attention_and_not_as_agreement():
    verdicts = [said("dikkat", "a", "ret"), said("dikkat", "b", "kabul"), said("p1", "a", "kabul"), said("p1", "b", "kabul")]
    one = found(verdicts, expected={"dikkat": ["duzelt", "ret"]})
    assert (one.records, [(m.reviewer, m.passed, m.seen) for m in one.attention]) == (1, [("a", 1, 1), ("b", 0, 1)])


def test_everything_can_be_written_as_json():
    verdicts = [said(f"p{n}", who, verdict) for n in range(5) for who, verdict in (("a", "kabul"), ("b", "ret"))]
    assert json.loads(json.dumps(asdict(found(verdicts))))["alpha"]["value"] < 0
