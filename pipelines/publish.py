"""A run's data as a dataset folder with its card, for a folder or the Hub: checked for licences and personal data before a line is written."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from curation.config import PiiConfig
from curation.counted import counted
from curation.errors import ArtifactError, ImbikError
from curation.records import Document, Pair, Preference, Rejected
from curation.storage import read_jsonl, whole_folder, write_json, write_jsonl, write_text
from pipelines.card.facts import SPLITS, UNKNOWN, facts_of, licenses
from pipelines.card.page import card
from pipelines.manifest import intact, read_manifest
from pipelines.recipe import Recipe
from pipelines.stage import REJECTED
from pipelines.stages.files import DOCUMENTS_FOLDER, PAIRS, PAIRS_FOLDER, PREFERENCES, PREFERENCES_FOLDER, REVIEWED_FOLDER, documents_of
from pipelines.status import recipe_of
from synthesis.formats import Format, pair_row, preference_row

R = TypeVar("R", Pair, Preference)
What = Literal["pairs", "preferences", "both"]
DATASET = "dataset"
"""The folder in the run that a dataset is laid in where no other is named."""

_FIELDS = ("instruction", "input", "output", "system", "chosen", "rejected", "tests")
_BATCH = 256  # records looked through for personal data at once: enough to spread the start of a pass, few enough to hold
_SHAREGPT_TAGS = {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt", "system_tag": "system"}
_MESSAGE_TAGS = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant", "system_tag": "system"}


@dataclass(frozen=True, slots=True)
class Published:
    """What was laid out: the `folder`, rows by kind and split, and rows left out because the format cannot hold their text."""

    folder: Path
    rows: Mapping[str, Mapping[str, int]]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Material:
    """What a run has to publish, None for what is not asked for; `documents` are those that the records rest on."""

    pairs: list[Pair] | None
    preferences: list[Preference] | None
    documents: Mapping[str, Document]

    def records(self) -> Sequence[Pair | Preference]:
        return [*(self.pairs or ()), *(self.preferences or ())]


def publish(
    run: Path, to: Path | None = None, *, form: Format = "messages", what: What = "both", allow_unlicensed: bool = False
) -> Published:
    """Lay out the data of `run` in the folder `to`, which must not be there yet; without one, in the run's own `dataset`, which is written anew.

    Takes the reviewed records, or the unreviewed ones where the run has not come so far. Raises ArtifactError where there are none,
    ImbikError where the licence of a source is unknown (unless allowed), or where personal data is found that its documents do not hold.
    """
    recipe, _ = recipe_of(run)
    folder = to if to is not None else run / DATASET
    if to is not None and to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise ImbikError(f"{to} is there already; name a folder that is not, or delete it")
    material = _material(run, what)
    if not allow_unlicensed:
        _check_licenses(material)
    check_personal_data(material.records(), material.documents, recipe.curate.pii)
    rows, refused = _rows(material, form)
    if folder.exists():
        shutil.rmtree(folder)
    with whole_folder(folder) as out:
        _write(out, run, recipe, material, rows, form, refused)
    counts = {name: {split: len(found) for split, found in splits.items()} for name, splits in rows.items()}
    return Published(folder, counts, len(refused))


def _material(run: Path, what: What) -> _Material:
    pairs = list(_records(run, PAIRS_FOLDER, PAIRS, Pair)) if what != "preferences" else None
    preferences = list(_records(run, PREFERENCES_FOLDER, PREFERENCES, Preference)) if what != "pairs" else None
    used = {evidence.document_id for record in [*(pairs or ()), *(preferences or ())] for evidence in record.evidence}
    if not intact(run / DOCUMENTS_FOLDER, read_manifest(run / DOCUMENTS_FOLDER)):
        raise ArtifactError(f"{run / DOCUMENTS_FOLDER} is not what was made; run the recipe again")
    return _Material(pairs, preferences, {document.id: document for document in documents_of(run) if document.id in used})


def _records(run: Path, folder: str, file: str, kind: type[R]) -> Iterator[R]:
    place = run / (REVIEWED_FOLDER if (run / REVIEWED_FOLDER / file).is_file() else folder)
    if not intact(place, read_manifest(place)):
        raise ArtifactError(f"{place} is not what was made; run the recipe again")
    return read_jsonl(place / file, kind)


def _check_licenses(material: _Material) -> None:
    unknown = next((one for one in licenses(material.records(), material.documents) if one.name == UNKNOWN), None)
    if unknown is not None:
        raise ImbikError(
            f"no licence is known for {counted(unknown.documents, 'source document')} behind {counted(unknown.records, 'record')}; "
            "name it in `curate.license` or in the documents and run again, or publish with --allow-unlicensed"
        )


def check_personal_data(records: Sequence[Pair | Preference], documents: Mapping[str, Document], config: PiiConfig) -> None:
    """Raise ImbikError with counts where `records` hold personal data that the documents they rest on do not; what stands there was settled by the policy."""
    from curation.pii.scrub import scrub_many

    found: Counter[str] = Counter()
    holding: list[str] = []
    for start in range(0, len(records), _BATCH):
        batch = records[start : start + _BATCH]
        texts = [
            [text for text in (*(getattr(record, name, "") for name in _FIELDS), *(turn.content for turn in record.turns)) if text]
            for record in batch
        ]
        sources = [_sources(record, documents) for record in batch]
        # What would be written is thrown away, so the key that draws surrogates is not needed.
        for record, scrubbed in zip(batch, scrub_many(texts, config, sources=sources, key=b"only looked for"), strict=True):
            found.update(scrubbed.covered)
            holding += [record.id] if scrubbed.covered else []
    if found:
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(found.items()))
        shown = ", ".join(holding[:5]) + (", ..." if len(holding) > 5 else "")
        raise ImbikError(
            f"personal data that the sources do not hold in {counted(len(holding), 'record')}: {counts} (in {shown}). "
            "Nothing was published; reject or correct these records in the review, or write the answers anew"
        )


def _sources(record: Pair | Preference, documents: Mapping[str, Document]) -> list[str]:
    found = [documents[one.document_id] for one in record.evidence if one.document_id in documents]
    return [text for document in found for text in (document.text, document.title)]


def _rows(material: _Material, form: Format) -> tuple[dict[str, dict[str, list[dict[str, Any]]]], list[Rejected]]:
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {}
    refused: list[Rejected] = []
    for name, records in (("pairs", material.pairs), ("preferences", material.preferences)):
        if records is None:
            continue
        splits: dict[str, list[dict[str, Any]]] = {split: [] for split in SPLITS}
        tests = any(isinstance(record, Pair) and record.tests for record in records)
        for record in records:
            try:
                row = pair_row(record, form, tests=tests) if isinstance(record, Pair) else preference_row(record, form)
            except ValueError as error:
                refused.append(Rejected(record.id, str(error), f"cannot stand in {form}", name))
            else:
                splits[record.split].append(row)
        rows[name] = {split: _telling_first(found) for split, found in splits.items() if found}  # datasets cannot load a file without rows
    if not any(rows.values()):
        raise ImbikError("there is nothing to publish: no row is left")
    return rows, refused


def _telling_first(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, in front of them the first whose lists are not empty: trainers read the files without the card, and take what a list holds from the first rows."""
    told = {next((place for place, row in enumerate(rows) if row.get(name)), 0) for name in ("history", "evidence")}
    return [*(rows[place] for place in sorted(told)), *(row for place, row in enumerate(rows) if place not in told)]


