"""A sample of the embedded writer's pairs on real text, to be judged by a reader row by row.

    python -m benchmarks.rules_sample --data FOLDER... --seed 505 [--draw 1] [--read FILE...] [--pairs 100] [--per-source 250]
        [--at-random] [--tasks soru-cevap,tanim] [--work FOLDER]

FOLDER holds JSON Lines (perhaps gzipped, in folders below too) with `text` or `context` and perhaps `source`. Each source's documents are
curated with the default recipe, cut into passages and given to the writer; every folder gives the same share of the sample, which takes
tasks and sources in turn, so that the rare ones are read too, or pairs as they come with `--at-random`, so that the rate is that of all
that is written. `--draw 1` curates the documents that draw 0 left, and so on; a source that has no others gives the same again. Documents whose id (`t-` and 16 hex digits, printed with each pair) stands in a FILE of `--read` are
left out. Every pair is printed with its evidence; the last line is one JSON object with what was produced and refused. `--work` keeps the
curated documents of a draw for the next reading; they do not depend on the writer.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.config import CurateConfig
from curation.curate import curate
from curation.records import Document, Pair, Rejected, content_id
from curation.storage import read_jsonl, write_jsonl
from synthesis.config import SynthesisConfig
from synthesis.passages import passages
from synthesis.rules import gathered, write
from synthesis.selection import select
from synthesis.tasks import TASKS, accept, requests

_FEWEST_CHARACTERS = 200  # of a row that is worth curating
_TEXT_ID = re.compile(r"\bt-[0-9a-f]{16}\b")


@dataclass(frozen=True, slots=True)
class Row:
    """A pair with the folder, source and text it comes from, and its evidence in words."""

    folder: str
    source: str
    text_id: str
    pair: Pair
    evidence: str


Draw = Callable[[Sequence[Row], int, int], list[Row]]


def main() -> None:
    """Print the sampled pairs and one JSON line of counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="folders with .jsonl or .jsonl.gz files")
    parser.add_argument("--seed", type=int, default=505, help="of the sample; the documents drawn stay the same")
    parser.add_argument("--draw", type=int, default=0, help="which documents of each source: 0 the first drawn, 1 the next, ...")
    parser.add_argument("--read", type=Path, default=[], nargs="+", help="files that name documents already read")
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--per-source", type=int, default=250, help="documents of each source that are curated")
    parser.add_argument("--at-random", action="store_true", help="every pair as likely as another, instead of tasks and sources in turn")
    parser.add_argument("--tasks", default=",".join(TASKS), help="tasks to write, by commas")
    parser.add_argument("--work", type=Path, help="folder that keeps the curated documents")
    asked = parser.parse_args()
    unknown = set(asked.tasks.split(",")) - set(TASKS)
    if unknown:
        sys.exit(f"no such task: {', '.join(sorted(unknown))}; there are {', '.join(TASKS)}")
    read = {found for path in asked.read for found in _TEXT_ID.findall(path.read_text(encoding="utf-8"))}
    documents = [d for d in curated(asked.data, asked.work, asked.per_source, asked.draw) if text_id(d) not in read]
    config = SynthesisConfig(tasks=dict.fromkeys(asked.tasks.split(","), 1.0))
    refused: Counter[str] = Counter()
    made = written(documents, config, refused)
    drawn = shared_out(made, asked.pairs, asked.seed, at_random if asked.at_random else in_turn)
    for number, row in enumerate(drawn, start=1):
        print(shown(number, row))
    counts = Counter(row.pair.task for row in made)
    result = {"name": "rules_sample", "seed": asked.seed, "documents": len(documents), "pairs": dict(sorted(counts.items()))}
    print(json.dumps({**result, "sampled": len(drawn), "refused": dict(refused.most_common(12))}, ensure_ascii=False))


def curated(data: Sequence[Path], work: Path | None, per_source: int, draw: int) -> list[Document]:
    """Return the clean documents of every source under `data`, `source` their folder and source; read from `work` where they are kept."""
    kept = work / f"documents{draw}.jsonl" if work else None
    if kept is not None and kept.exists():
        return list(read_jsonl(kept, Document))
    with tempfile.TemporaryDirectory() as folder:
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for name, row in distinct(data):
            rows[f"{name}/{row['source']}"].append(row)
        for source, found in rows.items():
            write_lines(Path(folder) / f"{source}.jsonl", drawing(found, source.partition("/")[2], per_source, draw))
        documents = list(curate(CurateConfig(inputs=("*/*.jsonl",), text_field=None), Path(folder), reject=lambda _: None))
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_jsonl(kept, documents)
    return documents


