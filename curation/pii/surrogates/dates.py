"""Dates as Turkish texts write them, read and written again in the same form."""

from __future__ import annotations

import datetime
import re

from curation import turkish

MONTHS = ("Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık")
_FOLDED = tuple(map(turkish.fold, MONTHS))
_DATE = re.compile(r"(?P<day>\d{1,2})(?P<left>\s?[./-]?\s?)(?P<month>\d{1,2}|[^\W\d_]+)(?P<right>\s?[./-]?\s?)(?P<year>\d{4}|\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<left>[./-])(?P<month>\d{1,2})(?P<right>[./-])(?P<day>\d{1,2})(?!\d)")
_CENTURY_TURN = 30
"""A year of two digits below this is of this century: 05 is 2005 and 85 is 1985."""


def date_in(text: str) -> datetime.date | None:
    """Return the first date in `text`, day before month; None where there is none of the calendar."""
    match = _YEAR_FIRST.search(text) or _DATE.search(text)
    if match is None:
        return None
    year, month = int(match["year"]), _month(match["month"])
    if len(match["year"]) == 2:
        year += 2000 if year < _CENTURY_TURN else 1900
    try:
        return datetime.date(year, month, int(match["day"]))
    except ValueError:
        return None


def written_like(date: datetime.date, text: str) -> str:
    """Return `text` with its first date replaced by `date`: same order, marks, zeros in front, name or number of the month."""
    match = _YEAR_FIRST.search(text) or _DATE.search(text)
    if match is None:
        return text
    padded = match["day"].startswith("0") or (match["month"].isdecimal() and len(match["day"]) == len(match["month"]) == 2)
    width = 2 if padded else 1
    parts = {
        "day": f"{date.day:0{width}d}",
        "month": f"{date.month:0{width}d}" if match["month"].isdecimal() else _name_like(date.month, match["month"]),
        "year": f"{date.year:04d}"[-len(match["year"]) :],
    }
    order = sorted(("day", "left", "month", "right", "year"), key=match.start)
    return text[: match.start()] + "".join(parts.get(name, match[name]) for name in order) + text[match.end() :]


def _month(written: str) -> int:
    folded = turkish.fold(written)
    return int(folded) if folded.isdecimal() else _FOLDED.index(folded) + 1 if folded in _FOLDED else 0


def _name_like(month: int, written: str) -> str:
    name = MONTHS[month - 1]
    if written.isascii() and not MONTHS[_month(written) - 1].isascii():
        name = turkish.capitalize(turkish.ascii_letters(name)).replace("İ", "I")
    return turkish.upper(name) if written.isupper() else turkish.lower(name) if written.islower() else name
