"""Quality of the curation room on gold sets: sentence ends, language, mojibake, personal data, near-duplicates.

    python -m benchmarks.curation_gold --data DIR

DIR holds sentseg/, lid/, mojibake/, pii/, neardup/ and raw_corpus/ in the shapes read below. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from curation import turkish
from curation.config import DedupConfig
from curation.dedup import find_duplicates
from curation.language import language
from curation.normalise import normalise
from curation.pii.recognisers import find
from curation.records import Document

PARAGRAPH = 8
TURKIC = {"az", "uz", "tk", "crh", "gag", "kmr"}
KINDS = {"CREDIT_CARD": "CARD", "DOB": "BIRTH_DATE", "IDSERIAL": "ID_SERIAL"}
NOT_OURS = {"ORG", "LOCATION"}


def main() -> None:
    """Print the figures, a line for each set and one JSON line for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the gold sets")
    data = parser.parse_args().data
    measures = {
        "sentences": sentence_ends(data / "sentseg" / "zemberek_sentence_boundary_train.txt"),
        "language": languages(data / "lid" / "lid_turkic.jsonl.gz"),
        "mojibake": mojibake(data / "mojibake" / "real_cp1254_as_latin1.jsonl.gz"),
        "pii": personal_data(data / "pii" / "pii_gold_tr.jsonl.gz"),
        "pii_on_real_text": personal_data_of_real_text(data / "raw_corpus" / "corpus_open.jsonl.gz"),
        "near_duplicates": near_duplicates(data / "neardup" / "pairs.jsonl.gz"),
    }
    for name, values in measures.items():
        print(name, values)
    print(json.dumps(measures, ensure_ascii=False))


def sentence_ends(path: Path) -> dict[str, float]:
    """Precision and recall of sentence ends inside paragraphs of eight gold sentences; the paragraph's own end does not count."""
    gold = [line.strip().lstrip("\ufeff") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    hits = found = wanted = 0
    for first in range(0, len(gold), PARAGRAPH):
        paragraph = gold[first : first + PARAGRAPH]
        text = " ".join(paragraph)
        ends = {sum(map(len, paragraph[:n])) + n - 1 for n in range(1, len(paragraph))}
        ours = {end for _, end in turkish.sentences(text)} - {len(text)}
        hits, found, wanted = hits + len(ends & ours), found + len(ours), wanted + len(ends)
    return _f1(hits, found, wanted)


def languages(path: Path) -> dict[str, float]:
    """Recall of Turkish and precision against its Turkic and Kurdish neighbours, on sentences and longer; recall of the harder kinds beside them."""
    count: Counter[tuple[str, str]] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    for row in _rows(path):
        key = (row["lang"], row["bucket"])
        count[key] += 1
        taken[key] += language(normalise(row["text"]).text)[0] == "tr"
    main = ("sentence", "long")
    true = sum(taken["tr", bucket] for bucket in main)
    false = sum(taken[other, bucket] for other in TURKIC for bucket in main)
    hard = {bucket: round(taken["tr", bucket] / n, 4) for (code, bucket), n in sorted(count.items()) if code == "tr" and bucket not in main}
    return {"recall": round(true / sum(count["tr", bucket] for bucket in main), 4), "precision": round(true / (true + false), 4), **hard}


def mojibake(path: Path) -> dict[str, float]:
    """Share of really broken strings that come out as their repair does; spaces left out of the comparison."""
    rows = list(_rows(path))
    right = sum(_plain(row["broken"]) == _plain(row["repaired"]) for row in rows)
    return {"strings": len(rows), "repaired": round(right / len(rows), 4)}


def personal_data(path: Path) -> dict[str, dict[str, float]]:
    """Per kind: gold spans, share found exactly, precision and recall of spans that overlap."""
    gold: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    touched: Counter[str] = Counter()
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for row in _rows(path):
        wanted = [
            (KINDS.get(span["label"], span["label"]), span["start"], span["end"]) for span in row["spans"] if span["label"] not in NOT_OURS
        ]
        ours = [(finding.kind, finding.start, finding.end) for finding in find(row["text"])]
        gold.update(kind for kind, _, _ in wanted)
        found.update(kind for kind, _, _ in ours)
        exact.update(kind for kind, _, _ in set(wanted) & set(map(tuple, ours)))
        touched.update(span[0] for span in wanted if any(_overlap(span, other) for other in ours))
        right.update(span[0] for span in ours if any(_overlap(span, other) for other in wanted))
    return {
        kind: {
            "gold": gold[kind],
            "exact": round(exact[kind] / gold[kind], 4),
            "recall": round(touched[kind] / gold[kind], 4),
            "precision": round(right[kind] / found[kind], 4) if found[kind] else 0.0,
        }
        for kind in sorted(gold)
    }


def personal_data_of_real_text(path: Path) -> dict[str, int]:
    """Identifiers found in laws, where each would be a false one, by kind; names left out."""
    found: Counter[str] = Counter()
    documents = 0
    for row in _rows(path):
        if row["id"].startswith("mevzuat"):
            documents += 1
            found.update(finding.kind for finding in find(row["text"]) if finding.kind != "PERSON")
    return {"documents": documents, **found}


def near_duplicates(path: Path) -> dict[str, float]:
    """Recall on pairs at or over the default threshold and false finds among random pairs, each pair compared alone."""
    wanted = hits = random = false = 0
    for row in _rows(path):
        found = bool(find_duplicates([Document("a", row["a"], "a"), Document("b", row["b"], "b")], DedupConfig()))
        if row["jaccard_w5"] >= DedupConfig().threshold:
            wanted, hits = wanted + 1, hits + found
        if row["kind"].startswith("random"):
            random, false = random + 1, false + found
    return {"pairs": wanted, "recall": round(hits / wanted, 4), "random_pairs": random, "false": false}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _plain(text: str) -> str:
    return "".join(normalise(text).text.split())


def _overlap(left: tuple[str, int, int], right: tuple[str, int, int]) -> bool:
    return left[0] == right[0] and left[1] < right[2] and right[1] < left[2]


def _f1(hits: int, found: int, wanted: int) -> dict[str, float]:
    precision, recall = hits / found, hits / wanted
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(2 * precision * recall / (precision + recall), 4)}


if __name__ == "__main__":
    main()
