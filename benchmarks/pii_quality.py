"""Personal data found in gold sets: strict F1 of every kind, names on other material, and what is found in laws, where nothing should be.

    python -m benchmarks.pii_quality --data DIR

DIR holds pii/pii_gold_tr.jsonl.gz, ner/wikiner_tr_dev.jsonl and raw_corpus/corpus_open.jsonl.gz in the shapes read below. A span counts where
kind, start and end are equal. The last line is one JSON object with the bars.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curation.pii.recognisers import find_many

KINDS = {"CREDIT_CARD": "CARD", "DOB": "BIRTH_DATE", "IDSERIAL": "ID_SERIAL"}
NOT_OURS = {"ORG", "LOCATION"}
IDENTIFIERS = (
    "TCKN", "VKN", "MERSIS", "SGK", "PASSPORT", "ID_SERIAL", "IBAN", "CARD", "PHONE", "EMAIL", "KEP", "PLATE", "BIRTH_DATE", "ADDRESS",
)  # fmt: skip
LAWS = "mevzuat"
BARS = {"identifier_recall": 0.98, "identifier_precision": 0.97, "person_recall": 0.90, "person_precision": 0.85, "plates_in_laws": 0}

Span = tuple[str, int, int]


@dataclass
class Score:
    """Gold, found and equal spans by kind."""

    gold: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)

    def add(self, gold: set[Span], found: set[Span]) -> None:
        """Count one text."""
        self.gold.update(kind for kind, _, _ in gold)
        self.found.update(kind for kind, _, _ in found)
        self.right.update(kind for kind, _, _ in gold & found)

    def of(self, kinds: Iterable[str]) -> tuple[float, float, float]:
        """Precision, recall and F1 over `kinds`, rounded; of nothing found or wanted 1."""
        right, found, gold = (sum(counter[kind] for kind in kinds) for counter in (self.right, self.found, self.gold))
        precision, recall = (right / found if found else 1.0), (right / gold if gold else 1.0)
        return round(precision, 4), round(recall, 4), round(2 * precision * recall / (precision + recall), 4) if right else 0.0


def main() -> None:
    """Print a table for each set and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the gold sets")
    data = parser.parse_args().data
    planted = gold_set(data / "pii" / "pii_gold_tr.jsonl.gz")
    _print_table(planted)
    wiki = wiki_names(data / "ner" / "wikiner_tr_dev.jsonl")
    print("names in wikiner_tr_dev (precision, recall, F1):", wiki)
    laws = found_in_laws(data / "raw_corpus" / "corpus_open.jsonl.gz")
    print("found in laws:", dict(laws))
    precision, recall, _ = planted.of(IDENTIFIERS)
    name_precision, name_recall, name_f1 = planted.of(["PERSON"])
    figures = {
        "identifier_recall": recall,
        "identifier_precision": precision,
        "person_recall": name_recall,
        "person_precision": name_precision,
        "person_f1": name_f1,
        "plates_in_laws": laws["PLATE"],
        "identifiers_in_laws": sum(laws[kind] for kind in laws if kind not in {"PERSON", "documents"}),
        "wikiner_person": wiki,
    }
    ok = all(figures[name] >= bar if bar else figures[name] == 0 for name, bar in BARS.items())  # type: ignore[operator]  # the barred ones are numbers
    print(json.dumps({"name": "pii_quality", "ours": figures, "bar": BARS, "ok": ok}))


def gold_set(path: Path) -> Score:
    """Score the gold set of planted identifiers and swapped names."""
    score = Score()
    rows = list(_rows(path))
    for row, findings in zip(rows, find_many([row["text"] for row in rows]), strict=True):
        gold = {(KINDS.get(one["label"], one["label"]), one["start"], one["end"]) for one in row["spans"] if one["label"] not in NOT_OURS}
        score.add(gold, {(one.kind, one.start, one.end) for one in findings})
    return score


def wiki_names(path: Path) -> tuple[float, float, float]:
    """Score names only, on encyclopaedic sentences full of foreign people; the gold is noisy."""
    score = Score()
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row, findings in zip(rows, find_many([row["text"] for row in rows]), strict=True):
        gold = {("PERSON", one["start"], one["stem_end"]) for one in row["spans"] if one["label"] == "PERSON"}
        score.add(gold, {(one.kind, one.start, one.end) for one in findings if one.kind == "PERSON"})
    return score.of(["PERSON"])


def found_in_laws(path: Path) -> Counter[str]:
    """Findings by kind in law texts, where every identifier is a false one."""
    texts = [row["text"] for row in _rows(path) if row["id"].startswith(LAWS)]
    return Counter({"documents": len(texts)}) + Counter(one.kind for findings in find_many(texts) for one in findings)


def _print_table(score: Score) -> None:
    print(f"{'kind':12}{'gold':>6}{'found':>7}{'right':>7}{'precision':>11}{'recall':>8}{'F1':>8}")
    for kind in sorted(score.gold | score.found):
        precision, recall, f1 = score.of([kind])
        print(f"{kind:12}{score.gold[kind]:6}{score.found[kind]:7}{score.right[kind]:7}{precision:11.4f}{recall:8.4f}{f1:8.4f}")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
