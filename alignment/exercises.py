"""Proofs for the tasks whose right answer is known to the letter: a verdict turned round, an order disturbed, work left undone, an answer where there is none."""

from __future__ import annotations

import re
from collections import Counter

from alignment.case import Case, Fault, key, stands_in, stems
from alignment.spans import dates, names, numbers
from curation.turkish import lower

_MARKER = re.compile(r"^\d+[.)] ", re.MULTILINE)
_ADMITS = re.compile(
    r"\byok(?:tur)?\b|\b(?:bilgi\w*|cevab\w*|yanıt\w*) (?:ver|bulun|yer|geç|çık)\w*|\bgeç(?:mi|me)\w*|\bbelirtil(?:mi|me)\w*|\bbilin(?:mi|me)\w*"
    r"|\bbilmi\w*|\bbulun(?:mu|ma)\w*|\bveril(?:mi|me)\w*|\bsöylen(?:mi|me)\w*|\bbahsedil(?:mi|me)\w*|\banlatıl(?:mı|ma)\w*|\bdeğinil(?:mi|me)\w*"
    r"|\bcevapla(?:mı|ya|na)\w*|\byanıtla(?:mı|ya|na)\w*|\bçıkmıyor|\bçıkarıla\w*|\bveremem|\bsöyleyemem|\bbelli değil|\bbelirsiz\w*|\bkesin değil"
)
IN_PARTS = frozenset(("siralama", "adim-adim", "dogru-yanlis"))
"""Tasks of whose answers a whole part can be missing, and that cannot be cut elsewhere so that it is certainly worse."""

_MOST_LABEL_WORDS = 4
_MOST_IN_SOURCE = 0.5
_MOST_RESULT_KEPT = 0.5


def made_up(case: Case, worse: str) -> Fault | None:
    """Return why `worse` is no confident answer to a question that the text does not answer, or None."""
    if _ADMITS.search(lower(worse)):
        return Fault("not_worse", "it says that the text has no answer")
    added = stems(worse) - stems(case.question)
    if not added:
        return Fault("not_worse", "it claims nothing")
    facts = [span.value for span in (*dates(worse), *numbers(f"{worse} ."), *names(worse)) if not stands_in(span.value, case.question)]
    if facts and all(stands_in(fact, case.source) for fact in facts):
        return Fault("still_true", f"{facts[0]} stands in the text")
    if len(added & stems(case.source)) > _MOST_IN_SOURCE * len(added):
        return Fault("still_true", "what it says stands in the text")
    return None


def verdict_of(text: str) -> str:
    """Return the verdict that an answer begins with, `dogru` or `yanlis`; empty where it begins with none."""
    first = key(text).partition(" ")[0]
    return first if first in {"dogru", "yanlis"} else ""


def turned_round(case: Case, worse: str) -> Fault | None:
    """Return why the verdict of `worse` is not the opposite of the right one, or None where it is."""
    before, after = verdict_of(case.answer), verdict_of(worse)
    return None if before and after and before != after else Fault("not_worse", "the verdict is the same, or none")


def unnumbered(text: str) -> str:
    """Return `text` without the numbers that its lines begin with."""
    return _MARKER.sub("", text)


def out_of_order(case: Case, worse: str) -> Fault | None:
    """Return why `worse` is not the right lines in another order, or None where it is."""
    before, after = ([key(line) for line in unnumbered(text).split("\n")] for text in (case.answer, worse))
    return (
        None if before != after and sorted(before) == sorted(after) else Fault("not_worse", "these are not the same lines in another order")
    )


def left_undone(case: Case, worse: str) -> Fault | None:
    """Return why `worse` does not leave what was given as it was, in part where single words were to be mended, or None where it does."""
    if case.task != "yazim":
        if key(worse) == key(case.answer):
            return Fault("same_as_chosen")
        return None if key(worse) == key(case.passage) else Fault("not_worse", "it is not the text that was given")
    given, right, words = (text.split() for text in (case.passage, case.answer, worse))
    if not len(given) == len(right) == len(words):
        return Fault("not_worse", "it has other words than the text that was given")
    if any(word not in {one, other} for word, one, other in zip(words, given, right, strict=True)):
        return Fault("not_worse", "it has other words than the text that was given")
    return Fault("same_as_chosen") if words == right else None


def outside_the_choices(case: Case, worse: str) -> Fault | None:
    """Return why `worse` is no label beyond those to choose from, or None where it is one."""
    if "\n" in worse or not 1 <= len(worse.split()) <= _MOST_LABEL_WORDS or not stands_in(case.answer, case.question):
        return Fault("not_worse", "it is no label, or nothing says which there are")
    return Fault("still_true", "it is one of the labels") if stands_in(worse.rstrip("."), case.question) else None


def parts_missing(case: Case, worse: str) -> bool:
    """Whether `worse` lacks a whole part of an answer that has parts: lines of an order, the result of steps, the correction of a verdict."""
    if case.task == "dogru-yanlis":
        return verdict_of(case.answer) == key(worse) != key(case.answer)
    before, after = ([key(line) for line in unnumbered(text).split("\n")] for text in (case.answer, worse))
    if case.task == "siralama":
        left = iter(before)
        return len(after) < len(before) and all(line in left for line in after)
    if case.task == "adim-adim":
        return len(after) < len(before) and after == before[: len(after)] and not tells_result(case, worse)
    return False


def tells_result(case: Case, steps: str) -> bool:
    """Whether `steps` say what the last line of the answer comes to: most of its numbers, or of its words where it has none."""
    result = stems(case.answer.rpartition("\n")[2].removeprefix("Sonuç:")) - stems(case.question)
    wanted = {part for part in result if part.isdigit()} or result
    return len(wanted & stems(unnumbered(steps))) > _MOST_RESULT_KEPT * len(wanted)


def foreign_key_word(case: Case, worse: str) -> Fault | None:
    """Return why `worse` is not the right key words with one among them that the text does not have, or None where it is."""
    before, after = (Counter(key(word) for word in text.split(",")) for text in (case.answer, worse))
    added = after - before
    if before - after or not added:
        return Fault("not_worse", "the right key words are no longer all in it, or none was added")
    known = next((word for word in added if not word or stands_in(word, case.source) or stems(word) & stems(case.source)), None)
    return None if known is None else Fault("still_true", f"{known} stands in the text")


def key_word_twice(case: Case, worse: str) -> Fault | None:
    """Return why no key word stands twice in `worse`, or None where one does."""
    before, after = (Counter(key(word) for word in text.split(",")) for text in (case.answer, worse))
    return None if max(after.values()) > max(before.values()) else Fault("not_worse", "nothing is repeated")
