"""A corpus in shards: the same bytes whatever the shards, the workers, the engine and the kills."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest

from curation.config import CurateConfig
from curation.curate import curate_corpus
from curation.funnel import Funnel
from curation.records import Document, Rejected
from curation.shards import plan
from curation.storage import read_jsonl, read_records

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "belgeler"
SHARD_MB = 0.02
"""Cuts the texts below into some ten shards."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample documents as one JSON Lines file, every fourth twice, with a broken row."""
    folder = tmp_path_factory.mktemp("corpus")
    texts = writings()
    rows = [json.dumps({"text": text}, ensure_ascii=False) for text in [*texts, *texts[::4]]]
    rows.insert(7, "{bozuk")
    (folder / "a.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return folder


def writings() -> list[str]:
    """The samples that are plain UTF-8."""
    texts = [path.read_bytes().decode("utf-8", "replace") for path in sorted(SAMPLES.rglob("*.txt"))]
    return [text for text in texts if "\ufffd" not in text]


def config(**keys: Any) -> CurateConfig:
    return CurateConfig(**{"inputs": ("a.jsonl",), **keys})


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Funnel, dict[str, bytes]]:
    """The corpus curated as one shard in this process."""
    out = tmp_path_factory.mktemp("whole")
    funnel = curate_corpus(config(), corpus, out / "out", out / "work")
    return funnel, files(out / "out")


def test_the_artifact_accounts_for_every_record(corpus: Path, whole: tuple[Funnel, dict[str, bytes]]) -> None:
    funnel, written = whole
    rows = (corpus / "a.jsonl").read_text(encoding="utf-8").count("\n") + 1
    assert funnel.read == rows
    assert written["documents.jsonl"].count(b"\n") == funnel.kept
    assert written["rejected.jsonl"].count(b"\n") == funnel.rejected.total() == rows - funnel.kept
    assert funnel.rejected["broken_json"] == 1
    assert funnel.rejected["exact_duplicate"] > 3
    assert set(written) == {
        "documents.jsonl",
        "rejected.jsonl",
        "measures.parquet",
        "kvkk.jsonl",
        "removed.jsonl",
        "clusters.jsonl",
        "kvkk.json",
    }


def test_shards_and_workers_change_no_byte(corpus: Path, whole: tuple[Funnel, dict[str, bytes]], tmp_path: Path) -> None:
    engine = {"workers": 2, "shard_mb": SHARD_MB}
    assert len(plan(config(engine=engine), corpus)) > 5
    funnel = curate_corpus(config(engine=engine), corpus, tmp_path / "out", tmp_path / "work")
    assert funnel == whole[0]
    assert without_measures(files(tmp_path / "out")) == without_measures(whole[1])
    assert pq.read_table(tmp_path / "out" / "measures.parquet").num_rows == funnel.read - funnel.rejected["broken_json"]


def without_measures(written: dict[str, bytes]) -> dict[str, bytes]:
    # Parquet has a row group for each shard: equal rows, other bytes.
    return {name: content for name, content in written.items() if name != "measures.parquet"}


def test_measures_name_the_reason_of_every_measured_document(corpus: Path, tmp_path: Path) -> None:
    funnel = curate_corpus(config(engine={"workers": 1, "shard_mb": SHARD_MB}), corpus, tmp_path / "out", tmp_path / "work")
    rows = pq.read_table(tmp_path / "out" / "measures.parquet").to_pylist()
    reasons = {one.id: one.reason for one in read_jsonl(tmp_path / "out" / "rejected.jsonl", Rejected)}
    assert {row["id"]: row["reason"] for row in rows if row["reason"]} == {k: v for k, v in reasons.items() if v != "broken_json"}
    assert sum(not row["reason"] for row in rows) == funnel.kept
    assert "row" not in rows[0]


