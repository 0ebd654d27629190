"""What can be swapped in an answer: dates, numbers and names, each with the suffix that follows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from curation.turkish import APOSTROPHES, fold
from synthesis.lexicon import MONTHS, PERSON_SUFFIXES, PROFESSIONS, first_names
from synthesis.lexicon import places as known_places

Sort = Literal["date", "number", "person", "surname", "province", "district", "country", "organisation", "landmark"]


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start:end` of a text: a `value` of one `sort`, the apostrophe or gap `joint`, and the `suffix` behind it."""

    start: int
    end: int
    sort: Sort
    value: str
    joint: str = ""
    suffix: str = ""


_SUFFIX = rf"(?:(?P<joint>[{APOSTROPHES}])(?P<suffix>[a-zçğıöşüâî]+))?"
_YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
_YEAR_LIKE = re.compile(_YEAR)
_NOT_INSIDE = r"(?<![\w.,:/%–-])"
_DATE = re.compile(
    rf"{_NOT_INSIDE}(?P<value>\d{{1,2}} (?:{MONTHS})(?: {_YEAR})?|(?:{MONTHS}) {_YEAR}|\d{{1,2}}[./]\d{{1,2}}[./]{_YEAR}"
    rf"|{_YEAR}(?=[{APOSTROPHES}](?:[dt][ae]|l[ae]r|y?[ae]\b|n?[ıiuü]n\b)| yıl| sene| tarih|[\"\].]?$|[\"”]))(?!\d){_SUFFIX}(?![\w–-])",
    re.MULTILINE,
)
_WORDS = "iki|üç|dört|beş|altı|yedi|sekiz|dokuz"
_TENS = "on|yirmi|otuz|kırk|elli|altmış|yetmiş|seksen|doksan"
# altı (below), yedi (ate), kırk, on and yüz (face) alone are other words too often.
_NUMBER = re.compile(
    rf"{_NOT_INSIDE.replace('%', '')}(?P<value>(?:\d{{1,3}}(?:\.\d{{3}})+|[1-9]\d{{0,6}})(?:,\d+)?)(?![\d:/–-]|\.\d|\. [a-zçğıöşü]|,\d){_SUFFIX}(?!\w)"
    rf"|(?<!\w)(?P<word>(?:{_TENS}) (?:bir|{_WORDS})|iki|üç|dört|beş|sekiz|dokuz|yirmi|otuz|elli|altmış|yetmiş|doksan|İki|Üç|Dört|Beş|Altı|Yedi|Sekiz|Dokuz|Yirmi|Otuz|Elli|Altmış|Yetmiş|Doksan)(?= [a-zçğıöşü])(?! (?:boyutlu|kanatlı|yüzlü|heceli|dereceli|bin|yüz|milyon|milyar|{_TENS}|{_WORDS})\b)"
)
_MARKER = re.compile(r"(?m:^)\d+[.)] ")  # what a line is numbered with
_WITHIN = re.compile(rf"\b(?:{_TENS}|[Yy]üz|[Bb]in|milyon|milyar) $")
_ORGANISATION_HEADS = (
    "Bankası|Belediyesi|Üniversitesi|Bakanlığı|Müdürlüğü|Derneği|Vakfı|Kurumu|Kurulu|Şirketi|Kooperatifi|Meclisi|Başkanlığı|Odası|Enstitüsü|"
    "Birliği|Fonu|Hastanesi|Lisesi|İlkokulu|Ortaokulu|Kulübü|Partisi|Mahkemesi|Merkezi|Gazetesi|Dergisi|Akademisi|Konservatuvarı"
)
_LANDMARK_HEADS = (
    "Gölü|Dağı|Nehri|Irmağı|Çayı|Köprüsü|Barajı|Adası|Ovası|Vadisi|Yaylası|İstasyonu|Kalesi|Camisi|Camii|Kilisesi|Sarayı|Müzesi|Parkı|Caddesi|"
    "Sokağı|Mahallesi|Köyü|Körfezi|Denizi|Boğazı|Platosu|Mağarası|Şelalesi|Limanı|Meydanı|Kanyonu"
)
_CAPITAL = r"[A-ZÇĞİÖŞÜÂÎ][a-zçğıöşüâîû]+"
_RUN = re.compile(rf"(?<![\w{APOSTROPHES}-]){_CAPITAL}(?: {_CAPITAL})*(?!\w){_SUFFIX}(?![\w-])")
_STARTS = re.compile(r"(?:^|[.!?:]\s|\n(?:[-*•] )?)$")
_DISTRICT = re.compile(r" ilçesi(?:n|\b)")
# After a whole institution people leave the apostrophe out: `Bankasından`.
_HEAD = re.compile(rf"(?P<head>{_ORGANISATION_HEADS}|{_LANDMARK_HEADS})(?P<suffix>n(?:d[ae]n?|[ae]|[ıiuü]n?)(?:ki)?|yl[ae])?$")


