"""Quality measures beside datatrove's filters on the same texts, presets by kind of source, and what insults and perplexity tell.

    python -m benchmarks.quality --data DIR [--documents 1000]

DIR holds raw_corpus/corpus_open.jsonl.gz with rows {text, source} and toxic/offenseval_tr_valtest.jsonl.gz with rows {text, label}. The peer runs FineWeb-2's
filters for Turkish (Gopher repetition, FineWeb, Gopher quality) with its own tokeniser. The last line is one JSON object; ratio is MB/s of CPU time.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from math import isnan
from pathlib import Path
from random import Random
from typing import Any

from curation.normalise import normalise
from curation.quality import FINEWEB2_TR, PRESETS, WEB, judge, measure, perplexity, toxicity
from curation.quality.measures import FINEWEB_STOP_WORDS

REPETITIONS = 3
BAR_MB_PER_S = 10.0
LETTERS = "abcdefgğhıijklmnoöprsştuüvyz1l|"


def main() -> None:
    """Print the figures and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--documents", type=int, default=1_000, help="documents that both are timed on")
    arguments = parser.parse_args()
    texts = [(row["source"], normalise(row["text"]).text) for row in _rows(arguments.data / "raw_corpus" / "corpus_open.jsonl.gz")]
    for preset, shares in kept_shares(texts).items():
        print(preset, shares)
    print("insults", insults(arguments.data / "toxic" / "offenseval_tr_valtest.jsonl.gz"))
    print("perplexity", separation([text for _, text in texts if judge(measure(text), WEB) is None]))
    timed = [text for _, text in Random(1).sample(texts, arguments.documents) if text]
    peer_keeps = peer()
    ours, theirs = speed(timed, measure), speed(timed, peer_keeps)
    agree = sum((judge(measure(text), FINEWEB2_TR) is None) == peer_keeps(text) for text in timed) / len(timed)
    result = {
        "name": "quality",
        "ours": ours,
        "peer": theirs,
        "ratio": round(ours / theirs, 1),
        "bar": BAR_MB_PER_S,
        "ok": ours >= BAR_MB_PER_S,
    }
    print(json.dumps(result | {"same_verdict": round(agree, 3)}))


def kept_shares(texts: list[tuple[str, str]]) -> dict[str, dict[str, float]]:
    """Return the share of each source's texts that each preset keeps."""
    measured = [(source, measure(text)) for source, text in texts]
    count = Counter(source for source, _ in measured)
    kept = {name: Counter(source for source, found in measured if judge(found, rules) is None) for name, rules in PRESETS.items()}
    return {name: {source: round(sources[source] / number, 3) for source, number in count.items()} for name, sources in kept.items()}


def insults(path: Path) -> dict[str, float]:
    """Return precision and recall of the word list against people's verdict of offensive."""
    rows = [(bool(toxicity.find(normalise(row["text"]).text)), row["label"] == "offensive") for row in _rows(path)]
    hits = sum(found and wanted for found, wanted in rows)
    return {
        "precision": round(hits / sum(found for found, _ in rows), 3),
        "recall": round(hits / sum(wanted for _, wanted in rows), 3),
        "texts": len(rows),
    }


def separation(texts: list[str]) -> dict[str, dict[str, float]]:
    """Return how often a damaged text is less likely than a clean one (area under ROC), by spelling and by order; trained on one half, asked about the other."""
    random = Random(1)
    random.shuffle(texts)
    model = perplexity.train(perplexity.sample(texts[::2], 8.0, random))
    asked = texts[1:2000:2]
    clean = [perplexity.score(model, text) for text in asked]
    damages: dict[str, Callable[[str], str]] = {
        "3 % of letters misread": lambda text: _misread(text, 0.03, random),
        "10 % of letters misread": lambda text: _misread(text, 0.1, random),
        "words shuffled": lambda text: _shuffled(text, random),
        "random letters": lambda text: _misread(text, 1.0, random),
    }
    found = {}
    for name, damage in damages.items():
        damaged = [perplexity.score(model, damage(text)) for text in asked]
        found[name] = {
            part: _area([getattr(one, part) for one in clean], [getattr(one, part) for one in damaged]) for part in ("spelling", "order")
        }
    return found


def speed(texts: list[str], judged: Callable[[str], Any]) -> float:
    """Return MB of UTF-8 per second of CPU time, the best of three runs."""
    judged(texts[0])
    seconds = []
    for _ in range(REPETITIONS):
        start = time.process_time()
        for text in texts:
            judged(text)
        seconds.append(time.process_time() - start)
    return round(sum(len(text.encode()) for text in texts) / 1e6 / min(seconds), 2)


def peer() -> Callable[[str], bool]:
    """Return datatrove's verdict with the thresholds of FineWeb-2's configuration for Turkish."""
    try:
        from datatrove.data import Document
        from datatrove.pipeline.filters import FineWebQualityFilter, GopherQualityFilter, GopherRepetitionFilter
    except ImportError as error:
        raise SystemExit("the peer of this benchmark is datatrove: pip install 'datatrove[processing,multilingual]'") from error
    stop_words = sorted(FINEWEB_STOP_WORDS)
    top = ((2, 0.214), (3, 0.168), (4, 0.147))
    repeated = ((5, 0.154), (6, 0.144), (7, 0.134), (8, 0.124), (9, 0.113), (10, 0.103))
    filters = (
        GopherRepetitionFilter(
            language="tur_Latn",
            dup_line_frac=0.272,
            dup_para_frac=0,
            dup_line_char_frac=0,
            dup_para_char_frac=0,
            top_n_grams=top,
            dup_n_grams=repeated,
        ),
        FineWebQualityFilter(
            language="tur_Latn", short_line_thr=999, char_duplicates_ratio=0.99, line_punct_thr=0.091, new_line_ratio=0.222
        ),
        GopherQualityFilter(
            language="tur_Latn",
            min_avg_word_length=3,
            max_avg_word_length=21,
            max_non_alpha_words_ratio=0.773,
            min_stop_words=2,
            stop_words=stop_words,
        ),
    )
    return lambda text: all(one.filter(Document(text=text, id="")) is True for one in filters)


def _misread(text: str, share: float, random: Random) -> str:
    return "".join(random.choice(LETTERS) if letter.isalpha() and random.random() < share else letter for letter in text)


def _shuffled(text: str, random: Random) -> str:
    words = text.split()
    random.shuffle(words)
    return " ".join(words)


def _area(low: list[float], high: list[float]) -> float:
    below = sorted(value for value in low if not isnan(value))
    above = [value for value in high if not isnan(value)]
    return round(sum(bisect_left(below, value) for value in above) / len(below) / len(above), 3)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
