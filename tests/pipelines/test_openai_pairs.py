"""A model at an OpenAI-compatible server writes pairs on the same road as the embedded writer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipelines.run import run_recipe
from pipelines.stages.files import DOCUMENTS_FOLDER, PAIRS_FOLDER

TEXT = """Karaçam'da bir okulun öyküsü

Karaçam İlkokulu {year} yılında iki derslikle açıldı. Okulun ilk öğretmeni köye atla geldi ve kış boyunca muhtarın evinde kaldı.

Bugün okulda 84 öğrenci okuyor. Bahçedeki ceviz ağacını ilk mezunlar dikti; ağacın gölgesinde her haziran karne töreni yapılıyor.
"""


def laid_out(folder: Path, server: str) -> Path:
    (folder / "belgeler").mkdir()
    for number in range(6):
        text = TEXT.replace("Karaçam", f"Karaçam {number}").format(year=1950 + number)
        (folder / "belgeler" / f"okul-{number}.txt").write_text(text, encoding="utf-8")
    recipe = folder / "tarif.yaml"
    recipe.write_text(
        "name: sunucu\n"
        "curate: {inputs: [belgeler], dedup: {threshold: 1.0}}\n"
        f"pairs: {{tasks: {{soru-cevap: 1}}, model: {{kind: openai, name: m, base_url: '{server}'}}}}\n",
        encoding="utf-8",
    )
    return recipe


def test_a_servers_answers_are_grounded_and_become_pairs(chat_server: Any, tmp_path: Path) -> None:
    run = run_recipe(laid_out(tmp_path, chat_server.base_url), tmp_path / "runs", last="pairs")
    documents = {one["id"]: one for one in map(json.loads, (run / DOCUMENTS_FOLDER / "documents.jsonl").read_text("utf-8").splitlines())}
    pairs = [json.loads(line) for line in (run / PAIRS_FOLDER / "pairs.jsonl").read_text("utf-8").splitlines()]
    assert len(pairs) == 6
    for pair in pairs:
        (evidence,) = pair["evidence"]
        sentence = documents[evidence["document_id"]]["text"][evidence["start"] : evidence["end"]]
        assert pair["output"].split()[0] in sentence
        assert pair["writer"] == "m"
        assert pair["instruction"].endswith("hangi yılda iki derslikle açıldı?")


def test_tokens_are_counted_and_a_second_run_asks_nothing(chat_server: Any, tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, chat_server.base_url)
    run = run_recipe(recipe, tmp_path / "runs", last="pairs")
    usage = json.loads((run / PAIRS_FOLDER / "manifest.json").read_text("utf-8"))["figures"]["model"]
    assert usage == {"prompts": 6, "failed": 0, "input_tokens": 66, "output_tokens": 42}
    before = sum(chat_server.seen()["seen"].values())
    run_recipe(recipe, tmp_path / "runs", first="pairs", last="pairs")
    assert sum(chat_server.seen()["seen"].values()) == before


def test_every_artifact_loads_as_a_dataset(chat_server: Any, tmp_path: Path) -> None:
    from datasets import load_dataset

    run = run_recipe(laid_out(tmp_path, chat_server.base_url), tmp_path / "runs", last="pairs")
    for path in (run / DOCUMENTS_FOLDER / "documents.jsonl", run / PAIRS_FOLDER / "pairs.jsonl"):
        loaded = load_dataset("json", data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"))
        assert len(loaded) == len(path.read_text("utf-8").splitlines())
