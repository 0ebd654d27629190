"""What people wrote, held to the same rules as what machines wrote: no personal data, nothing beyond the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from alignment.code import corrected
from curation.config import PiiConfig
from curation.records import Document, Pair
from synthesis.grounding import holds

UNHELD = "the evidence does not hold it: "


@dataclass(frozen=True, slots=True)
class Proven:
    """A corrected answer as it may be used, or the `reason` why it may not."""

    text: str
    reason: str = ""
    detail: str = ""


Proof = Callable[[Pair, str], Proven]
"""Says whether the corrected answer of a pair may be used."""


def as_written(_: Pair, text: str) -> Proven:
    """Take a correction as it is."""
    return Proven(text)


def proof(documents: Iterable[Document], config: PiiConfig) -> Proof:
    """Return the proof for corrections of pairs from `documents`: personal data treated as `config` says, and held by the evidence where the first answer was.
    Code has to pass the tests of its pair.

    Summaries, titles and other answers in words of their own are never held word by word; of them only the personal data are looked at.
    """
    texts = {document.id: document.text for document in documents}

    def prove(pair: Pair, text: str) -> Proven:
        from curation.pii.scrub import scrub  # Presidio takes seconds to import

        scrubbed = scrub([text], config)
        if scrubbed.drop:
            return Proven("", "people_personal_data", "the corrected answer holds personal data")
        clean = scrubbed.texts[0]
        evidence = "\n".join(texts[e.document_id][e.start : e.end] for e in pair.evidence if e.document_id in texts)
        source = f"{evidence}\n{pair.input}"
        if evidence and holds(source, pair.output) and not holds(source, clean):
            return Proven("", "people_ungrounded", UNHELD + clean)
        fault = corrected(clean, pair.tests) if pair.tests else None
        return Proven(clean) if fault is None else Proven("", "people_code_fails", f"{fault.reason} {fault.detail}")

    return prove