def test_parquet_shards_hold_the_same_documents(corpus: Path, whole: tuple[Funnel, dict[str, bytes]], tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "documents.jsonl").write_bytes(whole[1]["documents.jsonl"])
    curate_corpus(config(format="parquet", engine={"workers": 1, "shard_mb": SHARD_MB}), corpus, tmp_path / "out", tmp_path / "work")
    assert len(list((tmp_path / "out").glob("documents-*.parquet"))) > 5
    wanted = list(read_records(tmp_path / "whole", "documents", Document))
    assert list(read_records(tmp_path / "out", "documents", Document)) == wanted


RUN = """
import sys
from pathlib import Path
from curation.config import CurateConfig
from curation.curate import curate_corpus
if __name__ == "__main__":
    root, out, work = map(Path, sys.argv[1:4])
    curate_corpus(CurateConfig.model_validate_json(sys.argv[4]), root, out, work)
"""


def test_a_killed_curation_goes_on_where_it_was(corpus: Path, whole: tuple[Funnel, dict[str, bytes]], tmp_path: Path) -> None:
    asked = config(engine={"workers": 2, "shard_mb": SHARD_MB})
    (tmp_path / "run.py").write_text(RUN)
    command = [
        sys.executable,
        str(tmp_path / "run.py"),
        str(corpus),
        str(tmp_path / "out"),
        str(tmp_path / "work"),
        asked.model_dump_json(),
    ]
    shards = tmp_path / "work" / "shards"
    run = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
    while len(list(shards.glob("[0-9]*"))) < 2:
        assert run.poll() is None, "it ended before it could be killed"
        time.sleep(0.005)
    run.send_signal(signal.SIGKILL)
    run.wait()
    finished = {path.name: path.stat().st_mtime_ns for path in shards.glob("[0-9]*")}
    assert 2 <= len(finished) < len(plan(asked, corpus))
    funnel = curate_corpus(asked, corpus, tmp_path / "out", tmp_path / "work")
    assert {path.name: path.stat().st_mtime_ns for path in shards.glob("[0-9]*") if path.name in finished} == finished
    assert funnel == whole[0]
    assert without_measures(files(tmp_path / "out")) == without_measures(whole[1])


def test_work_done_for_other_shards_is_not_taken_up(corpus: Path, whole: tuple[Funnel, dict[str, bytes]], tmp_path: Path) -> None:
    for shard_mb in (SHARD_MB, 64):
        curate_corpus(config(engine={"workers": 1, "shard_mb": shard_mb}), corpus, tmp_path / f"{shard_mb}", tmp_path / "work")
    assert files(tmp_path / "64") == whole[1]


def test_lines_that_many_documents_share_are_taken_out_with_their_place(tmp_path: Path) -> None:
    footer = "Bu sayfadaki bilgiler yalnızca tanıtım amacıyla hazırlanmıştır ve bağlayıcı değildir."
    texts = writings()[:6]
    rows = [json.dumps({"text": f"{text}\n\n{footer}"}, ensure_ascii=False) for text in texts]
    (tmp_path / "a.jsonl").write_text("\n".join(rows), encoding="utf-8")
    lines = {"enabled": True, "min_documents": 5}
    asked = config(dedup={"lines": lines}, engine={"workers": 1, "shard_mb": 0.002})
    funnel = curate_corpus(asked, tmp_path, tmp_path / "out", tmp_path / "work")
    assert funnel.lines_removed == {"shared_line": 6}
    documents = list(read_records(tmp_path / "out", "documents", Document))
    assert len(documents) == funnel.kept == 6
    assert not any(footer in one.text for one in documents)
    removed = [json.loads(line) for line in (tmp_path / "out" / "removed.jsonl").read_text().splitlines()]
    assert [(one["document_id"], one["end"] - one["start"], one["reason"]) for one in removed] == [
        (one.id, len(footer), "shared_line") for one in documents
    ]


