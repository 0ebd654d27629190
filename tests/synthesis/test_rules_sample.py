import pytest

from benchmarks.rules_sample import Row, at_random, drawing, in_turn, shared_out
from curation.records import Evidence, Pair


def rows(folder, count):
    return [
        Row(folder, "s", f"t-{n}", Pair(f"pair-{n:02}", "S?", "C.", "tanim", (Evidence("d", 0, 1),), "rules"), "") for n in range(count)
    ]


def test_a_later_drawing_holds_none_of_an_earlier_one():
    found = [{"n": n} for n in range(10)]
    drawn = [{row["n"] for row in drawing(found, "s", 4, number)} for number in range(3)]
    assert [len(d) for d in drawn] == [4, 4, 2]
    assert set.union(*drawn) == set(range(10))


def test_a_source_that_has_no_others_gives_the_same_again():
    found = [{"n": n} for n in range(3)]
    assert {row["n"] for row in drawing(found, "s", 4, 1)} == {0, 1, 2}


@pytest.mark.parametrize("draw", [in_turn, at_random])
def test_every_folder_gives_its_share_of_the_sample(draw):
    assert [row.folder for row in shared_out([*rows("b", 9), *rows("a", 9)], 5, 1, draw)] == ["a", "a", "a", "b", "b"]
