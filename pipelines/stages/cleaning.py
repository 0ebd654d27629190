"""What a model wrote is treated as the documents were: personal data covered, evaluation items out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alignment.candidates import Answer
from alignment.judges_agreement import Graded
from alignment.preferences import no_longer_worse
from curation.decontaminate import Contaminants, read_contaminants
from curation.pii.surrogates.key import surrogate_key
from curation.records import Document, Pair, Preference, Reject, Rejected, content_id
from pipelines.recipe import Recipe
from pipelines.stages.curate import named_files
from pipelines.stages.curate import part as curate_part
from synthesis.prompt import Prompt

if TYPE_CHECKING:
    from curation.pii.scrub import Scrubbed

_AT_ONCE = 2_000  # texts of records searched for personal data in one pass


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Cleans what models and files bring by the recipe's rules for documents. Settled is what stands in a record's own documents, and the recipe's own system message. `covered` counts the personal data it covered, by kind."""

    recipe: Recipe
    documents: Mapping[str, Document]
    key: bytes
    contaminants: Contaminants
    covered: Counter[str] = field(default_factory=Counter)

    def clean(self, pairs: Sequence[Pair], reject: Reject) -> list[Pair | None]:
        """Return every pair as it may be kept, None in place of one that may not and went to `reject`."""
        sources = list(map(self._source, pairs))
        written = [_texts(pair, source) for pair, source in zip(pairs, sources, strict=True)]
        done: list[Pair | None] = []
        for pair, source, found in zip(pairs, sources, self._scrubbed(written, sources), strict=True):
            kept = None if self._dropped(pair.id, found, _place(pair), reject) else _rewritten(pair, *found.texts)
            # code that was written over has not been seen to pass its tests
            spoilt = kept is not None and bool(pair.tests) and (kept.output, kept.tests) != (pair.output, pair.tests)
            if spoilt:
                reject(Rejected(pair.id, "personal_data_in_code", "stands in no source; the text is not kept", _place(pair)))
            lost = kept is not None and not spoilt and self._contaminated(pair.id, _said(kept, source), _place(pair), reject)
            done.append(None if spoilt or lost else kept)
        return done

    def answers(self, answers: Sequence[Answer], reject: Reject) -> list[Answer]:
        """Return the models' answers as they may be kept; the others go to `reject`."""
        texts = self._cleaned([(one.id, one.pair, [one.text]) for one in answers], reject)
        return [replace(one, text=text[0]) for one, text in zip(answers, texts, strict=True) if text is not None]

    def worse(self, rows: Sequence[Preference], asked: Sequence[tuple[Pair, Prompt]], reject: Reject) -> list[Preference]:
        """Return the preferences with the worse answers that a model wrote as they may be kept; the others go to `reject`, with those that are no worse once they are written over."""
        pairs = {pair.id: pair for pair, _ in asked}
        texts = self._cleaned([(one.id, pairs[one.pair_id], [one.rejected]) for one in rows], reject)
        kept = [_with_rejected(one, text[0]) for one, text in zip(rows, texts, strict=True) if text is not None]
        whole = {one.id for one in rows}
        faults = no_longer_worse((one for one in kept if one.id not in whole), asked)
        for one in kept:
            if one.id in faults:
                why = faults[one.id]
                reject(Rejected(one.id, why.reason, f"{one.rejected_by}, personal data covered: {why.detail}", one.pair_id, one.rejected))
        return [one for one in kept if one.id not in faults]

    def graded(self, rows: Sequence[Graded], pairs: Mapping[str, Pair]) -> list[Graded]:
        """Return graded answers with the personal data in the judges' reasons covered; reasons that may not be kept at all are left out."""
        written = [list(one.why.values()) for one in rows]
        sources = [(*self._source(pairs[one.pair_id]), *_texts(pairs[one.pair_id], ()), one.text) for one in rows]
        return [
            replace(one, why={judge: "" if found.drop else text for judge, text in zip(one.why, found.texts, strict=True)})
            for one, found in zip(rows, self._scrubbed(written, sources), strict=True)
        ]

    def rejected(self, records: Sequence[Rejected]) -> list[Rejected]:
        """Return rejections with the personal data in their details and texts covered; a text that may not be kept at all is left out."""
        written = [[one.detail, one.text] for one in records]
        sources = [self._text_of(one.source.split(":", 1)[0]) for one in records]
        return [
            replace(one, detail=one.reason if found.drop else found.texts[0], text="" if found.drop else found.texts[1])
            for one, found in zip(records, self._scrubbed(written, sources), strict=True)
        ]

    def _cleaned(self, rows: Sequence[tuple[str, Pair, list[str]]], reject: Reject) -> list[tuple[str, ...] | None]:
        """The texts that were written to each pair as they may be kept, None where they may not."""
        sources = [(*self._source(pair), *_texts(pair, ())) for _, pair, _ in rows]
        done: list[tuple[str, ...] | None] = []
        for (identity, pair, _), found in zip(rows, self._scrubbed([texts for _, _, texts in rows], sources), strict=True):
            lost = self._dropped(identity, found, pair.id, reject) or self._contaminated(
                identity, "\n".join([pair.instruction, *found.texts]), pair.id, reject
            )
            done.append(None if lost else tuple(found.texts))
        return done

    def _scrubbed(self, written: Sequence[list[str]], sources: Sequence[tuple[str, ...]]) -> Iterator[Scrubbed]:
        from curation.pii.scrub import scrub_many

        for begin in range(0, len(written), _AT_ONCE):
            some = slice(begin, begin + _AT_ONCE)
            yield from scrub_many(written[some], self.recipe.curate.pii, sources=sources[some], key=self.key)

    def _dropped(self, identity: str, found: Scrubbed, place: str, reject: Reject) -> bool:
        self.covered.update(found.covered)
        if found.drop:
            reject(Rejected(identity, found.drop_reason, "stands in no source; the text is not kept", place))
        return bool(found.drop)

    def _contaminated(self, identity: str, text: str, place: str, reject: Reject) -> bool:
        found = self.contaminants.find(text)
        if found is not None:
            reject(Rejected(identity, "contaminated", found.detail(), place, text))
        return found is not None

    def _source(self, pair: Pair) -> tuple[str, ...]:
        return (*(text for one in pair.evidence for text in self._text_of(one.document_id)), self.recipe.pairs.system)

    def _text_of(self, document: str) -> tuple[str, ...]:
        found = self.documents.get(document)
        return () if found is None else (found.text, found.title)


