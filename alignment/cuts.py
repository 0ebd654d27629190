"""Answers that leave out what was asked for: lists without an item, definitions without what tells them apart, sentences that stop at a clause."""

from __future__ import annotations

import random
import re

from alignment.case import Case, key, sentence_texts, standing_sentences, stems
from alignment.checks import fault
from alignment.exercises import IN_PARTS
from alignment.gaps import finite
from alignment.slips import without_part
from alignment.topics import term_of
from curation.turkish import capitalize, lower

_LEAST_WORDS = 6  # a shorter answer cannot lose a quarter and still read as one that was cut
_RAW = 0.1  # share of answers that stop anywhere, as a reply does that ran out of tokens
_MOST_KEPT = 0.6  # of a summary whose lead is gone, so that what is left is clearly a part
_PARTICIPLE = re.compile(r"\w{2,}(?:[aeıiuü]n|[dt][ıiuü]ğ[ıiuü]|[dt][ıiuü]kl[ae]r[ıi]|[ae]cağ[ıi]|[ae]ceğ[ıi]),?")
_NO_PARTICIPLE = re.compile(
    r"(?:zaman|insan|liman|vatan|orman|ekran|alan|neden|beden|düzen|için|bütün|uzun|yakın|kalın|ince|gün|\w+[dt][ae]n|\w+[ae]n[ıi]n|\w+n[ıiuü]n|\w+l[ae]r[ıi]n)"
)
_DEPENDENT = re.compile(r"\w{3,}[ıiuü]n|\w{2,}yl[ae]|\w+,|\w{2,}[dt][ae]n?")
_CLAUSE_END = re.compile(
    r"(?:\w{2,}(?:[ıiuü]p|[ae]r[ae]k|[ıiuü]nc[ae]|ken|m[ae]d[ae]n)|için|çünkü|ancak|fakat|ama|nedeniyle|sonra|göre|\w+;)"
)


def incomplete(case: Case, rng: random.Random) -> str | None:
    """Return the answer without a part that was asked for, clean where it can be, or None where no cut is safe."""
    if case.task in IN_PARTS:
        return without_part(case, rng)
    if rng.random() >= _RAW:
        makers = {"liste": _without_items, "tanim": _bare_definition, "ozet": _without_lead}
        maker = _bare_definition if term_of(case.question) else makers.get(case.task)
        made = maker(case, rng) if maker is not None else None
        if made is not None and fault("truncated", case, made) is None:
            return made
        return _stopped(case, rng, raw=False)
    return _stopped(case, rng, raw=True)


def _without_items(case: Case, rng: random.Random) -> str | None:
    """A list that stops too early, or one whose inner items are missing; the first stays."""
    lines = case.answer.split("\n")
    if len(lines) < 2:
        return None
    lost = max(1, round(len(lines) / rng.choice([2.5, 3, 4])))
    if rng.random() < 0.6 or len(lines) < 4:
        return "\n".join(lines[: len(lines) - lost])
    gone = set(rng.sample(range(1, len(lines)), lost))
    return "\n".join(line for index, line in enumerate(lines) if index not in gone)


def _without_lead(case: Case, rng: random.Random) -> str | None:
    """One later sentence of a summary, without what the text is about."""
    later = set(sentence_texts(case.answer)[1:])
    left = [s for s in standing_sentences(case.answer, set()) if s in later and len(s) <= _MOST_KEPT * len(case.answer)]
    return rng.choice(left) if left else None


def _bare_definition(case: Case, _: random.Random) -> str | None:
    """The kind of thing that is defined, without what makes it different: `Delta düz bir ovadır.`"""
    asked = term_of(case.question)
    term = capitalize(asked[:1]) + asked[1:]
    if not asked or len(sentence_texts(case.answer)) != 1:
        return None
    named = re.fullmatch(rf"(?P<said>{re.escape(term)}), (?P<rest>.+[dt][ıiuü]r)\.", case.answer)
    if named is not None:
        head = _head(named["rest"].split())
        return f"{named['said']} {_with_article(head)}." if head and not _says_itself(head, term) else None
    called = re.fullmatch(rf"(?P<rest>.+) (?P<said>{re.escape(lower(term[:1]) + term[1:])} denir\.)", case.answer)
    if called is None:
        return None
    head = _head(called["rest"].split())
    if not head or _says_itself(head, term):
        return None
    whole = " ".join(head if len(head) > 1 else ["bir", "tür", *head])
    return f"{capitalize(whole[:1])}{whole[1:]} {called['said']}"


def _head(words: list[str]) -> list[str]:
    """The words behind the last participle: the noun that is defined and its adjectives; empty where it is not sure."""
    place = next(
        (i for i in range(len(words) - 2, -1, -1) if _PARTICIPLE.fullmatch(words[i]) and not _NO_PARTICIPLE.fullmatch(words[i])), -1
    )
    head = words[place + 1 :]
    if place < 1 or words[place].endswith(",") or len(head) > (6 if "bir" in head else 3):
        return []
    strange = (
        head[0] in {"en", "her", "ve", "ya", "ilk", "bu"}
        or any(map(_DEPENDENT.fullmatch, head))
        or {"ve", "veya", "olarak", "ile"} & {*head}
    )
    return [] if strange or re.search(r"m[ae]s[ıi]d[ıi]r$|işidir$|işlemidir$", head[-1]) else head


def _says_itself(head: list[str], term: str) -> bool:
    said, names = key(" ".join(head)), key(term).split()
    return bool(stems(said) & stems(term)) or any(word.startswith(name) for word in said.split() for name in names)


def _with_article(head: list[str]) -> str:
    if "bir" in head:
        return " ".join(head)
    bare = re.sub(r"[dt][ıiuü]r$", "", head[-1])
    before = len(head) - 1 if bare[-1] not in "ıiuü" else 0
    return " ".join([*head[:before], "bir", *head[before:]])


def _stopped(case: Case, rng: random.Random, *, raw: bool) -> str | None:
    """The beginning of the answer, up to the end of a clause, or `raw` up to any word."""
    gaps = [match.start() for match in re.finditer(r"(?<=\S)\s+(?=[^\s-])", case.answer)]
    if len(gaps) + 1 < _LEAST_WORDS:
        return None
    share = len(case.answer)
    cuts = [gap for gap in gaps if 0.35 * share <= gap <= 0.72 * share]
    rng.shuffle(cuts)
    for cut in cuts:
        if not raw and _CLAUSE_END.fullmatch(lower(case.answer[:cut].split()[-1])) is None:
            continue
        made = case.answer[:cut].rstrip(",;: ")
        if made[-1:].isalnum() and not finite(made) and key(made) and fault("truncated", case, made) is None:
            return made
    return None
