"""The whole room in order: plan, clean each shard, compare documents with each other, write; every step is taken up where a kill left it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from curation.clean_shard import CleanTask, clean_shard, count_shard_lines, share_lines
from curation.config import CurateConfig
from curation.engine import Engine, open_engine
from curation.finish import CLUSTERS, DOCUMENTS, REJECTED, WriteTask, assemble, form_of, write_shard
from curation.funnel import Funnel
from curation.pii.report import kvkk_summary
from curation.pii.surrogates.key import surrogate_key
from curation.progress import Tick, silent
from curation.quality.rules import Fault
from curation.records import Document, Reject, Rejected
from curation.shards import KVKK, Shard, plan
from curation.storage import read_jsonl, read_records, write_json

KVKK_SUMMARY = "kvkk.json"

__all__ = ["Funnel", "curate", "curate_corpus"]


def curate(config: CurateConfig, root: Path, *, reject: Reject, tick: Tick = silent, funnel: Funnel | None = None) -> Iterator[Document]:
    """Yield the clean documents of a recipe whose inputs are relative to `root`, in the order of their sources; `funnel` is filled on the way. Raises InputError for an input that matches no file."""
    with tempfile.TemporaryDirectory(prefix="imbik-") as folder:
        out = Path(folder) / "out"
        counts = curate_corpus(config, root, out, Path(folder) / "work", tick=tick)
        if funnel is not None:
            funnel.add(counts)
        for rejected in read_jsonl(out / REJECTED, Rejected):
            reject(rejected)
        yield from read_records(out, DOCUMENTS, Document)


def curate_corpus(
    config: CurateConfig, root: Path, out: Path, work: Path, *, batch: str = "", seed: int = 42, tick: Tick = silent
) -> Funnel:
    """Return the counts of a corpus after writing its artifact into `out`.

    `work` holds what is finished so far and outlives a kill; the same inputs give the same bytes, whatever the engine and the number of
    workers. `batch` names the documents in an index of older corpora. Raises InputError for an input that matches no file.
    """
    planned = plan(config, root)
    _keep_only_for(planned, work)
    out.mkdir(parents=True, exist_ok=True)
    engine = open_engine(config.engine, len(planned))
    try:
        return _curated(config, root, out, work, planned, engine, batch, seed, tick)
    finally:
        engine.close()


def _curated(
    config: CurateConfig, root: Path, out: Path, work: Path, planned: list[Shard], engine: Engine, batch: str, seed: int, tick: Tick
) -> Funnel:
    from curation.compare import CompareTask, compare, update_index
    from curation.likelihood import find_unlikely

    key = surrogate_key(config.pii)
    tasks = [CleanTask(work, root, config, shard, key) for shard in planned]
    if config.dedup.lines.enabled:
        for _ in engine.map(count_shard_lines, tasks):
            pass
        share_lines(work, len(tasks), config)
    funnel = Funnel()
    for _, counts in engine.map(clean_shard, tasks):
        funnel.add(counts)
        tick(funnel.read, None)
    whole = CompareTask(work, root, config, len(tasks), 0, (config.dedup.index and config.dedup.index.batch) or batch)
    unlikely: list[dict[int, Fault]] = [{} for _ in tasks]
    if config.quality.perplexity.enabled:
        unlikely = find_unlikely(work, len(tasks), config.quality.perplexity, seed, engine)
    clusters = compare(whole, unlikely, engine, silent)
    form = form_of(config.format, work, len(tasks))
    for _, counts in engine.map(write_shard, [WriteTask(work, number, len(tasks), form) for number in range(len(tasks))]):
        funnel.add(counts)
    funnel.clusters.update(clusters)
    assemble(work, out, len(tasks), form)
    shutil.copyfile(work / CLUSTERS, out / CLUSTERS)
    summary = kvkk_summary(_json_lines(out / KVKK), config.pii, documents=sum(funnel.languages.values()), sensitive=funnel.sensitive)
    write_json(out / KVKK_SUMMARY, summary)
    update_index(whole)
    return funnel


def _keep_only_for(planned: list[Shard], work: Path) -> None:
    """Empty `work` unless what is in it was made for the same shards."""
    path = work / "plan.json"
    own = [[[str(piece.path), piece.start, piece.end] for piece in shard.pieces] for shard in planned]
    try:
        same = json.loads(path.read_text(encoding="utf-8")) == own
    except (FileNotFoundError, ValueError):
        same = False
    if not same:
        shutil.rmtree(work, ignore_errors=True)
        write_json(path, own)


def _json_lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
