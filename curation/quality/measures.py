"""What the rules look at: every value of a text measured once, in one compiled pass."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from curation import turkish
from curation.quality import toxicity
from curation.quality.boilerplate import lexicon
from curation.quality.characters import code_points, tables

FINEWEB_STOP_WORDS = frozenset(turkish.words("ve bir olarak bu ile için olan da de tarafından yılında sonra en daha ilk"))
"""FineWeb-2's for Turkish, without its English "the"."""

STOP_WORDS = FINEWEB_STOP_WORDS | frozenset(turkish.words("ne o ben biz siz gibi çok ama var yok değil kadar her ya mi mı ise ki"))

_MIN_WORDS = 20  # a heading or a short answer may do without function words
_MIN_LINES = 6  # fewer lines are no menu


@dataclass(frozen=True, slots=True)
class Measures:
    """The values of one text: counts, shares in [0, 1], or nan where a value says nothing of so short a text.

    Shares are of what the name says: words, lines that are not empty, or characters; tokens are words and marks, as tokenisers have them.
    `repeated_5gram_share` and its like are characters inside word n-grams that stood in the text before, `top_2gram_share` and its like those in
    all occurrences of the most frequent one.
    """

    words: float
    characters: float
    stop_words: float
    fineweb_stop_words: float
    stop_word_share: float
    mean_word_length: float
    alphabetic_word_share: float
    alphabetic_token_share: float
    symbol_share: float
    broken_share: float
    upper_share: float
    digit_share: float
    turkish_letter_share: float
    spam_phrases: float
    filler_phrases: float
    insults: float
    boilerplate_share: float
    menu_line_share: float
    bullet_line_share: float
    ellipsis_line_share: float
    short_line_share: float
    ended_line_share: float
    line_breaks_per_word: float
    repeated_line_share: float
    repeated_line_character_share: float
    repeated_paragraph_share: float
    top_2gram_share: float
    top_3gram_share: float
    top_4gram_share: float
    repeated_5gram_share: float
    repeated_6gram_share: float
    repeated_7gram_share: float
    repeated_8gram_share: float
    repeated_9gram_share: float
    repeated_10gram_share: float


MEASURES: tuple[str, ...] = tuple(one.name for one in fields(Measures))
"""The names of the values, in the order of the record."""


def measure(text: str, insults: Path = toxicity.LIST) -> Measures:
    """Return the values of `text`; `insults` is the word list of what is toxic. Raises OSError where it cannot be read."""
    from curation.quality import scan  # numba is heavy, and a recipe that is only checked needs none of it

    classes, folds = tables()
    points = code_points(text)
    known = lexicon()
    counts = scan.characters(points, classes)
    starts, ends, keys, lengths, alphabetic, marks = scan.words(points, classes, folds)
    lines, paragraphs = scan.lines(points, classes, starts, keys, known.labels, known.longest, known.label_starts)
    words = len(keys)
    size = int(lengths.sum())
    tops = scan.top_characters(keys, lengths, 2, 4) / max(size, 1)
    repeated = scan.repeated_characters(keys, lengths, 5, 10) / max(size, 1)
    stop_words, stop_words_in_all = scan.distinct(keys, _stop_keys(STOP_WORDS))
    fineweb, _ = scan.distinct(keys, _stop_keys(FINEWEB_STOP_WORDS))
    letters, all_lines = int(counts[scan.LETTERS]), int(lines[scan.ALL_LINES])
    enough_words, enough_lines = words >= _MIN_WORDS, all_lines >= _MIN_LINES
    return Measures(
        words=float(words),
        characters=float(len(text)),
        stop_words=float(stop_words) if enough_words else nan,
        fineweb_stop_words=float(fineweb) if enough_words else nan,
        stop_word_share=_share(stop_words_in_all, words) if enough_words else nan,
        mean_word_length=_share(int((ends - starts).sum()), words, empty=nan),
        alphabetic_word_share=_share(alphabetic, words, empty=nan),
        alphabetic_token_share=_share(alphabetic, words + marks, empty=nan),
        symbol_share=_share(counts[scan.SYMBOLS], counts[scan.VISIBLE]),
        broken_share=_share(counts[scan.UNREADABLE] + counts[scan.TORN], len(text)),
        upper_share=_share(counts[scan.UPPERS], letters),
        digit_share=_share(counts[scan.DIGITS], counts[scan.VISIBLE]),
        turkish_letter_share=_share(counts[scan.TURKISH_LETTERS], letters),
        spam_phrases=float(scan.phrases(points, starts, keys, folds, known.spam, known.spam_starts)),
        filler_phrases=float(scan.phrases(points, starts, keys, folds, known.filler, known.filler_starts)),
        insults=float(len(toxicity.find_in(text, points, starts, insults))),
        boilerplate_share=_share(lines[scan.BOILERPLATE_CHARACTERS], lines[scan.LINE_CHARACTERS]),
        menu_line_share=_share(lines[scan.MENU], all_lines) if enough_lines else nan,
        bullet_line_share=_share(lines[scan.BULLETS], all_lines) if enough_lines else nan,
        ellipsis_line_share=_share(lines[scan.ELLIPSES], all_lines),
        short_line_share=_share(lines[scan.SHORT], all_lines) if enough_lines else nan,
        ended_line_share=_share(lines[scan.ENDED], all_lines, empty=nan),
        line_breaks_per_word=_share(counts[scan.NEWLINES], words),
        repeated_line_share=_share(lines[scan.REPEATED], all_lines),
        repeated_line_character_share=_share(lines[scan.REPEATED_CHARACTERS], lines[scan.LINE_CHARACTERS]),
        repeated_paragraph_share=_share(scan.repeats(paragraphs), len(paragraphs)),
        **{f"top_{n}gram_share": float(tops[n - 2]) for n in range(2, 5)},
        **{f"repeated_{n}gram_share": float(repeated[n - 5]) for n in range(5, 11)},
    )


@cache
def _stop_keys(words: frozenset[str]) -> npt.NDArray[np.uint64]:
    from curation.quality import scan

    return np.sort(np.array([scan.words(code_points(word), *tables())[2][0] for word in sorted(words)], np.uint64))


def _share(part: Any, whole: Any, empty: float = 0.0) -> float:
    return float(part) / float(whole) if whole else empty
