"""Steps of distilabel for pipelines that are not ours: from documents to pairs (`DocumentsToPrompts`, `graph.Ask`, `PromptsToPairs`), and what looks at anyone's texts (`ScrubPersonalData`, `CheckTurkish`).

Columns are strings, never None, the same in every row: distilabel 1.5 loses rows otherwise. It reads the annotations of `process` as they
stand, so this file has no `from __future__ import annotations`.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from pydantic import Field, PrivateAttr

import pipelines.graph  # noqa: F401  # before distilabel: it knows how to import it quietly
from curation.config import PiiConfig
from curation.pii.scrub import scrub_many
from curation.records import Document, Pair, Rejected, content_id, decode, encode
from pipelines.models.spool import prompt_of
from pipelines.models.wall import Reply
from synthesis import tasks
from synthesis.config import SynthesisConfig
from synthesis.passages import Passage, passages
from synthesis.verdicts import turkish_fault

from distilabel.steps import Step, StepInput  # isort: skip

_MADE = ("id", "instruction", "input", "output", "task", "evidence", "turns", "failure")


class DocumentsToPrompts(Step):  # type: ignore[misc]  # distilabel has no types
    """Columns `text` and, where there is one, `title` in; a row for every prompt out, as `prompt` and `passage`.

    `config_json` is the recipe's part `pairs` as JSON, `seed` draws the lighter tasks of a passage.
    """

    config_json: str = "{}"
    seed: int = 42

    _config: SynthesisConfig = PrivateAttr(default_factory=SynthesisConfig)

    @property
    def inputs(self) -> list[str]:
        """The columns read."""
        return ["text"]

    @property
    def outputs(self) -> list[str]:
        """The columns written."""
        return ["prompt", "passage"]

    def load(self) -> None:
        """Read the configuration."""
        super().load()
        self._config = SynthesisConfig.model_validate_json(self.config_json)

    def process(self, *inputs: StepInput) -> Iterator[list[dict[str, Any]]]:
        """Yield the prompts of each batch of documents."""
        for batch in inputs:
            yield [row for values in batch for row in self._rows(values)]

    def _rows(self, values: dict[str, Any]) -> Iterator[dict[str, str]]:
        text, title = str(values["text"]), str(values.get("title") or "")
        document = Document(content_id("d", title, text), text, str(values.get("source") or ""), title=title)
        for passage in passages(document, self._config):
            for prompt in tasks.requests(passage, self._config, self.seed):
                yield {"prompt": json.dumps(asdict(prompt), ensure_ascii=False), "passage": json.dumps(encode(passage), ensure_ascii=False)}


class PromptsToPairs(Step):  # type: ignore[misc]
    """Columns `prompt`, `passage` and `reply` in; a row for every item out: a pair, or in `failure` why it is none."""

    writer: str = "distilabel"

    @property
    def inputs(self) -> list[str]:
        """The columns read."""
        return ["prompt", "passage", "reply"]

    @property
    def outputs(self) -> list[str]:
        """The columns written."""
        return list(_MADE)

    def process(self, *inputs: StepInput) -> Iterator[list[dict[str, Any]]]:
        """Yield the items of each batch of replies."""
        for batch in inputs:
            yield [row for values in batch for row in self._rows(values)]

    def _rows(self, values: dict[str, Any]) -> Iterator[dict[str, str]]:
        prompt, passage = prompt_of(json.loads(values["prompt"])), decode(Passage, json.loads(values["passage"]))
        reply = Reply(**json.loads(values["reply"]))
        if reply.failure:
            yield _failed(prompt.id, prompt.task, f"model_{reply.failure}")
            return
        rejected: list[Rejected] = []
        yield from map(_pair, tasks.accept(prompt, passage, reply.text, self.writer, rejected.append))
        yield from (_failed(one.id, prompt.task, one.reason) for one in rejected)


class ScrubPersonalData(Step):  # type: ignore[misc]
    """`columns` in and out, with personal data treated as the recipe's part `curate.pii` says in `config_json`; the same value has the same tag in all columns of a row.

    Column `personal_data` says how many findings of each kind were covered, as JSON, and never a value. A row that the policy drops comes out with empty columns.
    """

    columns: list[str] = Field(default_factory=lambda: ["text"])
    config_json: str = "{}"

    _config: PiiConfig = PrivateAttr(default_factory=PiiConfig)

    @property
    def inputs(self) -> list[str]:
        """The columns read."""
        return self.columns

    @property
    def outputs(self) -> list[str]:
        """The columns written."""
        return [*self.columns, "personal_data"]

    def load(self) -> None:
        """Read the configuration."""
        super().load()
        self._config = PiiConfig.model_validate_json(self.config_json)

    def process(self, *inputs: StepInput) -> Iterator[list[dict[str, Any]]]:
        """Yield each batch with its columns scrubbed."""
        for batch in inputs:
            done = scrub_many([[str(values[column] or "") for column in self.columns] for values in batch], self._config)
            yield [
                values | dict(zip(self.columns, one.texts, strict=True)) | {"personal_data": json.dumps(dict(sorted(one.covered.items())))}
                for values, one in zip(batch, done, strict=True)
            ]


class CheckTurkish(Step):  # type: ignore[misc]
    """Columns `instruction` and `output` in, beside them `fault`, the reason why they are no good Turkish or empty, and `fault_words`, where it shows."""

    @property
    def inputs(self) -> list[str]:
        """The columns read."""
        return ["instruction", "output"]

    @property
    def outputs(self) -> list[str]:
        """The columns written."""
        return ["fault", "fault_words"]

    def process(self, *inputs: StepInput) -> Iterator[list[dict[str, Any]]]:
        """Yield each batch with what is wrong in each row."""
        for batch in inputs:
            found = [turkish_fault(str(values["instruction"] or ""), str(values["output"] or "")) for values in batch]
            yield [
                values | {"fault": one.reason if one else "", "fault_words": one.detail if one else ""}
                for values, one in zip(batch, found, strict=True)
            ]


def _pair(pair: Pair) -> dict[str, str]:
    evidence = json.dumps([encode(one) for one in pair.evidence])
    turns = json.dumps([encode(one) for one in pair.turns], ensure_ascii=False)
    return dict(zip(_MADE, (pair.id, pair.instruction, pair.input, pair.output, pair.task, evidence, turns, ""), strict=True))


def _failed(identity: str, task: str, reason: str) -> dict[str, str]:
    return dict(zip(_MADE, (identity, "", "", "", task, "[]", "[]", reason), strict=True))
