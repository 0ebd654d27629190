from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from curation.config import DedupConfig
from curation.dedup import index as older
from curation.dedup.signatures import Signed, sign_strings
from curation.dedup.texts import of_strings
from curation.errors import ArtifactError

CONFIG = DedupConfig()
WORDS = [
    "dağ",
    "köyünde",
    "kar",
    "erken",
    "yağdı",
    "yollar",
    "kapandı",
    "öğretmen",
    "kızakla",
    "indi",
    "çocuklar",
    "sobanın",
    "başında",
    "masal",
    "dinledi",
    "sabah",
    "güneş",
    "açtı",
]
TEXT = " ".join(f"{word} {number}" for number in range(8) for word in WORDS)
OTHER = " ".join(reversed(TEXT.split()))


def add(path: Path, batch: str, texts: dict[str, str], parts: int = 1, config: DedupConfig = CONFIG) -> None:
    names = [(name, f"{name}.txt") for name in texts]
    values = list(texts.values())
    for part in range(parts):
        own = values[part::parts]
        older.write_part(path, batch, part, names[part::parts], of_strings(own), sign_strings(own, config.permutations), config)
    older.commit(path, batch, config)


def search(path: Path, texts: list[str], batch: str = "new", config: DedupConfig = CONFIG) -> list[tuple[int, str, str, float, bool]]:
    found = older.search(older.open_index(path, config), of_strings(texts), sign_strings(texts, config.permutations), config, batch=batch)
    return [(one.row, one.id, one.batch, round(one.jaccard, 3), one.exact) for one in found]


def test_equal_and_nearly_equal_documents_of_older_batches_are_named(tmp_path: Path) -> None:
    add(tmp_path / "index", "ocak", {"a": TEXT, "b": OTHER})
    near = TEXT.replace("yollar 3", "geçitler 3")
    assert search(tmp_path / "index", ["başka bir şey", TEXT.upper(), near]) == [
        (1, "a", "ocak", 1.0, True),
        (2, "a", "ocak", round(279 / 289, 3), False),
    ]


def test_the_likest_of_all_batches_and_parts_is_named(tmp_path: Path) -> None:
    one_off = TEXT.replace("yollar 3", "geçitler 3")
    add(tmp_path / "index", "ocak", {"far": one_off.replace("masal 5", "türkü 5"), "other": OTHER}, parts=2)
    add(tmp_path / "index", "şubat", {"near": one_off})
    assert [found[1] for found in search(tmp_path / "index", [TEXT])] == ["near"]


def test_no_index_knows_nothing(tmp_path: Path) -> None:
    assert search(tmp_path / "none", [TEXT]) == []


def test_a_batch_is_not_compared_with_itself(tmp_path: Path) -> None:
    add(tmp_path / "index", "ocak", {"a": TEXT})
    assert search(tmp_path / "index", [TEXT], batch="ocak") == []


def test_adding_a_batch_again_replaces_it(tmp_path: Path) -> None:
    add(tmp_path / "index", "ocak", {"a": TEXT})
    add(tmp_path / "index", "ocak", {"b": OTHER})
    assert [found[1] for found in search(tmp_path / "index", [TEXT, OTHER])] == ["b"]
    assert len([path for path in (tmp_path / "index").iterdir() if path.is_dir()]) == 1


def test_a_batch_counts_only_when_it_is_committed(tmp_path: Path) -> None:
    path = tmp_path / "index"
    older.write_part(path, "ocak", 0, [("a", "a.txt")], of_strings([TEXT]), sign_strings([TEXT], 128), CONFIG)
    assert search(path, [TEXT]) == []
    older.discard(path, "ocak")
    with pytest.raises(ArtifactError, match="no part"):
        older.commit(path, "ocak", CONFIG)


@pytest.mark.parametrize("dies_in", ["write_json", "rmtree"])
def test_a_commit_that_is_killed_leaves_the_old_index_or_the_new_one(dies_in: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index"
    add(path, "ocak", {"a": TEXT})

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    older.write_part(path, "ocak", 0, [("b", "b.txt")], of_strings([OTHER]), sign_strings([OTHER], 128), CONFIG)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(*((older, "write_json") if dies_in == "write_json" else (shutil, "rmtree")), dies)
        older.commit(path, "ocak", CONFIG)
    assert len(search(path, [TEXT, OTHER])) == 1
    add(path, "ocak", {"b": OTHER})
    assert [found[1] for found in search(path, [TEXT, OTHER])] == ["b"]


@pytest.mark.parametrize("change", [{"threshold": 0.7}, {"permutations": 64}])
def test_other_settings_are_refused_with_both_values(change: dict[str, float], tmp_path: Path) -> None:
    add(tmp_path / "index", "ocak", {"a": TEXT})
    key, value = next(iter(change.items()))
    with pytest.raises(ArtifactError, match=rf"{key}: {CONFIG.model_dump()[key]} in the index, {value} now"):
        older.open_index(tmp_path / "index", DedupConfig.model_validate(change))


def test_a_damaged_header_or_part_is_named(tmp_path: Path) -> None:
    add(tmp_path / "index", "ocak", {"a": TEXT})
    broken = tmp_path / "broken"
    shutil.copytree(tmp_path / "index", broken)
    next(broken.rglob("bands.npy")).write_bytes(b"")
    with pytest.raises(ArtifactError, match="damaged"):
        search(broken, [TEXT])
    (broken / "header.json").write_text("{", encoding="utf-8")
    with pytest.raises(ArtifactError, match=r"header\.json"):
        older.open_index(broken, CONFIG)


def test_no_text_stands_in_the_index(tmp_path: Path) -> None:
    add(tmp_path / "index", "ocak", {"a": TEXT})
    assert not any("kızakla".encode() in path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file())


def test_an_empty_part_is_searched(tmp_path: Path) -> None:
    add(tmp_path / "index", "ocak", {})
    assert search(tmp_path / "index", [TEXT]) == []


def test_at_threshold_one_only_equal_documents_are_known(tmp_path: Path) -> None:
    config = DedupConfig(threshold=1.0)
    add(tmp_path / "index", "ocak", {"a": TEXT}, config=config)
    assert search(tmp_path / "index", [TEXT, TEXT + " son"], config=config) == [(0, "a", "ocak", 1.0, True)]


def test_signed_rows_can_be_taken_from_files(tmp_path: Path) -> None:
    signed = sign_strings([TEXT, OTHER], 128)
    add(tmp_path / "index", "ocak", {"a": OTHER})
    rows = Signed(signed.signatures[1:], signed.keys[1:])
    found = older.search(older.open_index(tmp_path / "index", CONFIG), of_strings([TEXT, OTHER]).take(np.array([1])), rows, CONFIG)
    assert [one.id for one in found] == ["a"]
