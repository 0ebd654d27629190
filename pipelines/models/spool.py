"""Prompts and replies in files beside a graph: what is in them need not travel through its processes, nor stay in memory."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from curation.records import Message
from pipelines.models.counters import Counters
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt

PROMPTS = "prompts.jsonl"
REPLIES = "replies.jsonl"
PROGRESS = "progress.json"
Key = tuple[str, str]
"""The role of the model asked, and the prompt's id."""
_BETWEEN_S = 0.2


def write_prompts(path: Path, asked: Iterable[tuple[str, Prompt]]) -> list[Key]:
    """Return the keys of the prompts that were written to `path`, one a line with the role of the model that is asked."""
    keys = []
    with path.open("wb") as file:
        for role, prompt in asked:
            file.write(_line([role, asdict(prompt)]))
            keys.append((role, prompt.id))
    return keys


def read_prompts(path: Path) -> Iterator[tuple[str, Prompt]]:
    """Yield the prompts in `path` with their roles, in order."""
    with path.open("rb") as file:
        for line in file:
            role, values = json.loads(line)
            yield role, prompt_of(values)


def prompt_of(values: dict[str, Any]) -> Prompt:
    """Return the Prompt that `asdict` made `values` of."""
    return Prompt(**{**values, "messages": tuple(Message(**message) for message in values["messages"])})


def write_reply(file: BinaryIO, role: str, prompt: str, reply: Reply) -> None:
    """Append a reply to a file that `Replies` reads."""
    file.write(_line([role, prompt, asdict(reply)]))


class Replies(Mapping[Key, Reply]):
    """The reply to each of `asked` in a file, read when it is wanted; `lost` for those it lacks. The file may be deleted meanwhile."""

    def __init__(self, path: Path, asked: Iterable[Key], lost: Reply) -> None:
        self._places = dict.fromkeys(asked, -1)
        self._lost = lost
        self._file = path.open("rb") if path.exists() else BytesIO()
        place = 0
        for line in self._file:
            if line.endswith(b"\n"):  # a killed writer leaves half a line, which is no reply
                role, prompt, _ = json.loads(line)
                self._places[role, prompt] = place
            place += len(line)

    def __getitem__(self, key: Key) -> Reply:
        place = self._places[key]
        if place < 0:
            return self._lost
        self._file.seek(place)
        return Reply(**json.loads(self._file.readline())[2])

    def __iter__(self) -> Iterator[Key]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __del__(self) -> None:
        self._file.close()


class OfOneModel(Mapping[str, Reply]):
    """The replies of the model in `role`, by prompt id."""

    def __init__(self, replies: Mapping[Key, Reply], role: str) -> None:
        self._replies = replies
        self._role = role

    def __getitem__(self, prompt: str) -> Reply:
        return self._replies[self._role, prompt]

    def __iter__(self) -> Iterator[str]:
        return (prompt for role, prompt in self._replies if role == self._role)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class ProgressFile:
    """Counters in a file, rewritten whole a few times a second, for another process to read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = 0.0
        self._note = ""

    def write(self, counters: Counters, *, at_once: bool = False) -> None:
        """Write the counters, unless that was done just now and their note is the same."""
        now = time.monotonic()
        if at_once or counters.note != self._note or now - self._written >= _BETWEEN_S:
            self._written, self._note = now, counters.note
            temporary = self._path.with_name(f".{self._path.name}")
            temporary.write_text(json.dumps(asdict(counters)), encoding="utf-8")
            temporary.replace(self._path)

    def read(self) -> Counters:
        """Return the counters last written; zeros before the first."""
        try:
            values = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Counters()
        return Counters(**values)


def _line(values: Any) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
