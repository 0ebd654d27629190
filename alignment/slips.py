"""What goes wrong in the tasks whose right answer is known to the letter, as people and models get it wrong; None where nothing is sure to be wrong."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable

from alignment.case import Case, stands_in, stems
from alignment.exercises import tells_result, unnumbered, verdict_of
from alignment.phrasing import asked, filled, phrases
from alignment.spans import dates, districts, names, numbers, provinces
from alignment.swaps import swap_date, swap_entity, swap_number
from curation.turkish import lower, suffix

_LOCATIVE = re.compile(r"\bnerede(?:dir|ydi|ki)?\b|\bhangi (?:il|şehir|kent|ilçe)\w*[dt]e(?:dir|ydi|ki)?\b")
_BARE_PLACE = re.compile(r"\bneresi(?:dir|ydi)?\b|\bhangi (?:il|şehir|kent)(?:dir|di)?\b")
_CAPITAL = re.compile(r"\bbaşkent")  # of a country, for which a province is no answer that anybody gives
_AGENT = re.compile(r"\bkim tarafından\b")
_BARE_PERSON = re.compile(r"\bkim(?:dir|di)?\b")
_WHEN = re.compile(r"\bne zaman\b|\bhangi (?:yıl|tarih)(?:da|de|ta|te)?\b")
_HOW_MANY = re.compile(r"\bkaç (?P<unit>[a-zçğıöşü]+?)(?P<copula>[dt][ıiuü]r)?\b")
_NO_UNIT = frozenset(("kez", "yılında", "yıllarında", "yaşında", "yılda", "yılına", "yılından"))
_LARGE = re.compile(r"(?:kilo)?metre|kişi|lira|ton|öğrenci|konuk|hane|dönüm|hektar")
_FIRST_YEAR, _LAST_YEAR = 1930, 2015
_QUOTED = re.compile(r"(?:İfade: |\n\n)(?P<claim>[^\n]+)$")
_MOST_LEFT = 2  # words; more of them and the sentence was hardly mended
_LEAST_LINES = 3


def invented(case: Case, rng: random.Random) -> str | None:
    """Return a confident answer to a question that the text does not answer: a year, a number, a place or a person that it does not have."""
    value = _invented_value(case, rng)
    if value is None:
        return None
    phrase = rng.choice(phrases()["invented"])
    return filled(phrase, {"değer": value})


def _invented_value(case: Case, rng: random.Random) -> str | None:
    makers = {"date": _a_year, "number": _a_number, "place": _a_place, "person": _a_person}
    maker = makers.get(asked(case.question))
    return None if maker is None else maker(case, lower(case.question), rng)


def _a_year(case: Case, question: str, rng: random.Random) -> str | None:
    year = _absent(map(str, range(_FIRST_YEAR, _LAST_YEAR)), case, rng)
    return f"{year} yılında" if year and _WHEN.search(question) else None


def _a_number(case: Case, question: str, rng: random.Random) -> str | None:
    found = _HOW_MANY.search(question)
    if found is None or found["unit"] in _NO_UNIT:
        return None
    pool = range(120, 990, 10) if _LARGE.match(found["unit"]) else range(3, 48)
    number = _absent(map(str, pool), case, rng)
    return f"{number} {found['unit']}" if number else None


def _a_place(case: Case, question: str, rng: random.Random) -> str | None:
    place = _absent(districts() if "ilçe" in question else provinces(), case, rng)
    if not place:
        return None
    if _LOCATIVE.search(question):
        return f"{place}'{suffix(place, 'locative')}"
    return place if _BARE_PLACE.search(question) and not _CAPITAL.search(question) else None


def _a_person(case: Case, question: str, rng: random.Random) -> str | None:
    person = _absent((span.value for span in names(case.other) if span.sort == "person"), case, rng)
    if not person or len(re.findall(r"\bkim", question)) > 1:
        return None
    if _AGENT.search(question):
        return f"{person} tarafından"
    return person if _BARE_PERSON.search(question) else None


def _absent(values: Iterable[str], case: Case, rng: random.Random) -> str:
    """One of `values` that neither text nor question has; empty where they have all."""
    free = [value for value in values if not stands_in(value, f"{case.source}\n{case.question}")]
    return rng.choice(free) if free else ""


def opposite(case: Case, rng: random.Random) -> str | None:
    """Return the other verdict, a false one with a correction as the right ones have it."""
    verdict = verdict_of(case.answer)
    if verdict == "yanlis":
        return "Doğru."
    claim = _QUOTED.search(case.question)
    if verdict != "dogru" or claim is None:
        return None
    told = claim["claim"]
    spans = [*dates(told), *numbers(told), *names(told)]
    rng.shuffle(spans)
    for span in spans:
        other = _other_value(case, span.value, rng)
        if other is not None:
            return f"Yanlış. Metinde “{span.value}” değil, “{other}” yazıyor."
    return None


def _other_value(case: Case, value: str, rng: random.Random) -> str | None:
    """Another value of the same sort than `value`, which neither the statement nor its text has."""
    alone = Case("soru-cevap", "", case.passage, value, case.evidence, case.other)
    made = swap_date(alone, rng) or swap_number(alone, rng) or swap_entity(alone, rng)
    return made if made is not None and not stands_in(made, case.source) else None


def disordered(case: Case, rng: random.Random) -> str | None:
    """Return the lines with two that follow each other exchanged, numbered anew."""
    lines = unnumbered(case.answer).split("\n")
    if len(lines) < 2:
        return None
    place = rng.randrange(len(lines) - 1)
    lines[place : place + 2] = reversed(lines[place : place + 2])
    return _numbered(lines)


def unfinished(case: Case, rng: random.Random) -> str | None:
    """Return a corrected sentence with one word or two left as they were given, or of a rewriting the text that was given."""
    if case.task != "yazim":
        return case.passage or None
    given, right = case.passage.split(), case.answer.split()
    if len(given) != len(right):
        return None
    places = [place for place, (one, other) in enumerate(zip(given, right, strict=True)) if one != other]
    if len(places) < 2:
        return None  # left as it was, it would be the task itself
    for place in rng.sample(places, min(rng.randint(1, _MOST_LEFT), len(places) - 1)):
        right[place] = given[place]
    return " ".join(right)


def strange_label(case: Case, rng: random.Random) -> str | None:
    """Return a label that the question does not offer."""
    labels = [label for label in phrases()["labels"] if not stands_in(label, case.question)]
    return rng.choice(labels) if labels else None


def with_foreign_key_word(case: Case, rng: random.Random) -> str | None:
    """Return the key words with a name among them that only another text has."""
    known = stems(case.source)
    found = [
        span.value
        for span in names(case.other)
        if span.sort != "surname" and stems(span.value) and not stems(span.value) & known and not stands_in(span.value, case.source)
    ]
    if not found:
        return None
    words = case.answer.split(", ")
    words.insert(rng.randint(1, len(words)), rng.choice(sorted(set(found))))
    return ", ".join(words)


def key_word_again(case: Case, rng: random.Random) -> str | None:
    """Return the key words with one of them twice, as a model does that has begun to loop."""
    words = case.answer.split(", ")
    if len(words) < 2:
        return None
    place = rng.randrange(len(words) - 1)
    return ", ".join([*words[: place + 1], words[place], *words[place + 2 :]] if len(words) > 2 else [*words, words[0]])


def without_part(case: Case, rng: random.Random) -> str | None:
    """Return the answer without a whole part: a line of an order, the result of steps, the correction of a verdict."""
    if case.task == "dogru-yanlis":
        return "Yanlış." if verdict_of(case.answer) == "yanlis" and " " in case.answer else None
    lines = case.answer.split("\n")
    if len(lines) < _LEAST_LINES:
        return None
    if case.task == "siralama":
        gone = rng.randrange(1, len(lines))
        return _numbered([line for place, line in enumerate(unnumbered(case.answer).split("\n")) if place != gone])
    shorter = ("\n".join(lines[:end]) for end in range(len(lines) - 1, 0, -1))
    return next((steps for steps in shorter if not tells_result(case, steps)), None)


def _numbered(lines: list[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
