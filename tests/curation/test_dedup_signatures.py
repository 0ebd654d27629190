from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH
from hypothesis import given
from hypothesis import strategies as st

from curation.dedup import kernels
from curation.dedup.bands import band_keys, layout
from curation.dedup.folding import folding, words
from curation.dedup.signatures import SEED, all_to_datasketch, shingle_hash, shingles, sign, sign_strings, to_datasketch
from curation.dedup.texts import of_strings

WORDS = [
    "köyün",
    "yaşlı",
    "değirmeni",
    "geçen",
    "kış",
    "yıkıldı",
    "ama",
    "taşları",
    "hâlâ",
    "İnönü",
    "Caddesi'nin",
    "sonunda",
    "duruyor",
    "ve",
    "ÇOCUKLAR",
    "orada",
    "oynuyor",
]
SENTENCES = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


def by_datasketch(text: str, permutations: int) -> MinHash:
    sketch = MinHash(num_perm=permutations, seed=SEED, hashfunc=shingle_hash)
    sketch.update_batch(shingles(text))
    return sketch


@given(SENTENCES, st.sampled_from([16, 100, 128, 257]))
def test_datasketch_computes_the_same_signature(text: str, permutations: int) -> None:
    signature = sign(of_strings([text]), permutations).signatures[0]
    assert np.array_equal(signature, by_datasketch(text, permutations).hashvalues)


@given(SENTENCES, SENTENCES)
def test_estimates_of_both_sides_are_equal(left: str, right: str) -> None:
    ours = sign_strings([left, right], 128).signatures
    one, other = all_to_datasketch(ours)
    assert one.jaccard(other) == float((ours[0] == ours[1]).mean())
    assert one.jaccard(by_datasketch(right, 128)) == one.jaccard(other)
    assert LeanMinHash(one).jaccard(LeanMinHash(seed=SEED, hashvalues=ours[1], scheme="affine32")) == one.jaccard(other)


def test_signatures_go_into_an_lsh_beside_those_of_datasketch() -> None:
    text = " ".join(WORDS)
    cut = layout(0.8, 128)
    index = MinHashLSH(num_perm=128, params=(cut.bands, cut.rows), storage_config={"type": "dict"})
    index.insert("ours", to_datasketch(sign_strings([text], 128).signatures[0]))
    index.insert("theirs", by_datasketch(text, 128))
    index.insert("other", to_datasketch(sign_strings([" ".join(reversed(WORDS))], 128).signatures[0]))
    again = pickle.loads(pickle.dumps(index))
    assert sorted(again.query(to_datasketch(sign_strings([text], 128).signatures[0]))) == ["ours", "theirs"]


def test_a_signature_given_to_datasketch_can_be_carried_on() -> None:
    first, rest = " ".join(WORDS[:10]), shingles(" ".join(WORDS))
    sketch = to_datasketch(sign_strings([first], 64).signatures[0])
    sketch.update_batch(rest)
    assert np.array_equal(sketch.hashvalues, sign_strings([" ".join(WORDS)], 64).signatures[0])


@given(st.lists(SENTENCES, max_size=6), st.lists(SENTENCES, max_size=6))
def test_keys_are_equal_for_equal_words_only(left: list[str], right: list[str]) -> None:
    texts = [*left, *right]
    keys = sign_strings(texts, 16).keys
    for one, text in enumerate(texts):
        for other, another in enumerate(texts):
            assert bool((keys[one] == keys[other]).all()) == (words(text) == words(another))


def test_texts_without_words_are_equal_by_their_bytes() -> None:
    keys = sign_strings(["😀 😀", "😀 😀", "!?", ""], 16).keys
    assert [bool((keys[0] == other).all()) for other in keys] == [True, True, False, False]


@given(st.lists(SENTENCES | st.text(), min_size=1, max_size=6), st.lists(SENTENCES | st.text(), min_size=1, max_size=6))
def test_similarity_is_that_of_the_shingle_sets(left: list[str], right: list[str]) -> None:
    ours, others = of_strings(left), of_strings(right)
    rows, columns = (axis.reshape(-1) for axis in np.meshgrid(np.arange(len(left)), np.arange(len(right)), indexing="ij"))
    found = np.empty(len(rows))
    where = (ours.data, ours.starts, ours.ends)
    kernels.similarities(*where, others.data, others.starts, others.ends, *folding(), rows, columns, found)
    sets, starts = np.empty(len(others.data) + 2 * len(right) + 2, np.uint64), np.empty(len(right) + 1, np.int64)
    kernels.shingle_sets(others.data, others.starts, others.ends, *folding(), sets, starts)
    stored = np.empty(len(rows))
    kernels.similarities_to_sets(*where, *folding(), sets, starts, rows, columns, stored)
    for place, (row, column) in enumerate(zip(rows, columns, strict=True)):
        one, other = set(shingles(ours[row])), set(shingles(others[column]))
        assert found[place] == stored[place] == (len(one & other) / len(one | other) if one | other else 0.0)


def test_a_block_border_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [" ".join(WORDS[start:]) for start in range(15)]
    whole = sign(of_strings(texts), 32)
    monkeypatch.setattr("curation.dedup.signatures._BLOCK", 4)
    pieces = sign_strings(texts, 32)
    assert np.array_equal(whole.signatures, pieces.signatures)
    assert np.array_equal(whole.keys, pieces.keys)


def test_a_lone_surrogate_is_a_question_mark() -> None:
    assert of_strings(["a\ud800b"])[0] == "a?b"


# What numba finds where neither the package's folder nor the user's can be written: no place for its cache.
READ_ONLY = """
from numba.core.caching import CacheImpl
CacheImpl._locator_classes = []
import numpy
from curation.dedup.bands import band_keys, layout
print(int(band_keys(numpy.ones((1, 16), numpy.uint32), layout(0.9, 16))[0, 0]))
"""


def test_kernels_work_where_no_cache_can_be_written() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", READ_ONLY], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2]
    )
    assert run.stdout.strip() == str(band_keys(np.ones((1, 16), np.uint32), layout(0.9, 16))[0, 0]), run.stderr
