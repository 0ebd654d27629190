"""Ask a GGUF a question: `python -m training.ask MODEL.gguf "Soru"`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from curation.errors import ImbikError
from curation.records import Message
from training.llama import chat_prompt, greedy_tokens, load


def answer(gguf: Path, messages: Sequence[Message], max_tokens: int) -> str:
    """Return the greedy answer of `gguf` to `messages`, asked through the chat template inside the file, at most `max_tokens` long.

    Raises ArtifactError where the file is missing or damaged.
    """
    model = load(gguf)
    try:
        ids = model.tokenize(chat_prompt(model, messages).encode(), add_bos=False, special=True)
        return str(model.detokenize(greedy_tokens(model, ids, max_tokens)).decode("utf-8", "replace")).strip()
    finally:
        model.close()


def main(arguments: Sequence[str]) -> int:
    """Print the answer to the question in `arguments` (GGUF, question); return the exit code."""
    if len(arguments) != 2:
        print('usage: python -m training.ask MODEL.gguf "Soru"', file=sys.stderr)
        return 2
    try:
        print(answer(Path(arguments[0]), [Message("user", arguments[1])], max_tokens=256))
    except ImbikError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
