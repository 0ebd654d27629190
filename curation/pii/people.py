"""Which names of one document are the same person's, and where else in it that person is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from curation import turkish
from curation.pii.findings import Finding, matching_key
from curation.pii.spans import any_of, not_in
from curation.pii.suffixes import is_suffix

Gender = Literal["woman", "man", ""]

_HONORIFIC_AFTER = re.compile(
    r"['’]? (?P<word>hanimefendi|beyefendi|hanim|bey|teyze|abla|hala|yenge|anne|amca|abi|agabey|dayi|eniste|baba|hoca|usta|kaptan)"
    r"(?:[yn]?[aeiu]n?|d[ae]n?|y?l[ae])?(?![^\W\d_])"
)
_TITLE_BEFORE = re.compile(r"\b(?:sayin|sn|bayan|bay|av|avukat|dr|doktor|prof|doc|uzm|op|ogr|yrd|hemsire)\.? ?$")
_WOMEN = frozenset({"hanimefendi", "hanim", "teyze", "abla", "hala", "yenge", "anne", "bayan"})
_MEN = frozenset({"beyefendi", "bey", "amca", "abi", "agabey", "dayi", "eniste", "baba", "bay"})
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?…:\n])[\s\"“”'‘’(\-–—•*>]*$")
_SHORTEST_JOINED = 10
_OPENERS = frozenset(
    map(
        turkish.fold,
        turkish.words(
            """Bugün Dün Yarın Sonra Ardından Önce Ancak Fakat Ama Ve Bu Şu O Şimdi Artık Daha Hem Ne Neyse Böylece Ayrıca Sadece Yalnız Belki Çünkü Sabah
            Akşam Gece Bence Bizim Sizin Benim Senin Onun Yine Gene Hâlâ Keşke Eğer Sanırım Galiba Hatta Oysa İşte Bir"""
        ),
    )
)
"""Words that open a sentence in front of a name without being one."""
_GAP = r"[ \-_.+]{0,2}"  # in addresses and handles a name stands joined: ahmet-yilmaz, ahmet.yilmaz, ahmetyilmaz
_LISTS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it stands in a text: folded words (an initial keeps its dot), whose gender a form of address tells, whether one stands behind it."""

    words: tuple[str, ...]
    gender: Gender = ""
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a document by the fullest name it gives; `gender` empty where neither name nor form of address tells.

    `by_surname` where the document gives no more than a surname that several of its people have.
    """

    words: tuple[str, ...]
    gender: Gender
    by_surname: bool = False

    @property
    def identity(self) -> str:
        """The name as a key across documents."""
        return " ".join(self.words)


def mention(text: str, start: int, end: int) -> Mention:
    """Return the name `text[start:end]` with what the words beside it say."""
    key = matching_key(text)
    after = _HONORIFIC_AFTER.match(key, end)
    before = _TITLE_BEFORE.search(key, max(0, start - 12), start)
    word = after["word"] if after else before.group().strip(" .") if before else ""
    gender: Gender = "woman" if word in _WOMEN else "man" if word in _MEN else ""
    return Mention(words_of(text[start:end]), gender, after is not None)


def words_of(name: str) -> tuple[str, ...]:
    """Return the folded words of a name; an initial keeps its dot: `A. Yılmaz` is `a.` and `yilmaz`."""
    pieces = re.findall(rf"[^\W\d_{turkish.APOSTROPHES}]+\.?", name)
    folded = [turkish.fold(piece.rstrip(".")) for piece in pieces]
    words = tuple(f"{word}." if len(word) == 1 and piece.endswith(".") else word for word, piece in zip(folded, pieces, strict=True))
    return words or (turkish.fold(name),)


def same_people(mentions: Sequence[Mention]) -> list[Person]:
    """Return for each mention its person: one and the same for two mentions only where no other person of the document fits.

    A middle name may be left out and a first name shortened to its initial. A single word is a person's given name or, without a form of
    address behind it ("Yılmaz Bey" has Yılmaz for a given name), surname. Persons come with the fullest name any mention gives.
    """
    full = sorted(
        {one.words for one in mentions if len(one.words) > 1}, key=lambda words: (any(w.endswith(".") for w in words), -len(words), words)
    )
    person_of: dict[tuple[str, ...], tuple[str, ...]] = {}
    families: dict[str, list[tuple[str, ...]]] = {}
    for words in full:
        family = families.setdefault(words[-1], [])
        fitting = {person_of[other] for other in family if _shortened(words, other)}
        person_of[words] = fitting.pop() if len(fitting) == 1 else words
        family.append(words)
    bearers: dict[str, list[tuple[str, ...]]] = {}
    for words in dict.fromkeys(person_of.values()):
        for word in dict.fromkeys(words):
            bearers.setdefault(word, []).append(words)
    genders = _genders(mentions, person_of)
    assigned = []
    for one in mentions:
        words = person_of.get(one.words) or _single(one, bearers.get(one.words[0], []), genders)
        assigned.append(Person(words, genders.get(words) or one.gender or gender_of(words)))
    # Mentions of one single name with and without a form of address are one person still: the gender known of any is known of all.
    known = {person.words: person.gender for person in assigned if person.gender}
    surnames = {words[-1] for words in person_of.values()} - {words[0] for words in person_of.values()}
    return [
        Person(person.words, "", by_surname=True) if set(person.words) <= surnames else Person(person.words, known.get(person.words, ""))
        for person in assigned
    ]


def _genders(mentions: Sequence[Mention], person_of: dict[tuple[str, ...], tuple[str, ...]]) -> dict[tuple[str, ...], Gender]:
    genders: dict[tuple[str, ...], Gender] = {words: gender_of(words) for words in person_of.values()}
    for one in mentions:
        if one.gender and one.words in person_of:
            genders[person_of[one.words]] = one.gender
    return genders


def _shortened(words: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether `words` can be a shorter form of the name `other`: same surname, given names in order, each whole or as its initial."""
    if words == other or len(words) > len(other) or words[-1] != other[-1]:
        return False
    if not _fits(words[0], other[0]):
        return False
    rest = iter(other[1:-1])
    return all(any(_fits(word, whole) for whole in rest) for word in words[1:-1])


