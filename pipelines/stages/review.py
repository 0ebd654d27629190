"""Stage 4: people's verdicts on pairs and preferences; without a sample both pass through unchanged."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from alignment.agreement import Agreement, agreement
from alignment.attention import Check, attention, checks
from alignment.changes import changes
from alignment.config import ReviewConfig
from alignment.corrections import Proof, as_written, proof
from alignment.decisions import Rule, disputed
from alignment.desk import Item, Verdict, open_desk, review_items, said, sample
from alignment.judges_agreement import Graded, WithPeople, chosen_sides, for_chosen, with_people
from alignment.verdicts import apply
from curation.counted import counted
from curation.errors import ReviewError
from curation.progress import Tick, silent
from curation.records import Pair, Preference
from curation.storage import read_jsonl, write_json, write_jsonl
from pipelines.judging import GRADED
from pipelines.recipe import Recipe
from pipelines.stage import Context, Outcome, Stage, WaitingForPeople, rejections
from pipelines.stages.files import (
    DOCUMENTS_FOLDER,
    PAIRS,
    PAIRS_FOLDER,
    PREFERENCES,
    PREFERENCES_FOLDER,
    REVIEW_DESK,
    REVIEWED_FOLDER,
    documents_of,
)

CHANGES = "changes.jsonl"
"""What people changed, before and after, beside the reviewed records."""

CHECKS = "dikkat.json"
"""The right verdicts of the checks mixed in, by id; stays on this machine."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What people said: `verdicts` on records, `checked` on the checks among them, and `problems`, one message per line that could not be used."""

    verdicts: tuple[Verdict, ...]
    checked: tuple[Verdict, ...]
    expected: Mapping[str, Sequence[str]]
    problems: tuple[str, ...]


def run(context: Context) -> Outcome:
    """Apply what people said so far. Raises WaitingForPeople while a wanted review has no verdict at all."""
    recipe, run = context.recipe, context.run
    pairs, preferences = records(run)
    people = spoken(run) if recipe.review.sample else Spoken((), (), {}, ())
    if recipe.review.sample and not people.verdicts:
        raise WaitingForPeople(_invitation(recipe, run, context.tick))
    prove = _proof(recipe, run, pairs, people)
    with rejections(context.out) as (reject, reasons):
        kept_pairs, kept_preferences, report = apply(
            pairs, preferences, people.verdicts, reject, rule=rule(recipe.review, people), proof=prove
        )
        kept = write_jsonl(context.out / PAIRS, kept_pairs) + write_jsonl(context.out / PREFERENCES, kept_preferences)
    figures = {"sample": recipe.review.sample, "splits": dict(Counter(pair.split for pair in kept_pairs)), **asdict(report)}
    if people.verdicts:
        write_jsonl(context.out / CHANGES, changes(pairs, preferences, kept_pairs, kept_preferences, people.verdicts))
        figures["people"] = [asdict(one) for one in agreements(recipe, run, people)]
        figures["judges"] = [asdict(one) for one in judges_and_people(run, preferences, people)]
    return Outcome(len(pairs) + len(preferences), kept, reasons, figures)


def show(recipe: Recipe, run: Path, tick: Tick = silent) -> int:
    """Return how many records people are shown, after putting them and the checks among them on the desk; showing them again changes nothing."""
    pairs, preferences = records(run)
    documents = documents_of(run)
    items = review_items(*sample(pairs, preferences, recipe.review, recipe.seed), documents)
    mixed_in = checks(items, recipe.review.gold_share, recipe.seed)
    folder = run / REVIEW_DESK
    if mixed_in:
        _remember(folder, mixed_in)
    everything = [*items, *(check.item for check in mixed_in)]
    open_desk(recipe.review, folder, recipe.name, tick).push([*everything, *_to_settle(recipe.review, run, items)])
    return len(everything)


def spoken(run: Path) -> Spoken:
    """Return what people said, as it lies in the run; no server is asked."""
    folder = run / REVIEW_DESK
    pulled, expected = said(folder), _expected(folder)
    return Spoken(
        tuple(verdict for verdict in pulled.verdicts if verdict.id not in expected),
        tuple(verdict for verdict in pulled.verdicts if verdict.id in expected),
        expected,
        pulled.problems,
    )


def rule(config: ReviewConfig, people: Spoken) -> Rule:
    """Return whose word counts: of those whom the recipe does not weigh, who passed the checks."""
    earned = {one.reviewer: one.weight for one in attention(people.checked, people.expected)}
    return Rule(config.decide, {**earned, **config.trust}, frozenset(config.adjudicators))


