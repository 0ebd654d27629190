from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from curation.config import SemanticConfig
from curation.dedup.semantic import Embed
from curation.errors import ArtifactError
from curation.records import Evidence, Message, Pair, Rejected, Split
from synthesis.config import SelectionConfig, SynthesisConfig
from synthesis.selection import meaning, select
from tests.static_model import save_static_model


def pair(number: int, question: str, answer: str = "Evet.", document: str = "d1", task: str = "soru-cevap", given: str = "") -> Pair:
    return Pair(f"pair-{number}", question, answer, task, (Evidence(document, number, number + 1),), "rules", input=given)


def run(pairs: list[Pair], most: int = 10) -> tuple[list[str], list[Rejected]]:
    rejected: list[Rejected] = []
    return [p.id for p in select(pairs, SynthesisConfig(max_pairs_per_document=most), rejected.append)], rejected


def test_a_question_is_kept_once_per_document_whatever_its_marks():
    kept, rejected = run([pair(1, "Kaya nedir?"), pair(2, "KAYA nedir")])
    assert kept == ["pair-1"]
    assert [r.reason for r in rejected] == ["duplicate_question"]


@pytest.mark.parametrize(("one", "other"), [("Açı nedir?", "Acı nedir?"), ("Kâr nedir?", "Kar nedir?"), ("Sınır nedir?", "Sinir nedir?")])
def test_words_that_a_turkish_letter_tells_apart_make_two_questions(one: str, other: str):
    pairs = [pair(1, one, "Bir açıklıktır."), pair(2, other, "Bir duygudur.", "d2"), pair(3, one, "Bir açıklıktır.", "d2")]
    kept, rejected = run(pairs)
    assert kept == ["pair-1", "pair-2"]
    assert [(r.id, r.reason) for r in rejected] == [("pair-3", "duplicate_question")]


def test_a_question_is_the_same_however_its_letters_are_composed():
    assert run([pair(1, "Açı'nın ölçüsü nedir?"), pair(2, unicodedata.normalize("NFD", "AÇI’nın ölçüsü nedir"))])[0] == ["pair-1"]


def said(*texts: str) -> tuple[Message, ...]:
    return tuple(Message("assistant" if place % 2 else "user", text) for place, text in enumerate(texts))


def test_questions_alike_after_other_turns_both_stay():
    one = replace(pair(1, "Peki bu kurum hangi yılda kuruldu?"), turns=said("Türk Tarih Kurumu nedir?", "Bir araştırma kurumudur."))
    other = replace(pair(2, "Bu kurum hangi yılda kuruldu?"), turns=said("Türk Dil Kurumu nerededir?", "Ankara'dadır."))
    assert run([one, other])[0] == ["pair-1", "pair-2"]
    kept, rejected = run([one, replace(other, turns=one.turns)])
    assert kept == ["pair-1"]
    assert [r.reason for r in rejected] == ["near_duplicate_question"]


def test_of_two_documents_with_the_same_question_the_first_is_kept():
    kept, rejected = run([pair(1, "Kaya nedir?", "Taştır."), pair(2, "Kaya nedir?", "Sert taştır.", "d2")])
    assert kept == ["pair-1"]
    assert rejected[0].detail == "another document answers it differently"


def test_the_same_instruction_about_two_texts_is_no_repetition():
    assert run([pair(1, "Özetle.", given="a"), pair(2, "Özetle.", given="b")])[0] == ["pair-1", "pair-2"]


def test_a_full_document_keeps_some_of_every_task():
    pairs = [pair(n, f"Soru {n} nedir?") for n in range(5)] + [pair(9, "Özetle.", task="ozet", given="a")]
    kept, rejected = run(pairs, most=2)
    assert kept == ["pair-0", "pair-9"]
    assert {r.reason for r in rejected} == {"document_full"}


def test_nothing_disappears():
    pairs = [pair(n, f"Soru {n % 3} nedir?", document=f"d{n % 2}") for n in range(9)]
    kept, rejected = run(pairs, most=1)
    assert len(kept) + len(rejected) == len(pairs)


def chosen(
    pairs: list[Pair], embed: Embed | None = None, split: dict[str, Split] | None = None, **keys: object
) -> tuple[list[str], list[Rejected]]:
    rejected: list[Rejected] = []
    config = SynthesisConfig(selection=SelectionConfig.model_validate(keys), max_pairs_per_document=100)
    return [p.id for p in select(pairs, config, rejected.append, split=split, embed=embed)], rejected


