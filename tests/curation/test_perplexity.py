from __future__ import annotations

from math import isnan, nan
from pathlib import Path
from random import Random

import numpy as np
import pytest

from curation.quality import perplexity
from curation.quality.perplexity import Perplexity

NOUNS = ("ev", "bahçe", "kitap", "yol", "deniz", "ağaç", "okul", "pencere", "masa", "kapı")
VERBS = ("gördü", "buldu", "sevdi", "açtı", "boyadı", "sattı", "aldı", "bekledi")


def _corpus(count: int, seed: int) -> list[str]:
    random = Random(seed)
    return [" ".join(_sentence(random) for _ in range(10)) for _ in range(count)]


def _sentence(random: Random) -> str:
    return f"Bugün {random.choice(NOUNS)} ile {random.choice(NOUNS)} arasında bir çocuk büyük {random.choice(NOUNS)} için çok {random.choice(VERBS)}."


@pytest.fixture(scope="module")
def model() -> perplexity.Model:
    return perplexity.train(_corpus(60, 1))


def test_words_in_disorder_surprise_the_model_of_order(model: perplexity.Model) -> None:
    text = _corpus(1, 7)[0]
    words = text.split()
    Random(3).shuffle(words)
    assert perplexity.score(model, " ".join(words)).order > 2 * perplexity.score(model, text).order


def test_misread_letters_surprise_the_model_of_spelling(model: perplexity.Model) -> None:
    text = _corpus(1, 7)[0]
    random = Random(3)
    misread = "".join(random.choice("lıjtfrnm") if letter.isalpha() and random.random() < 0.1 else letter for letter in text)
    assert perplexity.score(model, misread).spelling > 2 * perplexity.score(model, text).spelling


def test_probabilities_of_what_may_follow_sum_to_no_more_than_one(model: perplexity.Model) -> None:
    from curation.quality import ngrams

    table = model.characters
    parts = (table.keys, table.counts[:, 0], table.contexts, table.followers[:, 0], table.followers[:, 1])
    before = np.array([ord(letter) for letter in "bir çoc"], np.uint64)
    base = ngrams.surprise(before, 5, float(table.discount[0]), *parts)
    after = [ngrams.surprise(np.append(before, np.uint64(code)), 5, float(table.discount[0]), *parts) for code in range(1, 0x180)]
    assert 0.9 < sum(2.0 ** (base - bits) for bits in after) < 1.1


def test_a_short_text_has_no_score(model: perplexity.Model) -> None:
    found = perplexity.score(model, "Kısa bir metin.")
    assert isnan(found.spelling)
    assert perplexity.judge(found, Perplexity(1.0, 1.0)) is None


def test_a_saved_model_gives_the_same_scores_and_the_same_bytes(model: perplexity.Model, tmp_path: Path) -> None:
    text = _corpus(1, 9)[0]
    perplexity.save(model, tmp_path / "a.npz")
    read = perplexity.load(tmp_path / "a.npz")
    assert perplexity.score(read, text) == perplexity.score(model, text)
    perplexity.save(perplexity.train(_corpus(60, 1)), tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_nothing_can_be_learned_from_no_words() -> None:
    with pytest.raises(ValueError, match="no text"):
        perplexity.train(["...", ""])


def test_the_share_to_keep_stays_under_each_limit() -> None:
    scores = [Perplexity(float(n), float(100 - n)) for n in range(100)] + [Perplexity(nan, nan)]
    highest = perplexity.limits(scores, 0.9)
    assert sum(one.spelling > highest.spelling for one in scores) == 9
    assert sum(one.order > highest.order for one in scores) == 9
    fault = perplexity.judge(scores[99], highest)
    assert fault is not None
    assert fault.reason == "unlikely_text"


def test_without_scores_nothing_is_dropped() -> None:
    assert perplexity.judge(Perplexity(5.0, 5.0), perplexity.limits([], 0.9)) is None


def test_a_sample_is_seeded_bounded_and_in_order() -> None:
    texts = [f"{n:03d}" + "a" * 997 for n in range(200)]
    drawn = perplexity.sample(texts, 0.05, Random(4))
    assert drawn == perplexity.sample(iter(texts), 0.05, Random(4))
    assert drawn == sorted(drawn)
    assert sum(map(len, drawn)) <= 50_000
    assert drawn != perplexity.sample(texts, 0.05, Random(5))
