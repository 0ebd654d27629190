"""Readers of the tasks that code can check to the last letter, whoever wrote the item."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from curation.records import content_id
from synthesis import checks, grounding
from synthesis.prompt import Prompt
from synthesis.rules.blanks import with_blank
from synthesis.rules.order import without_marks, without_turkish, year_of
from synthesis.rules.unanswered import foreign

Item = dict[str, Any]
Lines = Callable[[str], tuple[str, ...]]
"""The lines of a part of the task's template."""


@dataclass(frozen=True, slots=True)
class Built:
    """A pair that holds: `spans` are offsets in the passage, `given` the text the instruction speaks of."""

    instruction: str
    output: str
    spans: tuple[tuple[int, int], ...]
    given: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Why an item is no pair."""

    reason: str
    detail: str = ""


def read_built(prompt: Prompt, passage: str, item: Item, lines: Lines) -> Built | Broken:
    """Return the pair of an item of one of these tasks, or what is wrong with it; `lines` gives the wordings of its template."""
    return _READERS[prompt.task](prompt, passage, item, lines)


def _cloze(prompt: Prompt, passage: str, item: Item, lines: Lines) -> Built | Broken:
    sentence, answer = _text(item, "cumle"), _text(item, "cevap")
    if not (sentence and answer):
        return Broken("missing_key", "cumle, cevap")
    span = grounding.locate(sentence, passage)
    if span is None:
        return Broken("evidence_not_found", sentence)
    told = passage[slice(*span)]
    if len(re.findall(rf"(?<!\w){re.escape(answer)}(?!\w)", told)) != 1:
        return Broken("answer_not_in_evidence", answer)
    if len(told.split()) < 4 or len(answer.split()) > 5:
        return Broken("too_short", told)
    return Built(_worded(prompt, "yönerge", lines).replace("{cumle}", with_blank(told, answer)), answer, (span,), passage)


def _statement(prompt: Prompt, passage: str, item: Item, lines: Lines) -> Built | Broken:
    claim, quote, right = _text(item, "ifade"), _text(item, "kanit"), item.get("dogru")
    if not (claim and quote and isinstance(right, bool)):
        return Broken("missing_key", "ifade, dogru, kanit")
    span = grounding.locate(quote, passage)
    if span is None:
        return Broken("evidence_not_found", quote)
    instruction = _worded(prompt, "yönerge", lines).replace("{ifade}", claim)
    if right:
        stands = grounding.locate(claim, passage) is not None
        return Built(instruction, "Doğru.", (span,), passage) if stands else Broken("answer_not_in_evidence", claim)
    told, said = _text(item, "metindeki"), _text(item, "ifadedeki")
    exchanged = (
        told and said and told in passage[slice(*span)] and said in claim and not re.search(rf"(?<!\w){re.escape(said)}(?!\w)", passage)
    )
    # The wrong word away, and the rest is the sentence of the passage, but for a case suffix.
    if not exchanged or _frame(claim, said) != _frame(passage[slice(*span)], told):
        return Broken("not_certainly_false", claim)
    return Built(instruction, f"Yanlış. Metinde “{said}” değil, “{told}” yazıyor.", (span,), passage)


def _frame(sentence: str, word: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(word)}(?:['’][dt][ae]n?(?!\w))?", "_", sentence, count=1)


def _order(prompt: Prompt, passage: str, item: Item, lines: Lines) -> Built | Broken:
    mixed, ordered = _texts(item, "karisik"), _texts(item, "sirali")
    if len(ordered) < 3 or sorted(mixed) != sorted(ordered) or mixed == ordered:
        return Broken("missing_key", "karisik, sirali")
    spans = [grounding.locate(sentence, passage) for sentence in ordered]
    years = [year_of(sentence) for sentence in ordered]
    known = [year for year in years if year is not None]
    if any(span is None for span in spans):
        return Broken("evidence_not_found", " | ".join(ordered))
    if len(known) < len(years) or any(later <= earlier for earlier, later in pairwise(known)):
        return Broken("order_unsure", " | ".join(ordered))
    where = tuple(sorted(span for span in spans if span is not None))
    given = "\n".join(f"- {sentence}" for sentence in mixed)
    return Built(
        _worded(prompt, "yönerge", lines), "\n".join(f"{n}. {sentence}" for n, sentence in enumerate(ordered, start=1)), where, given
    )


def _keywords(prompt: Prompt, passage: str, item: Item, lines: Lines) -> Built | Broken:
    words = _texts(item, "sozcukler")
    if not 3 <= len(words) <= 8:
        return Broken("missing_key", "sozcukler")
    astray = next((word for word in words if grounding.locate(word, passage) is None or len(word.split()) > 4), None)
    if astray is not None:
        return Broken("evidence_not_found", astray)
    if len(set(map(checks.question_key, words))) < len(words):
        return Broken("repeated_items", ", ".join(words))
    return Built(_worded(prompt, "yönerge", lines), ", ".join(words), ((0, len(passage)),), passage)


def _repair(prompt: Prompt, passage: str, item: Item, lines: Lines) -> Built | Broken:
    broken, right, kind = _text(item, "bozuk"), _text(item, "dogru"), _text(item, "tur")
    wreck = {"harf": without_turkish, "noktalama": without_marks}.get(kind)
    if not (broken and right and wreck):
        return Broken("missing_key", "bozuk, dogru, tur")
    span = grounding.locate(right, passage)
    if span is None:
        return Broken("evidence_not_found", right)
    if wreck(right) != broken or broken == right:
        return Broken("not_the_same_words", broken)
    return Built(_worded(prompt, kind, lines), right, (span,), broken)


def _foreign(prompt: Prompt, passage: str, item: Item, lines: Lines) -> Built | Broken:
    question = _text(item, "soru")
    if not question:
        return Broken("missing_key", "soru")
    reason = checks.question_form(question) or (None if foreign(question, passage) else "may_be_answered")
    if reason:
        return Broken(reason, question)
    return Built(
        _worded(prompt, "yönerge", lines).replace("{soru}", question), _worded(prompt, "cevap", lines), ((0, len(passage)),), passage
    )


_READERS: dict[str, Callable[[Prompt, str, Item, Lines], Built | Broken]] = {
    "bosluk": _cloze,
    "dogru-yanlis": _statement,
    "siralama": _order,
    "anahtar-sozcuk": _keywords,
    "yazim": _repair,
    "cevapsiz": _foreign,
}


def _worded(prompt: Prompt, part: str, lines: Lines) -> str:
    """Return one wording of a part; which one depends on the prompt alone."""
    found = lines(part)
    return found[int(content_id("wording", prompt.id, part).removeprefix("wording-"), 16) % len(found)].replace("\\n", "\n")


def _text(item: Item, key: str) -> str:
    value: Any = item.get(key)
    return value.strip() if isinstance(value, str) else ""


def _texts(item: Item, key: str) -> list[str]:
    value: Any = item.get(key)
    return [entry.strip() for entry in value if isinstance(entry, str) and entry.strip()] if isinstance(value, list) else []
