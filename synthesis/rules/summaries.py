"""Extractive summaries: the first sentence that stands for itself, and the ones most like the rest of the passage."""

from __future__ import annotations

import re
from collections import Counter

from curation.turkish import ascii_letters, lower, sentences
from synthesis.rules.lexicon import REFERENCES
from synthesis.rules.sentence import finite, tokenize

_FEWEST = 5  # sentences below which a passage is its own summary
_LARGEST_SHARE = 0.5  # of the passage's words
_STEM = 5


def summary(passage: str, title: str, *, opening: bool) -> tuple[str, str | None]:
    """Return two or three sentences of `passage` in its order, and None or the doubt; only the `opening` passage may start off its title."""
    found = [passage[start:end] for start, end in sentences(passage)]
    doubt = _no_summary(passage, found, title, opening=opening)
    if doubt is not None:
        return "", doubt
    about = _stems(found[0]) | _stems(title)
    weights = Counter(stem for sentence in found for stem in _stems(sentence))
    scored = sorted(
        (
            (_centrality(sentence, weights, found[0], title), -index)
            for index, sentence in enumerate(found)
            if index > 0 and sentence not in found[:index] and _stems(sentence) & about and _stands(sentence)
        ),
        reverse=True,
    )
    if not scored:
        return "", "nothing_central"
    wanted = 1 if len(found) < 9 else 2
    chosen = [0, *sorted(-index for _, index in scored[:wanted])]
    text = " ".join(found[index] for index in chosen)
    if len(text.split()) > _LARGEST_SHARE * len(passage.split()):
        return text, "too_long"
    return text, None


def _no_summary(passage: str, found: list[str], title: str, *, opening: bool) -> str | None:
    if re.search(r"^\s*(?:[-–•*]|\d{1,2}[.)]) ", passage, re.MULTILINE):
        return "has_list"
    if len(found) < _FEWEST:
        return "too_short"
    if not _stands(found[0]):
        return "lead_leans"
    named = opening and re.search(r"(?<=[a-zçğıöşü,] )[A-ZÇĞİÖŞÜ]", found[0]) is not None
    return None if named or _stems(found[0]) & _stems(title) else "lead_off_topic"


def fits(title: str, passage: str) -> bool:
    """Whether a title shares a noun or name with the passage."""
    return bool(_stems(title) & _stems(passage))


def _stands(sentence: str) -> bool:
    if (
        re.search(r"[\"“”:?!()*_`$\\{}<>\[\]=|]|…|  ", sentence)
        or not sentence.endswith(".")
        or not (sentence[0].isupper() or sentence[0].isdigit())
    ):
        return False
    tokens = tokenize(sentence)
    if not tokens or not finite(tokens[-1].low):
        return False
    return (
        5 <= len(tokens) <= 30
        and not any(t.low in REFERENCES for t in tokens[:3])
        and not any(lower(t.text) in {"bu", "onu", "ona", "o"} for t in tokens)
    )


def _stems(text: str) -> set[str]:
    return {ascii_letters(word)[:_STEM] for word in re.findall(r"[^\W\d_]{5,}", text)}


def _centrality(sentence: str, weights: Counter[str], lead: str, title: str) -> float:
    stems = _stems(sentence)
    told = stems & _stems(lead)
    return sum(weights[s] - 1 for s in stems) / (len(stems) + 4) + 0.5 * len(stems & _stems(title)) - 0.15 * len(told)
