"""The recipe's choice among pairs, through the whole stage."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from pipelines.run import run_recipe

TEXTS = Path(__file__).parents[2] / "samples" / "belgeler"


def ran(folder: Path, name: str, selection: str) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
    """Pairs, coverage and manifest of a run with this `selection`."""
    inputs = folder / "belgeler"
    if not inputs.exists():
        inputs.mkdir()
        for path in sorted(TEXTS.rglob("*.txt"))[:12]:
            shutil.copy(path, inputs)
    recipe = folder / f"{name}.yaml"
    held = "held_out: 0.25, validation: 0.15"
    recipe.write_text(f"name: {name}\ncurate: {{inputs: [belgeler]}}\npairs: {{{held}, selection: {selection}}}\n", encoding="utf-8")
    made = run_recipe(recipe, folder / "runs", last="pairs") / "2-pairs"
    lines = (made / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    coverage, manifest = (json.loads((made / file).read_text(encoding="utf-8")) for file in ("coverage.json", "manifest.json"))
    return [json.loads(line) for line in lines], coverage, manifest


def test_a_choice_leaves_what_is_measured_on_alone_and_says_what_it_covers(tmp_path: Path) -> None:
    all_pairs, _, _ = ran(tmp_path, "hepsi", "{}")
    pairs, coverage, manifest = ran(tmp_path, "secme", "{keep: 6}")
    assert sum(one["split"] == "train" for one in pairs) == 6
    assert [one for one in all_pairs if one["split"] != "train"] == [one for one in pairs if one["split"] != "train"]
    assert (coverage["train"]["pairs"], coverage["all"]["pairs"]) == (6, len(pairs))
    assert manifest["figures"]["coverage"] == coverage["train"]
    assert coverage["train"]["documents_with_pairs"] <= coverage["train"]["documents"] < coverage["all"]["documents"]
    assert coverage["all"]["documents"] == manifest["figures"]["documents"]
    assert manifest["rejected"]["not_chosen"] == len(all_pairs) - len(pairs)
    assert manifest["read"] == manifest["kept"] + sum(manifest["rejected"].values())
