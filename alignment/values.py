"""The numbers and dates that a text says, each in one spelling, and whether another text says the same."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import groupby, pairwise

from curation.turkish import lower
from synthesis import claims
from synthesis.claims import Date
from synthesis.lexicon import MONTHS, word_set

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_YEAR = re.compile(r"(?<![\d.,:])(?:1\d{3}|20\d{2})(?![\d:]|[.,]\d)")
_MONTHS = tuple(map(lower, MONTHS.split("|")))
_SCALES = {"bin": 10**3, "milyon": 10**6, "milyar": 10**9, "trilyon": 10**12}
# Endings by vowel harmony: "5 bina" and "3 binici" count buildings and riders.
_PART = (
    r"(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?) "
    r"(?:(bin)(?:i|e|in|de|den|lik)?|(milyon|trilyon)(?:u|a|un|da|dan|luk)?|(milyar)(?:ı|a|ın|da|dan|lık)?)\b"
)
_SCALED = re.compile(rf"(?<![\d.,:]){_PART}(?: {_PART})*(?: (?P<rest>\d{{3}})(?![\d:]|[.,]\d))?")
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?![\d:])")
_SPOKEN_WORDS = word_set(
    "sıfır bir iki üç dört beş altı yedi sekiz dokuz on yirmi otuz kırk elli altmış yetmiş seksen doksan yüz bin milyon milyar"
)
_UNITS = dict(zip(["bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"], "123456789", strict=True))
_DOUBTFUL = {"bir": "1", "iki": "2", "altı": "6", "yedi": "7", "on": "10", "kırk": "40", "yüz": "100", "bin": "1000"}
"""Words that alone are other words as often as numbers."""


def amounts(text: str, *, doubtful: bool = True) -> set[str]:
    """Return the numbers of `text` outside its dates, as digits with a point: `20` of “yirmi”, `1500000` of “1,5 milyon”. `doubtful` counts words such as “bir” and “altı” too, and both numbers of “üç dört”."""
    bare = _ISO.sub(r"\3.\2.\1", text)
    for words, _ in claims.dates(bare):
        bare = bare.replace(words, " ", 1)
    bare = _CLOCK.sub(r"\1.\2", _SCALED.sub(_whole, bare))
    found = set(claims.numbers(bare))
    if doubtful:
        runs = [list(run) for spoken, run in groupby(re.findall(r"\w+", lower(bare)), _SPOKEN_WORDS.__contains__) if spoken]
        found |= {_DOUBTFUL[run[0]] for run in runs if len(run) == 1 and run[0] in _DOUBTFUL}
        found |= {_UNITS[word] for run in runs for both in pairwise(run) if _UNITS.keys() >= set(both) for word in both}
    return found


def moments(text: str) -> set[Date]:
    """Return the dates, bare years and bare months of `text` as (day, month, year), None for what it does not say."""
    bare = _ISO.sub(r"\3.\2.\1", text)
    found = set[Date]()
    for words, date in claims.dates(bare):
        found.add(date)
        bare = bare.replace(words, " ", 1)
    found |= {(None, None, int(year)) for year in _YEAR.findall(bare)}
    capitals = {lower(word) for word in re.findall(r"[^\W\d_]+", bare) if word[0].isupper()}
    return found | {(None, number, None) for number, name in enumerate(_MONTHS, 1) if name in capitals}


def covers(known: Date, said: Date) -> bool:
    """Whether whoever says `known` says `said` too: the same day, or less of it."""
    return all(part is None or part == there for there, part in zip(known, said, strict=True))


def untold(said: set[Date], known: set[Date]) -> set[Date]:
    """Return those of the dates `said` that none of `known` covers."""
    return {one for one in said if not any(covers(there, one) for there in known)}


def _whole(match: re.Match[str]) -> str:
    """“2,5 milyon” and “3 bin 500” written out in digits."""
    parts = re.findall(_PART, match.group())
    total = sum((Decimal(claims.numbers(number)[0]) * _SCALES["".join(scale)] for number, *scale in parts), Decimal(match["rest"] or 0))
    return format(total.normalize(), "f")
