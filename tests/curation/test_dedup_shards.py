from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pyarrow
import pytest

from curation.config import DedupConfig
from curation.dedup import find_duplicates, shards
from curation.dedup.bands import layout
from curation.dedup.cluster_rows import groups
from curation.dedup.clusters import Choice
from curation.dedup.shards import ShardFiles
from curation.dedup.texts import of_arrow_file
from curation.errors import ArtifactError
from curation.records import Document

WORDS = ["rüzgâr", "sabah", "kıyıdan", "esti", "balıkçılar", "ağlarını", "topladı", "limanda", "çay", "içildi", "martılar", "bağırdı", "güneş", "yükseldi", "pazar", "kuruldu", "kadınlar", "peynir", "sattı", "çocuklar", "denize", "taş", "attı", "akşam", "olunca", "ışıklar", "yandı", "herkes", "evine", "döndü", "yağmur", "çatıları", "ıslattı"]  # fmt: skip
CONFIG = DedupConfig()


def corpus(seed: int, count: int = 60) -> list[Document]:
    """Documents of which about half are edited or equal copies of earlier ones."""
    draw = random.Random(seed)
    texts: list[list[str]] = []
    for _ in range(count):
        if texts and draw.random() < 0.5:
            words = list(draw.choice(texts))
            for _ in range(draw.choice([0, 0, 1, 2, 4])):
                words[draw.randrange(len(words))] = draw.choice(WORDS)
        else:
            words = draw.choices(WORDS, k=draw.randint(3, 120))
        texts.append(words)
    tags: list[tuple[str, ...]] = [("mojibake_utf8",) if draw.random() < 0.2 else () for _ in texts]
    return [Document(f"d-{number}", " ".join(words), f"{number}.txt", tags=tags[number]) for number, words in enumerate(texts)]


def write(path: Path, documents: Sequence[Document], rows_of_a_batch: int = 7, options: object = None) -> Path:
    text = pyarrow.large_string()
    schema = pyarrow.schema([("id", text), ("source", text), ("tags", pyarrow.list_(text)), ("text", text)])
    rows = [{"id": one.id, "source": one.source, "tags": list(one.tags), "text": one.text} for one in documents]
    with pyarrow.OSFile(str(path), "wb") as file, pyarrow.ipc.new_file(file, schema, options=options) as writer:
        for start in range(0, len(rows), rows_of_a_batch):
            writer.write_batch(pyarrow.RecordBatch.from_pylist(rows[start : start + rows_of_a_batch], schema=schema))
    return path


def compare(
    folder: Path, documents: Sequence[Document], cuts: Sequence[int], config: DedupConfig = CONFIG
) -> tuple[Choice, list[ShardFiles]]:
    """All tasks on `documents` in shards that end at `cuts`, the order within each step turned round."""
    folder.mkdir()
    borders = [0, *cuts, len(documents)]
    files = [
        ShardFiles(write(folder / f"{number}.arrow", documents[start:end]), folder / f"{number}.signed")
        for number, (start, end) in enumerate(pairwise(borders))
    ]
    for one in reversed(files):
        shards.sign_shard(one, config)
    shards.join_copies(files, folder / "copies")
    joined = [folder / f"band-{band}" for band in range(layout(config.threshold, config.permutations).bands)]
    for band, out in reversed(list(enumerate(joined))):
        shards.join_band(band, files, folder / "copies", out)
    verified = [folder / f"verified-{number}" for number in range(len(files))]
    for number, out in reversed(list(enumerate(verified))):
        shards.verify(number, files, joined, config, out)
    return shards.choose_shards(files, folder / "copies", verified, config), files


def as_told(choice: Choice) -> list[tuple[int, int, int, float, bool]]:
    return [
        (number, int(choice.kept[number]), int(choice.match[number]), float(choice.jaccard[number]), bool(choice.exact[number]))
        for number in choice.dropped().tolist()
    ]


@pytest.mark.parametrize("chains", ["follow", "cut"])
@pytest.mark.parametrize("seed", range(4))
def test_shards_give_what_memory_gives(seed: int, chains: str, tmp_path: Path) -> None:
    documents = corpus(seed)
    config = DedupConfig.model_validate({"chains": chains})
    choice, _ = compare(tmp_path / "work", documents, [20, 20, 45], config)
    expected = [(one.dropped, one.kept, one.match, one.jaccard, one.exact) for one in find_duplicates(documents, config)]
    assert len(expected) > 10
    assert as_told(choice) == expected


