"""Which page a character stands on, before and after the text was cleaned."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence

Pages = Sequence[tuple[int, int]]
"""(first character, page number) of each page, in order."""

_ANCHOR_LETTERS = 40  # long enough to stand once in a book, short enough to survive a tag in place of a name
_ANCHORS = 8
_SLICE = 4 * _ANCHOR_LETTERS * _ANCHORS  # characters of a page looked at: more than enough letters even in a table


def page_of(pages: Pages, position: int) -> int | None:
    """Return the number of the page on which the character at `position` stands; None where the text has no pages."""
    index = bisect_right(pages, position, key=lambda page: page[0])
    return pages[max(index - 1, 0)][1] if pages else None


def moved_pages(pages: Pages, raw: str, text: str) -> tuple[tuple[int, int], ...]:
    """Return where the pages of `raw` begin in `text`, which was made from it by cleaning: by the first letters of each page, or by its distance from the page before where none of them are left."""
    if not pages:
        return ()
    letters, places = _letters(text)
    moved: list[tuple[int, int]] = []
    begin, before, after = 0, 0, 0  # in letters; the page before in `raw` and in `text`
    for index, (start, number) in enumerate(pages):
        end = pages[index + 1][0] if index + 1 < len(pages) else len(raw)
        found = _find(letters, raw[start : min(end, start + _SLICE)], begin)
        if found is None:
            place = min(after + start - before, len(text))
        else:
            place, begin = (places[found] if index else 0), found
        before, after = start, max(place, after)
        moved.append((after, number))
    return tuple(moved)


def _find(letters: str, page: str, begin: int) -> int | None:
    wanted, _ = _letters(unicodedata.normalize("NFC", page))
    for skipped in range(0, min(len(wanted), _ANCHORS * _ANCHOR_LETTERS), _ANCHOR_LETTERS):
        found = letters.find(wanted[skipped : skipped + _ANCHOR_LETTERS], begin)
        if found >= 0:
            return max(found - skipped, begin)
    return None


def _letters(text: str) -> tuple[str, list[int]]:
    places = [place for place, character in enumerate(text) if character.isalnum()]
    return "".join(text[place] for place in places), places
