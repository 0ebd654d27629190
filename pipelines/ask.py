"""Ask the model that a run exported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from curation.errors import ArtifactError
from curation.records import Message, Pair
from curation.storage import read_jsonl
from pipelines.stages.export import held_out_prompts
from pipelines.stages.files import EXPORT_FOLDER, PAIRS, REVIEWED_FOLDER

_MAX_TOKENS = 128


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, the greedy answer, and the file that gave it."""

    question: str
    answer: str
    file: str


def ask_run(run: Path, question: str | None, quantisation: str) -> Answered:
    """Return the answer of a run's GGUF to `question`, or to a held-out one. Raises ArtifactError where that file was not exported."""
    from training.ask import answer

    gguf = run / EXPORT_FOLDER / f"model-{quantisation}.gguf"
    if not gguf.is_file():
        there = sorted(path.stem.removeprefix("model-") for path in gguf.parent.glob("model-*.gguf"))
        raise ArtifactError(f"{gguf} is missing; exported are: {', '.join(there) or 'none yet, run the stage `export`'}")
    messages = (Message("user", question),) if question else _held_out_question(run)
    return Answered(messages[-1].content, answer(gguf, messages, _MAX_TOKENS), gguf.name)


def _held_out_question(run: Path) -> tuple[Message, ...]:
    held_out = (pair for pair in read_jsonl(run / REVIEWED_FOLDER / PAIRS, Pair) if pair.split == "held_out")
    pairs = [pair for pair in held_out if not pair.input and not pair.turns]  # what is printed is the question alone
    if not pairs:
        raise ArtifactError("the run holds no question that was held out: give one")
    return held_out_prompts(sorted(pairs, key=lambda pair: pair.id), 1)[0]
