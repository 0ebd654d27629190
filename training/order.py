"""In which order rows are seen: by seed and epoch alone, so that a resumed run skips exactly what it has seen.

Transformers draws its orders from the global generator, which stands elsewhere after a restart: rows would be seen twice or never.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

_POOL = 8  # batches among which rows are sorted by length: enough to save most padding, few enough to stay mixed


class RowOrder:
    """A torch sampler: indices shuffled anew each epoch, rows of like length in one batch, batches in random order."""

    def __init__(self, lengths: Sequence[int], batch_size: int, seed: int) -> None:
        self.lengths = lengths
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order the next iteration gives; called by the data loader."""
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[int]:
        draw = random.Random(f"{self.seed}-{self.epoch}")
        indices = list(range(len(self.lengths)))
        draw.shuffle(indices)
        size = self.batch_size * _POOL
        pools = [sorted(indices[start : start + size], key=lambda index: self.lengths[index]) for start in range(0, len(indices), size)]
        ranked = [index for pool in pools for index in pool]
        batches = [ranked[start : start + self.batch_size] for start in range(0, len(ranked), self.batch_size)]
        # A short last batch stays last: in the middle it would shift the borders of all batches after it.
        whole, rest = (batches, []) if len(batches[-1]) == self.batch_size else (batches[:-1], batches[-1])
        draw.shuffle(whole)
        yield from (index for batch in whole for index in batch)
        yield from rest
