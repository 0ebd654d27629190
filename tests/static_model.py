"""A model2vec model of a few words, made on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np


def save_static_model(folder: Path, words: Mapping[str, tuple[float, ...]]) -> None:
    """Write a model that knows `words` with their vectors, and nothing else."""
    from model2vec import StaticModel
    from tokenizers import Tokenizer, models, pre_tokenizers

    vectors = {"[UNK]": (0.0,) * len(next(iter(words.values())))} | dict(words)
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(vectors)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    StaticModel(np.array(list(vectors.values()), np.float32), tokenizer).save_pretrained(str(folder))
