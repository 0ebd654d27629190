"""How an identifier is found: a pattern on the folded text, a judgement of what it matched, and the words beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from curation.config import PiiEntity
from curation.pii.findings import Finding, matching_key

BEFORE, AFTER = 40, 40
"""Characters on either side of a match that a rule may look at."""

NUMBER_START = r"(?<![\w*][0-9])(?<![0-9][.,/*-][0-9])"
"""Behind the first digit of a number: it opens it."""
NUMBER_END = r"(?![\w*]|[.,/-][0-9])"


@dataclass(frozen=True, slots=True)
class Hit:
    """What a pattern matched, and the key letters before and after it."""

    value: str
    before: str
    after: str


Accepts = Callable[[Hit], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind is found: `pattern` on the matching key (or the text itself), `accepts` to judge a hit, `score` by its certainty.

    Without one of `needs` in the key it is not tried. A match is at most `reach` characters long and begins at most `lead` before what triggers it
    (curation.pii.triggers); `start` moves where a value begins. With an `anchor`, which each match holds, only the `words` words before one are tried as
    beginnings.
    """

    name: str
    kind: PiiEntity
    pattern: re.Pattern[str]
    accepts: Accepts
    score: float
    needs: tuple[str, ...] = ()
    on_key: bool = True
    reach: int = 60
    lead: int = 60
    start: Callable[[str, re.Match[str]], int] | None = None
    anchor: re.Pattern[str] | None = None
    words: int = 4


def always(_: Hit) -> bool:
    """Accept every hit."""
    return True


def number(name: str, kind: PiiEntity, pattern: str, accepts: Accepts, score: float, *needs: str) -> Rule:
    """Return the rule for a number by itself; `pattern` starts with the class of its first digit, where a search can leap from digit to digit."""
    head, _, tail = pattern.partition("]")
    return Rule(name, kind, re.compile(f"(?P<value>{head}]{NUMBER_START}{tail}){NUMBER_END}"), accepts, score, needs)


def findings(rules: Iterable[Rule], text: str) -> Iterator[Finding]:
    """Yield what `rules` find in `text`; findings of different rules may overlap."""
    key = matching_key(text)
    for rule in rules:
        for word in rule.needs:  # a loop, as any() over a generator takes longer than most patterns
            if word in key:
                break
        else:
            if rule.needs:
                continue
        for match in _anchored(rule, rule.anchor, key) if rule.anchor else rule.pattern.finditer(key if rule.on_key else text):
            start, end = match.span("value")
            if rule.start is not None:
                start = rule.start(text, match)
            if rule.accepts(Hit(text[start:end], key[max(0, start - BEFORE) : start], key[end : end + AFTER])):
                yield Finding(rule.kind, start, end, rule.score, rule=rule.name)


_WORD_START = re.compile(r"\b\w")


def _anchored(rule: Rule, anchor: re.Pattern[str], key: str) -> Iterator[re.Match[str]]:
    """What `finditer` gives, without trying the pattern at every word of a long text."""
    tried = 0
    for place in anchor.finditer(key):
        begin = max(tried, place.start() - rule.lead)
        starts = [word.start() for word in _WORD_START.finditer(key, begin, place.start() + 1)]
        for start in starts[-rule.words :]:
            match = rule.pattern.match(key, start)
            tried = start + 1
            if match is not None:
                yield match
                tried = match.end()
                break


def digits(value: str) -> str:
    """Return only the digits of `value`."""
    return re.sub(r"[^0-9]", "", value)


def beside(words: str) -> Accepts:
    """Accept a hit with one of `words` right before it."""
    wanted = re.compile(rf"(?:{words})\W{{0,4}}$")
    return lambda hit: wanted.search(hit.before) is not None


# "..., TC kimlik no 10000000146": the words after a number that open the next one.
_OPENS_NEXT = re.compile(r"\w*(?:\W{0,2}(?:no|num)\w*)?\W{0,4}[0-9]")


def near(words: str, unless: str | None = None) -> Accepts:
    """Accept a hit with one of `words` before or after it; of those before it the nearest counts, `unless` included."""
    wanted = re.compile(words)
    unwanted = re.compile(unless) if unless else None

    def accepts(hit: Hit) -> bool:
        last = _last(wanted, hit.before)
        if last >= 0:
            return unwanted is None or _last(unwanted, hit.before) <= last
        if unwanted is not None and unwanted.search(hit.before):
            return False
        following = wanted.search(hit.after)
        return following is not None and not _OPENS_NEXT.match(hit.after, following.end())

    return accepts


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)
