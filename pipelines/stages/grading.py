"""The judges of stage `pairs`: every new pair is graded beside its source before it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from alignment.judges_agreement import Graded, judges_agreement, leanings, tails, tails_page
from alignment.sources import sources
from curation.records import Pair, Reject
from curation.storage import write_jsonl, write_text
from pipelines.judging import GRADED, JudgesConfig, judged_pairs
from pipelines.roles import Asker
from pipelines.stage import Context
from pipelines.stages.cleaning import Cleaner
from pipelines.stages.files import JOURNAL

TAILS = "uclar.md"


def asker_of(context: Context) -> Asker:
    """Return how a stage asks models in roles."""
    return Asker(context.run / JOURNAL, context.root, context.tick, context.watch)


@dataclass(slots=True)
class Grading:
    """The judges, and what they gave so far; their reasons are cleaned as every text of a model is."""

    config: JudgesConfig
    clean: Cleaner
    asker: Asker
    seed: int
    rows: list[Graded] = field(default_factory=list)
    usage: dict[str, Counter[str]] = field(default_factory=dict)

    def passed(self, pairs: Sequence[Pair], reject: Reject) -> list[Pair]:
        """Return those of `pairs` that the judges let pass, their scores on them."""
        seen = sources(pairs, self.clean.documents)
        kept, rows, usage = judged_pairs(pairs, seen, self.config, self.asker, seed=self.seed, reject=reject)
        self.rows += self.clean.graded(rows, {pair.id: pair for pair in pairs})
        for judge, took in usage.items():
            self.usage.setdefault(judge, Counter()).update(took)
        return kept

    def figures(self) -> dict[str, Any]:
        """Return what the manifest and the report say of the judges."""
        return judge_figures(self.rows, self.config.tails) | {"judge": {judge: dict(took) for judge, took in sorted(self.usage.items())}}


def judge_figures(rows: Sequence[Graded], most: int) -> dict[str, Any]:
    """Return how far judges agree, how each leans, and which `most` answers lie at the ends of the scores."""
    ends = tails(rows, most)
    return {
        "judges": asdict(judges_agreement(rows)),
        "leanings": [asdict(one) for one in leanings(rows)],
        "tails": {name: [row.id for row in getattr(ends, name)] for name in ("highest", "lowest", "disputed")},
    }


def write_grades(folder: Path, rows: Sequence[Graded], most: int) -> None:
    """Write every grade with its reason, and a page of those at the ends of the scores, to `folder`."""
    write_jsonl(folder / GRADED, rows)
    write_text(folder / TAILS, tails_page(tails(rows, most)))
