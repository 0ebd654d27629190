from alignment.desk import Verdict, chosen_is_a
from alignment.verdicts import PEOPLE, TIED, apply
from curation.records import Pair, Preference

PAIRS = [Pair(f"pair-{n}", f"Soru {n}?", f"Cevap {n}.", "soru-cevap", (), "rules") for n in range(3)]
PREFERENCES = [
    Preference(
        f"pref-{n}", f"pair-{n}", f"Soru {n}?", f"Cevap {n}.", f"Yanlış {n}.", "rules", "other_date", 3.0, "construction", (), "soru-cevap"
    )
    for n in range(3)
]


def on_pair(number, *said, outputs=()):
    return [
        Verdict(f"pair-{number}", "pairs", verdict, f"kişi{i}", output=(*outputs, "", "", "")[i], note=f"not{i}", reviewed_at=str(i))
        for i, verdict in enumerate(said)
    ]


def on_preference(number, *said):
    """`iyi` is a vote for the chosen answer, `kotu` for the other, whichever letter people saw."""
    chosen, other = ("a", "b") if chosen_is_a(f"pref-{number}") else ("b", "a")
    letters = {"iyi": chosen, "kotu": other}
    return [Verdict(f"pref-{number}", "preferences", letters.get(verdict, verdict), f"kişi{i}") for i, verdict in enumerate(said)]


def test_without_verdicts_nothing_changes(reject, refused):
    pairs, preferences, report = apply(PAIRS, PREFERENCES, [], reject)
    assert (pairs, preferences, refused, report.agreement) == (PAIRS, PREFERENCES, [], None)


def test_an_accepted_pair_says_how_many_would_keep_it(reject):
    pairs, _, report = apply(PAIRS, [], on_pair(0, "kabul", "kabul", "ret"), reject)
    assert pairs[0].scores == {"people": 2 / 3}
    assert report.pairs_accepted == 1


def test_a_correction_replaces_the_answer_and_the_chosen_side(reject):
    pairs, preferences, report = apply(PAIRS, PREFERENCES, on_pair(1, "duzelt", outputs=["Daha iyi."]), reject)
    assert (pairs[1].id, pairs[1].output, pairs[1].writer) == ("pair-1", "Daha iyi.", PEOPLE)
    assert (preferences[1].chosen, preferences[1].chosen_by, preferences[1].rejected) == ("Daha iyi.", PEOPLE, "Yanlış 1.")
    assert report.pairs_corrected == 1


def test_the_correction_that_most_wrote_wins_and_of_equals_the_latest(reject):
    pairs, _, _ = apply(PAIRS, [], on_pair(0, "duzelt", "duzelt", "duzelt", outputs=["Bir.", "İki.", "Bir."]), reject)
    assert pairs[0].output == "Bir."
    pairs, _, _ = apply(PAIRS, [], on_pair(0, "duzelt", "duzelt", outputs=["Bir.", "İki."]), reject)
    assert pairs[0].output == "İki."


def test_a_correction_that_equals_the_worse_answer_ends_the_preference(reject, refused):
    _, preferences, _ = apply(PAIRS, PREFERENCES, on_pair(1, "duzelt", outputs=["yanlış 1"]), reject)
    assert [p.id for p in preferences] == ["pref-0", "pref-2"]
    assert [r.reason for r in refused] == ["same_as_chosen"]


def test_a_refused_pair_takes_its_preferences_with_it(reject, refused):
    pairs, preferences, report = apply(PAIRS, PREFERENCES, on_pair(2, "ret", "ret", "kabul"), reject)
    assert ([p.id for p in pairs], [p.id for p in preferences]) == (["pair-0", "pair-1"], ["pref-0", "pref-1"])
    assert [(r.id, r.reason) for r in refused] == [("pair-2", "people_rejected"), ("pref-2", "pair_rejected")]
    assert refused[0].detail == "kişi0: not0; kişi1: not1; kişi2: not2"
    assert (report.pairs_rejected, report.preferences_lost_with_pair) == (1, 1)


