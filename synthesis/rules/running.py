"""Whether a text of one paragraph without a title runs on: its sentences must show that they belong together, else nothing is written of it."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from curation.turkish import ascii_letters, sentences

_STEM = 5
_FEWEST = 3  # sentences; of two nobody can tell whether they belong together
_TOPIC = 0.4  # of the sentences that hold a stem, and at least three: the word that was searched for, or the topic; it proves nothing
_LONGEST_GAP = 1  # sentences in a row that take up nothing of the two before them
_CHAINS = 0.7  # stems that go from one sentence to the next, per step
_LEAST_TAIL = 4  # words of a last sentence; fewer are a heading that follows


@lru_cache(maxsize=64)
def runs_on(text: str) -> bool:
    """Whether each sentence takes up a word of the two before it, one here and there aside, and several different words are taken up."""
    found = [text[start:end].rstrip() for start, end in sentences(text)]
    if len(found) < _FEWEST or found[-1][-1] not in '.!?…”"' or len(found[-1].split()) < _LEAST_TAIL:
        return False
    stems = [stems_of(sentence) for sentence in found]
    held = Counter(stem for one in stems for stem in one)
    topic = {stem for stem, count in held.items() if count >= max(3, _TOPIC * len(found))}
    told = [one - topic for one in stems]
    gap = 0
    for index in range(1, len(told)):
        before = told[index - 1] | (told[index - 2] if index > 1 else set())
        gap = 0 if told[index] & before else gap + 1
        if gap > _LONGEST_GAP:
            return False
    chains = {stem for one, other in pairwise(told) for stem in one & other}
    return len(chains) >= _CHAINS * (len(found) - 1)


def stems_of(sentence: str) -> frozenset[str]:
    """Return the beginnings of the words of four letters or more, in ASCII letters."""
    return frozenset(ascii_letters(word)[:_STEM] for word in re.findall(r"[^\W\d_]{4,}", sentence))
