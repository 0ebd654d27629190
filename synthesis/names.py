"""The names that a text tells, and whether another text has them, whatever their suffixes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from os.path import commonprefix

from curation.pii.gazetteer import Part, part
from curation.turkish import APOSTROPHES, fold, sentences
from synthesis.lexicon import places, word_set

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 3
_SHORTEST_BEFORE_SUFFIXES = 4  # of a beginning that neither word is
_AFTER_OPENING = ':“"«(–-•*.)' + APOSTROPHES
_PLACES_THAT_ARE_WORDS = word_set("Ordu Ağrı Tokat Aydın Uşak Batman Van Kale Merkez Çay Of Akşehir Ada Bor")
_CERTAIN = frozenset(["Atatürk"])  # opens sentences, and is in no list
# Of words in ASCII: what may stand behind a name, one after another; of peoples and lands too (Fransız, Bulgaristan).
_SUFFIXES = re.compile(
    r"(?:l[ae]r|l[iu][kg]|l[iu]|s[iu]z|c[iu]|c[ae]|[iu]?nc[iu]|[iu]?m[iu]z|[iu]n[iu]z|s?[iu]|[yn][iu]|[yns]?[ae]|n?[iu]n|[dt][ae]n?|y?l[ae]|k[iu]|[dt][iu]r"
    r"|y?[dt][iu]|y?m[iu]s|yken|gil|istan|iz|ol|n)*"
)
_SOFT = {"k": "g", "p": "b", "t": "d", "g": "k", "b": "p", "d": "t"}
_VOWELS = "aeiou"


def names(text: str) -> list[re.Match[str]]:
    """Return the words of `text` that its capital marks as names, without their suffixes.

    A word that opens a sentence is one where an apostrophe follows it, or where it is a place or a first name and nothing else.
    """
    found: list[re.Match[str]] = []
    for start, end in sentences(text):
        for match in _WORD.finditer(text, start, end):
            word = match.group()
            if not word[0].isupper() or len(word) < _SHORTEST or _is_suffix(text, match.start()):
                continue
            before = text[start : match.start()].rstrip()
            opens = not before or before[-1] in _AFTER_OPENING or before[-1].isdigit()
            if not opens or text[match.end() : match.end() + 1] in set(APOSTROPHES) or is_certain(word):
                found.append(match)
    return found


def _is_suffix(text: str, start: int) -> bool:
    return start > 1 and text[start - 1] in APOSTROPHES and text[start - 2].isalnum()


def is_certain(word: str) -> bool:
    """Whether `word` with a capital is a name wherever it stands: a place or first name that is no other word."""
    if word in _CERTAIN or (word in places() and word not in _PLACES_THAT_ARE_WORDS):
        return True
    return word[0].isupper() and word[1:].islower() and part(word) == Part.FIRST


def words_of(text: str) -> Mapping[str, frozenset[str]]:
    """Return the words of `text` by their first letters, for `stands_among`."""
    found: dict[str, set[str]] = {}
    for word in set(_WORD.findall(text)):
        found.setdefault(fold(word[:_SHORTEST]), set()).add(word)
    return {beginning: frozenset(words) for beginning, words in found.items()}


def stands_among(name: str, words: Mapping[str, frozenset[str]]) -> bool:
    """Whether `name` is one of the words of a text, whatever suffixes either has."""
    return any(_same(name, word) for word in words.get(fold(name[:_SHORTEST]), ()))


def _same(name: str, word: str) -> bool:
    one, other = fold(name), fold(word)
    if one == other:
        return True
    if _is_known(one) and (word[0].islower() or _is_known(other)):  # Ada is no adam, Turgut no Turgutlu
        return False
    shared = len(commonprefix([one, other]))  # noqa: RUF071  # letters are what is meant here
    least = min(len(one), len(other), _SHORTEST_BEFORE_SUFFIXES)
    if shared >= _SHORTEST and (_drops_a_vowel(one[shared:], other[shared:]) or _drops_a_vowel(other[shared:], one[shared:])):
        return True
    return any(_differ_in_suffixes(one[length:], other[length:]) for length in range(shared, max(least, shared - 3) - 1, -1))


def _differ_in_suffixes(one: str, other: str) -> bool:
    if _SUFFIXES.fullmatch(one) and _SUFFIXES.fullmatch(other):
        return True
    softened = bool(one and other) and _SOFT.get(one[0]) == other[0]  # Bakanlık, Bakanlığı
    return softened and _SUFFIXES.fullmatch(one[1:]) is not None and _SUFFIXES.fullmatch(other[1:]) is not None


def _drops_a_vowel(whole: str, inflected: str) -> bool:
    """Nehir, Nehri."""
    return len(whole) == 2 and whole[0] in _VOWELS and inflected[:1] == whole[1] and _SUFFIXES.fullmatch(inflected[1:]) is not None


@lru_cache(maxsize=1 << 14)
def _is_known(key: str) -> bool:
    return key in _place_keys() or bool(part(key.capitalize()) & (Part.FIRST | Part.HOMOGRAPH))


@cache
def _place_keys() -> frozenset[str]:
    return frozenset(fold(place) for place in places() - _PLACES_THAT_ARE_WORDS)
