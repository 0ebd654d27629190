"""A right answer in the wrong language: only years, dates, amounts, places and people, in sentences that carry them over whole."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from alignment.case import Case, stands_in
from alignment.phrasing import asked, filled, phrases
from alignment.spans import Span, dates, names, numbers
from alignment.topics import topic
from curation.turkish import lower, suffix

_PLACES = ("province", "district", "country", "landmark")
_UNIT = re.compile(r"(?P<unit>[^\W\d_]+)")
_UNIT_ENDINGS = r"(?:y?[ıiuü]|y?[ae]|y?l[ae]|n?[ıiuü]n|[dt][ae]n?)?"
_OPEN_AMOUNT = re.compile(r"\b(?:en|ortalama|yaklaşık|fazla|aşkın|kadar|az|çok)\b")


def translated(case: Case, rng: random.Random) -> str | None:
    """Return the fact of the answer in English, now and then in Azerbaijani, or None where it cannot be carried over certainly."""
    named = [span for span in names(case.answer, case.source) if span.sort != "surname"]
    own = [span for span in (*dates(case.answer), *named, *numbers(case.answer)) if not stands_in(span.value, case.question)]
    if case.task != "soru-cevap" or len(own) != 1:
        return None
    fact = own[0]
    match asked(case.question):
        case "date" if fact.sort == "date":
            return _date(fact, case, rng)
        case "number" if fact.sort == "number":
            return _number(fact, case, rng)
        case "place" if fact.sort in _PLACES:
            return _place(fact, case, rng)
        case "person" if fact.sort == "person":
            return _named(rng.choice(_english()["person"]), fact, rng)
    return None


def _date(fact: Span, case: Case, rng: random.Random) -> str | None:
    written = _date_in_english(fact.value)
    if written is None:
        return None
    if re.search(r"\bberi\b", case.question):
        return filled(rng.choice(_english()["since"]), {"değer": written.partition(" ")[2]}) if fact.value.isdigit() else None
    if fact.value.isdigit() and rng.random() < 0.25:
        return filled(rng.choice(phrases()["azerbaijani"]["year"]), {"değer": f"{fact.value}-{_azerbaijani_ordinal(fact.value)}"})
    verb = lower(case.question).rstrip("? ").split()[-1]
    about = topic(case)
    for shape, phrase in _english()["date"].items():
        if re.fullmatch(shape, verb) and ("{kişi}" not in phrase or about.sort == "person"):
            return filled(phrase, {"kişi": about.name, "x": written})
    return filled(rng.choice(_english()["date_any"]), {"x": written})


def _date_in_english(value: str) -> str | None:
    if value.isdigit():
        return f"in {value}"
    months: Mapping[str, str] = _english()["months"]
    parts = value.split()
    words = [months.get(part, part) for part in parts]
    if len(words) < 2 or words == parts:
        return None
    return f"{'on' if parts[0].isdigit() else 'in'} {' '.join(words)}"


def _number(fact: Span, case: Case, rng: random.Random) -> str | None:
    """An amount without what it is an amount of says nothing."""
    following = _UNIT.match(lower(case.answer[fact.end :].lstrip()))
    if following is None or _OPEN_AMOUNT.search(lower(case.answer)):
        return None
    units: Mapping[str, str] = _english()["units"]
    fitting = [unit for unit in units if re.fullmatch(unit + _UNIT_ENDINGS, following["unit"])]
    counts: Mapping[str, str] = _english()["counts"]
    value = counts.get(lower(fact.value)) or fact.value.translate(str.maketrans(".,", ",."))
    if not fitting or not (value[0].isdigit() or value in counts.values()):
        return None
    return filled(rng.choice(_english()["number"]), {"değer": value, "birim": units[max(fitting, key=len)]})


def _place(fact: Span, case: Case, rng: random.Random) -> str:
    shapes: Mapping[str, list[str]] = _english()["place"]
    question = lower(case.question)
    found = next((pool for shape, pool in shapes.items() if shape and re.search(rf"\b(?:{shape})\b", question)), shapes[""])
    return _named(rng.choice(found), fact, rng)


def _named(phrase: str, fact: Span, rng: random.Random) -> str:
    chosen = rng.choice(phrases()["azerbaijani"]["name"]) if rng.random() < 0.25 else phrase
    return filled(chosen, {"değer": fact.value})


def _azerbaijani_ordinal(year: str) -> str:
    """Return the ordinal ending of a year, `cü` of 1983; every Azerbaijani numeral has the last vowel of its Turkish sister."""
    return "c" + suffix(year, "accusative")[-1]


def _english() -> dict[str, Any]:
    values: dict[str, Any] = phrases()["english"]
    return values