def test_documents_of_an_older_corpus_are_not_taken_again(corpus: Path, tmp_path: Path) -> None:
    asked = config(dedup={"index": {"path": str(tmp_path / "index")}})
    first = curate_corpus(asked, corpus, tmp_path / "1", tmp_path / "work-1", batch="bir")
    again = curate_corpus(asked, corpus, tmp_path / "2", tmp_path / "work-2", batch="bir")
    other = curate_corpus(asked, corpus, tmp_path / "3", tmp_path / "work-3", batch="iki")
    assert first == again
    assert (first.kept > 0, other.kept) == (True, 0)
    rejected = list(read_jsonl(tmp_path / "3" / "rejected.jsonl", Rejected))
    assert sum("önceki küme bir" in one.detail for one in rejected) == first.kept


def test_evaluation_items_are_found_and_named(corpus: Path, tmp_path: Path) -> None:
    document = next(read_records(_curated(corpus, tmp_path / "plain"), "documents", Document))
    item = " ".join(document.text.split()[5:30])
    (tmp_path / "test.jsonl").write_text(json.dumps({"soru": item}, ensure_ascii=False), encoding="utf-8")
    sets = {"sets": [{"path": str(tmp_path / "test.jsonl"), "name": "sınav"}]}
    funnel = curate_corpus(config(decontaminate=sets), corpus, tmp_path / "out", tmp_path / "work")
    assert funnel.contamination["sınav"] >= 1
    rejected = [one for one in read_jsonl(tmp_path / "out" / "rejected.jsonl", Rejected) if one.reason == "contaminated"]
    assert document.id in {one.id for one in rejected}
    assert "sınav kümesinin 1. maddesi" in rejected[0].detail


def _curated(corpus: Path, folder: Path) -> Path:
    curate_corpus(config(), corpus, folder / "out", folder / "work")
    return folder / "out"


def test_the_least_likely_documents_go_and_keep_their_scores(corpus: Path, tmp_path: Path) -> None:
    letters = Random(7)
    scrambled = " ".join("".join(letters.choices("abcçdefgğhıijklmnoöprsştuüvyz", k=letters.randint(3, 9))) for _ in range(150))
    rows = (corpus / "a.jsonl").read_text(encoding="utf-8") + "\n" + json.dumps({"text": scrambled}, ensure_ascii=False)
    (tmp_path / "a.jsonl").write_text(rows, encoding="utf-8")
    quality = {"preset": "none", "perplexity": {"enabled": True, "keep_share": 0.97}}
    asked = config(quality=quality, language={"keep": ()}, engine={"workers": 1, "shard_mb": SHARD_MB})
    funnel = curate_corpus(asked, tmp_path, tmp_path / "out", tmp_path / "work")
    unlikely = [one for one in read_jsonl(tmp_path / "out" / "rejected.jsonl", Rejected) if one.reason == "unlikely_text"]
    assert f"a.jsonl:{rows.count(chr(10)) + 1}" in {one.source for one in unlikely}
    assert len(unlikely) == funnel.rejected["unlikely_text"] <= 8
    scores = pq.read_table(tmp_path / "out" / "measures.parquet", columns=["perplexity_spelling", "perplexity_order"])
    assert scores["perplexity_order"].null_count < scores.num_rows / 2


def test_surrogates_are_the_same_whatever_the_workers_and_the_key_stands_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMBIK_PII_KEY", "cok-gizli-bir-anahtar-0123456789")
    text = "Sayın Ayşe Yılmaz'ın telefonu 0532 123 45 67 olarak kayıtlıdır ve başvurusu için bekleniyor."
    rows = [json.dumps({"text": f"{text} {other}"}, ensure_ascii=False) for other in writings()[:6]]
    (tmp_path / "a.jsonl").write_text("\n".join(rows), encoding="utf-8")
    outs = []
    for workers, shard_mb in ((1, 64), (2, 0.003)):
        out = tmp_path / f"{workers}"
        asked = config(pii={"policy": "surrogate"}, engine={"workers": workers, "shard_mb": shard_mb})
        curate_corpus(asked, tmp_path, out / "out", out / "work")
        outs.append(without_measures(files(out / "out")))
        written = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
        assert b"cok-gizli" not in written
        assert "Ayşe".encode() not in written
    assert outs[0] == outs[1]
    assert "Yılmaz" not in outs[0]["documents.jsonl"].decode()
