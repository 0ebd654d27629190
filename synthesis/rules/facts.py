"""Dates and measured amounts of a text, word for word and complete, or a doubt."""

from __future__ import annotations

import re

from synthesis.rules.lexicon import MONTHS, NUMBER_WORDS

_SMALL_MONTHS = re.compile(
    r"\b(?:ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık)(?:ta|te|da|de|ın|in|un|ün|ında|ı|i|ayı|dan|den|tan|ten)?\b"
)
_DATE = re.compile(
    rf"(?<![\w.,/-])(?:\d{{1,2}}(?:-\d{{1,2}})? (?:{MONTHS})(?: (?:1\d{{3}}|20\d\d))?|(?:{MONTHS}) (?:1\d{{3}}|20\d\d)|(?:1\d{{3}}|20\d\d)(?=['’ .,]))(?!\.\d)(?!\w)"
)
_YEAR_CUE = re.compile(r"['’]|\s(?:yıl|tarih|senes|sezon|bahar|yaz|kış|güz|kriz|öğretim)|[.,]?$")
_UNIT = r"(?:kilometrekare|metrekare|metreküp|kilometre|santimetre|milimetre|metre|kilogram|kilo|gram|ton|mililitre|litre|lira|TL|kuruş|avro|dolar|dönüm|hektar|derece)"
_WORDED = rf"(?:bir|yarım|{NUMBER_WORDS})(?: (?:{NUMBER_WORDS}|bir|bin|buçuk))*"
_AMOUNT = re.compile(
    rf"(?<![\w.,/'’-])(?:(?P<percent>%\d+(?:,\d+)?|[Yy]üzde (?:\d+(?:,\d+)?|{NUMBER_WORDS}(?: (?:{NUMBER_WORDS}|bir))?))|(?P<amount>(?:\d[\d.]*(?:,\d+)?(?: (?:bin|milyon|milyar))*|{_WORDED}) {_UNIT}))",
)


def facts(passage: str) -> tuple[dict[str, list[str]], str | None]:
    """Return `tarihler` and `miktarlar` as they stand in `passage`, each once, and None or the doubt."""
    dates = _once(
        m.group()
        for m in _DATE.finditer(passage)
        if not re.match(r" (?:sayılı|numaralı|model|kişi|adet|lira|metre|kilo)", passage[m.end() : m.end() + 12])
    )
    amounts = _once(m.group() for m in _AMOUNT.finditer(passage))
    found = {"tarihler": dates, "miktarlar": amounts}
    found = {name: items for name, items in found.items() if items}
    if sum(map(len, found.values())) < 2:
        return found, "too_few_facts"
    if _SMALL_MONTHS.search(passage) or "yüzyıl" in passage or re.search(r"['’]l[ae]r", passage):
        return found, "loose_dates"
    if _unsure_year(passage):
        return found, "unsure_year"
    if re.search(
        rf"\d(?: ila |-| ile )\d[\d.,]* {_UNIT}|\d(?: ve |, )\d[\d.,]* {_UNIT}|buçuk|(?:{NUMBER_WORDS})[ae]r |\d+['’][ae]", passage
    ) or _split_units(passage):
        return found, "ranges"
    return found, None


def _unsure_year(passage: str) -> bool:
    return any(
        not _YEAR_CUE.match(passage[m.end() : m.end() + 9]) and not re.search(rf"(?:{MONTHS}) $", passage[: m.start()])
        for m in re.finditer(r"(?<![\w.,/-])(?:1\d{3}|20\d\d)(?![\d.,]\d)(?!\d)", passage)
    )


def _split_units(passage: str) -> bool:
    # "25'er litre", "kilogramlık", "metreden": forms that the pattern cuts
    return re.search(rf"(?:{NUMBER_WORDS}|\d)(?:['’]?[şs]?[ae]r) {_UNIT}|binde |(?:{_UNIT})(?:l[ıiuü]k|yi |ye )", passage) is not None


def _once(items: object) -> list[str]:
    return list(dict.fromkeys(items))  # type: ignore[call-overload]
