"""What a model wrote is treated as the documents were: personal data covered, evaluation items out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from curation.decontaminate import Contaminants, read_contaminants
from curation.pii.surrogates.key import surrogate_key
from curation.records import Document, Pair, Reject, Rejected, content_id
from pipelines.recipe import Recipe

_AT_ONCE = 2_000  # pairs searched for personal data in one pass


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Cleans pairs by the recipe's rules for documents; `covered` counts the personal data it covered, by kind."""

    recipe: Recipe
    documents: Mapping[str, Document]
    key: bytes
    contaminants: Contaminants
    covered: Counter[str] = field(default_factory=Counter)

    def clean(self, pairs: Sequence[Pair], reject: Reject) -> list[Pair | None]:
        """Return every pair as it may be kept, None in place of one that may not and went to `reject`."""
        scrubbed = [one for begin in range(0, len(pairs), _AT_ONCE) for one in self._scrubbed(pairs[begin : begin + _AT_ONCE], reject)]
        return [None if pair is None or self._contaminated(pair, reject) else pair for pair in scrubbed]

    def _scrubbed(self, pairs: Sequence[Pair], reject: Reject) -> list[Pair | None]:
        from curation.pii.scrub import scrub_many

        written = [[pair.instruction, pair.output, *([pair.tests] if pair.tests else [])] for pair in pairs]
        sources = [self._source(pair) for pair in pairs]
        done: list[Pair | None] = []
        for pair, found in zip(pairs, scrub_many(written, self.recipe.curate.pii, sources=sources, key=self.key), strict=True):
            self.covered.update(found.covered)
            # code that was written over has not been seen to pass its tests
            spoilt = bool(pair.tests) and not found.drop and found.texts[1:] != (pair.output, pair.tests)
            reason = "personal_data_in_code" if spoilt else found.drop_reason
            if reason:
                reject(Rejected(pair.id, reason, "stands in no source; the text is not kept", _place(pair)))
            done.append(None if reason else _rewritten(pair, *found.texts[:2]))
        return done

    def _source(self, pair: Pair) -> tuple[str, ...]:
        documents = [self.documents[one.document_id] for one in pair.evidence]
        return (*(text for document in documents for text in (document.text, document.title)), pair.system)

    def _contaminated(self, pair: Pair, reject: Reject) -> bool:
        text = f"{pair.instruction}\n{pair.output}"
        found = self.contaminants.find(text)
        if found is not None:
            reject(Rejected(pair.id, "contaminated", found.detail(), _place(pair), text))
        return found is not None


def cleaner(recipe: Recipe, root: Path, documents: Mapping[str, Document]) -> Cleaner:
    """Return the Cleaner of a recipe. Raises InputError for an evaluation set that cannot be read, RecipeError where surrogates lack their key."""
    return Cleaner(recipe, documents, surrogate_key(recipe.curate.pii), read_contaminants(recipe.curate.decontaminate, root))


def _rewritten(pair: Pair, instruction: str, output: str) -> Pair:
    if (instruction, output) == (pair.instruction, pair.output):
        return pair
    identity = content_id("pair", pair.id, instruction, output)
    return replace(pair, id=identity, instruction=instruction, output=output)


def _place(pair: Pair) -> str:
    first = pair.evidence[0]
    return f"{first.document_id}:{first.start}-{first.end}"
