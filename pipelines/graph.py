"""distilabel, in the one place that imports it: prompts in, replies out, and nothing taken on trust.

distilabel 1.5 fills a whole batch with None when one request fails, caches those, hangs on resume, crashes on mixed column types and
carries every text through three processes. So the graph carries ids only: prompts lie in a file beside it, replies are journalled
and written to another as they come, each row has its own failure, and rows are counted when it ends.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pydantic import PrivateAttr, TypeAdapter
from pydantic.warnings import UnsupportedFieldAttributeWarning

from curation.config import EngineConfig
from curation.errors import ImbikError, MissingPackage, ModelError
from curation.processes import die_with_parent
from curation.progress import Tick, silent
from curation.records import Message, content_id
from pipelines.interrupts import GRACE_S, NOTE, heeded, stop_file
from pipelines.models.asking import Asked, Wall
from pipelines.models.config import BudgetConfig, ModelConfig, OpenAIConfig
from pipelines.models.counters import Watch, unwatched
from pipelines.models.failures import STOPPING
from pipelines.models.journal import Journal
from pipelines.models.spool import (
    PROGRESS,
    PROMPTS,
    REPLIES,
    Key,
    OfOneModel,
    ProgressFile,
    Replies,
    prompt_of,
    read_prompts,
    write_prompts,
    write_reply,
)
from pipelines.models.wall import NO_SCHEMAS, Reply
from synthesis.prompt import Prompt

os.environ.setdefault("DISTILABEL_LOG_LEVEL", "WARNING")
_hook = sys.excepthook
warnings.filterwarnings("ignore", category=UnsupportedFieldAttributeWarning)  # about fields of distilabel's own classes
try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from distilabel.models.llms import AsyncLLM
        from distilabel.pipeline import Pipeline
        from distilabel.steps import GeneratorStep, StepResources
        from distilabel.steps.tasks import Task
except ImportError as error:
    raise MissingPackage("distilabel", "synthesis", "stages `pairs` and `preferences`") from error
finally:
    sys.excepthook = _hook  # distilabel's prints every local variable of a traceback, private texts among them

_MODEL: TypeAdapter[ModelConfig] = TypeAdapter(ModelConfig)
_MODELS: TypeAdapter[dict[str, ModelConfig]] = TypeAdapter(dict[str, ModelConfig])
_PROMPT_KEY = "imbik_prompt"
_ALONE = ""  # the role of a model that is asked alone
_ERROR = "error.txt"
_ROWS_OUT = 10_000  # ids in one batch; every batch makes distilabel write its state down
_LOOK_S = 0.2  # between two looks whether Ctrl-C was pressed
_SAMPLE_STEP = 1_000_003  # between the seeds of two samples of one prompt; tries count up from each
_LOST = Reply(failure="lost_row", detail="distilabel returned no row for this prompt")


class AskBeside(GeneratorStep):
    """Asks the prompts in a folder's file and writes their replies to another; out come the prompts' ids and what became of each."""

    folder: str
    models_json: str
    schemas_json: str
    journal_path: str
    purpose: str

    @property
    def outputs(self) -> list[str]:
        """The columns written."""
        return ["id", "failure"]

    def process(self, offset: int = 0) -> Iterator[tuple[list[dict[str, str]], bool]]:  # noqa: ARG002  # counts for its cache, which is off
        """Yield a row for each prompt once all are done."""
        try:
            rows = asyncio.run(self._asked())
        except Exception as error:  # noqa: BLE001  # told to the parent, which raises it; distilabel would hang on it
            (Path(self.folder) / _ERROR).write_text(_told(error), encoding="utf-8")
            rows = []
        rows = rows or [{"id": "", "failure": ""}]  # distilabel would wait for a first row for ever
        for begin in range(0, len(rows), self.batch_size):
            yield rows[begin : begin + self.batch_size], begin + self.batch_size >= len(rows)

    async def _asked(self) -> list[dict[str, str]]:
        folder, rows = Path(self.folder), list[dict[str, str]]()
        models, schemas = _MODELS.validate_json(self.models_json), json.loads(self.schemas_json)
        progress, journal = ProgressFile(folder / PROGRESS), Journal(Path(self.journal_path))
        wall = Wall(models, journal=journal, purpose=self.purpose, schemas=schemas, shared=folder, watch=progress.write)
        with (folder / REPLIES).open("wb") as replies:

            def take(role: str, prompt: Prompt, reply: Reply) -> None:
                write_reply(replies, role, prompt.id, reply)
                rows.append({"id": prompt.id, "failure": reply.failure})

            try:
                asking = asyncio.ensure_future(wall.ask_all(read_prompts(folder / PROMPTS), take))
                await _unless_stopped(asking, wall, stop_file(folder))
            finally:
                await wall.close()
                journal.close()
                progress.write(wall.meter.counters, at_once=True)
        return rows


async def _unless_stopped(asking: asyncio.Future[None], wall: Wall, stop: Path) -> None:
    """Wait for `asking`; once the file `stop` is there nothing new goes out, and what is in flight gets a few seconds."""
    while not asking.done() and not stop.exists():
        await asyncio.wait({asking}, timeout=_LOOK_S)
    if not asking.done():
        wall.hold()
        deadline = time.monotonic() + GRACE_S
        while wall.in_flight and not asking.done() and time.monotonic() < deadline:
            await asyncio.wait({asking}, timeout=_LOOK_S / 4)
        asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking


class WallLLM(AsyncLLM):
    """Any model behind the wall as an LLM for anyone's distilabel pipeline: plain chats get plain text, prompts of `Ask` get a whole Reply as JSON."""

    config_json: str
    journal_path: str = ""

    _wall: Wall | None = PrivateAttr(None)
    _journal: Journal | None = PrivateAttr(None)

    @property
    def model_name(self) -> str:
        """The model's name."""
        return str(json.loads(self.config_json).get("name", "rules"))

    def load(self) -> None:
        """Open the model and the journal."""
        super().load()
        self._journal = Journal(Path(self.journal_path)) if self.journal_path else None
        self._wall = Wall({_ALONE: _MODEL.validate_json(self.config_json)}, journal=self._journal, purpose="distilabel")

    def unload(self) -> None:
        """Close the model and the journal."""
        if self._wall is not None:
            self.event_loop.run_until_complete(self._wall.close())
        if self._journal is not None:
            self._journal.close()
        super().unload()

    async def agenerate(self, input: Any, num_generations: int = 1) -> Any:
        """Return `num_generations` different generations for one chat; a failure is a Reply for `Ask`, None for other tasks."""
        if self._wall is None:
            raise ModelError("not_loaded", "the model was asked before load()")
        whole = input[-1].get(_PROMPT_KEY)
        prompt = prompt_of(json.loads(whole)) if whole else _prompt_from_chat(input)
        samples = (replace(prompt, seed=prompt.seed + number * _SAMPLE_STEP) for number in range(num_generations))
        replies = await asyncio.gather(*(self._wall.ask(_ALONE, sample) for sample in samples))
        return {
            "generations": [_reply_json(one) if whole else (None if one.failure else one.text) for one in replies],
            "statistics": {
                "input_tokens": [one.input_tokens for one in replies],
                "output_tokens": [one.output_tokens for one in replies],
            },
        }


