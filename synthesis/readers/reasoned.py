"""Answers in the writer's own words that rest on several places: explanations, reasoning in steps, and the honest "not in the text"."""

from __future__ import annotations

from synthesis import arithmetic, checks, claims, grounding
from synthesis.drafts import Draft, Refusal, one_of, text_of, texts_of
from synthesis.passages import Passage
from synthesis.prompt import Prompt
from synthesis.replies import Item

_COPIED = 0.9  # of the passage's words in an explanation: that is the passage, not an explanation
_WORDS = (20, 400)  # of an explanation whose length the recipe leaves open
_WISHED = (4, 600)  # where it asks for a length: a sentence at least, the rest is checked with the wishes
_SHARED_STEMS = 1  # a question that the text does not answer is still about something in the text


def read_explanation(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return an open question and its explanation, every number, date and name of which stands in the passage."""
    question, answer = text_of(item, "soru"), text_of(item, "cevap")
    if not (question and answer and texts_of(item, "kanit")):
        return Refusal("missing_key", "soru, cevap, kanit")
    grounded = rests_on(passage, texts_of(item, "kanit"), f"{question}\n{answer}")
    if isinstance(grounded, Refusal):
        return grounded
    alone = prompt.fields["baglam"] == "none"
    least, most = _WISHED if prompt.fields.get("uzunluk") else _WORDS
    reason = (
        (checks.self_contained(question) if alone else None)
        or checks.length(question, min_words=3, max_words=50)
        or checks.length(answer, min_words=least, max_words=most)
    )
    if reason:
        return Refusal(reason, question)
    if len(passage.text.split()) > 40 and checks.overlap(passage.text, answer) > _COPIED:
        return Refusal("copied_passage", answer[:80])
    return Draft(question, answer, grounded, "" if alone else passage.text)


def read_steps(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return a question answered in numbered steps: every sum holds, and every other number stands in the passage or in the question."""
    question, result, steps = text_of(item, "soru"), text_of(item, "sonuc"), [_bare(step) for step in texts_of(item, "adimlar")]
    if not (question and result and len(steps) > 1):
        return Refusal("missing_key", "soru, adimlar, sonuc")
    told = "\n".join((*steps, result))
    found = arithmetic.sums(told)
    wrong = [words for words, _, holds in found if not holds]
    if wrong:
        return Refusal("wrong_sum", "; ".join(wrong))
    worked_out = " ".join(value.replace(".", ",") for _, value, _ in found)
    grounded = rests_on(passage, texts_of(item, "kanit"), f"{question}\n{told}", besides=worked_out)
    if isinstance(grounded, Refusal):
        return grounded
    alone = prompt.fields["baglam"] == "none" and not found
    reason = (checks.self_contained(question) if alone else None) or checks.length(question, min_words=3, max_words=60)
    if reason:
        return Refusal(reason, question)
    lines = [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
    return Draft(question, "\n".join([*lines, f"Sonuç: {result}"]), grounded, "" if alone else passage.text)


def read_absent(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return a question near the passage that it does not answer, with an answer that says so; what is missing must really be missing."""
    question, lacking = text_of(item, "soru"), text_of(item, "eksik")
    if not (question and lacking):
        return Refusal("missing_key", "soru, eksik")
    reason = checks.question_form(question) or checks.length(question, min_words=3, max_words=40)
    if reason:
        return Refusal(reason, question)
    if checks.overlap(lacking, passage.text) >= 1:
        return Refusal("stands_in_text", lacking)
    if checks.shared_stems(question, f"{passage.title}\n{passage.text}") < _SHARED_STEMS:
        return Refusal("off_topic", question)
    return Draft(question, one_of(prompt, "cevap"), ((0, len(passage.text)),), passage.text)


def rests_on(passage: Passage, quotes: list[str], answer: str, *, besides: str = "") -> tuple[tuple[int, int], ...] | Refusal:
    """Return the places of `quotes` in the passage; a refusal where one is missing, or where the passage, its title and `besides` lack what `answer` claims."""
    if not quotes:
        return Refusal("missing_key", "kanit")
    places = grounding.locate_all(quotes, passage.text)
    if isinstance(places, str):
        return Refusal("evidence_not_found", places)
    astray = claims.unsupported(answer, f"{passage.title}\n{passage.text}\n{besides}")
    return Refusal("claims_not_in_text", ", ".join(astray)) if astray else places


def _bare(step: str) -> str:
    """A step without the number that the writer gave it."""
    head, _, rest = step.partition(" ")
    label = head.rstrip(".):")
    if label.isdigit() and label != head and rest:
        return rest
    return rest.partition(" ")[2] if head == "Adım" and rest.partition(" ")[0].rstrip(".:)").isdigit() else step
