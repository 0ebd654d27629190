"""Numbers, dates and names that a text claims, in one spelling, and those among them that another text does not bear out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from curation.turkish import APOSTROPHES, ascii_letters, lower, sentences

Date = tuple[int | None, int | None, int | None]  # day, month, year; None where the text does not say

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım", "aralık"], start=1
    )
}
_MONTH = "|".join(f"[{name[0]}{'İ' if name[0] == 'i' else name[0].upper()}]{name[1:]}" for name in _MONTHS)
_DATES = re.compile(
    rf"(?:(?<!\d)(?P<day>\d{{1,2}})\s+)?(?P<month>{_MONTH})(?:\s+(?P<year>\d{{4}})(?!\d))?(?![a-zçğıöşü])"
    rf"|(?<![\d.,])(?P<d>\d{{1,2}})[./](?P<m>\d{{1,2}})[./](?P<y>\d{{4}})(?!\d)"
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_WORD = re.compile(r"[^\W\d_]+")
_UNITS = dict(zip(["sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"], range(10), strict=True))
_TENS = dict(zip(["on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan"], range(10, 100, 10), strict=True))
_SCALES = {"yüz": 100, "bin": 1000, "milyon": 10**6, "milyar": 10**9}
_COUNT = "|".join((*_UNITS, *_TENS, *_SCALES))
_SPOKEN = re.compile(rf"(?<!\w)(?:{_COUNT})(?:\s+(?:{_COUNT}))*(?!\w)")
_OTHER_MEANINGS = frozenset(["altı", "yedi", "on", "kırk", "yüz", "bin"])  # below, ate, with a suffix of its own, shear, face, mount
_LOOSE = 3  # "bir" and "iki" count nothing as often as they count
_NAME_STEM = 5  # letters that two forms of one Turkish name share
_SHORTEST_NAME = 3


def unsupported(text: str, source: str) -> list[str]:
    """Return the dates, numbers and names of `text` that `source` does not have, as `text` writes them; spelling and suffixes may differ."""
    known_dates = [date for _, date in dates(source)]
    bare, missing = text, list[str]()
    for words, date in dates(text):
        if not any(_covers(known, date) for known in known_dates):
            missing.append(words)
        bare = bare.replace(words, " ", 1)
    known = set(numbers(source))
    missing += [said for said, value in _numbers(bare) if value not in known]
    stems = {ascii_letters(word) for word in _WORD.findall(source)}
    missing += [name for name in names(bare) if not any(_same_name(ascii_letters(name), stem) for stem in stems)]
    return list(dict.fromkeys(missing))


def dates(text: str) -> list[tuple[str, Date]]:
    """Return the dates of `text` with their words; a month alone is none."""
    return [(match.group(), date) for match in _DATES.finditer(text) if (date := _date(match)) is not None]


def numbers(text: str) -> list[str]:
    """Return the numbers of `text` in one spelling: `1.250,50`, `1250,5` and `bin iki yüz elli` tell their values."""
    return [value for _, value in _numbers(text)]


def names(text: str) -> list[str]:
    """Return the words of `text` that its capital marks as names: inside a sentence, or before an apostrophe; without their suffixes."""
    found: list[str] = []
    for start, end in sentences(text):
        sentence = text[start:end]
        for match in _WORD.finditer(sentence):
            if not match.group()[0].isupper() or len(match.group()) < _SHORTEST_NAME or _is_suffix(sentence, match.start()):
                continue
            before = sentence[: match.start()].rstrip()
            opens = not before or before[-1] in ':“"«(-–•*' or before[-1].isdigit() or before[-1] in ".)"
            if not opens or sentence[match.end() : match.end() + 1] in set(APOSTROPHES):
                found.append(match.group())
    return found


def _is_suffix(text: str, start: int) -> bool:
    return start > 1 and text[start - 1] in APOSTROPHES and text[start - 2].isalnum()


def _same_name(name: str, word: str) -> bool:
    shared = min(_NAME_STEM, len(name), len(word))
    return shared >= _SHORTEST_NAME and name[:shared] == word[:shared]


def _date(match: re.Match[str]) -> Date | None:
    if match["d"]:
        return int(match["d"]), int(match["m"]), int(match["y"])
    if not (match["day"] or match["year"]):
        return None
    return (
        int(match["day"]) if match["day"] else None,
        _MONTHS[lower(match["month"])],
        int(match["year"]) if match["year"] else None,
    )


def _covers(known: Date, said: Date) -> bool:
    return all(part is None or part == there for there, part in zip(known, said, strict=True))


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    for match in _NUMBER.finditer(text):
        yield match.group(), _value(match.group())
    for match in _SPOKEN.finditer(lower(text)):
        run = match.group().split()
        value = _spoken(run)
        about = any(one in _UNITS and other in _UNITS for one, other in pairwise(run))  # "üç beş kişi" is a few
        if value >= _LOOSE and not about and (len(run) > 1 or run[0] not in _OTHER_MEANINGS):
            yield match.group(), str(value)


def _value(number: str) -> str:
    if ":" in number:
        return number
    plain = number.replace(".", "") if _GROUPED.fullmatch(number) else number
    plain = plain.replace(",", ".")
    if plain.count(".") > 1:
        return number
    return format(Decimal(plain).normalize(), "f")


def _spoken(words: Sequence[str]) -> int:
    total = part = 0
    for word in words:
        if word == "yüz":
            part = max(part, 1) * 100 if part < 10 else part + 100
        elif word in _SCALES:
            total, part = total + max(part, 1) * _SCALES[word], 0
        else:
            part += _UNITS.get(word, _TENS.get(word, 0))
    return total + part
