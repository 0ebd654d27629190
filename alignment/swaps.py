"""One fact of an answer swapped for a false one of the same sort, suffixes and all."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from alignment.case import Case, key, stands_in
from alignment.spans import Sort, Span, countries, dates, districts, names, numbers, provinces
from alignment.suffixes import moved_suffix
from curation.turkish import capitalize, lower
from synthesis.lexicon import MONTHS, word_set

_MONTH_NAMES = tuple(MONTHS.split("|"))
_UNITS = ("", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
# "300'den fazla" stays true with 240, "en çok 40" with 50: there the false value must lie on the other side.
_MORE = re.compile(r"^(?: \w+)?(?: \w+)? ?(?:fazla|aşkın|çok|üstünde|üzerinde|yukarı)\b|^ (?:küsur|kadar)")
_LESS = re.compile(r"^(?: \w+)?(?: \w+)? ?(?:az|altında|aşağı)\b|^[^.]{0,20}kadar\b")
_AT_LEAST = re.compile(r"\b[Ee]n (?:az|düşük|erken|küçük) $")
_AT_MOST = re.compile(r"\b[Ee]n (?:çok|fazla|geç|yüksek|büyük) $")
_IN_LIST = re.compile(r"(?:,| ve| ile| ya da| veya) [A-ZÇĞİÖŞÜ]")
_AFTER_LIST = re.compile(r"[A-ZÇĞİÖŞÜ][\w'’]*(?:,| ve| ile| ya da| veya) $")
_KNOWN_PLACES: dict[Sort, Callable[[], Sequence[str]]] = {"province": provinces, "district": districts, "country": countries}
_KIN = re.compile(
    r"\b(?:[Kk]ız|[Oo]ğlu?|[Ee]ş|[Aa]nne|[Bb]aba|[Aa]bla|[Aa]ğabey|[Tt]eyze|[Hh]ala|[Aa]mca|[Dd]ayı|[Dd]ede|[Nn]ine|[Kk]oca|[Kk]arı)\w{0,4} $"
)
# Every town has one of these, and its own name in front of it.
_NAMED_AFTER_PLACES = word_set(
    "Belediyesi Müdürlüğü Kooperatifi Derneği Lisesi Ortaokulu İlkokulu Meclisi Hastanesi Ovası Yaylası Barajı İstasyonu Kalesi Müzesi"
)
_BETWEEN = word_set("İlçe Belediye Anadolu Devlet Tarımsal Köy Tren Halk")
_COMMON_FIRST_WORDS = word_set(
    "Devlet Halk Genel Büyükşehir Anadolu Türkiye Türk Millî Milli İl İlçe Belediye Sağlık Tarım Kent Köy Şehir Merkez Fen Meteoroloji"
)
_LATEST_YEAR = 2025  # a year beyond what a text can know would be recognised by that alone


def swap_date(case: Case, rng: random.Random) -> str | None:
    """Return the answer with one date changed, or None where it has none of its own."""
    return _swapped(case, dates, rng, lambda span: _other_date(span.value, rng))


def swap_number(case: Case, rng: random.Random) -> str | None:
    """Return the answer with one amount changed so that what it says is false, or None where it has none of its own."""
    return _swapped(case, numbers, rng, lambda span: _other_number(span, case.answer, rng))


def swap_entity(case: Case, rng: random.Random) -> str | None:
    """Return the answer with one person, place or institution changed for another of the same sort, or None where there is none to take."""
    own = names(case.answer, case.source)
    near = names(case.passage)
    far = names(case.other)
    whole = {_last_word(span.value) for span in own if span.sort == "person"}
    for span in _order(own, case, rng):
        if span.sort == "surname" and span.value in whole:
            continue  # it changes together with the full name
        if span.value == "Türkiye" or _KIN.search(case.answer[: span.start]):
            continue  # another country is absurd more often than wrong, and a daughter takes no man's name
        if span.sort in _KNOWN_PLACES and (_IN_LIST.match(case.answer[span.end :]) or _AFTER_LIST.search(case.answer[: span.start])):
            continue  # one town more or less in a list may be true all the same
        for value in _others(span, near, far, rng):
            if _may_replace(span, value, case):
                return _replaced(case.answer, span.value, value, own)
    return None


def direction(text: str, start: int, end: int) -> int:
    """Return 1 where only a greater number at `start:end` of `text` makes it false, -1 where only a smaller one does, else 0."""
    before, after = text[:start], text[end : end + 40]
    if _AT_MOST.search(before) or _LESS.match(after):
        return -1
    if _AT_LEAST.search(before) or _MORE.match(after):
        return 1
    return 0


def amount(value: str) -> float:
    """Return the number that `value` writes in Turkish digits or words; 0 for anything else."""
    digits = re.sub(r"\.(?=\d{3})", "", value).replace(",", ".")
    try:
        return float(digits)
    except ValueError:
        total = 0
        for word in lower(value).split():
            total += 10 * _TENS.index(word) if word in _TENS else _UNITS.index(word) if word in _UNITS else 0
        return float(total)


def _swapped(case: Case, find: Callable[[str], list[Span]], rng: random.Random, other: Callable[[Span], str | None]) -> str | None:
    own = find(case.answer)
    for span in _order(own, case, rng):
        for _ in range(8):
            value = other(span)
            if value is not None and not stands_in(value, case.source) and not stands_in(value, case.question):
                return _replaced(case.answer, span.value, value, own)
    return None


def _order(spans: Sequence[Span], case: Case, rng: random.Random) -> list[Span]:
    """What the question already says is no use to change: the answer would only look confused."""
    free = [span for span in spans if not stands_in(span.value, case.question)]
    rng.shuffle(free)
    return free


def _replaced(text: str, old: str, new: str, spans: Sequence[Span]) -> str:
    surname = {_last_word(old): _last_word(new)} if " " in old else {}
    for span in reversed(spans):
        value = new if span.value == old else surname.get(span.value) if span.sort == "surname" else None
        if value is not None:
            suffix = moved_suffix(span.value, span.suffix, value)
            text = text[: span.start] + value + span.joint + suffix + text[span.end :]
    return text


# --- dates and numbers -------------------------------------------------------------------------------------------------


def _other_date(value: str, rng: random.Random) -> str:
    day_month_year = re.fullmatch(r"(?:(\d{1,2}) )?([^\W\d]+)(?: (\d{4}))?", value)
    if day_month_year is not None and day_month_year[2] in _MONTH_NAMES:
        day, month, year = day_month_year.groups()
        if year is not None and rng.random() < 0.5:
            return value.replace(year, _other_year(year, rng))
        parts = [str(rng.randint(1, 28))] if day else []
        parts.append(rng.choice([name for name in _MONTH_NAMES if name != month]))
        return " ".join([*parts, *([year] if year else [])])
    written = re.fullmatch(r"(\d{1,2})([./])(\d{1,2})([./])(\d{4})", value)
    if written is not None:
        return f"{rng.randint(1, 28):02}{written[2]}{rng.randint(1, 12):02}{written[4]}{_other_year(written[5], rng)}"
    return _other_year(value, rng)


def _other_year(year: str, rng: random.Random) -> str:
    known = int(year)
    if known % 10 == 0 and rng.random() < 0.5:
        step = rng.choice([-20, -10, 10, 20])
    else:
        step = rng.choice([-9, -8, -7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7, 8, 9])
    return str(known + step if known + step <= max(known, _LATEST_YEAR) else known - abs(step))


def _other_number(span: Span, text: str, rng: random.Random) -> str | None:
    known = amount(span.value)
    way = direction(text, span.start, span.end)
    percent = text[: span.start].endswith(("%", "üzde ", "% "))
    if known < 2 and way < 0:
        return None
    if known <= 12 and known == int(known):
        steps = [step for step in (-4, -3, -2, -1, 1, 2, 3, 4) if known + step >= 2 and step * way >= 0]
        new = known + rng.choice([step for step in steps if way == 0 or abs(step) > 1] or [way * 3 or 3])
    else:
        up, down = (1.2, 1.3, 1.4, 1.5), (0.8, 0.75, 0.65, 0.6)
        new = known * rng.choice(up if way > 0 else down if way < 0 else (*up, *down))
    if percent and new > 100:
        new = known * rng.choice((0.4, 0.6, 0.75)) if way <= 0 else 0
    return _written(new, span.value) if new > 0 else None


def _written(new: float, like: str) -> str | None:
    """Return `new` as people would write it: rounded as `like` is, with the same marks, in words where it stood in words."""
    if not like[0].isdigit():
        whole = round(new)
        words = f"{_TENS[whole // 10]} {_UNITS[whole % 10]}".strip()
        if not 1 < whole < 100:
            return None
        return capitalize(words[:1]) + words[1:] if like[0].isupper() else words
    whole_part, _, decimals = like.partition(",")
    if decimals:
        text = f"{new:.{len(decimals)}f}"
        return f"{_grouped(text.partition('.')[0], '.' in whole_part)},{text.partition('.')[2]}"
    digits = whole_part.replace(".", "")
    zeros = len(digits) - len(digits.rstrip("0"))
    step = 10 ** min(zeros, max(len(str(round(new))) - 2, 0))
    return _grouped(str(round(new / step) * step), "." in whole_part or len(digits) < 4)


def _grouped(digits: str, marks: bool) -> str:
    return f"{int(digits):,}".replace(",", ".") if marks else digits


# --- names -------------------------------------------------------------------------------------------------------------


def _others(span: Span, near: Sequence[Span], far: Sequence[Span], rng: random.Random) -> list[str]:
    """Values to try, best first: for people and institutions the same text, for places another one (a town and its province are both true)."""
    if span.sort in _KNOWN_PLACES:
        pool = list(_KNOWN_PLACES[span.sort]())
        rng.shuffle(pool)
        return [*_values(far, span.sort), *pool]
    if span.sort == "surname":
        return [_last_word(value) for value in (*_values(near, "person"), *_values(far, "person"))]
    found = [*_values(near, span.sort), *_values(far, span.sort)]
    if span.sort in {"organisation", "landmark"}:
        # Another bank for a bank, another lake for a lake: a municipality in its place would be nonsense, not a mistake.
        head = _last_word(span.value)
        shared = span.value.partition(" ")[2] if head in _NAMED_AFTER_PLACES else head
        return [*(value for value in found if value.endswith(f" {shared}")), *_named_after_places(span.value, rng)]
    return found


def _named_after_places(name: str, rng: random.Random) -> list[str]:
    """The same institution or landmark of other towns: `Bafra Belediyesi` for `Yelkenözü Belediyesi`; none where the first word is no name."""
    first, _, rest = name.partition(" ")
    head = _last_word(name)
    if head not in _NAMED_AFTER_PLACES or first in _COMMON_FIRST_WORDS or (rest != head and rest.split()[0] not in _BETWEEN):
        return []
    towns = list(districts())
    rng.shuffle(towns)
    return [f"{town} {rest}" for town in towns]


def _values(spans: Sequence[Span], sort: Sort) -> list[str]:
    return list(dict.fromkeys(span.value for span in spans if span.sort == sort))


def _may_replace(span: Span, value: str, case: Case) -> bool:
    old, new = set(key(span.value).split()), set(key(value).split())
    if span.sort in {"organisation", "landmark"}:
        # Heads may be alike (Bankası); what comes before must not be.
        old, new = set(key(span.value).split()[:-1]), set(key(value).split()[:-1])
    if not new or old & new or stands_in(value, case.evidence) or stands_in(value, case.question):
        return False
    return span.sort not in {*_KNOWN_PLACES, "landmark"} or not stands_in(value, case.source)


def _last_word(name: str) -> str:
    return name.rpartition(" ")[2]
