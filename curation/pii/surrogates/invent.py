"""One invented value for one found value, by its kind."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from curation import turkish
from curation.config import PiiEntity
from curation.pii.people import Person
from curation.pii.surrogates.addresses import invent_address, is_invented_address
from curation.pii.surrogates.dates import date_in, written_like
from curation.pii.surrogates.draw import Draw
from curation.pii.surrogates.names import invent_name, is_invented_name
from curation.pii.surrogates.numbers import invent_number, is_invented_number

_MAX_SHIFT_DAYS = 365
"""A birth date moves by a year at most, so that an age in the text stays about right."""


def invent(kind: PiiEntity, value: str, draw: Draw, people: Sequence[Person], *, is_ascii: bool) -> str:
    """Return an invented value of `kind` in the form of `value`; an e-mail address made of a name of `people` becomes one of its invented name."""
    if kind == "ADDRESS":
        return invent_address(value, draw, is_ascii=is_ascii)
    if kind == "BIRTH_DATE":
        return _shifted(value, draw)
    if kind in {"EMAIL", "KEP"}:
        return f"{_local_part(value, draw, people)}@{'hs00.kep.tr' if kind == 'KEP' else 'example.com'}"
    return invent_number(kind, value, draw)


def is_invented(kind: PiiEntity, value: str) -> bool:
    """Whether `value` is one that `invent` gives; a birth date never tells."""
    if kind == "PERSON":
        return is_invented_name(value)
    if kind == "ADDRESS":
        return is_invented_address(value)
    return kind != "BIRTH_DATE" and is_invented_number(kind, value)


def _shifted(value: str, draw: Draw) -> str:
    """`value` with its date moved by up to a year, its lone year by up to two; a day that the calendar lacks becomes another one."""
    date = date_in(value)
    if date is not None:
        days = 1 + draw.below(_MAX_SHIFT_DAYS, "days")
        shift = datetime.timedelta(days=days if draw.below(2, "direction") else -days)
        earliest, latest = datetime.date.min + abs(shift), datetime.date.max - abs(shift)
        return written_like(min(max(date, earliest), latest) + shift, value)
    year = re.search(r"(?:19|20)\d\d", value)
    if year is None or re.search(r"\d\W+\d", value):
        return written_like(datetime.date(1950 + draw.below(50, "year"), 1 + draw.below(12, "month"), 1 + draw.below(28, "day")), value)
    moved = int(year.group()) + (-1, 1, -2, 2)[draw.below(4, "year")]
    return value[: year.start()] + str(moved) + value[year.end() :]


def _local_part(value: str, draw: Draw, people: Sequence[Person]) -> str:
    local = turkish.fold(value.partition("@")[0])
    known = [person for person in people if len(person.words) > 1 and person.words[0] in local and person.words[-1] in local]
    person = known[0] if known else Person(("", local), "")
    names = list(invent_name(person, draw.key, ()).values())
    number = f"{draw.attempt}" if draw.attempt else "" if known else draw.digits(2)
    return f"{turkish.ascii_letters(names[0])}.{turkish.ascii_letters(names[-1])}{number}"
