"""What curation did, as values: the funnel, languages, personal data, clusters; what the stages behind it say of themselves; and sample records of one reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError, ImbikError
from curation.finish import CLUSTERS
from curation.records import encode
from pipelines.manifest import read_manifest
from pipelines.stage import REJECTED
from pipelines.stages import STAGES
from pipelines.stages.files import DOCUMENTS_FOLDER
from pipelines.study.clusters import clusters
from pipelines.study.columns import measure_names
from pipelines.study.figures import stage_figures
from pipelines.study.files import dropped_samples, measures_file
from pipelines.study.personal import personal

_CLUSTERS = 5
_FIGURES = ("languages", "repairs", "tags", "lines_removed", "contamination", "pii_found", "pii_covered", "sensitive")


def overview(run: Path) -> dict[str, Any]:
    """Return what curation did, and the figures of stages `pairs` and `preferences`, JSON-ready; `missing` names the files that an older run did not write. Raises ArtifactError where the run has no documents."""
    folder = run / DOCUMENTS_FOLDER
    manifest = read_manifest(folder)
    path = measures_file(run)
    found: dict[str, Any] = {"run": run.name, "read": manifest.read, "kept": manifest.kept, "rejected": _ranked(manifest.rejected)}
    found |= {name: _ranked(manifest.figures.get(name, {})) for name in _FIGURES}
    found["measures"] = list(measure_names(path)) if path else []
    found["clusters"] = encode(clusters(run, _CLUSTERS)) if (folder / CLUSTERS).is_file() else None
    handled = personal(run)
    found["personal"] = encode(handled) if handled else None
    found["missing"] = [
        name for name, value in (("measures", path), ("clusters", found["clusters"]), ("personal", found["personal"])) if value is None
    ]
    return found | stage_figures(run)


def samples(run: Path, reason: str, limit: int) -> dict[str, Any]:
    """Return `limit` records that each stage dropped for `reason`, those with the lowest ids. Raises ImbikError naming the reasons of the run where it is none of them."""
    counts = {stage.name: _rejected(run / stage.folder) for stage in STAGES}
    if not any(reason in one for one in counts.values()):
        known = sorted({name for one in counts.values() for name in one})
        raise ImbikError(f"nothing in {run} was dropped for `{reason}`; reasons: {', '.join(known) or 'none'}")
    found = [
        {"stage": stage.name, **encode(one)}
        for stage in STAGES
        if reason in counts[stage.name]
        for one in dropped_samples(run / stage.folder / REJECTED, limit, reason).get(reason, ())
    ]
    return {"reason": reason, "count": sum(one.get(reason, 0) for one in counts.values()), "records": found}


def _rejected(folder: Path) -> Mapping[str, int]:
    try:
        return read_manifest(folder).rejected
    except ArtifactError:  # the stage did not run
        return {}


def _ranked(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
