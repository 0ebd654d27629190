"""A server that writes programming problems: tested pairs, and preferences whose rejected code fails those tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipelines.report.words import reason_word, word
from pipelines.run import run_recipe
from pipelines.stages.files import PAIRS_FOLDER, PREFERENCES_FOLDER
from synthesis.code_blocks import code_in
from synthesis.config import CodeConfig
from synthesis.sandbox.proof import fails, prove

GOLD = json.loads((Path(__file__).parents[1] / "synthesis" / "kod_gold.json").read_text(encoding="utf-8"))
ROOT = Path(__file__).parents[2]


def laid_out(folder: Path, server: str) -> Path:
    (folder / "belgeler").mkdir()
    for gold in GOLD:
        (folder / "belgeler" / f"{gold['baslik']}.md").write_text(f"# {gold['baslik']}\n\n{gold['metin']}\n", encoding="utf-8")
    recipe = folder / "tarif.yaml"
    recipe.write_text(
        "name: kod\n"
        "curate: {inputs: [belgeler], dedup: {threshold: 1.0}}\n"
        f"pairs: {{tasks: {{kod: 1}}, model: {{kind: openai, name: m, base_url: '{server}'}}}}\n",
        encoding="utf-8",
    )
    return recipe


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_pair_is_proven_and_every_rejected_answer_is_proven_wrong(chat_server: Any, tmp_path: Path) -> None:
    run = run_recipe(laid_out(tmp_path, chat_server.base_url), tmp_path / "runs", last="preferences")
    pairs = {one["id"]: one for one in rows(run / PAIRS_FOLDER / "pairs.jsonl")}
    assert len(pairs) == len(GOLD)
    for pair in pairs.values():
        assert prove(code_in(pair["output"]), pair["tests"], CodeConfig()) == pair["tests"]
    assert [one["reason"] for one in rows(run / PAIRS_FOLDER / "rejected.jsonl")] == ["solution_fails_tests"]
    assert any("kalan * 12" in pair["output"] for pair in pairs.values()), "the mistake was mended when it was told"
    preferences = rows(run / PREFERENCES_FOLDER / "preferences.jsonl")
    assert len(preferences) == len(GOLD)
    for one in preferences:
        assert one["rejected_by"] == "wrong_result"
        assert fails(code_in(one["chosen"]), code_in(one["rejected"]), pairs[one["pair_id"]]["tests"], CodeConfig()) is None


def test_every_reason_and_kind_of_code_has_its_turkish_words() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in [*(ROOT / "synthesis/sandbox").glob("*.py"), ROOT / "pipelines/stages/cleaning.py"]
    )
    reasons = {
        "code_not_parsed", "tests_not_parsed", "tests_without_assertion", "tests_pass_on_stub", "tests_too_weak", "import_not_allowed",
        "code_not_allowed", "no_function", "solution_fails_tests", "solution_fools_tests", "solution_too_slow", "solution_too_much_memory",
        "solution_too_much_output", "solution_crashed", "personal_data_in_code",
    }  # fmt: skip
    assert [one for one in reasons if f'"{one}"' not in source] == []
    assert [one for one in {*reasons, "people_code_fails"} if not reason_word(one)] == []
    assert word("kinds", "wrong_result") != "wrong_result"
