"""Whether a text denies what another says: `yıkılmadı` and `yıkıldı` have one stem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

# Of words in lower case and ASCII. A noun of action (yıkılması, yıkılmada, korumadır) denies nothing.
_NEGATIVE = re.compile(
    r"(?P<stem>[a-z]{2,}?)m(?:[ae](?:d[iu](?!r)\w*|z(?:d[iu]\w*|l[ae]r\w*|s[ae]\w*|k[ae]n|l[iu]k\w*|d[ae]n)?|m[iu]s\w*|m[ae](?:k\w*|s[iu]\w*|l[iu]\w*)?"
    r"|y[ae]c[ae][kg]\w*|y[ae]n\w*|y[iu]p|y[iu]nc[ae]|s[iu]n(?:l[ae]r)?)|[iu]yor\w*)"
)
_POSITIVE = re.compile(
    r"(?:y?[ae]bil)?(?:[dt][iu](?:[nkm]|l[ae]r|n[iu]z)?|m[iu]s(?:t[iu]\w*|l[ae]r\w*)?|[iu]?yor\w*|[aeiu]?r(?:l[ae]r|d[iu]\w*|s[ae]|k[ae]n|m[iu]s|d[iu]r)?"
    r"|y?[ae]c[ae][kg]\w*|[dt][iu][gk]\w*|m[ae]kt[ae]\w*|y?[ae]n(?:l[ae]r\w*)?|m[ae]l[iu]\w*)"
)
_THERE_IS = re.compile(r"var(?:d[iu]\w*|m[iu]s\w*|s[ae])?")
_THERE_IS_NOT = re.compile(r"yok(?:t[iu]\w*|m[iu]s\w*|s[ae])?")
_NOT = re.compile(r"degil\w*")
_NOT_ONLY = frozenset(("sadece", "yalnizca", "yalniz", "sirf", "salt"))
_STEM = 4  # letters of a word in front of `değil`


def contradicts(said: Sequence[str], known: Sequence[str]) -> bool:
    """Whether one of the words `said` is among `known` only with the opposite sign; both in lower case and ASCII."""
    denials = [word for word in known if _is_negative(word)]
    if any(_only_opposite(word, known, known if _is_negative(word) else denials) for word in said):
        return True
    if _NOT_ONLY.intersection(known):
        return False
    denied, kept = _before_not(said)
    denied_there, kept_there = _before_not(known)
    return bool((kept & denied_there) - kept_there or (denied & kept_there) - denied_there)


@lru_cache(maxsize=1 << 14)
def opposite(one: str, other: str) -> bool:
    """Whether two words, in lower case and ASCII, say yes and no of one thing."""
    if _THERE_IS.fullmatch(one) and _THERE_IS_NOT.fullmatch(other):
        return True
    if _THERE_IS.fullmatch(other) and _THERE_IS_NOT.fullmatch(one):
        return True
    return _denies(one, other) or _denies(other, one)


def is_negation(word: str) -> bool:
    """Whether a word, in lower case and ASCII, does nothing but deny."""
    return _NOT.fullmatch(word) is not None or _THERE_IS_NOT.fullmatch(word) is not None


def _denies(negative: str, positive: str) -> bool:
    return any(positive.startswith(stem) and _POSITIVE.fullmatch(positive[len(stem) :]) for stem in _stems(negative))


@lru_cache(maxsize=1 << 14)
def _stems(word: str) -> tuple[str, ...]:
    """The stems that a negative verb may have; none of any other word."""
    match = _NEGATIVE.fullmatch(word)
    if match is None:
        return ()
    stem = match["stem"]
    shorter = re.sub(r"y?[ae]$", "", stem)  # verilemez; başlıyor beside başlamadı
    return (stem, shorter) if len(shorter) > 1 and shorter != stem else (stem,)


def _is_negative(word: str) -> bool:
    return bool(_stems(word)) or _THERE_IS_NOT.fullmatch(word) is not None


def _only_opposite(word: str, known: Sequence[str], possible: Sequence[str]) -> bool:
    against = [other for other in possible if opposite(word, other)]
    return bool(against) and not any(other == word or _same_sign(other, against) for other in known)


def _same_sign(other: str, against: Sequence[str]) -> bool:
    return other not in against and any(opposite(one, other) for one in against)


def _before_not(words: Sequence[str]) -> tuple[set[str], set[str]]:
    """The beginnings of the words in front of `değil`, and of all others."""
    denied: set[str] = set()
    kept: set[str] = set()
    for index, word in enumerate(words):
        if len(word) >= _STEM and not _NOT.fullmatch(word):
            is_denied = index + 1 < len(words) and _NOT.fullmatch(words[index + 1])
            (denied if is_denied else kept).add(word[:_STEM])
    return denied, kept
