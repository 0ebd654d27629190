"""What every rule hands over, and what a question must not leave open."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from curation.turkish import ascii_letters, upper
from synthesis.lexicon import word_set
from synthesis.rules.names import Names
from synthesis.rules.sentence import Sentence, tokenize
from synthesis.rules.spans import Span

_STEM = 5  # letters by which two forms of one Turkish noun are taken for the same
_CASED = re.compile(r"(?:y?[ıiuü]|n[ıiuü]|[dt][ae]n?|n?[ıiuü]n|y?[ae]|n[ae])$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question with its answer and the sentence both come from; `given` where only the passage makes it clear, `doubt` the reason not to trust it."""

    question: str
    answer: str
    quote: str
    kind: str
    doubt: str | None = None
    given: bool = False


def finished(question: str) -> str:
    """Return `question` with a capital, a question mark, and without `tam` before `kaç`."""
    question = re.sub(r"\btam kaç\b", "kaç", question)
    return upper(question[:1]) + question[1:].rstrip(" .") + "?"


def without_near_comma(question: str, word: str) -> str:
    """Return `question` without a comma right before `word` where that is an adverb or little more than the verb follows: it parts the subject as well."""
    words = "" if _ADVERB.match(word) else r"(?: \S+){1,2}[ .]*$"
    near = re.search(rf",(?= {re.escape(word)}{words})", question)
    return question[: near.start()] + question[near.start() + 1 :] if near else question


_ADVERB = re.compile(r"(?:ne zaman|nere\w+|neden|hangi (?:yıl|tarih)\w*)")


def anchored(candidate: Candidate, title: str, inside: str) -> Candidate:
    """Return `candidate` with the title in front of it, as it reads `inside` a sentence, where the title is one to quote; else as one that needs its passage."""
    if not 2 <= len(title.split()) <= 9 or re.search(r"[\"“”«»<(]|nedir", title) or title.isupper():
        return replace(candidate, given=True, doubt=None)
    return replace(candidate, question=f"“{title}” başlıklı yazıya göre {inside}", kind=f"led_{candidate.kind}", doubt=None)


def field_unsaid(question: str, title: str, *, first: bool) -> bool:
    """Whether a bare `X nedir?` leaves open of which field X is: one word always, several where neither the title nor a `first` sentence has them."""
    if question.endswith("kimdir?"):
        return False
    term = tokenize(re.sub(r" (?:tam olarak )?(?:nedir|kime denir|ne demektir)\?$", "", question))
    if len(term) == 1:
        return True
    words = [ascii_letters(word) for word in re.findall(r"[^\W\d_]+", title)]
    return not first and not all(any(word.startswith(ascii_letters(t.text)[:_STEM]) for word in words) for t in term)


def anaphoric(sentence: Sentence, span: Span, names: Names) -> str | None:
    """The doubt when a common noun outside the name was spoken of before: `ekip binayı 1950'de onardı` asks which building."""
    definite = _definite(sentence, span, names)
    if definite is not None:
        return f"definite_noun: {definite}"
    seen = {ascii_letters(word)[:_STEM] for word in re.findall(r"[^\W\d_]+", sentence.earlier)}
    tokens = sentence.tokens
    for index, token in enumerate(tokens[:-1]):
        if token.capital or span.start <= token.start < span.end or len(token.text) < 4 or not _CASED.search(token.low):
            continue
        owner = index > 0 and (not tokens[index - 1].bare or tokens[index - 1].capital)
        modified = index > 0 and re.search(r"(?:^bir|l[ıiuü]|ki|[ae]n|s[ae]l|[ıiuü]nc[ıiuü])$", tokens[index - 1].low) is not None
        if not owner and not modified and ascii_letters(token.text)[:_STEM] in seen:
            return f"anaphoric_noun: {token.low}"
    return None


_DEFINITE = re.compile(r"(?:y[ıiuü]|[^aeıioöuüsn][ıiuü]|[ae][^aeıioöuü]*l[ae]r[ıi]|[^aeıioöuü][ıiuü]n|n[ıiuü]n)$")
_CASE_BEFORE = re.compile(r"(?:['’](?!n?[ıiuü]n$)\w+|[dt][ae]n?|[ıiuü]n[ae]|y[ae]|l[ae])$")
_ACCUSATIVE = re.compile(r"(?:[aeıioöuü]y[ıiuü]|[ğ][ıiuü]|[^aeıioöuüsnlğy][ıiuü])$")
_FIXED = word_set(
    """
    içi ayrı dahi şimdi ikili birinci yirmi yedi altı gibi karşı dolayı biri ilki önceki ölçekli yılı yıllık kışı günü ayı
    yakın uzun bütün düğün altın yaygın
    """
)


def _definite(sentence: Sentence, span: Span, names: Names) -> str | None:
    """A common noun with -(y)i or -(n)in right behind a name or the span, so with nothing that says which one."""
    tokens = sentence.tokens
    for index, token in enumerate(tokens[:-1]):
        if index == 0 or token.capital or span.start <= token.start < span.end or token.low in _FIXED or token.text[0].isdigit():
            continue
        before = tokens[index - 1]
        behind_name = before.capital and before.bare and (before.after or before.text[-1] not in "ıiuü")
        behind_person = before.capital and before.bare and (before.text in names.whole or (index > 1 and tokens[index - 2].capital))
        behind_span = before.end == span.end and span.kind in {"date", "place", "reason", "clock"}
        behind_case = _CASE_BEFORE.search(before.low) is not None and not before.after and _ACCUSATIVE.search(token.low) is not None
        if (
            (behind_name or behind_person or behind_span or behind_case)
            and _DEFINITE.search(token.low)
            and not _ADJECTIVE.search(token.low)
        ):
            return token.low
    return None


_ADJECTIVE = re.compile(r"(?:ki|l[ıiuü]|[^ıiuü]s[ıiuü])$")
