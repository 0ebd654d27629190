"""Personal data out of the fields of a document: each found value treated as its policy says, with what hangs on it in Turkish."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import unquote

from curation.config import PiiConfig, PiiEntity, PiiPolicy
from curation.pii.covered import covered_findings
from curation.pii.findings import Finding
from curation.pii.page import Edit, Page
from curation.pii.sensitive import SensitiveSentence, sensitive_sentences
from curation.pii.surrogates.invent import is_invented
from curation.pii.surrogates.key import surrogate_key
from curation.pii.tags import LABELS, MASK, TAG

__all__ = ["LABELS", "MASK", "Replacement", "Scrubbed", "scrub", "scrub_many", "scrub_text"]


@dataclass(frozen=True, slots=True)
class Replacement:
    """One finding and what was done with it. `start` and `end` are its place in the written field; `written` is a tag, a mask, "" or, for a surrogate, its kind: never a value."""

    field: int
    kind: PiiEntity
    rule: str
    start: int
    end: int
    action: PiiPolicy
    written: str


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """The fields of one document after the policy, empty where it is to be dropped. Holds no value but in `texts`.

    `found` counts the findings of each kind, `covered` those the policy applied to; `sensitive` are the risk tags of its sentences
    (`ozel:saglik`), `sentences` where they stand in the written fields.
    """

    texts: tuple[str, ...]
    found: Counter[PiiEntity] = field(default_factory=Counter)
    covered: Counter[PiiEntity] = field(default_factory=Counter)
    drop: bool = False
    drop_reason: Literal["", "personal_data", "special_category"] = ""
    replacements: tuple[Replacement, ...] = ()
    sensitive: tuple[str, ...] = ()
    sentences: tuple[SensitiveSentence, ...] = ()


def scrub(texts: Sequence[str], config: PiiConfig, *, key: bytes | None = None) -> Scrubbed:
    """Return the fields of one document with its personal data treated as `config` says; one value has one tag in all of them."""
    return scrub_many([texts], config, key=key)[0]


def scrub_text(text: str, config: PiiConfig, *, source: Sequence[str] = (), key: bytes | None = None) -> Scrubbed:
    """Return a text that was generated from a scrubbed document, scrubbed again; `source` are that document's written fields.

    Tags and values that stand in `source` were settled there and stay; a new value gets a number that `source` has not given yet.
    """
    return scrub_many([[text]], config, sources=[source], key=key)[0]


def scrub_many(
    documents: Sequence[Sequence[str]], config: PiiConfig, *, sources: Sequence[Sequence[str]] = (), key: bytes | None = None
) -> list[Scrubbed]:
    """Return what `scrub` returns for each of `documents`, found in one pass over all of them.

    `key` makes surrogates; None takes it from the environment variable that `config.key_env` names. Raises RecipeError where a policy
    writes surrogates and there is no key.
    """
    from curation.pii.recognisers import find_many  # Presidio takes seconds to import

    if key is None:
        key = surrogate_key(config)
    plain = [[_readable(text) for text in texts] for texts in documents]
    findings = iter(find_many([text for texts in plain for text in texts], ner=config.ner))
    return [
        _scrubbed(texts, readable, [next(findings) for _ in texts], config, key, sources[place] if sources else ())
        for place, (texts, readable) in enumerate(zip(documents, plain, strict=True))
    ]


def _readable(text: str) -> str:
    """An address of the web without its escapes (%C4%B1), behind which a name would go unseen; any other text as it is."""
    if "%" not in text or not text.startswith(("http://", "https://")) or re.search(r"\s", text):
        return text
    decoded = unquote(text)
    return text if "\ufffd" in decoded else decoded


def _scrubbed(
    texts: Sequence[str],
    readable: Sequence[str],
    findings: Sequence[Sequence[Finding]],
    config: PiiConfig,
    key: bytes,
    source: Sequence[str],
) -> Scrubbed:
    fresh = [_fresh(text, found, config, source) for text, found in zip(readable, findings, strict=True)]
    covered = covered_findings(readable, fresh, config)
    page = Page(config, key, covered.people, readable, source)
    written: list[str] = []
    replacements: list[Replacement] = []
    sentences: list[SensitiveSentence] = []
    for place, text in enumerate(readable):
        treated, edits = page.treated(text, covered.findings[place], place)
        written.append(treated if edits else texts[place])
        replacements += [_replacement(place, edit) for edit in edits]
        if config.sensitive != "ignore":
            sentences += [_moved(sentence, edits) for sentence in sensitive_sentences(text, covered.named[place], field=place)]
    done = Scrubbed(
        tuple(written),
        Counter(finding.kind for found in fresh for finding in found),
        Counter(finding.kind for found in covered.findings for finding in found),
        replacements=tuple(replacements),
        sensitive=tuple(sorted({f"ozel:{one.category}" for one in sentences})),
        sentences=tuple(sentences),
    )
    if any(one.action == "drop" for one in replacements):
        return _dropped(done, "personal_data")
    return _dropped(done, "special_category") if sentences and config.sensitive == "drop" else done


def _fresh(text: str, findings: Sequence[Finding], config: PiiConfig, source: Sequence[str]) -> list[Finding]:
    """The findings that an earlier scrubbing has not settled: no part of a tag, no surrogate where surrogates are written, nothing that `source` holds."""
    if not findings:
        return []
    settled = [match.span() for match in TAG.finditer(text)] if "<" in text else []
    return [
        finding
        for finding in findings
        if not any(start < finding.end and finding.start < end for start, end in settled)
        and not (config.policy_of(finding.kind) == "surrogate" and is_invented(finding.kind, text[finding.start : finding.end]))
        and not any(text[finding.start : finding.end] in written for written in source)
    ]


def _replacement(place: int, edit: Edit) -> Replacement:
    return Replacement(place, edit.finding.kind, edit.finding.rule, edit.new_start, edit.new_end, edit.action, edit.written)


def _moved(sentence: SensitiveSentence, edits: Sequence[Edit]) -> SensitiveSentence:
    """The place of a sentence in the written field."""

    def moved(offset: int) -> int:
        before = bisect_right(edits, offset, key=lambda edit: edit.end)
        return offset + (edits[before - 1].after - edits[before - 1].end if before else 0)

    return replace(sentence, start=moved(sentence.start), end=moved(sentence.end))


def _dropped(done: Scrubbed, reason: Literal["personal_data", "special_category"]) -> Scrubbed:
    """A document of which nothing is written but what was in it."""
    return replace(
        done,
        texts=("",) * len(done.texts),
        drop=True,
        drop_reason=reason,
        replacements=tuple(replace(one, start=0, end=0, action="drop", written="") for one in done.replacements),
        sentences=tuple(replace(one, start=0, end=0) for one in done.sentences),
    )
