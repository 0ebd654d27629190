"""Whether an answer is really worse than the right one in the way its kind says: pure verdicts, the same for rules and models."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import SequenceMatcher

from alignment import code, exercises
from alignment.case import VAGUE_OVERLAP, Case, Fault, asked_for, is_json, key, sentence_texts, stands_in, stems, title_fits
from alignment.exercises import unnumbered
from alignment.gaps import cut_short
from alignment.kinds import KindName
from alignment.spans import dates, numbers
from alignment.swaps import amount, direction
from curation.turkish import APOSTROPHES, fold, lower
from synthesis.lexicon import MONTHS
from synthesis.values import bears, borne_out, tells, values

_TELLS = re.compile(
    r"\b(?:bozuk|yanlış|hatalı|kötü|doğru|asıl) (?:cevap|yanıt)\b|\b(?:cevap|yanıt) (?:yanlış|bozuk|hatalı)\b|\btarih yanlış\b"
)
_BY_THE_LETTER: frozenset[KindName] = frozenset({"wrong_result", "left_undone"})  # their checks compare marks and letters too
_ONE_ANSWER = re.compile(r"\b(?:kim\w*|ne zaman|kaç\w*|nere\w*|hangi (?:yıl|tarih|il|ilçe|ülke|gün|ay)\w*)\b")
_MANY_ANSWERS = re.compile(r"\b(?:neden\w*|niçin|niye|nasıl|ne için|amac\w*|maksa\w*|hede\w*|önemi|özelli\w*|değerlendir\w*|açıkla\w*)\b")
_RUDE = re.compile(
    r"\b(?:kanka|kanks|moruk|u?lan|birader|koçum|oğlum|kızım|be|ya|hadi|bilmiyorsun|kafa\w*|sana|senin|seni|sen|uğraştırma|abi|aga|salak|aptal|cahil|"
    r"saçmalama|eyvallah|rahatladın|anladın)\b"
)
_FOREIGN = re.compile(
    r"(?:the|is|it|was|in|on|of|and|this|that|i|you|sorry|can|only|answer|text|about|number|would|be|to|am|but|not|afraid|cannot|please|english|year|"
    r"happened|date|figure|given|know|far|as|mentions|few|other|things|a|an|at|by|for|from|with|what|need|some|story|behind|news|useful|information|closer|look|subject|topic|notes|interesting|everything|short|suala|cavab|haqqinda|gedir|olub|verib|azerbaycan|\w*[wqxə]\w*)"
)


def fault(kind: KindName, case: Case, worse: str) -> Fault | None:
    """Return why `worse` cannot stand beside the right answer of `case` as its `kind`, or None."""
    text = worse.strip()
    if not text:
        return Fault("empty_answer")
    if kind not in _BY_THE_LETTER and key(text) == key(case.answer):
        return Fault("same_as_chosen")
    if _TELLS.search(lower(text)):
        return Fault("gives_itself_away", text[:80])
    if is_json(case.answer) and not is_json(text):
        return Fault("broken_format")
    return _CHECKS[kind](case, text)


# --- one false fact ----------------------------------------------------------------------------------------------------


def _false_fact(found_in: Callable[[str], set[str]], *, whole: bool = False) -> Callable[[Case, str], Fault | None]:
    """A check that a value which `found_in` sees was changed for a false one; in the `whole` answers, or only in the words that differ."""

    def check(case: Case, worse: str) -> Fault | None:
        right, worse = unnumbered(case.answer), unnumbered(worse)
        removed, added = (right, worse) if whole else _changes(right, worse)
        before, after = found_in(removed), found_in(added)
        true, false = before - after, after - before
        if not (true and false):
            return Fault("not_worse", "nothing of this sort was changed for another")
        if any(stands_in(value, worse) or tells(worse, value) for value in true):
            return Fault("still_true", f"{min(true)} still stands in the answer")
        if all(stands_in(value, case.evidence) or tells(case.evidence, value) for value in false):
            return Fault("still_true", f"{min(false)} stands in the evidence too")
        return None

    return check


def _tells_nothing_else(case: Case, worse: str) -> Fault | None:
    """What is no false number or date: the same in another spelling, less of it, or what the evidence tells as well."""
    right, said = values(unnumbered(case.answer)), values(unnumbered(worse))
    if not (right and said):
        return None
    told, known = bears(right), bears(said)
    if all(one.says & told for one in said) and all(one.says & known for one in right):
        return Fault("not_worse", "the same numbers and dates in another spelling")
    if all(one.says & (told | borne_out(case.evidence)) for one in said):
        return Fault("still_true", "what numbers and dates it has stand in the answer or the evidence")
    return None


def _changes(chosen: str, worse: str) -> tuple[str, str]:
    before, after = chosen.split(), worse.split()
    matcher = SequenceMatcher(None, [key(word) for word in before], [key(word) for word in after], autojunk=False)
    steps = [step for step in matcher.get_opcodes() if step[0] != "equal"]
    return " ".join(w for _, a, b, _, _ in steps for w in before[a:b]), " ".join(w for _, _, _, a, b in steps for w in after[a:b])


def _names_in(text: str) -> set[str]:
    bare = re.sub(rf"[{APOSTROPHES}]\w+", "", text)
    return {word for word in re.findall(r"[^\W\d_]{3,}", bare) if word[0].isupper()}


def _numbers_in(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)*", text)) | {span.value for span in numbers(f"{text} .") if not span.value[0].isdigit()}


def _words_of_number(text: str) -> set[str]:
    found = _numbers_in(text)
    return found or {word for word in re.findall(r"[^\W\d_]+", lower(text)) if amount(word) > 0}


def _dates_in(text: str) -> set[str]:
    return {span.value for span in dates(text)} or set(re.findall(rf"\d+|\b(?:{MONTHS})\b", text))


def _date_is_false(case: Case, worse: str) -> Fault | None:
    if not dates(worse) and not re.search(r"\d", worse):
        return Fault("not_worse", "no date in the answer")
    return _tells_nothing_else(case, worse) or _false_fact(_dates_in, whole=True)(case, worse)


def _number_is_false(case: Case, worse: str) -> Fault | None:
    found = _tells_nothing_else(case, worse) or _false_fact(_words_of_number)(case, worse)
    if found is not None:
        return found
    known = {span.value for span in numbers(case.answer)}
    true = [amount(span.value) for span in numbers(case.answer) if not stands_in(span.value, worse)]
    for span in numbers(worse):
        way = direction(worse, span.start, span.end)
        if span.value not in known and way and any(way * amount(span.value) <= way * value for value in true):
            return Fault("still_true", f"{span.value} holds as well, on this side of the right number")
    return None


# --- other kinds -------------------------------------------------------------------------------------------------------


def _adds_without_support(case: Case, worse: str) -> Fault | None:
    if case.task == "anahtar-sozcuk":
        return exercises.foreign_key_word(case, worse)
    known = stems(case.answer)
    if known and len(known & stems(worse)) < 0.8 * len(known):
        return Fault("not_worse", "the right answer is no longer in it")
    added = stems(_changes(case.answer, worse)[1]) - known - stems(case.question)
    if len(added) < 2:
        return Fault("not_worse", "nothing was added")
    if len(added & stems(case.source)) > 0.5 * len(added):
        return Fault("still_true", "what was added stands in the text")
    return None


def _beside_the_question(case: Case, worse: str) -> Fault | None:
    if case.task == "baslik":
        return Fault("still_true", "it may be a title of this text") if title_fits(worse, case.source) else None
    passage = key(case.passage)
    if any(key(sentence) not in passage for sentence in sentence_texts(worse)):
        return Fault("not_from_passage")
    if key(worse) in key(case.evidence) or key(case.answer) in key(worse):
        return Fault("still_true", "it is the evidence")
    asked = asked_for(case)
    shared = asked & stems(worse)
    if any(part.isdigit() for part in shared) or len(shared) > VAGUE_OVERLAP * len(asked):
        return Fault("still_true", f"it may answer: {', '.join(sorted(shared))}")
    near = stems(case.question) & stems(worse)
    if len(near) > _most_shared(case.question):
        return Fault("still_true", f"too near to the question: {', '.join(sorted(near))}")
    return None


def _most_shared(question: str) -> int:
    """How many words an answer beside the question may share with it: who, when, where and how many have one answer, why and how have many."""
    asked = lower(question)
    if _ONE_ANSWER.search(asked):
        return len(asked)
    return 0 if _MANY_ANSWERS.search(asked) else 1


def _not_turkish(_: Case, worse: str) -> Fault | None:
    words = re.findall(r"[^\W\d_]+", fold(worse))
    strange = sum(_FOREIGN.fullmatch(word) is not None for word in words)
    return None if "ə" in worse or (words and strange >= 0.3 * len(words)) else Fault("not_worse", "this is Turkish")


def _rude(case: Case, worse: str) -> Fault | None:
    found = set(_RUDE.findall(lower(worse)))
    return (
        None if found - set(_RUDE.findall(lower(f"{case.before} {case.answer} {case.question}"))) else Fault("not_worse", "polite enough")
    )


def _repeats(case: Case, worse: str) -> Fault | None:
    if case.task == "anahtar-sozcuk":
        return exercises.key_word_twice(case, worse)
    return None if _most_repeated(worse) > _most_repeated(case.answer) else Fault("not_worse", "nothing is repeated")


def _most_repeated(text: str) -> int:
    words = key(text).split()
    grams = [tuple(words[index : index + 2]) for index in range(len(words) - 1)] or [tuple(words)]
    return max(map(grams.count, grams))


def _says_nothing(case: Case, worse: str) -> Fault | None:
    asked = asked_for(case)
    shared = asked & stems(worse)
    if any(part.isdigit() for part in shared) or (asked and len(shared) > VAGUE_OVERLAP * len(asked)):
        return Fault("still_true", f"it may answer: {', '.join(sorted(shared))}")
    return Fault("not_worse", "it says something") if re.search(r"\d", worse) and not re.search(r"\d", case.question) else None


_CHECKS: dict[KindName, Callable[[Case, str], Fault | None]] = {
    "other_entity": _false_fact(_names_in),
    "other_date": _date_is_false,
    "other_number": _number_is_false,
    "unsupported_addition": _adds_without_support,
    "truncated": cut_short,
    "off_question": _beside_the_question,
    "wrong_language": _not_turkish,
    "wrong_register": _rude,
    "repetition": _repeats,
    "empty_talk": _says_nothing,
    "wrong_result": code.proven_worse,
    "made_up_answer": exercises.made_up,
    "wrong_verdict": exercises.turned_round,
    "wrong_order": exercises.out_of_order,
    "left_undone": exercises.left_undone,
    "unknown_label": exercises.outside_the_choices,
}
