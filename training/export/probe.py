"""What llama.cpp makes of a GGUF, found out in a process of its own: a crash there must not take the run with it.

Run as `python -m training.export.probe FOLDER`: reads `question.json` there, writes `reply.json` and `logits.npz`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from curation.errors import ArtifactError
from curation.records import Message
from training.llama import chat_prompt, greedy_tokens, load

_TIME_LIMIT_S = 3600  # a hang is a defect too; a 7B model on a laptop answers five prompts well within it


@dataclass(frozen=True, slots=True)
class Reply:
    """What llama.cpp said: token ids of each text, each rendered prompt with its ids, its greedy answer, and the logits float32[prompt, vocabulary] over it.

    `margins`, on the side of Transformers, are the first minus the second logit at each token of the answer.
    """

    texts: list[list[int]]
    rendered: list[str]
    prompts: list[list[int]]
    answers: list[list[int]]
    spoken: list[str]
    logits: list[np.ndarray[Any, Any]]
    margins: list[list[float]] = field(default_factory=list)


def probe(gguf: Path, texts: Sequence[str], prompts: Sequence[Sequence[Message]], max_tokens: int) -> Reply:
    """Return llama.cpp's reply for `gguf`. Raises ArtifactError where the process crashes, hangs or refuses the file."""
    with TemporaryDirectory(prefix="imbik-") as name:
        folder = Path(name)
        turns = [[{"role": one.role, "content": one.content} for one in messages] for messages in prompts]
        question = {"gguf": str(gguf.resolve()), "texts": list(texts), "prompts": turns, "max_tokens": max_tokens}
        (folder / "question.json").write_text(json.dumps(question, ensure_ascii=False), encoding="utf-8")
        path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])])
        command = [sys.executable, "-m", "training.export.probe", name]
        try:
            done = subprocess.run(  # noqa: S603 (this interpreter, this module)
                command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=_TIME_LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise ArtifactError(f"{gguf}: llama.cpp gave no answer within {_TIME_LIMIT_S} s") from error
        if done.returncode != 0:
            raise ArtifactError(f"{gguf}: llama.cpp failed on it (exit {done.returncode}): {done.stderr.strip()[-300:]}")
        values = json.loads((folder / "reply.json").read_text(encoding="utf-8"))
        with np.load(folder / "logits.npz") as arrays:
            logits = [arrays[f"p{number}"] for number in range(len(prompts))]
    return Reply(**values, logits=logits)


def _reply(folder: Path) -> None:
    question = json.loads((folder / "question.json").read_text(encoding="utf-8"))
    model = load(Path(question["gguf"]), logits=True)
    prompts = [[Message(**turn) for turn in turns] for turns in question["prompts"]]
    rendered = [chat_prompt(model, messages) for messages in prompts]
    ids = [model.tokenize(text.encode(), add_bos=False, special=True) for text in rendered]
    logits: dict[str, Any] = {}
    for number, one in enumerate(ids):
        model.reset()
        model.eval(one)
        logits[f"p{number}"] = np.array(model.scores[: len(one)], np.float32)
    answers = [greedy_tokens(model, one, question["max_tokens"]) for one in ids]
    reply = {
        "texts": [model.tokenize(text.encode(), add_bos=False, special=True) for text in question["texts"]],
        "rendered": rendered,
        "prompts": ids,
        "answers": answers,
        "spoken": [model.detokenize(one).decode("utf-8", "replace").strip() for one in answers],
    }
    np.savez(folder / "logits.npz", **logits)
    (folder / "reply.json").write_text(json.dumps(reply, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    _reply(Path(sys.argv[1]))