def _write(
    out: Path,
    run: Path,
    recipe: Recipe,
    material: _Material,
    rows: Mapping[str, Mapping[str, Sequence[dict[str, Any]]]],
    form: Format,
    refused: Sequence[Rejected],
) -> None:
    for name, splits in rows.items():
        for split, found in splits.items():
            write_jsonl(out / name / f"{split}.jsonl", found)
    if refused:
        write_jsonl(out / REJECTED, refused)
    columns = llama_factory(rows, form)
    if columns:
        write_json(out / "dataset_info.json", columns)
    gone = {one.id for one in refused}
    facts = facts_of(
        run,
        recipe,
        form=form,
        pairs=None if material.pairs is None else [pair for pair in material.pairs if pair.id not in gone],
        preferences=None if material.preferences is None else [one for one in material.preferences if one.id not in gone],
        documents=material.documents,
        left_out=len(refused),
    )
    tests = any("tests" in row for found in rows.get("pairs", {}).values() for row in found)
    write_text(out / "README.md", card(facts, {name: tuple(splits) for name, splits in rows.items()}, tests=tests))


def llama_factory(rows: Mapping[str, Mapping[str, object]], form: Format) -> dict[str, Any]:
    """Return LLaMA-Factory's dataset_info.json for the written files; empty where the format is none of its."""
    found: dict[str, Any] = {}
    for name, splits in rows.items():
        for split in splits:
            columns = _llama_columns(form, ranking=name == "preferences")
            if columns:
                found[f"{name}_{split}"] = {"file_name": f"{name}/{split}.jsonl"} | columns
    return found


def _llama_columns(form: Format, *, ranking: bool) -> dict[str, Any]:
    answers = {"chosen": "chosen", "rejected": "rejected"} if ranking else {}
    head: dict[str, Any] = {"ranking": True} if ranking else {}
    if form == "alpaca":
        asked = {"prompt": "instruction", "query": "input", "system": "system", "history": "history"}
        asked |= answers or {"response": "output"}
        return head | {"formatting": "alpaca", "columns": asked}
    if form in {"sharegpt", "messages"}:
        column, tags = ("conversations", _SHAREGPT_TAGS) if form == "sharegpt" else ("messages", _MESSAGE_TAGS)
        return head | {"formatting": "sharegpt", "columns": {"messages": column} | answers, "tags": tags}
    return {}
