"""Sentences that are not Turkish: other scripts, and the small words of the languages that models slip into."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from curation.turkish import lower, sentences

_SMALL_WORDS = Path(__file__).parent / "words" / "foreign.txt"
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|\([^)]*\)")
_SCRIPT = re.compile(
    r"[\u0370-\u03ff\u0400-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}|[\u3000-\u30ff\u3400-\u9fff]"
)
_LEAST_WORDS = 4  # a shorter piece is a title or a name as often as a sentence
_SHARE = 0.25  # of a sentence's words; English prose has 40 to 50 % of these, Turkish none


def foreign_sentence(text: str) -> str | None:
    """Return the first sentence of `text` that is not Turkish, what stands in quotation marks or parentheses apart; or None."""
    bare = _QUOTED.sub(" ", text)
    found = _SCRIPT.search(bare)
    if found is not None:
        return found.group()
    for start, end in sentences(bare):
        found_words = re.findall(r"[^\W\d_]+", lower(bare[start:end]).replace("ı", "i"))
        foreign = sum(word in _small_words() or "ə" in word for word in found_words)
        if len(found_words) >= _LEAST_WORDS and foreign >= 2 and foreign >= _SHARE * len(found_words):
            return bare[start:end].strip()
    return None


@cache
def _small_words() -> frozenset[str]:
    lines = _SMALL_WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
