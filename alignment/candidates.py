"""Answers -> preferences: what models are asked to answer, which answers are usable, and which two of a pair stand beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from alignment.bias import layout
from alignment.case import Fault, sameness, stands_in
from alignment.config import PreferenceConfig
from alignment.judge import NO_SOURCE, PROMPTS, SLACK, Judgement, asked, fenced
from alignment.origins import PARTS, OriginName, Part, signed
from alignment.spans import dates, names, numbers
from curation.records import Pair, Preference, Reject, Rejected, content_id
from synthesis.checks import turkish_enough
from synthesis.code_blocks import prose
from synthesis.grounding import holds
from synthesis.prompt import Prompt, build_prompt
from synthesis.replies import items
from synthesis.values import borne_out, values

TASK = "aday"
GROUNDED_TASK = "kaynakli-cevap"
REVISION_TASK = "duzeltme"
REVISION_SCHEMA = (
    '{"type": "object", "properties": {"elestiri": {"type": "string"}, "cevap": {"type": "string"}}, '
    '"required": ["elestiri", "cevap"], "additionalProperties": false}'
)
EVIDENCE_MARGIN = 3.0
"""Margin of a grounded answer over one that lacks its facts, on the scale of MOST_MARGIN: false or no answer."""

_SAMPLE_STEP = 1_000_003  # between the seeds of two samples; the wall counts further tries up from each
_CLOSE = 0.25  # of the score: partners this near to the best are equals, and length and layout decide
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_REJECTED_PARTS: frozenset[Part] = frozenset({"aday", "zayif", "kaynaksiz", "taslak"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model called `name` wrote to a pair's instruction as `part`; `id` is that of the prompt asked, empty for the pair's own answer."""

    id: str
    pair: Pair
    part: Part
    name: str
    text: str

    @property
    def origin(self) -> OriginName:
        """Return the origin that the answer was written for."""
        return PARTS[self.part]

    @property
    def by(self) -> str:
        """Return what stands for it in a preference."""
        return signed(self.part, self.name)

    @property
    def same(self) -> tuple[str, str]:
        """Return what makes two answers one: the pair and the words. Answers alike are judged once."""
        return self.pair.id, self.text


def answer_prompt(pair: Pair, source: str, part: Part, *, sees_source: bool, sample: int = 0, seed: int, max_tokens: int) -> Prompt:
    """Return the prompt that asks for an answer to `pair`: the messages a trained model will see, or a request to answer from the source.

    Samples of one pair differ in their seed. Who writes better with the source in sight knows what the plain prompt does not say.
    """
    own_seed = (seed + sample * _SAMPLE_STEP) % 2**31  # what servers take
    if sees_source and source:
        fields = {"kaynak": fenced(source), "soru": fenced(asked(pair, source)), "kisim": part}
        return build_prompt(PROMPTS, GROUNDED_TASK, fields, seed=own_seed, max_tokens=max_tokens)
    identity = content_id("q", TASK, part, pair.id, str(own_seed), str(max_tokens), *(m.content for m in pair.prompt()))
    return Prompt(identity, TASK, {"kisim": part}, pair.prompt(), own_seed, max_tokens)


def revision_prompt(draft: Answer, source: str, *, seed: int, max_tokens: int = 1024) -> Prompt:
    """Return the prompt that asks to criticise and mend a draft against the source."""
    fields = {"kaynak": fenced(source) or NO_SOURCE, "soru": fenced(asked(draft.pair, source)), "taslak": fenced(draft.text)}
    return build_prompt(PROMPTS, REVISION_TASK, fields, seed=seed, max_tokens=max_tokens, temperature=0.3)


def revised(reply: str) -> str | Fault:
    """Return the mended answer in a reply to `revision_prompt`, or why there is none."""
    found = items(reply)
    if not found:
        return Fault("reply_not_json", reply[:200])
    if found[0].get("suphe"):
        return Fault("nothing_to_mend", str(found[0]["suphe"])[:200])
    text = found[0].get("cevap")
    return text.strip() if isinstance(text, str) and text.strip() else Fault("missing_key", "cevap")


def usable(reply: str) -> str | Fault:
    """Return a model's answer without its thoughts and the space around it, or why it cannot stand on either side."""
    text = _THOUGHT.sub("", reply).strip()
    if not text or text.startswith("<think>"):
        return Fault("empty_answer")
    return Fault("not_turkish", text[:80]) if turkish_enough(prose(text)) else text


def couples(
    answers: Iterable[Answer],
    judged: Mapping[tuple[str, str], Judgement],
    judges: str,
    config: PreferenceConfig,
    reject: Reject,
) -> Iterator[Preference]:
    """Yield the preferences of answers that stand together by pair; every answer is the rejected side of one preference or goes to `reject`.

    `judged` is by Answer.same; `judges` is their names, for `judged_by`.
    """
    for _, group in groupby(answers, key=lambda one: (one.pair.id, one.origin)):
        together = _unlike(group, reject)
        for answer in together:
            made = _beside(answer, together, judged, judges, config)
            if isinstance(made, Preference):
                yield made
            elif answer.id:
                reject(Rejected(answer.id, made.reason, f"{answer.by}: {made.detail}", answer.pair.id, answer.text[:2000]))