def _fits(word: str, whole: str) -> bool:
    return word == whole or (word.endswith(".") and whole.startswith(word[:-1]))


def _single(one: Mention, bearers: Sequence[tuple[str, ...]], genders: dict[tuple[str, ...], Gender]) -> tuple[str, ...]:
    """The one person of the document, among those whose names have its word, that a single name can mean, or else the name itself."""
    fitting = [
        words
        for words in bearers
        if len(one.words) == 1
        and not (one.addressed and one.words[0] not in words[:-1])
        and not (one.gender and genders[words] and genders[words] != one.gender)
    ]
    return fitting[0] if len(fitting) == 1 else one.words


def is_given_name(word: str) -> bool:
    """Whether a folded word stands in the lists of given names."""
    return word in _given_names()[2]


def gender_of(words: tuple[str, ...]) -> Gender:
    """Return the gender that a name's first word tells; empty for an initial, an unknown name or one that both bear."""
    women, either, given = _given_names()
    first = words[0] if words else ""
    return "" if first in either or first not in given else "woman" if first in women else "man"


# --- where else a person is named ---------------------------------------------------------------------------------------


def places(text: str, people: Sequence[Person], lower_case: bool) -> list[Finding]:
    """Return every place of `text` that names one of `people`: by the whole name in any letters, joined in an address, or by one of its words alone.

    With `lower_case` a given name that is no other word counts without its capital too, as chats write it. Of two places that overlap the
    longer one is returned.
    """
    return not_in(_places(text, matching_key(text), people, lower_case), ())


