"""Sentence ends of Turkish, ours beside spaCy's rules for Turkish: precision, recall, F1 and sentences per second of CPU time.

    python -m benchmarks.sentences --data DIR

DIR holds sentseg/zemberek_sentence_boundary_train.txt, one sentence a line. Sentences are joined into paragraphs of eight, whose own end does not count.
Figures of both halves of the file stand beside those of the whole, so that rules that know single rows would show. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from curation import turkish

PARAGRAPH = 8
REPETITIONS = 3
BAR = 0.98

Ends = Callable[[str], set[int]]
Paragraph = tuple[str, set[int]]


def main() -> None:
    """Print both, ours on each half too, and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the gold sets")
    paragraphs = read(parser.parse_args().data / "sentseg" / "zemberek_sentence_boundary_train.txt")
    half = len(paragraphs) // 2
    print("first half", agreement(paragraphs[:half], our_ends))
    print("second half", agreement(paragraphs[half:], our_ends))
    ours = agreement(paragraphs, our_ends) | {"sentences_per_s": speed(paragraphs, our_ends)}
    peer_ends = spacy_ends()
    peer = agreement(paragraphs, peer_ends) | {"sentences_per_s": speed(paragraphs, peer_ends)}
    ratio = round(ours["sentences_per_s"] / peer["sentences_per_s"], 2)
    print(json.dumps({"name": "sentences", "ours": ours, "peer": peer, "ratio": ratio, "bar": {"f1": BAR}, "ok": ours["f1"] >= BAR}))


def read(path: Path) -> list[Paragraph]:
    """Return paragraphs of eight sentences with the ends inside them."""
    lines = [line.strip().lstrip("\ufeff") for line in path.read_text(encoding="utf-8").splitlines()]
    gold = [line for line in lines if line]
    found = []
    for first in range(0, len(gold), PARAGRAPH):
        sentences = gold[first : first + PARAGRAPH]
        found.append((" ".join(sentences), {sum(map(len, sentences[:n])) + n - 1 for n in range(1, len(sentences))}))
    return found


def agreement(paragraphs: list[Paragraph], ends: Ends) -> dict[str, float]:
    """Return precision, recall and F1 of the ends inside paragraphs."""
    hits = found = wanted = 0
    for text, gold in paragraphs:
        ours = ends(text) - {len(text)}
        hits, found, wanted = hits + len(gold & ours), found + len(ours), wanted + len(gold)
    precision, recall = hits / found, hits / wanted
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(2 * precision * recall / (precision + recall), 4)}


def speed(paragraphs: list[Paragraph], ends: Ends) -> int:
    """Return sentences per second of CPU time, the best of three runs."""
    seconds = []
    for _ in range(REPETITIONS):
        start = time.process_time()
        for text, _ in paragraphs:
            ends(text)
        seconds.append(time.process_time() - start)
    return round(sum(len(gold) + 1 for _, gold in paragraphs) / min(seconds))


def our_ends(text: str) -> set[int]:
    """Return where sentences end."""
    return {end for _, end in turkish.sentences(text)}


def spacy_ends() -> Ends:
    """Return the same by spaCy's blank Turkish pipeline and its sentencizer."""
    try:
        import spacy
    except ImportError as error:
        raise SystemExit("the peer of this benchmark is spaCy: pip install spacy") from error
    pipeline: Any = spacy.blank("tr")
    pipeline.add_pipe("sentencizer")
    return lambda text: {sentence.end_char for sentence in pipeline(text).sents}


if __name__ == "__main__":
    main()
