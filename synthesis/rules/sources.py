"""Texts that the rules leave alone: marked up, half English, badly scanned, or put together from sentences of many texts."""

from __future__ import annotations

import re
from collections import Counter

from curation.turkish import ascii_letters, sentences

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
_STEM = 5
_FEWEST = 5  # sentences by which a collection can be told from a text
_SHARED = 0.4  # of them that hold one and the same word form, as the hits of a search do
_RECURRING = 0.1  # of all stems that come again in another sentence; running text has .11 to .25 at the median, collections .09


def unfit(text: str) -> str | None:
    """The reason why nothing should be written about `text`, or None: `source_markup`, `source_english`, `source_scanned`, `source_joined`."""
    if _MARKUP.search(text):
        return "source_markup"
    if len(_ENGLISH.findall(text)) > _MOST_ENGLISH:
        return "source_english"
    if _SCANNED.search(text):
        return "source_scanned"
    return "source_joined" if _joined(text) else None


def _joined(text: str) -> bool:
    """Whether sentences begin with a small letter, marks are left of what was cut out, or nothing but one word holds them together."""
    found = [text[start:end] for start, end in sentences(text)]
    running = [sentence for index, sentence in enumerate(found) if index and not _on_new_line(text, sentence)]
    if _CUT.search(text) or any(_SMALL_START.match(sentence) for sentence in running):
        return True
    if len(found) < _FEWEST:
        return False
    forms = Counter(form for sentence in found for form in set(_FORM.findall(sentence)))
    if max(forms.values(), default=0) < _SHARED * len(found):
        return False
    stems = Counter(stem for sentence in found for stem in _stems(sentence))
    again = sum(1 for count in stems.values() if 2 <= count < len(found) / 2)
    return again < _RECURRING * len(stems)


def _on_new_line(text: str, sentence: str) -> bool:
    return text[: text.find(sentence)].rstrip(" \t").endswith("\n")


def _stems(sentence: str) -> set[str]:
    return {ascii_letters(word)[:_STEM] for word in re.findall(r"[^\W\d_]{4,}", sentence)}
