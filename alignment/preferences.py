"""PAIRS -> PREFERENCES: which worse answers are asked for, which replies stand, and which of them are kept."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from alignment.case import Case, Fault, case_of, sameness, stands_in
from alignment.checks import fault
from alignment.config import PreferenceConfig
from alignment.corruptions import CODE_TASK, TASK
from alignment.kinds import KINDS, KindName
from alignment.neighbours import borrowed, shelf
from alignment.origins import OriginName, origin_of
from alignment.sources import evidence_of, passage_of
from alignment.spans import Span, dates, names, numbers
from curation.records import Document, Pair, Preference, Reject, Rejected, content_id, conversation
from synthesis.prompt import Prompt, build_prompt
from synthesis.replies import items

PROMPTS = Path(__file__).parent / "prompts"
BEFORE, NOW = "Önceki konuşma:\n\n", "Son soru:\n"


def requests(pairs: Iterable[Pair], documents: Iterable[Document], config: PreferenceConfig, seed: int) -> Iterator[tuple[Pair, Prompt]]:
    """Yield the prompts of every pair, at most `per_pair + spare_kinds` each and best drawn first; they depend on pair, documents and `seed` alone.

    Raises ArtifactError where a pair rests on a document that is not there.
    """
    known = {document.id: document for document in documents}
    held = shelf(known, seed)
    for pair in pairs:
        rng = random.Random(f"{seed}\x1f{pair.id}")
        passage = passage_of(known, pair)
        fields = {
            "gorev": pair.task,
            "soru": pair.instruction,
            "onceki": f"{BEFORE}{conversation(pair.turns)}\n\n{NOW}" if pair.turns else "",
            "cevap": pair.output,
            "kanit": "\n".join(evidence_of(known, pair)),
            "metin": passage,
            "baska": borrowed(held, pair, passage),
        }
        case = replace(case_of(fields), tests=pair.tests)
        for kind in _drawn(case, config, rng)[: config.per_pair + config.spare_kinds]:
            task, own = (CODE_TASK, {"testler": pair.tests}) if kind == "wrong_result" else (TASK, {})
            yield pair, build_prompt(PROMPTS, task, fields | own | {"tur": kind}, seed=seed)


def accept(prompt: Prompt, pair: Pair, reply_text: str, writer: str, config: PreferenceConfig, reject: Reject) -> Preference | None:
    """Return the preference that a reply makes of `pair`, or None after telling `reject` why not; `writer` is who wrote the reply."""
    kind: KindName = prompt.fields["tur"]  # type: ignore[assignment]
    worse = _worse_answer(prompt, reply_text, kind, config)
    if isinstance(worse, str):
        return _preference(pair, worse, kind)
    identity = content_id("reply", prompt.id, reply_text)
    reject(Rejected(identity, worse.reason, f"{kind} by {writer}: {worse.detail}", pair.id, reply_text[:2000]))
    return None


def no_longer_worse(rows: Iterable[Preference], asked: Iterable[tuple[Pair, Prompt]]) -> dict[str, Fault]:
    """Return by id why rows, whose worse answers were written over since, may not stand any more; `asked` are the prompts that they came of."""
    cases = {(pair.id, prompt.fields["tur"]): case_of(prompt.fields) for pair, prompt in asked}
    found = {row.id: fault(row.rejected_by, cases[row.pair_id, row.rejected_by], row.rejected) for row in rows}  # type: ignore[arg-type]
    return {identity: one for identity, one in found.items() if one is not None}


def _worse_answer(prompt: Prompt, reply_text: str, kind: KindName, config: PreferenceConfig) -> str | Fault:
    found = items(reply_text)
    if not found:
        return Fault("reply_not_json", reply_text[:200])
    doubt, worse, said = (found[0].get(name) for name in ("suphe", "cevap", "tur"))
    if doubt:
        return Fault("cannot_be_made", str(doubt))
    if not isinstance(worse, str):
        return Fault("missing_key", "cevap")
    if said is not None and said != kind:
        return Fault("other_kind", str(said))
    if KINDS[kind].margin < config.min_margin:
        return Fault("below_margin", str(KINDS[kind].margin))
    return fault(kind, case_of(prompt.fields), worse) or worse.strip()


def choose(candidates: Iterable[Preference], config: PreferenceConfig, reject: Reject) -> Iterator[Preference]:
    """Yield at most `per_pair` preferences of every pair, the first that keep lengths and origins in balance; the others go to `reject` as `surplus`, or as `same_as_other` where a kept or surplus one of the pair has the same words.

    Candidates of one pair stand together, best drawn first, as `requests` asks for them. Origins are taken by how far each lies behind its weight.
    """
    balance = Balance(config)
    for _, group in groupby(candidates, key=lambda candidate: candidate.pair_id):
        left = list(_distinct(group, reject))
        for _ in range(min(config.per_pair, len(left))):
            pick = balance.pick(left)
            left.remove(pick)
            yield pick
        for candidate in left:
            reject(_not_kept(candidate, "surplus", f"{candidate.rejected_by}: per_pair is {config.per_pair}"))


class Balance:
    """Keeps the lengths and origins of what was picked so far near what the recipe wants, as far as there is a choice."""

    def __init__(self, config: PreferenceConfig) -> None:
        self._weights = config.origins or {}
        self._bound = math.log(config.max_length_ratio)
        self._most_longer = config.max_longer_share
        self._origins: Counter[str] = Counter()
        self._tilt, self._count, self._longer, self._unequal = 0.0, 0, 0, 0

    def pick(self, left: Sequence[Preference]) -> Preference:
        """Return the one of `left` to take next, and remember it."""
        ordered = sorted(left, key=lambda candidate: -self._behind(origin_of(candidate)))  # stable: best drawn first among equals
        near = min(ordered, key=lambda candidate: abs(self._tilt + _length_log(candidate)))
        within = [one for one in ordered if abs(self._tilt + _length_log(one)) <= self._bound * (self._count + 1)]
        found = next((one for one in within if not self._too_many_longer(one)), within[0] if within else near)
        self._count += 1
        self._tilt += _length_log(found)
        self._longer += len(found.chosen) > len(found.rejected)
        self._unequal += len(found.chosen) != len(found.rejected)
        self._origins[origin_of(found)] += 1
        return found

    def _behind(self, origin: OriginName) -> float:
        weights = sum(self._weights.values())
        return self._weights.get(origin, 0.0) / weights * (self._count + 1) - self._origins[origin] if weights else 0.0

    def _too_many_longer(self, one: Preference) -> bool:
        # Corruptions are balanced by their mean ratio alone; and one row beyond the share is allowed, or the first could never be a longer one.
        longer = len(one.chosen) > len(one.rejected) and origin_of(one) != "bozma"
        return longer and self._longer > self._most_longer * (self._unequal + 1)


def _distinct(candidates: Iterable[Preference], reject: Reject) -> Iterator[Preference]:
    """Yield the first of candidates with the same words and code; two kinds can come to one answer, and the later ones go to `reject`."""
    seen: dict[tuple[str, str], Preference] = {}
    for candidate in candidates:
        first = seen.setdefault(sameness(candidate.rejected, candidate.task), candidate)
        if first is candidate:
            yield candidate
        else:
            reject(_not_kept(candidate, "same_as_other", f"{candidate.rejected_by}: {first.rejected_by} says the same"))


def _not_kept(candidate: Preference, reason: str, detail: str) -> Rejected:
    return Rejected(candidate.id, reason, detail, candidate.pair_id, candidate.rejected)


@dataclass(frozen=True, slots=True)
class LengthBias:
    """How far length alone tells chosen from rejected: share of `chosen_longer` and of `same_length` in [0, 1], geometric `mean_ratio` chosen to rejected."""

    count: int
    chosen_longer: float
    same_length: float
    mean_ratio: float
    by_kind: Mapping[str, float]


def length_bias(preferences: Sequence[Preference]) -> LengthBias:
    """Return the length figures of `preferences`, lengths in characters, `by_kind` the mean ratio of each kind; of none, zeros and a ratio of 1."""
    count = len(preferences)
    kinds = sorted({preference.rejected_by for preference in preferences})
    return LengthBias(
        count,
        sum(len(p.chosen) > len(p.rejected) for p in preferences) / max(count, 1),
        sum(len(p.chosen) == len(p.rejected) for p in preferences) / max(count, 1),
        _mean_ratio(preferences),
        {kind: _mean_ratio([p for p in preferences if p.rejected_by == kind]) for kind in kinds},
    )


def _mean_ratio(preferences: Sequence[Preference]) -> float:
    return math.exp(sum(map(_length_log, preferences)) / max(len(preferences), 1))


def _length_log(preference: Preference) -> float:
    return math.log(len(preference.chosen) / len(preference.rejected))


def _preference(pair: Pair, worse: str, kind: KindName) -> Preference:
    return Preference(
        id=content_id("preference", pair.id, kind, worse),
        pair_id=pair.id,
        instruction=pair.instruction,
        chosen=pair.output,
        rejected=worse,
        chosen_by=pair.writer,
        rejected_by=kind,
        margin=KINDS[kind].margin,
        judged_by="construction",
        evidence=pair.evidence,
        task=pair.task,
        input=pair.input,
        system=pair.system,
        split=pair.split,
        turns=pair.turns,
    )


def _drawn(case: Case, config: PreferenceConfig, rng: random.Random) -> list[KindName]:
    """Every kind that can fit, drawn by weight without putting back (Efraimidis and Spirakis 2006)."""
    places = {kind: math.log(1.0 - rng.random()) / weight for kind, weight in sorted(config.kinds.items())}
    fitting = [kind for kind in places if KINDS[kind].margin >= config.min_margin and _can_fit(kind, case)]
    return sorted(fitting, key=lambda kind: places[kind], reverse=True)


_OF_LINES = frozenset(("liste", "siralama", "adim-adim"))


def _can_fit(kind: KindName, pair: Case) -> bool:
    """A cheap look, so that no model is paid for what cannot be made."""
    if pair.task not in KINDS[kind].tasks or (kind == "wrong_result" and not pair.tests):
        return False
    match kind:
        case "other_entity":
            return _says_new(names(pair.answer, pair.source), pair)
        case "other_date":
            return _says_new(dates(pair.answer), pair)
        case "other_number":
            return _says_new(numbers(pair.answer), pair)
        case "truncated":
            return pair.answer.count("\n") >= 1 if pair.task in _OF_LINES else pair.answer.count(" ") >= 5
    return True


def _says_new(spans: Sequence[Span], pair: Case) -> bool:
    """Whether the answer has one that the question does not hold already."""
    return any(not stands_in(span.value, pair.question) for span in spans)
