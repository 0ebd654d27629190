from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.records import Evidence, Message, Pair
from synthesis.coverage import coverage, evenness, solutions, topics


def pair(number: int, question: str, answer: str = "Evet.", document: str = "d1", task: str = "soru-cevap") -> Pair:
    return Pair(f"pair-{number}", question, answer, task, (Evidence(document, number, number + 1),), "rules")


def test_documents_tasks_first_words_and_lengths_are_counted() -> None:
    pairs = [
        pair(1, "Hangi yılda kuruldu?", "Bin dokuz yüzde."),
        pair(2, "Hangi yılda yandı?", "Dünkü yılda."),
        pair(3, "Metni özetle.", "Kısa.", "d2", "ozet"),
    ]
    found = coverage(pairs, 5)
    assert (found.pairs, found.instructions, found.documents, found.documents_with_pairs) == (3, 3, 5, 2)
    assert found.tasks == {"ozet": 1, "soru-cevap": 2}
    assert found.first_words == {"hangi yılda": 2, "metni özetle": 1}
    assert (found.output_words.mean, found.output_words.quantiles) == (2.0, (1, 2, 2, 3, 3))
    assert found.input_words.mean == 0


def test_no_pairs_cover_nothing() -> None:
    found = coverage([], 3)
    assert (found.pairs, found.documents_with_pairs, found.topics, found.outputs_spread.distance) == (0, 0, (), 0)


def test_evenness_is_one_for_equal_counts_and_falls_to_zero() -> None:
    assert evenness([4, 4, 4]) == pytest.approx(1)
    assert evenness([1000, 1]) < 0.02
    assert (evenness([7]), evenness([])) == (1, 0)


@given(st.lists(st.integers(0, 50), max_size=8))
def test_evenness_stays_in_its_range(counts: list[int]) -> None:
    assert 0 <= evenness(counts) <= 1 + 1e-9


def test_topics_are_told_by_the_words_that_others_do_not_have() -> None:
    bees = [f"Arıların kovandaki {word} görevi nedir?" for word in ("birinci", "ikinci", "başka", "küçük", "eski")]
    roads = [f"Köprünün ayağındaki {word} taşlar nedir?" for word in ("kesme", "yonu", "moloz", "kaba")]
    found = topics(bees + roads)
    assert sum(topic.count for topic in found) == 9
    assert "nedir" not in {word for topic in found for word in topic.words[:1]}
    assert {"arıların", "köprünün"} <= {word for topic in found for word in topic.words}


def test_the_distance_of_solutions_is_between_the_answers_of_one_instruction() -> None:
    close = [pair(1, "Nasıl?", "Önce suyu kaynat."), pair(2, "Nasıl?", "Önce suyu kaynatın.")]
    far = [pair(1, "Nasıl?", "Önce suyu kaynat."), pair(2, "Nasıl?", "Bunun yerine güneşte bekletilir.")]
    lone = [pair(3, "Niçin?", "Çünkü donar.")]
    assert (solutions(close + lone).instructions, solutions(close + lone).answers) == (1, 2)
    assert 0 < solutions(close).distance < solutions(far).distance <= 1
    assert solutions(lone).distance == 0


def test_one_question_after_other_turns_is_another_instruction() -> None:
    towns = [(Message("user", f"{name} nerede?"), Message("assistant", "Doğuda.")) for name in ("Ağrı", "Van")]
    one, other = (replace(pair(n, "Ne zaman kuruldu?", f"Yıl {n}."), turns=turns) for n, turns in enumerate(towns))
    again = replace(pair(3, "Ne zaman kuruldu?", "Çok eskiden."), turns=towns[0])
    assert (coverage([one, other], 1).instructions, solutions([one, other]).instructions) == (2, 0)
    assert (coverage([one, again], 1).instructions, solutions([one, again]).answers) == (1, 2)