def dates(text: str) -> list[Span]:
    """Return the dates of `text` in order: days, months with a year, bare years where a word or suffix shows that they are one."""
    return [_span(match, "date") for match in _DATE.finditer(text)]


def numbers(text: str) -> list[Span]:
    """Return the amounts of `text` in order, in digits or words; no dates, ordinals, clock times or identifiers."""
    taken = [(date.start, date.end) for date in dates(text)]
    found = [_span(match, "number") for match in _NUMBER.finditer(text)]
    return [
        span
        for span in found
        if not _YEAR_LIKE.fullmatch(span.value)
        and not _WITHIN.search(text[: span.start])
        and not _MARKER.match(text, span.start)
        and not any(start < span.end and span.start < end for start, end in taken)
    ]


def names(text: str, known: str = "") -> list[Span]:
    """Return the names of `text` in order; `known` is more of the same text, where a lone surname may stand with its first name."""
    surnames = {run.value.split()[-1] for run in _runs(f"{text}\n{known}") if run.sort == "person"}
    found = []
    for run in _runs(text):
        if run.sort == "surname" and run.value not in surnames:
            continue
        found.append(run)
    return found


def _runs(text: str) -> Iterator[Span]:
    for match in _RUN.finditer(text):
        joint, suffix = match["joint"] or "", match["suffix"] or ""
        end = match.end() - len(joint) - len(suffix)
        value = text[match.start() : end]
        head = _HEAD.search(value) if not joint else _HEAD.fullmatch(value.split()[-1])
        start = match.start()
        if head is not None and " " in value:
            bare = value.removesuffix(head["suffix"] or "")
            sort: Sort = "organisation" if re.fullmatch(_ORGANISATION_HEADS, head["head"]) else "landmark"
            yield Span(start, match.end(), sort, bare, joint, suffix or head["suffix"] or "")
            continue
        named: tuple[int, Sort] | None = (0, "district") if _is_district(value, text[match.end() :]) else _personal_or_place(value)
        if named is None and value.count(" ") == 1 and _STARTS.search(text[:start]):
            # "Kuruluş Ankara'da": the first word has its capital from the sentence.
            named = _place_behind(value)
        if named is not None:
            skipped, sort = named
            yield Span(start + skipped, match.end(), sort, value[skipped:], joint, suffix)


def _is_district(value: str, after: str) -> bool:
    return value in districts() or (" " not in value and value not in provinces() and _DISTRICT.match(after) is not None)


def _place_behind(value: str) -> tuple[int, Sort] | None:
    first, last = value.split()
    sort: Sort | None = (
        "province" if last in provinces() else "district" if last in districts() else "country" if last in countries() else None
    )
    return (len(first) + 1, sort) if sort is not None and first not in first_names() else None


def _personal_or_place(value: str) -> tuple[int, Sort] | None:
    words = value.split()
    skipped = 0
    if len(words) > 2 and words[0] not in first_names() and (words[1] in first_names() or fold(words[0]) in _folded_professions()):
        skipped, words = len(words[0]) + 1, words[1:]
    if 2 <= len(words) <= 3 and (words[0] in first_names() or words[-1].endswith(PERSON_SUFFIXES)) and words[-1] not in known_places():
        return skipped, "person"
    if len(words) > 1:
        return None
    if value in provinces():
        return 0, "province"
    if value in countries():
        return 0, "country"
    return (0, "surname") if value not in known_places() and value not in first_names() else None


def _span(match: re.Match[str], sort: Sort) -> Span:
    groups = match.groupdict()
    return Span(match.start(), match.end(), sort, groups["value"] or groups["word"], groups["joint"] or "", groups["suffix"] or "")


@cache
def _folded_professions() -> frozenset[str]:
    return frozenset(map(fold, PROFESSIONS))


@cache
def provinces() -> tuple[str, ...]:
    """Return the provinces of Türkiye that are no common word, in a fixed order."""
    return _places("iller")


@cache
def countries() -> tuple[str, ...]:
    """Return names of countries, in a fixed order."""
    return _places("ülkeler")


@cache
def districts() -> tuple[str, ...]:
    """Return well-known districts whose name no other place shares, in a fixed order."""
    return _places("ilçeler")


def _places(key: str) -> tuple[str, ...]:
    values: dict[str, str] = json.loads((Path(__file__).parent / "places.json").read_text(encoding="utf-8"))
    return tuple(values[key].split())
