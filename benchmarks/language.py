"""Turkish against its neighbours and others, ours beside plain py3langid: recall, precision and documents per second of CPU time.

    python -m benchmarks.language --data DIR

DIR holds lid/lid_turkic.jsonl.gz with rows {text, lang, bucket}. Recall and precision are those of Turkish on sentences and longer, precision against
the Turkic neighbours and Kurmanji. Both read the same normalised texts. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from curation.language import language
from curation.normalise import normalise

NEIGHBOURS = {"az", "uz", "tk", "crh", "gag", "kmr"}
MAIN = ("sentence", "long")
REPETITIONS = 3
BAR = 0.99

Row = tuple[str, str, str]
Identify = Callable[[str], str]


def main() -> None:
    """Print recall of every kind, figures of both and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the gold sets")
    rows = read(parser.parse_args().data / "lid" / "lid_turkic.jsonl.gz")
    ours, peer = measured(rows, lambda text: language(text)[0]), measured(rows, peer_classifier())
    for kind in sorted(kinds(rows, lambda text: language(text)[0]).items()):
        print(*kind)
    result = {
        "name": "language",
        "ours": ours,
        "peer": peer,
        "ratio": round(ours["docs_per_s"] / peer["docs_per_s"], 2),
        "bar": {"recall": BAR, "precision": BAR},
        "ok": ours["recall"] >= BAR and ours["precision"] >= BAR,
    }
    print(json.dumps(result))


def read(path: Path) -> list[Row]:
    """Return text, language and bucket of every row, the text normalised."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return [(normalise(row["text"]).text, row["lang"], row["bucket"]) for row in rows]


def measured(rows: list[Row], identify: Identify) -> dict[str, float]:
    """Return recall and precision of Turkish on sentences and longer, and documents per second: the best of three runs over all rows."""
    main_rows = [(text, code) for text, code, bucket in rows if bucket in MAIN]
    turkish = [code for text, code in main_rows if identify(text) == "tr"]
    true, false = turkish.count("tr"), sum(code in NEIGHBOURS for code in turkish)
    wanted = sum(code == "tr" for _, code in main_rows)
    seconds = []
    for _ in range(REPETITIONS):
        start = time.process_time()
        for text, _, _ in rows:
            identify(text)
        seconds.append(time.process_time() - start)
    return {"recall": round(true / wanted, 4), "precision": round(true / (true + false), 4), "docs_per_s": round(len(rows) / min(seconds))}


def kinds(rows: list[Row], identify: Identify) -> dict[tuple[str, str], str]:
    """Return how many of each language and bucket are taken for Turkish."""
    count: Counter[tuple[str, str]] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    for text, code, bucket in rows:
        count[code, bucket] += 1
        taken[code, bucket] += identify(text) == "tr"
    return {kind: f"{taken[kind] / number:.3f} of {number}" for kind, number in count.items()}


def peer_classifier() -> Identify:
    """Return plain py3langid with normalised probabilities."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return lambda text: str(model.classify(text)[0])


if __name__ == "__main__":
    main()
