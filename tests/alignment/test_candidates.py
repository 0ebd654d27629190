"""Which answers are usable, and which two of a pair stand beside each other."""

from __future__ import annotations

import dataclasses

import pytest

from alignment.candidates import Answer, answer_prompt, couples, grounded, revised, revision_prompt, usable
from alignment.case import Fault
from alignment.config import PreferenceConfig
from alignment.judge import Judgement
from curation.records import Message, Preference

CONFIG = PreferenceConfig(min_margin=1.0)


def answer(pair, text, part="aday", name="m"):
    return Answer(f"q-{part}-{name}-{text}"[:40], pair, part, name, text)


def judged(scores, pair, reason=""):
    return {(pair.id, text): Judgement(score, {}, 0.0, 1, reason if score >= 4 else "below_min_score") for text, score in scores.items()}


def made(answers, scores, reject, config=CONFIG):
    return list(couples(answers, judged(scores, answers[0].pair), "yargıç", config, reject))


def test_the_worse_answer_stands_beside_one_a_margin_above_it(pairs, refused, reject):
    scores = {"İyi.": 4.5, "Orta.": 4.0, "Kötü.": 2.0}
    (row,) = made([answer(pairs[0], text) for text in scores], scores, reject)
    assert (row.chosen, row.rejected, row.margin, row.judged_by) == ("İyi.", "Kötü.", 2.5, "judge:yargıç")
    assert [one.reason for one in refused] == ["below_margin", "below_margin"]


@pytest.mark.parametrize(("better", "worse"), [(4.6, 3.6), (4.2, 3.2), (4.8, 3.8), (5.0, 4.0)])
def test_a_margin_is_reached_where_it_is_exact(pairs, reject, better, worse):
    scores = {"İyi.": better, "Kötü.": worse}
    (row,) = made([answer(pairs[0], text) for text in scores], scores, reject)
    assert row.margin == 1.0


def test_every_answer_is_a_rejected_side_or_a_rejected_row(pairs, refused, reject):
    scores = {"a.": 5.0, "b.": 4.1, "c.": 3.0, "d.": 1.0, "e.": 2.9}
    rows = made([answer(pairs[0], text) for text in scores], scores, reject)
    assert sorted([row.rejected for row in rows] + [one.text for one in refused]) == sorted(scores)


def test_of_the_best_the_one_most_alike_in_length_is_chosen(pairs, reject):
    long = "Kuruluş 1983'te Ankara'da kuruldu ve bu herkesçe bilinir, diye uzun uzun anlatılır."
    scores = {long: 5.0, "1983'te kuruldu.": 4.9, "1990'da kuruldu.": 1.0}
    (row,) = made([answer(pairs[0], text) for text in scores], scores, reject)
    assert row.chosen == "1983'te kuruldu."


def test_a_list_is_not_chosen_over_prose_where_prose_is_as_good(pairs, reject):
    listed = "- 1983'te\n- Ankara'da"
    scores = {listed: 5.0, "1983'te Ankara'da kuruldu, evet öyle.": 4.9, "1990'da İzmir'de.": 1.0}
    (row,) = made([answer(pairs[0], text) for text in scores], scores, reject)
    assert row.chosen != listed


def test_what_is_ahead_but_not_good_is_never_chosen(pairs, refused, reject):
    assert made([answer(pairs[0], "Orta."), answer(pairs[0], "Kötü.")], {"Orta.": 3.5, "Kötü.": 1.0}, reject) == []
    assert {one.reason for one in refused} == {"chosen_too_weak", "below_margin"}


def test_a_weak_models_answer_is_never_the_chosen_one(pairs, refused, reject):
    answers = [answer(pairs[0], "Güçlü.", "guclu"), answer(pairs[0], "Zayıf.", "zayif")]
    assert made(answers, {"Güçlü.": 2.0, "Zayıf.": 5.0}, reject) == []
    assert [one.reason for one in refused] == ["better_side", "below_margin"]


def test_answers_in_the_same_words_are_one(pairs, refused, reject):
    answers = [answer(pairs[0], "İyi cevap."), answer(pairs[0], "iyi cevap"), answer(pairs[0], "Kötü.")]
    assert len(made(answers, {"İyi cevap.": 5.0, "Kötü.": 1.0}, reject)) == 1
    assert sorted(one.reason for one in refused) == ["below_margin", "same_as_other"]


