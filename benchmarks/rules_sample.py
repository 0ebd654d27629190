"""A sample of the embedded writer's pairs on real text, to be judged by a reader row by row.

    python -m benchmarks.rules_sample --data FOLDER... --seed 505 [--pairs 100] [--per-source 250] [--tasks soru-cevap,tanim] [--work FOLDER]

FOLDER holds JSON Lines (perhaps gzipped, in folders below too) with `text` or `context` and perhaps `source`. Each source's documents are
curated with the default recipe, cut into passages and given to the writer; the sample takes tasks and sources in turn, so that the rare ones
are read too. Every pair is printed with its evidence; the last line is one JSON object with what was produced and refused. `--work` keeps
the curated documents for the next reading; they do not depend on the writer.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from curation.config import CurateConfig
from curation.curate import curate
from curation.records import Document, Pair, Rejected
from curation.storage import read_jsonl, write_jsonl
from synthesis.config import SynthesisConfig
from synthesis.passages import passages
from synthesis.rules import write
from synthesis.selection import select
from synthesis.tasks import TASKS, accept, requests

_FEWEST_CHARACTERS = 200  # of a row that is worth curating


def main() -> None:
    """Print the sampled pairs and one JSON line of counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="folders with .jsonl or .jsonl.gz files")
    parser.add_argument("--seed", type=int, default=505, help="of the sample; the documents drawn stay the same")
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--per-source", type=int, default=250, help="documents of each source that are curated")
    parser.add_argument("--tasks", default=",".join(TASKS), help="tasks to write, by commas")
    parser.add_argument("--work", type=Path, help="folder that keeps the curated documents")
    asked = parser.parse_args()
    unknown = set(asked.tasks.split(",")) - set(TASKS)
    if unknown:
        sys.exit(f"no such task: {', '.join(sorted(unknown))}; there are {', '.join(TASKS)}")
    documents = curated(asked.data, asked.work, asked.per_source)
    config = SynthesisConfig(tasks=dict.fromkeys(asked.tasks.split(","), 1.0))
    refused: Counter[str] = Counter()
    made = written(documents, config, refused)
    drawn = in_turn(made, asked.pairs, asked.seed)
    for number, (source, pair, evidence) in enumerate(drawn, start=1):
        print(shown(number, source, pair, evidence))
    counts = Counter(pair.task for _, pair, _ in made)
    result = {"name": "rules_sample", "seed": asked.seed, "documents": len(documents), "pairs": dict(sorted(counts.items()))}
    print(json.dumps({**result, "sampled": len(drawn), "refused": dict(refused.most_common(12))}, ensure_ascii=False))


def curated(data: Sequence[Path], work: Path | None, per_source: int) -> list[Document]:
    """Return the clean documents of every source under `data`, their `source` named after it; read from `work` where they are kept."""
    kept = work / "documents.jsonl" if work else None
    if kept is not None and kept.exists():
        return list(read_jsonl(kept, Document))
    with tempfile.TemporaryDirectory() as folder:
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in distinct(data):
            rows[row["source"]].append(row)
        for source, found in rows.items():
            drawn = random.Random(source).sample(found, min(per_source, len(found)))
            write_lines(Path(folder) / f"{source}.jsonl", drawn)
        documents = list(curate(CurateConfig(inputs=("*.jsonl",), text_field=None), Path(folder), reject=lambda _: None))
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_jsonl(kept, documents)
    return documents


def distinct(data: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield `text`, `title` and `source` of every row that has enough text, each text once, in the order of the files."""
    seen: set[str] = set()
    for path in sorted(path for folder in data for pattern in ("*.jsonl", "*.jsonl.gz") for path in folder.rglob(pattern)):
        content = path.read_bytes()
        for line in (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8").split("\n"):
            if not line.strip():
                continue
            row = json.loads(line)
            text = row.get("text") or row.get("context") or ""
            if len(text) >= _FEWEST_CHARACTERS and text not in seen:
                seen.add(text)
                source = path.name.partition(".")[0] if row.get("context") else row.get("source") or path.name.partition(".")[0]
                yield {"text": text, "title": row.get("title") or "", "source": str(source).replace("/", "-")}


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write `rows` as JSON Lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def written(documents: Iterable[Document], config: SynthesisConfig, refused: Counter[str]) -> list[tuple[str, Pair, str]]:
    """Return (source, pair, evidence) of all that the writer makes and the checks keep, the reasons of the rest in `refused`."""

    def reject(rejected: Rejected) -> None:
        refused[rejected.reason] += 1

    texts, pairs = {}, []
    for document in documents:
        texts[document.id] = document
        for passage in passages(document, config):
            for prompt in requests(passage, config, 42):
                pairs += list(accept(prompt, passage, write(prompt), "rules", reject))
    made = []
    for pair in select(pairs, config, reject):
        document = texts[pair.evidence[0].document_id]
        evidence = " … ".join(document.text[e.start : e.end] for e in pair.evidence)
        made.append((document.source.partition(".jsonl")[0], pair, evidence))
    return made


def in_turn(made: list[tuple[str, Pair, str]], most: int, seed: int) -> list[tuple[str, Pair, str]]:
    """Return `most` of `made`, tasks in turn and within a task sources in turn."""
    rng = random.Random(seed)
    groups: dict[str, dict[str, list[tuple[str, Pair, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(made, key=lambda row: row[1].id):
        groups[row[1].task][row[0]].append(row)
    queues = []
    for task in sorted(groups):
        sources = [rng.sample(rows, len(rows)) for _, rows in sorted(groups[task].items())]
        rng.shuffle(sources)
        queues.append([row for turn in range(max(map(len, sources))) for rows in sources if turn < len(rows) for row in [rows[turn]]])
    rounds = max(map(len, queues), default=0)
    return [queue[turn] for turn in range(rounds) for queue in queues if turn < len(queue)][:most]


def shown(number: int, source: str, pair: Pair, evidence: str) -> str:
    """Return a pair as a reader wants it: all of the instruction, input and answer, and the evidence where that says more."""
    parts = [f"--- {number} {pair.id} {pair.task} {source}", f"S: {pair.instruction}"]
    parts += [f"G: {pair.input}"] if pair.input else []
    parts.append(f"C: {pair.output}")
    parts += [f"K: {evidence}"] if evidence not in pair.input else []
    return "\n".join(parts)


if __name__ == "__main__":
    main()
