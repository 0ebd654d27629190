"""Stage 4: people's verdicts on pairs and preferences; without a sample both pass through unchanged."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path

from alignment.desk import Desk, open_desk, review_items, sample
from alignment.verdicts import apply
from curation.records import Document, Pair, Preference
from curation.storage import read_jsonl, write_jsonl
from pipelines.recipe import Recipe
from pipelines.stage import Context, Outcome, Stage, WaitingForPeople, rejections
from pipelines.stages.files import (
    DOCUMENTS,
    DOCUMENTS_FOLDER,
    PAIRS,
    PAIRS_FOLDER,
    PREFERENCES,
    PREFERENCES_FOLDER,
    REVIEW_DESK,
    REVIEWED_FOLDER,
)


def run(context: Context) -> Outcome:
    """Apply what people said so far. Raises WaitingForPeople while a wanted review has no verdict at all."""
    recipe, run = context.recipe, context.run
    pairs, preferences = records(run)
    verdicts = () if recipe.review.sample == 0 else open_desk(recipe.review, run / REVIEW_DESK).pull().verdicts
    if recipe.review.sample and not verdicts:
        shown = show(recipe, run)
        raise WaitingForPeople(
            f"{shown} records wait for people in {run / REVIEW_DESK} (KILAVUZ.md there tells them how). "
            "When some are judged, run the same command again; `imbik review status` shows how far they are."
        )
    with rejections(context.out) as (reject, reasons):
        kept_pairs, kept_preferences, report = apply(pairs, preferences, verdicts, reject)
        kept = write_jsonl(context.out / PAIRS, kept_pairs) + write_jsonl(context.out / PREFERENCES, kept_preferences)
    figures = {"sample": recipe.review.sample, "splits": dict(Counter(pair.split for pair in kept_pairs)), **asdict(report)}
    return Outcome(len(pairs) + len(preferences), kept, reasons, figures)


def show(recipe: Recipe, run: Path) -> int:
    """Return how many records people are shown, after putting them on the desk; showing them again changes nothing."""
    pairs, preferences = records(run)
    documents = read_jsonl(run / DOCUMENTS_FOLDER / DOCUMENTS, Document)
    items = review_items(*sample(pairs, preferences, recipe.review, recipe.seed), documents)
    desk: Desk = open_desk(recipe.review, run / REVIEW_DESK)
    desk.push(items)
    return len(items)


def records(run: Path) -> tuple[list[Pair], list[Preference]]:
    """Return the pairs and preferences of a run before review. Raises ArtifactError where they are missing."""
    return list(read_jsonl(run / PAIRS_FOLDER / PAIRS, Pair)), list(read_jsonl(run / PREFERENCES_FOLDER / PREFERENCES, Preference))


def verdict_files(recipe: Recipe, _root: Path, run: Path) -> list[Path]:
    """Return the files that people handed back: new verdicts make this stage run again."""
    return sorted((run / REVIEW_DESK).glob("*.done.jsonl")) if recipe.review.sample else []


REVIEW = Stage(
    name="review",
    folder=REVIEWED_FOLDER,
    unit="records",
    needs=(DOCUMENTS_FOLDER, PAIRS_FOLDER, PREFERENCES_FOLDER),
    rooms=("alignment", "curation", "pipelines/stages/review.py"),
    part=lambda recipe: recipe.review.model_dump(mode="json"),
    run=run,
    files=verdict_files,
)
