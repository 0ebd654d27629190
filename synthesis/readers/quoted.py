"""Questions, definitions and lists: one answer, and the words of the passage that it rests on."""

from __future__ import annotations

from synthesis import checks, claims, grounding
from synthesis.drafts import Draft, Refusal, text_of, texts_of
from synthesis.language.answer_form import answer_form
from synthesis.passages import Passage
from synthesis.prompt import Prompt
from synthesis.replies import Item


def read_question(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return a question whose answer stands in its quotation, with the passage where the question may lean on it."""
    question, answer, quote = (text_of(item, key) for key in ("soru", "cevap", "kanit"))
    if not (question and answer and quote):
        return Refusal("missing_key", "soru, cevap, kanit")
    span = grounding.locate(quote, passage.text)
    if span is None:
        return Refusal("evidence_not_found", quote)
    if not grounding.holds(passage.text[span[0] : span[1]], answer):
        return Refusal("answer_not_in_evidence", answer)
    invented = claims.unsupported(question, f"{passage.title}\n{passage.text}")
    if invented:  # a question with a false premise
        return Refusal("question_claims_not_in_text", ", ".join(invented))
    alone = prompt.fields["baglam"] == "none" and item.get("metinli") is not True
    reason = (
        checks.question_form(question)
        or (checks.self_contained(question) if alone else None)
        or checks.answer_hidden(question, answer)
        or answer_form(question, answer)
        or checks.length(question, min_words=2, max_words=40)
        or checks.length(answer, min_words=1, max_words=60)
    )
    if reason:
        return Refusal(reason, question)
    return Draft(question, answer, (span,), "" if alone else passage.text)


def read_definition(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return a question for a concept whose answer is more than a word or two."""
    draft = read_question(prompt, passage, item)
    if isinstance(draft, Draft) and checks.length(draft.output, min_words=4, max_words=60):
        return Refusal("too_short", draft.output)
    return draft


def read_list(_: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return a question whose answer is a list of different items, each in the quotation."""
    question, quote = text_of(item, "soru"), text_of(item, "kanit")
    lines = texts_of(item, "maddeler")
    if not (question and quote and len(lines) > 1):
        return Refusal("missing_key", "soru, maddeler, kanit")
    span = grounding.locate(quote, passage.text)
    if span is None:
        return Refusal("evidence_not_found", quote)
    astray = next((line for line in lines if not grounding.holds(passage.text[span[0] : span[1]], line)), None)
    if astray is not None:
        return Refusal("answer_not_in_evidence", astray)
    if len(set(map(checks.question_key, lines))) < len(lines):
        return Refusal("repeated_items", question)
    reason = checks.length(question, min_words=3, max_words=50)
    if reason:
        return Refusal(reason, question)
    return Draft(question, "\n".join(f"- {line}" for line in lines), (span,), passage.text)
