"""Dates and measured amounts of a text, word for word and complete; a kind that cannot be told completely is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from curation.turkish import lower, upper
from synthesis.lexicon import MONTHS, NUMBER_WORDS

_SMALL = r"(?:ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık)"
_YEAR = r"(?:1\d{3}|20\d\d)"
_DATE = re.compile(
    rf"(?<![\w.,/-])(?:\d{{1,2}}(?:-\d{{1,2}})? (?:{MONTHS})(?: {_YEAR})?|(?:{MONTHS}) {_YEAR}|{_YEAR}(?=['’ .,;)]))(?!\.\d)(?!\w)"
)
# What names a time in a way that the pattern would cut or miss.
_LOOSE_DATE = re.compile(
    rf"(?:{MONTHS}), ?{_YEAR}|{_YEAR} (?:senesi|yılı) (?:{MONTHS})|\d{{1,2}} ?[/–] ?\d{{1,2}} (?:{MONTHS})|{_YEAR}['’]l[aeıi]|Teşrin|Kânun|Kanunu(?:evvel|sani)|{_YEAR} (?:yılının (?:\w+ )?)?(?:{_SMALL}|güz|bahar|kış)|\d{{1,2}} {_SMALL}|(?:{MONTHS}) ay|yüzyıl|asır|[Mm]ilattan|M\.?\s?[ÖS]\b|"
    rf"{_YEAR} ?[-–/] ?\d|\d{{1,2}}[./]\d{{1,2}}[./]\d|\bay[ıi]n(?:ın)? (?:\d|{NUMBER_WORDS})|\d{{1,2}}(?: ve |, | ile )\d{{1,2}} (?:{MONTHS})|(?:yirmi|otuz|on) ?\w* (?:{MONTHS}|{_SMALL})|bin (?:dokuz|sekiz) ?yüz"
)
_YEAR_CUE = re.compile(
    rf"['’]|\s(?:yıl|tarih|senes|sezon|bahar|yaz|kış|güz|kriz|öğretim|hasa[td]|deprem|{MONTHS}|Pazartesi|Salı|Çarşamba|Perşembe|Cuma|Cumartesi|Pazar|gece|sabah|akşam|gün)|[.,;)]?$"
)
# "Kâtip 2010" may be a program, "Roma 1960" a film; a month or a day before a year, or a comma, makes it a date.
_NAMED_BEFORE = re.compile(rf"(?<=[^\s.!?:;,“\"(] )(?!(?:{MONTHS}) )[A-ZÇĞİÖŞÜ][\w.+-]* $")
_NOT_YEAR = re.compile(r" (?:sayılı|numaralı|model|kişi|adet|lira|metre|kilo|gram|ton|üye|işçi|öğrenci|kitap|parça)")

_DIGITS = r"\d[\d.]*(?:,\d+)?(?: (?:bin|milyon|milyar|trilyon))*(?: buçuk)?"
_NUMBER = "|".join(f"[{upper(word[0])}{word[0]}]{word[1:]}" for word in f"bir|{NUMBER_WORDS}".split("|"))
_WORDED = rf"(?:[Yy]arım|[Çç]eyrek|{_NUMBER})(?: ?(?:{NUMBER_WORDS}|bir|buçuk))*"  # "otuzbeş" as well
_PREFIX = r"(?:mili|santi|desi|kilo|mega|giga|tera|mikro|nano|hekto)?"
_UNIT = (
    rf"(?:deniz mili|{_PREFIX}(?:metre ?kare|metre ?küp|metre|gram|litre|volt|vat|vatsaat|watt|amper|bayt|bit|hertz|kalori|joule|paskal)|"
    r"kilogram|kilo|(?:kilo|mega|giga)?ton|mil(?: ?kare)?|dönüm|hektar|derece|desibel|beygir gücü|[Ll]ira|TL|tl|[Kk]uruş|[Aa]vro|[Ee]uro|[Dd]olar|[Ss]terlin|TRY|USD|EUR|GBP|"
    r"[A-ZÇĞİÖŞÜ]\w+ (?:[Ll]irası|[Dd]oları|[Ss]terlini|[Ff]rangı|[Mm]arkı|[Rr]ublesi|[Yy]eni|[Rr]iyali|[Dd]inarı|[Mm]anatı))"
)
# Case endings, -lık and the copula; so that kilovatsaat is no kilo and milyon no mil.
_SUFFIX = r"(?:['’]?(?:y?[aeıiuü]|s[ıiuü](?:n\w{1,3})?|n?[ıiuü]n|n?[dt][ae]n?|y?l[ae]|[dt][ıiuü]r?|yd[ıiuü]|n(?:[ıiuüae]|d[ae]n?)|l[ıiuü]k\w*|l[ae]r\w*))?"
_CASE = r"(?:['’]?(?:y?[ıiuüae]|s[ıiuü]|n?[ıiuü]n|s?[ıiuü]n(?:[ıiuüae]|[ıiuü]n|d[ae]n?)|[dt][ae]n?|y?l[ae]|y?[dt][ıiuü]r?|l[ıiuü]k\w*))?"  # of a share: "otuzunu", "yirmisinden"
_BELOW = r"(?:(?:[Ee]ksi|[Ss]ıfırın altında) |[-−])?"
_AMOUNT = re.compile(
    rf"(?<![\w.,/'’%-])(?:%\d+(?:,\d+)?(?!\d|[.,]\d)|[Yy]üzde (?:\d+(?:,\d+)?(?!\d|[.,]\d)|{_WORDED}(?={_CASE}(?!\w)))|{_BELOW}(?:{_DIGITS}|{_WORDED}) {_UNIT}(?={_SUFFIX}(?!\w)))"
)
# Two numbers that share one unit, a share of other kinds, or a number that its suffix makes another.
_LOOSE_AMOUNT = re.compile(
    rf"\d(?: ?[-–] ?| ila | ile | ve |, | veya | ya da )%?\d[\d.,]* {_UNIT}|%\d+ ?(?:[-–]|ila|ile)|\d['’][dt][ae]n \d|(?:\d|\b(?:{NUMBER_WORDS}))(?:,| ile| ve) (?:\S+ ){{1,3}}(?:\d[\d.,]*|{NUMBER_WORDS}) {_UNIT}|"
    rf"(?:{NUMBER_WORDS}|\d)(?:['’]?[şs]?[ae]r) (?:\w+ )?{_UNIT}|(?:{NUMBER_WORDS}) (?:ile|ila|ya da|veya) (?:{_WORDED}|\d+) {_UNIT}|\d['’](?:y?[ae]|t[ae]n|d[ae]n)\b (?!kadar)(?:\S+ )?(?:çık|in[dm]|düş|yüksel|art)|\bbinde |\d+ (?:{_UNIT}) \d+ {_UNIT}|(?:milyon|milyar|bin)[,.;]|%\d+,\d{{3}}|%\d+\.\d|\d,\d{{3}},\d|\d \d{{3}}\b|\d[\d.,]* ?[$€₺£]|[$€₺£] ?\d|birkaç (?:\w+ )?{_UNIT}|(?:on|yüz|bin)larca {_UNIT}"
)
_PERCENT_LEFT = re.compile(r"%|[Yy]üzde \S")
_SHARES = re.compile(
    rf"[Yy]üzde (?:\S+ ){{0,3}}?\S+?(?: ?[-–] ?|, | ve | ila | ilâ | ile | veya | ya da )(?![Yy]üzde)(?:\d|(?:{_NUMBER})(?:['’]?\w{{0,5}})(?!\w))"
)  # "yüzde beş ile on": the second number has no word of its own
_COUNTED = rf"(?:\d|(?<!\w)(?:{_NUMBER}|[Yy]arım|[Bb]uçuk)(?!\w)|(?<!\w)(?:{_NUMBER})(?:{NUMBER_WORDS}))"
# What is left of an amount that was not read: money a few words behind a number, and the first half of a number.
_MONEY_LEFT = re.compile(
    rf"{_COUNTED}[^\s.;:!?]*(?: [^\s.;:!?]+){{0,2}}? \(?(?:[Ll]ira|TL|TRY|USD|EUR|GBP|[Kk]uruş|[Aa]vro|[Ee]uro|[Dd]olar|[Ss]terlin|[Ff]ran[kg]|[Mm]ark(?:ı|lık)?(?!\w)|[Rr]uble|[Rr]iyal|[Dd]inar|[Mm]anat|[Aa]kçe|[Aa]ltın(?:lık|lar\w*)?(?!\w)|[Tt]alari?)"
)
_HALF_BEFORE = re.compile(rf"{_COUNTED} $")
# Number + what may well be a unit that the list above does not know.
_ODD_UNIT = re.compile(
    rf"(?:\d|\b(?:{NUMBER_WORDS}|bir|yarım|buçuk)) ?(?:km[2²³]?|cm[2²³]?|mm|m|kg|gr?|mg|ml|lt?|dl|ha|kwh?|kW|kWh|mAh|V|W|A|B|GB|MB|TB|KB|Hz|MHz|GHz|dB|°|m²|m³|m2|mg/dL|mmHg|ppm|₺|\$|€|"
    r"(?:lüks|lümen|kelvin|bar|atmosfer|newton|ohm|inç|fit|ayak|karış|arşın|kulaç|okka|dirhem|kile|galon|varil|knot|karat|ayar|piksel|puan|kaşık|bardak|fincan|tutam|demet|kepçe|avuç|"
    r"su bardağı|çay bardağı|yemek kaşığı|tatlı kaşığı|çay kaşığı|ölçek|santigrat|rulo|paund|ons|akçe|ünite|doz|kuruşluk)\w{0,4})(?!\w)"
)
_FEWEST = 2  # one date alone is no extraction


def facts(passage: str) -> tuple[dict[str, list[str]], str | None]:
    """Return `tarihler` and `miktarlar` as they stand in `passage`, each once, without the kinds that may be incomplete, and None or the doubt."""
    dates = _once(m.group() for m in _DATE.finditer(passage) if not _NOT_YEAR.match(passage[m.end() : m.end() + 12]))
    amounts = _once(m.group() for m in _AMOUNT.finditer(passage))
    doubts = {"tarihler": _date_doubt(passage), "miktarlar": _amount_doubt(passage)}
    found = {name: items for name, items in {"tarihler": dates, "miktarlar": amounts}.items() if items}
    sure = {name: items for name, items in found.items() if doubts[name] is None}
    if sum(map(len, sure.values())) >= _FEWEST:
        return sure, None
    doubt = next((doubts[name] for name in found if doubts[name]), None)
    return found, doubt if sum(map(len, found.values())) >= _FEWEST else "too_few_facts"


def _date_doubt(passage: str) -> str | None:
    if _LOOSE_DATE.search(passage):
        return "loose_dates"
    for match in re.finditer(rf"(?<![\w.,/-]){_YEAR}(?![\d.,]\d)(?!\d)", passage):
        behind = passage[match.end() : match.end() + 11]
        if _NAMED_BEFORE.search(passage[: match.start()]) and not re.match(r" (?:yıl|senes|tarih)", behind):
            return "unsure_year"
        if not _YEAR_CUE.match(behind) and not _NOT_YEAR.match(behind) and not re.search(rf"(?:{MONTHS}) $", passage[: match.start()]):
            return "unsure_year"
    return None


def _amount_doubt(passage: str) -> str | None:
    if _LOOSE_AMOUNT.search(passage):
        return "ranges"
    if any(re.match(r"(?:milyon|milyar|trilyon) ", m.group()) for m in _AMOUNT.finditer(passage)):
        return "cut_amount"  # "100.000\\$ … milyon dolarlık": the number before it was not read
    if any(_HALF_BEFORE.search(passage[: m.start()]) for m in _AMOUNT.finditer(passage)):
        return "cut_amount"  # "1 milyar 500 bin lira"
    if _ODD_UNIT.search(passage):
        return "odd_unit"
    left = _AMOUNT.sub(" ; ", passage)
    return "ranges" if _PERCENT_LEFT.search(left) or _MONEY_LEFT.search(left) or _SHARES.search(passage) else None


def _once(items: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for item in items:
        found.setdefault(lower(item), item)  # "On lira" at a beginning is "on lira" too
    return list(found.values())