def _places(text: str, key: str, people: Sequence[Person], lower_case: bool) -> Iterator[Finding]:
    forms = {form for person in people for form in _forms(person.words)}
    for gap, joined in ((" {1,2}", False), (_GAP, True)):
        names = sorted(form for form in forms if _stands_joined(form) == joined)
        if names:
            # An escaped space is what the words of a name have between them.
            pattern = re.compile(rf"(?<![^\W_])(?:{any_of(names)})(?P<rest>[^\W\d_]{{0,8}})(?![^\W\d_])".replace(r"\ ", gap))
            yield from _whole_names(key, pattern)
    words = sorted({word for person in people for word in person.words if len(word) > 2 and not word.endswith(".")})
    if words:
        yield from _lone_words(text, key, re.compile(rf"(?<![\w@])(?:{any_of(words)})(?P<rest>[^\W\d_]{{0,8}})(?![\w@])"), lower_case)


def _whole_names(key: str, pattern: re.Pattern[str]) -> Iterator[Finding]:
    for match in pattern.finditer(key):
        end = match.start("rest")
        if not match["rest"] or (" " in key[match.start() : end] and is_suffix(match["rest"])):
            yield Finding("PERSON", match.start(), end, 0.6, rule="mention")


def _forms(words: tuple[str, ...]) -> Iterator[str]:
    """A name of two words or more, whole and without its middle names."""
    if len(words) > 1:
        yield from {" ".join(words), f"{words[0]} {words[-1]}"}


def _stands_joined(form: str) -> bool:
    """Whether a name is long enough to be known without a space in it: "Ali Can" is a part of other words."""
    return len(form) > _SHORTEST_JOINED


def _lone_words(text: str, key: str, pattern: re.Pattern[str], lower_case: bool) -> Iterator[Finding]:
    for match in pattern.finditer(key):
        start, end = match.start(), match.start("rest")
        word = key[start:end]
        sure = word in _sure_names()
        if match["rest"] and not (sure and is_suffix(match["rest"]) and word + match["rest"] not in _sure_names()):
            continue
        if text[start].isupper():
            if _stands_alone(text, key, start, match.end(), sure):
                yield Finding("PERSON", start, end, 0.6, rule="mention")
        elif lower_case and sure:
            yield Finding("PERSON", start, end, 0.6, rule="mention")


def _stands_alone(text: str, key: str, start: int, end: int, sure: bool) -> bool:
    """Whether a capitalised word is a name by itself: not a part of a longer name, nor, if it is another word too, just the first of a sentence."""
    apostrophe = text[end : end + 1] in set(turkish.APOSTROPHES)
    addressed = _HONORIFIC_AFTER.match(key, end) is not None
    titled = _TITLE_BEFORE.search(key, max(0, start - 12), start) is not None
    if addressed or titled:
        return True
    if not text[start : start + 2].isupper() and (re.match(r" [^\W\d_]", text[end : end + 2]) and text[end + 1].isupper()):
        return False
    before = re.search(r"[^\W\d_][\w'’]* $", text[max(0, start - 30) : start])
    if before is not None and before.group()[0].isupper() and turkish.fold(before.group().strip()) not in _OPENERS:
        return False
    return sure or apostrophe or not _OPENS_SENTENCE.search(text[max(0, start - 6) : start])


# --- lists --------------------------------------------------------------------------------------------------------------


def spelling(word: str) -> str:
    """Return how a folded given name or surname is spelt with Turkish letters, in lower case; itself where the lists lack it."""
    return _spellings().get(word, word)


@cache
def _given_names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    women, either = (frozenset(map(turkish.fold, part)) for part in _parts("surrogates/genders.txt"))
    return women, either, women | either | frozenset(turkish.fold(word) for part in _parts("first_names.txt") for word in part)


@cache
def _sure_names() -> frozenset[str]:
    """Given names that are no other word and no surname."""
    surnames = {turkish.fold(word) for part in _parts("surnames.txt") for word in part}
    return frozenset(map(turkish.fold, _parts("first_names.txt")[0])) - surnames


@cache
def _spellings() -> dict[str, str]:
    return {
        turkish.fold(word): turkish.lower(word) for name in ("surnames.txt", "first_names.txt") for part in _parts(name) for word in part
    }


def _parts(name: str) -> list[list[str]]:
    """The words of a list under each of its `#` headings."""
    parts = re.split(r"(?m)^#.*$", (_LISTS / name).read_text(encoding="utf-8"))[1:]
    return [turkish.words(part) for part in parts]
