"""Which documents are kept from training, and for what: by hash, so that the choice does not depend on order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from curation.records import Split
from synthesis.config import SynthesisConfig

_WANTED: tuple[Split, ...] = ("held_out", "validation")


def splits(document_ids: Iterable[str], config: SynthesisConfig, seed: int) -> dict[str, Split]:
    """Return the split of every id: `held_out` is measured at the end, `validation` chooses the checkpoint, `train` is the rest.

    The same id falls the same way whatever the others are; but a share above 0 gets at least one document, and `train` keeps at least one.
    """
    ranked = sorted((_position(document_id, seed), document_id) for document_id in set(document_ids))
    bounds = {"held_out": config.held_out, "validation": config.held_out + config.validation}
    found: dict[str, Split] = {
        document_id: next((name for name in _WANTED if position < bounds[name]), "train") for position, document_id in ranked
    }
    for name in _WANTED:
        wanted = getattr(config, name) > 0
        spare = [document_id for _, document_id in ranked if found[document_id] == "train"]
        if wanted and name not in found.values() and len(spare) > 1:
            found[spare[0]] = name
    if ranked and "train" not in found.values():
        found[ranked[-1][1]] = "train"
    return found


def _position(document_id: str, seed: int) -> float:
    digest = hashlib.sha256(f"{seed}\x1f{document_id}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
