"""Numbers, dates and names that a text claims and another text does not bear out."""

from __future__ import annotations

from curation.turkish import ascii_letters
from synthesis.lexicon import MONTHS
from synthesis.names import names, stands_among, words_of
from synthesis.values import borne_out, values

_MONTHS = {ascii_letters(name): number for number, name in enumerate(MONTHS.split("|"), start=1)}


def unsupported(text: str, source: str) -> list[str]:
    """Return the dates, numbers and names of `text` that `source` does not have, as `text` writes them; spelling and suffixes may differ."""
    known, words = borne_out(source), words_of(source)
    said = values(text)
    missing = [text[value.start : value.end] for value in said if value.sure and not value.says & known]
    for match in names(text):
        if any(value.start <= match.start() < value.end for value in said):
            continue
        month = _MONTHS.get(ascii_letters(match.group()))
        if not stands_among(match.group(), words) and not (month and f".{month}." in known):
            missing.append(match.group())
    return list(dict.fromkeys(missing))


def numbers(text: str) -> list[str]:
    """Return the numbers of `text` in one spelling, those of its dates too: `1.250,50`, `1250,5` and `bin iki yüz elli buçuk` tell their values."""
    return list(dict.fromkeys(number for value in values(text) if value.sure for number in value.numbers))
