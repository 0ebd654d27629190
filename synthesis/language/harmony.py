"""Suffixes behind an apostrophe, by vowel harmony and consonant: `Ankara'da`, `1954'te`, `Kütahya'nın`."""

from __future__ import annotations

import re
from typing import Final

from curation.turkish import APOSTROPHES, VOWELS, lower, spoken
from synthesis.lexicon import first_names, places

_WRITTEN = re.compile(rf"(?<![\w{APOSTROPHES}])(?P<name>\d+(?:[.,:]\d+)*|[^\W\d_]+)[{APOSTROPHES}](?P<suffix>[a-zçğıöşü]+)(?!\w)")
# Letters that tell a name whose spelling is not its sound: Washington, Bordeaux, Facebook, Chicago.
_FOREIGN = re.compile(
    r"[qwxéèàáóñãøåäß]|sh|ch|th|ph|ck|ou|oo|ee|ea|au|ai$|ie|ue|gh|[bcdfghjklmnpqrstvwxyz]{2}e$|[aeiou][bcdfghklmnprstvz]e$|[bcdfghklmnprstvz]y$|aill"
)
_ALIEN = re.compile(r"[qwx]|ch|ck|ie")  # Washington and Chicago stand in our list of places and are foreign all the same
_FULL_HOUR = re.compile(r"(?<=\d)[.:]00$")  # "saat 11.00'de" is said without its minutes
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_SOFT_L = re.compile(
    r"[aou]lp?$|[aâ]t$"
)  # Kemal'in, Reşat'ın and saat'in: a soft last consonant asks for front vowels or not, the letters do not say
_SOFT_UL = re.compile(r"(?:res|kab|us|mahs|meşg)ul$")  # Resul'ün, but İstanbul'un and Musul'un
_FREE = re.compile(r"(?:ki|ken|yken|gil|giller|leyin|ler?\w*gil|mi|mı|mu|mü|imiş|ydi|ise|se|sa|ca|ce|ça|çe)\w*$")
_BACK, _ROUND = "aıouâû", "oöuüû"
_HARD = "fstkçşhp"
_NARROW: Final = {(True, False): "ı", (True, True): "u", (False, False): "i", (False, True): "ü"}
_BUFFERED = re.compile(r"(?:n[ıiuü]n?|y[ae]|y[ıiuü]|s[ıiuü]|yl[ae]|nd[ae]n?|n[ae])")
_BARE = re.compile(r"(?:[ıiuü]n?|[ae]|[ıiuü]nc[ıiuü])")


def wrong_suffix(text: str) -> str | None:
    """Return the first word of `text` whose suffix does not fit its name or number, as it is written, or None; foreign spellings and abbreviations cannot tell."""
    for match in _WRITTEN.finditer(text):
        name, suffix = match["name"], match["suffix"]
        sound = spoken(_FULL_HOUR.sub("", name.replace(".", "") if _GROUPED.fullmatch(name) else name))
        if _tells(name) and not _FREE.match(suffix) and not _fits(sound, suffix, sure=name[0].isdigit() or _known(name)):
            return match.group()
    return None


def _tells(name: str) -> bool:
    if name[0].isdigit():
        return True
    low = lower(name)
    if name.isupper() or not any(letter in VOWELS for letter in low):
        return False
    if any(letter.isupper() for letter in name[1:]) or _ALIEN.search(low):
        return False
    return _known(name) or _FOREIGN.search(low) is None


def _known(name: str) -> bool:
    """Whether a name is said as it is written: a place or first name of our lists, or one that Turkish alone spells so."""
    return name in places() or name in first_names() or (not _SOFT_L.search(lower(name)) and any(letter in "çğışÇĞİŞ" for letter in name))


def _fits(sound: str, suffix: str, *, sure: bool) -> bool:
    vowels = [letter for letter in sound if letter in VOWELS]
    said = next((letter for letter in suffix if letter in VOWELS), None)
    if not vowels or said is None:
        return True
    last = vowels[-1]
    if sure and said in "aeıiuü":  # Spencer'ın, London'ın and London'un: foreign names are said in more than one way
        wanted = ("a" if last in _BACK else "e") if said in "ae" else _NARROW[last in _BACK, last in _ROUND]
        soft = (_SOFT_L.search(sound) and said in "ei" and last != "u") or (_SOFT_UL.search(sound) and said in "eü")
        if said != wanted and not soft:
            return False
    open_end = sound[-1] in VOWELS
    if suffix[0] in "dt" and suffix[1:2] in set("aeıiuü") and (suffix[0] == "t") != (sound[-1] in _HARD):
        return False
    return not (_BARE.fullmatch(suffix) if open_end else _BUFFERED.fullmatch(suffix))