class Ask(Task):
    """Column `prompt` (a Prompt as JSON) in, column `reply` (a Reply as JSON) out; any of distilabel's LLMs may answer."""

    @property
    def inputs(self) -> list[str]:
        """The columns read."""
        return ["prompt"]

    @property
    def outputs(self) -> list[str]:
        """The columns written."""
        return ["reply"]

    def format_input(self, input: dict[str, Any]) -> Any:
        """Return the chat, and for a model of ours the whole prompt beside it; another's server would refuse a field it does not know."""
        prompt = prompt_of(json.loads(input["prompt"]))
        chat: list[dict[str, str]] = [{"role": m.role, "content": m.content} for m in prompt.messages]
        if isinstance(self.llm, WallLLM):
            chat[-1][_PROMPT_KEY] = input["prompt"]
        return chat

    def format_output(self, output: str | None, input: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ARG002
        """Return the reply column; never None, which distilabel could not write."""
        if not output:
            return {"reply": _reply_json(Reply(failure="no_reply", detail="the graph returned nothing"))}
        return {"reply": output if isinstance(self.llm, WallLLM) else _reply_json(Reply(output))}


def ask_all(
    name: str,
    prompts: Iterable[Prompt],
    config: ModelConfig,
    *,
    journal: Path,
    tick: Tick = silent,
    schemas: Mapping[str, str] = NO_SCHEMAS,
    watch: Watch = unwatched,
    ray: EngineConfig | None = None,
) -> Mapping[str, Reply]:
    """Return the reply to each of `prompts` by prompt id, through a distilabel pipeline called `name`; a lost row comes back as a failure.

    `prompts` may be a generator: none is held in memory. `schemas` are JSON schemas by task, `watch` hears the counters,
    `ray` is the cluster that the graph runs on, this process's own where it is None. Raises ModelError where a spent budget or a lost server ends the asking, KeyboardInterrupt where Ctrl-C does.
    """
    asked = ((_ALONE, prompt) for prompt in prompts)
    replies = ask_each(name, asked, {_ALONE: config}, journal=journal, tick=tick, schemas=schemas, watch=watch, ray=ray)
    return OfOneModel(replies, _ALONE)


def ask_each(
    name: str,
    asked: Iterable[Asked],
    models: Mapping[str, ModelConfig],
    *,
    journal: Path,
    tick: Tick = silent,
    schemas: Mapping[str, str] = NO_SCHEMAS,
    watch: Watch = unwatched,
    ray: EngineConfig | None = None,
) -> Mapping[Key, Reply]:
    """Return the reply to each prompt by role and prompt id; several models in one graph, those at one server under its limits together."""
    with tempfile.TemporaryDirectory(prefix="imbik-graph-") as place:
        folder = Path(place)
        keys = write_prompts(folder / PROMPTS, asked)
        if not keys:
            return {}
        with _quiet(), _guarded(), _cluster(ray) as resources, heeded(folder), _watched(folder, len(keys), tick, watch):
            _run(name, folder, models, schemas, journal, resources)
        if (folder / _ERROR).exists():
            reason, _, detail = (folder / _ERROR).read_text(encoding="utf-8").partition("\n")
            raise ModelError(reason, detail)
        if stop_file(folder).exists():
            raise KeyboardInterrupt
        replies = Replies(folder / REPLIES, keys, _LOST)
    _stopped(replies, models)
    return replies


def _run(
    name: str,
    folder: Path,
    models: Mapping[str, ModelConfig],
    schemas: Mapping[str, str],
    journal: Path,
    resources: StepResources | None,
) -> None:
    here = Pipeline(name=name, cache_dir=folder / "distilabel")
    with here if resources is None else here.ray() as pipeline:
        AskBeside(
            name="ask",
            folder=str(folder),
            models_json=_MODELS.dump_json(dict(models)).decode(),
            schemas_json=json.dumps(dict(schemas)),
            journal_path=str(journal),
            purpose=name,
            batch_size=_ROWS_OUT,
            resources=resources or StepResources(),
        )
    pipeline._handle_keyboard_interrupt = _left_to_imbik
    try:
        pipeline.run(use_cache=False)
    except RuntimeError as error:
        raise ModelError("graph", f"the distilabel pipeline `{name}` could not start: {error.__cause__ or error}") from error


def _left_to_imbik() -> None:
    """In place of distilabel's handler of Ctrl-C, which lets a worker go on to its last prompt and hangs when it is pressed again."""


@contextmanager
def _cluster(ray: EngineConfig | None) -> Iterator[StepResources | None]:
    """Hold a Ray cluster; what comes out keeps the asking on this node, where the prompts' file and the journal are."""
    if ray is None:
        yield None
        return
    from curation.engine.ray_tasks import RayEngine

    with closing(RayEngine(ray.address, ray.workers)), warnings.catch_warnings():
        if not ray.address:
            yield StepResources()
            return
        from ray.util import get_node_ip_address

        # a thousandth of the node, as Ray's manual has it; distilabel's own check knows whole numbers alone
        warnings.filterwarnings("ignore", message="Pydantic serializer warnings", category=UserWarning)
        yield StepResources.model_construct(resources={f"node:{get_node_ip_address()}": 0.001})


def _stopped(replies: Mapping[Key, Reply], models: Mapping[str, ModelConfig]) -> None:
    """Raise ModelError where rows were not asked because the money or the server ran out, unless the recipe goes on without them."""
    left: Counter[str] = Counter()
    detail = ""
    for (role, _), reply in replies.items():
        config = models[role]
        budget = config.budget if isinstance(config, OpenAIConfig) else BudgetConfig()
        if reply.failure in STOPPING and not (reply.failure == "budget" and budget.when_spent == "finish"):
            left[reply.failure] += 1
            detail = detail or reply.detail
    if left:
        raise ModelError(next(iter(left)), f"{left.total()} of {len(replies)} prompts are left: {detail}")


def _told(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, ImbikError):
        return f"{error.reason if isinstance(error, ModelError) else type(error).__name__}\n{error}"
    where = traceback.extract_tb(error.__traceback__)[-1]  # the place alone: no source line, no values, no private text
    return f"{type(error).__name__}\nthe asking broke at {where.filename}:{where.lineno}: {type(error).__name__}: {error}"


def _reply_json(reply: Reply) -> str:
    return json.dumps(asdict(reply), ensure_ascii=False)


def _prompt_from_chat(chat: Sequence[Mapping[str, Any]]) -> Prompt:
    messages = tuple(Message(m["role"], m["content"]) for m in chat)
    return Prompt(content_id("q", *(f"{m.role}:{m.content}" for m in messages)), "chat", {}, messages, seed=0)


_worker_of_a_run = False
_forking = 0  # the id of the process that forks


def _before_fork() -> None:
    global _forking  # noqa: PLW0603  # a hook before a fork hands nothing to the one after it
    _forking = os.getpid()


def _die_with_parent() -> None:
    """In every process forked for a graph: a run that is killed must not leave workers that go on asking and paying."""
    if _worker_of_a_run:
        die_with_parent(_forking)


os.register_at_fork(before=_before_fork, after_in_child=_die_with_parent)


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
def _watched(folder: Path, total: int, tick: Tick, watch: Watch) -> Iterator[None]:
    """A thread turns the counters that the worker writes into ticks."""
    progress, stop = ProgressFile(folder / PROGRESS), threading.Event()

    def tell() -> None:
        counters = progress.read()
        counters.total = total
        counters.note = NOTE if stop_file(folder).exists() else counters.note
        tick(counters.done, total)
        watch(counters)

    def look() -> None:
        while not stop.wait(0.2):
            tell()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        tell()
