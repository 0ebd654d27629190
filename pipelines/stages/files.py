"""The names of what lies in a run folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from curation.records import Document
from curation.storage import read_records

DOCUMENTS_FOLDER = "1-documents"
PAIRS_FOLDER = "2-pairs"
PREFERENCES_FOLDER = "3-preferences"
REVIEWED_FOLDER = "4-reviewed"
SFT_FOLDER = "5-sft"
DPO_FOLDER = "6-dpo"
EVALUATION_FOLDER = "7-evaluation"
EXPORT_FOLDER = "8-export"

DOCUMENTS = "documents"
PAIRS = "pairs.jsonl"
ASKED = "asked.jsonl"
COVERAGE = "coverage.json"
PREFERENCES = "preferences.jsonl"
ADAPTER = "adapter"

JOURNAL = "journal/replies.sqlite"
REVIEW_DESK = "review"


def documents_of(run: Path) -> Iterator[Document]:
    """Yield the documents of a run, from JSON Lines or Parquet shards. Raises ArtifactError where there are none."""
    return read_records(run / DOCUMENTS_FOLDER, DOCUMENTS, Document)
