from curation.records import Evidence, Pair, Rejected
from synthesis.config import SynthesisConfig
from synthesis.selection import select


def pair(number: int, question: str, answer: str = "Evet.", document: str = "d1", task: str = "soru-cevap", given: str = "") -> Pair:
    return Pair(f"pair-{number}", question, answer, task, (Evidence(document, number, number + 1),), "rules", input=given)


def run(pairs: list[Pair], most: int = 10) -> tuple[list[str], list[Rejected]]:
    rejected: list[Rejected] = []
    return [p.id for p in select(pairs, SynthesisConfig(max_pairs_per_document=most), rejected.append)], rejected


def test_a_question_is_kept_once_per_document_whatever_its_marks():
    kept, rejected = run([pair(1, "Kaya nedir?"), pair(2, "KAYA nedir")])
    assert kept == ["pair-1"]
    assert [r.reason for r in rejected] == ["duplicate_question"]


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
