"""What was asked about a record: every prompt, attempt and reply, and what became of each item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from curation.records import Pair
from curation.storage import read_jsonl
from pipelines.journalled import journalled
from pipelines.models.config import RulesConfig
from pipelines.recipe import Recipe
from pipelines.stage import REJECTED
from pipelines.stages.files import ASKED, PAIRS, PAIRS_FOLDER
from pipelines.stages.writing import Request, Trace, requests_of, sampled
from pipelines.status import recipe_of
from pipelines.study.files import documents_by_id, read_rows
from synthesis.prompt import Prompt


def asked_about(run: Path, record: str) -> list[dict[str, Any]]:
    """Return what stage `pairs` asked to get a pair or a rejected item, first prompt first, JSON-ready; empty where it does not know.

    A repair comes with the prompt that it repairs, and the other way round; a further answer with the prompt that brought its question,
    an evolved instruction with those that brought what it came of.
    """
    path = run / PAIRS_FOLDER / ASKED
    if not path.is_file():
        return []
    traces = list(read_jsonl(path, Trace))
    wanted = {one.id for one in traces if record in one.made or one.id == record}
    for one in reversed(traces):  # what a prompt came of was asked before it
        if one.id in wanted and (origin := one.evolves or one.answers):
            wanted |= {other.id for other in traces if origin in other.made}
    wanted |= {one.repairs for one in traces if one.id in wanted and one.repairs}
    wanted |= {one.id for one in traces if one.repairs in wanted}
    chosen = {one.id: one for one in traces if one.id in wanted}  # two passages with the same words share a prompt and its reply
    decisions = _decisions(run, {made for one in chosen.values() for made in one.made})
    return [_asked(run, trace, decisions) for trace in chosen.values()]


def print_asked(console: Console, asked: list[dict[str, Any]]) -> None:
    """Print what `asked_about` returned."""
    for one in asked:
        whom = f" of {escape(one['of'])}" if one["of"] else ""
        console.print(f"[bold]prompt[/] {one['id']}  {one['task']}, {_what(one)}{whom}, stage {one['stage']}")
        for message in one["messages"]:
            console.print(f"  [bold]{message['role']}[/]")
            console.print(message["content"], markup=False, highlight=False)
        for number, attempt in enumerate(one["attempts"], 1):
            told = f"{attempt['failure']} ({escape(attempt['detail'])})" if attempt["failure"] else "answered"
            tokens = f"{attempt['input_tokens']} + {attempt['output_tokens']} tokens"
            console.print(f"  [bold]attempt {number}[/] {told}, {tokens}, {attempt['usd']:.6f} US dollars")
        console.print("  [bold]reply[/]" if one["reply"] else "  [bold]no reply[/] " + escape(one["failure"]))
        console.print(one["reply"], markup=False, highlight=False)
        for decision in one["decisions"]:
            detail = f" ({escape(decision['detail'])})" if decision["detail"] else ""
            console.print(f"  [bold]{decision['decision']}[/] {escape(decision['id'])}{detail}")


def _what(one: Mapping[str, Any]) -> str:
    if one["repairs"]:
        return f"repair of {one['repairs']}"
    if one["evolves"]:
        return f"evolved from {one['evolves']}"
    if one["answers"]:
        return f"another answer to {one['answers']}"
    return f"sample {one['sample'] + 1}" if one["sample"] else "asked"


def _asked(run: Path, trace: Trace, decisions: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    recipe, root = recipe_of(run)
    prompt = _prompt(run, trace, recipe, root)
    messages = trace.messages or (prompt.messages if prompt is not None else ())
    attempts, reply = journalled(run, trace.id)
    if isinstance(recipe.pairs.model, RulesConfig) and prompt is not None:
        reply = _of_rules(prompt)
    return {
        "id": trace.id,
        "stage": "pairs",
        "of": "",
        "task": trace.task,
        "sample": trace.sample,
        "repairs": trace.repairs,
        "answers": trace.answers,
        "evolves": trace.evolves,
        "messages": [asdict(message) for message in messages],
        "attempts": attempts,
        "failure": trace.failure,
        "reply": reply,
        "decisions": [
            {"id": made, "decision": decisions.get(made, ("unknown", ""))[0], "detail": decisions.get(made, ("", ""))[1]}
            for made in trace.made
        ],
    }


def _prompt(run: Path, trace: Trace, recipe: Recipe, root: Path) -> Prompt | None:
    """The prompt made again from its passage; None for a repair, a further answer or an evolved instruction, or where code or recipe are no longer those that made it."""
    if trace.repairs or trace.answers or trace.evolves:
        return None
    documents = documents_by_id(run, {trace.document_id}).values()
    return next(
        (one.prompt for one in _samples(requests_of(documents, recipe.pairs, recipe.seed, root), trace) if one.prompt.id == trace.id), None
    )


def _samples(requests: Iterator[Request], trace: Trace) -> Iterator[Request]:
    return (sampled(one, trace.sample) for one in requests if one.prompt.task == trace.task)


def _of_rules(prompt: Prompt) -> str:
    from synthesis.rules import write

    return write(prompt)


def _decisions(run: Path, ids: set[str]) -> dict[str, tuple[str, str]]:
    """Whether each id was kept, or why it was not."""
    found = {
        row["id"]: (str(row["reason"]), str(row["detail"]))
        for one in ids
        for row in read_rows(run / PAIRS_FOLDER / REJECTED, one)
        if row.get("id") == one
    }
    pairs = run / PAIRS_FOLDER / PAIRS
    return found | {pair.id: ("kept", pair.split) for pair in (read_jsonl(pairs, Pair) if pairs.is_file() else ()) if pair.id in ids}
