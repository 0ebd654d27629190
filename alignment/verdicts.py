"""What people said, brought to bear: answers corrected, records dropped, preferences confirmed or turned round."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from alignment.case import key
from alignment.desk import Verdict, chosen_is_a
from alignment.kinds import MOST_MARGIN
from curation.records import Pair, Preference, Reject, Rejected

PEOPLE = "people"
TIED = "people:tie"


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """What the review changed, in records; `verdicts_unused` are on records that are no longer there. `agreement` is the share of two verdicts on one record that are the same, None where no record has two."""

    verdicts: int
    verdicts_unused: int
    reviewers: int
    pairs_accepted: int
    pairs_corrected: int
    pairs_rejected: int
    pairs_tied: int
    preferences_confirmed: int
    preferences_swapped: int
    preferences_rejected: int
    preferences_tied: int
    preferences_lost_with_pair: int
    agreement: float | None


def apply(
    pairs: Iterable[Pair], preferences: Iterable[Preference], verdicts: Sequence[Verdict], reject: Reject
) -> tuple[list[Pair], list[Preference], ReviewReport]:
    """Return pairs and preferences as the majority of people wants them; a tie keeps the record and marks it, what people refuse goes to `reject`.

    A pair that was judged carries `scores["people"]`, the share that would keep it, and 1.0 in `scores["people_tie"]` after a tie.
    """
    by_record = _by_record(verdicts)
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    kept_pairs: list[Pair] = []
    corrected: dict[str, str] = {}
    dropped: set[str] = set()
    for pair in pairs:
        seen.add(pair.id)
        judged = _judged_pair(pair, by_record.get(pair.id, ()), counts)
        if isinstance(judged, Rejected):
            dropped.add(pair.id)
            reject(judged)
            continue
        if judged.output != pair.output:
            corrected[pair.id] = judged.output
        kept_pairs.append(judged)
    preferences = list(preferences)
    seen.update(preference.id for preference in preferences)
    kept = list(
        _preferences(preferences, by_record=by_record, corrected=corrected, dropped=frozenset(dropped), counts=counts, reject=reject)
    )
    return kept_pairs, kept, _report(verdicts, by_record, counts, seen)


def _judged_pair(pair: Pair, verdicts: Sequence[Verdict], counts: Counter[str]) -> Pair | Rejected:
    if not verdicts:
        return pair
    winner = _majority_on_pair(verdicts)
    share = sum(verdict.verdict != "ret" for verdict in verdicts) / len(verdicts)
    scores = {**pair.scores, "people": share}
    if winner is None:
        counts["pairs_tied"] += 1
        return dataclasses.replace(pair, scores=scores | {"people_tie": 1.0})
    if winner == "ret":
        counts["pairs_rejected"] += 1
        return Rejected(pair.id, "people_rejected", _notes(verdicts), pair.id, pair.instruction)
    if winner == "duzelt":
        counts["pairs_corrected"] += 1
        return dataclasses.replace(pair, output=_correction(verdicts), writer=PEOPLE, scores=scores)
    counts["pairs_accepted"] += 1
    return dataclasses.replace(pair, scores=scores)


def _preferences(
    preferences: Iterable[Preference],
    *,
    by_record: Mapping[str, Sequence[Verdict]],
    corrected: Mapping[str, str],
    dropped: frozenset[str],
    counts: Counter[str],
    reject: Reject,
) -> Iterator[Preference]:
    for preference in preferences:
        judged = preference
        reason = "pair_rejected" if preference.pair_id in dropped else ""
        winner = _majority(by_record.get(preference.id, ())) if not reason else None
        if preference.pair_id in corrected and not reason:
            judged = dataclasses.replace(preference, chosen=corrected[preference.pair_id], chosen_by=PEOPLE)
            # People who liked the other answer better had not seen the corrected one.
            reason = "people_conflict" if winner is not None and _prefers_rejected(preference, winner) else ""
            reason = reason or ("same_as_chosen" if key(judged.chosen) == key(judged.rejected) else "")
        reason = reason or {"esit": "people_equal", "ikisi_kotu": "people_both_bad"}.get(winner or "", "")
        if reason:
            counts["preferences_lost_with_pair" if reason in {"pair_rejected", "same_as_chosen"} else "preferences_rejected"] += 1
            reject(Rejected(preference.id, reason, _notes(by_record.get(preference.id, ())), preference.pair_id, preference.rejected))
            continue
        yield _judged_preference(judged, by_record.get(preference.id, ()), winner, counts)


def _judged_preference(preference: Preference, verdicts: Sequence[Verdict], winner: str | None, counts: Counter[str]) -> Preference:
    if not verdicts:
        return preference
    if winner is None:
        counts["preferences_tied"] += 1
        return dataclasses.replace(preference, judged_by=TIED)
    votes = Counter(verdict.verdict for verdict in verdicts)
    lead = votes[winner] - votes["b" if winner == "a" else "a"]  # type: ignore[index]
    margin = MOST_MARGIN * lead / len(verdicts)
    if not _prefers_rejected(preference, winner):
        counts["preferences_confirmed"] += 1
        return dataclasses.replace(preference, judged_by=PEOPLE, margin=margin)
    counts["preferences_swapped"] += 1
    return dataclasses.replace(
        preference,
        chosen=preference.rejected,
        rejected=preference.chosen,
        chosen_by=preference.rejected_by,
        rejected_by=preference.chosen_by,
        judged_by=PEOPLE,
        margin=margin,
    )


def _prefers_rejected(preference: Preference, winner: str) -> bool:
    return winner == ("b" if chosen_is_a(preference.id) else "a")


def _majority_on_pair(verdicts: Sequence[Verdict]) -> str | None:
    """Whether to keep it comes first: one who corrects and one who accepts stand together against one who refuses."""
    keepers = [verdict for verdict in verdicts if verdict.verdict != "ret"]
    refused = len(verdicts) - len(keepers)
    if refused == len(keepers):
        return None
    return "ret" if refused > len(keepers) else _majority(keepers)


def _majority(verdicts: Sequence[Verdict]) -> str | None:
    """The verdict that more people gave than any other, or None."""
    ranked = Counter(verdict.verdict for verdict in verdicts).most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _correction(verdicts: Sequence[Verdict]) -> str:
    """The corrected answer that most people wrote, of equals the latest."""
    written = [verdict for verdict in sorted(verdicts, key=lambda v: (v.reviewed_at, v.reviewer)) if verdict.verdict == "duzelt"]
    votes = Counter(verdict.output for verdict in written)
    most = max(votes.values())
    return next(verdict.output for verdict in reversed(written) if votes[verdict.output] == most)


def _by_record(verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.id, []).append(verdict)
    return found


def _notes(verdicts: Sequence[Verdict]) -> str:
    return "; ".join(f"{verdict.reviewer}: {verdict.note}" for verdict in verdicts if verdict.note)


def _report(
    verdicts: Sequence[Verdict], by_record: Mapping[str, Sequence[Verdict]], counts: Mapping[str, int], seen: set[str]
) -> ReviewReport:
    two = [(a.verdict, b.verdict) for group in by_record.values() for a, b in combinations(group, 2)]
    names = [f.name for f in dataclasses.fields(ReviewReport) if f.name.startswith(("pairs_", "preferences_"))]
    return ReviewReport(
        verdicts=len(verdicts),
        verdicts_unused=sum(verdict.id not in seen for verdict in verdicts),
        reviewers=len({verdict.reviewer for verdict in verdicts}),
        agreement=sum(a == b for a, b in two) / len(two) if two else None,
        **{name: counts.get(name, 0) for name in names},
    )
