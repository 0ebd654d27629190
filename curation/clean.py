"""Raw documents to clean ones, each judged by itself: normalised, its language chosen, measured, compared with evaluation sets, scrubbed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from curation import turkish
from curation.config import CurateConfig
from curation.cuts import Cuts, Removed
from curation.decontaminate import Contamination
from curation.dedup.lines import Trimmed, left_too_short
from curation.language import choose_language
from curation.normalise import normalise, one_line
from curation.pii.scrub import LABELS, Scrubbed, scrub_many
from curation.quality import Measures, judge, measure, rules_of, toxicity, without_boilerplate
from curation.readers import RawDocument
from curation.readers.pages import moved_pages
from curation.records import Document, Rejected, content_id


@dataclass(frozen=True, slots=True)
class Aids:
    """What texts are judged with beside the recipe: the folder it speaks from, the key of surrogates, evaluation items in a text, texts without the lines that many documents share."""

    root: Path = Path()
    key: bytes = field(default=b"", repr=False)
    contaminated: Callable[[str], Contamination | None] = lambda text: None
    without_shared_lines: Callable[[Sequence[str]], list[Trimmed]] = lambda texts: [Trimmed(text) for text in texts]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One document after every step but the comparison with others: kept with `reason` empty, or to be rejected. Measured unless nothing was left of it."""

    document: Document
    scrubbed: Scrubbed
    reason: str = ""
    detail: str = ""
    probability: float = 0.0
    measures: Measures | None = None
    contaminated: str = ""
    removed: tuple[Removed, ...] = ()

    def rejected(self) -> Rejected:
        """Return the record of a document that is dropped."""
        return Rejected(self.document.id, self.reason, self.detail, self.document.source, self.document.text)


@dataclass(slots=True)
class _Draft:
    """A raw document on its way to being scrubbed."""

    raw: RawDocument
    text: str
    tags: list[str]
    cuts: Cuts
    code: str = ""
    probability: float = 0.0
    measures: Measures | None = None
    reason: str = ""
    detail: str = ""
    contaminated: str = ""

    def reject(self, reason: str, detail: str) -> None:
        """Note why the document goes; the first reason stands."""
        if not self.reason:
            self.reason, self.detail = reason, detail


def clean(raws: Sequence[RawDocument], config: CurateConfig, aids: Aids = Aids()) -> list[Cleaned]:
    """Return every document of a batch, kept or to be rejected; a rejected one is scrubbed too, since rejections are written to disk."""
    drafts = [_draft(raw) for raw in raws]
    if config.dedup.lines.enabled:
        for draft, trimmed in zip(drafts, aids.without_shared_lines([draft.text for draft in drafts]), strict=True):
            if left_too_short(trimmed, config.dedup.lines):
                draft.reject("shared_lines", f"ortak satırlar çıkınca {len(turkish.words(trimmed.text))} sözcük kaldı")
            _shorten(draft, trimmed.text, "shared_line")
    for draft in drafts:
        _judge(draft, config, aids)
    fields = [(draft.text, one_line(draft.raw.title), draft.raw.url, draft.raw.source) for draft in drafts]  # as in pii.report.FIELDS
    scrubbed = scrub_many(fields, config.pii, key=aids.key)
    return [_cleaned(draft, done, config) for draft, done in zip(drafts, scrubbed, strict=True)]


def _draft(raw: RawDocument) -> _Draft:
    whole = normalise(raw.text)
    return _Draft(raw, whole.text, list(whole.tags), Cuts(whole.text))


def _shorten(draft: _Draft, text: str, reason: str) -> None:
    if text != draft.text:
        before = len(draft.cuts.removed)
        draft.cuts.left(text, reason)
        if len(draft.cuts.removed) > before:
            draft.tags.append(f"{reason}_removed")
        draft.text = text


def _judge(draft: _Draft, config: CurateConfig, aids: Aids) -> None:
    if config.quality.remove_boilerplate:
        _shorten(draft, without_boilerplate(draft.text).text, "boilerplate_line")
    choice = choose_language(draft.text, config.language, aids.root)
    draft.code, draft.probability = choice.code, choice.probability
    if not draft.text:
        draft.reject("empty_text", "temizlendikten sonra metin kalmadı")
    elif choice.reason:
        draft.reject(choice.reason, choice.detail)
    else:
        _shorten(draft, choice.text, "other_language")
    draft.measures = measure(draft.text, toxicity.list_of(config.quality, aids.root)) if draft.text else None
    if draft.measures and (fault := judge(draft.measures, rules_of(config.quality))):
        draft.reject(fault.reason, fault.detail)
    if hit := aids.contaminated(draft.text):
        draft.contaminated = hit.set
        draft.reject("contaminated", hit.detail())
    if draft.measures and draft.measures.insults:
        draft.tags.append(toxicity.TAG)


def _cleaned(draft: _Draft, scrubbed: Scrubbed, config: CurateConfig) -> Cleaned:
    raw = draft.raw
    if scrubbed.drop:
        draft.reject(scrubbed.drop_reason, _dropped_for(scrubbed))
    text, title, url, source = scrubbed.texts
    document = Document(
        id=content_id("d", raw.source, raw.text),
        text=text,
        source=source,
        title=title,
        license=raw.license or config.license,
        language=draft.code,
        url=url,
        date=raw.date,
        tags=(*draft.tags, *(f"pii:{kind}" for kind in sorted(scrubbed.covered)), *scrubbed.sensitive),
        pages=moved_pages(raw.pages, raw.text, text),
    )
    removed = tuple(sorted(draft.cuts.removed, key=lambda one: one.start))
    return Cleaned(document, scrubbed, draft.reason, draft.detail, draft.probability, draft.measures, draft.contaminated, removed)


def _dropped_for(scrubbed: Scrubbed) -> str:
    if scrubbed.drop_reason == "special_category":
        return ", ".join(scrubbed.sensitive)
    return ", ".join(f"{LABELS[kind]} {count}" for kind, count in sorted(scrubbed.covered.items()))
