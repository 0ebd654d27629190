"""Small faults of form that need no model to mend: labels and numbers in front, marks around, a question mark that was left out."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from curation.turkish import ascii_letters, lower
from synthesis import checks
from synthesis.replies import Item

_LABEL: Final = re.compile(
    r"\A(?:(?:Soru|Cevap|Yanıt|Yönerge|Özet|Başlık|Kanıt|Adım)(?: ?\d+)?\s*:\s+|(?:\d{1,2}\)|[-*•])\s+(?=[A-ZÇĞİÖŞÜ“\"]))"
)
_NUMBER: Final = re.compile(r"\A(?P<number>\d{1,2})\.\s+(?=[“\"]?(?P<word>[A-ZÇĞİÖŞÜ]\w*))")
_ORDINAL: Final = re.compile(
    r"(?<![\w.,])(?:(?P<number>\d{1,2})\.|[ıivx]+\.|(?:bir|beş|sekiz)inci|ikinci|altıncı|yedinci|(?:üç|dörd)üncü|(?:dokuz|on)uncu)\s+[“\"]?(?P<word>\w+)"
)
_NUMBERED_LINE: Final = re.compile(r"^[ \t]*(\d{1,2})[.)]\s", re.MULTILINE)
_STEM: Final = 5  # letters that the forms of one word share
_MARKS: Final = (("“", "”"), ('"', '"'), ("«", "»"))
_QUESTIONS: Final = frozenset({"soru"})
# evidence is compared with a text, a doubt with a list, and in code every mark counts: they stay as they are
_ASIDE: Final = frozenset({"kanit", "suphe", "cozum", "testler"})


def repaired(item: Item, source: str = "", place: int = 1) -> Item:
    """Return `item` with its texts in NFC and without labels (`Soru 1:`), list marks and marks around the whole; a question without its mark gets one.

    A number with a full stop (`2.`) is a list mark only where it is the text's place: `place` of the item in the reply, or that in its own list,
    all of which must be numbered so. Where `source` counts the same noun (`2. Dünya Savaşı`, `III. Selim`), it belongs to the text.
    """
    counted = _counted(source)
    return {key: _value(key, value, counted, place) for key, value in item.items()}


def _counted(source: str) -> frozenset[str]:
    """The nouns that an ordinal of `source` counts, by their stems; a number in front of a line of a numbered list counts none."""
    low = lower(source)
    lines = {int(number) for number in _NUMBERED_LINE.findall(low)}
    counted, listed = set(), set()
    for found in _ORDINAL.finditer(low):
        stem, number = _stem(found["word"]), int(found["number"] or 0)
        line_start = low.rfind("\n", 0, found.start()) + 1
        in_list = not low[line_start : found.start()].strip() and not lines.isdisjoint({number - 1, number + 1})
        if in_list and stem not in listed:
            listed.add(stem)
        else:  # two lines that count the same noun tell of a first and a second
            counted.add(stem)
    return frozenset(counted)


def _stem(word: str) -> str:
    return ascii_letters(word)[:_STEM]


def _value(key: str, value: Any, counted: frozenset[str], place: int) -> Any:
    if isinstance(value, str):
        return value if key in _ASIDE else _text(key, _unnumbered([value], counted, place)[0])
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value if key in _ASIDE else [_text(key, one) for one in _unnumbered(value, counted)]
    if isinstance(value, list):
        return [_one(key, one, counted, number) for number, one in enumerate(value, start=1)]
    return value


def _one(key: str, value: Any, counted: frozenset[str], place: int) -> Any:
    if isinstance(value, dict):
        return {name: _value(name, inner, counted, place) for name, inner in value.items()}
    return _value(key, value, counted, place) if isinstance(value, str) else value


def _unnumbered(texts: list[str], counted: frozenset[str], place: int = 1) -> list[str]:
    """Return `texts` in NFC, without numbers that run from `place`; with them where one has another or none, counts a noun, or differs by it alone."""
    whole = [unicodedata.normalize("NFC", text).strip() for text in texts]
    bare = []
    for number, text in enumerate(whole, start=place):
        mark = None if "\n" in text else _NUMBER.match(text)
        if mark is None or int(mark["number"]) != number or _stem(mark["word"]) in counted:
            return whole
        bare.append(text[mark.end() :])
    return bare if len(set(bare)) == len(whole) else whole


def _text(key: str, text: str) -> str:
    clean = text if "\n" in text else _LABEL.sub("", text)
    for begin, end in _MARKS:
        inner = clean[1:-1]
        if clean.startswith(begin) and clean.endswith(end) and len(clean) > 2 and begin not in inner and end not in inner:
            clean = inner.strip()
    if key in _QUESTIONS and clean and clean[-1].isalpha() and checks.question_form(f"{clean}?") is None:
        return f"{clean}?"
    return clean
