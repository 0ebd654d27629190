"""What a question and its answer are about: the person, institution, term, title or noun that a phrase can be built around."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from alignment.case import Case
from alignment.spans import names
from curation.turkish import capitalize, lower
from synthesis.lexicon import AFTER_NAME, COMMON_SUBJECTS, PERSON_SUFFIXES, REFERENCES, first_names

Sort = Literal["person", "institution", "term", "title", "lead", "noun", "none"]


@dataclass(frozen=True, slots=True)
class Topic:
    """What is spoken of, `name` as it stands inside a sentence."""

    sort: Sort
    name: str

    @property
    def opening(self) -> str:
        """The name as it stands at the beginning of a sentence."""
        return self.name if self.name[:1].isupper() else capitalize(self.name[:1]) + self.name[1:]


_TERM = re.compile(r"^(?P<term>[^?,]{2,60}?),? (?:tam olarak )?(?:nedir|ne demektir|ne demek|ne anlama gelir|neye denir|kime denir)\?$")
_TITLED = re.compile(r"^“(?P<title>.+)” başlıklı yazıya göre ")
_LEAD = re.compile(r"“(?P<lead>[^”]{5,90})” sözünden sonra")
_NOUN_ENDINGS = re.compile(r"(?:n?[ıiuü]n|y?[ıiuü]|[dt][ae]n?|y?[ae]|l[ae]r\w*|s[ıiuü]n?\w*|l[ıiuü]|l[ıiuü]k)")
_PLURAL = re.compile(r"[^\W\d_]{3,}l[ae]r")
_LEAST_THEME = 3  # times a noun stands in a text before the text is about it


def topic(case: Case) -> Topic:
    """Return what `case` is about, the most telling that can be found; `none` has no name."""
    term = term_of(case.question)
    if term:
        return Topic("term", inside(term, case.source))
    lead = _LEAD.search(case.question)
    if lead is not None:
        return Topic("lead", lead["lead"])
    subject = _subject(bare(case.question) if case.task == "soru-cevap" else case.answer)
    title = _TITLED.match(case.question)
    if subject is not None:
        return subject
    if title is not None:
        return Topic("title", title["title"])
    noun = _theme(case.passage) if case.task == "ozet" else _first_noun(case.question) if case.task == "soru-cevap" else ""
    return Topic("noun", noun) if noun else Topic("none", "")


def term_of(question: str) -> str:
    """Return what `question` wants defined, as it stands there; empty where it asks for something else."""
    found = _TERM.match(bare(question))
    return found["term"] if found is not None else ""


def bare(question: str) -> str:
    """Return `question` without the title of the text that it names first."""
    return _TITLED.sub("", question)


def inside(term: str, source: str) -> str:
    """Return `term` as it is written in the middle of a sentence: small where `source` has it small."""
    small = lower(term[:1]) + term[1:]
    return small if re.search(rf"(?<!\w){re.escape(small)}", source) or (term[1:2].islower() and " " not in term) else term


def _first_noun(question: str) -> str:
    """The noun that a question begins with, where it is surely its subject."""
    first = lower(question.split(maxsplit=1)[0]) if question.split() else ""
    return first if first in COMMON_SUBJECTS or _PLURAL.fullmatch(first) else ""


def _subject(text: str) -> Topic | None:
    """The first person or institution that stands without a suffix, and so as a subject."""
    for span in names(text):
        if span.suffix:
            continue
        if span.sort == "person" and _surely_a_person(span.value):
            return Topic("person", span.value)
        if span.sort == "organisation":
            return Topic("institution", span.value)
    return None


def _surely_a_person(name: str) -> bool:
    words = name.split()
    return len(words) == 2 or words[-1].endswith(PERSON_SUFFIXES) or all(word in first_names() for word in words[:-1])


def _theme(passage: str) -> str:
    """The noun that stands most often in `passage`, bare and with endings; empty where none is sure."""
    counts = Counter(word for word in re.findall(r"[^\W\d_]{4,}", lower(passage)) if word not in REFERENCES and word not in AFTER_NAME)
    best, most = "", _LEAST_THEME - 1
    for word in sorted(counts):
        endings = [other for other in counts if other != word and other.startswith(word) and _NOUN_ENDINGS.fullmatch(other[len(word) :])]
        total = counts[word] + sum(counts[other] for other in endings)
        if len(endings) >= 2 and counts[word] >= 2 and total > most:
            best, most = word, total
    return best
