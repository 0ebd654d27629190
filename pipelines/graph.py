"""distilabel, in the one place that imports it: prompts in, replies out, and nothing taken on trust.

distilabel 1.5 fills a whole batch with None when one request fails, caches those, hangs on resume and crashes on mixed
column types. So here each row carries its own failure, the cache is off, every column is a string, all rows travel in
one batch under our own semaphore, paid replies are journalled below the graph, and ids are counted when it ends.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import logging
import os
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import PrivateAttr, TypeAdapter
from pydantic.warnings import UnsupportedFieldAttributeWarning

from curation.errors import MissingPackage, ModelError
from curation.progress import Tick, silent
from curation.records import Message, content_id
from pipelines.models.config import ModelConfig
from pipelines.models.journal import Journal, complete
from pipelines.models.wall import Model, Reply, open_model
from synthesis.prompt import Prompt

os.environ.setdefault("DISTILABEL_LOG_LEVEL", "WARNING")
_hook = sys.excepthook
warnings.filterwarnings("ignore", category=UnsupportedFieldAttributeWarning)  # about fields of distilabel's own classes
try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from distilabel.models.llms import AsyncLLM
        from distilabel.pipeline import Pipeline
        from distilabel.steps import LoadDataFromDicts
        from distilabel.steps.tasks import Task
except ImportError as error:
    raise MissingPackage("distilabel", "synthesis", "stages `pairs` and `preferences`") from error
finally:
    sys.excepthook = _hook  # distilabel's prints every local variable of a traceback, private texts among them

_MODEL_CONFIG: TypeAdapter[ModelConfig] = TypeAdapter(ModelConfig)
_PROMPT_KEY = "imbik_prompt"
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class WallLLM(AsyncLLM):
    """Any model behind the wall as a distilabel LLM: plain chats get plain text, prompts of `Ask` get a whole Reply as JSON."""

    config_json: str
    journal_path: str = ""
    progress_path: str = ""

    _model: Model | None = PrivateAttr(None)
    _journal: Journal | None = PrivateAttr(None)
    _semaphore: asyncio.Semaphore | None = PrivateAttr(None)

    @property
    def model_name(self) -> str:
        """The model's identity."""
        return str(json.loads(self.config_json).get("name", "rules"))

    def load(self) -> None:
        """Open the model and the journal."""
        super().load()
        self._model = open_model(_MODEL_CONFIG.validate_json(self.config_json))
        self._journal = Journal(Path(self.journal_path)) if self.journal_path and not self._model.free else None
        self._semaphore = None

    def unload(self) -> None:
        """Close the model and the journal."""
        if self._model is not None:
            self.event_loop.run_until_complete(self._model.close())
        if self._journal is not None:
            self._journal.close()
        super().unload()

    async def agenerate(self, input: Any, num_generations: int = 1) -> Any:
        """Return one generation for one chat; a failure is a Reply for `Ask`, None for other tasks."""
        if self._model is None:
            raise ModelError("not_loaded", "the model was asked before load()")
        if self._semaphore is None:
            self._semaphore = asyncio.Semaphore(self._model.concurrency)
        whole = input[-1].get(_PROMPT_KEY)
        prompt = _prompt_from_json(whole) if whole else _prompt_from_chat(input)
        async with self._semaphore:
            reply = await complete(self._model, self._journal, prompt)
        if self.progress_path:
            with Path(self.progress_path).open("ab") as progress:
                progress.write(b".")
        text = json.dumps(asdict(reply), ensure_ascii=False) if whole else (None if reply.failure else reply.text)
        return {
            "generations": [text] * num_generations,
            "statistics": {
                "input_tokens": [reply.input_tokens] * num_generations,
                "output_tokens": [reply.output_tokens] * num_generations,
            },
        }