def _unlike(group: Iterable[Answer], reject: Reject) -> list[Answer]:
    """The first of the answers with the same words and code; of the pair's own answer a copy is as good as it."""
    seen: dict[tuple[str, str], Answer] = {}
    for answer in group:
        first = seen.setdefault(sameness(answer.text, answer.pair.task), answer)
        if first is not answer:
            reject(Rejected(answer.id, "same_as_other", f"{answer.by}: {first.by} says the same", answer.pair.id, answer.text[:2000]))
    return list(seen.values())


def _beside(
    answer: Answer,
    together: Sequence[Answer],
    judged: Mapping[tuple[str, str], Judgement],
    judges: str,
    config: PreferenceConfig,
) -> Preference | Fault:
    """The preference with `answer` as its rejected side."""
    others = [one for one in together if one is not answer]
    if answer.part not in _REJECTED_PARTS:
        return Fault("better_side", "written to be the better answer")
    if not judges:
        return _by_evidence(answer, others, config)
    own = judged[answer.same]
    if own.judges == 0 or own.reason == "judges_disagree":
        return Fault(own.reason, own.detail)
    better = [one for one in others if one.part not in {"zayif", "kaynaksiz", "taslak"}]
    sure = [one for one in better if judged[one.same].judges and judged[one.same].reason != "judges_disagree"]
    ahead = [one for one in sure if judged[one.same].score - own.score >= config.min_margin - SLACK]
    if not ahead:
        best = max((judged[one.same].score - own.score for one in sure), default=None)
        return Fault(
            "below_margin", "no other answer" if best is None else f"at most {best:.2f} behind another, min_margin is {config.min_margin:g}"
        )
    good = [one for one in ahead if not judged[one.same].reason]
    if not good:
        return Fault("chosen_too_weak", judged[max(ahead, key=lambda one: judged[one.same].score).same].detail)
    chosen = _partner(answer, good, judged)
    return _preference(chosen, answer, round(judged[chosen.same].score - own.score, 9), f"judge:{judges}")


def _partner(answer: Answer, good: Sequence[Answer], judged: Mapping[tuple[str, str], Judgement]) -> Answer:
    """Of the best by score the one most like `answer` in layout and length, so that these do not tell chosen from rejected."""
    best = max(judged[one.same].score for one in good)
    close = [one for one in good if judged[one.same].score >= best - _CLOSE - SLACK]
    return min(
        close, key=lambda one: (layout(one.text) != layout(answer.text), abs(len(one.text) - len(answer.text)), -judged[one.same].score)
    )


def _by_evidence(answer: Answer, others: Sequence[Answer], config: PreferenceConfig) -> Preference | Fault:
    """Without a judge only the pair's grounded answer can be told to be better: by names, dates and numbers of which the other has none."""
    own = next((one for one in others if one.part == "kaynak"), None)
    if own is None:
        return Fault("no_judge", "nobody can tell which answer is better")
    facts = [fact for fact in _facts(own.text) if not stands_in(fact, own.pair.instruction)]
    if not facts or any(stands_in(fact, answer.text) for fact in facts) or _shares_a_value(own, answer):
        return Fault("not_worse", "it has a name, date or number of the grounded answer, or that has none")
    if config.min_margin > EVIDENCE_MARGIN:
        return Fault("below_margin", f"{EVIDENCE_MARGIN:g}")
    return _preference(own, answer, EVIDENCE_MARGIN, "evidence")


def _shares_a_value(own: Answer, other: Answer) -> bool:
    """Whether one of them says a number or date of the other, in whatever spelling or less of it, that the instruction does not say."""
    asked_for = borne_out(own.pair.instruction)

    def tells_of(one: str, another: str) -> bool:
        known = borne_out(another) - asked_for
        return any(value.says & known and (value.sure or value.numbers != ("1",)) for value in values(one))

    return tells_of(own.text, other.text) or tells_of(other.text, own.text)


def grounded(pair: Pair, evidence: str) -> Answer | Fault:
    """Return the pair's own answer as the better side of origin `kaynak`, or why its evidence does not hold it."""
    if not evidence or not holds(evidence, pair.output):
        return Fault("not_in_evidence", "the pair's own answer does not stand in its evidence")
    return Answer("", pair, "kaynak", pair.writer, pair.output)


def _facts(text: str) -> list[str]:
    """The dates, numbers and names of an answer; a lone first word may be capitalised for its place alone and is none."""
    found = [span.value for span in (*dates(text), *numbers(f"{text} ."), *names(text))]
    return sorted(set(found))


def _preference(chosen: Answer, rejected: Answer, margin: float, judged_by: str) -> Preference:
    pair = chosen.pair
    return Preference(
        id=content_id("preference", pair.id, chosen.by, chosen.text, rejected.by, rejected.text),
        pair_id=pair.id,
        instruction=pair.instruction,
        chosen=chosen.text,
        rejected=rejected.text,
        chosen_by=chosen.by,
        rejected_by=rejected.by,
        margin=margin,
        judged_by=judged_by,
        evidence=pair.evidence,
        task=pair.task,
        input=pair.input,
        system=pair.system,
        split=pair.split,
        turns=pair.turns,
    )