def test_of_two_questions_in_nearly_the_same_letters_the_first_stays():
    kept, rejected = chosen(
        [pair(1, "Ilıca Köprüsü nerededir?"), pair(2, "Ilıca Köprüsü'nün yeri nedir?"), pair(3, "Ilıca Köprüsü nerede?")]
    )
    assert kept == ["pair-1", "pair-2"]
    assert [(one.id, one.reason) for one in rejected] == [("pair-3", "near_duplicate_question")]
    assert "pair-1" in rejected[0].detail


def test_of_two_alike_the_one_with_the_better_score_stays():
    one = pair(1, "Ilıca Köprüsü nerededir?")
    kept, _ = chosen([replace(one, scores={"judge": 2.0}), replace(pair(2, "Ilıca Köprüsü nerede?"), scores={"judge": 4.0})])
    assert kept == ["pair-2"]


def test_questions_alike_but_about_two_texts_both_stay():
    pairs = [pair(1, "Ilıca Köprüsü nerededir?", given="a"), pair(2, "Ilıca Köprüsü nerede?", given="b")]
    assert chosen(pairs)[0] == ["pair-1", "pair-2"]
    assert chosen([replace(one, input="a") for one in pairs])[0] == ["pair-1"]


def test_likeness_can_be_switched_off():
    assert len(chosen([pair(1, "Ilıca Köprüsü nerededir?"), pair(2, "Ilıca Köprüsü nerede?")], near_duplicates=None)[0]) == 2


def test_one_question_in_other_words_goes_where_a_model_is_named():
    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[1, 0] if "açıl" in text else [0, 1] for text in texts], np.float32)

    pairs = [pair(1, "Köprü hangi yıl açıldı?"), pair(2, "Köprünün açılış tarihi nedir?"), pair(3, "Köprüyü kim yaptı?")]
    kept, rejected = chosen(pairs, embed, semantic={"model": "model"})
    assert (kept, [one.reason for one in rejected]) == (["pair-1", "pair-3"], ["semantic_duplicate_question"])


def test_the_named_model_is_loaded_from_beside_the_recipe(tmp_path: Path):
    pytest.importorskip("model2vec")
    save_static_model(tmp_path / "model", {"kedi": (1, 0), "pisi": (0.99, 0.05)})
    config = SelectionConfig(semantic=SemanticConfig(model="model"))
    embed = meaning(config, tmp_path)
    assert embed is not None
    assert embed(["kedi", "pisi"]).shape == (2, 2)
    with pytest.raises(ArtifactError, match=r"pairs\.selection\.semantic\.model"):
        meaning(SelectionConfig(semantic=SemanticConfig(model="yok/yok")), tmp_path / "model")
    assert meaning(SelectionConfig(), tmp_path) is None


ANSWERS = ["Önce suyu kaynat.", "Önce suyu kaynatın.", "Güneşte bir gün beklet.", "Bir tutam tuz serp ve karıştır."]


def test_of_several_answers_the_most_different_stay():
    pairs = [pair(number, "Zeytin nasıl kurulur?", answer) for number, answer in enumerate(ANSWERS)]
    kept, rejected = chosen(pairs, solutions=3, min_solution_distance=0.4)
    assert len(kept) == 3
    assert {"pair-2", "pair-3"} < set(kept)  # and one of the first two, which say the same
    assert [(one.reason, one.detail) for one in rejected] == [("surplus_solution", "nearly the same answer is kept")]
    assert len(chosen(pairs, solutions=2)[0]) == 2
    assert chosen(pairs)[0] == ["pair-0"]


def test_of_more_answers_than_are_wanted_those_farthest_apart_stay_wherever_they_stand():
    alike = [f"Önce suyu kaynat, sonra {spice} ekle ve beklet." for spice in ("tuz", "limon", "sirke")]
    pairs = [pair(number, "Zeytin nasıl kurulur?", answer) for number, answer in enumerate([*alike, "Güneşte kurut."])]
    kept, rejected = chosen(pairs, solutions=2, min_solution_distance=0)
    assert (len(kept), kept[-1]) == (2, "pair-3")
    assert {(one.reason, one.detail) for one in rejected} == {("surplus_solution", "over 2 answers")}


def test_the_same_answer_in_the_same_words_is_a_surplus_solution():
    pairs = [pair(1, "Zeytin nasıl kurulur?", "Tuzla."), pair(2, "Zeytin nasıl kurulur?", "TUZLA")]
    kept, rejected = chosen(pairs, solutions=2, min_solution_distance=0)
    assert kept == ["pair-1"]
    assert [(one.reason, one.detail) for one in rejected] == [("surplus_solution", "the same answer in the same words")]


