"""Near-duplicates side by side with datasketch and rensa, and at growing sizes through files.

    python -m benchmarks.near_duplicates [--documents 20000] [--repeat 3]
    python -m benchmarks.near_duplicates --scale 20000,200000,2000000 [--work DIR] [--plot FILE]

The first: 128 permutations, threshold 0.8, shingles of five words, CPU seconds from a list of texts to clusters. Ours folds Turkish and
verifies every pair; the peers split at white space and trust the estimate. Recall is against the true similarity of every pair of documents
that shares a shingle, counted in Python without our kernels. The second: every task of curation.dedup.shards, one after another in one
process a size. Each ends with one JSON line.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.near_duplicate_corpus import batches, origins
from curation.config import DedupConfig
from curation.dedup import find_duplicates
from curation.records import Document

CONFIG = DedupConfig()
BARS = {"datasketch": 70, "datasketch_bulk": 13, "rensa": 6}
RECALL = 0.99
SHARD = 32_768  # documents of one shard file, some 64 MB

Pairs = Iterable[tuple[int, int]]


def main() -> None:
    """Measure, print a table, and end with one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--scale", help="numbers of documents, parted by commas: measure only ourselves, through files")
    parser.add_argument("--work", type=Path, help="folder for the files of --scale; default a temporary one. 2 million documents need 8 GB")
    parser.add_argument("--plot", type=Path, help="picture of time and memory by size")
    asked = parser.parse_args()
    if asked.scale:
        measure_scale([int(size) for size in asked.scale.split(",")], asked.work, asked.plot)
    else:
        measure_peers(asked.documents, asked.repeat)


# --- side by side ------------------------------------------------------------------------------------------------------


def measure_peers(count: int, repeat: int) -> None:
    """Print CPU seconds, ratio and recall of every method."""
    texts = [text.as_py() for _, batch in batches(count, count) for text in batch]
    true = true_pairs(texts, CONFIG.threshold)
    ours(texts[:50])  # reads the compiled kernels from their cache, or compiles them
    methods: dict[str, Callable[[list[str]], Pairs]] = {
        "ours": ours,
        "datasketch": datasketch_naive,
        "datasketch_bulk": datasketch_bulk,
        "rensa": rensa_as_documented,
    }
    seconds = {name: [] for name in methods}
    found: dict[str, Pairs] = {}
    for _ in range(repeat):
        for name, method in methods.items():
            start = time.process_time()
            found[name] = method(texts)
            seconds[name].append(time.process_time() - start)
    middle = {name: statistics.median(values) for name, values in seconds.items()}
    recall = {name: recall_of(pairs, true, count) for name, pairs in found.items()}
    print(f"{count} documents, {len(true)} pairs with J >= {CONFIG.threshold}, median of {repeat} in CPU seconds")
    for name, value in middle.items():
        print(f"{name:16} {value:8.3f} s {count / value:10.0f} documents/s {value / middle['ours']:7.1f}x recall {recall[name]:.4f}")
    ratios = {name: round(middle[name] / middle["ours"], 1) for name in BARS}
    fast = all(ratios[name] >= bar for name, bar in BARS.items())
    result = {"name": "near_duplicates", "ours": middle["ours"], "peer": {name: middle[name] for name in BARS}, "ratio": ratios, "bar": BARS,
              "recall": round(recall["ours"], 4), "recall_bar": RECALL, "ok": fast and recall["ours"] >= RECALL}  # fmt: skip
    print(json.dumps(result))


def true_pairs(texts: list[str], threshold: float) -> set[tuple[int, int]]:
    """Return all pairs of texts whose shingle sets have a Jaccard similarity of at least the threshold, by an inverted index."""
    import numpy as np
    from scipy import sparse

    from curation.dedup.signatures import shingles

    numbers: dict[bytes, int] = {}
    sets = [sorted({numbers.setdefault(shingle, len(numbers)) for shingle in shingles(text)}) for text in texts]
    sizes = np.array([len(one) for one in sets])
    columns = np.concatenate([np.array(one) for one in sets])
    rows = np.repeat(np.arange(len(texts)), sizes)
    shared = np.bincount(columns)[columns] > 1
    matrix = sparse.csr_matrix((np.ones(int(shared.sum()), np.int32), (rows[shared], columns[shared])), (len(texts), len(numbers)))
    common = sparse.triu(matrix @ matrix.T, k=1).tocoo()
    alike = common.data >= threshold * (sizes[common.row] + sizes[common.col] - common.data)
    return set(zip(common.row[alike].tolist(), common.col[alike].tolist(), strict=True))


