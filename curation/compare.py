"""Documents compared with each other and with older corpora, as tasks on finished shards; what goes is written down beside them.

sign     per shard   signatures, keys, ranks           join_copies, join_band, verify   candidate pairs and their true similarity
choose   once        clusters.jsonl, drops per shard   search    per shard   documents that an older corpus has
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation import shards
from curation.config import CurateConfig, DedupConfig
from curation.dedup import bands, cluster_rows
from curation.dedup import index as older
from curation.dedup.shards import ShardFiles, choose_shards, describe, first_numbers, join_band, join_copies, release, sign_shard, verify
from curation.dedup.signatures import Signed
from curation.dedup.texts import of_arrow_file
from curation.engine import Engine
from curation.finish import CLUSTERS, Drop, batches, drops_path
from curation.progress import Tick
from curation.quality.rules import Fault
from curation.records import Document
from curation.shards import read_documents, shard_folder
from curation.storage import read_jsonl, write_jsonl


@dataclass(frozen=True, slots=True)
class CompareTask:
    """One piece of the comparison of `count` shards: shard or band `number`. `unlikely`: rows of the shard that go for another reason, and stay for nobody."""

    work: Path
    root: Path
    config: CurateConfig
    count: int
    number: int
    batch: str = ""
    unlikely: Mapping[int, Fault] = field(default_factory=dict)

    @property
    def dedup(self) -> DedupConfig:
        """What decides when two documents are one."""
        return self.config.dedup

    def files(self) -> list[ShardFiles]:
        """Return where all shards stand."""
        return [ShardFiles(shard_folder(self.work, n) / shards.DOCUMENTS, self.work / "signed" / f"{n:05d}") for n in range(self.count)]

    def band(self, number: int) -> Path:
        """Return where the candidate pairs of a band stand."""
        return self.work / "bands" / f"{number:05d}"

    def verified(self, number: int) -> Path:
        """Return where the true pairs of a shard stand."""
        return self.work / "verified" / f"{number:05d}"

    def bands(self) -> range:
        """Return the numbers of the bands; none where only equal documents are one."""
        cut = bands.layout(self.dedup.threshold, self.dedup.permutations)
        return range(cut.bands if self.dedup.threshold < 1 else 0)


def compare(task: CompareTask, unlikely: Sequence[Mapping[int, Fault]], engine: Engine, tick: Tick) -> Counter[str]:
    """Return the figures of the clusters of duplicates, after writing the drops of every shard and clusters.jsonl into the work folder. `task.number` is not looked at; `unlikely` has a mapping for each shard."""
    numbered = [replace(task, number=number, unlikely=unlikely[number]) for number in range(task.count)]
    banded = [replace(task, number=number) for number in task.bands()]
    steps = 3 * task.count + len(banded)
    done = 0
    for function, tasks in ((_sign, numbered), (_join, banded), (_verify, numbered)):
        if function is _join:
            join_copies(task.files(), task.work / "copies")
        for _ in engine.map(function, tasks):
            done += 1
            tick(done, steps)
    drops, clusters = _choose(task)
    for number, faults in enumerate(unlikely):
        for row, fault in faults.items():
            drops[number].setdefault(row, Drop(row, fault.reason, fault.detail))
    if task.dedup.index is not None:
        _drop_known(engine.map(_search, numbered), drops)
    if task.dedup.semantic is not None:
        _drop_same_meaning(task, drops)
    for number in range(task.count):
        write_jsonl(drops_path(task.work, number), (drops[number][row] for row in sorted(drops[number])))
        done += 1
        tick(done, steps)
    release()
    return clusters


def update_index(task: CompareTask) -> None:
    """Add the documents that stayed to the index of the recipe, in the place of an older batch of that name."""
    if task.dedup.index is None or not task.dedup.index.update:
        return
    path = task.root / task.dedup.index.path
    older.discard(path, task.batch)
    for number, files in enumerate(task.files()):
        gone = {drop.row for drop in read_jsonl(drops_path(task.work, number), Drop)}
        texts, signed = of_arrow_file(files.documents), _signed(files)
        stay = np.array([row for row in range(len(texts)) if row not in gone], np.int64)
        names = [(document.id, document.source) for row, document in enumerate(read_documents(files.documents.parent)) if row not in gone]
        older.write_part(path, task.batch, number, names, texts.take(stay), Signed(signed.signatures[stay], signed.keys[stay]), task.dedup)
    older.commit(path, task.batch, task.dedup)


# --- tasks -------------------------------------------------------------------------------------------------------------


def _sign(task: CompareTask) -> None:
    files = task.files()[task.number]
    scores = [
        -1.0 if row in task.unlikely else score
        for batch in batches(shard_folder(task.work, task.number) / shards.MEASURES)
        for row, score in zip(batch[shards.ROW].to_pylist(), batch["score"].to_pylist(), strict=True)
        if row >= 0
    ]
    sign_shard(files, task.dedup, scores)


def _join(task: CompareTask) -> None:
    join_band(task.number, task.files(), task.work / "copies", task.band(task.number))


def _verify(task: CompareTask) -> None:
    verify(task.number, task.files(), [task.band(n) for n in task.bands()], task.dedup, task.verified(task.number))


def _search(task: CompareTask) -> list[older.Known]:
    assert task.dedup.index is not None
    files = task.files()[task.number]
    index = older.open_index(task.root / task.dedup.index.path, task.dedup)
    return older.search(index, of_arrow_file(files.documents), _signed(files), task.dedup, batch=task.batch)


def _signed(files: ShardFiles) -> Signed:
    return Signed(_mapped(files, "signatures"), _mapped(files, "copies"))


def _mapped(files: ShardFiles, name: str) -> NDArray[Any]:
    mapped: NDArray[Any] = np.load(files.signed / f"{name}.npy", mmap_mode="r").view(np.ndarray)
    return mapped


# --- what goes ---------------------------------------------------------------------------------------------------------

Drops = dict[int, dict[int, Drop]]
"""Shard number -> row -> drop."""


def _choose(task: CompareTask) -> tuple[Drops, Counter[str]]:
    files = task.files()
    choice = choose_shards(files, task.work / "copies", [task.verified(n) for n in range(task.count)], task.dedup)
    numbers, named = first_numbers(files), describe(files)
    drops: Drops = defaultdict(dict)
    clusters: Counter[str] = Counter()

    def rows() -> Iterator[cluster_rows.Cluster]:
        for kept, group in cluster_rows.groups(choice):
            cluster = cluster_rows.cluster_of(choice, kept, group, named)
            for number in group:
                shard = int(np.searchsorted(numbers, number, side="right")) - 1
                row = int(number - numbers[shard])
                drops[shard][row] = Drop(row, cluster_rows.reason(choice, number), cluster_rows.detail(choice, number, cluster, named))
            clusters.update(clusters=1, documents=cluster.size)
            clusters["largest"] = max(clusters["largest"], cluster.size)
            yield cluster

    write_jsonl(task.work / CLUSTERS, rows())
    return drops, clusters


def _drop_known(found: Iterator[tuple[int, list[older.Known]]], drops: Drops) -> None:
    for number, known in found:
        for one in known:
            if one.row not in drops[number]:
                reason = "exact_duplicate" if one.exact else "near_duplicate"
                detail = f"{one.id} ({one.source}) ile aynı, önceki küme {one.batch}, Jaccard {one.jaccard:.3f}"
                drops[number][one.row] = Drop(one.row, reason, detail)


def _drop_same_meaning(task: CompareTask, drops: Drops) -> None:
    from curation.dedup.semantic import load_model, without_semantic_duplicates

    assert task.dedup.semantic is not None
    where: list[tuple[int, int]] = []
    documents: list[Document] = []
    for number in range(task.count):
        for row, document in enumerate(read_documents(shard_folder(task.work, number))):
            if row not in drops[number]:
                where.append((number, row))
                documents.append(document)
    places = {document.id: place for document, place in zip(documents, where, strict=True)}
    embed = load_model(task.dedup.semantic, task.root)
    scores = _scores(task, where)

    def drop(rejected: Any) -> None:
        number, row = places[rejected.id]
        drops[number][row] = Drop(row, rejected.reason, rejected.detail)

    for _ in without_semantic_duplicates(documents, embed, task.dedup.semantic, drop, scores=scores):
        pass


def _scores(task: CompareTask, where: Sequence[tuple[int, int]]) -> list[float]:
    by_shard = {number: _mapped(files, "scores") for number, files in enumerate(task.files())}
    return [float(by_shard[number][row]) for number, row in where]
