"""What went in, what came out and why: counts alone, no text and no value of any personal datum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Funnel:
    """Counts of one curation; `read` is always `kept` plus all of `rejected`."""

    read: int = 0
    kept: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    pii_found: Counter[str] = field(default_factory=Counter)
    pii_covered: Counter[str] = field(default_factory=Counter)
    sensitive: Counter[str] = field(default_factory=Counter)
    contamination: Counter[str] = field(default_factory=Counter)
    lines_removed: Counter[str] = field(default_factory=Counter)
    clusters: Counter[str] = field(default_factory=Counter)

    def add(self, other: Funnel) -> None:
        """Add the counts of another part of the corpus."""
        self.read += other.read
        self.kept += other.kept
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))

    def values(self) -> dict[str, Any]:
        """Return the counts as JSON-ready values, keys in order."""
        return {"read": self.read, "kept": self.kept, **{name: dict(sorted(getattr(self, name).items())) for name in _COUNTERS}}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Funnel:
        """Return the counts that `values` wrote."""
        return cls(values["read"], values["kept"], **{name: Counter(values[name]) for name in _COUNTERS})


_COUNTERS = tuple(one.name for one in fields(Funnel) if one.name not in {"read", "kept"})
