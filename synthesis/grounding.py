"""Where a quotation stands in a text, and whether an answer is in its evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from curation.turkish import APOSTROPHES, ascii_letters, lower
from synthesis import names, negation
from synthesis.values import NUMBER_WORDS, Value, borne_out, values

_QUOTES = '"“”„«»'
_EDGE = re.compile(rf"^[\s{_QUOTES}'’…]+|^\.\.\.|[\s{_QUOTES}'’]+$|(?:\.\.\.|…)$")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_STEM = 4  # letters that two forms of a word share: açıldı, açılmıştır
_WORDS_PER_CHANGE = 7  # one word of seven may differ: "that", a suffix, a word left out; two in seven is another sentence
_FEWEST_FUZZY = 6
_LEAST_STEM = 3  # letters
_NEVER = 1e9
_NUMBER_WORDS = frozenset(map(ascii_letters, NUMBER_WORDS))
_SUFFIX = re.compile(rf"[{APOSTROPHES}][a-zçğıöşü]+")
_GAP = re.compile(r"\s*(?:\[\s*)?(?:\.{3}|…)(?:\s*\])?\s*")
_FILLERS = frozenset(("yılında", "yılı", "tarihinde", "olarak", "bir", "yüzde", "saat"))
_WORDS_IN_EVIDENCE = 0.8  # of an answer in its own words; suffixes and a verb may differ


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Return start and end of `quote` in `text`: word for word, else with white space, apostrophes and quotation marks made alike, else with a word in seven other; None if absent.

    Numbers are never taken for other numbers, and a quotation of fewer than six words has no word to spare.
    """
    if not quote.strip():
        return None
    start = text.find(quote)
    if start >= 0:
        return start, start + len(quote)
    key, offsets = _normalised(text)
    wanted = _normalised(_EDGE.sub("", _EDGE.sub("", quote.strip())))[0].strip()
    start = key.find(wanted) if wanted else -1
    if start >= 0:
        return offsets[start], offsets[start + len(wanted) - 1] + 1
    return _nearly(wanted, text)


def locate_all(quotes: Sequence[str], text: str) -> tuple[tuple[int, int], ...] | str:
    """Return the places of `quotes` in order of the text, or the first one that is not there; a quotation with a gap (`...`) counts as its pieces."""
    found: set[tuple[int, int]] = set()
    for quote in quotes:
        whole = locate(quote, text)
        pieces = [piece for piece in _GAP.split(quote) if piece.strip()]
        places = [whole] if whole is not None else [locate(piece, text) for piece in pieces] if len(pieces) > 1 else [None]
        if not places or None in places:
            return quote
        found.update(place for place in places if place is not None)
    return tuple(sorted(found))


def _nearly(quote: str, text: str) -> tuple[int, int] | None:
    """Where the words of `quote` stand with the fewest changed, left out or added (Sellers 1980), if these are few enough."""
    wanted = [ascii_letters(word) for word in _WORD.findall(_drop_suffixes(quote))]
    limit = len(wanted) / _WORDS_PER_CHANGE
    if len(wanted) < _FEWEST_FUZZY:
        return None
    words = [(ascii_letters(match.group()), match.span()) for match in _WORD.finditer(_blank_suffixes(text))]
    near = {word[:_LEAST_STEM] for word, _ in words}
    if sum(word[:_LEAST_STEM] not in near for word in wanted) > limit:  # most quotations that are not there end here
        return None
    costs = [float(row) for row in range(len(wanted) + 1)]
    begins = [0] * (len(wanted) + 1)
    best, place = limit + 1, (0, 0)
    for column, (word, _) in enumerate(words):
        before, started = costs, begins
        costs, begins = [0.0], [column + 1]
        for row, asked in enumerate(wanted, start=1):
            costs_here = (
                before[row - 1] + _change(asked, word),
                before[row] + _lost(word),
                costs[row - 1] + _lost(asked),
            )
            cheapest = costs_here.index(min(costs_here))
            costs.append(costs_here[cheapest])
            begins.append(((started[row - 1] if row > 1 else column), started[row], begins[row - 1])[cheapest])
        if costs[-1] < best:
            best, place = costs[-1], (begins[-1], column)
    if best > limit or place[0] > place[1]:
        return None
    around = [word for word, _ in words[max(0, place[0] - 1) : place[1] + 3]]  # a verb that was denied may have been left out
    if negation.contradicts(wanted, around):
        return None
    return words[place[0]][1][0], words[place[1]][1][1]


