"""Numbers drawn from the run's key and a value: always the same ones, and without the key nobody's to reproduce."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draw:
    """Draws for one value, `identity`; each `attempt` is another value, for the case that one is taken."""

    key: bytes
    kind: str
    identity: str
    attempt: int = 0

    def below(self, limit: int, part: str = "") -> int:
        """Return a number in [0, limit), its own for each `part`. Keyed BLAKE2b (RFC 7693)."""
        message = "\0".join((self.kind, self.identity, str(self.attempt), part)).encode()
        key = hashlib.sha256(self.key).digest()  # BLAKE2b takes 64 bytes of key at most
        return int.from_bytes(hashlib.blake2b(message, key=key, digest_size=16, person=b"imbik-pii").digest(), "big") % limit

    def digits(self, count: int, part: str = "") -> str:
        """Return `count` digits."""
        return f"{self.below(10**count, part):0{count}d}"
