"""The whole room in order: read, normalise, language, quality, personal data, duplicates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from curation.config import CurateConfig, PiiEntity
from curation.duplicates import without_duplicates
from curation.language import language
from curation.normalise import normalise, one_line
from curation.pii.scrub import LABELS, Scrubbed, scrub
from curation.progress import Tick, silent
from curation.quality import rules_of, verdict
from curation.readers import RawDocument, find_inputs, read
from curation.records import Document, Reject, Rejected, content_id


@dataclass(slots=True)
class Funnel:
    """What went in, what came out and why; `read` is always `kept` plus all of `rejected`. Counts only, no value of any personal datum."""

    read: int = 0
    kept: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    pii_found: Counter[PiiEntity] = field(default_factory=Counter)
    pii_covered: Counter[PiiEntity] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One raw document after every step but the comparison with others: kept with reason empty, or to be rejected."""

    document: Document
    reason: str = ""
    detail: str = ""
    pii_found: Counter[PiiEntity] = field(default_factory=Counter)
    pii_covered: Counter[PiiEntity] = field(default_factory=Counter)


def curate(config: CurateConfig, root: Path, *, reject: Reject, tick: Tick = silent, funnel: Funnel | None = None) -> Iterator[Document]:
    """Yield the clean documents of a recipe whose inputs are relative to `root`, in the order of their sources; `funnel` is filled on the way. Raises InputError for an input that matches no file."""
    counts = Funnel() if funnel is None else funnel

    def refuse(rejected: Rejected) -> None:
        counts.rejected[rejected.reason] += 1
        reject(rejected)

    def refuse_input(rejected: Rejected) -> None:
        counts.read += 1
        refuse(rejected)

    documents = []
    for raw in islice(_raw_documents(config, root, refuse_input), config.limits.max_documents):
        counts.read += 1
        cleaned = clean(raw, config)
        _count(cleaned, counts)
        if cleaned.reason:
            refuse(_rejected(cleaned))
        else:
            documents.append(cleaned.document)
        tick(counts.read, None)
    for document in without_duplicates(documents, config.dedup, refuse):
        counts.kept += 1
        yield document


def clean(raw: RawDocument, config: CurateConfig) -> Cleaned:
    """Return one document normalised, judged and scrubbed; a rejected one is scrubbed too, since rejections are written to disk."""
    whole = normalise(raw.text)
    code, probability = language(whole.text)
    reason, detail = _judge(whole.text, code, probability, config)
    scrubbed = scrub((whole.text, one_line(raw.title), raw.url), config.pii)
    text, title, url = scrubbed.texts
    if scrubbed.drop:
        text, title, url = "", "", ""
        if not reason:
            reason, detail = "personal_data", _counts_in_words(scrubbed)
    document = Document(
        id=content_id("d", raw.source, raw.text),
        text=text,
        source=raw.source,
        title=title,
        license=raw.license or config.license,
        language=code,
        url=url,
        date=raw.date,
        tags=(*whole.tags, *(f"pii:{kind}" for kind in sorted(scrubbed.covered))),
    )
    return Cleaned(document, reason, detail, scrubbed.found, scrubbed.covered)


def _raw_documents(config: CurateConfig, root: Path, reject: Reject) -> Iterator[RawDocument]:
    for path in find_inputs(config.inputs, root):
        yield from read(path, root, reject, text_field=config.text_field, limits=config.limits)


def _judge(text: str, code: str, probability: float, config: CurateConfig) -> tuple[str, str]:
    if not text:
        return "empty_text", "temizlendikten sonra metin kalmadı"
    if config.language.keep and code not in config.language.keep:
        return "language", f"dil: {code or 'yok'} ({probability:.2f}), istenen: {', '.join(config.language.keep)}"
    fault = verdict(text, rules_of(config.quality))
    return (fault.reason, fault.detail) if fault else ("", "")


def _count(cleaned: Cleaned, counts: Funnel) -> None:
    counts.languages[cleaned.document.language] += 1
    counts.repairs.update(tag for tag in cleaned.document.tags if not tag.startswith("pii:"))
    counts.pii_found.update(cleaned.pii_found)
    counts.pii_covered.update(cleaned.pii_covered)


def _rejected(cleaned: Cleaned) -> Rejected:
    document = cleaned.document
    return Rejected(document.id, cleaned.reason, cleaned.detail, document.source, document.text)


def _counts_in_words(scrubbed: Scrubbed) -> str:
    return ", ".join(f"{LABELS[kind]} {count}" for kind, count in sorted(scrubbed.covered.items()))
