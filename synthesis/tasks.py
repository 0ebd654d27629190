"""The tasks: what is asked of a passage, and which of the items that come back become pairs.

A new task is a template in `prompts/`, a reader in `readers/`, an entry in `TASKS`, and its name in `synthesis/config.py`;
a task of one recipe alone is a file of its own (`own_tasks.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from curation.errors import Mistake
from curation.records import Evidence, Pair, Reject, Rejected, content_id
from synthesis import replies, schemas, verdicts
from synthesis.config import EvolveConfig, SynthesisConfig
from synthesis.drafts import Draft, Refusal, Task, chance
from synthesis.passages import Passage
from synthesis.prompt import PROMPTS, Prompt, build_prompt, template_lines
from synthesis.readers import built, code, dialogue, instructions, quoted, reasoned, texts
from synthesis.repair import repaired
from synthesis.wishes import ALL, QUESTION, STYLE, wished

TASKS: Final[Mapping[str, Task]] = {
    "soru-cevap": Task(quoted.read_question, 1024, 0.7, schemas.QUESTION, wishes=QUESTION),
    "tanim": Task(quoted.read_definition, 768, 0.3, schemas.QUESTION),
    "liste": Task(quoted.read_list, 1024, 0.3, schemas.LIST),
    "ozet": Task(texts.read_summary, 512, 0.5, schemas.SUMMARY),
    "baslik": Task(texts.read_title, 128, 0.7, schemas.TITLE, texts.title_fields),
    "bilgi-cikarma": Task(texts.read_facts, 768, 0.0, schemas.FACTS),
    "aciklama": Task(reasoned.read_explanation, 1536, 0.7, schemas.EXPLANATION, wishes=ALL),
    "siniflandirma": Task(texts.read_label, 256, 0.0, schemas.LABEL),
    "yeniden-yazma": Task(texts.read_rewriting, 1536, 0.5, schemas.REWRITING, texts.rewriting_fields),
    "adim-adim": Task(reasoned.read_steps, 1536, 0.5, schemas.STEPS, wishes=QUESTION),
    "cok-turlu": Task(dialogue.read_dialogue, 2048, 0.7, schemas.DIALOGUE, wishes=STYLE),
    "metinde-yok": Task(reasoned.read_absent, 512, 0.7, schemas.ABSENT),
    "geri-ceviri": Task(instructions.read_backtranslation, 256, 0.7, schemas.BACKTRANSLATION, instructions.ready_fields, wishes=QUESTION),
    "tohumdan": Task(instructions.read_seeded, 1536, 0.9, schemas.INSTRUCTED, wishes=ALL),
    "evol": Task(instructions.read_evolved, 1536, 0.8, schemas.EVOLVED, instructions.evolving_fields, wishes=ALL),
    "bosluk": Task(built.read, 768, 0.3, schemas.BLANK),
    "dogru-yanlis": Task(built.read, 768, 0.3, schemas.STATEMENT),
    "siralama": Task(built.read, 768, 0.3, schemas.ORDER),
    "anahtar-sozcuk": Task(built.read, 768, 0.3, schemas.KEY_WORDS),
    "yazim": Task(built.read, 768, 0.3, schemas.SPELLING),
    "cevapsiz": Task(built.read, 768, 0.3, schemas.UNANSWERED),
    "kod": Task(code.read_code, 3072, 0.7, schemas.CODE),
}


def requests(passage: Passage, config: SynthesisConfig, seed: int, tasks: Mapping[str, Task] = TASKS) -> Iterator[Prompt]:
    """Yield the prompts of a passage; which of the lighter tasks it gets depends on its id and `seed` alone.

    `tasks` holds those of the recipe's task files too (`own_tasks.with_own`). Raises KeyError for a task that is not among them.
    """
    weights = config.weights()
    heaviest = max(weights.values())
    for name, weight in weights.items():
        if chance(name, passage.id, seed) < weight / heaviest:
            yield from _request(name, tasks[name], passage, config, seed)


def unable(key: str, named: Sequence[str], able: Sequence[str], which: str, config: SynthesisConfig) -> Iterator[Mistake]:
    """Yield what is wrong where the recipe's part `key` names tasks that are not `able`, or where none of the recipe's tasks is; `which` says what makes them so."""
    known = f"tasks of the recipe {which}: {', '.join(able) or 'there are none'}"
    for number, name in enumerate(named):
        if name not in able:
            yield Mistake(f"{key}.tasks.{number}", repr(name), known)
    if not able:
        yield Mistake(key, f"tasks {', '.join(config.weights())}", known)


def _request(name: str, task: Task, passage: Passage, config: SynthesisConfig, seed: int) -> Iterator[Prompt]:
    own = task.fields(passage, seed)
    if own is None:
        return
    fields, wishes = wished(task.wishes, passage, name, config, seed)
    rule = () if task.template else template_lines(PROMPTS, name, "yalnız" if config.context == "none" else "metinli")
    fields |= _common_fields(passage, config) | ({"kural": rule[0]} if rule else {}) | {**own}
    if name == "siniflandirma":
        fields |= {"etiketler": ", ".join(config.labels)}
    if name == "tohumdan":
        fields |= instructions.seed_fields(instructions.drawn_seeds(passage, seed, config.seeds))
    if name == "kod":
        fields |= code.limit_fields(config.code)
    yield build_prompt(
        PROMPTS, name, fields, seed=seed, max_tokens=task.max_tokens, temperature=task.temperature, template=task.template, wishes=wishes
    )


def _common_fields(passage: Passage, config: SynthesisConfig) -> dict[str, str]:
    return {
        "metin": passage.text,
        "baslik": passage.title,
        "bolum": "ilk" if passage.start <= len(passage.title) + 8 else "devam",
        "adet": str(config.pairs_per_passage),
        "baglam": config.context,
        "yonerge": config.system,
    }


def evolution(pair: Pair, passage: Passage, config: SynthesisConfig, seed: int) -> Prompt:
    """Return the prompt that asks for a harder or broader form of `pair`'s instruction, answered from `passage`; its reply is read as of task `evol`.

    The evolved instruction carries the passage where the pair's own does. Rounds are chained by giving the pair of one round to the next.
    """
    task, directions = TASKS["evol"], (config.evolve or EvolveConfig()).directions
    # how hard it shall be is said by the way: an easy question is not made deeper
    fields, wishes = wished(task.wishes - {"zorluk"}, passage, "evol", config, seed)
    (rule,) = template_lines(PROMPTS, "evol", "metinli" if pair.input else "yalnız")
    fields |= _common_fields(passage, config) | instructions.evolving_way(pair.id, seed, directions)
    fields |= {"kural": rule, "baglam": "passage" if pair.input else "none", "onceki": f"{instructions.GIVEN}{pair.instruction}"}
    return build_prompt(PROMPTS, "evol", fields, seed=seed, max_tokens=task.max_tokens, temperature=task.temperature, wishes=wishes)


def schema_of(task: str, tasks: Mapping[str, Task] = TASKS) -> dict[str, object]:
    """Return the JSON schema of a whole reply to `task`, strict as OpenAI's servers want it: an object whose one key holds the items."""
    return schemas.reply_schema(tasks[task].schema)