def test_the_cut_into_shards_changes_nothing(tmp_path: Path) -> None:
    documents = corpus(9)
    one = as_told(compare(tmp_path / "one", documents, [])[0])
    many = as_told(compare(tmp_path / "many", documents, range(5, 60, 5))[0])
    assert one == many


def test_parts_and_ranges_that_hold_little_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = corpus(5)
    whole = as_told(compare(tmp_path / "whole", documents, [30])[0])
    monkeypatch.setattr(shards, "_PART", 9)
    monkeypatch.setattr(shards, "_PAIRS", 3)
    assert as_told(compare(tmp_path / "parts", documents, [30])[0]) == whole
    assert len(list((tmp_path / "parts" / "band-0").glob("run-*.npy"))) > 1


def test_a_finished_task_is_not_done_again(tmp_path: Path) -> None:
    _, files = compare(tmp_path / "work", corpus(1), [30])
    joined = [tmp_path / "work" / "band-0"]
    done = {path: path.stat().st_mtime_ns for path in (tmp_path / "work").rglob("*.npy")}
    for one in files:
        shards.sign_shard(one, CONFIG)
    shards.join_copies(files, tmp_path / "work" / "copies")
    shards.join_band(0, files, tmp_path / "work" / "copies", joined[0])
    shards.verify(0, files, joined, CONFIG, tmp_path / "work" / "verified-0")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "work").rglob("*.npy")} == done


def test_a_task_that_dies_leaves_no_folder_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = ShardFiles(write(tmp_path / "0.arrow", corpus(1)), tmp_path / "0.signed")

    def dies(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="no space"):
        patched.setattr(shards.bands, "band_keys", dies)
        shards.sign_shard(files, CONFIG)
    assert not files.signed.exists()
    shards.sign_shard(files, CONFIG)
    assert files.signed.is_dir()


def test_scores_decide_before_length(tmp_path: Path) -> None:
    text = " ".join(WORDS * 3)
    files = ShardFiles(write(tmp_path / "0.arrow", [Document("a", text + " son", ""), Document("b", text, "")]), tmp_path / "0.signed")
    shards.sign_shard(files, CONFIG, scores=[0.2, 0.7])
    shards.join_copies([files], tmp_path / "copies")
    shards.join_band(0, [files], tmp_path / "copies", tmp_path / "band")
    shards.verify(0, [files], [tmp_path / "band"], CONFIG, tmp_path / "verified")
    assert shards.choose_shards([files], tmp_path / "copies", [tmp_path / "verified"], CONFIG).kept.tolist() == [1, 1]


def test_documents_are_described_by_their_number_over_all_shards(tmp_path: Path) -> None:
    documents = corpus(3)
    choice, files = compare(tmp_path / "work", documents, [10, 40])
    named = shards.describe(files)
    assert [named(number) for number in range(60)] == [(one.id, one.source) for one in documents]
    assert all(int(kept) not in group for kept, group in groups(choice))


def test_full_buckets_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curation.dedup.bands.WINDOW", 2)
    text = " ".join(WORDS * 4)
    compare(tmp_path / "work", [Document(f"d-{n}", f"{text} {n}", "") for n in range(9)], [4])
    found = shards.figures(sorted((tmp_path / "work").glob("band-*")))
    assert found.largest == 9
    assert found.skipped > 0


def test_texts_of_an_arrow_file_are_read_where_they_lie(tmp_path: Path) -> None:
    documents = [*corpus(2), Document("boş", "", ""), Document("son", "Iğdır — son", "")]
    texts = of_arrow_file(write(tmp_path / "a.arrow", documents))
    assert [texts[number] for number in range(len(texts))] == [one.text for one in documents]
    assert not texts.data.flags.writeable
    assert len(of_arrow_file(write(tmp_path / "none.arrow", []))) == 0


def test_a_compressed_or_foreign_file_is_refused(tmp_path: Path) -> None:
    packed = write(tmp_path / "packed.arrow", corpus(2), 60, pyarrow.ipc.IpcWriteOptions(compression="zstd"))
    with pytest.raises(ArtifactError, match="compressed"):
        of_arrow_file(packed)
    with pytest.raises(ArtifactError, match="column metin"):
        of_arrow_file(write(tmp_path / "a.arrow", corpus(2)), "metin")
    (tmp_path / "b.arrow").write_bytes(b"not arrow at all")
    with pytest.raises(ArtifactError, match=r"b\.arrow"):
        of_arrow_file(tmp_path / "b.arrow")
