"""Which files an input means: folders, globs, links in circles, names nobody expects, and datasets of the Hub."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError

from curation.errors import InputError, MissingPackage
from curation.readers import RawDocument, find_inputs, read
from curation.readers.hub import HubInput, hub_input
from curation.records import Rejected


def read_all(paths: list[Path], root: Path) -> tuple[list[RawDocument], list[tuple[str, str]]]:
    rejected: list[Rejected] = []
    documents = [one for path in paths for one in read(path, root, rejected.append)]
    return documents, [(one.source, one.reason) for one in rejected]


def tree(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("metin", encoding="utf-8")


def named(paths: list[Path], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in paths]


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("*.txt", ["a.txt"]),
        ("**/*.txt", ["a.txt", "b/a.txt", "b/c/d.txt"]),
        ("b/**", ["b/a.txt", "b/c/d.txt", "b/c/e.md"]),
        ("b", ["b/a.txt", "b/c/d.txt", "b/c/e.md"]),
        ("b/", ["b/a.txt", "b/c/d.txt", "b/c/e.md"]),
        ("*/c/[de].*", ["b/c/d.txt", "b/c/e.md"]),
        ("b/*/?.md", ["b/c/e.md"]),
        ("./a.txt", ["a.txt"]),
        (".gizli/*", [".gizli/x.txt"]),
        (".*/x.txt", [".gizli/x.txt"]),
    ],
)
def test_patterns_mean_what_a_shell_makes_of_them(tmp_path: Path, pattern: str, wanted: list[str]) -> None:
    tree(tmp_path, "a.txt", "b/a.txt", "b/c/d.txt", "b/c/e.md", ".gizli/x.txt", "b/.gizli.txt")
    assert named(find_inputs([pattern], tmp_path), tmp_path) == wanted


def test_links_in_circles_end_and_are_followed_nowhere(tmp_path: Path) -> None:
    tree(tmp_path, "a/a.txt", "a/b/b.txt")
    for number in range(3):  # a walk that followed them would take 3 to the 40th steps
        (tmp_path / "a" / f"geri{number}").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "kendi.txt").symlink_to(tmp_path / "a" / "kendi.txt")
    for pattern in ("a", "**/*", "a/**"):
        documents, rejected = read_all(find_inputs([pattern], tmp_path), tmp_path)
        assert [one.source for one in documents] == ["a/a.txt", "a/b/b.txt"]
        assert {reason for source, reason in rejected if "geri" in source} == {"is_directory"}
        assert ("a/kendi.txt", "not_found") in rejected


def test_a_folder_behind_a_link_out_of_the_root_is_not_entered(tmp_path: Path) -> None:
    tree(tmp_path, "disari/gizli.txt", "kok/a.txt")
    (tmp_path / "kok" / "cikis").symlink_to(tmp_path / "disari")
    root = tmp_path / "kok"
    for pattern in (".", "**/*.txt", "**/*", "cikis/*.txt", "cikis"):
        documents, rejected = read_all(find_inputs([pattern], root), root)
        assert [one.source for one in documents if one.source != "a.txt"] == []
        assert {reason for _, reason in rejected} <= {"outside_root"}


def test_a_file_whose_name_is_no_unicode_is_read_under_a_name_that_can_be_written(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xfe\xddl.txt"
    Path(os.fsdecode(name)).write_text("metin", encoding="utf-8")
    documents, _ = read_all(find_inputs(["*.txt"], tmp_path), tmp_path)
    assert [one.source.encode() for one in documents] == [b"\\xfe\\xddl.txt"]


def test_a_file_that_was_removed_meanwhile_is_one_rejection(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt")
    paths = find_inputs(["a.txt"], tmp_path)
    paths[0].unlink()
    assert read_all(paths, tmp_path) == ([], [("a.txt", "not_found")])


def test_a_file_and_a_folder_without_permission_are_rejections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a.txt", "kapali/b.txt")
    scandir, read_bytes = os.scandir, Path.read_bytes

    def refuse_folder(path: str) -> Any:
        if str(path).endswith("kapali"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    def refuse_file(path: Path) -> bytes:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied", path)
        return read_bytes(path)

    monkeypatch.setattr(os, "scandir", refuse_folder)
    monkeypatch.setattr(Path, "read_bytes", refuse_file)
    assert read_all(find_inputs(["."], tmp_path), tmp_path) == ([], [("a.txt", "unreadable"), ("kapali", "is_directory")])


def test_a_device_is_not_read(tmp_path: Path) -> None:
    rejected: list[Rejected] = []
    assert list(read(Path("/dev/zero"), Path("/dev"), rejected.append)) == []
    assert rejected[0].reason == "not_a_file"


# --- the Hub ------------------------------------------------------------------------------------------------------

CARD = """---
license: cc-by-sa-4.0
configs:
- config_name: haber
  data_files:
  - split: train
    path: data/haber-*.jsonl
- config_name: forum
  data_files: forum.csv
