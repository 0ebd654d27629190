"""What a stage is: one move from artifact to artifact, written to a temporary folder and renamed when whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError
from curation.progress import Tick
from curation.records import Reject, Rejected
from curation.storage import JsonlWriter
from pipelines.models.counters import Watch, unwatched
from pipelines.recipe import Recipe

REJECTED = "rejected.jsonl"
Say = Callable[[str], None]


def unsaid(words: str) -> None:
    """A Say that tells nobody."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a stage may see and touch. `out` is renamed to its place when the stage ends well; `work` outlives a kill and goes when the stage is done.

    `watch` hears how the asking of a model goes, `say` what people should read before it costs.
    """

    recipe: Recipe
    root: Path
    run: Path
    out: Path
    work: Path
    tick: Tick
    watch: Watch = unwatched
    say: Say = unsaid

    def artifact(self, folder: str, file: str) -> Path:
        """Return the path of a file of an earlier stage. Raises ArtifactError where it is missing."""
        path = self.run / folder / file
        if not path.exists():
            raise ArtifactError(f"{path} is missing: run the stage before it (`imbik run ... --to {folder.split('-', 1)[1]}`)")
        return path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a stage did: records read, kept, rejected by reason (read = kept + rejected), and `figures` for the manifest and the report."""

    read: int
    kept: int
    rejected: Mapping[str, int] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. `part` is the piece of the recipe, `rooms` the code and `needs` the artifact folders that shape its result; `files` adds outside inputs."""

    name: str
    folder: str
    unit: str
    needs: tuple[str, ...]
    rooms: tuple[str, ...]
    part: Callable[[Recipe], Mapping[str, Any]]
    run: Callable[[Context], Outcome]
    files: Callable[[Recipe, Path, Path], list[Path]] = lambda recipe, root, run: []


class WaitingForPeople(Exception):
    """The run stops here until reviewers have done their part; nothing is wrong."""


@contextmanager
def rejections(out: Path) -> Iterator[tuple[Reject, Counter[str]]]:
    """Yield a `reject` that writes to `out/rejected.jsonl` and the counts by reason."""
    counts: Counter[str] = Counter()
    with JsonlWriter(out / REJECTED) as writer:

        def reject(record: Rejected) -> None:
            counts[record.reason] += 1
            writer.write(record)

        yield reject, counts
