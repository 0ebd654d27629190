"""Datasets of the Hugging Face Hub as inputs: `hub:owner/name[@revision][/part]`, downloaded once into the recipe's folder."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from curation.errors import InputError, MissingPackage
from curation.records import content_id

SCHEME = "hub:"
HUB_FOLDER = ".hub"  # hidden, so that an input that is the folder above does not take its files twice
_INPUT = re.compile(r"hub:(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)(?:@(?P<revision>[\w.%-]+))?(?:/(?P<part>.+))?")
_DATA_ENDINGS = (".parquet", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt", ".warc", ".wet")
_CARD = "README.md"
_CARD_BYTES = 1_000_000
_LICENSE = re.compile(r"^license:[ \t]*(?:\n[ \t]*-[ \t]*)?([\w.+-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class HubInput:
    """What a `hub:` input names: a dataset, the revision of it, and a configuration or file pattern, empty for all its data files."""

    repository: str
    revision: str
    part: str


def hub_input(text: str) -> HubInput:
    """Return what `text` names. Raises InputError where it is not of the form."""
    found = _INPUT.fullmatch(text)
    if not found or ".." in text:
        raise InputError(text, "no_match", "a Hub dataset is written hub:owner/name, hub:owner/name@revision or hub:owner/name/part")
    return HubInput(f"{found['owner']}/{found['name']}", found["revision"] or "main", found["part"] or "")


def fetched(text: str, root: Path, *, download: bool) -> list[Path] | None:
    """Return the data files of a Hub input, downloading what is not here yet; None where it is not here and `download` is off. Raises InputError where it cannot be had, MissingPackage without huggingface_hub."""
    wanted = hub_input(text)
    folder = root / HUB_FOLDER / wanted.repository / wanted.revision
    done = folder / f".{content_id('complete', wanted.part)}"
    if not done.is_file():
        if not download:
            return None
        _download(wanted, text, folder, [_CARD])
        _download(wanted, text, folder, patterns(wanted.part, folder))
        done.touch()
    allowed = patterns(wanted.part, folder)
    return sorted(path for path in _data_files(folder) if _is_one_of(path.relative_to(folder).as_posix(), allowed))


def patterns(part: str, folder: Path) -> list[str]:
    """Return the file patterns that `part` means: what the dataset's card says of a configuration of this name, else a folder, else the pattern itself."""
    if not part:
        return [f"*{ending}{packing}" for ending in _DATA_ENDINGS for packing in ("", ".gz", ".zst")]
    for configuration in _card(folder).get("configs") or ():
        if isinstance(configuration, Mapping) and configuration.get("config_name") == part:
            return sorted(set(_paths(configuration.get("data_files"))))
    named = any(character in part for character in "*?[") or part.endswith((*_DATA_ENDINGS, ".gz", ".zst"))
    return [part] if named else [f"{part}/*", f"*/{part}/*"]


def license_of(path: Path, root: Path) -> str:
    """Return the license that the card of the dataset gives to `path`; empty for files that are not from the Hub."""
    base = root / HUB_FOLDER
    if not path.is_relative_to(base):
        return ""
    found = _LICENSE.search(_front_matter(Path(base, *path.relative_to(base).parts[:3])))
    return found[1] if found else ""


def _download(wanted: HubInput, text: str, folder: Path, allowed: list[str]) -> None:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import (
            GatedRepoError,
            HfHubHTTPError,
            LocalEntryNotFoundError,
            RepositoryNotFoundError,
            RevisionNotFoundError,
        )
    except ImportError as error:
        raise MissingPackage("huggingface_hub", "hub", f"the input {text}") from error
    try:
        snapshot_download(
            wanted.repository, repo_type="dataset", revision=unquote(wanted.revision), local_dir=folder, allow_patterns=allowed
        )
    except GatedRepoError as error:
        raise InputError(text, "hub_refused", "access must be asked for on the dataset's page; then log in with `hf auth login`") from error
    except RepositoryNotFoundError as error:
        raise InputError(text, "hub_not_found", "no such dataset, or a private one; for that log in with `hf auth login`") from error
    except RevisionNotFoundError as error:
        raise InputError(text, "hub_not_found", f"the dataset has no revision {unquote(wanted.revision)}") from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError, ValueError) as error:  # OSError: no network, no disk
        cause = str(error).partition("\n")[0][:300] or type(error).__name__
        raise InputError(
            text, "hub_unreachable", f"the Hub cannot be reached ({cause}); files already at {folder} would be used"
        ) from error


def _data_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        inner = path.relative_to(folder)
        if path.is_file() and inner.as_posix() != _CARD and not any(part.startswith(".") for part in inner.parts):
            yield path


def _is_one_of(name: str, allowed: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in allowed)


def _card(folder: Path) -> Mapping[str, Any]:
    import yaml

    try:
        values = yaml.safe_load(_front_matter(folder))
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    return values if isinstance(values, Mapping) else {}


def _front_matter(folder: Path) -> str:
    try:
        with (folder / _CARD).open("rb") as file:
            text = file.read(_CARD_BYTES).decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError:
        return ""
    return text[4 : text.find("\n---", 4)] if text.startswith("---\n") else ""


def _paths(data_files: Any) -> Iterator[str]:
    """Yield the patterns in what a card may write under data_files: one, a list, or splits that hold either."""
    if isinstance(data_files, str):
        yield data_files
    elif isinstance(data_files, Mapping):
        yield from _paths(data_files.get("path"))
    elif isinstance(data_files, list):
        for item in data_files:
            yield from _paths(item)