def agreements(recipe: Recipe, run: Path, people: Spoken) -> list[Agreement]:
    """Return how far people agree, for each kind of record that they judged."""
    pairs, _ = records(run)
    judged = {pair.id: pair.scores["judge"] for pair in pairs if "judge" in pair.scores}
    everything = [*people.verdicts, *people.checked]
    return [
        agreement(everything, what, judged=judged, expected=people.expected, seed=recipe.seed)
        for what in ("pairs", "preferences")
        if any(verdict.what == what for verdict in everything)
    ]


def judges_and_people(run: Path, preferences: Sequence[Preference], people: Spoken) -> tuple[WithPeople, ...]:
    """Return how each judge that graded answers agrees with people on which of two is better; empty where nothing was graded."""
    path = run / PREFERENCES_FOLDER / GRADED
    if not path.is_file():
        return ()
    leaning = for_chosen(read_jsonl(path, Graded), preferences)
    return with_people(leaning, people.verdicts, chosen_sides(preferences))


def records(run: Path) -> tuple[list[Pair], list[Preference]]:
    """Return the pairs and preferences of a run before review. Raises ArtifactError where they are missing."""
    return list(read_jsonl(run / PAIRS_FOLDER / PAIRS, Pair)), list(read_jsonl(run / PREFERENCES_FOLDER / PREFERENCES, Preference))


def verdict_files(recipe: Recipe, _root: Path, run: Path) -> list[Path]:
    """Return the files that people handed back: new verdicts make this stage run again."""
    folder = run / REVIEW_DESK
    return sorted([*folder.glob("*.done.jsonl"), *folder.glob(CHECKS)]) if recipe.review.sample else []


def _proof(recipe: Recipe, run: Path, pairs: Sequence[Pair], people: Spoken) -> Proof:
    """What corrections are held against: the documents of the pairs that someone corrected, and no others in memory."""
    corrected = {verdict.id for verdict in people.verdicts if verdict.verdict == "duzelt"}
    wanted = {evidence.document_id for pair in pairs if pair.id in corrected for evidence in pair.evidence}
    if not corrected:
        return as_written
    return proof((document for document in documents_of(run) if document.id in wanted), recipe.curate.pii)


def _invitation(recipe: Recipe, run: Path, tick: Tick) -> str:
    if recipe.review.desk == "jsonl":
        return (
            f"for people to judge: {counted(show(recipe, run), 'record')} in {run / REVIEW_DESK} (KILAVUZ.md there tells them how). "
            "When some are judged, run the same command again; `imbik review status` shows how far they are."
        )
    try:
        shown = show(recipe, run, tick)
    except ReviewError as error:
        return f"{error}\nThen lay the records out with `imbik review push {recipe.name}`."
    return (
        f"for people to judge: {counted(shown, 'record')} in Argilla, workspace {recipe.review.workspace}. When some are judged, "
        f"`imbik review pull {recipe.name}` takes their verdicts, also a part, and the same command again applies them."
    )


def _to_settle(config: ReviewConfig, run: Path, items: Sequence[Item]) -> list[Item]:
    """The records on which people disagree, for the adjudicators; none where the recipe names nobody."""
    if not config.adjudicators:
        return []
    people = spoken(run)
    wanted = set(disputed(people.verdicts, rule(config, people)))
    return [replace(item, disputed=True) for item in items if item.id in wanted]


def _remember(folder: Path, mixed_in: Sequence[Check]) -> None:
    """Checks of an earlier push stay known: people may still judge them."""
    write_json(folder / CHECKS, {**_expected(folder), **{check.item.id: sorted(check.expected) for check in mixed_in}})


def _expected(folder: Path) -> dict[str, list[str]]:
    path = folder / CHECKS
    if not path.exists():
        return {}
    try:
        return {str(identity): [str(one) for one in right] for identity, right in json.loads(path.read_text(encoding="utf-8")).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise ReviewError(f"{path} is damaged ({error}): delete it and push again") from error


REVIEW = Stage(
    name="review",
    folder=REVIEWED_FOLDER,
    unit="records",
    needs=(DOCUMENTS_FOLDER, PAIRS_FOLDER, PREFERENCES_FOLDER),
    rooms=("alignment", "synthesis", "curation", "pipelines/stages/review.py"),
    part=lambda recipe: recipe.review.model_dump(mode="json"),
    run=run,
    files=verdict_files,
)
