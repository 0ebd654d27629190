"""One word or number of a sentence taken out or exchanged: cloze, and statements that are certainly true or false by their text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from curation.turkish import Case, suffix
from synthesis.lexicon import COMMON_SUBJECTS, places, word_set
from synthesis.rules.names import is_person, runs
from synthesis.rules.sentence import Sentence, leave_alone, sentences_of

_YEAR = re.compile(r"(?<![\w.,/–-])(?P<word>1[0-9]{3}|20[0-2][0-9])(?:['’](?P<case>[dt][ae]n?)(?= )|(?= (?:yılı|senesi)nd[ae] ))")
_COUNT = re.compile(
    r"(?<![\w.,/–%-])(?P<word>[1-9]\d{0,2}(?:\.\d{3})*)(?= [a-zçğıöşü]{2,})(?! (?:ve|veya|ile|ila) \d)(?! (?:sayılı|numaralı|\w{0,2}nc[ıiuü]|madde|[dt][ae]n?\b|y?[ae]\b))"
)
_PLACE = re.compile(r"(?<=\s)(?P<word>[A-ZÇĞİÖŞÜ][a-zçğıöşü]+)['’](?P<case>[dt][ae]n?)(?= )")
_SOLD_BY_NUMBER = re.compile(r"(?:[Mm]adde|[Nn]o|sayılı|fıkra|bent|ila|ile)(?!\w)")
# A score, or the years from and to: of two numbers none is the certain one. An owner and a comma: what is owned got lost.
_ODD = re.compile(r"\d ?[–-] ?\d|(?:n[ıiuü]n), (?!.*n[ıiuü]n )")
_PLACED = re.compile(r"[A-ZÇĞİÖŞÜ][a-zçğıöşü]+['’][dt][ae](?!\w)")  # "Sudan'da" fits where "1979'da" stood
_DATED = re.compile(r"\d{4}['’][dt][ae](?!\w)")
# Provinces of one plain word, none of which is a word of the language too.
_PROVINCES = ("Trabzon", "Antalya", "Erzurum", "Kayseri", "Malatya", "Samsun", "Edirne", "Isparta", "Bolu", "Adana", "Giresun", "Kütahya")
_BODY = re.compile(r"(?:Kurul|Başkanlı|Bakanlı|Müdürlü|Meclis|Komisyon|Mahkeme|Kurum)\w*$")
_FEWEST_WORDS = 4
_EVENT = re.compile(r"[dt][ıiuü](?:l[ae]r)?\.$")
_LATER = (7, 12, 4, 9, 15)  # years by which a wrong one is off: near enough to be a mistake


@dataclass(frozen=True, slots=True)
class Blank:
    """A sentence of the passage and the `word` in it that is asked for; `kind` is year, count, place or name."""

    sentence: str
    word: str
    kind: str


def blanks(passage: str) -> Iterator[Blank]:
    """Yield what can be taken out of the sentences of `passage`, each word standing once in its sentence."""
    for sentence in sentences_of(passage):
        if leave_alone(sentence) is not None or sentence.text != sentence.whole or _headless(sentence) or _ODD.search(sentence.whole):
            continue
        for word, kind in _words(sentence):
            if len(re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", sentence.whole)) == 1:
                yield Blank(sentence.whole, word, kind)


def _headless(sentence: Sentence) -> bool:
    """Whether a sentence begins with a time or place and names nothing: `Yılda 5 saatten az olamaz` left its subject behind."""
    first, *rest = sentence.tokens
    if _YEAR.match(sentence.whole) and not _has_subject(sentence):
        return True
    if len(rest) < _FEWEST_WORDS - 1 or re.fullmatch(r"\d{1,3}\.?", first.text):
        return True  # a remark, or what followed a full stop that was none
    return re.search(r"[dt][ae]n?$", first.low) is not None and first.bare and not any(token.capital for token in rest)


def _has_subject(sentence: Sentence) -> bool:
    """Whether something in a sentence that begins with a year can be its subject: a bare name, a plural or owned noun; `1908 yılında Lahor'a geri döndü` has none."""
    tokens = sentence.tokens[1:-1]
    named = (token.bare and token.capital for token in tokens)
    noun = (
        token.low in COMMON_SUBJECTS or re.search(r"(?:l[ae]r|[^d][ıiuü])$", token.low) is not None
        for token in tokens
        if token.bare and token.low not in _NO_NOUN
    )
    return any(named) or any(noun)


_NO_NOUN = word_set("geri ileri beri yeni ayrı aynı iki altı yedi diğer bazı kimi yeniden önceki sonraki ilgili birçok")


def unmistakable(blank: Blank, passage: str) -> bool:
    """Whether nothing else of `passage` fits the blank by its suffix: a place where a year is asked for, or a year where a place is."""
    rival = {"year": _PLACED, "place": _DATED}.get(blank.kind)
    if rival is None or re.search(rf"(?<!\w){re.escape(blank.word)}['’][dt][ae](?!\w)", blank.sentence) is None:
        return True
    return rival.search(passage.replace(blank.sentence, blank.sentence.replace(blank.word, ""))) is None


def _words(sentence: Sentence) -> Iterator[tuple[str, str]]:
    text = sentence.whole
    yield from ((match["word"], "year") for match in _YEAR.finditer(text))
    if not _SOLD_BY_NUMBER.search(text):
        yield from ((match["word"], "count") for match in _COUNT.finditer(text) if _counts(text, match))
    yield from ((match["word"], "place") for match in _PLACE.finditer(text) if match["word"] in places() and _whole(text, match.start()))
    tokens = sentence.tokens
    for first, last in runs(tokens):
        if first > 0 and last - first > 1 and is_person(tokens, first, last) and tokens[first - 1].bare and not tokens[first - 1].capital:
            name = re.split(r"['’]", text[tokens[first].start : tokens[last - 1].end])[0]
            if not name.endswith(("lar", "ler")) and not _BODY.search(name):  # "Ferit ve Osman Beyler": of two
                yield name, "name"


def _whole(text: str, start: int) -> bool:
    """Whether the word at `start` is no second half of a name: `Yukarı Mısır'da`."""
    return re.search(r"[A-ZÇĞİÖŞÜ]\w* $", text[:start]) is None


def _counts(text: str, match: re.Match[str]) -> bool:
    """Whether a number counts something: no year, no part of a name such as `Voyager 2`, nothing joined to another number."""
    before = text[: match.start()].split()
    named = len(before) > 0 and before[-1][:1].isupper() and len(before) > 1
    return not (re.fullmatch(r"1\d{3}|20\d\d", match["word"]) or named or (before and before[-1][-1].isdigit()))


def with_blank(sentence: str, word: str) -> str:
    """Return `sentence` with a line in the place of `word`, its suffix behind an apostrophe kept."""
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "____", sentence, count=1)


def exchanged(blank: Blank, passage: str, turn: int) -> tuple[str, str] | None:
    """Return the sentence with another year, count or place that `passage` does not have, and that word; None where no other is certainly wrong."""
    other = next((word for word in _others(blank, turn) if re.search(rf"(?<!\w){re.escape(word)}(?!\d)", passage) is None), None)
    if other is None:
        return None
    match = re.search(rf"(?<!\w){re.escape(blank.word)}(?P<mark>['’])(?P<case>[dt][ae]n?)(?!\w)", blank.sentence)
    if match is None:
        return re.sub(rf"(?<!\w){re.escape(blank.word)}(?!\w)", other, blank.sentence, count=1), other
    case: Case = "ablative" if match["case"].endswith("n") else "locative"
    return f"{blank.sentence[: match.start()]}{other}{match['mark']}{suffix(other, case)}{blank.sentence[match.end() :]}", other


def _written(number: int, *, dotted: bool) -> str:
    return f"{number:,}".replace(",", ".") if dotted else str(number)


def _others(blank: Blank, turn: int) -> list[str]:
    shifts = [_LATER[(turn + step) % len(_LATER)] for step in range(len(_LATER))]
    if blank.kind == "year":
        return [str(int(blank.word) - shift) for shift in shifts]
    if blank.kind == "count":
        number = int(blank.word.replace(".", ""))
        step = 10 ** max(len(str(number)) - 2, 0)  # 3.156 becomes 3.856, 15 becomes 22
        return [_written(number + shift * step, dotted="." in blank.word or number < 1000) for shift in shifts]
    if blank.kind == "place" and _EVENT.search(blank.sentence):
        return [_PROVINCES[(turn + step) % len(_PROVINCES)] for step in range(len(_PROVINCES))]
    return []
