from hypothesis import given
from hypothesis import strategies as st

from synthesis.config import SynthesisConfig
from synthesis.split import splits

IDS = [f"doc-{number}" for number in range(400)]
CONFIG = SynthesisConfig(held_out=0.12, validation=0.06)


def named(found: dict[str, str], name: str) -> set[str]:
    return {document_id for document_id, split in found.items() if split == name}


def test_about_the_asked_shares_are_set_aside() -> None:
    found = splits(IDS, CONFIG, seed=1)
    assert 30 <= len(named(found, "held_out")) <= 66
    assert 12 <= len(named(found, "validation")) <= 36


def test_a_document_keeps_its_split_when_others_come() -> None:
    few, many = splits(IDS[:200], CONFIG, seed=1), splits(IDS, CONFIG, seed=1)
    assert few == {document_id: many[document_id] for document_id in IDS[:200]}


def test_another_seed_draws_other_documents() -> None:
    assert splits(IDS, CONFIG, seed=1) != splits(IDS, CONFIG, seed=2)


def test_nothing_is_set_aside_of_one_document_or_with_share_zero() -> None:
    assert splits(["doc-1"], SynthesisConfig(held_out=0.5, validation=0.4), seed=1) == {"doc-1": "train"}
    assert set(splits(IDS, SynthesisConfig(held_out=0.0, validation=0.0), seed=1).values()) == {"train"}


@given(
    st.sets(st.text(min_size=1, max_size=8), min_size=3, max_size=40),
    st.floats(0.01, 0.5),
    st.floats(0.01, 0.4),
    st.integers(0, 2**31),
)
def test_of_three_or_more_documents_none_of_the_three_goes_without_unless_shares_leave_too_few(
    ids: set[str], held_out: float, validation: float, seed: int
) -> None:
    found = splits(ids, SynthesisConfig(held_out=held_out, validation=validation), seed)
    assert set(found) == ids
    assert named(found, "train")
    assert named(found, "held_out") or named(found, "validation")