class Ask(Task):
    """Column `prompt` (a Prompt as JSON) in, column `reply` (a Reply as JSON) out."""

    @property
    def inputs(self) -> list[str]:
        """The columns read."""
        return ["prompt"]

    @property
    def outputs(self) -> list[str]:
        """The columns written."""
        return ["reply"]

    def format_input(self, input: dict[str, Any]) -> Any:
        """Return the chat, and the whole prompt beside it for models that read its fields."""
        prompt = _prompt_from_json(input["prompt"])
        chat: list[dict[str, str]] = [{"role": m.role, "content": m.content} for m in prompt.messages]
        chat[-1][_PROMPT_KEY] = input["prompt"]
        return chat

    def format_output(self, output: str | None, input: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ARG002
        """Return the reply column; never None, which distilabel could not write."""
        return {"reply": output or json.dumps(asdict(Reply(failure="no_reply", detail="the graph returned nothing")))}


def ask_all(name: str, prompts: Sequence[Prompt], config: ModelConfig, *, journal: Path, tick: Tick = silent) -> dict[str, Reply]:
    """Return the reply to each of `prompts` by prompt id, through a distilabel pipeline called `name`; a lost row comes back as a failure."""
    if not prompts:
        return {}
    rows = [{"id": prompt.id, "prompt": json.dumps(asdict(prompt), ensure_ascii=False)} for prompt in prompts]
    with (
        tempfile.TemporaryDirectory(prefix="imbik-graph-") as folder,
        _quiet(),
        _guarded(),
        _watched(Path(folder) / "progress", len(rows), tick) as progress,
    ):
        llm = WallLLM(
            config_json=_MODEL_CONFIG.dump_json(config).decode(),
            journal_path=str(journal),
            progress_path=str(progress),
        )
        with Pipeline(name=name, cache_dir=folder) as pipeline:
            load = LoadDataFromDicts(name="load", data=rows, batch_size=len(rows))
            ask = Ask(name="ask", llm=llm, input_batch_size=len(rows), add_raw_output=False, add_raw_input=False)
            load >> ask
        try:
            found = pipeline.run(use_cache=False)
        except RuntimeError as error:
            raise ModelError("graph", f"the distilabel pipeline `{name}` could not start: {error.__cause__ or error}") from error
        replies = dict(_replies(found))
    lost = Reply(failure="lost_row", detail="distilabel returned no row for this prompt")
    return {prompt.id: replies.get(prompt.id, lost) for prompt in prompts}


def _replies(found: Mapping[str, Any]) -> Iterator[tuple[str, Reply]]:
    for subset in found.values():
        for row in subset["train"]:
            yield row["id"], Reply(**json.loads(row["reply"]))


def _prompt_from_json(text: str) -> Prompt:
    values = json.loads(text)
    messages = tuple(Message(**m) for m in values.pop("messages"))
    return Prompt(messages=messages, **values)


def _prompt_from_chat(chat: Sequence[Mapping[str, Any]]) -> Prompt:
    messages = tuple(Message(m["role"], m["content"]) for m in chat)
    return Prompt(content_id("q", *(f"{m.role}:{m.content}" for m in messages)), "chat", {}, messages, seed=0)


_worker_of_a_run = False


def _die_with_parent() -> None:
    """In every process forked for a graph: a run that is killed must not leave workers that go on asking and paying."""
    if _worker_of_a_run and sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


os.register_at_fork(after_in_child=_die_with_parent)


@contextmanager
def _guarded() -> Iterator[None]:
    global _worker_of_a_run  # noqa: PLW0603  # the hook above cannot be taken back, so it looks here
    _worker_of_a_run = True
    try:
        yield
    finally:
        _worker_of_a_run = False


@contextmanager
def _quiet() -> Iterator[None]:
    levels = {name: logging.getLogger(name).level for name in ("distilabel", "httpx", "httpx2", "openai", "datasets")}
    from datasets.utils.logging import disable_progress_bar, enable_progress_bar, is_progress_bar_enabled

    bars = is_progress_bar_enabled()
    for name in levels:
        logging.getLogger(name).setLevel(logging.WARNING)
    disable_progress_bar()
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        if bars:
            enable_progress_bar()


@contextmanager
def _watched(progress: Path, total: int, tick: Tick) -> Iterator[Path]:
    """Workers append one byte a reply to `progress`; a thread turns its size into ticks."""
    progress.touch()
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.2):
            tick(progress.stat().st_size, total)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        stop.set()
        thread.join()
        tick(progress.stat().st_size, total)
