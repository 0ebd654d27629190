"""Readers of the tasks that code can check to the last letter, whoever wrote the item."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from curation.records import content_id
from curation.turkish import APOSTROPHES
from synthesis import checks, grounding
from synthesis.drafts import Draft, Refusal, text_of, texts_of
from synthesis.language.cases import same_suffix
from synthesis.passages import Passage
from synthesis.prompt import PROMPTS, Prompt, template_lines
from synthesis.replies import Item
from synthesis.rules.blanks import with_blank
from synthesis.rules.order import without_marks, without_turkish, year_of
from synthesis.rules.unanswered import foreign


def read(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return the pair of an item of one of these tasks, or what is wrong with it."""
    return _READERS[prompt.task](prompt, passage.text, item)


def _cloze(prompt: Prompt, passage: str, item: Item) -> Draft | Refusal:
    sentence, answer = text_of(item, "cumle"), text_of(item, "cevap")
    if not (sentence and answer):
        return Refusal("missing_key", "cumle, cevap")
    span = grounding.locate(sentence, passage)
    if span is None:
        return Refusal("evidence_not_found", sentence)
    told = passage[slice(*span)]
    if len(re.findall(rf"(?<!\w){re.escape(answer)}(?!\w)", told)) != 1:
        return Refusal("answer_not_in_evidence", answer)
    if len(told.split()) < 4 or len(answer.split()) > 5:
        return Refusal("too_short", told)
    return Draft(_worded(prompt, "yönerge").replace("{cumle}", with_blank(told, answer)), answer, (span,), passage)


def _statement(prompt: Prompt, passage: str, item: Item) -> Draft | Refusal:
    claim, quote, right = text_of(item, "ifade"), text_of(item, "kanit"), item.get("dogru")
    if not (claim and quote and isinstance(right, bool)):
        return Refusal("missing_key", "ifade, dogru, kanit")
    span = grounding.locate(quote, passage)
    if span is None:
        return Refusal("evidence_not_found", quote)
    instruction = _worded(prompt, "yönerge").replace("{ifade}", claim)
    if right:
        stands = grounding.locate(claim, passage) is not None
        return Draft(instruction, "Doğru.", (span,), passage) if stands else Refusal("answer_not_in_evidence", claim)
    told, said = text_of(item, "metindeki"), text_of(item, "ifadedeki")
    absent = re.search(rf"(?<!\w){re.escape(said)}(?!\w)", passage) is None
    if not (told and said and absent and _exchanged(passage[slice(*span)], told, claim, said)):
        return Refusal("not_certainly_false", claim)
    return Draft(instruction, f"Yanlış. Metinde “{said}” değil, “{told}” yazıyor.", (span,), passage)


def _exchanged(sentence: str, told: str, claim: str, said: str) -> bool:
    """Whether `claim` is `sentence` with `said` in the place of `told`, in the same case."""
    right, wrong = _found(told, sentence), _found(said, claim)
    if right is None or wrong is None:
        return False
    before, after = sentence[: right.start()], sentence[right.end() :]
    alike = (claim[: wrong.start()], claim[wrong.end() :]) == (before, after)
    return alike and same_suffix((told, right["suffix"] or ""), (said, wrong["suffix"] or ""), before)


def _found(word: str, sentence: str) -> re.Match[str] | None:
    """The first place of a whole word or number, with what stands behind its apostrophe."""
    return re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(word)}(?![.,]\d)(?:[{APOSTROPHES}](?P<suffix>[^\W\d_]+))?(?!\w)", sentence)


def _order(prompt: Prompt, passage: str, item: Item) -> Draft | Refusal:
    mixed, ordered = texts_of(item, "karisik"), texts_of(item, "sirali")
    if len(ordered) < 3 or sorted(mixed) != sorted(ordered) or mixed == ordered:
        return Refusal("missing_key", "karisik, sirali")
    spans = [grounding.locate(sentence, passage) for sentence in ordered]
    years = [year_of(sentence) for sentence in ordered]
    known = [year for year in years if year is not None]
    if any(span is None for span in spans):
        return Refusal("evidence_not_found", " | ".join(ordered))
    if len(known) < len(years) or any(later <= earlier for earlier, later in pairwise(known)):
        return Refusal("order_unsure", " | ".join(ordered))
    where = tuple(sorted(span for span in spans if span is not None))
    given = "\n".join(f"- {sentence}" for sentence in mixed)
    return Draft(_worded(prompt, "yönerge"), "\n".join(f"{n}. {sentence}" for n, sentence in enumerate(ordered, start=1)), where, given)


def _keywords(prompt: Prompt, passage: str, item: Item) -> Draft | Refusal:
    words = texts_of(item, "sozcukler")
    if not 3 <= len(words) <= 8:
        return Refusal("missing_key", "sozcukler")
    astray = next((word for word in words if grounding.locate(word, passage) is None or len(word.split()) > 4), None)
    if astray is not None:
        return Refusal("evidence_not_found", astray)
    if len(set(map(checks.question_key, words))) < len(words):
        return Refusal("repeated_items", ", ".join(words))
    return Draft(_worded(prompt, "yönerge"), ", ".join(words), ((0, len(passage)),), passage)


def _repair(prompt: Prompt, passage: str, item: Item) -> Draft | Refusal:
    broken, right, kind = text_of(item, "bozuk"), text_of(item, "dogru"), text_of(item, "tur")
    wreck = {"harf": without_turkish, "noktalama": without_marks}.get(kind)
    if not (broken and right and wreck):
        return Refusal("missing_key", "bozuk, dogru, tur")
    span = grounding.locate(right, passage)
    if span is None:
        return Refusal("evidence_not_found", right)
    if wreck(right) != broken or broken == right:
        return Refusal("not_the_same_words", broken)
    return Draft(_worded(prompt, kind), right, (span,), broken)


def _foreign(prompt: Prompt, passage: str, item: Item) -> Draft | Refusal:
    question = text_of(item, "soru")
    if not question:
        return Refusal("missing_key", "soru")
    reason = checks.question_form(question) or (None if foreign(question, passage) else "may_be_answered")
    if reason:
        return Refusal(reason, question)
    return Draft(_worded(prompt, "yönerge").replace("{soru}", question), _worded(prompt, "cevap"), ((0, len(passage)),), passage)


_READERS: dict[str, Callable[[Prompt, str, Item], Draft | Refusal]] = {
    "bosluk": _cloze,
    "dogru-yanlis": _statement,
    "siralama": _order,
    "anahtar-sozcuk": _keywords,
    "yazim": _repair,
    "cevapsiz": _foreign,
}


def _worded(prompt: Prompt, part: str) -> str:
    """Return one wording of a part; which one depends on the prompt alone."""
    found = template_lines(PROMPTS, prompt.task, part)
    return found[int(content_id("wording", prompt.id, part).removeprefix("wording-"), 16) % len(found)].replace("\\n", "\n")
