"""The tasks: what is asked of a passage, and which of the items that come back become pairs.

A new task is a template in `prompts/`, a reader below, an entry in `TASKS`, and its name in `synthesis/config.py`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from curation import turkish
from curation.records import Evidence, Pair, Reject, Rejected, content_id
from synthesis import checks, grounding, replies
from synthesis.config import SynthesisConfig
from synthesis.passages import Passage, opens
from synthesis.prompt import Prompt, build_prompt
from synthesis.readers_rules import Built, read_built

PROMPTS = Path(__file__).parent / "prompts"
_WHOLE = 1600  # characters; a document up to this size is given whole to the task that names it


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader made of an item; `spans` are offsets in the passage, `given` the text the instruction speaks of."""

    instruction: str
    output: str
    spans: tuple[tuple[int, int], ...]
    given: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an item is no pair."""

    reason: str
    detail: str = ""


Reader = Callable[[Prompt, Passage, replies.Item], Draft | Refusal]


@dataclass(frozen=True, slots=True)
class Task:
    """How the items of a task are read, and how its request is sampled."""

    read: Reader
    max_tokens: int
    temperature: float


def requests(passage: Passage, config: SynthesisConfig, seed: int) -> Iterator[Prompt]:
    """Yield the prompts of a passage; which of the lighter tasks it gets depends on its id and `seed` alone."""
    heaviest = max(config.tasks.values())
    fields = {
        "metin": passage.text,
        "baslik": passage.title,
        "bolum": "ilk" if passage.start <= len(passage.title) + 8 else "devam",
        "adet": str(config.pairs_per_passage),
        "baglam": config.context,
        "yonerge": config.system,
    }
    for name, weight in config.tasks.items():
        if _chance(name, passage.id, seed) >= weight / heaviest:
            continue
        task = TASKS[name]
        rule = _lines(name, "yalnız" if config.context == "none" else "metinli")
        wanted = fields | ({"kural": rule[0]} if rule else {}) | (_titled(passage) if name == "baslik" else {})
        yield build_prompt(PROMPTS, name, wanted, seed=seed, max_tokens=task.max_tokens, temperature=task.temperature)


def _titled(passage: Passage) -> dict[str, str]:
    """What a title is asked of: the whole document where it is short, else the passage, and the rest that the title may be about."""
    whole = passage.text + passage.rest
    return {"metin": whole, "kalan": ""} if len(whole) <= _WHOLE else {"metin": passage.text, "kalan": passage.rest}


def accept(prompt: Prompt, passage: Passage, reply_text: str, writer: str, reject: Reject) -> Iterator[Pair]:
    """Yield the pairs of a reply that pass every check; the rest goes to `reject` with its reason."""
    found = replies.items(reply_text)
    if found is None:
        reject(_rejected(prompt, passage, Refusal("reply_not_json", reply_text[:200]), 0, reply_text[:2000]))
        return
    read = TASKS[prompt.task].read
    for number, item in enumerate(found):
        draft = _doubt(item) or read(prompt, passage, item)
        verdict = draft if isinstance(draft, Refusal) else _common_verdict(draft)
        if isinstance(verdict, Refusal):
            reject(_rejected(prompt, passage, verdict, number, json.dumps(item, ensure_ascii=False)))
        elif isinstance(draft, Draft):
            yield _pair(prompt, passage, draft, writer)


def _pair(prompt: Prompt, passage: Passage, draft: Draft, writer: str) -> Pair:
    evidence = tuple(Evidence(passage.document_id, passage.start + start, passage.start + end) for start, end in draft.spans)
    where = "|".join(f"{e.document_id}:{e.start}:{e.end}" for e in evidence)
    system = prompt.fields["yonerge"]
    identity = content_id("pair", prompt.task, system, draft.instruction, draft.given, draft.output, where)
    return Pair(identity, draft.instruction, draft.output, prompt.task, evidence, writer, input=draft.given, system=system)


def _rejected(prompt: Prompt, passage: Passage, refusal: Refusal, number: int, text: str) -> Rejected:
    identity = content_id("item", prompt.id, str(number), text)
    return Rejected(identity, refusal.reason, refusal.detail or prompt.task, f"{passage.document_id}:{passage.start}-{passage.end}", text)


def _doubt(item: replies.Item) -> Refusal | None:
    doubt = item.get("suphe")
    if not isinstance(doubt, str) or not doubt:
        return None
    reason, _, detail = doubt.partition(": ")
    return Refusal(f"doubt_{reason}", detail)


def _common_verdict(draft: Draft) -> Refusal | None:
    told = f"{draft.instruction}\n{draft.output}"
    reason = (
        checks.unmasked(told)
        or next(filter(None, map(checks.turkish_enough, (told, draft.output, draft.given))), None)
        or checks.one_register(told)
    )
    return Refusal(reason, draft.instruction) if reason else None


# --- readers, one per task ---------------------------------------------------------------------------------------------


def _read_question(prompt: Prompt, passage: Passage, item: replies.Item) -> Draft | Refusal:
    question, answer, quote = (_text(item, key) for key in ("soru", "cevap", "kanit"))
    if not (question and answer and quote):
        return Refusal("missing_key", "soru, cevap, kanit")
    span = grounding.locate(quote, passage.text)
    if span is None:
        return Refusal("evidence_not_found", quote)
    if not grounding.holds(passage.text[span[0] : span[1]], answer):
        return Refusal("answer_not_in_evidence", answer)
    alone = prompt.fields["baglam"] == "none" and item.get("metinli") is not True
    reason = (
        checks.question_form(question)
        or (checks.self_contained(question) if alone else None)
        or checks.answer_hidden(question, answer)
        or checks.length(question, min_words=2, max_words=40)
        or checks.length(answer, min_words=1, max_words=60)
    )
    if reason:
        return Refusal(reason, question)
    return Draft(question, answer, (span,), "" if alone else passage.text)


def _read_definition(prompt: Prompt, passage: Passage, item: replies.Item) -> Draft | Refusal:
    draft = _read_question(prompt, passage, item)
    if isinstance(draft, Draft) and checks.length(draft.output, min_words=4, max_words=60):
        return Refusal("too_short", draft.output)
    return draft


def _read_list(_: Prompt, passage: Passage, item: replies.Item) -> Draft | Refusal:
    question, quote = _text(item, "soru"), _text(item, "kanit")
    lines = _texts(item, "maddeler")
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


def _read_summary(prompt: Prompt, passage: Passage, item: replies.Item) -> Draft | Refusal:
    text = _text(item, "ozet")
    if not text:
        return Refusal("missing_key", "ozet")
    if not opens(passage.text):
        return Refusal("passage_cut_off", passage.text[:80])
    reason = checks.length(text, min_words=6, max_words=max(12, len(passage.text.split()) * 3 // 5))
    if reason:
        return Refusal(reason, text)
    strange = _strange_numbers(text, passage.text)
    if strange:
        return Refusal("numbers_not_in_text", ", ".join(strange))
    # A writer that summarises one paragraph says which.
    start, end = grounding.locate(_text(item, "kanit"), passage.text) or (0, len(passage.text))
    wording = "tek cümle" if len(turkish.sentences(text)) == 1 else "yönerge"
    return Draft(_one_of(prompt, wording), text, ((start, end),), passage.text[start:end])


def _read_title(prompt: Prompt, passage: Passage, item: replies.Item) -> Draft | Refusal:
    title = _text(item, "baslik").strip(' ."“”')
    if not title:
        return Refusal("missing_key", "baslik")
    text = _titled(passage)["metin"]
    if not opens(text):
        return Refusal("passage_cut_off", text[:80])
    reason = checks.length(title, min_words=2, max_words=14)
    if reason or "\n" in title:
        return Refusal(reason or "too_long", title)
    if title in text:
        return Refusal("title_in_text", title)
    return Draft(_one_of(prompt, "yönerge"), title, ((0, len(text)),), text)


_FACT_NAMES = {
    "tarihler": ["yılıyla ya da gün ve ayıyla yazılmış tarihleri"],
    "yerler": ["yerleri"],
    "miktarlar": ["birimiyle yazılmış ölçüleri (süreler ve adetler hariç)", "para tutarlarını", "yüzdeleri"],
}


def _read_facts(prompt: Prompt, passage: Passage, item: replies.Item) -> Draft | Refusal:
    found = {name: _texts(item, name) for name in _FACT_NAMES if name in item}
    if not any(found.values()):
        return Refusal("no_facts")
    spans = [(word, grounding.locate(word, passage.text)) for words in found.values() for word in words]
    missing = [word for word, span in spans if span is None]
    if missing:
        return Refusal("evidence_not_found", ", ".join(missing))
    wanted = _listed([word for name in found for word in _FACT_NAMES[name]])
    instruction = (
        _one_of(prompt, "yönerge")
        .replace("{anahtarlar}", wanted)
        .replace("{adlar}", f"{_listed([f'“{name}”' for name in found])} {'anahtarını' if len(found) == 1 else 'anahtarlarını'}")
    )
    return Draft(
        instruction, json.dumps(found, ensure_ascii=False), tuple(sorted({span for _, span in spans if span is not None})), passage.text
    )


def _read_built(prompt: Prompt, passage: Passage, item: replies.Item) -> Draft | Refusal:
    found = read_built(prompt, passage.text, item, lambda part: _lines(prompt.task, part))
    if isinstance(found, Built):
        return Draft(found.instruction, found.output, found.spans, found.given)
    return Refusal(found.reason, found.detail)


TASKS: dict[str, Task] = {
    "soru-cevap": Task(_read_question, max_tokens=1024, temperature=0.7),
    "tanim": Task(_read_definition, max_tokens=768, temperature=0.3),
    "liste": Task(_read_list, max_tokens=1024, temperature=0.3),
    "ozet": Task(_read_summary, max_tokens=512, temperature=0.5),
    "baslik": Task(_read_title, max_tokens=128, temperature=0.7),
    "bilgi-cikarma": Task(_read_facts, max_tokens=768, temperature=0.0),
    **{
        name: Task(_read_built, max_tokens=768, temperature=0.3)
        for name in ("bosluk", "dogru-yanlis", "siralama", "anahtar-sozcuk", "yazim", "cevapsiz")
    },
}


# --- small helpers -----------------------------------------------------------------------------------------------------


def _text(item: replies.Item, key: str) -> str:
    value: Any = item.get(key)
    return value.strip() if isinstance(value, str) else ""


def _texts(item: replies.Item, key: str) -> list[str]:
    value: Any = item.get(key)
    return [entry.strip() for entry in value if isinstance(entry, str) and entry.strip()] if isinstance(value, list) else []


def _strange_numbers(text: str, source: str) -> list[str]:
    known = set(re.findall(r"\d+(?:[.,]\d+)*", source))
    return [number for number in re.findall(r"\d+(?:[.,]\d+)*", text) if number not in known]


def _listed(words: list[str]) -> str:
    mark = "; " if any("," in word for word in words) else ", "
    return words[0] if len(words) == 1 else f"{mark.join(words[:-1])} ve {words[-1]}"


def _chance(*parts: str | int) -> float:
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _one_of(prompt: Prompt, part: str) -> str:
    lines = _lines(prompt.task, part)
    return lines[int(_chance(prompt.id, part) * len(lines))]


@cache
def _lines(task: str, part: str) -> tuple[str, ...]:
    """Return the lines of a part that stands before `## sistem` in the template of `task`."""
    head = re.split(r"^## sistem\s*$", (PROMPTS / f"{task}.md").read_text(encoding="utf-8"), maxsplit=1, flags=re.MULTILINE)[0]
    match = re.search(rf"^## {part}\s*\n(?P<body>.*?)(?=^## |\Z)", head, re.MULTILINE | re.DOTALL)
    return tuple(line.strip() for line in match["body"].splitlines() if line.strip()) if match else ()
