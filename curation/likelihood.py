"""Which of the cleaned documents are the least likely beside the others: every one is scored by a model that has not read it, and a share of them is dropped.

Two models, each trained on a sample of one half of the documents, score the other half: a model that has read a document knows it by heart,
and would find the strangest one of a small corpus the likeliest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from curation import shards, turkish
from curation.config import PerplexityConfig
from curation.engine import Engine
from curation.quality import perplexity
from curation.quality.rules import Fault
from curation.shards import open_arrow, shard_folder
from curation.storage import whole_file

HALVES = (0, 1)
COLUMNS = ("perplexity_spelling", "perplexity_order")
"""The measures that this step adds."""


@dataclass(frozen=True, slots=True)
class ScoreTask:
    """One shard to be scored."""

    work: Path
    number: int


def find_unlikely(work: Path, count: int, config: PerplexityConfig, seed: int, engine: Engine) -> list[dict[int, Fault]]:
    """Return for each shard which rows go and why, after writing the scores of all of them; no rows where nothing is long enough to be scored."""
    if not all(_trained(work, count, half, config, seed) for half in HALVES):
        return [{} for _ in range(count)]
    for _ in engine.map(score_shard, [ScoreTask(work, number) for number in range(count)]):
        pass
    scores = [_read(work, number) for number in range(count)]
    found = [[perplexity.Perplexity(float(spelling), float(order)) for spelling, order in rows] for rows in scores]
    highest = perplexity.limits([one for rows in found for one in rows], config.keep_share)
    return [{row: fault for row, one in enumerate(rows) if (fault := perplexity.judge(one, highest))} for rows in found]


def score_shard(task: ScoreTask) -> None:
    """Write the perplexities of a shard's documents, float32[documents, 2]."""
    path = scores_path(task.work, task.number)
    if not path.is_file():
        models = [perplexity.load(_model(task.work, half)) for half in HALVES]
        rows = [perplexity.score(models[1 - half], text) for half, text in _texts(task.work, task.number)]
        values = np.array([(one.spelling, one.order) for one in rows], np.float32).reshape(-1, 2)
        with whole_file(path) as file:
            np.save(file, values)


def scores_path(work: Path, number: int) -> Path:
    """Return where the scores of a shard stand."""
    return work / "likelihood" / f"{number:05d}.npy"


def _trained(work: Path, count: int, half: int, config: PerplexityConfig, seed: int) -> bool:
    """Say whether there is a model of a half, after training it unless that was done before; there is none where no text holds a word."""
    path = _model(work, half)
    if path.is_file():
        return True
    texts = (text for number in range(count) for own, text in _texts(work, number) if own == half)
    learned = perplexity.sample(texts, config.sample_mb, Random(seed))
    if not any(turkish.words(text) for text in learned):
        return False
    with whole_file(path) as file:
        perplexity.save(perplexity.train(learned), file)
    return True


def _model(work: Path, half: int) -> Path:
    return work / "likelihood" / f"model-{half}.npz"


def _read(work: Path, number: int) -> NDArray[np.float32]:
    values: NDArray[np.float32] = np.load(scores_path(work, number))
    return values


def _texts(work: Path, number: int) -> Iterator[tuple[int, str]]:
    """Yield the half that a document belongs to, by its id, and its text."""
    reader = open_arrow(shard_folder(work, number) / shards.DOCUMENTS)
    for batch in map(reader.get_batch, range(reader.num_record_batches)):
        yield from zip((int(one[-1], 16) % 2 for one in batch["id"].to_pylist()), batch["text"].to_pylist(), strict=True)
