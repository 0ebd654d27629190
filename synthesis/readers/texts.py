"""Tasks about a whole text: summary, title, facts as JSON, label, rewriting."""

from __future__ import annotations

import json
from collections.abc import Mapping

from curation import turkish
from synthesis import checks, claims, grounding
from synthesis.drafts import Draft, Refusal, chance, listed, one_of, text_of, texts_of
from synthesis.passages import Passage, opens
from synthesis.prompt import PROMPTS, Prompt, template_lines
from synthesis.replies import Item

_WHOLE = 1600  # characters; a document up to this size is given whole to the task that names it
_KEPT_NUMBERS = 0.7  # of the text that a rewriting keeps; simple language may leave a detail out


def read_summary(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return a summary that is clearly shorter than its text and brings no number, date or name of its own."""
    text = text_of(item, "ozet")
    if not text:
        return Refusal("missing_key", "ozet")
    if not opens(passage.text):
        return Refusal("passage_cut_off", passage.text[:80])
    reason = checks.length(text, min_words=6, max_words=max(12, len(passage.text.split()) * 3 // 5))
    if reason:
        return Refusal(reason, text)
    added = claims.unsupported(text, f"{passage.title}\n{passage.text}")
    if added:
        return Refusal("claims_not_in_text", ", ".join(added))
    # A writer that summarises one paragraph says which.
    start, end = grounding.locate(text_of(item, "kanit"), passage.text) or (0, len(passage.text))
    wording = "tek cümle" if len(turkish.sentences(text)) == 1 else "yönerge"
    return Draft(one_of(prompt, wording), text, ((start, end),), passage.text[start:end])


def title_fields(passage: Passage, _seed: int = 0) -> Mapping[str, str]:
    """Return what a title is asked of: the whole document where it is short, else the passage, and the rest that the title may be about."""
    whole = passage.text + passage.rest
    return {"metin": whole, "kalan": ""} if len(whole) <= _WHOLE else {"metin": passage.text, "kalan": passage.rest}


def read_title(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return a title that the text itself does not hold."""
    title = text_of(item, "baslik").strip(' ."“”')
    if not title:
        return Refusal("missing_key", "baslik")
    text = title_fields(passage)["metin"]
    if not opens(text):
        return Refusal("passage_cut_off", text[:80])
    reason = checks.length(title, min_words=2, max_words=14)
    if reason or "\n" in title:
        return Refusal(reason or "too_long", title)
    if title in text:
        return Refusal("title_in_text", title)
    return Draft(one_of(prompt, "yönerge"), title, ((0, len(text)),), text)


_FACT_NAMES = {
    "tarihler": ["yılıyla ya da gün ve ayıyla yazılmış tarihleri"],
    "yerler": ["yerleri"],
    "miktarlar": ["birimiyle yazılmış ölçüleri (süreler ve adetler hariç)", "para tutarlarını", "yüzdeleri"],
}


def read_facts(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return the facts as JSON, only the keys that came back, each fact as it stands in the text."""
    found = {name: texts_of(item, name) for name in _FACT_NAMES if name in item}
    if not any(found.values()):
        return Refusal("no_facts")
    spans = [(word, grounding.locate(word, passage.text)) for words in found.values() for word in words]
    missing = [word for word, span in spans if span is None]
    if missing:
        return Refusal("evidence_not_found", ", ".join(missing))
    wanted = listed([word for name in found for word in _FACT_NAMES[name]])
    instruction = (
        one_of(prompt, "yönerge")
        .replace("{anahtarlar}", wanted)
        .replace("{adlar}", f"{listed([f'“{name}”' for name in found])} {'anahtarını' if len(found) == 1 else 'anahtarlarını'}")
    )
    return Draft(
        instruction, json.dumps(found, ensure_ascii=False), tuple(sorted({span for _, span in spans if span is not None})), passage.text
    )


def read_label(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return the one of the recipe's labels that the text got, with the words that show it as evidence."""
    labels = prompt.fields["etiketler"].split(", ")
    label = {checks.question_key(name): name for name in labels}.get(checks.question_key(text_of(item, "etiket")))
    if label is None:
        return Refusal("unknown_label", text_of(item, "etiket") or "etiket")
    spans = [grounding.locate(quote, passage.text) for quote in texts_of(item, "kanit")]
    found = tuple(sorted({span for span in spans if span is not None}))
    if not found:
        return Refusal("evidence_not_found", ", ".join(texts_of(item, "kanit")) or "kanit")
    return Draft(one_of(prompt, "yönerge").replace("{etiketler}", listed(labels)), label, found, passage.text)


def rewriting_fields(passage: Passage, seed: int) -> Mapping[str, str] | None:
    """Return which rewriting a passage gets: the other register where it addresses a reader, else a simpler or shorter wording; none for a text cut off."""
    if not opens(passage.text):
        return None
    spoken = checks.register(passage.text)
    kinds = {"sen": ("siz",), "siz": ("sen",), "mixed": ("siz", "sen")}.get(spoken, ("sade", "kısa"))
    kind = kinds[int(chance(passage.id, "bicim", seed) * len(kinds))]
    (rule,) = template_lines(PROMPTS, "yeniden-yazma", f"kural {kind}")
    return {"bicim": kind, "kural": rule}


def read_rewriting(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return the passage in other words that say the same: no number, date or name more, most of the numbers kept, in the form asked for."""
    text, kind = text_of(item, "metin"), prompt.fields["bicim"]
    if not text:
        return Refusal("missing_key", "metin")
    if checks.question_key(text) == checks.question_key(passage.text):
        return Refusal("nothing_changed", text[:80])
    added = claims.unsupported(text, passage.text)
    if added:
        return Refusal("claims_not_in_text", ", ".join(added))
    numbers = set(claims.numbers(passage.text))
    if kind != "kısa" and len(numbers & set(claims.numbers(text))) < _KEPT_NUMBERS * len(numbers):
        return Refusal("numbers_left_out", text[:80])
    reason = _not_as_asked(kind, text, passage.text)
    if reason:
        return Refusal(reason, text[:80])
    return Draft(one_of(prompt, f"yönerge {kind}"), text, ((0, len(passage.text)),), passage.text)


def _not_as_asked(kind: str, text: str, source: str) -> str | None:
    words, given = len(text.split()), len(source.split())
    if kind in ("sen", "siz"):
        return None if checks.register(text) == kind else "other_register"
    if kind == "kısa":
        return "too_long" if words > given * 3 // 4 else "too_short" if words < 8 else None
    if words < given // 2:
        return "too_short"
    longest, before = (max(len(t[start:end].split()) for start, end in turkish.sentences(t)) for t in (text, source))
    return None if longest <= max(before, 12) else "not_simpler"
