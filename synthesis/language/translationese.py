"""Wordings that come from a language model or from English word by word."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from curation.turkish import lower, words

_MARKERS = Path(__file__).parent / "words" / "translationese.txt"
# altı, yedi, on, yüz, bin and kırk have other meanings; a year may stand before a plural (1950 olayları)
_COUNTED = re.compile(
    r"(?<![\w.,'’/%])(?:(?P<exact>iki|üç|dört|beş|sekiz|dokuz|yirmi|otuz|elli|\d{1,3})|birkaç|birçok|pek çok|çok sayıda|bir sürü) "
    r"(?:(?:farklı|yeni|büyük|küçük|önemli|temel|ana|güzel|eski) )?(?P<noun>[a-zçğıöşü]{2,}l[ae]r)(?P<case>[ıi]n?|[ae]|d[ae]n?)?(?![\w'’])(?P<end>[.,;:!?])?"
)
# "üç yaşındakiler", "iki katlılar" name people and things by what they have, not by number; yıllar, saatler and their kin stand for spans
_NAMED = re.compile(r"(?:ki|l[ıiuü]|s[ıi]z|onlar|bunlar|şunlar|yıl|defa|kez|kardeş|büyük|olan|m[ıiuü]ş|yor|d[ıiuü]|c[ae]k|m[ae]z|^do)$")
_MAKERS = re.compile(r"c[ıiuü]$")  # "dokuz ışıkçılar" may be a name, "çok sayıda öğrenciler" is none
_ABOUT = re.compile(
    r"^(?:milyon|milyar|derece|lira|dolar|avro|puan|metre|kilometre|kilo|gram|ton|yaş)$"
)  # "30 derecelere çıktı": to about 30


def translationese(text: str) -> str | None:
    """Return the wording that gives a translation or a chat model away, or None."""
    low = lower(text)
    marker = _pattern().search(low)
    if marker is not None:
        return marker.group()
    for counted in _COUNTED.finditer(low):
        # "iki elmalar": Turkish counts in the singular; a capital marks a name (Üç Silahşörler)
        stem = counted["noun"][:-3]
        verb = counted["end"] is not None and re.search(r"[aeıiuü]r$", stem) is not None  # "çok sayıda bulunurlar."
        apart = _NAMED.search(stem) or (counted["exact"] and _MAKERS.search(stem)) or (counted["case"] and _ABOUT.match(stem))
        if not text[counted.start("noun")].isupper() and not verb and not apart:
            return counted.group().rstrip(".,;:!?")
    return None


@cache
def _pattern() -> re.Pattern[str]:
    lines = (line.strip() for line in _MARKERS.read_text(encoding="utf-8").splitlines())
    phrases = [r"[\s,]+".join(map(re.escape, words(line))) for line in lines if line and not line.startswith("#")]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(phrases, key=len, reverse=True))})(?!\w)")
