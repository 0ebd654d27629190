"""A GGUF that answers chats, in a process of its own: `python -m training.gguf_chat MODEL.gguf CONTEXT`.

One JSON object a line on standard input (`messages`, `max_tokens`, `temperature`, `seed`, `schema`), one reply a line on standard output
(`text`, `finish`, `input_tokens`, `output_tokens`, or `error`). It ends with its input, or with the process that started it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from curation.errors import ImbikError
from curation.processes import die_with_parent
from training.llama import load


def reply(model: Any, question: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `model` (a llama_cpp.Llama) answers; with a JSON `schema` a grammar lets it write nothing else."""
    schema = question.get("schema")
    try:
        made = model.create_chat_completion(
            messages=list(question["messages"]),
            max_tokens=question["max_tokens"],
            temperature=question["temperature"],
            seed=question["seed"],
            response_format={"type": "json_object", "schema": json.loads(schema)} if schema else None,
        )
    except ValueError as error:  # the prompt does not fit the context, or the schema makes no grammar
        return {"error": " ".join(str(error).split())[:300]}
    choice, usage = made["choices"][0], made["usage"]
    return {
        "text": choice["message"]["content"] or "",
        "finish": choice["finish_reason"],
        "input_tokens": usage["prompt_tokens"],
        "output_tokens": usage["completion_tokens"],
    }


def main(arguments: Sequence[str]) -> int:
    """Answer the questions on standard input with the GGUF in `arguments`; return the exit code."""
    die_with_parent()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever llama.cpp prints must not come between the replies
    try:
        model = load(Path(arguments[0]), context=int(arguments[1]))
    except ImbikError as error:
        print(error, file=sys.stderr)
        return 1
    for line in sys.stdin.buffer:
        out.write(json.dumps(reply(model, json.loads(line)), ensure_ascii=False) + "\n")
        out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
