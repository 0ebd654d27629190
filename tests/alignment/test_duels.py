"""Two answers in both orders: what counts, and what hangs on the order."""

from __future__ import annotations

import pytest

from alignment.case import Fault
from alignment.duels import Duel, choice, duel_prompts, outcome, position_bias
from alignment.judge import JudgeConfig
from curation.records import Preference


def test_the_same_two_answers_are_shown_in_both_orders(pairs):
    row = Preference("p", pairs[0].id, "Ne?", "SEÇİLEN", "ÖBÜRÜ", "a", "b", 1.0, "", (), "ozet")
    forth, back = (prompt.messages[-1].content for prompt in duel_prompts(row, pairs[0], "kaynak metni", JudgeConfig()))
    assert forth.index("SEÇİLEN") < forth.index("ÖBÜRÜ")
    assert back.index("ÖBÜRÜ") < back.index("SEÇİLEN")
    assert "kaynak metni" in forth


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ('{"gerekce": "x", "secim": "A"}', "A"),
        ('{"secim": "b"}', "B"),
        ('{"Seçim": "Cevap A"}', "A"),
        ('{"secim": "eşit"}', "esit"),
        ('{"secim": "C"}', "judge_no_choice"),
        ('{"secim": 1}', "judge_no_choice"),
        ("A daha iyi.", "judge_not_json"),
    ],
)
def test_a_choice_is_read_or_says_why_not(reply, expected):
    found = choice(reply)
    assert (found.reason if isinstance(found, Fault) else found) == expected


@pytest.mark.parametrize(
    ("forth", "back", "lead"),
    [("A", "B", 1.0), ("A", "esit", 0.5), ("A", "A", 0.0), ("B", "B", 0.0), ("esit", "esit", 0.0), ("B", "A", -1.0)],
)
def test_a_lead_counts_both_orders(forth, back, lead):
    assert Duel("y", forth, back).lead == lead


@pytest.mark.parametrize(
    ("duels", "reason"),
    [
        ([Duel("x", "A", "B")], None),
        ([Duel("x", "A", "B"), Duel("y", "A", "A")], None),
        ([Duel("x", "A", "A")], "judges_undecided"),
        ([Duel("x", "A", "B"), Duel("y", "B", "A")], "judges_undecided"),
        ([Duel("x", "B", "esit")], "judge_prefers_other"),
        ([Duel("x", "A", Fault("judge_not_json"))], "judge_missing"),
    ],
)
def test_a_row_stands_where_the_judges_together_take_its_chosen_answer(duels, reason):
    found = outcome(duels)
    assert (found.reason if found else None) == reason


def test_a_judge_that_goes_by_the_place_is_found_out():
    (found,) = position_bias([Duel("y", "A", "A"), Duel("y", "A", "B"), Duel("y", "A", Fault("judge_not_json"))])
    assert (found.rows, found.unread) == (3, 1)
    assert found.turned is not None
    assert found.first is not None
    assert (found.turned.value, found.first.value) == (0.5, 0.75)
