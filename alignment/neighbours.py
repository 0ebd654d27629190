"""Which other document a worse answer may borrow from: of a fixed sample of documents the ones most alike in words."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from alignment.case import key, stems, title_fits
from alignment.spans import Sort, names
from curation.records import Document, Pair

_SHELF = 512  # documents compared with every pair
_NEAREST = 12  # documents looked at for what can be borrowed
_TITLES = 2  # documents whose titles are looked at for a wrong title
_BORROWED = 1500  # characters of another document, as a source of other names and items


@dataclass(frozen=True, slots=True)
class Shelf:
    """A sample of documents, the words of their beginnings, and how rare each word is among them."""

    documents: tuple[Document, ...]
    words: tuple[frozenset[str], ...]
    rarity: Mapping[str, float]


def shelf(documents: Mapping[str, Document], seed: int) -> Shelf:
    """Return the documents to borrow from, drawn by `seed` alone."""
    order = sorted(documents)
    drawn = [documents[name] for name in random.Random(f"{seed}\x1fshelf").sample(order, min(_SHELF, len(order)))]
    words = [frozenset(stems(f"{one.title} {one.text[:_BORROWED]}")) for one in drawn]
    counts = Counter(word for found in words for word in found)
    return Shelf(tuple(drawn), tuple(words), {word: math.log(len(drawn) / count) for word, count in counts.items()})


def borrowed(held: Shelf, pair: Pair, text: str) -> str:
    """Return title and beginning of a document like `text` that has what the pair's task can use; empty where there is no other document."""
    own = {evidence.document_id for evidence in pair.evidence}
    near = [document for document in _nearest(held, text) if document.id not in own]
    if not near:
        return ""
    if pair.task == "baslik":
        titled = [one for one in near if one.title and key(one.title) != key(pair.output) and not title_fits(one.title, text)]
        # One that touches a side of the text misleads most; about as long as the right one, so that length does not tell them apart.
        titled = [one for one in titled[:_NEAREST] if stems(one.title) & stems(text)] or titled
        best = min(titled[:_TITLES], key=lambda document: abs(len(document.title) - len(pair.output)), default=near[0])
    elif pair.task == "liste":
        best = next((document for document in near if "\n- " in document.text[:_BORROWED]), near[0])
    else:
        wanted = {span.sort for span in names(pair.output, text)}
        best = max(near[:_NEAREST], key=lambda document: _names_to_borrow(document.text[:_BORROWED], frozenset(wanted)))
    return _beginning(best)


def _beginning(document: Document) -> str:
    """The title, and below it the beginning of the text without the line that says it once more."""
    first, _, rest = document.text[:_BORROWED].partition("\n")
    said = key(first.lstrip("# ")) == key(document.title)
    return f"{document.title}\n\n{rest.lstrip() if said else document.text[:_BORROWED]}".strip()


def _nearest(held: Shelf, text: str) -> Sequence[Document]:
    known = stems(text)
    alike = [sum(sorted(held.rarity[word] for word in words & known)) / math.sqrt(len(words) + 1) for words in held.words]
    return [held.documents[index] for index in sorted(range(len(alike)), key=lambda i: (-alike[i], held.documents[i].id))]


@lru_cache(maxsize=4096)
def _names_to_borrow(text: str, wanted: frozenset[Sort]) -> tuple[int, int]:
    found = {(span.sort, span.value) for span in names(text) if span.sort != "surname"}
    return sum(sort in wanted for sort, _ in found), len(found)