def _change(asked: str, word: str) -> float:
    if asked == word:
        return 0.0
    shared = sum(1 for _ in takewhile(lambda letters: letters[0] == letters[1], zip(asked, word, strict=False)))
    if shared < min(len(asked), len(word)) and _NEVER in (_lost(asked), _lost(word)):
        return _NEVER
    if asked[0].isdigit() or word[0].isdigit() or (shared > 1 and negation.opposite(asked, word)):
        return _NEVER
    return 0.5 if shared >= _LEAST_STEM and 2 * shared >= max(len(asked), len(word)) else 1.0  # another suffix is half a change


def _lost(word: str) -> float:
    """What it costs that a word is left out or added: a number or a `değil` is never."""
    return _NEVER if word[0].isdigit() or word in _NUMBER_WORDS or negation.is_negation(word) else 1.0


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
    """Whether `answer` is in `evidence`: as it stands, or with every number, date and name and most other words, whatever their suffixes and spelling, and no word denied."""
    if _stands_whole(_normalised(answer)[0].strip(" .!"), _normalised(evidence)[0]):
        return True
    said = values(answer)
    found = list(_WORD.finditer(_blank_suffixes(answer)))
    if not found or not _all_borne_out(answer, said, evidence):
        return False
    sources = _drop_suffixes(evidence)
    words = [match for match in found if not any(value.start <= match.start() < value.end for value in said)]
    certain = [match for match in words if match.group()[0].isupper() and (match is not found[0] or names.is_certain(match.group()))]
    known = names.words_of(sources)
    if not all(names.stands_among(match.group(), known) for match in certain):
        return False
    if negation.contradicts(_keys(answer), _keys(evidence)):
        return False
    stems = {_stem(word) for word in _WORD.findall(sources)}
    common = [match.group() for match in words if (match is found[0] or match not in certain) and lower(match.group()) not in _FILLERS]
    return sum(_stem(word) in stems for word in common) >= _WORDS_IN_EVIDENCE * len(common)


def _stands_whole(part: str, text: str) -> bool:
    """Whether `part` stands in `text` and begins and ends inside no word or number."""
    low = lower(text)
    numbers = [value for value in values(low) if not value.is_date]
    return bool(part) and any(
        not any(value.start < edge < value.end for value in numbers for edge in match.span())
        for match in re.finditer(rf"(?<!\w){re.escape(lower(part))}(?!\w)", low)
    )


def _all_borne_out(answer: str, said: Sequence[Value], evidence: str) -> bool:
    known = borne_out(evidence) if said else frozenset()
    lacking = [value for value in said if not value.says & known]
    if any(value.sure for value in lacking):
        return False
    # What may be another word, "altı" or "bir", must stand there as one.
    keys = [key for value in lacking for key in _keys(answer[value.start : value.end])]
    words = _keys(evidence) if keys else []
    return all(key in _FILLERS or any(word.startswith(key) for word in words) for key in keys)


def _keys(text: str) -> list[str]:
    return [ascii_letters(word) for word in _WORD.findall(text)]


def _drop_suffixes(text: str) -> str:
    return _SUFFIX.sub("", text)


def _blank_suffixes(text: str) -> str:
    return _SUFFIX.sub(lambda match: " " * len(match.group()), text)  # offsets stay


def _stem(word: str) -> str:
    return ascii_letters(word)[:_STEM]
