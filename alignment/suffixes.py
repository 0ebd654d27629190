"""A Turkish suffix moved from one name or number to another: `Ankara'da` to `İzmir'de`, `1983'te` to `1991'de`."""

from __future__ import annotations

import re

from curation import turkish

_NARROW = {"a": "ı", "ı": "ı", "e": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}
# le (ile), di (idi), miş (imiş) and se (ise) take a y after a vowel; de, den, ler, li and dir do not.
_TAKES_Y = re.compile(r"[aeıiuü]|l[ae]$|[dt][ıiuü](?!r)|m[ıiuü]ş|s[ae](?![^\W\d_]*[ıiuü])")
_GENITIVE = re.compile(r"[ıiuü]n(?=ki|$)")
_POSSESSIVE = re.compile(r"[ıiuü]n")
_BUFFER = re.compile(r"y(?=[aeıiuü]|l[ae]|d[ıiuü]|m[ıiuü]ş|s[ae])|[ns](?=[ıiuü])")
# A surname that ends in a possessive takes n where others take y or nothing: Tokuşoğlu'na, Bozdoğanlı'ya.
_POSSESSED = re.compile(r"oğlu$")
_PRONOMINAL = re.compile(r"n(?=[dt][ae]|[ae]$|[ıiuü]$)")
_CASE = re.compile(r"[dt][ae](?:n|ki)?|[ae]$|[ıiuü]$")
_KI = re.compile(r"(?<=[dt][ae])ki|(?<=[ıiuü]n)ki")


def moved_suffix(old: str, suffix: str, new: str) -> str:
    """Return `suffix`, which stands after `old`, in the form that `new` takes: vowels, d or t, and the letter between two vowels."""
    if not suffix:
        return ""
    old_open, _, _ = _ending(old)
    new_open, hard, vowel = _ending(new)
    core, buffer = suffix, ""
    if _POSSESSED.search(old) and (match := _PRONOMINAL.match(suffix)) is not None:
        core = suffix[match.end() :]
        buffer = "y" if core[0] not in "dt" else ""
    elif old_open and (match := _BUFFER.match(suffix)) is not None:
        core, buffer = suffix[match.end() :], match.group()
    if not new_open:
        buffer = ""
    elif not old_open:
        buffer = "n" if _GENITIVE.match(core) else "s" if _POSSESSIVE.match(core) else "y" if _TAKES_Y.match(core) else ""
    if _POSSESSED.search(new) and _CASE.match(core):
        buffer = "n"
    if core[0] in "dt":
        core = ("d" if buffer else hard) + core[1:]
    return buffer + _harmonised(core, vowel)


def _ending(word: str) -> tuple[bool, str, str]:
    """Return whether `word` ends in a vowel when read aloud, the d or t it takes, and the narrow vowel that follows it."""
    spoken = re.sub(r"(?<=\d)[.,:](?=\d)", "", word)
    accusative, locative = turkish.suffix(spoken, "accusative"), turkish.suffix(spoken, "locative")
    return len(accusative) == 2, locative[0], accusative[-1]


def _harmonised(suffix: str, vowel: str) -> str:
    fixed = {index for match in _KI.finditer(suffix) for index in range(*match.span())}
    letters = []
    for index, letter in enumerate(suffix):
        changed = letter
        if index not in fixed and letter in "ae":
            changed = "a" if vowel in "aıou" else "e"
        elif index not in fixed and letter in "ıiuü":
            changed = _NARROW[vowel]
        vowel = changed if changed in _NARROW else vowel
        letters.append(changed)
    return "".join(letters)
