"""The whole road against a real llama.cpp server: documents to an exported GGUF, every JSON reply held to its schema.

    python -m benchmarks.llama_server [--documents 10] [--passes 60] [--server /path/to/llama-server] [--keep FOLDER]

The server is llama-server's, from the package xllamacpp, or the binary named by --server; both compile JSON schemas to grammars, in ways of
their own. Its model is made here: a small Llama that has learned, from the prompts of this very recipe, what the embedded rules write to
them, what they make worse, and grades for both. So it is real weights, a real GGUF, real sampling and a real grammar, and some of its
replies are good enough for the later stages to have work. `ours` is the accepted pairs, `peer` those that the rules make of the same
documents. `ok` wants besides that every prompt is accounted for, that every JSON reply is valid under its schema, and that all eight stages end.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema

from alignment.corruptions import write as corrupt
from alignment.judge import TASK as GRADING
from alignment.judge import grade_prompt, grade_schema
from alignment.sources import source_of
from benchmarks.fault_server import report
from benchmarks.small_model import Lesson, learn
from curation.records import Pair
from curation.storage import read_jsonl
from pipelines.manifest import read_manifest
from pipelines.recipe import Recipe, load_recipe
from pipelines.run import run_recipe
from pipelines.stages import STAGES
from pipelines.stages.files import ASKED, DOCUMENTS_FOLDER, EXPORT_FOLDER, JOURNAL, PAIRS, PAIRS_FOLDER, PREFERENCES_FOLDER, documents_of
from pipelines.stages.preferences import first_round
from pipelines.stages.writing import Trace, requests_of
from samples.writings import read_fields
from synthesis.replies import items
from synthesis.rules import write
from synthesis.schemas import WRAPPER
from synthesis.tasks import TASKS, accept, schema_of
from tests.servers.llama_server import serving

_FIELDS = ("belediye", "hukuk")  # those of which the rules make most questions
_WORDS = 90  # of each document: one passage
_NAME = "kucuk"
_BAR = 0.5
_RULES = "{kind: rules}"
_RECIPE = """
name: NAME
curate: {inputs: [belgeler], quality: {preset: none}, dedup: {threshold: 1.0}}
pairs:
  tasks: {soru-cevap: 1, ozet: 1}
  pairs_per_passage: 2
  held_out: 0.2
  validation: 0.1
  model: WRITER
preferences:
  model: WRITER
  origins: {bozma: 1, adaylar: 1}
  origins_per_pair: 2
  per_pair: 2
  spare_kinds: 0
  max_longer_share: 1.0
  max_length_ratio: 10
  candidates: [{model: VARIED, n: 2, source: false, max_tokens: 160}]
  judge: {model: SERVER, weights: {dogruluk: 1}, floors: {}, min_score: 3}
