"""Where a quotation stands in a text, and whether an answer is in its evidence."""

from __future__ import annotations

import re

from curation.turkish import APOSTROPHES, ascii_letters, lower

_QUOTES = '"“”„«»'
_EDGE = re.compile(rf"^[\s{_QUOTES}'’…]+|^\.\.\.|[\s{_QUOTES}'’]+$|(?:\.\.\.|…)$")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_STEM = 5  # letters that two forms of one Turkish name share
_SHORT_STEM = 4  # of a common word: açıldı, açılmıştır
_FILLERS = frozenset(("yılında", "yılı", "tarihinde", "olarak", "bir"))
_WORDS_IN_EVIDENCE = 0.8  # of an answer in its own words; suffixes and a verb may differ


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Return start and end of `quote` in `text`: word for word, else with white space, apostrophes and quotation marks made alike; None if absent."""
    if not quote.strip():
        return None
    start = text.find(quote)
    if start >= 0:
        return start, start + len(quote)
    key, offsets = _normalised(text)
    wanted = _normalised(_EDGE.sub("", _EDGE.sub("", quote.strip())))[0].strip()
    start = key.find(wanted) if wanted else -1
    return (offsets[start], offsets[start + len(wanted) - 1] + 1) if start >= 0 else None


def _normalised(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    offsets: list[int] = []
    for offset, letter in enumerate(text):
        if letter == "\u00ad" or (letter.isspace() and letters[-1:] == [" "]):
            continue
        alike = (
            " " if letter.isspace() else "'" if letter in APOSTROPHES else '"' if letter in _QUOTES else "-" if letter in "–—" else letter
        )
        letters.append(alike)
        offsets.append(offset)
    return "".join(letters), offsets


def holds(evidence: str, answer: str) -> bool:
    """Whether `answer` is in `evidence`: as it stands, or with every number and name and most other words, whatever their suffixes."""
    whole, part = lower(_normalised(evidence)[0]), lower(_normalised(answer)[0]).strip(" .!")
    if part and re.search(rf"(?<!\w){re.escape(part)}(?!\w)", whole):
        return True
    words = _WORD.findall(_drop_suffixes(answer))
    if not words:
        return False
    sources = _WORD.findall(_drop_suffixes(evidence))
    numbers = {word for word in sources if word[0].isdigit()}
    certain = [word for index, word in enumerate(words) if word[0].isdigit() or (index > 0 and word[0].isupper())]
    names = {_stem(word) for word in sources}
    if any(word not in numbers if word[0].isdigit() else _stem(word) not in names for word in certain):
        return False
    stems = {_stem(word, _SHORT_STEM) for word in sources}
    common = [word for word in words if word not in certain and lower(word) not in _FILLERS]
    return sum(_stem(word, _SHORT_STEM) in stems for word in common) >= _WORDS_IN_EVIDENCE * len(common)


def _drop_suffixes(text: str) -> str:
    return re.sub(rf"[{APOSTROPHES}][a-zçğıöşü]+", "", text)


def _stem(word: str, letters: int = _STEM) -> str:
    return ascii_letters(word)[:letters]
