"""Worse answers that are phrased anew around the topic of a pair: claims without support, empty talk, rudeness. The phrases stand in `phrases.json`."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from alignment.case import Case, stands_in
from alignment.spans import provinces
from alignment.topics import Topic, bare, term_of, topic
from curation.turkish import capitalize, lower

Asked = Literal["date", "number", "place", "person", "other"]

_DATE = re.compile(r"\bne zaman|\bhangi (?:yıl|tarih|gün|ay)")
_PLACE = re.compile(r"\bnere\w*|\bhangi (?:il|ilçe|köy|kent|şehir|ülke|semt|mahalle)\w*")
_DURATION = re.compile(r"\bkaç (?:iş )?(?:saat|gün|hafta|ay|dakika|günü|yıl)\b(?! üst üste)")
_MONEY = re.compile(r"\bkaç lira.*[dt][ıiuü]$")
_COUNT = re.compile(r"\bkaç (?:kişi|öğrenci|üretici|işçi|ağaç|kovan|dosya|ziyaretçi|konuk|üye|gönüllü|hane|araç|hasta|çocuk|kadın|kitap)")
_BORN = re.compile(r"doğ(?:du|muştu)r?$")
_OPENED = re.compile(r"(?:kurul|açıl|kur|aç)(?:du|dı|tı|muştu|mıştı)r?$")
_AHEAD = re.compile(r"[ae]c[ae][kğ]\w*$")
_NOW = re.compile(r"(?:yor|m[ae]kt[ae](?:dır|dir)?|m[ae]l[ıi](?:d[ıi]r)?|var|[^dt][ıiuü]r|[ae]r)$")
# The first that fits says what may have happened besides.
_QUESTIONS = (
    (_BORN, "doğum"),
    (_AHEAD, "gelecek"),
    (_DURATION, "süre"),
    (_MONEY, "para"),
    (_COUNT, "sayı"),
    (_NOW, "şimdi"),
    (_OPENED, "açılış"),
)
_ACTS = re.compile(
    r"(?:kur|dik|al|ver|düzenle|yap|dağıt|başlat|hazırla|satın al|üret|aç|onar|bastır|yayımla|kurdur|yaptır|denet|ölç)(?:[dt][ıiuü]|m[ıiuü]ş\w*)$"
)
_LATEST_CLAIM = 2024  # no claim speaks of a year that a reader could know to be ahead
_YEAR = re.compile(r"(?<!\d)(?:1[0-9]|20)\d\d(?!\d)")
_FIRST_CLAIM = 2005
_YEARS_ON = 20  # and none of what came of a thing two generations later


def claim(case: Case, rng: random.Random) -> str:
    """Return a fluent and plausible sentence about the pair's own topic that nothing in its text supports."""
    years = _years(case)
    places = [place for place in provinces() if not stands_in(place, case.source)]
    first, second = rng.sample(places, 2)
    about = topic(case)
    pool = [phrase for phrase in _claims(case, about) if years or "{yıl}" not in phrase]
    slots = {
        "yıl": str(rng.choice(years)) if years else "",
        "il": first,
        "il2": second,
        "sayı": str(rng.choice([80, 120, 150, 200, 250, 300])),
        "yüzde": str(rng.choice([10, 15, 20, 25, 30, 40])),
        "konu": about.name,
        "Konu": about.opening,
    }
    return filled(rng.choice(pool), slots)


def _years(case: Case) -> list[int]:
    """Years soon after every one the pair and its text speak of; none where an answer does not say when it was, as what came of it cannot be dated."""
    own, around = ([int(year) for year in _YEAR.findall(text)] for text in (f"{case.question} {case.answer}", case.source))
    if not own and case.task != "ozet" and not term_of(case.question):
        return []
    first = max([*own, *around], default=_FIRST_CLAIM - 1) + 1
    return list(range(first, min(first + _YEARS_ON, _LATEST_CLAIM + 1)))


def _claims(case: Case, about: Topic) -> list[str]:
    pools: Mapping[str, list[str]] = phrases()["addition"]
    if case.task == "ozet":
        own = {"person": "ozet_kişi", "institution": "ozet_kurum", "noun": "ozet_konu"}.get(about.sort)
        return [*pools["ozet"], *(pools[own] * 2 if own else [])]
    if about.sort == "term":
        return pools["tanim"]
    question = lower(bare(case.question)).rstrip("? ")
    fitting = (name for shape, name in _QUESTIONS if shape.search(question))
    found = next(fitting, "geçmiş")
    if about.sort == "person" and found in {"geçmiş", "açılış"}:
        return pools["kişi"]
    # Only of one that acts can be said what else it did: an earthquake asks nobody's opinion.
    return pools["adım" if about.sort in {"institution", "noun"} and found == "geçmiş" and _ACTS.search(question) else found]


def rude(rng: random.Random) -> tuple[str, str]:
    """Return what an ill-mannered answer says before and after the facts."""
    return rng.choice(phrases()["rude_before"]), rng.choice(phrases()["rude_after"])


def vague(case: Case, rng: random.Random) -> str:
    """Return an answer to the case that speaks of its topic and says nothing."""
    about = topic(case)
    said = phrases()
    pools: Sequence[Sequence[str]]
    if about.sort == "lead":
        pools = [said["empty_lead"], said["empty_lead_more"]]
    elif case.task == "liste":
        items = rng.sample(said["empty_liste"], min(max(case.answer.count("\n") + 1, 2), 5))
        return "\n".join(f"- {item}" for item in items)
    elif case.task == "ozet":
        own: Mapping[str, list[str]] = said["empty_ozet"]
        pools = [own.get(about.sort, own["none"]), own["more"], own["close"]]
    elif about.sort == "term":
        pools = [said["empty_term"], said["empty_term_more"]]
    else:
        opening: Mapping[str, list[str]] = said["empty_opening"]
        about_question = said["empty_question"][_pool_of(case.question)]
        pools = [opening.get(about.sort) or [*opening["none"], *about_question], about_question, said["empty_closing"]]
    # As long as the right answer or nearly, so that length does not tell them apart.
    count = min(len(pools), max(1, round(len(case.answer) / 70)))
    spoken = " ".join(dict.fromkeys(rng.choice(pool) for pool in pools[:count]))
    return filled(spoken, {"konu": about.name, "Konu": about.opening, "soru": bare(case.question)})


def _pool_of(question: str) -> str:
    kind = asked(question)
    return kind if kind != "person" else "other"


def asked(question: str) -> Asked:
    """Return what sort of thing `question` asks for."""
    text = lower(bare(question))
    if _DATE.search(text):
        return "date"
    if re.search(r"(?<!saat )\bkaç", text):
        return "number"
    if _PLACE.search(text):
        return "place"
    return "person" if re.search(r"\bkim", text) and not term_of(question) else "other"


def filled(phrase: str, slots: Mapping[str, str]) -> str:
    """Return `phrase` with its slots filled and a capital at its beginning."""
    text = re.sub(r"\{([^{}]+)\}", lambda match: slots[match.group(1)], phrase)
    return text if text[:1].isupper() or not text[:1].isalpha() else capitalize(text[:1]) + text[1:]


@cache
def phrases() -> dict[str, Any]:
    """Return the phrases of this room by name."""
    values: dict[str, Any] = json.loads((Path(__file__).parent / "phrases.json").read_text(encoding="utf-8"))
    return values
