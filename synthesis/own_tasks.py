"""Tasks that a user brings: one YAML or Markdown file each, with a prompt, a schema if he likes, and which of our readers applies.

    # gorevler/atasozu.yaml
    reader: open
    prompt: |
      ## sistem
      Türkçe öğreten bir yazarsın. Yalnızca JSON yazarsın.

      ## kullanıcı
      Metindeki düşünceyi anlatan bir atasözü bul ve açıkla. Biçim: [{"yonerge": "...", "cevap": "..."}]

      Metin:
      {metin}

In Markdown the other keys stand between two lines `---` at the top, and the prompt below them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import Field, ValidationError

from curation.config import Config
from curation.errors import Mistake, RecipeError
from curation.mistakes import broken_yaml, mistake, seen
from synthesis import checks, claims, schemas
from synthesis.config import SynthesisConfig
from synthesis.drafts import Draft, Reader, Refusal, Task, chance, text_of
from synthesis.passages import Passage
from synthesis.prompt import Prompt, template_fields, template_parts
from synthesis.readers import dialogue, quoted, reasoned
from synthesis.readers.instructions import read_instructed
from synthesis.replies import Item
from synthesis.tasks import TASKS
from synthesis.wishes import ALL

ReaderName = Literal["quoted", "grounded", "steps", "dialogue", "about_text", "open"]
FIELDS: Final = frozenset({"metin", "baslik", "adet"})
_WITHOUT_TEXT: Final[ReaderName] = "open"  # grounded in nothing, so a model may do without the passage
_FRONT = re.compile(r"\A---\s*\n(?P<front>.*?)^---\s*\n", re.DOTALL | re.MULTILINE)


class OwnTask(Config):
    """One task file."""

    reader: ReaderName = Field(
        description="How items are read: `quoted` (soru, cevap, kanit: a short answer in its quotation), `grounded` (yonerge, cevap, kanit), `steps` (soru, adimlar, sonuc, kanit), "
        "`dialogue` (turlar), `about_text` (cevap alone, the instruction comes from `instructions`), `open` (yonerge, cevap: nothing is checked but the Turkish)."
    )
    prompt: str = Field(
        min_length=1,
        description="Template with the parts `## sistem` and `## kullanıcı`; {metin}, {baslik} and {adet} stand for the passage, its title and how many items are wanted; all readers but `open` need {metin}.",
    )
    instructions: tuple[str, ...] = Field(
        default=(), description="Wordings of the instruction for `about_text`; one is drawn for each pair."
    )
    item_schema: dict[str, Any] | None = Field(
        default=None, alias="schema", description="JSON schema of one item; empty takes the reader's."
    )
    max_tokens: int = Field(default=1024, ge=16, le=32768, description="Most tokens of a reply.")
    temperature: float = Field(default=0.7, ge=0.0, le=2.0, description="Sampling temperature.")


def with_own(config: SynthesisConfig, root: Path) -> Mapping[str, Task]:
    """Return our tasks and those of the recipe's task files, relative to `root`. Raises RecipeError with every mistake in them."""
    found, mistakes = dict(TASKS), list[Mistake]()
    for number, path in enumerate(config.task_files):
        try:
            found[Path(path).stem] = _task(_read(root / path))
        except RecipeError as error:
            mistakes += [Mistake(f"pairs.task_files.{number}.{one.key}", one.seen, one.allowed) for one in error.mistakes]
    if mistakes:
        raise RecipeError("pairs.task_files", mistakes)
    return found


def _read(path: Path) -> OwnTask:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RecipeError(str(path), [Mistake("(file)", "nothing", f"a task file; there is none at {path}")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(str(path), [Mistake("(file)", str(path), f"a UTF-8 file: {error}")]) from error
    front = _FRONT.match(text) if path.suffix == ".md" else None
    try:
        values = yaml.safe_load(front["front"] if front else text)
    except yaml.YAMLError as error:
        raise RecipeError(str(path), [Mistake("(file)", "invalid YAML", broken_yaml(error))]) from error
    if not isinstance(values, dict):
        raise RecipeError(str(path), [Mistake("(file)", seen(values), "keys such as `reader: open`; in Markdown between two lines `---`")])
    if front:
        values["prompt"] = text[front.end() :]
    try:
        task = OwnTask.model_validate(values)
    except ValidationError as error:
        raise RecipeError(str(path), [mistake(one, OwnTask) for one in error.errors()]) from None
    mistakes = list(_mistakes(task))
    if mistakes:
        raise RecipeError(str(path), mistakes)
    return task


def _mistakes(task: OwnTask) -> list[Mistake]:
    found = list[Mistake]()
    if [role for role, _ in template_parts(task.prompt)][-1:] != ["user"]:
        found.append(Mistake("prompt", task.prompt[:60], "a template that ends with a part `## kullanıcı`"))
    fields = template_fields(task.prompt)
    if unknown := sorted(fields - FIELDS):
        found.append(Mistake("prompt", _braced(unknown), f"no fields but {_braced(sorted(FIELDS))}"))
    if "metin" not in fields and task.reader != _WITHOUT_TEXT:
        seen = _braced(sorted(fields)) or "no fields"
        found.append(
            Mistake("prompt", seen, f"a template with {{metin}}, the passage: the reader `{task.reader}` looks for what is said in it")
        )
    if (task.reader == "about_text") != bool(task.instructions):
        found.append(Mistake("instructions", repr(task.instructions), "given with the reader `about_text`, and only there"))
    return found


def _braced(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def _task(own: OwnTask) -> Task:
    read = partial(read_about_text, own.instructions) if own.reader == "about_text" else _READERS[own.reader]
    return Task(read, own.max_tokens, own.temperature, own.item_schema or _SCHEMAS[own.reader], wishes=ALL, template=own.prompt)


def read_about_text(instructions: tuple[str, ...], prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return an answer about the passage to one of `instructions`; it may claim nothing that the passage lacks."""
    answer = text_of(item, "cevap")
    if not answer:
        return Refusal("missing_key", "cevap")
    astray = claims.unsupported(answer, f"{passage.title}\n{passage.text}")
    if astray:
        return Refusal("claims_not_in_text", ", ".join(astray))
    wording = instructions[int(chance(prompt.id, "yönerge") * len(instructions))]
    return Draft(wording, answer, ((0, len(passage.text)),), passage.text)


def read_open(_: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return an instruction and its answer, grounded in nothing."""
    instruction, answer = text_of(item, "yonerge"), text_of(item, "cevap")
    if not (instruction and answer):
        return Refusal("missing_key", "yonerge, cevap")
    reason = checks.answer_hidden(instruction, answer) or checks.self_contained(instruction, question_only=False)
    return Refusal(reason, instruction) if reason else Draft(instruction, answer, ((0, len(passage.text)),))


_READERS: Final[Mapping[str, Reader]] = {
    "quoted": quoted.read_question,
    "grounded": read_instructed,
    "steps": reasoned.read_steps,
    "dialogue": dialogue.read_dialogue,
    "open": read_open,
}
_SCHEMAS: Final[Mapping[ReaderName, schemas.Schema]] = {
    "quoted": schemas.QUESTION,
    "grounded": schemas.INSTRUCTED,
    "steps": schemas.STEPS,
    "dialogue": schemas.DIALOGUE,
    "about_text": schemas.ANSWER,
    "open": schemas.OPEN,
}
