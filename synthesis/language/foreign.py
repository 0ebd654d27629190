"""Sentences that are not Turkish: other scripts, and the small words of the languages that models slip into."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from curation.turkish import lower, sentences

_SMALL_WORDS = Path(__file__).parent / "words" / "foreign.txt"
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|\([^)]*\)")
_SCRIPT = re.compile(
    r"[\u0370-\u03ff]{3,}|[\u0400-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}|[\u3000-\u30ff\u3400-\u9fff]"
)
# "Yunanca φιλοσοφία sözcüğünden gelir": a sentence about a word shows it
_ABOUT_WORDS = re.compile(
    r"(?<!\w)(?:harf|alfabe|sözcü[kğ]|kelime|kök|kiril|yunanca|arapça|farsça|ibranice|rusça|çince|japonca|korece|ermenice|gürcüce|bulgarca|makedonca|sırpça)\w*"
)
_SHOWN = 0.4  # of a sentence's letters that may be of another script where it is about a word
# Names inside a Turkish sentence: Las Vegas, The Doors, Gone with the Wind
_NAME = re.compile(r"(?<=[\w,] )[A-ZÇĞİÖŞÜƏ][^\W\d_]+(?: (?:the|of|and|with|for|to|[A-ZÇĞİÖŞÜƏ][^\W\d_]+))* [A-ZÇĞİÖŞÜƏ][^\W\d_]+")
_LEAST_WORDS = 4  # a shorter piece is a title or a name as often as a sentence
_SHARE = 0.25  # of a sentence's words; English prose has 40 to 50 % of these, Turkish none


def foreign_sentence(text: str) -> str | None:
    """Return the first sentence, or word of another script, of `text` that is not Turkish, what stands in quotation marks or parentheses apart; or None."""
    bare = _QUOTED.sub(" ", text)
    for start, end in sentences(bare):
        sentence = bare[start:end]
        script = _SCRIPT.search(sentence)
        if script is not None and not _shows_a_word(sentence):
            return script.group()
        if _in_small_words(sentence):
            return sentence.strip()
    return None


def _shows_a_word(sentence: str) -> bool:
    strange = sum(len(found.group()) for found in _SCRIPT.finditer(sentence))
    return _ABOUT_WORDS.search(lower(sentence)) is not None and strange < _SHOWN * sum(map(str.isalpha, sentence))


def _in_small_words(sentence: str) -> bool:
    found_words = re.findall(r"[^\W\d_]+", lower(_NAME.sub(" ", sentence)).replace("ı", "i"))
    foreign = sum(word in _small_words() or "ə" in word for word in found_words)
    return len(found_words) >= _LEAST_WORDS and foreign >= 2 and foreign >= _SHARE * len(found_words)


@cache
def _small_words() -> frozenset[str]:
    lines = _SMALL_WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
