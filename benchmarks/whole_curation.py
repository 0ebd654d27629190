"""Whole curation of a corpus, ours beside the same work in datatrove: MB of text per second of CPU time.

    python -m benchmarks.whole_curation --input corpus.jsonl.gz [--repeat 3]

The input is JSON Lines with a `text` field. Both read it, repair encodings, apply Turkish quality and repetition rules, remove personal
data and near-duplicates, and write JSON Lines. What datatrove cannot do here or has no step for makes its side lighter, not ours:
no language identification (its classifier is downloaded), no Turkish identifiers or names (its formatter knows e-mails and IP addresses),
no exact verification of near-duplicates, no reasons on disk beyond its filters' exclusion files. Each side is a process of its own; the
last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

STOP_WORDS = ["ve", "bir", "olarak", "bu", "ile", "için", "olan", "da", "de", "tarafından", "yılında", "sonra", "en", "daha", "ilk"]


def main() -> None:
    """Print the figures, one line a run and one JSON line for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", type=Path, required=True, help="JSON Lines, perhaps gzipped, with a `text` field")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--side", choices=["ours", "peer"], help="(used by the benchmark itself)")
    parser.add_argument("--out", type=Path, help="(used by the benchmark itself)")
    asked = parser.parse_args()
    if asked.side:
        (ours if asked.side == "ours" else peer)(asked.input.resolve(), asked.out)
        return
    if importlib.util.find_spec("datatrove") is None:
        sys.exit("the peer is not installed: pip install datatrove==0.10.1")
    megabytes = text_megabytes(asked.input)
    seconds: dict[str, list[float]] = {"ours": [], "peer": []}
    kept: dict[str, int] = {}
    for _ in range(asked.repeat):
        for side, taken in seconds.items():
            cpu, kept[side] = timed(side, asked.input)
            taken.append(cpu)
            print(f"{side}: {cpu:.1f} s of CPU time, {megabytes / cpu:.2f} MB/s, {kept[side]} documents kept")
    rate = {side: megabytes / sorted(taken)[len(taken) // 2] for side, taken in seconds.items()}
    ratio = rate["ours"] / rate["peer"]
    result = {
        "name": "whole_curation",
        "ours": round(rate["ours"], 3),
        "peer": round(rate["peer"], 3),
        "ratio": round(ratio, 2),
        "bar": 1.0,
        "ok": ratio >= 1.0,
        "unit": "MB of text per CPU second",
        "megabytes": round(megabytes, 1),
        "kept": kept,
    }
    print(json.dumps(result))


def text_megabytes(path: Path) -> float:
    """Return the size of all texts as UTF-8, in MB."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:  # type: ignore[operator]
        return sum(len(json.loads(line)["text"].encode()) for line in lines) / 1e6


def timed(side: str, source: Path) -> tuple[float, int]:
    """Return the CPU seconds (user and system, children too) of one side in a process of its own, and how many documents it kept."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.whole_curation", "--input", str(source), "--side", side, "--out", folder]
        before = os.times()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = os.times()
        kept = sum(1 for path in (Path(folder) / "documents").rglob("*.jsonl") for _ in path.open("rb"))
    return after.children_user + after.children_system - before.children_user - before.children_system, kept


def ours(source: Path, out: Path) -> None:
    """Curate with imbik on one core."""
    from curation.config import CurateConfig
    from curation.curate import curate_corpus

    config = CurateConfig(inputs=(source.name,), quality={"preset": "fineweb2-tr"}, engine={"workers": 1}, format="jsonl")
    (out / "documents").mkdir()
    curate_corpus(config, source.parent, out / "documents", out / "work")
    (out / "documents" / "rejected.jsonl").rename(out / "rejected.txt")
    for path in (out / "documents").glob("*.jsonl"):
        if path.name != "documents.jsonl":
            path.unlink()


def peer(source: Path, out: Path) -> None:
    """Curate with datatrove on one core: two passes, as its minhash example does it."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets
    from datatrove.pipeline.filters import FineWebQualityFilter, GopherQualityFilter, GopherRepetitionFilter
    from datatrove.pipeline.formatters import FTFYFormatter, PIIFormatter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers.jsonl import JsonlWriter
    from datatrove.utils.hashing import HashConfig

    turkish = "tur_Latn"
    hashes = HashConfig(hash_fc="sha1")  # its xxhash call fails with xxhash 4
    clean, work, config = str(out / "clean"), out / "minhash", MinhashConfig(num_buckets=14, hashes_per_bucket=8, hash_config=hashes)
    reader = JsonlReader(str(source.parent), glob_pattern=source.name)
    filters = [
        FTFYFormatter(),
        GopherRepetitionFilter(
            dup_line_frac=0.272, dup_para_frac=None, dup_line_char_frac=None, dup_para_char_frac=None,
            top_n_grams=((2, 0.214), (3, 0.168), (4, 0.147)),
            dup_n_grams=((5, 0.154), (6, 0.144), (7, 0.134), (8, 0.124), (9, 0.113), (10, 0.103)), language=turkish,
        ),
        FineWebQualityFilter(line_punct_thr=0.091, short_line_thr=999, char_duplicates_ratio=999, new_line_ratio=0.222, language=turkish),
        GopherQualityFilter(
            min_avg_word_length=3, max_avg_word_length=21, max_non_alpha_words_ratio=0.773, min_stop_words=2,
            stop_words=STOP_WORDS, language=turkish,
        ),
        PIIFormatter(),
    ]  # fmt: skip
    steps = [
        [reader, *filters, JsonlWriter(clean, compression=None)],
        [JsonlReader(clean), MinhashDedupSignature(output_folder=str(work / "signatures"), config=config, language=turkish)],
        [MinhashDedupBuckets(input_folder=str(work / "signatures"), output_folder=str(work / "buckets"), config=config)],
        [MinhashDedupCluster(input_folder=str(work / "buckets"), output_folder=str(work / "remove"), config=config)],
        [JsonlReader(clean), MinhashDedupFilter(input_folder=str(work / "remove")), JsonlWriter(str(out / "documents"), compression=None)],
    ]
    for number, pipeline in enumerate(steps):
        tasks = config.num_buckets if number == 2 else 1
        LocalPipelineExecutor(pipeline=pipeline, tasks=tasks, workers=1, logging_dir=str(out / "logs" / str(number))).run()
    shutil.rmtree(out / "clean")


if __name__ == "__main__":
    main()
