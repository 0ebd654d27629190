"""Documents that say the same in other words: cosine similarity of static embeddings (model2vec: a mean of word vectors, no network, no GPU).

Every pair is compared, a block of rows against all at a time: memory is the vectors and one block, time grows with the square of the
number of documents. Meant for up to some hundred thousand documents, after copies and near-copies are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from curation.config import SemanticConfig
from curation.dedup.clusters import Choice, Edges, choose
from curation.dedup.memory import ranks
from curation.errors import ArtifactError, MissingPackage
from curation.progress import Tick, silent
from curation.records import Document, Reject, Rejected

F32 = NDArray[np.float32]
Embed = Callable[[Sequence[str]], F32]

_ROWS = 1024  # of one block: 1024 x 1024 similarities are 4 MB


def load_model(config: SemanticConfig, root: Path, key: str = "curate.dedup.semantic") -> Embed:
    """Return what turns texts into float32[texts, dimensions]; complaints name the recipe's `key`. Raises MissingPackage, and ArtifactError for a model that cannot be loaded."""
    try:
        from model2vec import StaticModel
        from safetensors import SafetensorError
    except ImportError as error:
        raise MissingPackage("model2vec", "semantic", key) from error
    folder = root / config.model
    name = str(folder) if folder.is_dir() else config.model
    try:
        model = StaticModel.from_pretrained(name, force_download=False)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise ArtifactError(f"{key}.model: {name} cannot be loaded as a model2vec model: {error}") from error

    def embed(texts: Sequence[str]) -> F32:
        vectors: F32 = np.asarray(model.encode(list(texts), max_length=None), np.float32)
        return vectors

    return embed


def normalised(vectors: F32) -> F32:
    """Return vectors of length 1; one without any known word stays 0 and is like nothing."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def similar_vectors(vectors: F32, threshold: float, tick: Tick = silent) -> Edges:
    """Return the pairs of rows of `vectors` (length 1) whose cosine reaches the threshold."""
    found = [Edges(np.empty(0, np.uint64), np.empty(0))]
    for start in range(0, len(vectors), _ROWS):
        found.extend(_block(vectors, start, threshold))
        tick(min(start + _ROWS, len(vectors)), len(vectors))
    pairs = np.concatenate([edges.pairs for edges in found])
    order = np.argsort(pairs)
    return Edges(pairs[order], np.concatenate([edges.jaccard for edges in found])[order])


def _block(vectors: F32, start: int, threshold: float) -> Iterator[Edges]:
    rows = vectors[start : start + _ROWS]
    for other in range(start, len(vectors), _ROWS):
        cosine = rows @ vectors[other : other + _ROWS].T
        left, right = np.nonzero(cosine >= threshold)
        left, right, values = left + start, right + other, cosine[left, right]
        once = left < right
        pairs = (left[once].astype(np.uint64) << np.uint64(32)) | right[once].astype(np.uint64)
        yield Edges(pairs, np.minimum(values[once], 1.0).astype(np.float64))


def choose_by_meaning(
    documents: Sequence[Document], embed: Embed, config: SemanticConfig, tick: Tick = silent, scores: Sequence[float] | None = None
) -> Choice:
    """Return which of the documents that mean the same stays; `jaccard` of the choice is the cosine. Chains are not followed: meaning drifts along them."""
    vectors = normalised(embed([document.text for document in documents]))
    edges = similar_vectors(vectors, config.threshold, tick)
    return choose(np.arange(len(documents)), lambda: (edges,), ranks(documents, scores), follow_chains=False)


def without_semantic_duplicates(
    documents: Sequence[Document],
    embed: Embed,
    config: SemanticConfig,
    reject: Reject,
    tick: Tick = silent,
    scores: Sequence[float] | None = None,
) -> Iterator[Document]:
    """Yield `documents` in order without those that mean the same as a better one."""
    choice = choose_by_meaning(documents, embed, config, tick, scores)
    for number, document in enumerate(documents):
        kept = documents[int(choice.kept[number])]
        if kept is document:
            yield document
        else:
            detail = f"{kept.id} ({kept.source}) ile aynı anlamda, kosinüs {choice.jaccard[number]:.3f}"
            reject(Rejected(document.id, "semantic_duplicate", detail, document.source, document.text))