def test_solutions_that_differ_in_an_operator_are_two_and_in_a_comment_one():
    codes = ["return a + b", "return a - b"]
    written = [f"Çöz.\n\n```python\ndef f(a, b):\n    {line}\n```" for line in codes]
    pairs = [pair(number, "f'yi yaz.", answer, task="kod") for number, answer in enumerate(written)]
    kept, rejected = chosen([pairs[0], pairs[1]], solutions=3, min_solution_distance=0)
    assert (kept, rejected) == (["pair-0", "pair-1"], [])
    same = [pairs[0], replace(pairs[0], id="pair-3", output=written[0].replace("a + b", "a + b  # toplam"))]
    assert [one.reason for one in chosen(same, solutions=3, min_solution_distance=0)[1]] == ["surplus_solution"]


def spread_out() -> list[Pair]:
    """Eight documents: of the first six pairs about bees, of the others one pair each."""
    bees = [
        pair(n, f"Arı kovanında {word} ne yapar?", f"{word} taşır.")
        for n, word in enumerate(("işçi", "kraliçe", "erkek", "bakıcı", "bekçi", "mimar"))
    ]
    topics = (
        "Köprü ne zaman yıkıldı?",
        "Tuz nasıl elde edilir?",
        "Hakem kaç dakika ekler?",
        "Bulut neden beyazdır?",
        "Vergi kime ödenir?",
        "Halı neyle dokunur?",
        "Göl nerededir?",
    )
    return bees + [pair(10 + n, text, f"Yanıt {n} budur.", f"d{2 + n}") for n, text in enumerate(topics)]


@pytest.mark.parametrize("method", ["facility_location", "k_center"])
def test_the_chosen_come_from_more_documents_than_the_first_ones_would(method: str):
    pairs = spread_out()
    kept, rejected = chosen(pairs, keep=6, method=method, quality_weight=0)
    assert len(kept) == 6
    assert sum(int(name.removeprefix("pair-")) < 10 for name in kept) <= 3
    assert [one.reason for one in rejected] == ["not_chosen"] * 7
    assert kept == [one.id for one in pairs if one.id in kept]  # still in order


def test_good_scores_weigh_in_the_choice():
    pairs = [replace(one, scores={"judge": 5.0 if one.id == "pair-3" else 1.0}) for one in spread_out()]
    assert "pair-3" in chosen(pairs, keep=2, quality_weight=0.9)[0]


def test_few_documents_in_depth_are_those_with_most_pairs():
    kept, rejected = chosen(spread_out(), documents=1)
    assert kept == [f"pair-{n}" for n in range(6)]
    assert {one.reason for one in rejected} == {"outside_documents"}


def test_few_instructions_in_depth_are_those_with_most_answers():
    pairs = [pair(8, "Göl nerede?"), *(pair(number, "Zeytin nasıl kurulur?", answer) for number, answer in enumerate(ANSWERS))]
    kept, rejected = chosen(pairs, solutions=4, instructions=1, min_solution_distance=0)
    assert kept == ["pair-0", "pair-1", "pair-2", "pair-3"]
    assert [one.reason for one in rejected] == ["outside_instructions"]


def test_held_out_and_validation_pairs_are_not_chosen_among():
    split: dict[str, Split] = {"d1": "train", "d2": "held_out", "d3": "validation"}
    kept, _ = chosen(spread_out(), split=split, keep=1, documents=1)
    assert {"pair-10", "pair-11"} <= set(kept)
    assert len(kept) == 3


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(ANSWERS), st.integers(0, 3), st.sampled_from(["", "a"])), max_size=25),
    st.integers(1, 4),
    st.integers(1, 6),
)
def test_whatever_is_wanted_nothing_disappears_and_order_stays(drawn: list[tuple[int, str, int, str]], solutions: int, keep: int):
    pairs = [
        pair(n, f"Konu {question} nedir?", answer, f"d{document}", given=text) for n, (question, answer, document, text) in enumerate(drawn)
    ]
    kept, rejected = chosen(pairs, solutions=solutions, keep=keep, documents=2)
    assert sorted([*kept, *(one.id for one in rejected)]) == sorted(one.id for one in pairs)
    assert kept == [one.id for one in pairs if one.id in set(kept)]
    assert len(kept) <= keep
    assert chosen(pairs, solutions=solutions, keep=keep, documents=2)[0] == kept
