"""Which documents are kept from training: by hash, so that the choice does not depend on order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def held_out_documents(document_ids: Iterable[str], share: float, seed: int) -> frozenset[str]:
    """Return about `share` in [0, 1) of the ids: the same id is chosen whatever the others are; at least one, and never all, of two or more."""
    ranked = sorted((_position(document_id, seed), document_id) for document_id in set(document_ids))
    if share <= 0 or len(ranked) < 2:
        return frozenset()
    chosen = [document_id for position, document_id in ranked if position < share] or [ranked[0][1]]
    return frozenset(chosen[: len(ranked) - 1])


def _position(document_id: str, seed: int) -> float:
    digest = hashlib.sha256(f"{seed}\x1f{document_id}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