def drawing(found: list[dict[str, Any]], source: str, most: int, draw: int) -> list[dict[str, Any]]:
    """Return the `draw`-th `most` of a source's rows, none of them in an earlier drawing; the first ones again where no others are left."""
    left = found
    for number in range(draw + 1):
        drawn = random.Random(f"{source}{number or ''}").sample(left, min(most, len(left)))
        taken = {id(row) for row in drawn}
        left = [row for row in left if id(row) not in taken] or found
    return drawn


def text_id(document: Document) -> str:
    """Return the id of a document's text, the same in whatever drawing it comes."""
    return content_id("t", document.text)


def distinct(data: Sequence[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the folder's name and `text`, `title` and `source` of every row that has enough text, each text once, in the order of the files."""
    seen: set[str] = set()
    found = ((path, folder.name) for folder in data for pattern in ("*.jsonl", "*.jsonl.gz") for path in folder.rglob(pattern))
    for path, name in sorted(found):
        content = path.read_bytes()
        for line in (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8").split("\n"):
            if not line.strip():
                continue
            row = json.loads(line)
            text = row.get("text") or row.get("context") or ""
            if len(text) >= _FEWEST_CHARACTERS and text not in seen:
                seen.add(text)
                source = path.name.partition(".")[0] if row.get("context") else row.get("source") or path.name.partition(".")[0]
                yield name, {"text": text, "title": row.get("title") or "", "source": str(source).replace("/", "-")}


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write `rows` as JSON Lines, the folder made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def written(documents: Iterable[Document], config: SynthesisConfig, refused: Counter[str]) -> list[Row]:
    """Return all that the writer makes and the checks keep, the reasons of the rest in `refused`."""

    def reject(rejected: Rejected) -> None:
        refused[rejected.reason] += 1

    texts, pairs = {}, []
    documents = list(documents)
    apart = gathered(documents)
    refused["source_gathered"] += len(apart)
    for document in documents:
        if document.id in apart:
            continue
        texts[document.id] = document
        for passage in passages(document, config):
            for prompt in requests(passage, config, 42):
                pairs += list(accept(prompt, passage, write(prompt), "rules", reject))
    made = []
    for pair in select(pairs, config, reject):
        document = texts[pair.evidence[0].document_id]
        folder, _, source = document.source.partition(".jsonl")[0].partition("/")
        evidence = " … ".join(document.text[e.start : e.end] for e in pair.evidence)
        made.append(Row(folder, source, text_id(document), pair, evidence))
    return made


def shared_out(made: Sequence[Row], most: int, seed: int, draw: Draw) -> list[Row]:
    """Return `most` of `made`, as many from each folder, as `draw` takes them."""
    folders = sorted({row.folder for row in made})
    shares = [most // len(folders) + (number < most % len(folders)) for number in range(len(folders))]
    return [
        row for folder, share in zip(folders, shares, strict=True) for row in draw([r for r in made if r.folder == folder], share, seed)
    ]


def at_random(made: Sequence[Row], most: int, seed: int) -> list[Row]:
    """Return `most` of `made`, each as likely as another."""
    return random.Random(seed).sample(sorted(made, key=lambda row: row.pair.id), min(most, len(made)))


def in_turn(made: Sequence[Row], most: int, seed: int) -> list[Row]:
    """Return `most` of `made`, tasks in turn and within a task sources in turn."""
    rng = random.Random(seed)
    groups: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(made, key=lambda row: row.pair.id):
        groups[row.pair.task][row.source].append(row)
    queues = []
    for task in sorted(groups):
        sources = [rng.sample(rows, len(rows)) for _, rows in sorted(groups[task].items())]
        rng.shuffle(sources)
        queues.append([row for turn in range(max(map(len, sources))) for rows in sources if turn < len(rows) for row in [rows[turn]]])
    rounds = max(map(len, queues), default=0)
    return [queue[turn] for turn in range(rounds) for queue in queues if turn < len(queue)][:most]


def shown(number: int, row: Row) -> str:
    """Return a pair as a reader wants it: all of the instruction, input and answer, and the evidence where that says more."""
    pair = row.pair
    parts = [f"--- {number} {pair.id} {pair.task} {row.source} {row.text_id}", f"S: {pair.instruction}"]
    parts += [f"G: {pair.input}"] if pair.input else []
    parts.append(f"C: {pair.output}")
    parts += [f"K: {row.evidence}"] if row.evidence not in pair.input else []
    return "\n".join(parts)


if __name__ == "__main__":
    main()
