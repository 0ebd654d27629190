"""Equal and nearly equal documents: exact on folded text, near by MinHash LSH (datasketch) with every pair verified by its true Jaccard similarity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation import turkish
from curation.config import DedupConfig
from curation.progress import Tick, silent
from curation.records import Document, Reject, Rejected

SHINGLE_WORDS = 5
_SEED = 1  # of the hash permutations; part of which near-duplicates are found, so never changed between runs
_WORD = re.compile(r"\w+")
_REPAIRS = frozenset({"mojibake_utf8", "mojibake_cp1254", "unwrapped", "ascii", "capitals"})


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Document number `dropped` says the same as number `kept`; `jaccard` of their shingles in [0, 1], `exact` where the folded texts are equal."""

    dropped: int
    kept: int
    jaccard: float
    exact: bool


def without_duplicates(documents: Sequence[Document], config: DedupConfig, reject: Reject, tick: Tick = silent) -> Iterator[Document]:
    """Yield `documents` in order without the copies of others: of each cluster stays the longest, then one that needed no repair, then the first."""
    dropped = {duplicate.dropped: duplicate for duplicate in find_duplicates(documents, config, tick)}
    for number, document in enumerate(documents):
        duplicate = dropped.get(number)
        if duplicate is None:
            yield document
            continue
        original = documents[duplicate.kept]
        reason = "exact_duplicate" if duplicate.exact else "near_duplicate"
        detail = f"{original.id} ({original.source}) ile aynı, Jaccard {duplicate.jaccard:.3f}"
        reject(Rejected(document.id, reason, detail, document.source, document.text))


def find_duplicates(documents: Sequence[Document], config: DedupConfig, tick: Tick = silent) -> list[Duplicate]:
    """Return what to drop, in order. A dropped document is like the kept one it names by at least the threshold; chains are not followed."""
    keys = [" ".join(_WORD.findall(turkish.fold(document.text))) for document in documents]
    order = sorted(range(len(documents)), key=lambda number: _rank(documents[number], number))
    first: dict[str, int] = {}
    exact = []
    for number in order:
        kept = first.setdefault(keys[number], number)
        if kept != number:
            exact.append(Duplicate(number, kept, 1.0, exact=True))
    unequal = [number for number in order if first[keys[number]] == number]
    near = _near_duplicates(keys, unequal, config, tick) if config.threshold < 1 else []
    standing = {duplicate.dropped: duplicate for duplicate in near}
    moved = [_follow(duplicate, standing) for duplicate in exact]
    return sorted([*moved, *near], key=lambda duplicate: duplicate.dropped)


def _rank(document: Document, number: int) -> tuple[int, int, int]:
    return (-len(document.text), len(_REPAIRS.intersection(document.tags)), number)


def _follow(duplicate: Duplicate, near: dict[int, Duplicate]) -> Duplicate:
    """Point a copy at the document that stays, where the one it equals was itself dropped."""
    further = near.get(duplicate.kept)
    return duplicate if further is None else Duplicate(duplicate.dropped, further.kept, further.jaccard, exact=False)


def _near_duplicates(keys: list[str], order: list[int], config: DedupConfig, tick: Tick) -> list[Duplicate]:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=config.permutations, params=_bands(config))
    found = []
    for done, number in enumerate(order, 1):
        shingles = _shingles(keys[number])
        signature = MinHash(num_perm=config.permutations, seed=_SEED)
        signature.update_batch(shingle.encode() for shingle in shingles)
        likest = max(((_jaccard(shingles, _shingles(keys[other])), -other) for other in index.query(signature)), default=(0.0, 0))
        if likest[0] >= config.threshold:
            found.append(Duplicate(number, -likest[1], likest[0], exact=False))
        else:
            index.insert(number, signature)
        tick(done, len(order))
    return found


def _bands(config: DedupConfig) -> tuple[int, int]:
    """Return bands and rows: the widest bands that lose at most one pair in ten thousand at the threshold. Candidates are verified, so only recall counts."""
    for rows in range(16, 1, -1):
        bands = config.permutations // rows
        if bands and (1 - config.threshold**rows) ** bands <= 1e-4:
            return bands, rows
    return config.permutations, 1


def _shingles(key: str) -> set[str]:
    words = key.split(" ")
    return {" ".join(words[start : start + SHINGLE_WORDS]) for start in range(max(1, len(words) - SHINGLE_WORDS + 1))}


def _jaccard(left: set[str], right: set[str]) -> float:
    common = len(left & right)
    return common / (len(left) + len(right) - common)
