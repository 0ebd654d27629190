"""What treating personal data costs beside finding it: documents/s and MB/s of one core for each policy, with and without the sentences of KVKK art. 6.

    python -m benchmarks.pii_policy --data DIR

DIR holds raw_corpus/corpus_open.jsonl.gz, rows with `text`. Each policy runs three times on the findings of one pass; the least CPU time counts.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from curation.config import PiiConfig
from curation.pii import recognisers
from curation.pii.scrub import Scrubbed, scrub_many

BAR_MB_S = 10.0
"""Finding reads less than this on one core: treating what it found must not be the slower half."""
KEY = b"a key of the benchmark, and of nothing else"


def main() -> None:
    """Print a line for each policy and one JSON line for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the corpus")
    with gzip.open(parser.parse_args().data / "raw_corpus" / "corpus_open.jsonl.gz", "rt", encoding="utf-8") as rows:
        texts = [json.loads(row)["text"] for row in rows]
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    started = time.process_time()
    findings = recognisers.find_many(texts)
    finding_mb_s = megabytes / (time.process_time() - started)
    print(f"find: {finding_mb_s:.1f} MB/s")
    measured: dict[str, Any] = {}
    with mock.patch.object(recognisers, "find_many", lambda _: findings):
        for name, config in _configs().items():
            seconds, scrubbed = _timed(lambda config=config: scrub_many([[text] for text in texts], config, key=KEY))  # type: ignore[misc]
            measured[name] = {
                "mb_s": round(megabytes / seconds, 1),
                "documents_s": round(len(texts) / seconds),
                "covered": sum((one.covered for one in scrubbed), Counter[str]()).total(),
                "sensitive_documents": sum(bool(one.sensitive) for one in scrubbed),
            }
            print(name, measured[name])
    slowest = min(one["mb_s"] for one in measured.values())
    row = {
        "name": "pii_policy",
        "ours": slowest,
        "peer": round(finding_mb_s, 1),
        "ratio": round(slowest / finding_mb_s, 2),
        "bar": BAR_MB_S,
    }
    print(json.dumps(row | {"ok": slowest >= BAR_MB_S, "policies": measured}, ensure_ascii=False))


def _configs() -> dict[str, PiiConfig]:
    configs = {policy: PiiConfig.model_validate({"policy": policy, "sensitive": "ignore"}) for policy in ("tag", "surrogate", "mask")}
    return configs | {"tag, every name": PiiConfig(names="all", sensitive="ignore"), "tag, sensitive sentences": PiiConfig()}


def _timed(work: Callable[[], list[Scrubbed]]) -> tuple[float, list[Scrubbed]]:
    least = float("inf")
    for _ in range(3):
        started = time.process_time()
        done = work()
        least = min(least, time.process_time() - started)
    return least, done


if __name__ == "__main__":
    main()
