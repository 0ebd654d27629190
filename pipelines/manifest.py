"""The manifest of an artifact: what it was made from, what is in it, and whether both still hold."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError
from curation.records import decode
from curation.storage import file_sha256, write_json
from pipelines.recipe import Recipe
from pipelines.stage import Stage

MANIFEST = "manifest.json"
_CODE = Path(__file__).resolve().parent.parent
_LIBRARIES = {
    "curation": ("ftfy", "py3langid", "trafilatura", "lxml", "pypdf", "pyarrow", "fastwarc", "presidio-analyzer", "numba"),
    "training": ("torch", "transformers", "trl", "peft", "gguf", "llama-cpp-python"),
    "pipelines/graph.py": ("distilabel", "openai"),
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """One artifact: `fingerprint` hashes everything it was made from, `files` its contents by name; `rejected` counts by reason; `seconds` of wall time."""

    stage: str
    fingerprint: str
    made_from: Mapping[str, str]
    files: Mapping[str, str]
    read: int
    kept: int
    rejected: Mapping[str, int]
    figures: Mapping[str, Any]
    seed: int
    seconds: float
    versions: Mapping[str, str] = field(default_factory=dict)


def made_from(stage: Stage, recipe: Recipe, root: Path, run: Path) -> dict[str, str]:
    """Return the hashes of all that shapes the artifact of `stage`: recipe part, seed, code, libraries, inputs. Raises ArtifactError where an input artifact is missing."""
    hashes = {"seed": str(recipe.seed), "recipe": _sha256(json.dumps(stage.part(recipe), ensure_ascii=False, sort_keys=True))}
    for room in stage.rooms:
        hashes[f"code:{room}"] = code_hash(room)
    for name, version in library_versions(stage.rooms).items():
        hashes[f"library:{name}"] = version
    for folder in stage.needs:
        hashes[f"artifact:{folder}"] = _sha256(json.dumps(dict(read_manifest(run / folder).files), sort_keys=True))
    files = stage.files(recipe, root, run)
    if files:
        hashes["inputs"] = _sha256("\n".join(f"{path}={_file_key(path)}" for path in files))
    return hashes


def fingerprint(hashes: Mapping[str, str]) -> str:
    """Return one hash over `made_from`."""
    return _sha256(json.dumps(dict(hashes), sort_keys=True))


def write_manifest(folder: Path, stage: Stage, hashes: Mapping[str, str], **facts: Any) -> Manifest:
    """Return the manifest of a finished `folder`, after writing it there."""
    files = {path.relative_to(folder).as_posix(): file_sha256(path) for path in _contents(folder)}
    manifest = Manifest(
        stage=stage.name,
        fingerprint=fingerprint(hashes),
        made_from=dict(hashes),
        files=files,
        versions=library_versions(stage.rooms),
        **facts,
    )
    write_json(folder / MANIFEST, asdict(manifest))
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest in `folder`. Raises ArtifactError where there is none or it is damaged."""
    path = folder / MANIFEST
    if not path.is_file():
        raise ArtifactError(f"{folder} holds no finished artifact: run the stage that makes it first")
    try:
        return decode(Manifest, json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ArtifactError(f"{path} is damaged: {error}. Delete {folder} and run again") from error


def intact(folder: Path, manifest: Manifest) -> bool:
    """Return whether `folder` holds just the files its manifest names, byte for byte."""
    found = {path.relative_to(folder).as_posix(): path for path in _contents(folder)}
    return found.keys() == manifest.files.keys() and all(file_sha256(path) == manifest.files[name] for name, path in found.items())


@cache
def code_hash(room: str) -> str:
    """Return a hash over the code and data files of a room (a folder, or one file of it); what Python and numba compile of them does not count."""
    start = _CODE / room
    paths = [start] if start.is_file() else sorted(p for p in start.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return _sha256("\n".join(f"{path.relative_to(_CODE).as_posix()}={file_sha256(path)}" for path in paths))


def library_versions(rooms: Iterable[str]) -> dict[str, str]:
    """Return name -> version of the libraries that shape what `rooms` make, Python first."""
    names = [name for room in rooms for name in _LIBRARIES.get(room, ())]
    return {"python": ".".join(map(str, sys.version_info[:2]))} | {name: _version(name) for name in names}


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def _contents(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)


def _file_key(path: Path) -> str:
    return file_sha256(path) if path.is_file() else "not a file"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
