"""What people said, brought to bear: answers corrected, records dropped, preferences confirmed or turned round."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from alignment.case import key
from alignment.corrections import Proof, as_written
from alignment.decisions import Rule, counting, votes, winner_on_pair
from alignment.decisions import winner as winner_of
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
    pairs_correction_refused: int
    preferences_confirmed: int
    preferences_swapped: int
    preferences_rejected: int
    preferences_tied: int
    preferences_lost_with_pair: int
    agreement: float | None


def apply(
    pairs: Iterable[Pair],
    preferences: Iterable[Preference],
    verdicts: Sequence[Verdict],
    reject: Reject,
    *,
    rule: Rule | None = None,
    proof: Proof = as_written,
) -> tuple[list[Pair], list[Preference], ReviewReport]:
    """Return pairs and preferences as people want them by `rule`; a tie keeps the record and marks it, what people refuse goes to `reject`.

    A pair that was judged carries `scores["people"]`, the share that would keep it, and 1.0 in `scores["people_tie"]` after a tie.
    `proof` says whether a corrected answer may be used; one that may not takes its pair along.
    """
    rule = rule or Rule()
    by_record = {identity: counting(group, rule) for identity, group in _by_record(verdicts).items()}
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    kept_pairs: list[Pair] = []
    corrected: dict[str, str] = {}
    dropped: set[str] = set()
    for pair in pairs:
        seen.add(pair.id)
        judged = _judged_pair(pair, by_record.get(pair.id, ()), counts, rule, proof)
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
        _preferences(
            preferences, by_record=by_record, corrected=corrected, dropped=frozenset(dropped), counts=counts, reject=reject, rule=rule
        )
    )
    return kept_pairs, kept, _report(verdicts, by_record, counts, seen)


def _judged_pair(pair: Pair, verdicts: Sequence[Verdict], counts: Counter[str], rule: Rule, proof: Proof) -> Pair | Rejected:
    if not verdicts:
        return pair
    winner = winner_on_pair(verdicts, rule)
    share = sum(rule.weight(verdict) for verdict in verdicts if verdict.verdict != "ret") / sum(map(rule.weight, verdicts))
    scores = {**pair.scores, "people": share}
    if winner is None:
        counts["pairs_tied"] += 1
        return dataclasses.replace(pair, scores=scores | {"people_tie": 1.0})
    if winner == "ret":
        counts["pairs_rejected"] += 1
        return Rejected(pair.id, "people_rejected", _notes(verdicts), pair.id, pair.instruction)
    if winner == "duzelt":
        proven = proof(pair, _correction(verdicts))
        if proven.reason:
            counts["pairs_correction_refused"] += 1
            return Rejected(pair.id, proven.reason, proven.detail, pair.id, pair.instruction)
        counts["pairs_corrected"] += 1
        return dataclasses.replace(pair, output=proven.text, writer=PEOPLE, scores=scores)
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
    rule: Rule,
) -> Iterator[Preference]:
    for preference in preferences:
        judged = preference
        reason = "pair_rejected" if preference.pair_id in dropped else ""
        winner = winner_of(by_record.get(preference.id, ()), rule) if not reason else None
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
        yield _judged_preference(judged, by_record.get(preference.id, ()), winner, counts, rule)


def _judged_preference(
    preference: Preference, verdicts: Sequence[Verdict], winner: str | None, counts: Counter[str], rule: Rule
) -> Preference:
    if not verdicts:
        return preference
    if winner is None:
        counts["preferences_tied"] += 1
        return dataclasses.replace(preference, judged_by=TIED)
    given = votes(verdicts, rule)
    lead = given[winner] - given.get("b" if winner == "a" else "a", 0.0)
    margin = MOST_MARGIN * lead / sum(given.values())
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


def _correction(verdicts: Sequence[Verdict]) -> str:
    """The corrected answer that most people wrote, of equals the latest."""
    written = [verdict for verdict in sorted(verdicts, key=lambda v: (v.reviewed_at, v.reviewer)) if verdict.verdict == "duzelt"]
    same = Counter(verdict.output for verdict in written)
    most = max(same.values())
    return next(verdict.output for verdict in reversed(written) if same[verdict.output] == most)


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
