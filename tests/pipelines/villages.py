"""A recipe over the histories of six villages, with as many facts in each as the model server writes instructions about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from curation.errors import RecipeError
from pipelines.check import checked
from pipelines.run import run_recipe
from pipelines.stages.files import PAIRS_FOLDER

NAME = "koyler"
PLACES = ("Karaçam", "Akpınar", "Yeşildere", "Sarıkaya", "Gökçeören", "Taşbaşı")
FACTS = 4  # of a document
TEXT = """{place} köyünün tarihi

{place} değirmeni {a} yılında köylülerin eliyle taştan yapıldı. {place} çeşmesi {b} yılında ovaya su vermeye başladı{mark}.

{place} okulu {c} yılında iki derslikle açıldı. {place} köprüsü {d} yılında ırmağın dar yerinde kuruldu.
"""


def laid_out(folder: Path, server: str, keys: str, *, model: str = "m", mark: str = "") -> Path:
    """The recipe, `keys` among those of its pairs; the first document holds `mark`."""
    folder.mkdir(exist_ok=True)
    (folder / "belgeler").mkdir()
    for number, place in enumerate(PLACES):
        years = {name: 1901 + 10 * number + step for step, name in enumerate("abcd")}
        text = TEXT.format(place=place, mark=f" {mark}" if mark and number == 0 else "", **years)
        (folder / "belgeler" / f"{number}.txt").write_text(text, encoding="utf-8")
    recipe = folder / "tarif.yaml"
    served = f"{{kind: openai, name: {model}, base_url: '{server}', prices: {{input_usd: 1, output_usd: 4}}}}"
    recipe.write_text(
        f"name: {NAME}\n"
        "curate: {inputs: [belgeler], dedup: {threshold: 1.0}}\n"
        f"pairs: {{tasks: {{tohumdan: 1}}, model: {served}, {keys}}}\n",
        encoding="utf-8",
    )
    return recipe


def ran(folder: Path, server: Any, keys: str, **how: str) -> Path:
    """The run folder of the recipe, its pairs made."""
    return run_recipe(laid_out(folder, server.base_url, keys, **how), folder / "runs", last="pairs")


def rows(run: Path, name: str = "pairs.jsonl") -> list[dict[str, Any]]:
    """The rows of a file of the stage."""
    return [json.loads(line) for line in (run / PAIRS_FOLDER / name).read_text("utf-8").splitlines()]


def asked_in_all(server: Any) -> int:
    """How many requests the server has seen."""
    return sum(server.seen()["seen"].values())


def mistaken(folder: Path, keys: str) -> list[str]:
    """The mistaken keys of a recipe with these `keys` of its pairs."""
    keys = keys.replace("MODEL", "model: {kind: openai, name: m, base_url: 'http://localhost:1/v1'}")
    (folder / "metin.txt").write_text("Bir metin.", encoding="utf-8")
    recipe = folder / "tarif.yaml"
    recipe.write_text(f"name: hata\ncurate: {{inputs: [metin.txt]}}\npairs: {{{keys}}}\n", encoding="utf-8")
    try:
        checked(recipe)
    except RecipeError as error:
        return [one.key for one in error.mistakes]
    return []