---
# Veri kümesi
"""
FILES = {
    "README.md": CARD,
    "data/haber-0.jsonl": '{"text": "haber bir"}\n{"text": "haber iki", "license": "CC0-1.0"}\n',
    "forum.csv": "text\nforum bir\n",
    "20231101.tr/a.jsonl": '{"text": "ansiklopedi"}\n',
    "resim.png": "x",
}


class Hub:
    """Stands in for the Hub at the wall: hands out FILES by pattern, or fails."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, list[str]]] = []
        self.error: Exception | None = None

    def snapshot_download(self, repository: str, *, repo_type: str, revision: str, local_dir: Path, allow_patterns: list[str]) -> str:
        assert repo_type == "dataset"
        self.calls.append((repository, revision, allow_patterns))
        if self.error:
            raise self.error
        for name, content in FILES.items():
            if any(Path(name).match(pattern) or name.startswith(pattern.removesuffix("*")) for pattern in allow_patterns):
                path = local_dir / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
        return str(local_dir)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    fake = Hub()
    monkeypatch.setattr(huggingface_hub, "snapshot_download", fake.snapshot_download)
    return fake


def test_a_hub_dataset_is_downloaded_once_and_its_rows_know_where_they_are_from(tmp_path: Path, hub: Hub) -> None:
    documents, rejected = read_all(find_inputs(["hub:biri/metinler@v1/haber"], tmp_path), tmp_path)
    assert documents == [
        RawDocument("haber bir", "hub:biri/metinler@v1/data/haber-0.jsonl:1", license="cc-by-sa-4.0"),
        RawDocument("haber iki", "hub:biri/metinler@v1/data/haber-0.jsonl:2", license="CC0-1.0"),
    ]
    assert rejected == []
    assert hub.calls == [("biri/metinler", "v1", ["README.md"]), ("biri/metinler", "v1", ["data/haber-*.jsonl"])]
    hub.error = OSError("no network")
    assert len(find_inputs(["hub:biri/metinler@v1/haber"], tmp_path)) == 1


@pytest.mark.parametrize(
    ("part", "wanted"),
    [("", ["20231101.tr/a.jsonl", "data/haber-0.jsonl", "forum.csv"]), ("/forum", ["forum.csv"]), ("/20231101.tr", ["20231101.tr/a.jsonl"]),
     ("/data/*.jsonl", ["data/haber-0.jsonl"])],
)  # fmt: skip
def test_a_part_is_a_configuration_of_the_card_a_folder_or_a_pattern(tmp_path: Path, hub: Hub, part: str, wanted: list[str]) -> None:
    found = find_inputs([f"hub:biri/metinler{part}"], tmp_path)
    assert named(found, tmp_path / ".hub/biri/metinler/main") == wanted


def test_without_download_a_dataset_that_is_not_here_is_passed_over(tmp_path: Path, hub: Hub) -> None:
    tree(tmp_path, "a.txt")
    assert named(find_inputs(["hub:biri/metinler", "a.txt"], tmp_path, download=False), tmp_path) == ["a.txt"]
    assert hub.calls == []


def test_files_of_the_hub_are_not_taken_twice_by_a_folder_around_them(tmp_path: Path, hub: Hub) -> None:
    tree(tmp_path, "a.txt")
    found = find_inputs(["hub:biri/metinler/forum", ".", "**/*"], tmp_path)
    assert named(found, tmp_path) == [".hub/biri/metinler/main/forum.csv", "a.txt"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (LocalEntryNotFoundError("cannot find the requested files"), "hub_unreachable"),
        (ConnectionError("Name or service not known"), "hub_unreachable"),
        (OSError(28, "No space left on device"), "hub_unreachable"),
    ],
)
def test_a_hub_that_cannot_be_had_says_what_and_why(tmp_path: Path, hub: Hub, error: Exception, reason: str) -> None:
    hub.error = error
    with pytest.raises(InputError) as raised:
        find_inputs(["hub:biri/metinler"], tmp_path)
    assert (raised.value.where, raised.value.reason) == ("hub:biri/metinler", reason)
    assert str(error) in raised.value.detail


def test_a_dataset_that_does_not_exist_says_so(tmp_path: Path, hub: Hub) -> None:
    class Missing(RepositoryNotFoundError):
        def __init__(self) -> None:
            Exception.__init__(self, "404")

    hub.error = Missing()
    with pytest.raises(InputError, match="no such dataset"):
        find_inputs(["hub:biri/yok"], tmp_path)


def test_without_the_hubs_package_the_line_to_install_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", None)
    with pytest.raises(MissingPackage, match=r"imbik\[hub\]"):
        find_inputs(["hub:biri/metinler"], tmp_path)


@pytest.mark.parametrize("text", ["hub:", "hub:tek", "hub:a/b/../../c", "hub:a/b@", "hub:a b/c", "hub:../x"])
def test_an_input_that_is_not_of_the_form_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="hub:owner/name"):
        find_inputs([text], tmp_path)


def test_the_parts_of_a_hub_input() -> None:
    assert hub_input("hub:a-b/c.d") == HubInput("a-b/c.d", "main", "")
    assert hub_input("hub:a/b@refs%2Fpr%2F1/x/*.parquet") == HubInput("a/b", "refs%2Fpr%2F1", "x/*.parquet")
