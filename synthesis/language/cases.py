"""Whether what stands behind the apostrophe of two words is the same suffix: `Ankara'ya` and `İzmir'e`, `1954'te` and `1960'ta`."""

from __future__ import annotations

import re
from typing import Final

from curation.turkish import VOWELS, lower, spoken
from synthesis.language.harmony import wrong_suffix

_ALIKE: Final = str.maketrans("eâiuüîûtç", "aaıııııdc")
_BUFFER: Final = re.compile(r"y(?=[aı]|la|[dms])|n(?=ın)|s(?=ı)")
_PRONOMINAL: Final = re.compile(r"n(?=d?a|ı)")  # Van Gölü'nde, Ege Denizi'ne
_OWNER: Final = re.compile(r"(?:[ıiuü]n|[dt][ae]n|yüzde|%)\s*\Z")  # öğrencilerin 40'ı, bunlardan 40'ı, yüzde 40'ı


def same_suffix(old: tuple[str, str], new: tuple[str, str], before: str) -> bool:
    """Return whether two (word, suffix) say the same of their words, and the new suffix fits its word; `before` is what stands in front of them."""
    (_, old_suffix), (word, suffix) = old, new
    if not (old_suffix and suffix):
        return old_suffix == suffix
    return _bare(*old, before) == _bare(*new, before) and wrong_suffix(f"{word}'{suffix}") is None


def _bare(word: str, suffix: str, before: str) -> tuple[str, bool]:
    """The suffix without harmony and the letter between two vowels, and whether it is a possessive that could be taken for an accusative."""
    sound, alike = spoken(word), lower(suffix).translate(_ALIKE)
    if sound[-1:] not in VOWELS:
        return alike, alike == "ı" and _OWNER.search(lower(before)) is not None
    buffer = _BUFFER.match(alike) or (_PRONOMINAL.match(alike) if sound.endswith(("ı", "i", "u", "ü")) else None)
    core = alike[buffer.end() :] if buffer else alike
    return core, core == "ı" and alike[0] == "s"
