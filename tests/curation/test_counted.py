import pytest

from curation.counted import counted


@pytest.mark.parametrize(
    ("count", "words", "told"),
    [
        (1, ("record",), "1 record"),
        (0, ("record",), "0 records"),
        (1200, ("reply", "replies"), "1,200 replies"),
        (1, ("reply", "replies"), "1 reply"),
    ],
)
def test_a_noun_stands_in_the_number_of_its_count(count, words, told):
    assert counted(count, *words) == told
