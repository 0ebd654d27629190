from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from curation import turkish
from curation.config import DedupConfig
from curation.dedup import find_duplicates, without_duplicates
from curation.dedup.cluster_rows import Cluster
from curation.dedup.folding import words
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


def test_clusters_are_reported_before_the_first_document_is_yielded() -> None:
    reported: list[Cluster] = []
    documents = [document(1, LONG), document(2, LONG), document(3, "bambaşka bir metin"), document(4, LONG + " son")]
    kept = without_duplicates(documents, DedupConfig(), lambda one: None, report=reported.append)
    assert next(kept).id == "d-3"
    (cluster,) = reported
    assert (cluster.kept, cluster.size) == ("d-4", 3)
    assert [(one.id, one.match, one.exact) for one in cluster.members] == [("d-1", "d-4", False), ("d-2", "d-4", False)]


def test_the_reason_names_match_similarity_cluster_and_size() -> None:
    _, rejected = run([document(1, LONG), document(2, LONG.replace("buğday 6", "arpa 6"))])
    assert rejected[0].detail.startswith("d-1 (1.txt) ile aynı, Jaccard 0.9")
    assert rejected[0].detail.endswith("2 belge")
    assert "; küme c-" in rejected[0].detail


def chain() -> list[Document]:
    """Three documents of which the first and the last are only like the one between them."""
    own = LONG.split()
    return [document(1, " ".join(own[:-40])), document(2, " ".join(own[20:-20])), document(3, " ".join(own[40:]))]


def test_a_document_like_the_kept_one_through_another_names_both() -> None:
    documents = chain()
    kept: list[Document] = []
    rejected: list[Rejected] = []
    kept.extend(without_duplicates(documents, DedupConfig(), rejected.append, scores=[0.9, 0.5, 0.1]))
    assert [one.id for one in kept] == ["d-1"]
    assert [one.id for one in rejected] == ["d-2", "d-3"]
    assert rejected[1].detail.startswith("d-2 (2.txt) ile aynı")
    assert rejected[1].detail.endswith("kalan d-1 (1.txt)")


def test_with_chains_cut_a_document_stays_that_is_not_like_the_kept_one() -> None:
    kept = without_duplicates(chain(), DedupConfig(chains="cut"), lambda one: None, scores=[0.9, 0.5, 0.1])
    assert [one.id for one in kept] == ["d-1", "d-3"]


def test_documents_with_one_id_are_told_apart() -> None:
    kept, rejected = run([document(1, LONG), document(1, LONG), document(1, "bambaşka bir metin")])
    assert (kept, [one.id for one in rejected]) == (["d-1", "d-1"], ["d-1"])


def test_texts_without_words_are_equal_only_byte_by_byte() -> None:
    assert run([document(1, "😀"), document(2, "😀"), document(3, "!!!"), document(4, "")])[0] == ["d-1", "d-3", "d-4"]


PIECES = st.sampled_from(["ev", "Iğdır", "東京", "\ud800", "\x00", "😀", " ", "\n", "ΣΑΣ", "i\u0307", "’", "كتاب", LONG[:200]])


@given(st.lists(st.lists(PIECES, max_size=12).map("".join) | st.text(), max_size=8))
def test_any_texts_are_compared_and_none_is_lost(texts: list[str]) -> None:
    kept, rejected = run([document(number, text) for number, text in enumerate(texts)])
    assert sorted([*kept, *(one.id for one in rejected)]) == sorted(f"d-{number}" for number in range(len(texts)))
    assert len({tuple(words(text)) or text.encode("utf-8", "replace") for text in texts}) >= len(kept)
