"""The card itself: a YAML head that `datasets` and the Hub read, and one page in Turkish and English from a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from curation.counted import counted
from pipelines.card.facts import UNKNOWN, Facts
from pipelines.card.features import features

_TEMPLATES = Path(__file__).parent / "templates"
_HUB_LICENSES = frozenset(
    (
        "apache-2.0",
        "mit",
        "cc0-1.0",
        "cc-by-3.0",
        "cc-by-4.0",
        "cc-by-sa-3.0",
        "cc-by-sa-4.0",
        "cc-by-nc-4.0",
        "cc-by-nc-sa-4.0",
        "odc-by",
        "odbl",
    )
)
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


class _Plain(yaml.SafeDumper):
    """Writes what occurs twice twice: readers of cards need not know YAML's anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def card(facts: Facts, files: Mapping[str, Sequence[str]], *, tests: bool = False) -> str:
    """Return README.md; `files` are the splits that were written, by kind, `tests` whether the pairs have that column. The same facts give the same text."""
    environment = Environment(  # noqa: S701 (the page is Markdown, not HTML)
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["number"] = _number
    environment.filters["counted"] = counted
    body = environment.get_template("kart.md").render(facts=facts, files=files, unknown=UNKNOWN)
    head = yaml.dump(_head(facts, files, tests=tests), Dumper=_Plain, allow_unicode=True, sort_keys=False)
    return f"---\n{head}---\n\n{body}"


def _head(facts: Facts, files: Mapping[str, Sequence[str]], *, tests: bool) -> dict[str, Any]:
    names = {one.name for one in facts.licenses}
    only = next(iter(names)).casefold() if len(names) == 1 else ""
    written = {kind: splits for kind, splits in files.items() if splits}
    rows = sum(sum(table.totals) for table in (facts.pairs, facts.preferences) if table is not None)
    return {
        "language": ["tr"],
        "license": only if only in _HUB_LICENSES else "other",
        "pretty_name": facts.name,
        "task_categories": ["text-generation"],
        "size_categories": [next((name for limit, name in _SIZES if rows < limit), "n>1M")],
        "tags": ["turkish", "synthetic", "imbik", *(["dpo"] if "preferences" in files else [])],
        "configs": [
            {
                "config_name": kind,
                **({"default": True} if number == 0 else {}),
                "data_files": [{"split": split, "path": f"{kind}/{split}.jsonl"} for split in splits],
            }
            for number, (kind, splits) in enumerate(written.items())
        ],
        "dataset_info": [{"config_name": kind, "features": features(kind, facts.form, tests=tests)} for kind in written],
    }


def _number(value: float) -> str:
    return f"{value:.2f}"