def test_code_that_differs_in_an_operator_alone_is_another_answer(pairs, refused, reject):
    code = dataclasses.replace(pairs[0], task="kod")
    right, wrong = (f"Topla.\n\n```python\ndef t(a, b):\n    return a {mark} b\n```" for mark in "+-")
    remarked = right.replace("return a + b", "return (a + b)  # toplam")
    found = made([answer(code, right), answer(code, wrong)], {right: 5.0, wrong: 1.0}, reject)
    assert [(one.chosen, one.rejected) for one in found] == [(right, wrong)]
    refused.clear()
    made([answer(code, right), answer(code, remarked)], {right: 5.0}, reject)
    assert "same_as_other" in [one.reason for one in refused]


def test_spelling_that_differs_in_a_letter_alone_is_another_answer_where_spelling_was_asked_for(pairs, reject):
    spelt = dataclasses.replace(pairs[0], task="yazim")
    scores = {"Dağın başı.": 5.0, "Dagin başı.": 1.0}
    assert len(made([answer(spelt, text) for text in scores], scores, reject)) == 1
    assert made([answer(pairs[0], text) for text in scores], scores, reject) == []


def test_answers_that_no_judge_could_grade_are_set_aside(pairs, refused, reject):
    answers = [answer(pairs[0], "İyi."), answer(pairs[0], "Kötü.")]
    given = {one.same: Judgement(0.0, {}, 0.0, 0, "judge_missing") for one in answers}
    assert list(couples(answers, given, "yargıç", CONFIG, reject)) == []
    assert [one.reason for one in refused] == ["judge_missing", "judge_missing"]


def test_without_a_judge_a_grounded_answer_wins_by_the_facts_the_other_lacks(pairs, refused, reject):
    own = grounded(pairs[0], "Kuruluş 1983'te Ankara'da Nazlı Kıvırcıklı tarafından kuruldu.")
    assert isinstance(own, Answer)
    wrong, right = (
        answer(pairs[0], "1991'de İzmir'de kuruldu.", "kaynaksiz"),
        answer(pairs[0], "Ankara'da, 1983 yılında kuruldu.", "kaynaksiz"),
    )
    (row,) = couples([own, wrong, right], {}, "", CONFIG, reject)
    assert isinstance(row, Preference)
    assert (row.chosen, row.rejected, row.chosen_by, row.judged_by) == (pairs[0].output, wrong.text, "kaynak:rules", "evidence")
    assert [one.reason for one in refused] == ["not_worse"]


@pytest.mark.parametrize(
    ("own", "other", "reason"),
    [
        ("20 öğrenci vardı.", "Sınıfta yirmi öğrenci vardı.", "not_worse"),
        ("29 Ekim 1923'te kuruldu.", "Dernek 29.10.1923 tarihinde kuruldu.", "not_worse"),
        ("Nüfusu 12.000 kişidir.", "Nüfusu 12000 kişidir.", "not_worse"),
        ("Bütçe 1,5 milyon liradır.", "Bütçe 1.500.000 liradır.", "not_worse"),
        ("20 öğrenci vardı.", "Sınıfta bir sıra ve otuz öğrenci vardı.", None),
    ],
)
def test_the_right_value_in_another_spelling_is_not_the_worse_answer(pairs, refused, reject, own, other, reason):
    pair = dataclasses.replace(pairs[0], instruction="Ne kadar, ne zaman?", output=own)
    right = grounded(pair, own)
    assert isinstance(right, Answer)
    rows = list(couples([right, answer(pair, other, "kaynaksiz")], {}, "", CONFIG, reject))
    assert len(rows) == (reason is None)
    assert [one.reason for one in refused] == ([reason] if reason else [])


