"""What a worse answer is made from and judged against: a pair with its texts, as the fields of a prompt carry them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from curation.turkish import APOSTROPHES, fold, lower, sentences
from synthesis.code_blocks import code_key, outside

_SUFFIX = re.compile(rf"(?<=\w)[{APOSTROPHES}][a-zçğıöşüâî]+")
_LEANS_ON_BEFORE = re.compile(
    r"^(?:\w+,? ){0,2}(?:bu|o|onu|onun|bunu|bunun|bunlar|onlar|şu|burada|orada|böyle|öyle)\b"
    r"|^(?:ancak|oysa|ama|fakat|ayrıca|yine|ardından|böylece|bunda|üstelik|ise|çünkü|nitekim|ikinci|üçüncü|ikincisi|sonra|hatta)\b"
)
_STEM = 5  # letters; longer Turkish stems differ in suffixes more often than in meaning


VAGUE_OVERLAP = 0.34
"""Share of words that two texts of one document have in common by chance, at most."""


@dataclass(frozen=True, slots=True)
class Case:
    """One pair in plain texts: `passage` is what the answer speaks of, `evidence` the part it rests on, `other` another document, `tests` what its code passes, `before` what was said earlier."""

    task: str
    question: str
    passage: str
    answer: str
    evidence: str
    other: str
    tests: str = ""
    before: str = ""

    @property
    def source(self) -> str:
        """All that the pair's own document says here."""
        return f"{self.evidence}\n{self.passage}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer may not stand as the worse one."""

    reason: str
    detail: str = ""


def case_of(fields: Mapping[str, str]) -> Case:
    """Return the case that a prompt's fields describe. Raises KeyError for a missing field."""
    return Case(
        fields["gorev"],
        fields["soru"],
        fields["metin"],
        fields["cevap"],
        fields["kanit"],
        fields["baska"],
        fields.get("testler", ""),
        fields.get("onceki", ""),
    )


def key(text: str) -> str:
    """Return the words of `text` folded, without marks and white space that differ."""
    return " ".join(re.findall(r"\w+", fold(text)))


def sameness(text: str, task: str) -> tuple[str, str]:
    """Return what makes two answers of `task` one: the words, and beside them the code, or the letters and marks where these are what was asked for."""
    return key(outside(text)), text.strip() if task == "yazim" else code_key(text)


def stems(text: str) -> set[str]:
    """Return the folded beginnings of the words of `text` that carry meaning: four letters or more, or digits."""
    return {word[:_STEM] for word in re.findall(r"\w+", fold(_SUFFIX.sub("", text))) if len(word) > 3 or word.isdigit()}


def asked_for(case: Case) -> set[str]:
    """Return the stems of the right answer that the question does not already hold."""
    return stems(case.answer) - stems(case.question)


def sentence_texts(text: str) -> list[str]:
    """Return the sentences of `text`, one string each."""
    return [text[start:end] for start, end in sentences(text)]


def standing_sentences(text: str, avoided: set[str]) -> list[str]:
    """Return the sentences of `text` that can stand alone and touch none of the stems `avoided`."""
    return [
        sentence
        for sentence in sentence_texts(text)
        if 5 <= len(sentence.split()) <= 25
        and sentence[0].isupper()
        and sentence[-1] == "."
        and not _LEANS_ON_BEFORE.match(lower(sentence))
        and not stems(sentence) & avoided
    ]


def stands_in(value: str, text: str) -> bool:
    """Whether `value` stands in `text` as whole words, whatever its suffix and letter marks."""
    return re.search(rf"(?<![\w.,]){re.escape(fold(value))}(?![.,]?\d)", fold(text)) is not None


def is_json(text: str) -> bool:
    """Whether `text` is a JSON object or list."""
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False


def title_fits(title: str, text: str) -> bool:
    """Whether `title` may be a title of `text`, by the words they share."""
    return len(stems(title) & stems(text)) > VAGUE_OVERLAP * max(len(stems(title)), 1)
