"""The numbers and dates of a Turkish text, in digits or in words, each in one form and with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise, zip_longest

from curation.turkish import APOSTROPHES, VOWELS
from synthesis.lexicon import COMMON_SUBJECTS, MONTHS, word_set

_UNITS = dict(zip(["sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"], range(10), strict=True))
_TENS = dict(zip(["on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan"], range(10, 100, 10), strict=True))
_SCALES = {"bin": 1000, "milyon": 10**6, "milyar": 10**9, "trilyon": 10**12}
_HUNDRED, _HALF = "yüz", "buçuk"
NUMBER_WORDS = frozenset((*_UNITS, *_TENS, *_SCALES, _HUNDRED, _HALF)) - {"bir"}
"""Words that are numbers where they are no other word; `bir` is an article more often."""

_LETTER = r"[a-zçğıöşüâîû]"
_COUNT = "|".join(sorted((*_UNITS, *_TENS, *_SCALES, _HUNDRED, _HALF, "dörd"), key=len, reverse=True))
_ENDING = r"(?:[ıiuü]?nc[ıiuü]\w*|s?[ıiuü](?:n[ıiuüaed]\w*)?|y?[ae]|[dt][ae]n?|n?[ıiuü]n|y[ıiuü]|yl[ae]|l[ıiuü]k?(?:t[ıiuü]r|d[ıiuü]r)?|[dt][ıiuü]r?|[şs]?[ae]r)"
_DIGITS = r"\d+(?:[.,:]\d+)*"
_TOKEN = re.compile(
    rf"(?P<digits>{_DIGITS})|(?<!\w)(?!(?:yüzde|binde)(?!\w)|on(?!uncu|ar(?!\w)){_LETTER}(?!{_COUNT}))(?P<words>(?:{_COUNT})+)(?P<ending>{_ENDING})?(?!\w)"
)
_ONE_WORD = re.compile(_COUNT)
_BACK = "aıouâû"
_GAP = re.compile(r"[^\S\n]+")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_CLOCK = re.compile(r"(?P<hour>\d{1,2})[.:](?P<minute>\d{2})")
_ROMAN = re.compile(r"(?<![\w.])[IVX]+(?=\.\s?[^\W\d_]|\.[’'])")
_PERCENT_BEFORE = re.compile(r"(?:%[^\S\n]*|(?<!\w)yüzde(?:si|lik)?[^\S\n]+)$")
_PERCENT_AFTER = re.compile(r"[^\S\n]?%")
_PERCENT_GOES_ON = re.compile(r"[^\S\n]*[-–—][^\S\n]*|[^\S\n]+ila[^\S\n]+")
_PERCENT_MAY_GO_ON = re.compile(r"[^\S\n]+(?:ile|ve)[^\S\n]+")
_SIGN = re.compile(r"(?:(?P<opens>^|\n)|(?<!\d)[\s(])[-−]$|(?<!\w)eksi[^\S\n]+$")

_MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS.replace("I", "ı").lower().split("|"), start=1)}
_MONTH = rf"(?<!\w)(?P<month{{}}>{'|'.join(_MONTH_NUMBERS)})"
_CASE = rf"(?:[{APOSTROPHES}]{_LETTER}+|[dt][ae]n?|y?[ae]|[ıiuü]n)?(?!{_LETTER})"
_DATE = re.compile(
    rf"(?<![\d.,])(?P<year_first>\d{{4}})(?:[{APOSTROPHES}]{_LETTER}+)?\s+(?:(?:yıl|sene)\w*\s+)?(?:(?P<day_between>\d{{1,2}})\s+)?"
    rf"{_MONTH.format(1)}{_CASE}(?!\s+\d{{4}}(?!\d))(?:\s+ayı\w*)?(?:\s+(?P<day_last>\d{{1,2}})(?:\.|[{APOSTROPHES}]{_LETTER}+|(?=\s+gün)))?"
    rf"|(?:(?<![\d.,])(?P<days>\d{{1,2}}(?:\s*(?:[-–]|(?<=\s)(?:ve|ile|ila)(?=\s))\s*\d{{1,2}}){{0,8}})\s+)?{_MONTH.format(2)}(?:\s+(?P<year>\d{{4}})(?!\d)|{_CASE})(?!{_LETTER})"
    r"|(?<![\d.,/-])(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})(?!\d)"
    r"|(?<![\d.,/-])(?P<iso>\d{4}-\d{2}-\d{2})(?![\d-])"
)
_JOINS_DATES = re.compile(rf"(?:[{APOSTROPHES}]{_LETTER}+)?\s*(?:[-–]|(?<=\s)(?:ve|ile|ila)(?=\s))\s*")

_NEAR = 24  # characters in front of a number that may be its sign, and more
_LOOSE = 3  # "bir" and "iki" count nothing as often as they count
# below, ate, a pronoun's stem, shear, face, mount
_OTHER_MEANINGS = frozenset(["altı", "yedi", "on", "kırk", "yüz", "bin"])
_UNITS_OF = word_set(
    "kişi yıl ay gün hafta saat dakika saniye metre kilometre santimetre milimetre metrekare metreküp kilo kilogram gram ton litre dönüm dekar hektar "
    "lira kuruş dolar euro avro adet tane çeşit tür kat oda daire yatak öğrenci işçi çalışan üye çocuk kadın erkek asker insan hane sayfa madde il ilçe ülke "
    "puan derece derslik yaş koyun inek ağaç fidan kitap dükkân"
)
_NEXT_WORD = re.compile(rf"[^\S\n]+({_LETTER}+)")
_COUNTED_ENDING = re.compile(r"(?:l[ae]r)?(?:l[ıiuü]k?|s[ıi]z)?(?:y?[ıiuüae]|n?[ıiuü]n|[dt][ae]n?|yl[ae]|l[ae])?")
_OF_WHICH_BELOW = re.compile(rf"(?:{_LETTER}[ıiuü]n|deniz|su|yer|toprak|bilinç|ayak|yaş|kapı|merdiven|çay|sıfır|masa)[^\S\n]+$")


@dataclass(frozen=True, slots=True)
class Value:
    """A number or date at `start:end` of a text, a number without its suffix.

    A text bears it out that has one of the forms it `says`; `bears` are all those that it bears out itself, a date those of its parts too.
    `numbers` are its numbers without sign of percent. `sure` is false where the words mean something else as often: altı, yedi, an ordinal.
    """

    start: int
    end: int
    says: frozenset[str]
    bears: frozenset[str]
    numbers: tuple[str, ...]
    sure: bool = True
    is_date: bool = False


def values(text: str) -> list[Value]:
    """Return the dates and numbers of `text` in order; a month alone is no date."""
    low = text.replace("İ", "i").replace("I", "ı").lower()  # each letter keeps its place
    found = list(_dates(low))
    taken = [(value.start, value.end) for value in found]
    found += [
        value for value in (*_numbers(low), *_romans(text)) if not any(start < value.end and value.start < end for start, end in taken)
    ]
    return sorted(found, key=lambda value: (value.start, value.end))


def borne_out(text: str) -> frozenset[str]:
    """Return every form of a number or date that `text` bears out."""
    return bears(values(text))


def bears(found: Iterable[Value]) -> frozenset[str]:
    """Return every form of a number or date that a text of these values bears out."""
    return frozenset(form for value in found for form in value.bears)


def tells(text: str, value: str) -> bool:
    """Whether `text` has the number or date that `value` writes, in whatever spelling; false where `value` writes none."""
    said = values(value)
    known = borne_out(text) if said else frozenset()
    return bool(said) and all(one.says & known for one in said)


# --- dates -------------------------------------------------------------------------------------------------------------


def _dates(low: str) -> Iterator[Value]:
    found = [value for match in _DATE.finditer(low) for value in _date(match)]
    for value, following in zip_longest(found, found[1:]):
        year = following.numbers[-1] if following is not None and _JOINS_DATES.fullmatch(low[value.end : following.start]) else ""
        if len(year) == 4 and len(value.numbers[-1]) < 4:  # "12 Mayıs - 3 Haziran 2021"
            yield replace(value, bears=value.bears | {f"{form}{year}" for form in value.says} | {year})
        else:
            yield value


def _date(match: re.Match[str]) -> Iterator[Value]:
    start, end = match.span()
    if match["iso"] or match["d"]:
        year, month, day = map(int, match["iso"].split("-")) if match["iso"] else (int(match["y"]), int(match["m"]), int(match["d"]))
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield _dated(start, end, day, month, year)
        return
    if match["year_first"]:
        told = match["day_between"] or match["day_last"]
        yield _dated(start, end, int(told) if told else None, _MONTH_NUMBERS[match["month1"]], int(match["year_first"]))
        return
    year_said = int(match["year"]) if match["year"] else None
    days: list[int | None] = [int(day) for day in re.findall(r"\d+", match["days"] or "")]
    for told_day in days or [None] * (year_said is not None):
        yield _dated(start, end, told_day, _MONTH_NUMBERS[match["month2"]], year_said)


def _dated(start: int, end: int, day: int | None, month: int, year: int | None) -> Value:
    """The date whose forms are `27.9.1954`, `27.9.`, `.9.1954` and `.9.`, its month."""
    said = f"{day or ''}.{month}.{year or ''}"
    parts = tuple(str(part) for part in (day, year) if part is not None)
    forms = {said, *parts, f".{month}.", *([f"{day}.{month}."] if day else []), *([f".{month}.{year}"] if year else [])}
    return Value(start, end, frozenset([said]), frozenset(forms), parts, is_date=True)


# --- numbers -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """A number as it is read, word by word: `total` of the scales that are closed, `part` of the one that is open."""

    start: int
    end: int
    words: list[str]
    total: Decimal = Decimal(0)
    part: Decimal = Decimal(0)
    scale: int = 10**15
    literal: str = ""
    ending: bool = False

    def take(self, word: str, end: int) -> bool:
        """Go on with `word` where it can go on, and say whether it could."""
        before = self.words[-1] if self.words else ""
        takes = (
            self._takes_scale
            if word in _SCALES
            else self._takes_half
            if word == _HALF
            else self._takes_digits
            if word[0].isdigit()
            else self._takes_word
        )
        if not takes(word, before):
            return False
        self.words.append(word)
        self.end = end
        return True

    def _takes_scale(self, word: str, before: str) -> bool:
        if _SCALES[word] >= self.scale or before in _SCALES or (word == "bin" and self.words == ["bir"]):
            return False
        self.total, self.part, self.scale = self.total + (self.part or 1) * _SCALES[word], Decimal(0), _SCALES[word]
        return True

    def _takes_half(self, _: str, before: str) -> bool:
        if not before or before == _HALF or before in _SCALES:
            return False
        self.part += Decimal("0.5")
        return True

    def _takes_digits(self, word: str, before: str) -> bool:
        amount = _amount(word)
        if (before and before not in _SCALES) or amount is None or amount >= self.scale:
            return False
        self.part = amount
        return True

    def _takes_word(self, word: str, before: str) -> bool:
        if self.part % 1 or before[:1].isdigit():
            return False
        if word == _HUNDRED:
            if self.part >= 10 or before == _HUNDRED:
                return False
            self.part = max(self.part, Decimal(1)) * 100
            return True
        small = _UNITS.get(word, _TENS.get(word, 0))
        if self.part % (10 if word in _UNITS else 100) or before in _UNITS:
            return False
        self.part += small
        return True

    @property
    def form(self) -> str:
        """Return the number in one spelling."""
        return self.literal or format((self.total + self.part).normalize(), "f")


def _numbers(low: str) -> Iterator[Value]:
    percent_until = -1
    for run in _runs(low):
        several = len(run) > 1 and not any(reading.words[0][0].isdigit() for reading in run)  # "üç beş kişi" is a few
        for reading in run:
            value = _value(low, reading)
            between = low[percent_until : value.start] if percent_until >= 0 else ""
            before, after = _PERCENT_BEFORE.search(_before(low, value.start)), _PERCENT_AFTER.match(low, value.end)
            if before or after or (between and _PERCENT_GOES_ON.fullmatch(between)):
                value = _percent(value)
                percent_until = after.end() if after else value.end
            elif between and _PERCENT_MAY_GO_ON.fullmatch(between):
                value = replace(value, says=value.says | _percent(value).says, bears=value.bears | _percent(value).bears)
            yield value if not several or before else replace(value, sure=False)


def _before(low: str, start: int) -> str:
    return low[max(0, start - _NEAR) : start]


def _runs(low: str) -> Iterator[list[_Reading]]:
    """The numbers of `low`, those together that stand side by side without a mark."""
    run: list[_Reading] = []
    for match in _TOKEN.finditer(low):
        beside = run and not run[-1].ending and _GAP.fullmatch(low[run[-1].end : match.start()])
        if run and not beside:
            yield run
            run = []
        pieces = (
            [match["digits"]] if match["digits"] else [("dört" if word == "dörd" else word) for word in _ONE_WORD.findall(match["words"])]
        )
        if match["ending"] and not _harmonises(pieces[-1], match["ending"]):  # "bina" is no "bin"
            continue
        end = match.end("digits") if match["digits"] else match.end("words")
        for piece in pieces:
            if not (run and run[-1].take(piece, end)):
                reading = _Reading(match.start(), end, [])
                if not reading.take(piece, end):
                    reading.words, reading.literal = [piece], piece
                run.append(reading)
        run[-1].ending = bool(match["ending"])
    if run:
        yield run


def _harmonises(word: str, ending: str) -> bool:
    wide = next((letter in _BACK for letter in ending if letter in VOWELS), None)
    return wide is None or wide == next(letter in _BACK for letter in reversed(word) if letter in VOWELS)


def _amount(digits: str) -> Decimal | None:
    """The number that digits write; None for a time, a version and the like."""
    plain = (digits.replace(".", "") if _GROUPED.fullmatch(digits) else digits).replace(",", ".")
    return None if ":" in plain or plain.count(".") > 1 else Decimal(plain)


def _value(low: str, reading: _Reading) -> Value:
    form = reading.form
    forms = {form}
    clock = _CLOCK.fullmatch(reading.words[0]) if len(reading.words) == 1 else None
    if clock and int(clock["hour"]) < 24 and int(clock["minute"]) < 60:
        forms |= {f"{int(clock['hour'])}:{clock['minute']}"} | ({str(int(clock["hour"]))} if clock["minute"] == "00" else set())
    start = reading.start
    sign = _SIGN.search(_before(low, start)) if not clock else None
    if sign is not None:
        minus = f"-{form}"
        unsure = sign.group().endswith(("-", "−")) and sign["opens"] is not None  # a minus, or the dash of a list
        start -= len(sign.group()) if sign.group().startswith("eksi") else 1
        forms = {form, minus} if unsure else {minus}
        form = form if unsure else minus
    return Value(start, reading.end, frozenset(forms), frozenset(forms), (form,), _is_sure(low, reading))


def _is_sure(low: str, reading: _Reading) -> bool:
    if any(word[0].isdigit() for word in reading.words):
        return True
    if len(reading.words) > 1:
        return not (reading.ending and reading.words[-1] == _HUNDRED)  # "iki yüzü"
    (word,) = reading.words
    if reading.ending or word == _HALF or _UNITS.get(word, _LOOSE) < _LOOSE:
        return False
    if word not in _OTHER_MEANINGS:
        return True
    if word == "altı" and _OF_WHICH_BELOW.search(_before(low, reading.start)):
        return False
    following = _NEXT_WORD.match(low, reading.end)
    return following is not None and _is_counted(following[1], _UNITS_OF if word == _HUNDRED else _UNITS_OF | COMMON_SUBJECTS)


def _is_counted(word: str, nouns: frozenset[str]) -> bool:
    return any(word[:length] in nouns and _COUNTED_ENDING.fullmatch(word[length:]) for length in range(2, len(word) + 1))


def _percent(value: Value) -> Value:
    marked = frozenset(f"%{form}" for form in value.says)
    return replace(value, says=marked, bears=marked | value.bears, sure=True)


def _romans(text: str) -> Iterator[Value]:
    for match in _ROMAN.finditer(text):
        form = frozenset([str(_arabic(match.group()))])
        yield Value(match.start(), match.end(), form, form, tuple(form), len(match.group()) > 1)


def _arabic(roman: str) -> int:
    worth: Sequence[int] = [{"I": 1, "V": 5, "X": 10}[letter] for letter in roman]
    return sum(-here if here < after else here for here, after in pairwise([*worth, 0]))
