"""A GGUF on this machine behind the model wall. llama.cpp runs in a process of its own, so that a crash of it costs one reply and not the run."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from curation.errors import ModelError
from curation.storage import file_sha256
from pipelines.models.body import request_key
from pipelines.models.config import GgufConfig
from pipelines.models.failures import CUT, overflows
from pipelines.models.wall import NO_SCHEMAS, Reply
from synthesis.prompt import Prompt

_LONGEST_LINE = 1 << 26


class GgufModel:
    """A model in a .gguf file; its process starts with the first prompt and again after a crash."""

    free = False
    concurrency = 1

    def __init__(self, config: GgufConfig, schemas: Mapping[str, str] = NO_SCHEMAS) -> None:
        self._path = Path(config.path).expanduser()
        if not self._path.is_file():
            raise ModelError("no_file", f"{self._path} is missing: give `path` a .gguf file, such as one that the stage `export` wrote")
        self._config = config
        self._schemas = schemas if config.json_schema == "schema" else NO_SCHEMAS
        self._identity = f"gguf:{file_sha256(self._path)}:{config.context}"  # at once: it takes seconds, and nothing is under way yet
        self._process: asyncio.subprocess.Process | None = None
        self._said: IO[bytes] | None = None

    def key(self, prompt: Prompt) -> str:
        """Return the hash of the file, its context and the request."""
        return request_key(self._identity, self._question(prompt), prompt.task)

    async def complete(self, prompt: Prompt) -> Reply:
        """Return the model's reply; a crash or a hang of llama.cpp comes back as a failure."""
        process = self._process or await self._started()
        assert process.stdin is not None and process.stdout is not None  # opened as pipes
        try:
            async with asyncio.timeout(self._config.timeout_s):
                process.stdin.write(json.dumps(self._question(prompt)).encode() + b"\n")
                await process.stdin.drain()
                line = await process.stdout.readline()
        except TimeoutError:
            await self._end()
            return Reply(failure="timeout", detail=f"no answer within {self._config.timeout_s:g} s")
        except (BrokenPipeError, ConnectionResetError):
            line = b""
        if not line:
            code = await process.wait()
            self._process = None
            return Reply(failure="crashed", detail=f"llama.cpp ended with {code}: {self._last_words()}")
        return _reply(json.loads(line))

    async def probe(self) -> Reply:
        """A file does not go away."""
        return Reply()

    async def close(self) -> None:
        """End the process."""
        await self._end()
        if self._said is not None:
            self._said.close()

    def _question(self, prompt: Prompt) -> dict[str, Any]:
        config = self._config
        return {
            "messages": [asdict(message) for message in prompt.messages],
            "max_tokens": config.max_tokens or prompt.max_tokens,
            "temperature": prompt.temperature if config.temperature is None else config.temperature,
            "seed": prompt.seed % (1 << 31),
            "schema": self._schemas.get(prompt.task, ""),
        }

    async def _started(self) -> asyncio.subprocess.Process:
        path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._said = self._said or tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the model: its processes write to it
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "training.gguf_chat", str(self._path.resolve()), str(self._config.context),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=self._said, env={**os.environ, "PYTHONPATH": path},
            limit=_LONGEST_LINE,
        )  # fmt: skip
        return self._process

    async def _end(self) -> None:
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()
            self._process = None

    def _last_words(self) -> str:
        assert self._said is not None  # opened with the process
        self._said.seek(0)
        return " ".join(self._said.read().decode("utf-8", "replace").split())[-300:]


def _reply(said: Mapping[str, Any]) -> Reply:
    if "error" in said:
        failure = "context_overflow" if overflows(str(said["error"])) else "refused_prompt"
        return Reply(failure=failure, detail=str(said["error"]))
    tokens = (int(said["input_tokens"]), int(said["output_tokens"]))
    if said["finish"] == "length":
        return Reply(said["text"], "cut_off", CUT, *tokens)
    if not said["text"].strip():
        return Reply("", "empty_reply", "empty answer", *tokens)
    return Reply(said["text"], "", "", *tokens)