def schemas_of(config: SynthesisConfig, tasks: Mapping[str, Task] = TASKS) -> dict[str, str]:
    """Return the schemas of the recipe's tasks as JSON texts by task, as the model wall takes them."""
    return {name: json.dumps(schema_of(name, tasks), ensure_ascii=False) for name in config.made()}


def accept(
    prompt: Prompt, passage: Passage, reply_text: str, writer: str, reject: Reject, tasks: Mapping[str, Task] = TASKS
) -> Iterator[Pair]:
    """Yield the pairs of a reply that pass every check; the rest goes to `reject` with its reason."""
    found = replies.items(reply_text)
    if found is None:
        reject(_rejected(prompt, passage, Refusal("reply_not_json", reply_text[:200]), 0, reply_text[:2000]))
        return
    read = tasks[prompt.task].read
    source = f"{passage.title}\n{passage.text}"
    for number, item in enumerate(found):
        draft = _doubt(item) or read(prompt, passage, repaired(item, source, number + 1))
        verdict = draft if isinstance(draft, Refusal) else verdicts.common(prompt, draft)
        if isinstance(verdict, Refusal):
            reject(_rejected(prompt, passage, verdict, number, json.dumps(item, ensure_ascii=False)))
        elif isinstance(draft, Draft):
            yield _pair(prompt, passage, draft, writer)


def _pair(prompt: Prompt, passage: Passage, draft: Draft, writer: str) -> Pair:
    evidence = tuple(Evidence(passage.document_id, passage.start + start, passage.start + end) for start, end in draft.spans)
    where = "|".join(f"{e.document_id}:{e.start}:{e.end}" for e in evidence)
    system = prompt.fields["yonerge"]
    said = [*(f"{turn.role}: {turn.content}" for turn in draft.turns), *([draft.tests] if draft.tests else [])]
    identity = content_id("pair", prompt.task, system, draft.instruction, draft.given, draft.output, where, *said)
    return Pair(
        identity,
        draft.instruction,
        draft.output,
        prompt.task,
        evidence,
        writer,
        input=draft.given,
        system=system,
        turns=draft.turns,
        tests=draft.tests,
    )


def _rejected(prompt: Prompt, passage: Passage, refusal: Refusal, number: int, text: str) -> Rejected:
    identity = content_id("item", prompt.id, str(number), text)
    return Rejected(identity, refusal.reason, refusal.detail or prompt.task, f"{passage.document_id}:{passage.start}-{passage.end}", text)


def _doubt(item: replies.Item) -> Refusal | None:
    doubt = item.get("suphe")
    if not isinstance(doubt, str) or not doubt:
        return None
    reason, _, detail = doubt.partition(": ")
    return Refusal(f"doubt_{reason}", detail)
