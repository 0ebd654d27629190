"""Why-questions: `X, ...-dığı için V` and `S, çünkü T`, asked as `X neden V?`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.turkish import upper
from synthesis.rules.candidates import Candidate, anaphoric, finished, without_near_comma
from synthesis.rules.names import Names, common_subject_end, subject_end, with_whole_name
from synthesis.rules.sentence import Sentence, leave_alone, subordinate, tokenize
from synthesis.rules.spans import Span

_BECAUSE = re.compile(
    r"^(?P<subject>[^,]+), (?P<reason>[^,]*?(?:[dt][ıiuü]ğ[ıiuü]|[ae]ca[ğ][ıi]|[ae]ce[ğ]i|dıkları|dikleri|tıkları|tikleri) için),? (?P<rest>[^,;:]+)\.$"
)
_SINCE = re.compile(r"^(?P<first>[^;:]+?)[,;] çünkü (?P<reason>[^;:]+)\.$")


def reasons(sentence: Sentence, names: Names, *, alone: bool) -> Iterator[Candidate]:
    """Yield why a named subject did what the sentence says."""
    match = _BECAUSE.match(sentence.whole)
    if match is not None:
        yield _reason(sentence, f"{match['subject']}, {match['rest']}.", f"{match['reason']} {match['rest']}", names, alone=alone)
        return
    match = _SINCE.match(sentence.whole)
    if match is not None:
        yield _reason(sentence, match["first"] + ".", "çünkü " + match["reason"], names, alone=alone)


def _reason(sentence: Sentence, claim: str, reason: str, names: Names, *, alone: bool) -> Candidate:
    told = Sentence(claim, sentence.whole, sentence.earlier)
    doubt = leave_alone(told)
    if any(subordinate(t.low) for t in told.tokens[:-1] if not t.capital):
        doubt = doubt or "clause_before"
    count, more = subject_end(told, max(len(told.tokens) - 1, 1), names)
    doubt = doubt or more or ("no_subject" if count == 0 else None)
    count = count or common_subject_end(told.tokens, len(told.tokens) - 1)
    if count == 0:
        doubt = "no_subject"
    else:
        cut = told.tokens[count - 1].end
        comma = "," if claim[cut:].startswith(",") else ""
        claim = f"{claim[:cut]}{comma} neden{claim[cut:].lstrip(',')}"
    question, name_doubt = with_whole_name(finished(without_near_comma(claim, "neden")), names)
    if alone:
        doubt = doubt or name_doubt or anaphoric(told, Span(0, 0, "neden", "reason"), names)
    if tokenize(reason)[-1].low == "için" or not reason:
        doubt = doubt or "no_reason"
    if any(t.low in {"o", "bu", "onu", "onun", "ona", "ise"} for t in tokenize(reason)):
        doubt = doubt or "reason_refers"
    return Candidate(question, upper(reason[:1]) + reason[1:].rstrip(" .") + ".", sentence.whole, "reason", doubt)