def recall_of(found: Pairs, true: set[tuple[int, int]], count: int) -> float:
    """Return the share of true pairs whose documents end in one cluster."""
    parent = list(range(count))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for left, right in found:
        parent[root(left)] = root(right)
    return sum(root(left) == root(right) for left, right in true) / len(true)


def ours(texts: list[str]) -> Pairs:
    """Return (dropped, kept) of every near-duplicate."""
    documents = [Document(str(number), text, "") for number, text in enumerate(texts)]
    return [(duplicate.dropped, duplicate.kept) for duplicate in find_duplicates(documents, CONFIG)]


def shingle_strings(text: str) -> set[str]:
    """Return the shingles as the peers' documentation makes them."""
    words = text.split()
    return {" ".join(words[start : start + 5]) for start in range(len(words) - 4)}


def datasketch_naive(texts: list[str]) -> Pairs:
    """datasketch as in its documentation: update shingle by shingle, query, insert."""
    datasketch = peer("datasketch")
    index = datasketch.MinHashLSH(threshold=CONFIG.threshold, num_perm=CONFIG.permutations)
    found = []
    for number, text in enumerate(texts):
        signature = datasketch.MinHash(num_perm=CONFIG.permutations)
        for shingle in shingle_strings(text):
            signature.update(shingle.encode())
        found.extend((int(other), number) for other in index.query(signature))
        index.insert(str(number), signature)
    return found


def datasketch_bulk(texts: list[str]) -> Pairs:
    """datasketch at its fastest: MinHash.bulk and an insertion session."""
    datasketch = peer("datasketch")
    shingles = ([shingle.encode() for shingle in shingle_strings(text)] for text in texts)
    signatures = datasketch.MinHash.bulk(shingles, num_perm=CONFIG.permutations)
    index = datasketch.MinHashLSH(threshold=CONFIG.threshold, num_perm=CONFIG.permutations)
    with index.insertion_session() as session:
        for number, signature in enumerate(signatures):
            session.insert(number, signature, check_duplication=False)
    return [(other, number) for number, signature in enumerate(signatures) for other in index.query(signature) if other != number]


def rensa_as_documented(texts: list[str]) -> Pairs:
    """rensa as in its README: RMinHash and RMinHashLSH, 16 bands."""
    rensa = peer("rensa")
    index = rensa.RMinHashLSH(threshold=CONFIG.threshold, num_perm=CONFIG.permutations, num_bands=16)
    signatures = []
    for number, text in enumerate(texts):
        signature = rensa.RMinHash(num_perm=CONFIG.permutations, seed=42)
        signature.update(list(shingle_strings(text)))
        signatures.append(signature)
        index.insert(number, signature)
    found = []
    for number, signature in enumerate(signatures):
        others = (other for other in index.query(signature) if other < number)
        found.extend((other, number) for other in others if signature.jaccard(signatures[other]) >= CONFIG.threshold)
    return found


def peer(name: str) -> Any:
    """Return a peer's module; ends the program with what to install where it is missing."""
    try:
        return __import__(name)
    except ImportError:
        sys.exit(f"{name} is not installed: pip install 'datasketch>=2,<3' rensa scipy")


# --- growing sizes -----------------------------------------------------------------------------------------------------


def measure_scale(sizes: list[int], work: Path | None, plot: Path | None) -> None:
    """Print seconds and memory of every size, each in a process of its own."""
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=work) as folder, multiprocessing.get_context("spawn").Pool(1) as pool:
            rows.append(pool.apply(scaled, (size, Path(folder))))
        print(json.dumps(rows[-1]))
    print(f"{'documents':>10} {'MB':>7} {'CPU s':>8} {'documents/s':>12} {'own memory MB':>14} {'resident MB':>12} {'recall':>7}")
    for row in rows:
        print(f"{row['documents']:>10} {row['text_mb']:>7} {row['seconds']:>8} {row['documents_per_s']:>12} {row['own_mb']:>14} {row['resident_mb']:>12} {row['recall']:>7}")  # fmt: skip
    if plot is not None:
        draw(rows, plot)
    growth = round(rows[-1]["seconds"] / rows[0]["seconds"] / (rows[-1]["documents"] / rows[0]["documents"]), 2)
    print(json.dumps({"name": "near_duplicates_scale", "ours": rows[-1], "seconds_per_document_last_to_first": growth, "ok": growth < 1.5}))


