"""Precision and recall of every check on the Turkish of generated text, on our own small gold sets; with --data also how often each fires on text by people.

    python -m benchmarks.turkish_checks [--data DIR]

DIR holds qa/xquad_tr.jsonl.gz and raw_corpus/corpus_open.jsonl.gz; what fires there is mostly, not always, a false alarm. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from curation import turkish
from synthesis import checks
from synthesis.language import answer_form, foreign, harmony, particles, translationese

GOLD = Path(__file__).parent.parent / "tests" / "synthesis" / "turkish_gold"
SECOND = GOLD / "second"
BAR = {"precision": 0.95, "recall": 0.85}  # of every rule; a false alarm costs a good row, a miss only leaves a poor one to the judge
SENTENCES = 20_000  # of the corpus, enough for a rate of one in a thousand

Verdict = Callable[..., str | None]
Row = tuple[bool, tuple[str, ...]]

RULES: Final[dict[str, Verdict]] = {
    "register": checks.one_register,
    "translationese": translationese.translationese,
    "wrong_suffix": harmony.wrong_suffix,
    "joined_particle": particles.joined_particle,
    "answer_form": answer_form.answer_form,
    "not_turkish": checks.turkish_enough,
    "foreign_sentence": foreign.foreign_sentence,
    "not_self_contained": checks.self_contained,
}
"""A check by the name of its gold set: a row marked + is one that it must refuse."""


def main() -> None:
    """Print the figures of every rule, its mistakes, and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of text by people")
    parser.add_argument("--show", type=int, default=0, help="print so many of the sentences by people on which each rule fires")
    asked = parser.parse_args()
    ours = {name: figures(rows(GOLD / f"{name}.tsv"), verdict) for name, verdict in RULES.items()}
    for name, found in ours.items():
        print(name, found)
        for row in mistakes(rows(GOLD / f"{name}.tsv"), RULES[name]):
            print("   wrong:", row)
    if asked.data is not None:
        print("share of text by people on which each fires:", json.dumps(fired(asked.data, asked.show)))
    second = {path.stem: figures(rows(path), RULES[path.stem]) for path in sorted(SECOND.glob("*.tsv"))}
    for name, found in second.items():
        print("second set, written after the rules:", name, found)
        for row in mistakes(rows(SECOND / f"{name}.tsv"), RULES[name]):
            print("   wrong:", row)
    ok = all(found[figure] >= least for found in ours.values() for figure, least in BAR.items())
    print(json.dumps({"name": "turkish_checks", "ours": ours, "second": second, "peer": None, "ratio": None, "bar": BAR, "ok": ok}))


def rows(path: Path) -> list[Row]:
    """Return the rows of a gold set: whether it is one to refuse, and the columns the check takes."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(columns[0] == "+", tuple(columns[1:])) for columns in (line.split("\t") for line in lines)]


def figures(gold: list[Row], verdict: Verdict) -> dict[str, float]:
    """Return precision and recall of a check in [0, 1], and how many rows of each kind there are."""
    fires = [(wanted, verdict(*columns) is not None) for wanted, columns in gold]
    hits = sum(wanted and fired for wanted, fired in fires)
    positives, found = sum(wanted for wanted, _ in fires), sum(fired for _, fired in fires)
    return {
        "precision": round(hits / max(found, 1), 3),
        "recall": round(hits / max(positives, 1), 3),
        "positives": positives,
        "negatives": len(gold) - positives,
    }


def mistakes(gold: list[Row], verdict: Verdict) -> list[Row]:
    """Return the rows that a check gets wrong."""
    return [(wanted, columns) for wanted, columns in gold if (verdict(*columns) is not None) != wanted]


def fired(data: Path, show: int) -> dict[str, float]:
    """Return the share of sentences, or of questions with answers, by people on which each rule fires."""
    sentences = list(_sentences(data / "raw_corpus" / "corpus_open.jsonl.gz"))
    questions = list(_questions(data / "qa" / "xquad_tr.jsonl.gz"))
    found = {}
    for name, verdict in RULES.items():
        texts = questions if name == "answer_form" else [(q,) for q, _ in questions] if name == "not_self_contained" else sentences
        hits = [columns for columns in texts if verdict(*columns) is not None]
        found[name] = round(len(hits) / max(len(texts), 1), 4)
        for columns in hits[:: max(len(hits) // show, 1)][:show] if show else []:
            print("  ", name, verdict(*columns), columns)
    return found


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _sentences(path: Path) -> Iterator[tuple[str]]:
    count = 0
    for number, row in enumerate(_lines(path)):
        if number % 5:
            continue
        text = str(row["text"])
        for start, end in turkish.sentences(text)[:5]:
            yield (text[start:end],)
            count += 1
        if count >= SENTENCES:
            return


def _questions(path: Path) -> Iterator[tuple[str, str]]:
    for row in _lines(path):
        answers = row.get("answers") or row.get("answer") or ""
        text = answers[0] if isinstance(answers, list) and answers else answers
        yield str(row["question"]), str(text["text"] if isinstance(text, dict) else text)


if __name__ == "__main__":
    main()
