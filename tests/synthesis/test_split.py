from hypothesis import given
from hypothesis import strategies as st

from synthesis.split import held_out_documents

IDS = [f"doc-{number}" for number in range(400)]


def test_the_share_is_about_right():
    assert 30 <= len(held_out_documents(IDS, 0.12, seed=1)) <= 66


def test_a_document_keeps_its_side_when_others_come():
    few, many = held_out_documents(IDS[:200], 0.12, seed=1), held_out_documents(IDS, 0.12, seed=1)
    assert few == many & frozenset(IDS[:200])


def test_another_seed_chooses_others():
    assert held_out_documents(IDS, 0.12, seed=1) != held_out_documents(IDS, 0.12, seed=2)


def test_nothing_is_held_out_of_one_document_or_with_share_zero():
    assert held_out_documents(["doc-1"], 0.5, seed=1) == frozenset()
    assert held_out_documents(IDS, 0.0, seed=1) == frozenset()


@given(st.sets(st.text(min_size=1), min_size=2, max_size=12), st.floats(0.01, 0.99), st.integers())
def test_of_two_or_more_documents_one_at_least_is_held_out_and_never_all(ids, share, seed):
    held = held_out_documents(ids, share, seed)
    assert 1 <= len(held) < len(ids)
    assert held <= ids
