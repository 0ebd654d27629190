"""Personal data out of a text: found values tagged, masked, or the reason to drop the document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curation import turkish
from curation.config import PiiConfig, PiiEntity
from curation.pii.findings import Finding, matching_key, without_overlaps

LABELS: Mapping[PiiEntity, str] = {
    "TCKN": "TCKN",
    "VKN": "VERGİ_NO",
    "MERSIS": "MERSİS_NO",
    "SGK": "SGK_NO",
    "PASSPORT": "PASAPORT_NO",
    "ID_SERIAL": "KİMLİK_SERİ_NO",
    "IBAN": "IBAN",
    "CARD": "KART_NO",
    "PHONE": "TELEFON",
    "EMAIL": "E-POSTA",
    "KEP": "KEP",
    "PLATE": "PLAKA",
    "BIRTH_DATE": "DOĞUM_TARİHİ",
    "ADDRESS": "ADRES",
    "PERSON": "KİŞİ",
}
MASK = "***"
_NUMBERS: frozenset[PiiEntity] = frozenset({"TCKN", "VKN", "MERSIS", "SGK", "CARD", "PHONE"})


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """Texts after the policy, how many values of each kind were found and how many it applied to. Holds no value."""

    texts: tuple[str, ...]
    found: Counter[PiiEntity]
    covered: Counter[PiiEntity]
    drop: bool


def scrub(texts: Sequence[str], config: PiiConfig) -> Scrubbed:
    """Return the fields of one document with its personal data treated as `config` says; one value has one tag in all of them, suffixes stay."""
    from curation.pii.recognisers import find  # Presidio takes seconds to import

    findings = [find(text) for text in texts]
    found = Counter(finding.kind for field in findings for finding in field)
    chosen = _covered(texts, findings, config)
    covered = Counter(finding.kind for field in chosen for finding in field)
    if config.policy in {"keep", "drop"}:
        return Scrubbed(tuple(texts), found, covered, drop=config.policy == "drop" and bool(covered))
    tags: dict[tuple[PiiEntity, str], str] = {}
    treated = tuple(_replace(text, field, config, tags) for text, field in zip(texts, chosen, strict=True))
    return Scrubbed(treated, found, covered, drop=False)


def _covered(texts: Sequence[str], findings: list[list[Finding]], config: PiiConfig) -> list[list[Finding]]:
    """What the policy applies to: every identifier asked for, and of the names the private ones, or all where the document is about a person."""
    wanted = [[finding for finding in field if finding.kind in config.entities] for field in findings]
    if "PERSON" not in config.entities or config.names == "all":
        return wanted
    about_a_person = any(finding.kind != "PERSON" for field in findings for finding in field)
    private = {
        matching_key(text[finding.start : finding.end])
        for text, asked in zip(texts, wanted, strict=True)
        for finding in asked
        if finding.kind == "PERSON" and (finding.private or about_a_person)
    }
    return [
        without_overlaps([finding for finding in asked if finding.kind != "PERSON"] + _mentions(text, private))
        for text, asked in zip(texts, wanted, strict=True)
    ]


def _mentions(text: str, names: set[str]) -> list[Finding]:
    """Every place where one of `names` (as matching keys) stands in `text` as whole words; of a single word only with a capital."""
    if not names:
        return []
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))})(?!\w)")
    return [
        Finding("PERSON", match.start(), match.end(), 0.6)
        for match in pattern.finditer(matching_key(text))
        if " " in match.group() or text[match.start()].isupper()
    ]


def _replace(text: str, findings: list[Finding], config: PiiConfig, tags: dict[tuple[PiiEntity, str], str]) -> str:
    pieces = []
    last = 0
    for finding in findings:
        pieces.append(text[last : finding.start])
        pieces.append(MASK if config.policy == "mask" else _tag(finding.kind, text[finding.start : finding.end], tags))
        last = finding.end
    return "".join((*pieces, text[last:]))


def _tag(kind: PiiEntity, value: str, tags: dict[tuple[PiiEntity, str], str]) -> str:
    same = (
        re.sub(r"\D", "", value)[-10:]
        if kind == "PHONE"
        else re.sub(r"\D", "", value)
        if kind in _NUMBERS
        else re.sub(r"\s", "", turkish.fold(value))
    )
    if (kind, same) not in tags:
        number = 1 + sum(other == kind for other, _ in tags)
        tags[kind, same] = f"<{LABELS[kind]}_{number}>"
    return tags[kind, same]