def test_an_answer_that_its_evidence_does_not_hold_is_no_grounded_one(pairs):
    found = grounded(dataclasses.replace(pairs[0], output="1999'da kuruldu."), "Kuruluş 1983'te kuruldu.")
    assert isinstance(found, Fault)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [(" Ankara. ", "Ankara."), ("<think>düşün</think>\nAnkara.", "Ankara."), ("", "empty_answer"), ("<think>hiç bitmedi", "empty_answer")],
)
def test_a_reply_is_an_answer_or_says_why_not(reply, expected):
    found = usable(reply)
    assert (found.reason if isinstance(found, Fault) else found) == expected


def test_an_english_answer_is_not_usable():
    found = usable("The institution was founded in the city a long time ago, and nobody knows exactly when that happened, sorry.")
    assert isinstance(found, Fault)
    assert found.reason == "not_turkish"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ('{"elestiri": "Yıl yanlış.", "cevap": " 1983\'te. "}', "1983'te."),
        ('{"suphe": "kusursuz"}', "nothing_to_mend"),
        ('{"elestiri": "x"}', "missing_key"),
        ("Taslak iyi.", "reply_not_json"),
    ],
)
def test_a_revision_is_read_or_says_why_not(reply, expected):
    found = revised(reply)
    assert (found.reason if isinstance(found, Fault) else found) == expected


def test_samples_of_a_pair_differ_in_their_seed_and_id(pairs):
    prompts = [
        answer_prompt(pairs[0], "metin", "aday", sees_source=sees, sample=n, seed=3, max_tokens=64)
        for sees in (True, False)
        for n in (0, 1)
    ]
    assert len({one.id for one in prompts}) == 4
    assert len({one.seed for one in prompts}) == 2


def test_without_the_source_a_model_sees_what_a_trained_one_will_see(pairs):
    prompt = answer_prompt(pairs[0], "gizli kaynak", "kaynaksiz", sees_source=False, seed=3, max_tokens=64)
    assert prompt.messages == pairs[0].prompt()


def test_a_draft_is_criticised_beside_its_source(pairs):
    text = revision_prompt(answer(pairs[0], "1990'da.", "taslak"), "Kuruluş 1983'te kuruldu.", seed=1).messages[-1].content
    assert "<taslak>\n1990'da.\n</taslak>" in text
    assert "Kuruluş 1983'te kuruldu." in text


def test_a_preference_among_models_answers_keeps_what_was_said_before(pairs, reject):
    talk = dataclasses.replace(pairs[0], turns=(Message("user", "Kuruluş nerede?"), Message("assistant", "Ankara'da.")))
    (row,) = made([answer(talk, "İyi."), answer(talk, "Kötü.")], {"İyi.": 4.5, "Kötü.": 2.0}, reject)
    assert row.turns == talk.turns
    assert row.prompt() == talk.prompt()


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("20 öğrenci vardı.", "Sınıfta yirmi öğrenci vardı."),
        ("29 Ekim 1923'te kuruldu.", "Dernek 29.10.1923 tarihinde kuruldu."),
        ("29 Ekim 1923'te kuruldu.", "Dernek 1923 yılında kuruldu."),
        ("1923 yılında kuruldu.", "Dernek 29.10.1923 tarihinde kuruldu."),
        ("Nüfusu 12.000 kişidir.", "Nüfusu 12000 kişidir."),
        ("Bütçe 1,5 milyon liradır.", "Bütçe 1.500.000 liradır."),
    ],
)
def test_without_a_judge_the_same_value_in_another_spelling_is_not_worse(pairs, refused, reject, own, other):
    pair = dataclasses.replace(pairs[0], instruction="Ne kadar ya da ne zaman?", output=own)
    assert list(couples([answer(pair, own, "kaynak", "rules"), answer(pair, other, "kaynaksiz")], {}, "", CONFIG, reject)) == []
    assert "not_worse" in [one.reason for one in refused]


def test_without_a_judge_another_value_is_worse_whatever_words_the_two_share(pairs, reject):
    pair = dataclasses.replace(pairs[0], instruction="Ne zaman?", output="Bir okul 29 Ekim 1923'te kuruldu.")
    other = "Bir okul 30 Kasım 1925'te kuruldu."
    (row,) = couples([answer(pair, pair.output, "kaynak", "rules"), answer(pair, other, "kaynaksiz")], {}, "", CONFIG, reject)
    assert row.rejected == other
