"""What cannot be read is rejected one by one, with file, line and reason; the rest goes on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipelines.run import run_recipe

BROKEN = Path(__file__).parents[2] / "samples" / "bozuk"


def rejected_and_kept(folder: Path) -> tuple[dict[str, str], list[str]]:
    (folder / "tarif.yaml").write_text(
        "name: bozuk\ncurate: {inputs: [belgeler], language: {keep: []}, quality: {preset: none}}\n", encoding="utf-8"
    )
    run = run_recipe(folder / "tarif.yaml", folder / "runs", last="curate")

    def rows(name: str) -> list[dict[str, str]]:
        return [json.loads(line) for line in (run / "1-documents" / name).read_text(encoding="utf-8").splitlines()]

    return {row["source"].removeprefix("belgeler/"): row["reason"] for row in rows("rejected.jsonl")}, [
        row["source"].removeprefix("belgeler/") for row in rows("documents.jsonl")
    ]


def test_each_broken_sample_is_one_rejection_with_its_place_and_reason(tmp_path: Path) -> None:
    shutil.copytree(BROKEN, tmp_path / "belgeler")
    rejected, kept = rejected_and_kept(tmp_path)
    assert rejected == {
        "bos.docx": "empty_file",
        "bos.txt": "empty_file",
        "eksik-sutun.csv": "missing_text",
        "ikili.txt": "binary",
        "kesik.pdf": "truncated_pdf",
        "kirik-satir.jsonl:2": "broken_json",
        "kirik-satir.jsonl:3": "missing_text",
    }
    assert "kirik-satir.jsonl:1" in kept
    assert "klasor.txt/icindeki.txt" in kept


def test_a_line_of_200_mb_is_one_rejection_and_the_next_line_goes_on(tmp_path: Path) -> None:
    (tmp_path / "belgeler").mkdir()
    with (tmp_path / "belgeler" / "buyuk.jsonl").open("w", encoding="utf-8") as file:
        file.write('{"text": "')
        for _ in range(200):
            file.write("x" * 1_000_000)
        file.write('"}\n{"text": "Kütüphane 1987 yılında Sivas\'ta açıldı."}\n')
    rejected, kept = rejected_and_kept(tmp_path)
    assert rejected == {"buyuk.jsonl:1": "line_too_long"}
    assert kept == ["buyuk.jsonl:2"]


def test_latin5_bytes_are_read_and_a_link_out_of_the_recipes_folder_is_not_followed(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (tmp_path / "belgeler").mkdir()
    text = "Şişli'de ağaçlandırma çalışması için gönüllü aranıyor; başvurular ilçe müdürlüğüne yapılacak."
    (tmp_path / "belgeler" / "latin5.txt").write_bytes(text.encode("iso-8859-9"))
    secret = tmp_path_factory.mktemp("baska") / "gizli.txt"
    secret.write_text("Çok gizli bir belge.", encoding="utf-8")
    (tmp_path / "belgeler" / "link.txt").symlink_to(secret)
    rejected, kept = rejected_and_kept(tmp_path)
    assert kept == ["latin5.txt"]
    documents = (tmp_path / "runs" / "bozuk" / "1-documents" / "documents.jsonl").read_text(encoding="utf-8")
    assert "Şişli'de ağaçlandırma" in documents
    assert rejected == {"link.txt": "outside_root"}