base_model: ./model
sft: {max_steps: 4, batch_size: 2, eval_steps: 2, save_steps: 2}
dpo: {max_steps: 2, batch_size: 1, eval_steps: 2, save_steps: 2}
evaluate: {answers: 1, resamples: 100}
export: {quantize: [Q8_0], parity_prompts: 2, parity_tokens: 8}
"""


def lay_documents(folder: Path, count: int) -> None:
    """Write the beginnings of `count` sample texts to `folder`."""
    folder.mkdir(parents=True)
    fields = read_fields()
    for writing in [one for field in _FIELDS for one in fields[field]][:count]:
        kept: list[str] = []
        for paragraph in writing.text.split("\n\n"):
            if kept and len(" ".join([*kept, paragraph]).split()) > _WORDS:
                break
            kept.append(paragraph)
        (folder / f"{writing.slug}.txt").write_text("\n\n".join(kept) + "\n", encoding="utf-8")


def recipe_text(name: str, base_url: str, *, writer: str = "") -> str:
    """Return the recipe; `writer` stands in for the server where worse answers and pairs are written."""
    server = f"{{kind: openai, name: {_NAME}, base_url: '{base_url}', json_schema: schema, concurrency: 2, timeout_s: 300, temperature: 0}}"
    varied = server.replace("temperature: 0", "temperature: 1.2")
    return _RECIPE.replace("NAME", name).replace("WRITER", writer or server).replace("VARIED", varied).replace("SERVER", server)


def lessons(run: Path, recipe: Recipe, root: Path) -> Iterator[Lesson]:
    """Yield what the model learns, from a run of the rules: its prompts with their replies, worse answers and grades."""
    documents = {document.id: document for document in documents_of(run)}
    pairs = list(read_jsonl(run / PAIRS_FOLDER / PAIRS, Pair))
    for request in requests_of(documents.values(), recipe.pairs, recipe.seed, root):
        prompt = request.prompt
        good = [
            item for item in items(write(prompt)) or [] if list(accept(prompt, request.passage, json.dumps([item]), "", lambda _: None))
        ]
        keys = list(TASKS[prompt.task].schema["properties"])
        yield prompt.messages, json.dumps({WRAPPER: [{key: item[key] for key in keys} for item in good]}, ensure_ascii=False)
    judge = recipe.preferences.judge
    assert judge is not None
    asked = first_round(pairs, documents, recipe.preferences, recipe.seed)
    for pair, prompt in asked.corruptions:
        worse = corrupt(prompt)
        yield prompt.messages, worse
        yield from _graded(pair, str((items(worse) or [{}])[0].get("cevap", "")), 1, source_of(documents, pair), judge, recipe.seed)
    for one in asked.answers[::2]:  # two samples of a prompt are the same words
        yield one.prompt.messages, one.pair.output
        yield from _graded(one.pair, one.pair.output, 5, source_of(documents, one.pair), judge, recipe.seed)


def _graded(pair: Pair, answer: str, grade: int, source: str, judge: Any, seed: int) -> Iterator[Lesson]:
    why = "Cevap kaynağa uyuyor." if grade > 1 else "Cevap kaynağa uymuyor."
    reply = json.dumps({"gerekce": why} | dict.fromkeys(judge.weights, grade), ensure_ascii=False)
    yield grade_prompt(pair, answer, source, judge, seed=seed).messages, reply


def invalid_replies(run: Path, recipe: Recipe) -> tuple[int, list[str]]:
    """Return how many answers in the journal were asked under a schema, and those that are not valid under it."""
    tasks = {one.id: one.task for one in read_jsonl(run / PAIRS_FOLDER / ASKED, Trace)}
    assert recipe.preferences.judge is not None
    schemas = {task: schema_of(task) for task in recipe.pairs.tasks} | {GRADING: json.loads(grade_schema(recipe.preferences.judge))}
    checked, wrong = 0, []
    with closing(sqlite3.connect(run / JOURNAL)) as journal:
        answers = journal.execute("select prompt, model, reply from answers").fetchall()
    for prompt, model, reply in answers:
        task = GRADING if model.startswith(f"{_NAME}:") else tasks.get(prompt)
        if task is not None:
            checked += 1
            text = json.loads(reply).get("text", "")
            try:
                jsonschema.validate(json.loads(text), schemas[task])
            except ValueError as error:
                wrong.append(f"{task}: {error}: {text[:200]}")
            except jsonschema.ValidationError as error:
                wrong.append(f"{task}: {error.message}: {text[:200]}")
    return checked, wrong


def accounts(run: Path) -> list[dict[str, Any]]:
    """Return a line for each finished stage: what it read is what it kept and rejected."""
    lines = []
    for stage in STAGES:
        made = read_manifest(run / stage.folder)
        lines.append({"stage": stage.name, "read": made.read, "kept": made.kept, "rejected": dict(made.rejected), "seconds": made.seconds})
    return lines


def whole_road(root: Path, options: argparse.Namespace) -> tuple[list[dict[str, Any]], int, int, bool]:
    """Return the lines to print, the pairs accepted and those of the rules, and whether all is as it should be."""
    lay_documents(root / "belgeler", options.documents)
    (root / "kurallar.yaml").write_text(recipe_text("kurallar", "http://127.0.0.1/v1", writer=_RULES), encoding="utf-8")
    (root / "model").mkdir()
    by_rules = run_recipe(root / "kurallar.yaml", root / "runs", last="pairs")
    begin = time.perf_counter()
    to_learn = list(lessons(by_rules, load_recipe(root / "kurallar.yaml"), root))
    loss, gguf = learn(to_learn, root / "model", passes=options.passes, seed=1)
    trained = {
        "lessons": len(to_learn),
        "loss": round(loss, 4),
        "seconds": round(time.perf_counter() - begin, 1),
        "gguf": gguf.stat().st_size,
    }
    print(trained, file=sys.stderr, flush=True)
    with serving(gguf, context=8192, slots=2, binary=options.server) as base_url:
        (root / "sunucu.yaml").write_text(recipe_text("sunucu", base_url), encoding="utf-8")
        run = run_recipe(root / "sunucu.yaml", root / "runs")
    recipe = load_recipe(root / "sunucu.yaml")
    lines = accounts(run)
    checked, wrong = invalid_replies(run, recipe)
    pairs, preferences = read_manifest(run / PAIRS_FOLDER), read_manifest(run / PREFERENCES_FOLDER)
    documents = read_manifest(run / DOCUMENTS_FOLDER).kept
    asked = int(pairs.figures["model"]["prompts"])
    exported = (run / EXPORT_FOLDER / "model-Q8_0.gguf").is_file()
    whole = all(line["read"] == line["kept"] + sum(line["rejected"].values()) for line in lines)
    ok = whole and exported and checked > 0 and not wrong and asked >= documents and preferences.kept > 0
    facts = {
        "documents": documents,
        "prompts": asked,
        "replies_under_schema": checked,
        "invalid": wrong,
        "whole": whole,
        "exported": exported,
    }
    return [trained, *lines, facts], pairs.kept, read_manifest(by_rules / PAIRS_FOLDER).kept, ok


def main() -> None:
    """Print a line for each stage and the one JSON line that a script reads."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10)
    parser.add_argument("--passes", type=int, default=60, help="how often the model sees each lesson at most")
    parser.add_argument("--server", default="", help="a llama-server binary instead of xllamacpp's")
    parser.add_argument("--keep", type=Path, help="a new folder that keeps documents, model and run")
    options = parser.parse_args()
    if options.keep is not None:
        options.keep.mkdir(parents=True)
        lines, pairs, taught, ok = whole_road(options.keep, options)
    else:
        with tempfile.TemporaryDirectory() as folder:
            lines, pairs, taught, ok = whole_road(Path(folder), options)
    report("llama_server", lines, pairs, taught, _BAR, ok=ok and pairs >= _BAR * taught)


if __name__ == "__main__":
    main()