def test_a_tie_keeps_the_pair_and_marks_it(reject, refused):
    pairs, _, report = apply(PAIRS, [], on_pair(0, "ret", "kabul"), reject)
    assert pairs[0].scores == {"people": 0.5, "people_tie": 1.0}
    assert (report.pairs_tied, refused) == (1, [])


def test_one_who_corrects_and_one_who_accepts_stand_against_one_who_refuses(reject, refused):
    pairs, _, report = apply(PAIRS, [], on_pair(0, "ret", "kabul", "duzelt", outputs=["", "", "Yeni."]), reject)
    assert (pairs[0].output, refused, report.pairs_tied) == ("Cevap 0.", [], 1)


def test_a_confirmed_preference_carries_the_lead_of_the_votes(reject):
    _, preferences, report = apply(PAIRS, PREFERENCES, on_preference(0, "iyi", "iyi", "kotu"), reject)
    assert (preferences[0].chosen, preferences[0].judged_by) == ("Cevap 0.", PEOPLE)
    assert preferences[0].margin == 4 / 3
    assert report.preferences_confirmed == 1


def test_a_preference_that_people_see_the_other_way_is_turned_round(reject):
    for number in range(3):
        _, preferences, report = apply(PAIRS, PREFERENCES, on_preference(number, "kotu"), reject)
        turned = preferences[number]
        assert (turned.chosen, turned.rejected) == (f"Yanlış {number}.", f"Cevap {number}.")
        assert (turned.chosen_by, turned.rejected_by, turned.margin) == ("other_date", "rules", 4.0)
        assert report.preferences_swapped == 1


def test_equal_and_useless_answers_leave_with_their_reason(reject, refused):
    _, preferences, report = apply(
        PAIRS, PREFERENCES, [*on_preference(0, "esit"), *on_preference(1, "ikisi_kotu", "ikisi_kotu", "iyi")], reject
    )
    assert [p.id for p in preferences] == ["pref-2"]
    assert [r.reason for r in refused] == ["people_equal", "people_both_bad"]
    assert report.preferences_rejected == 2


def test_a_tied_preference_stays_and_says_so(reject):
    _, preferences, report = apply(PAIRS, PREFERENCES, on_preference(0, "iyi", "kotu"), reject)
    assert (preferences[0].judged_by, preferences[0].margin, preferences[0].chosen) == (TIED, 3.0, "Cevap 0.")
    assert report.preferences_tied == 1


def test_a_vote_against_an_answer_that_was_corrected_meanwhile_decides_nothing(reject, refused):
    verdicts = [*on_pair(0, "duzelt", outputs=["Yeni."]), *on_preference(0, "kotu")]
    _, preferences, _ = apply(PAIRS, PREFERENCES, verdicts, reject)
    assert [p.id for p in preferences] == ["pref-1", "pref-2"]
    assert [r.reason for r in refused] == ["people_conflict"]


def test_agreement_and_verdicts_on_what_is_gone_are_counted(reject):
    verdicts = [*on_pair(0, "kabul", "kabul", "ret"), *on_preference(0, "iyi", "iyi"), Verdict("pair-99", "pairs", "ret", "kişi0")]
    _, _, report = apply(PAIRS, PREFERENCES, verdicts, reject)
    assert report.agreement == 2 / 4
    assert (report.verdicts, report.verdicts_unused, report.reviewers) == (6, 1, 3)


def test_in_equals_kept_plus_rejected(reject, refused):
    verdicts = [*on_pair(0, "ret"), *on_pair(1, "duzelt", outputs=["Yeni."]), *on_preference(1, "kotu"), *on_preference(2, "esit")]
    pairs, preferences, _ = apply(PAIRS, PREFERENCES, verdicts, reject)
    assert len(pairs) + len(preferences) + len(refused) == 6
