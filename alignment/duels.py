"""Two answers side by side, asked in both orders: a judge's word counts where it does not hang on the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from alignment.agreement import Interval, share
from alignment.case import Fault
from alignment.judge import NO_SOURCE, PROMPTS, JudgeConfig, asked, fenced, rubric
from curation.records import Pair, Preference
from curation.turkish import ascii_letters
from synthesis.prompt import Prompt, build_prompt
from synthesis.replies import items

TASK = "karsilastirma"
SCHEMA = (
    '{"type": "object", "properties": {"gerekce": {"type": "string"}, "secim": {"type": "string", "enum": ["A", "B", "esit"]}}, '
    '"required": ["gerekce", "secim"], "additionalProperties": false}'
)
Choice = Literal["A", "B", "esit"]
_SAID: Mapping[str, Choice] = {
    "a": "A",
    "b": "B",
    "esit": "esit",
    "cevap a": "A",
    "cevap b": "B",
    "cevap_a": "A",
    "cevap_b": "B",
    "berabere": "esit",
}


@dataclass(frozen=True, slots=True)
class Duel:
    """What one judge said of a row: of the order with the chosen answer first (`forth`), and of the other (`back`)."""

    judge: str
    forth: Choice | Fault
    back: Choice | Fault

    @property
    def read(self) -> bool:
        """Whether both replies could be read."""
        return not isinstance(self.forth, Fault) and not isinstance(self.back, Fault)

    @property
    def turned(self) -> bool:
        """Whether the judge took the same place in both orders."""
        return self.read and self.forth == self.back != "esit"

    @property
    def lead(self) -> float:
        """Return 1 where the chosen answer won both orders, 0.5 where it won one and drew the other, 0 for a draw or a turn, and below 0 likewise for the other answer."""
        if not self.read:
            return 0.0
        return ({"A": 1, "B": -1, "esit": 0}[str(self.forth)] + {"A": -1, "B": 1, "esit": 0}[str(self.back)]) / 2


@dataclass(frozen=True, slots=True)
class PositionBias:
    """How one judge's word hangs on the order: `turned` is the share of rows where it took the same place in both orders, `first` how often it took the first of two."""

    judge: str
    rows: int
    unread: int
    turned: Interval | None
    first: Interval | None


def duel_prompts(row: Preference, pair: Pair, source: str, config: JudgeConfig, *, seed: int = 0) -> tuple[Prompt, Prompt]:
    """Return the prompts that ask which answer of `row` is better: the chosen one first, and last."""
    fields = {"olcutler": rubric(config), "kaynak": fenced(source) or NO_SOURCE, "soru": fenced(asked(pair, source))}
    chosen, rejected = fenced(row.chosen), fenced(row.rejected)

    def prompt(first: str, second: str) -> Prompt:
        return build_prompt(PROMPTS, TASK, fields | {"cevap_a": first, "cevap_b": second}, seed=seed, max_tokens=512, temperature=0.0)

    return prompt(chosen, rejected), prompt(rejected, chosen)


def choice(reply: str) -> Choice | Fault:
    """Return which answer a reply takes, or why it cannot be read."""
    found = items(reply)
    if not found:
        return Fault("judge_not_json", reply[:200])
    said = {ascii_letters(name): value for name, value in found[0].items()}.get("secim")
    if isinstance(said, str) and (taken := _SAID.get(ascii_letters(said).strip(" .'\""))):
        return taken
    return Fault("judge_no_choice", repr(said)[:200])


def outcome(duels: Sequence[Duel]) -> Fault | None:
    """Return why the row of `duels` does not stand, or None where the judges together take its chosen answer."""
    if not any(one.read for one in duels):
        return Fault("judge_missing", "no judge's choice can be read in both orders")
    lead = sum(one.lead for one in duels)
    said = "; ".join(f"{one.judge} {one.lead:+g}{' (turned with the order)' if one.turned else ''}" for one in duels)
    if lead > 0:
        return None
    return Fault("judge_prefers_other", said) if lead < 0 else Fault("judges_undecided", said)


def position_bias(duels: Sequence[Duel]) -> tuple[PositionBias, ...]:
    """Return the figures of every judge, by name."""
    by_judge: dict[str, list[Duel]] = {}
    for one in duels:
        by_judge.setdefault(one.judge, []).append(one)
    return tuple(_position_bias(name, by_judge[name]) for name in sorted(by_judge))


def _position_bias(judge: str, duels: Sequence[Duel]) -> PositionBias:
    read = [one for one in duels if one.read]
    picks = [said for one in read for said in (one.forth, one.back) if said != "esit"]
    return PositionBias(
        judge=judge,
        rows=len(duels),
        unread=len(duels) - len(read),
        turned=share(sum(one.turned for one in read), len(read)) if read else None,
        first=share(picks.count("A"), len(picks)) if picks else None,
    )