def cleaner(recipe: Recipe, root: Path, documents: Mapping[str, Document]) -> Cleaner:
    """Return the Cleaner of a recipe. Raises InputError for an evaluation set that cannot be read, RecipeError where surrogates lack their key."""
    return Cleaner(recipe, documents, surrogate_key(recipe.curate.pii), read_contaminants(recipe.curate.decontaminate, root))


def cleaning_part(recipe: Recipe) -> dict[str, Any]:
    """Return what of the recipe shapes how generated text is cleaned, for a stage's key."""
    curate = curate_part(recipe)
    return {"cleaning": {name: curate[name] for name in ("pii", "decontaminate", "pii_key") if name in curate}}


def evaluation_sets(recipe: Recipe, root: Path) -> list[Path]:
    """Return the files that generated text is compared with."""
    return [path for key, path in named_files(recipe, root).items() if key.startswith("curate.decontaminate.")]


def _texts(pair: Pair, settled: Sequence[str]) -> list[str]:
    """The texts of a pair in the order that `_rewritten` takes; empty in place of an input or system message that stands in `settled`."""
    given, system = (_unsettled(text, settled) for text in (pair.input, pair.system))
    return [pair.instruction, pair.output, pair.tests, given, system, *(turn.content for turn in pair.turns)]


def _unsettled(text: str, settled: Sequence[str]) -> str:
    return "" if any(text in one for one in settled) else text


def _rewritten(pair: Pair, instruction: str, output: str, tests: str, given: str, system: str, *said: str) -> Pair:
    turns = tuple(replace(turn, content=content) for turn, content in zip(pair.turns, said, strict=True))
    given, system = given or pair.input, system or pair.system
    made = replace(pair, instruction=instruction, output=output, tests=tests, input=given, system=system, turns=turns)
    return pair if made == pair else replace(made, id=content_id("pair", pair.id, instruction, output, tests, given, system, *said))


def _with_rejected(row: Preference, text: str) -> Preference:
    return row if text == row.rejected else replace(row, id=content_id("pref", row.id, text), rejected=text)


def _said(pair: Pair, settled: Sequence[str]) -> str:
    """What of a pair no document holds, in the order in which it is read."""
    given, system = (_unsettled(text, settled) for text in (pair.input, pair.system))
    return "\n".join([system, *(turn.content for turn in pair.turns), pair.instruction, given, pair.output])


def _place(pair: Pair) -> str:
    """Where a pair rests; one that rests on nothing is its own place."""
    if not pair.evidence:
        return pair.id
    first = pair.evidence[0]
    return f"{first.document_id}:{first.start}-{first.end}"