def scaled(count: int, work: Path) -> dict[str, float]:
    """Return the figures of one size: corpus made, signed, joined, verified, chosen."""
    import numpy as np

    few, _ = corpus_files(100, work / "few")
    all_tasks(few, work / "few")  # reads the compiled kernels from their cache, or compiles them
    files, size = corpus_files(count, work / "all")
    watch = Watch()
    choice, seconds = all_tasks(files, work / "all")
    own = watch.stop()
    total = sum(seconds.values())
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    stages = {stage: round(value, 1) for stage, value in seconds.items()}
    pairs = sum(len(np.load(path, mmap_mode="r")) for path in (work / "all").glob("verified-*/pairs.npy"))
    return {"documents": count, "text_mb": size // 1_000_000, "seconds": round(total, 1), **stages, "documents_per_s": round(count / total), "own_mb": own,
            "resident_mb": resident, "pairs": pairs, "dropped": len(choice.dropped()), "recall": planted_recall(files, choice)}  # fmt: skip


def all_tasks(files: list[Any], work: Path) -> tuple[Any, dict[str, float]]:
    """Return what stays of signed files, and the CPU seconds of each kind of task."""
    from curation.dedup import shards as tasks
    from curation.dedup.bands import layout

    seconds: dict[str, float] = defaultdict(float)

    def timed(stage: str, task: Callable[..., Any], *arguments: Any) -> Any:
        start = time.process_time()
        result = task(*arguments)
        seconds[stage] += time.process_time() - start
        return result

    for one in files:
        timed("sign", tasks.sign_shard, one, CONFIG)
    timed("join", tasks.join_copies, files, work / "copies")
    joined = [work / f"band-{band:03d}" for band in range(layout(CONFIG.threshold, CONFIG.permutations).bands)]
    for band, out in enumerate(joined):
        timed("join", tasks.join_band, band, files, work / "copies", out)
    verified = [work / f"verified-{number:05d}" for number in range(len(files))]
    for number, out in enumerate(verified):
        timed("verify", tasks.verify, number, files, joined, CONFIG, out)
    return timed("choose", tasks.choose_shards, files, work / "copies", verified, CONFIG), seconds


def corpus_files(count: int, work: Path) -> tuple[list[Any], int]:
    """Return the shards of a corpus of `count` documents written into `work`, and their bytes of text."""
    import pyarrow

    from curation.dedup.shards import ShardFiles

    work.mkdir()
    files, size = [], 0
    for first, texts in batches(count, SHARD):
        path = work / f"{first:08d}.arrow"
        with (
            pyarrow.OSFile(str(path), "wb") as file,
            pyarrow.ipc.new_file(file, pyarrow.schema([("text", pyarrow.large_string())])) as writer,
        ):
            writer.write_table(pyarrow.table({"text": texts}))
        files.append(ShardFiles(path, work / f"{first:08d}.signed"))
        size += texts.nbytes
    return files, size


def planted_recall(files: list[Any], choice: Any) -> float:
    """Return the share of planted copies with a true similarity over the threshold (up to 20,000, in Python) that are in the cluster of their original."""
    from curation.dedup.signatures import shingles
    from curation.dedup.texts import of_arrow_file

    origin = origins(len(choice.kept))
    copies = [number for number in range(len(origin)) if origin[number] >= 0]
    opened = [of_arrow_file(one.documents) for one in files]
    alike = found = 0
    for copy in copies[:: max(1, len(copies) // 20_000)]:
        original = int(origin[copy])
        left, right = (set(shingles(opened[number // SHARD][number % SHARD])) for number in (copy, original))
        if len(left & right) >= CONFIG.threshold * len(left | right):
            alike, found = alike + 1, found + int(choice.kept[copy] == choice.kept[original])
    return round(found / alike, 5)


class Watch:
    """Samples this process's own memory (anonymous pages: mapped files can be dropped by the system at any time) until stopped."""

    def __init__(self) -> None:
        self._peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self) -> None:
        while not self._done.wait(0.05):
            status = Path("/proc/self/status").read_text(encoding="ascii")
            self._peak = max(self._peak, next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")))

    def stop(self) -> int:
        """Return the peak in MB."""
        self._done.set()
        self._thread.join()
        return self._peak // 1024


def draw(rows: list[dict[str, float]], path: Path) -> None:
    """Write a picture of seconds and memory by number of documents."""
    from matplotlib import pyplot

    figure, left = pyplot.subplots(figsize=(6, 4))
    left.loglog([row["documents"] for row in rows], [row["seconds"] for row in rows], "o-", label="CPU seconds")
    left.loglog([row["documents"] for row in rows], [row["own_mb"] for row in rows], "s--", label="own memory, MB")
    left.set_xlabel("documents")
    left.legend()
    figure.savefig(path, bbox_inches="tight")


if __name__ == "__main__":
    main()
