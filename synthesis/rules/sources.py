"""Texts that the rules leave alone: marked up, half English, badly scanned, or put together from sentences of many texts."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import combinations, pairwise

from curation.quality.toxicity import find
from curation.turkish import sentences
from synthesis.rules.layout import addresses, laid_out, misprinted
from synthesis.rules.running import runs_on, stems_of
from synthesis.rules.sentence import finite
from synthesis.rules.spelling import misspelt

_MARKUP = re.compile(
    r"```|\{\{|\{%|\]\(|!\[|</?[a-z][^>\n]*>|</?[A-Z][a-z]+[A-Za-z]*[^>\n]*>|\\[$\[(_\w]|\$[^$\n]+\$|&[a-z]{2,6};|`[^`\n]+`|\*\*|(?<![\w*])\*[^\s*]|:[a-z]+:|=>"
    r"|(?m:^---[ \t]*$)|(?m:^(?:title|layout|permalink|tags|categories|author|date):)"
)
_ENGLISH = re.compile(r"(?<![\w'’])(?:the|of|and|is|are|to|with|for|this|that|you|from|by)(?![\w'’])")
_MOST_ENGLISH = 2  # a title in a Turkish text has one or two such words
# A stop inside a sentence, brackets of two kinds, a footnote's number on a word, a word cut at the end of a line.
_SCANNED = re.compile(r"\w[!?] [a-zçğıöşü]|\([^()\[\]\n]*\]|\[[^()\[\]\n]*\)|[a-zçğıöşü]{3}\d(?=[\s,.])|[^\W\d_]-[ \t]*(?:\n|\Z)")
# What a cut leaves: nothing between marks, a space before a comma, a full stop without a space.
_CUT = re.compile(
    r'""|\(\s*\)|\( | \)|\s,|[a-zçğıöşü]{2}\.[A-ZÇĞİÖŞÜ][a-zçğıöşü]|[a-zçğıöşü]{4}\. [a-zçğıöşü]|[a-zçğıöşü],[a-zçğıöşü]|[,;]\.|\.,'
)
_SMALL_START = re.compile(r"[a-zçğıöşü]")
_FORM = re.compile(r"(?<![\w'’])[a-zçğıöşü]{6,}(?![\w'’])")
_FEWEST = 5  # sentences by which a collection can be told from a text
_SHARED = 0.4  # of them that hold one and the same word form, as the hits of a search do
_LONGEST_TAIL = 7  # words of a heading or a title that hangs on the end of a text
_SAME = 0.6  # of the stems of two sentences that say the same
_PHRASE = 0.3  # of the sentences that hold one and the same two words, and at least three of them
_RECURRING = 0.1  # of all stems that come again in another sentence; running text has .11 to .25 at the median, collections .09


@lru_cache(maxsize=64)
def unfit(text: str) -> str | None:
    """The reason why nothing should be written about `text`, or None: `source_` and `markup`, `english`, `scanned`, `insults` or `joined`."""
    if _MARKUP.search(text) or addresses(text):
        return "source_markup"
    if find(text):
        return "source_insults"
    if len(_ENGLISH.findall(text)) > _MOST_ENGLISH:
        return "source_english"
    if _SCANNED.search(text):
        return "source_scanned"
    return "source_joined" if joined(text) else None


@lru_cache(maxsize=64)
def unproved(text: str, title: str, *, sentence: bool = False) -> str | None:
    """The reason why `text` should not be asked about or given along, or None: `source_` and `scanned`, `layout`, `misspelt` or `joined`; a `sentence` alone is not asked for the first three."""
    if not sentence and misprinted(text):
        return "source_scanned"
    if not sentence and laid_out(text):
        return "source_layout"
    if not sentence and misspelt(text):
        return "source_misspelt"
    return "source_joined" if not title and "\n" not in text.strip() and not runs_on(text) else None


def joined(text: str) -> bool:
    """Whether sentences begin with a small letter, marks are left of what was cut out, or nothing but one word holds them together."""
    found = [text[start:end] for start, end in sentences(text)]
    running = [sentence for index, sentence in enumerate(found) if index and not _on_new_line(text, sentence)]
    if _CUT.search(text) or any(_SMALL_START.match(sentence) for sentence in running):
        return True
    if "\n" not in text.strip() and (_loose_end(found) or _told_twice(found) or _one_phrase(found) or _loose_questions(found)):
        return True
    if len(found) < _FEWEST:
        return False
    forms = Counter(form for sentence in found for form in set(_FORM.findall(sentence)))
    if max(forms.values(), default=0) < _SHARED * len(found):
        return False
    if "\n" not in text.strip() and sum(count >= 3 and count >= _PHRASE * len(found) for count in forms.values()) > 1:
        return True
    stems = Counter(stem for sentence in found for stem in stems_of(sentence))
    again = sum(1 for count in stems.values() if 2 <= count < len(found) / 2)
    return again < _RECURRING * len(stems)


def _loose_end(found: list[str]) -> bool:
    """Whether a text of one paragraph ends in what is no sentence: a heading, a name, or an announcement of what does not follow."""
    last = found[-1].rstrip()
    words = last.split()
    heading = len(found) > 2 and last[-1].isalnum() and last[0].isupper() and len(words) <= _LONGEST_TAIL and not finite(words[-1])
    return heading or last.endswith((":", ";", ","))


def _told_twice(found: list[str]) -> bool:
    """Whether two sentences say the same with other words between them, as hits of a search do."""
    whole = [sentence for sentence in found if len(sentence.split()) > 3 and sentence[0].isupper() and sentence[-1] in ".!?"]
    stems = [stems_of(sentence) for sentence in whole]
    return any(
        one == other or (len(ours & theirs) > 2 and len(ours & theirs) >= _SAME * len(ours | theirs))
        for (one, ours), (other, theirs) in combinations(zip(whole, stems, strict=True), 2)
    )


def _one_phrase(found: list[str]) -> bool:
    """Whether the same two small words stand side by side in three sentences and in a good part of all."""
    phrases: Counter[str] = Counter()
    for sentence in found:
        words = re.findall(r"[^\W\d_]+", sentence)
        phrases.update({f"{one} {two}" for one, two in pairwise(words) if min(len(one), len(two)) > 2 and one.islower() and two.islower()})
    return max(phrases.values(), default=0) >= max(3, _PHRASE * len(found))


def _loose_questions(found: list[str]) -> bool:
    """Whether two questions stand among statements of one paragraph, with no word of theirs in the next sentence."""
    asked = [index for index, sentence in enumerate(found[:-1]) if sentence.rstrip(")\"”' ").endswith("?")]
    return len([index for index in asked if not stems_of(found[index]) & stems_of(found[index + 1])]) > 1


def _on_new_line(text: str, sentence: str) -> bool:
    return text[: text.find(sentence)].rstrip(" \t").endswith("\n")
