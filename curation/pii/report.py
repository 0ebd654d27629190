"""What was found, where, by which rule and what was done with it: the rows of kvkk.jsonl and the summary kvkk.json. No value stands in either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from curation.config import PiiConfig
from curation.pii.scrub import Scrubbed

FIELDS = ("text", "title", "url", "source")
"""Names of the fields of a document in the order they are scrubbed in; the last one only where the path is looked through too."""


class KvkkRow(TypedDict):
    """One finding: `start` and `end` are its place in the written field, `written` a tag, a mask, "" or a surrogate's kind."""

    document_id: str
    source: str
    field: str
    kind: str
    rule: str
    start: int
    end: int
    action: str
    written: str


def kvkk_rows(document_id: str, source: str, scrubbed: Scrubbed, fields: Sequence[str] = FIELDS) -> list[KvkkRow]:
    """Return a row for each finding of one document, in the order of its fields.

    Where the path was scrubbed as a field of its own, its written form stands for it, and nothing where the policy left its value.
    """
    shown = _shown_source(source, scrubbed, fields)
    return [
        KvkkRow(
            document_id=document_id,
            source=shown,
            field=fields[one.field],
            kind=one.kind,
            rule=one.rule,
            start=one.start,
            end=one.end,
            action=one.action,
            written=one.written,
        )
        for one in scrubbed.replacements
    ]


def _shown_source(source: str, scrubbed: Scrubbed, fields: Sequence[str]) -> str:
    place = fields.index("source") if "source" in fields else len(fields)
    actions = {one.action for one in scrubbed.replacements if one.field == place}
    if not actions:
        return source
    return "" if actions & {"keep", "drop"} else scrubbed.texts[place]


def kvkk_summary(rows: Iterable[KvkkRow], config: PiiConfig, *, documents: int, sensitive: Mapping[str, int]) -> dict[str, Any]:
    """Return the contents of kvkk.json from all rows of a run, read once in any order.

    `documents` are all that were scrubbed; `sensitive` counts the documents under each tag (`ozel:saglik`) that `Scrubbed.sensitive` gave.
    """
    findings: Counter[tuple[str, str, str]] = Counter()
    touched: set[str] = set()
    for row in rows:
        findings[row["kind"], row["rule"], row["action"]] += 1
        touched.add(row["document_id"])
    return {
        "policy": {
            "policy": config.policy,
            "policies": dict(sorted(config.policies.items())),
            "entities": list(config.entities),
            "names": config.names,
            "sensitive": config.sensitive,
        },
        "documents": documents,
        "documents_touched": len(touched),
        "findings": [
            {"kind": kind, "rule": rule, "action": action, "count": count} for (kind, rule, action), count in sorted(findings.items())
        ],
        "kinds": _by(findings, 0),
        "actions": _by(findings, 2),
        "sensitive": dict(sorted(sensitive.items())),
    }


def _by(findings: Counter[tuple[str, str, str]], part: int) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for one, count in findings.items():
        totals[one[part]] += count
    return dict(sorted(totals.items()))
