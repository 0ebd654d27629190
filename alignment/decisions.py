"""Whose word counts where several people judged one record: most people's, people's weighed by trust, or an adjudicator's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from alignment.desk import Verdict

_EQUAL = 1e-9  # weights are sums of decimal fractions


@dataclass(frozen=True, slots=True)
class Rule:
    """How one verdict comes of many. `weights` are by reviewer, 1 for who is not named; `adjudicators` settle what others disagree on."""

    decide: Literal["majority", "trust", "adjudication"] = "majority"
    weights: Mapping[str, float] = field(default_factory=dict)
    adjudicators: frozenset[str] = frozenset()

    def weight(self, verdict: Verdict) -> float:
        """Return how much this verdict counts."""
        return self.weights.get(verdict.reviewer, 1.0) if self.decide == "trust" else 1.0


def counting(verdicts: Sequence[Verdict], rule: Rule) -> Sequence[Verdict]:
    """Return the verdicts on one record that count: an adjudicator's alone where there is one, else all."""
    return [verdict for verdict in verdicts if _settles(verdict, rule)] or verdicts


def winner(verdicts: Sequence[Verdict], rule: Rule) -> str | None:
    """Return the verdict with the most weight behind it, or None for a tie; with `adjudication`, None while people disagree and nobody has settled it."""
    if _open(verdicts, rule):
        return None
    ranked = sorted(votes(verdicts, rule).items(), key=lambda one: -one[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _EQUAL):
        return None
    return ranked[0][0]


def winner_on_pair(verdicts: Sequence[Verdict], rule: Rule) -> str | None:
    """Return the verdict on a pair. Whether to keep it comes first: one who corrects and one who accepts stand together against one who refuses."""
    if _open(verdicts, rule):
        return None
    keepers = [verdict for verdict in verdicts if verdict.verdict != "ret"]
    kept = sum(map(rule.weight, keepers))
    refused = sum(map(rule.weight, verdicts)) - kept
    if abs(kept - refused) < _EQUAL:
        return None
    return "ret" if refused > kept else winner(keepers, rule)


def votes(verdicts: Iterable[Verdict], rule: Rule) -> dict[str, float]:
    """Return the weight behind each verdict."""
    found: dict[str, float] = {}
    for verdict in verdicts:
        found[verdict.verdict] = found.get(verdict.verdict, 0.0) + rule.weight(verdict)
    return found


def disputed(verdicts: Sequence[Verdict], rule: Rule) -> list[str]:
    """Return the ids on which people disagree and which nobody has settled, in order."""
    by_record: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_record.setdefault(verdict.id, []).append(verdict)
    return sorted(
        identity
        for identity, group in by_record.items()
        if len({verdict.verdict for verdict in group}) > 1 and not any(_settles(verdict, rule) for verdict in group)
    )


def _settles(verdict: Verdict, rule: Rule) -> bool:
    return verdict.final or verdict.reviewer in rule.adjudicators


def _open(verdicts: Sequence[Verdict], rule: Rule) -> bool:
    differ = len({verdict.verdict for verdict in verdicts}) > 1
    return rule.decide == "adjudication" and differ and not any(_settles(verdict, rule) for verdict in verdicts)
