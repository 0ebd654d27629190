from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from curation.pii.findings import Finding
from curation.pii.spans import any_of, not_in

_WORDS = st.lists(st.text(alphabet="abc .*", min_size=1, max_size=6), min_size=1, max_size=12, unique=True)
_PLACES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 8)).map(lambda one: Finding("PERSON", one[0], one[0] + one[1], 0.5)), max_size=12
)


@given(_WORDS, st.text(alphabet="abc .*", max_size=8))
def test_a_pattern_of_many_words_matches_just_these(words: list[str], text: str) -> None:
    assert all(re.fullmatch(any_of(words), word) for word in words)
    assert (re.fullmatch(any_of(words), text) is not None) == (text in words)


@given(_WORDS)
def test_of_two_words_that_begin_alike_the_longer_one_is_taken(words: list[str]) -> None:
    longest = max(words, key=len)
    match = re.match(any_of(words), longest)
    assert match is not None
    assert match.group() == longest


def test_a_word_of_a_thousand_letters_is_no_trouble() -> None:
    assert re.fullmatch(any_of(["a" * 1000, "a" * 1000 + "b"]), "a" * 1000 + "b")


@given(_PLACES, _PLACES)
def test_what_is_free_touches_nothing_and_nothing_free_is_left_out(findings: list[Finding], occupied: list[Finding]) -> None:
    def touch(left: Finding, right: Finding) -> bool:
        return left.start < right.end and right.start < left.end

    apart = [Finding("PERSON", start, start + 3, 0.5) for start in {one.start - one.start % 5 for one in occupied}]
    free = not_in(findings, apart)
    assert all(left.end <= right.start for left, right in pairwise(free))
    assert not any(touch(one, other) for one in free for other in apart)
    assert all(any(touch(one, other) for other in [*free, *apart]) for one in findings)
