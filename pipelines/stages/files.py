"""The names of what lies in a run folder."""

from __future__ import annotations

DOCUMENTS_FOLDER = "1-documents"
PAIRS_FOLDER = "2-pairs"
PREFERENCES_FOLDER = "3-preferences"
REVIEWED_FOLDER = "4-reviewed"
SFT_FOLDER = "5-sft"
DPO_FOLDER = "6-dpo"
EVALUATION_FOLDER = "7-evaluation"
EXPORT_FOLDER = "8-export"

DOCUMENTS = "documents.jsonl"
PAIRS = "pairs.jsonl"
PREFERENCES = "preferences.jsonl"
ADAPTER = "adapter"

JOURNAL = "journal/replies.sqlite"
REVIEW_DESK = "review"
