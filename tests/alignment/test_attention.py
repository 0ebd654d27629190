from alignment.attention import Attention, attention, checks
from alignment.desk import Item, Verdict, chosen_is_a

ANSWERS = [
    "Kooperatif bin dokuz yüz elli dörtte kuruldu.",
    "Göle her bahar binlerce yavru balık bırakılır.",
    "Müzede altmış beş el yazması kitap sergileniyor.",
    "Değirmenin çarkı derenin suyuyla ağır ağır döner.",
]


def pairs(answers=ANSWERS, task="soru-cevap"):
    return [Item(f"pair-{n}", "pairs", task, f"{n}. soru nedir?", "", (text,), text, float(n)) for n, text in enumerate(answers)]


def preferences():
    return [
        Item(f"pref-{n}", "preferences", "soru-cevap", f"{n}. soru nedir?", "", (text, "Bilmem ki.") if chosen_is_a(f"pref-{n}") else ("Bilmem ki.", text), text)
        for n, text in enumerate(ANSWERS)
    ]  # fmt: skip


def test_a_check_shows_an_answer_of_another_question_beside_its_own_evidence():
    [one] = checks(pairs(), 0.25, 1)
    assert one.item.answers[0] in ANSWERS
    assert one.item.evidence != one.item.answers[0]
    assert one.expected == {"ret", "duzelt"}


def test_the_right_side_of_a_preference_check_is_the_questions_own_answer():
    for one in checks(preferences(), 1.0, 1):
        [side] = one.expected
        assert one.item.answers[0 if side == "a" else 1] == one.item.evidence


def test_a_check_cannot_be_told_by_its_id_or_its_place_in_the_queue():
    [one] = checks(pairs(), 0.25, 1)
    assert one.item.id.startswith("pair-")
    assert len(one.item.id) == len("pair-") + 16
    assert one.item.priority in {0.0, 1.0, 2.0, 3.0}


def test_checks_are_the_same_for_the_same_seed_whatever_the_order():
    assert {c.item.id for c in checks(pairs(), 0.5, 1)} == {c.item.id for c in checks(pairs()[::-1], 0.5, 1)}


def test_no_share_asks_for_no_check():
    assert checks(pairs(), 0.0, 1) == []


def test_answers_that_might_be_right_make_no_check():
    assert checks(pairs(["Yanlış.", "Doğru."]), 1.0, 1) == []
    same = "Kooperatif bin dokuz yüz elli dörtte kuruldu."
    assert checks(pairs([same, same]), 1.0, 1) == []


def test_attention_counts_right_verdicts_by_person():
    verdicts = [Verdict("d1", "pairs", "ret", "a"), Verdict("d2", "pairs", "kabul", "a"), Verdict("p1", "pairs", "kabul", "b")]
    assert attention(verdicts, {"d1": ["ret"], "d2": ["ret"]}) == [Attention("a", 2, 1)]


def test_one_check_decides_little():
    assert (Attention("a", 1, 1).weight, Attention("a", 0, 0).weight) == (2 / 3, 0.5)
