"""The whole room against the answer key of the sample corpus."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from curation.config import CurateConfig
from curation.curate import Funnel, curate
from curation.records import Document, Rejected

SAMPLES = Path(__file__).parents[2] / "samples"
GOLD = [json.loads(line) for line in (SAMPLES / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
PII_GOLD = [json.loads(line) for line in (SAMPLES / "gold_pii.jsonl").read_text(encoding="utf-8").splitlines()]
QUALITY = {"boilerplate", "too_few_stop_words", "spam", "repeated_lines", "repeated_ngrams", "menu_lines", "too_short"}
DUPLICATE = {"exact_duplicate", "near_duplicate"}
FAMILIES = {
    "quality": QUALITY,
    "duplicate": DUPLICATE,
    "exact_duplicate": {"exact_duplicate"},
    "near_duplicate": DUPLICATE,
    "language": {"language"},
}


@dataclass(frozen=True)
class Curated:
    kept: dict[str, Document]
    rejected: dict[str, Rejected]
    funnel: Funnel


@pytest.fixture(scope="module")
def curated() -> Curated:
    rejected: list[Rejected] = []
    funnel = Funnel()
    kept = list(curate(CurateConfig(inputs=("belgeler",)), SAMPLES, reject=rejected.append, funnel=funnel))
    return Curated(
        {one.source.removeprefix("belgeler/"): one for one in kept}, {one.source.removeprefix("belgeler/"): one for one in rejected}, funnel
    )


def test_every_record_of_the_corpus_is_kept_or_rejected_once(curated: Curated) -> None:
    assert sorted([*curated.kept, *curated.rejected]) == sorted(row["source"] for row in GOLD)
    assert curated.funnel.read == len(GOLD) == curated.funnel.kept + curated.funnel.rejected.total()


@pytest.mark.parametrize("row", [row for row in GOLD if row["reason"] not in FAMILIES or not row["of"]], ids=lambda row: row["source"])
def test_a_record_without_an_original_is_kept_or_dropped_as_the_key_says(curated: Curated, row: dict[str, str]) -> None:
    copies = {copy["source"] for copy in GOLD if copy["of"] == row["source"]}
    if row["expect"] == "drop":
        assert curated.rejected[row["source"]].reason in FAMILIES[row["reason"]]
    elif row["source"] not in curated.kept:  # its longer near copy may be the better one of the two
        assert curated.rejected[row["source"]].reason == "near_duplicate"
        assert copies & set(curated.kept)


@pytest.mark.parametrize("row", [row for row in GOLD if row["reason"] in FAMILIES and row["of"]], ids=lambda row: row["source"])
def test_of_a_text_and_its_copy_one_stays(curated: Curated, row: dict[str, str]) -> None:
    if row["source"] in curated.rejected:
        assert curated.rejected[row["source"]].reason in FAMILIES[row["reason"]]
    else:
        assert curated.rejected[row["of"]].reason in DUPLICATE


def test_every_planted_identifier_is_gone_from_what_is_written(curated: Curated) -> None:
    texts = {source: one.text for source, one in curated.kept.items()} | {source: one.text for source, one in curated.rejected.items()}
    left = [
        (row["source"], span["kind"], span["text"])
        for row in PII_GOLD
        for span in row["spans"]
        if span["kind"] != "PERSON" and span["text"] in texts[row["source"]]
    ]
    assert left == []


def test_names_beside_personal_data_are_tagged_and_traps_left_alone(curated: Curated) -> None:
    people = [(row["source"], span["text"]) for row in PII_GOLD for span in row["spans"] if span["kind"] == "PERSON"]
    left = [(source, name) for source, name in people if name in curated.kept[source].text]
    assert len(left) <= len(people) // 10, left  # names that are words too may slip through; the rest must not
    traps = [row for row in PII_GOLD if not row["spans"]]
    assert traps
    assert all(not any(tag.startswith("pii:") for tag in curated.kept[row["source"]].tags) for row in traps)
