"""Worse answers that are phrased anew: claims without support, empty talk, rudeness, other languages. The phrases stand in `phrases.json`."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

from alignment.case import Case, stands_in
from alignment.spans import Span, dates, names, numbers, provinces
from curation.turkish import capitalize, suffix

_TERM = re.compile(r"^(?P<term>[^?,]{2,60}?),? (?:nedir|ne demektir|ne demek|ne anlama gelir|neye denir)\?$")
_MONTHS = {
    "Ocak": "January", "Şubat": "February", "Mart": "March", "Nisan": "April", "Mayıs": "May", "Haziran": "June",
    "Temmuz": "July", "Ağustos": "August", "Eylül": "September", "Ekim": "October", "Kasım": "November", "Aralık": "December",
}  # fmt: skip


def claim(case: Case, rng: random.Random) -> str:
    """Return a fluent sentence that nothing in the case's own text supports."""
    places = [place for place in provinces() if not stands_in(place, case.source)]
    first, second = rng.sample(places, 2)
    slots = {
        "yıl": str(rng.choice([year for year in range(1952, 2020) if not stands_in(str(year), case.source)])),
        "il": first,
        "il2": second,
        "sayı": str(rng.choice([12, 18, 24, 35, 40, 65, 80, 120, 250])),
        "yüzde": str(rng.choice([17, 28, 34, 42, 56, 63, 71, 83])),
    }
    return _filled(rng.choice(_phrases()[f"addition_{case.task}"]), slots)


def rude(rng: random.Random) -> tuple[str, str]:
    """Return what an ill-mannered answer says before and after the facts."""
    return rng.choice(_phrases()["rude_before"]), rng.choice(_phrases()["rude_after"])


def vague(case: Case, rng: random.Random) -> str:
    """Return an answer to the case that says nothing."""
    if case.task == "liste":
        items = rng.sample(_phrases()["empty_liste"], min(max(case.answer.count("\n") + 1, 2), 5))
        return "\n".join(f"- {item}" for item in items)
    term = _TERM.match(case.question)
    name = f"empty_{case.task}" if case.task != "tanim" or term else "empty_soru-cevap"
    pools: list[list[str]] = _phrases()[name]
    # As long as the right answer or nearly, so that length does not tell them apart.
    count = min(len(pools), max(1, round(len(case.answer) / 70)))
    said = " ".join(rng.choice(pool) for pool in pools[:count])
    return _filled(said, {"konu": term["term"] if term else ""})


def foreign(case: Case, rng: random.Random) -> str:
    """Return an answer in English, or now and then in Azerbaijani, around the fact that was asked for where it needs no translation."""
    language = "azerbaijani" if rng.random() < 0.3 else "english"
    phrases: dict[str, list[str]] = _phrases()[language]
    shape, value = _fact(case, language)
    if case.task == "baslik":
        phrases, shape = _phrases()["english"], "title"
    elif shape not in phrases:
        shape = "none"
    return _filled(rng.choice(phrases[shape]), {"değer": value})


def _fact(case: Case, language: str) -> tuple[str, str]:
    named = [span for span in names(case.answer, case.source) if span.sort != "surname"]
    if case.task not in {"soru-cevap", "tanim"}:
        return ("text", named[0].value) if named else ("none", "")
    own = [span for span in (*dates(case.answer), *named, *numbers(case.answer)) if not stands_in(span.value, case.question)]
    if len(own) != 1:
        # With two facts a phrase for one would not say which was asked.
        return "none", ""
    return _translated(own[0], language)


def _translated(span: Span, language: str) -> tuple[str, str]:
    if span.sort not in {"date", "number"}:
        return "name", span.value
    if span.sort == "number":
        swapped = span.value.translate(str.maketrans(".,", ",."))
        return ("number", swapped if language == "english" else span.value) if span.value[0].isdigit() else ("none", "")
    if span.value.isdigit():
        return "year", span.value if language == "english" else f"{span.value}-{_azerbaijani_ordinal(span.value)}"
    words = [_MONTHS.get(word, word) for word in span.value.split()]
    return ("date", " ".join(words)) if words != span.value.split() and len(words) > 1 else ("none", "")


def _azerbaijani_ordinal(year: str) -> str:
    """Return the ordinal ending of a year, `cü` of 1983; every Azerbaijani numeral has the last vowel of its Turkish sister."""
    return "c" + suffix(year, "accusative")[-1]


def _filled(phrase: str, slots: dict[str, str]) -> str:
    text = re.sub(r"\{([^{}]+)\}", lambda match: slots[match.group(1)], phrase)
    return text if text[:1].isupper() or not text[:1].isalpha() else capitalize(text[:1]) + text[1:]


@cache
def _phrases() -> dict[str, Any]:
    values: dict[str, Any] = json.loads((Path(__file__).parent / "phrases.json").read_text(encoding="utf-8"))
    return values
