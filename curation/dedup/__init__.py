"""Equal and nearly equal documents, lines and meanings.

`memory.py` compares documents in memory. Big corpora go through files: `shards.py` signs each shard, joins each band over all shards and
verifies candidate pairs, each a task of its own; `clusters.py` chooses what stays. `index.py` compares with older corpora, `lines.py`
takes out lines that many documents share, `semantic.py` compares meanings. Below them: `folding.py` (text to words), `kernels.py` (words to
shingles, signatures, similarities), `signatures.py`, `bands.py`. Nothing heavy is imported before it is used.
"""

from curation.dedup.memory import Duplicate, find_duplicates, without_duplicates

__all__ = ["Duplicate", "find_duplicates", "without_duplicates"]
