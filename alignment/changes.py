"""What people changed, record by record, so that a reader sees it before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from alignment.desk import Verdict, chosen_is_a
from alignment.verdicts import PEOPLE
from curation.records import Pair, Preference


@dataclass(frozen=True, slots=True)
class Change:
    """A pair whose answer people `corrected`, or a preference that they turned round (`swapped`). `before` and `after` are the answer, or the better of the two.

    `reviewers` are those who wanted it so, by name.
    """

    id: str
    kind: Literal["corrected", "swapped"]
    task: str
    instruction: str
    before: str
    after: str
    reviewers: tuple[str, ...]


def changes(
    pairs: Sequence[Pair],
    preferences: Sequence[Preference],
    kept_pairs: Iterable[Pair],
    kept_preferences: Iterable[Preference],
    verdicts: Sequence[Verdict],
) -> Iterator[Change]:
    """Yield what differs between the records before and after review, in their order."""
    said: dict[tuple[str, str], set[str]] = {}
    for verdict in verdicts:
        said.setdefault((verdict.id, verdict.verdict), set()).add(verdict.reviewer)
    answers = {pair.id: pair.output for pair in pairs}
    for pair in kept_pairs:
        if pair.writer == PEOPLE and answers[pair.id] != pair.output:
            who = tuple(sorted(said.get((pair.id, "duzelt"), ())))
            yield Change(pair.id, "corrected", pair.task, pair.instruction, answers[pair.id], pair.output, who)
    earlier: Mapping[str, Preference] = {preference.id: preference for preference in preferences}
    for preference in kept_preferences:
        before = earlier[preference.id]
        if (preference.chosen, preference.rejected) == (before.rejected, before.chosen) and preference.judged_by == PEOPLE:
            who = tuple(sorted(said.get((preference.id, "b" if chosen_is_a(preference.id) else "a"), ())))
            yield Change(preference.id, "swapped", preference.task, preference.instruction, before.chosen, preference.chosen, who)
