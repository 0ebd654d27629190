"""Further answers to a question that has one: asked for in another way each, and read and checked as the task's own answers are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, Final

from curation.errors import Mistake
from curation.records import Pair
from synthesis import checks, own_tasks
from synthesis.config import SynthesisConfig
from synthesis.drafts import Draft, Reader, Refusal, Task, chance, text_of
from synthesis.passages import Passage
from synthesis.prompt import PROMPTS, Prompt, build_prompt, template_lines
from synthesis.readers import instructions, quoted, reasoned, texts
from synthesis.replies import Item
from synthesis.tasks import unable
from synthesis.wishes import ANSWER, told

_TEMPLATE: Final = "cevaplar"
_PARTS: Final[Mapping[Any, str]] = {
    quoted.read_question: "kısa",
    quoted.read_definition: "kısa",
    texts.read_summary: "metin",
    texts.read_title: "başlık",
    texts.read_rewriting: "metin",
    reasoned.read_explanation: "açık",
    reasoned.read_steps: "adım",
    instructions.read_instructed: "açık",
    instructions.read_seeded: "açık",
    instructions.read_evolved: "açık",
    own_tasks.read_open: "açık",
    own_tasks.read_about_text: "metin",
}
"""The part of the template with the ways of answering, by the task's reader; a reader that is not here has one right answer to a question."""

_JUDGE_NO_QUESTION: Final[Mapping[Any, Reader]] = {instructions.read_evolved: instructions.read_instructed}
"""Readers that ask of the question what was already asked of it, and those that read the answer alike without."""

_QUESTION_KEYS: Final = ("soru", "yonerge")
_TEMPERATURE: Final = 0.8  # at least: a task that is asked for facts at 0 shall still find other words


def has_several(task: Task) -> bool:
    """Whether a question of `task` has more than one right answer, so that it can be asked again."""
    return _reader(task) in _PARTS and "properties" in task.schema


def answered_again(config: SynthesisConfig, tasks: Mapping[str, Task]) -> list[str]:
    """Return the names of the recipe's tasks whose questions are answered again; none without `answers`."""
    if config.answers is None:
        return []
    return [name for name in config.made() if has_several(tasks[name]) and name in (config.answers.tasks or tasks)]


def mistakes(config: SynthesisConfig, tasks: Mapping[str, Task]) -> Iterator[Mistake]:
    """Yield what is wrong with the recipe's `answers` and what goes with them."""
    if config.answers is None:
        return
    able = [name for name in config.made() if has_several(tasks[name])]
    yield from unable("pairs.answers", config.answers.tasks, able, "whose questions have more than one right answer", config)
    if config.selection.solutions == 1:
        allowed = "2 or more where `pairs.answers` asks for further answers, or empty to keep all that differ"
        yield Mistake("pairs.selection.solutions", "1", allowed)
    if config.answers.count > config.max_pairs_per_document:
        allowed = f"{config.answers.count} or more, as many as `pairs.answers.count` wants of one question"
        yield Mistake("pairs.max_pairs_per_document", str(config.max_pairs_per_document), allowed)


def ways(question: Pair, task: Task, own: Sequence[str], seed: int, *, length: bool) -> list[str]:
    """Return the ways of answering `question` in an order drawn by `seed`: the recipe's `own`, or ours for the task, with those that set a length where `length` may be set."""
    part = _PARTS[_reader(task)]
    ours = (*template_lines(PROMPTS, _TEMPLATE, part), *(template_lines(PROMPTS, _TEMPLATE, f"{part} uzunluk") if length else ()))
    return sorted(own or ours, key=lambda way: chance(question.id, way, seed))


def another(answers: Sequence[Pair], asked: Prompt, task: Task, way: str, seed: int) -> Prompt:
    """Return the prompt for one more answer to the question of `answers`, which came of `asked`, in a `way`; its reply is read by `reading_again`."""
    question = answers[0]
    lists_quotes = task.schema["properties"].get("kanit", {}).get("type") == "array"
    rules = [
        *template_lines(PROMPTS, _TEMPLATE, "kural"),
        *(template_lines(PROMPTS, _TEMPLATE, "kural yalnız") if not question.input else ()),
        *(
            template_lines(PROMPTS, _TEMPLATE, f"kural {'kanıtlar' if lists_quotes else 'kanıt'}")
            if "kanit" in task.schema["properties"]
            else ()
        ),
    ]
    fields = {
        **asked.fields,
        "baglam": "passage" if question.input else "none",
        "soru": question.instruction,
        "onceki_cevaplar": "\n\n".join(f"{number}. {pair.output}" for number, pair in enumerate(answers, start=1)),
        "yontem": way,
        "kurallar": "\n".join(rules),
        "ornek": json.dumps([_example(task, question.instruction)], ensure_ascii=False),
    }
    return build_prompt(
        PROMPTS,
        question.task,
        fields,
        seed=seed,
        max_tokens=task.max_tokens,
        temperature=max(task.temperature, _TEMPERATURE),
        template=_template(),
        wishes=told(fields, ANSWER),
    )


def reading_again(task: Task, question: Pair) -> Task:
    """Return `task` as it reads a further answer to `question`: the same checks, the same instruction and text, `other_question` for an answer to another."""
    return replace(task, read=partial(_read, task, question))


def _read(task: Task, question: Pair, prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    key = _question_key(task)
    said = text_of(item, key) if key else ""
    if said and checks.question_key(said) != checks.question_key(question.instruction):
        return Refusal("other_question", said)
    read = _JUDGE_NO_QUESTION.get(task.read, task.read)
    draft = read(prompt, passage, {**item, key: question.instruction} if key else item)
    if isinstance(draft, Refusal):
        return draft
    if draft.given != question.input or _one_sentence(task, draft.instruction) != _one_sentence(task, question.instruction):
        return Refusal("other_question", question.instruction)
    return replace(draft, instruction=question.instruction)


def _one_sentence(task: Task, instruction: str) -> bool:
    """Whether a summary was asked for in one sentence: the reader words its instruction by the answer, but here it stands already."""
    return task.read is texts.read_summary and instruction in template_lines(PROMPTS, "ozet", "tek cümle")


def _reader(task: Task) -> Any:
    return task.read.func if isinstance(task.read, partial) else task.read


def _question_key(task: Task) -> str:
    return next((key for key in _QUESTION_KEYS if key in task.schema["properties"]), "")


def _example(task: Task, question: str) -> dict[str, Any]:
    """An item as the schema wants it, with the question in its place, so that it is copied and not made anew."""
    shapes = {"string": "...", "array": ["..."], "boolean": True}
    found = {name: shapes.get(kind.get("type"), "...") for name, kind in task.schema["properties"].items()}
    return found | ({_question_key(task): question} if _question_key(task) else {})


@cache
def _template() -> str:
    return (PROMPTS / f"{_TEMPLATE}.md").read_text(encoding="utf-8")
