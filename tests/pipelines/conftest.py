"""A real chat server with faults, one per test module; a very small model in a GGUF; and a run folder with all that curation leaves to look at."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from curation.records import Document, Rejected
from curation.storage import write_jsonl, write_text

SERVER = Path(__file__).parent.parent / "servers" / "chat_server.py"
TEXTS = [
    f"Kasabanın {number}. mahallesinde bir çeşme vardır. Çeşmenin suyu yaz kış akar, komşular testilerini orada doldurur."
    for number in range(30)
]


@dataclass(frozen=True)
class Server:
    """A running chat server."""

    base_url: str

    def seen(self) -> dict[str, Any]:
        """What was asked so far."""
        with urllib.request.urlopen(self.base_url.removesuffix("/v1") + "/seen") as reply:
            values: dict[str, Any] = json.load(reply)
            return values


@pytest.fixture(scope="module")
def chat_server() -> Iterator[Server]:
    """A chat server in a process of its own."""
    process = subprocess.Popen([sys.executable, str(SERVER)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = int(process.stdout.readline())
    yield Server(f"http://127.0.0.1:{port}/v1")
    process.terminate()
    process.wait(10)
    process.stdout.close()


@pytest.fixture(scope="session")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A very small model, grown on the spot: it writes no sense, but through llama.cpp."""
    from training.config import TohumConfig
    from training.export.gguf_file import write_gguf
    from training.lora import load_tokenizer
    from training.tohum import grow

    shape = TohumConfig(vocab_size=512, hidden=64, layers=1, heads=2, context=256, tokens=4_000, batch_tokens=512)
    base = grow(TEXTS, shape, tmp_path_factory.mktemp("cache"), seed=1)
    file = tmp_path_factory.mktemp("gguf") / "model.gguf"
    write_gguf(base, None, load_tokenizer(base), file, name="deneme")
    return file


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    """A run of 100 documents with 1 to 100 words, those below 50 dropped, and five duplicates; every file that curation writes is there."""
    from pipelines.manifest import made_from, write_manifest
    from pipelines.recipe import load_recipe, recipe_yaml
    from pipelines.stages import CURATE

    run = tmp_path / "derlem"
    write_text(run / "tarif.yaml", "name: derlem\ncurate: {inputs: [tarif.yaml], quality: {preset: fineweb2-tr}}\n")
    recipe = load_recipe(run / "tarif.yaml")
    write_text(run / "recipe.yaml", recipe_yaml(recipe))
    write_text(run / "recipe-folder.txt", f"{run}\n")
    facts = _write_curation(run / CURATE.folder)
    write_manifest(run / CURATE.folder, CURATE, made_from(CURATE, recipe, run, run), seed=42, seconds=1.0, **facts)
    return run


def _write_curation(folder: Path) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def reason(words: int) -> str:
        return "too_short" if words < 50 else "near_duplicate" if words % 10 == 5 else ""

    rows = [
        {
            "id": f"d-{words:03}",
            "source": f"haber.jsonl:{words}",
            "reason": reason(words),
            "language": "tr",
            "language_probability": 0.99,
            "words": float(words),
            "mean_word_length": 5 + words % 10 / 5,
            "repeated_line_share": words / 200 if words % 2 else None,
            "top_9gram_share": None,
        }
        for words in range(1, 101)
    ]
    numbers = [(name, pa.float32()) for name in list(rows[0])[4:]]
    schema = pa.schema([(name, pa.large_string()) for name in list(rows[0])[:4]] + numbers)
    folder.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows, schema), folder / "measures.parquet", row_group_size=30)
    text = "Köy yolunda bir kervan yürüdü."
    kept = [Document(str(one["id"]), f"{text} {one['words']:.0f}", str(one["source"]), language="tr") for one in rows if not one["reason"]]
    gone = [Rejected(str(one["id"]), str(one["reason"]), "ayrıntı", str(one["source"]), text) for one in rows if one["reason"]]
    write_jsonl(folder / "documents.jsonl", kept)
    write_jsonl(folder / "rejected.jsonl", gone)
    members = [_member(words, jaccard, exact=words == 55) for words, jaccard in ((55, 1.0), (65, 0.91), (75, 0.84))]
    large = {"id": "c-a", "kept": "d-050", "size": 4, "members": members}
    small = {"id": "c-b", "kept": "d-051", "size": 2, "members": [_member(85, 0.8)]}
    other = {"id": "c-c", "kept": "d-052", "size": 2, "members": [_member(95, 0.95)]}
    write_jsonl(folder / "clusters.jsonl", [small, large, other])
    write_jsonl(
        folder / "kvkk.jsonl", [_finding(50, "PERSON", "honorific"), _finding(50, "TCKN", "checksum"), _finding(51, "PERSON", "honorific")]
    )
    write_jsonl(
        folder / "removed.jsonl", [{"document_id": "d-050", "source": "haber.jsonl:50", "start": 0, "end": 19, "reason": "shared_line"}]
    )
    figures = {
        "languages": {"tr": 100},
        "repairs": {"unwrapped": 3},
        "tags": {"toxic": 2},
        "pii_found": {"PERSON": 2, "TCKN": 1},
        "pii_covered": {"PERSON": 2, "TCKN": 1},
        "sensitive": {"ozel:saglik": 7},
        "contamination": {"sinav": 4},
        "lines_removed": {"shared_line": 11},
        "clusters": {"clusters": 3, "documents": 8, "largest": 4},
    }
    return {"read": 100, "kept": len(kept), "rejected": dict(Counter(one.reason for one in gone)), "figures": figures}


def _member(words: int, jaccard: float, *, exact: bool = False) -> dict[str, Any]:
    return {"id": f"d-{words:03}", "source": f"haber.jsonl:{words}", "match": "d-050", "jaccard": jaccard, "exact": exact}


def _finding(words: int, kind: str, rule: str) -> dict[str, Any]:
    place = {"field": "text", "kind": kind, "rule": rule, "start": 3, "end": 11}
    return {"document_id": f"d-{words:03}", "source": "haber.jsonl", **place, "action": "tag", "written": f"<{kind}_1>"}
