"""Turkic neighbours that a classifier takes for Turkish, told by their spelling: Azerbaijani typed without its own letters, and Gagauz."""

from __future__ import annotations

import re

from curation import turkish

# Letters of Azerbaijani, Turkmen, Gagauz, Crimean Tatar, Kurdish and Romanian that no Turkish word has; quoted names bring fewer than one in a hundred.
FOREIGN = "əäýňñžêţțőėèƏÄÝŇÑŽÊŢȚŐĖÈ"
_MAX_FOREIGN_SHARE = 0.01

_HEAD = 800  # characters: enough words for the spelling to show
# What Turkish writes and its neighbours write otherwise: a text that has enough of it needs no closer look.
_PLAIN = (
    "iyor", "ıyor", "uyor", "üyor", "acak", "ecek", "arak", "mak", "mek", "mıştır", "miştir", "ştır", "ktir", "lıktan", "likten", "için", " çok ", "değil", " gibi",
    " kadar", " yıl", "hakk", "tarafından", "başka", "olduk", "büyük",
)  # fmt: skip
_PLAIN_EVERY = 150  # characters

# Azerbaijani does not harden the d of a suffix (etdi, olmuşdur, işden), keeps q and x (qaldı, yoxsul), ends its converb in b (olub) and has words of its own.
_AZERBAIJANI = re.compile(
    r"\b(?:\w+q(?!u)\w*|q(?!u)\w{2,}|x[aeiou]\w+|\w+[aou]x(?:\w+)?|\w{2,}[cfkpst]d[iu](?:r|m|n|k|q|rlar|rler|lar|ler|[ygq]i\w*|niz|nuz)?|\w{2,}[cfkpst]d[ae]n?"
    r"|\w*(?:olun|edil|ed|ol|ver|al|gel|gid|cix|cih|bildir|goster|yaz|de|basla|kec)[iu]b(?:dir|ler|lar)?"
    r"|ucun|deyil|yoh|yohdur|cohdur|hansi|men|mene|meni|menim|hemin|bele|hec|muxtelif|muhtelif|elece|hemcinin)\b"
)
_LOANS_WITH_D = frozenset(turkish.words("takdir takdirde takdim tasdik vicdan nakdi akdi cephede defda"))
_TURKISH = re.compile(
    r"\b(?:\w+[iu]yor\w*|\w+(?:ecek|acak)\w*|\w*[cfhkpst]t[iu](?:r|m|n|k|lar|ler)?|\w+[cfhkpst]t[ae]n?|\w+m[ae]k|icin|degil\w*|gibi|simdi|daha|cok"
    r"|boyle|soyle|buyuk|nasil|hangi|eger|kadar|evet|hayir|iyi|ben|beni|bana|benim|sana|yok|kendi\w*|ayni|baska)\b"
)
_MIN_SHARE = 0.1  # of the words

# Gagauz writes long vowels double, nn where Turkish has nl, and has words of its own; those that Turkish has too, if seldom, count beside others only.
_GAGAUZ = re.compile(
    r"\b(?:\w+(?:maa|mee|maan|meen)|\w+nn(?:ar|er|an|en|ik|uk)\w*|\w+(?:[^iy]aar|[^lyv]eer)|(?:doo|uur|islaa|laaz)\w*|taa|saa|angi\w*|sindi|soora|diil|buuk|kuu|zere|deyni|kanon(?:na|nar|a)\w*)\b"
)
_GAGAUZ_TOO = frozenset(turkish.words("herbir hakı hakını açan nekadar herkez herkezin"))
_ENGLISH_NN = frozenset(turkish.words("runner scanner planner winner banner dinner inner beginner designer engineer"))
_NAME = re.compile(r"\b[A-ZÀ-ÖØ-ÞĞİŞŽŠČĆŁŚŐƏŇĖŢȚ]\w*")


def neighbour(text: str, letters: int, capitals: int) -> str | None:
    """Return the code of the language in whose spelling `text` is though a classifier takes it for Turkish, "" where it is some other, None where it is Turkish."""
    shouted = capitals >= 0.5 * letters
    if any(map(text.count, FOREIGN)) and _foreign_letters(text, shouted) > _MAX_FOREIGN_SHARE * letters:
        return ""
    head = text[:_HEAD]
    if sum(map(head.count, _PLAIN)) * _PLAIN_EVERY > len(head):
        return None
    if not shouted:
        head = _NAME.sub("", head)  # names and abbreviations have any spelling
    key = turkish.ascii_letters(head)
    words = len(turkish.words(key))
    return "az" if _is_azerbaijani(key, words) else "gag" if _is_gagauz(head, key, words) else None


def _foreign_letters(text: str, shouted: bool) -> int:
    words = text if shouted else _NAME.sub("", text)  # Žižek is at home in a Turkish sentence
    return sum(map(words.count, FOREIGN))


def _is_azerbaijani(key: str, words: int) -> bool:
    signs = sum(sign not in _LOANS_WITH_D for sign in _AZERBAIJANI.findall(key))
    return signs >= _MIN_SHARE * words and signs > len(_TURKISH.findall(key))


def _is_gagauz(text: str, key: str, words: int) -> bool:
    certain = sum(sign not in _ENGLISH_NN for sign in _GAGAUZ.findall(key))
    both = certain + sum(word in _GAGAUZ_TOO for word in turkish.words(turkish.lower(text)))
    return both >= 2 and both >= _MIN_SHARE * words
