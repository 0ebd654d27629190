"""Whether something asked for is missing from an answer: items of a list, what defines a thing, the lead of a summary, the end of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alignment.case import Case, Fault, asked_for, key, sentence_texts, stems
from alignment.exercises import IN_PARTS, parts_missing
from alignment.topics import term_of
from curation.turkish import lower

_FINITE = re.compile(
    r"(?:[dt][ıiuü]|m[ıiuü]ş(?:t[ıiuü])?|[ıiuü]yor(?:du)?|[ae]c[ae]k|m[ae]z|[dt][ıiuü]r|[ae]r|[ıiuü]r|n[ae]kt[ae]|m[ae]l[ıi]|var|yok|değil)(?:lar|ler)?(?:d[ıi]|t[ıi])?$"
)
_LEAST_LOST = 0.25
_MOST_ASKED_KEPT = 0.5


def cut_short(case: Case, worse: str) -> Fault | None:
    """Return why `worse` cannot stand as the right answer with a part left out, or None."""
    if case.task in IN_PARTS:
        return None if parts_missing(case, worse) else Fault("not_worse", "no whole part is missing")
    if _whole_parts_are_missing(case, worse):
        return None
    bare = _is_bare_definition(case, worse)
    if bare is None:
        return _stops_in_the_middle(case, worse)
    return None if bare else Fault("still_true", "what was asked is still in it")


def _stops_in_the_middle(case: Case, worse: str) -> Fault | None:
    if case.task != "liste" and case.answer.rstrip("\"'”’ )")[-1:] not in set(".!?…"):
        return Fault("not_worse", "the right answer is no sentence either")
    if worse[-1] in ".!?…" or not key(case.answer).startswith(key(worse)):
        return Fault("not_worse", "not cut in the middle")
    if len(worse) > (1 - _LEAST_LOST) * len(case.answer):
        return Fault("not_worse", "too little is lost")
    if finite(worse):
        return Fault("still_true", "reads as a whole sentence")
    asked = asked_for(case)
    kept = len(asked & stems(worse)) > _MOST_ASKED_KEPT * len(asked)
    return Fault("still_true", "what was asked is still in it") if case.task in {"soru-cevap", "cok-turlu"} and kept else None


def _whole_parts_are_missing(case: Case, worse: str) -> bool:
    """Items of a list, or the sentence a summary begins with."""
    if case.task == "liste":
        before, after = ([key(line) for line in text.split("\n")] for text in (case.answer, worse))
        return len(after) < len(before) and _in_order(after, before)
    if case.task == "ozet":
        before, after = ([key(sentence) for sentence in sentence_texts(text)] for text in (case.answer, worse))
        return worse[-1] in ".!?" and before[0] not in after and _in_order(after, before)
    return False


def _is_bare_definition(case: Case, worse: str) -> bool | None:
    """Whether so much of a definition is missing that it fits other things as well; None where `worse` is no such sentence."""
    words = [word for word in key(worse).split() if word not in {"bir", "tur"}]
    if not (case.task == "tanim" or term_of(case.question)) or worse[-1] != "." or not _in_order(words, key(case.answer).split()):
        return None
    known = asked_for(case)
    return len(known & stems(worse)) <= _MOST_ASKED_KEPT * len(known) and len(worse) <= (1 - _LEAST_LOST) * len(case.answer)


def _in_order(part: Sequence[str], whole: Sequence[str]) -> bool:
    left = iter(whole)
    return all(one in left for one in part)


def finite(text: str) -> bool:
    """Whether `text` ends in a word that can close a Turkish sentence; better too often than too seldom."""
    last = re.search(r"[^\W\d_]+$", text)
    return last is not None and _FINITE.search(lower(last.group())) is not None
