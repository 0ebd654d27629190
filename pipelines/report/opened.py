"""A run folder opened for the report: each stage with its state and what can be read of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from curation.errors import ArtifactError
from pipelines.manifest import Manifest, read_manifest
from pipelines.recipe import Recipe
from pipelines.run import State, state
from pipelines.stage import Stage
from pipelines.stages import STAGES
from pipelines.status import recipe_of


@dataclass(frozen=True, slots=True)
class Part:
    """One stage of the run. `manifest` is there whenever it can be read, also where the files beside it are damaged."""

    stage: Stage
    state: State
    manifest: Manifest | None


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run folder with its recipe and its stages by name."""

    folder: Path
    recipe: Recipe
    parts: Mapping[str, Part]

    def manifest(self, stage: str) -> Manifest:
        """Return the manifest of a stage. Raises ArtifactError where it has none that can be read."""
        found = self.parts[stage].manifest
        if found is None:
            raise ArtifactError(f"{self.folder} has no result of stage `{stage}`: run the stage first")
        return found

    def sound(self, stage: str) -> Manifest | None:
        """Return the manifest of a stage whose files are as it says, else None."""
        part = self.parts[stage]
        return part.manifest if part.state in {"fresh", "stale"} else None

    def path(self, stage: str, file: str) -> Path:
        """Return where a file of a stage lies, or would lie."""
        return self.folder / self.parts[stage].stage.folder / file


def open_run(folder: Path) -> OpenRun:
    """Return the run in `folder`, whatever of it is finished. Raises ArtifactError where the folder is no run."""
    recipe, root = recipe_of(folder)
    parts = {stage.name: Part(stage, state(stage, recipe, root, folder), _manifest(folder / stage.folder)) for stage in STAGES}
    return OpenRun(folder, recipe, parts)


def _manifest(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except ArtifactError:
        return None
