"""Questions that the text itself asks and answers in its next sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from curation.turkish import ascii_letters, lower
from synthesis.rules.candidates import Candidate
from synthesis.rules.sentence import Sentence, tokenize

_LEANS = re.compile(
    r"^(?:bu|şu|o|evet|hayır|çünkü|bunun|bunlar|bunu|ama|ancak|peki|ilki|aynı|aşağıdaki|şöyle|bundan|yine|ayrıca|onun|onlar)$"
)
_YES_OR_NO = re.compile(r"(?<!\w)m[ıiuü](?:d[ıiuü]r|y[ıiuü]z|s[ıiuü]n\w*|y[dm]\w*)?(?!\w)")  # a writer asks these to make a point
_LONGEST = 14  # words of a question that is one, not an argument
_WHY = re.compile(r"(?<!\w)(?:neden(?:dir)?|niçin|niye)(?!\w)")
_CAUSE = re.compile(
    r"(?<!\w)(?:çünkü|için|nedeniyle|sebebiyle|yüzünden|dolayı|ötürü|sayesinde|amacıyla|sonucu\w*|neden(?:i|leri)\w*|sebebi\w*)(?!\w)"
)


def asked_in_text(found: Sequence[Sentence], index: int, *, alone: bool) -> Iterator[Candidate]:
    """Yield the question at `index` with the sentence after it."""
    if index + 1 >= len(found):
        return
    question, answer = found[index].whole, found[index + 1].whole
    tokens = tokenize(question)
    reply = tokenize(answer)
    doubt = None
    if answer.endswith("?") or not reply or not answer.endswith("."):
        return
    if _YES_OR_NO.search(lower(question)) or len(tokens) > _LONGEST or re.match(r"\d", question) or ";" in question:
        doubt = "rhetorical"
    elif '"' in question or '"' in answer or ":" in answer:
        doubt = "marks_inside"
    elif len(tokens) < 2 or any(_LEANS.match(t.low) for t in tokens) or _LEANS.match(reply[0].low):
        doubt = "refers"
    elif len(tokens) > 2 and all(t.capital for t in tokens):
        doubt = "heading"
    elif _WHY.search(lower(question)) and not _CAUSE.search(lower(answer)):
        doubt = "no_reason"
    elif not _shared(question, answer):
        doubt = "answer_apart"
    if alone and not _general(question):
        doubt = doubt or "generic_subject"
    yield Candidate(question, answer, answer, "asked", doubt)


def _shared(question: str, answer: str) -> bool:
    words = {ascii_letters(w)[:4] for w in re.findall(r"[^\W\d_]{4,}", question)}
    return any(ascii_letters(w)[:4] in words for w in re.findall(r"[^\W\d_]{4,}", answer))


def _general(question: str) -> bool:
    """Whether a question of the text is about things in general: `Yanardağ nedir?`, or holds a name."""
    tokens = tokenize(question)
    named = any(t.capital for t in tokens[1:])
    return (
        named
        or bool(re.fullmatch(r"[^,]{3,40} (?:nedir|ne demektir|ne işe yarar|neden olur|nasıl oluşur)\?", question))
        or lower(question).startswith("insanlar")
    )
