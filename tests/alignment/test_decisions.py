import pytest

from alignment.corrections import Proven
from alignment.decisions import Rule, counting, disputed, winner, winner_on_pair
from alignment.desk import Verdict
from alignment.verdicts import apply
from curation.records import Pair

PAIR = Pair("pair-1", "Soru?", "Cevap.", "soru-cevap", (), "rules")


def on_pair(*said, final=False):
    return [Verdict("pair-1", "pairs", verdict, name, output="Yeni." if verdict == "duzelt" else "", final=final) for name, verdict in said]


def test_the_majority_decides_and_a_tie_decides_nothing():
    assert winner(on_pair(("a", "kabul"), ("b", "kabul"), ("c", "ret")), Rule()) == "kabul"
    assert winner(on_pair(("a", "kabul"), ("b", "ret")), Rule()) is None
    assert winner([], Rule()) is None


def test_who_accepts_and_who_corrects_stand_together_against_who_refuses():
    assert winner_on_pair(on_pair(("a", "kabul"), ("b", "duzelt"), ("c", "duzelt"), ("d", "ret"), ("e", "ret")), Rule()) == "duzelt"


def test_trust_weighs_voices():
    verdicts = on_pair(("a", "ret"), ("b", "kabul"), ("c", "kabul"))
    assert winner_on_pair(verdicts, Rule("trust", {"a": 3.0})) == "ret"
    assert winner_on_pair(verdicts, Rule("trust", {"a": 2.0})) is None
    assert winner_on_pair(verdicts, Rule("majority", {"a": 3.0})) == "kabul"


def test_weights_that_add_up_in_fractions_can_tie():
    verdicts = on_pair(("a", "ret"), ("b", "kabul"), ("c", "kabul"), ("d", "kabul"))
    assert winner_on_pair(verdicts, Rule("trust", {"a": 0.3, "b": 0.1, "c": 0.1, "d": 0.1})) is None


def test_an_adjudicators_word_ends_the_vote():
    rule = Rule(adjudicators=frozenset({"hakem"}))
    verdicts = on_pair(("a", "kabul"), ("b", "kabul"), ("hakem", "ret"))
    assert [verdict.reviewer for verdict in counting(verdicts, rule)] == ["hakem"]
    assert counting(verdicts, Rule()) == verdicts


def test_a_verdict_from_the_set_of_disagreements_is_final():
    verdicts = on_pair(("a", "kabul"), ("b", "kabul")) + on_pair(("c", "ret"), final=True)
    assert [verdict.verdict for verdict in counting(verdicts, Rule())] == ["ret"]


def test_with_adjudication_a_disagreement_stays_open_until_it_is_settled():
    rule = Rule("adjudication", adjudicators=frozenset({"hakem"}))
    verdicts = on_pair(("a", "kabul"), ("b", "kabul"), ("c", "ret"))
    assert winner_on_pair(verdicts, rule) is None
    assert winner_on_pair(counting([*verdicts, *on_pair(("hakem", "kabul"))], rule), rule) == "kabul"
    assert winner_on_pair(on_pair(("a", "kabul"), ("b", "kabul")), rule) == "kabul"


def test_what_people_differ_on_is_what_needs_settling():
    rule = Rule(adjudicators=frozenset({"hakem"}))
    other = [Verdict("pair-2", "pairs", "kabul", "a"), Verdict("pair-2", "pairs", "kabul", "b")]
    differ = on_pair(("a", "kabul"), ("b", "ret"))
    assert disputed([*differ, *other], rule) == ["pair-1"]
    assert disputed([*differ, *on_pair(("hakem", "ret"))], rule) == []


def test_the_share_that_would_keep_a_pair_is_weighed_too(reject):
    pairs, _, _ = apply([PAIR], [], on_pair(("a", "kabul"), ("b", "ret")), reject, rule=Rule("trust", {"a": 3.0}))
    assert pairs[0].scores["people"] == pytest.approx(0.75)


def test_a_correction_that_may_not_be_used_takes_its_pair_along(reject, refused):
    pairs, _, report = apply(
        [PAIR], [], on_pair(("a", "duzelt")), reject, proof=lambda pair, text: Proven("", "people_ungrounded", f"{pair.id}: {text}")
    )
    assert (pairs, report.pairs_correction_refused) == ([], 1)
    assert [(one.reason, one.detail) for one in refused] == [("people_ungrounded", "pair-1: Yeni.")]


def test_a_correction_is_used_as_it_was_cleaned(reject):
    pairs, _, _ = apply([PAIR], [], on_pair(("a", "duzelt")), reject, proof=lambda _, text: Proven(text + " <KİŞİ_1>"))
    assert pairs[0].output == "Yeni. <KİŞİ_1>"
