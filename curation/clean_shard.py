"""Stage one of a corpus, as tasks on shards: count the lines that documents share, then clean each shard into its folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from itertools import islice
from math import isnan
from pathlib import Path
from typing import Any

from curation import shards
from curation.clean import Aids, Cleaned, clean
from curation.config import CurateConfig
from curation.funnel import Funnel
from curation.normalise import normalise
from curation.pii.report import kvkk_rows
from curation.quality import MEASURES, score
from curation.readers import RawDocument, read
from curation.records import Reject, Rejected, encode
from curation.shards import ArrowWriter, Shard, read_summary, shard_folder, write_summary
from curation.storage import JsonlWriter, whole_folder

_BATCH_DOCUMENTS = 256
_BATCH_CHARACTERS = 4_000_000


@dataclass(frozen=True, slots=True)
class CleanTask:
    """One shard of a corpus under `root` to be cleaned into `work`; `key` is what surrogates are drawn from, which workers elsewhere do not have in their environment."""

    work: Path
    root: Path
    config: CurateConfig
    shard: Shard
    key: bytes = field(default=b"", repr=False)

    def __str__(self) -> str:
        return str(self.shard)


def count_shard_lines(task: CleanTask) -> None:
    """Count in how many documents of the shard each line stands."""
    from curation.dedup.lines import count_lines, write_counts

    out = counts_folder(task.work, task.shard.number)
    if not out.is_dir():
        texts = [normalise(raw.text).text for raw in _raws(task, lambda rejected: None)]
        write_counts(count_lines(texts, task.config.dedup.lines), out)


def counts_folder(work: Path, number: int) -> Path:
    """Return where the line counts of a shard stand."""
    return work / "lines" / f"{number:05d}"


def clean_shard(task: CleanTask) -> Funnel:
    """Return the counts of a shard, after cleaning it into its folder unless that was done before."""
    folder = shard_folder(task.work, task.shard.number)
    done = read_summary(folder)
    if done is not None:
        return done
    funnel = Funnel()
    with whole_folder(folder) as out, _Writers(out) as writers:

        def refuse(rejected: Rejected) -> None:
            funnel.read += 1
            funnel.rejected[rejected.reason] += 1
            writers.rejected.write(rejected)

        aids = replace(_aids(task.work, task.root, task.config.model_dump_json()), key=task.key)
        for batch in _batches(_raws(task, refuse)):
            cleaned = clean(batch, task.config, aids)
            writers.write(cleaned)
            _count(cleaned, funnel)
        write_summary(out, funnel)
    return funnel


class _Writers:
    """The open files of a shard's folder."""

    def __init__(self, out: Path) -> None:
        self._documents = ArrowWriter(out / shards.DOCUMENTS, shards.documents_schema())
        self._measures = ArrowWriter(out / shards.MEASURES, measures_schema())
        self._kvkk = JsonlWriter(out / shards.KVKK)
        self._removed = JsonlWriter(out / shards.REMOVED)
        self.rejected = JsonlWriter(out / shards.REJECTED)
        self._row = 0

    def write(self, cleaned: Sequence[Cleaned]) -> None:
        """Append a batch."""
        measures = []
        for one in cleaned:
            row = -1
            if one.reason:
                self.rejected.write(one.rejected())
            else:
                row = self._row
                self._row += 1
            if one.measures is not None:
                measures.append(_measures_row(one, row))
            for found in kvkk_rows(one.document.id, one.document.source, one.scrubbed):
                self._kvkk.write(dict(found))
            for cut in one.removed:
                self._removed.write({"document_id": one.document.id, "source": one.document.source, **asdict(cut)})
        self._documents.write([encode(one.document) for one in cleaned if not one.reason])
        self._measures.write(measures)

    def __enter__(self) -> _Writers:
        for writer in (self._kvkk, self._removed, self.rejected):
            writer.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        for writer in (self._documents, self._measures, self._kvkk, self._removed, self.rejected):
            writer.__exit__(*error)


def measures_schema() -> Any:
    """Return the Arrow schema of the measures of documents."""
    import pyarrow as pa

    named = [("id", pa.large_string()), ("source", pa.large_string()), ("reason", pa.string()), ("language", pa.string())]
    numbers = [("language_probability", pa.float32()), ("score", pa.float32()), *((name, pa.float32()) for name in MEASURES)]
    return pa.schema([*named, *numbers, (shards.ROW, pa.int64())])


def _measures_row(one: Cleaned, row: int) -> dict[str, Any]:
    assert one.measures is not None
    values = {name: None if isnan(value) else value for name, value in asdict(one.measures).items()}  # nan: not measured
    return {
        "id": one.document.id,
        "source": one.document.source,
        "reason": one.reason,
        "language": one.document.language,
        "language_probability": one.probability,
        "score": score(one.measures),
        **values,
        shards.ROW: row,
    }


def _raws(task: CleanTask, reject: Reject) -> Iterator[RawDocument]:
    config = task.config
    found = (
        raw for piece in task.shard.pieces for raw in read(piece, task.root, reject, text_field=config.text_field, limits=config.limits)
    )
    return islice(found, config.limits.max_documents)


def _batches(raws: Iterator[RawDocument]) -> Iterator[list[RawDocument]]:
    batch: list[RawDocument] = []
    characters = 0
    for raw in raws:
        batch.append(raw)
        characters += len(raw.text)
        if len(batch) == _BATCH_DOCUMENTS or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _count(cleaned: Sequence[Cleaned], funnel: Funnel) -> None:
    funnel.read += len(cleaned)
    for one in cleaned:
        if one.reason:
            funnel.rejected[one.reason] += 1
        funnel.languages[one.document.language] += 1
        funnel.repairs.update(tag for tag in one.document.tags if ":" not in tag)
        funnel.pii_found.update(one.scrubbed.found)
        funnel.pii_covered.update(one.scrubbed.covered)
        funnel.sensitive.update(one.scrubbed.sensitive)
        funnel.contamination.update([one.contaminated] if one.contaminated else [])
        funnel.lines_removed.update(cut.reason for cut in one.removed)


def share_lines(work: Path, count: int, config: CurateConfig) -> None:
    """Write down which lines enough documents of all shards share."""
    from curation.dedup.lines import shared_lines, write_counts

    out = work / "shared-lines"
    if not out.is_dir():
        write_counts(shared_lines([counts_folder(work, number) for number in range(count)], config.dedup.lines), out)


@lru_cache(maxsize=4)
def _aids(work: Path, root: Path, written: str) -> Aids:
    """What a worker holds in memory for all of its shards; `written` is the recipe part as JSON."""
    from curation.decontaminate import read_contaminants
    from curation.dedup.lines import read_counts, without_shared_lines

    config = CurateConfig.model_validate_json(written)
    aids: dict[str, Any] = {}
    if config.decontaminate.sets:
        aids["contaminated"] = read_contaminants(config.decontaminate, root).find
    if config.dedup.lines.enabled:
        shared = read_counts(work / "shared-lines")
        aids["without_shared_lines"] = lambda texts: without_shared_lines(texts, shared, config.dedup.lines)
    return Aids(root, **aids)
