"""Instructions that ask the same in nearly the same letters, or in other words: found by likeness, and each couple looked at again.

Two questions about two towns are alike in most of their letters. So a couple found alike is one only where the words in which they
differ are the same words with other suffixes, or say nothing ("lütfen"), and no Turkish letter tells two words apart ("açı" and "acı");
a couple found by meaning, where numbers, names and the question word are the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from curation.config import DedupConfig
from curation.turkish import APOSTROPHES, TURKISH_LETTERS, ascii_letters, fold, lower, words

Couple = tuple[int, int, float]
"""Places of two texts, the earlier first, and how alike they are, in [0, 1]."""

_FILLERS = frozenset(map(fold, ("lütfen", "acaba", "kısaca", "peki", "bana", "bize", "şimdi", "aslında", "hadi", "haydi", "tam", "olarak")))
# Endings of nouns and of "-dir" in folded letters, after any consonant: plural, possessive, case, copula.
_ENDING = re.compile(
    r"(?:l[ae]r)?(?:[sny]?[iu](?:n|n[iu]|n[iu]n|nd[ae]n?|n[ae])?|y?[ae]|[dt][ae]n?|[iu]m|yl[ae]|l[ae]|ki)?(?:[dt][iu]r)?",
)
_SOFTENED = frozenset({("p", "b"), ("t", "d"), ("k", "g"), ("c", "c")})  # kitap, kitabı; the folded ç and c are one
_STEM_LETTERS = 3
_SPLIT = re.compile(rf"[{APOSTROPHES}]")
# Beginnings of words that a circumflex tells from others (kar and kâr, hala and hâlâ); elsewhere people write it or not, as in "hikâye".
_TOLD_BY_CIRCUMFLEX = ("adet", "alem", "ama", "asik", "dahi", "hala", "kar", "varis", "yar")
_PLAIN = str.maketrans("âîû", "aiu")
_TYPED_PLAIN = 2  # words with other letters that a text without any of çğıöşü has at least when it was typed on a keyboard without them
_ASKED = {
    "zaman": r"ne zaman|hangi (?:yıl|tarih|gün|ay|yüzyıl)\w*|kaç yılında|(?:yılı|tarihi|zamanı) (?:nedir|hangisidir)",
    "yer": r"nere\w*|hangi (?:il|ilçe|şehir|kent|ülke|köy|mahalle)\w*|yeri nedir",
    "kişi": r"kim\w*",
    "neden": r"neden(?!dir)|niçin|niye|ne sebeple",
    "sayı": r"kaç(?! yılında)\w*|ne kadar\w*|(?:sayısı|uzunluğu|genişliği|yüksekliği|derinliği|nüfusu|alanı|fiyatı|süresi) nedir",
    "yol": r"nasıl\w*",
    "şey": r"nedir|neler\w*|ne demek\w*|ne anlama",
}
_ASKS = {kind: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") for kind, pattern in _ASKED.items()}


def near_duplicates(texts: Sequence[str], threshold: float) -> list[Couple]:
    """Return the couples whose character 5-grams have a Jaccard similarity of `threshold` or more and that ask the same, in order.

    MinHash signatures of the letters find them, the true similarity decides: see `curation.dedup`.
    """
    from curation.dedup.memory import similar
    from curation.dedup.signatures import sign_strings

    spelt = [" ".join("_".join(words(fold(text)))) for text in texts]  # a letter for a word: five in a row are a 5-gram
    config = DedupConfig(threshold=threshold)
    signed = sign_strings(spelt, config.permutations)
    edges = similar(spelt, signed, np.arange(len(texts)), config)
    return [one for one in _couples(edges.pairs, edges.jaccard) if same_words(texts[one[0]], texts[one[1]])]


def semantic_duplicates(texts: Sequence[str], vectors: NDArray[np.float32], threshold: float) -> list[Couple]:
    """Return the couples whose `vectors`, float32[texts, dimensions], have a cosine of `threshold` or more and that ask for the same thing, in order."""
    from curation.dedup.semantic import normalised, similar_vectors

    edges = similar_vectors(normalised(vectors), threshold)
    known = _names_inside(texts)
    asked = [(numbers(text), names(text, known)) for text in texts]
    return [
        one
        for one in _couples(edges.pairs, edges.jaccard)
        if asked[one[0]] == asked[one[1]] and same_question(texts[one[0]], texts[one[1]])
    ]


def _couples(pairs: NDArray[np.uint64], alike: NDArray[np.float64]) -> list[Couple]:
    from curation.dedup.bands import unpack

    left, right = unpack(pairs)
    return sorted((int(one), int(other), float(value)) for one, other, value in zip(left, right, alike, strict=True))


def same_words(one: str, other: str) -> bool:
    """Return whether two texts have the same words but for suffixes, order and words that say nothing; names stand in the same order."""
    left, right = _words(one), _words(other)
    only_left, only_right = [w for w in left if w not in right], [w for w in right if w not in left]
    paired = [(word, word) for word in left if word in right]
    for word in list(only_left):
        found = next((w for w in only_right if same_stem(word, w)), None)
        if found is not None:
            only_left.remove(word)
            only_right.remove(found)
            paired.append((word, found))
    told = sum(_other_letters(left[word], right[found]) for word, found in paired)
    if told and not (told >= _TYPED_PLAIN and (_without_turkish_letters(one) or _without_turkish_letters(other))):
        return False
    # "Ankara İzmir'den büyük mü?" and "İzmir Ankara'dan büyük mü?"
    named = names(one) | names(other)
    return _FILLERS.issuperset(only_left + only_right) and [w for w in left if w in named] == [w for w in right if w in named]


def _without_turkish_letters(text: str) -> bool:
    return not any(letter in text for letter in TURKISH_LETTERS)


def spelt_key(text: str) -> str:
    """Return what makes two texts the same to the letter: letters and digits in Turkish lower case, çğıöşü as they are."""
    plain = _SPLIT.sub("", unicodedata.normalize("NFC", text))
    return " ".join(_spelling(word) for word in re.findall(r"\w+", plain))


def _words(text: str) -> dict[str, str]:
    """The folded words without suffixes after an apostrophe, in order, each with its spelling."""
    stems = [_SPLIT.split(word)[0] for word in words(unicodedata.normalize("NFC", text))]
    return {fold(stem): _spelling(stem) for stem in stems}


def _spelling(word: str) -> str:
    told = ascii_letters(word).startswith(_TOLD_BY_CIRCUMFLEX)
    return lower(word) if told else lower(word).translate(_PLAIN)


def _other_letters(one: str, other: str) -> bool:
    """Whether two spellings of one folded word, or of one with two endings, differ in their letters; the last may soften (ağaç, ağacı), and `Istanbul` is `İstanbul`."""
    shared = next((place for place, (a, b) in enumerate(zip(fold(one), fold(other), strict=False)) if a != b), None)
    if len(one) != len(other) or shared is not None:
        shared = min(len(one), len(other)) if shared is None else shared
        one, other = one[: shared - 1], other[: shared - 1]
    return one != other and (one[1:] != other[1:] or {one[0], other[0]} != {"ı", "i"})


def same_stem(one: str, other: str) -> bool:
    """Return whether two folded words are one with different endings of a noun: `kitap` and `kitabi`, `golu` and `golunun`; numbers are not."""
    if any(letter.isdigit() for letter in one + other):
        return False
    shared = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    # A stem's last vowel may belong to the ending as well (golu, goller), so shorter stems are tried too.
    return (
        any(_is_ending(one[cut:], other[cut:]) for cut in range(shared, max(_STEM_LETTERS, shared - 2) - 1, -1))
        if shared >= _STEM_LETTERS
        else False
    )


def _is_ending(one: str, other: str) -> bool:
    if one and other and ((one[0], other[0]) in _SOFTENED or (other[0], one[0]) in _SOFTENED):
        one, other = one[1:], other[1:]
    return _ENDING.fullmatch(one) is not None and _ENDING.fullmatch(other) is not None


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text as written."""
    return frozenset(re.findall(r"\d+(?:[.,:/]\d+)*", text))


def names(text: str, known: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the folded words with a capital, without suffixes; the first word only where an apostrophe follows or `known` holds it."""
    found = set()
    for place, word in enumerate(words(text)):
        stem, *suffix = _SPLIT.split(word)
        if stem[:1].isupper() and (place or suffix or fold(stem) in known):
            found.add(fold(stem))
    return frozenset(found)


def _names_inside(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(name for text in texts for name in names(text))


def same_question(one: str, other: str) -> bool:
    """Return whether two questions ask for one kind of thing; one that asks for nothing known fits any."""
    left, right = _asked(one), _asked(other)
    return not left or not right or left == right


def _asked(text: str) -> frozenset[str]:
    low = lower(text)
    found = frozenset(kind for kind, pattern in _ASKS.items() if pattern.search(low))
    return found - {"şey"} or found  # "açılış yılı nedir" asks for a time
