from __future__ import annotations

from curation import turkish
from curation.config import DedupConfig
from curation.duplicates import find_duplicates, without_duplicates
from curation.records import Document, Rejected

WORDS = [
    "sabah",
    "erken",
    "kalkan",
    "köylüler",
    "tarlaya",
    "gider",
    "ve",
    "öğlene",
    "kadar",
    "buğday",
    "biçer",
    "sonra",
    "ağaç",
    "gölgesinde",
    "dinlenir",
]
LONG = " ".join(f"{word} {number}" for number in range(12) for word in WORDS)


def document(number: int, text: str, tags: tuple[str, ...] = ()) -> Document:
    return Document(f"d-{number}", text, f"{number}.txt", tags=tags)


def run(documents: list[Document], threshold: float = 0.8) -> tuple[list[str], list[Rejected]]:
    rejected: list[Rejected] = []
    kept = [one.id for one in without_duplicates(documents, DedupConfig(threshold=threshold), rejected.append)]
    return kept, rejected


def test_spelling_and_case_do_not_hide_an_exact_copy() -> None:
    text = "Iğdır'ın kâğıt fabrikası, şehrin çıkışında."
    kept, rejected = run([document(1, text), document(2, turkish.upper(text)), document(3, turkish.ascii_letters(text))])
    assert kept == ["d-1"]
    assert [(one.id, one.reason) for one in rejected] == [("d-2", "exact_duplicate"), ("d-3", "exact_duplicate")]
    assert "d-1 (1.txt)" in rejected[0].detail
    assert "Jaccard 1.000" in rejected[0].detail


def test_a_changed_word_makes_a_near_duplicate() -> None:
    kept, rejected = run([document(1, LONG), document(2, LONG.replace("buğday 6", "arpa 6"))])
    assert kept == ["d-1"]
    assert [one.reason for one in rejected] == ["near_duplicate"]
    assert "Jaccard 0.9" in rejected[0].detail


def test_the_longest_of_a_cluster_stays_wherever_it_stands() -> None:
    kept, _ = run([document(1, LONG), document(2, LONG + " ve eve döner"), document(3, LONG)])
    assert kept == ["d-2"]


def test_between_equals_the_one_without_repairs_stays_then_the_first() -> None:
    assert run([document(1, LONG, ("mojibake_utf8",)), document(2, LONG)])[0] == ["d-2"]
    assert run([document(1, LONG), document(2, LONG)])[0] == ["d-1"]
    assert run([document(1, LONG, ("pii:EMAIL",)), document(2, LONG)])[0] == ["d-1"]


def test_different_texts_both_stay() -> None:
    assert run([document(1, LONG), document(2, " ".join(reversed(LONG.split())))])[0] == ["d-1", "d-2"]


def test_the_true_similarity_decides_not_the_estimate() -> None:
    half = " ".join(LONG.split()[:300]) + " " + " ".join(f"başka {number}" for number in range(30))
    shingles = [{tuple(text.split()[i : i + 5]) for i in range(len(text.split()) - 4)} for text in (LONG, half)]
    true = len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1])
    assert run([document(1, LONG), document(2, half)], threshold=true)[0] == ["d-1"]
    assert run([document(1, LONG), document(2, half)], threshold=true + 0.001)[0] == ["d-1", "d-2"]


def test_threshold_one_drops_only_equal_texts() -> None:
    assert run([document(1, LONG), document(2, LONG + " son"), document(3, LONG)], threshold=1.0)[0] == ["d-1", "d-2"]


def test_every_dropped_document_names_one_that_stays() -> None:
    chain = [
        document(number, " ".join(LONG.split()[number * 12 :] + [f"ek{number}{i}" for i in range(number * 12)])) for number in range(8)
    ]
    duplicates = find_duplicates([*chain, *chain], DedupConfig())
    dropped = {one.dropped for one in duplicates}
    assert len(dropped) == len(duplicates)
    assert all(one.kept not in dropped for one in duplicates)
    assert {*range(8, 16)} <= dropped


def test_no_documents_give_none() -> None:
    assert run([]) == ([], [])
