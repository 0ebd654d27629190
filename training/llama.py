"""llama.cpp in this process: a GGUF loaded and asked. The one file that talks to the llama_cpp bindings, besides quantising."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from curation.errors import ArtifactError
from curation.records import Message


@contextmanager
def silenced() -> Iterator[list[str]]:
    """Collect what llama.cpp would print during the block; yields the list it goes to."""
    import llama_cpp
    from llama_cpp import _logger

    said: list[str] = []

    collect = llama_cpp.llama_log_callback(lambda _level, text, _data: said.append(text.decode("utf-8", "replace")))
    llama_cpp.llama_log_set(collect, ctypes.c_void_p(0))
    try:
        yield said
    finally:
        llama_cpp.llama_log_set(_logger.llama_log_callback, ctypes.c_void_p(0))


def load(gguf: Path, *, context: int = 0, logits: bool = False) -> Any:
    """Return `gguf` as a llama_cpp.Llama; `context` 0 is the model's own. Raises ArtifactError where it is missing or damaged.

    Repacked weight buffers are off: on CPUs with AMX some compilers build them wrongly and the first long prompt crashes.
    """
    import llama_cpp

    bindings = llama_cpp.llama.llama_cpp  # the name that Llama.__init__ looks the defaults up under
    defaults = bindings.llama_model_default_params

    def without_repacking() -> Any:
        wishes = defaults()
        wishes.use_extra_bufts = False
        return wishes

    if not gguf.is_file():
        raise ArtifactError(f"{gguf} is missing: run the export stage first")
    with mock.patch.object(bindings, "llama_model_default_params", without_repacking):
        try:
            return llama_cpp.Llama(str(gguf), n_ctx=context, logits_all=logits, verbose=False)
        except (ValueError, RuntimeError) as error:
            raise ArtifactError(f"{gguf} cannot be loaded by llama.cpp: {error}") from error


def chat_prompt(model: Any, messages: Sequence[Message]) -> str:
    """Return `messages` rendered by the chat template inside the GGUF, up to where the model answers."""
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    end = model.metadata.get("tokenizer.ggml.eos_token_id")
    begin = model.metadata.get("tokenizer.ggml.bos_token_id")
    formatter = Jinja2ChatFormatter(
        template=model.metadata["tokenizer.chat_template"],
        eos_token=model._model.token_get_text(int(end)) if end else "",
        bos_token=model._model.token_get_text(int(begin)) if begin else "",
    )
    turns: Any = [{"role": message.role, "content": message.content} for message in messages]
    return str(formatter(messages=turns).prompt)


def greedy_tokens(model: Any, ids: Sequence[int], max_tokens: int) -> list[int]:
    """Return the most likely continuation of `ids` as token ids, end mark included."""
    model.reset()
    made: list[int] = []
    for token in model.generate(list(ids), temp=0.0, top_k=1, repeat_penalty=1.0):
        made.append(int(token))
        if token == model.token_eos() or len(made) == max_tokens:
            break
    return made
