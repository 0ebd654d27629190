"""Evolved instructions: what is no gain is eliminated, a pair leads to a prompt of its own, and only instructions worded by a model are evolved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from curation.records import Document, Evidence, Pair
from synthesis.config import SynthesisConfig
from synthesis.elimination import eliminated
from synthesis.evolving import evolved
from synthesis.passages import Passage, passages
from synthesis.prompt import PROMPTS, template_lines
from synthesis.retry import repairable
from synthesis.tasks import TASKS, evolution, schemas_of

TEXT = (
    "Yazıköy su kemeri 1893 yılında kesme taştan yapıldı. Kemer, dağdaki kaynağın suyunu köye indirdi. Köylüler 1931 yılında kemeri onardı. "
    "Onarımda kireç harcı kullanıldı, çünkü çimento o yıllarda köye ulaşmıyordu."
)
SIMPLE = "Yazıköy su kemerinin neden onarıldığını anlat."
DEEPER = "Yazıköy su kemerinin neden ve hangi malzemeyle onarıldığını anlat, malzemenin niçin seçildiğini de açıkla."
ANSWER = "Kemer 1931 yılında kireç harcıyla onarıldı; çimento köye ulaşmıyordu."


def passage() -> Passage:
    (found,) = passages(Document("doc-1", f"# Yazıköy su kemeri\n\n{TEXT}", "a.md", title="Yazıköy su kemeri"), SynthesisConfig())
    return found


def pair(instruction: str = SIMPLE, **fields: str) -> Pair:
    return Pair(fields.pop("id", "pair-1"), instruction, ANSWER, "tohumdan", (Evidence("doc-1", 20, 40),), "m", **fields)


@pytest.mark.parametrize(
    ("instruction", "answer", "deeper", "reason"),
    [
        (DEEPER, ANSWER, True, None),
        (SIMPLE.removesuffix(".") + "!", ANSWER, False, "not_evolved"),
        (f"Lütfen {SIMPLE}", ANSWER, True, "not_evolved"),
        ("Yazıköy su kemerleri neden onarıldığını kısaca anlat.", ANSWER, True, "not_evolved"),
        ("Yazıköy su kemerinin onarımını özetle.", ANSWER, True, "not_harder"),
        ("Yazıköy su kemerinin neden onarıldığını yaz.", ANSWER, False, "not_evolved"),
        ("Dağ köylerine suyun nasıl getirildiğini bir örnekle göster.", ANSWER, False, None),
        (DEEPER.replace("de açıkla", "de açıkla; ilk yönergeye de uy"), ANSWER, True, "speaks_of_request"),
        ("Geliştirilmiş yönerge: " + DEEPER, ANSWER, True, "speaks_of_request"),
        ("Yazıköy su kemerinin ilk onarımını ve bakım yönergesini nedenleriyle anlat.", ANSWER, True, None),
        (DEEPER, "Üzgünüm, kemerle ilgili yeterli bilgi bulamadım.", True, "not_answered"),
        (DEEPER, "Metinde malzemenin niçin seçildiği belirtilmemiştir.", True, "not_answered"),
        (DEEPER, "Yönerge cevaplanamıyor.", True, "not_answered"),
        (DEEPER, "Ne yazık ki kemer zamanla yıprandı, köylüler kireç harcıyla onardı.", True, None),
        (DEEPER, f"{ANSWER} {' '.join(['Köylüler birlikte çalıştı.'] * 30)} Metinde başka bilgi yok.", True, None),
    ],
)
def test_what_is_no_gain_is_eliminated(instruction: str, answer: str, deeper: bool, reason: str | None) -> None:
    found = eliminated(SIMPLE, instruction, answer, deeper=deeper)
    assert (found and found.reason) == reason


@pytest.mark.parametrize("reason", ["not_evolved", "not_harder", "speaks_of_request", "not_answered"])
def test_a_model_can_be_told_what_was_no_gain(reason: str) -> None:
    assert repairable(reason)


def test_the_prompt_holds_the_instruction_and_follows_the_pair_and_the_directions() -> None:
    config = SynthesisConfig.model_validate({"evolve": {"directions": {"breadth": 1}}, "difficulty": {"kolay": 1}})
    ways = {evolution(pair(id=f"pair-{number}"), passage(), config, seed=1).fields["yol"] for number in range(20)}
    assert ways == set(template_lines(PROMPTS, "evol", "genişlik"))
    prompt = evolution(pair(), passage(), config, seed=1)
    assert f"Geliştirilecek yönerge: {SIMPLE}" in prompt.messages[-1].content
    assert "Kolay olsun" not in prompt.messages[-1].content


def test_depth_and_breadth_come_by_their_weights() -> None:
    config = SynthesisConfig.model_validate({"evolve": {}})
    drawn = [evolution(pair(id=f"pair-{number}"), passage(), config, seed=1).fields["yon"] for number in range(400)]
    assert 0.7 < drawn.count("derinlik") / 400 < 0.8


@pytest.mark.parametrize(("given", "context", "rule"), [("", "none", "yalnız"), (TEXT, "passage", "metinli")])
def test_the_evolved_instruction_carries_its_text_where_its_origin_does(given: str, context: str, rule: str) -> None:
    prompt = evolution(replace(pair(), input=given), passage(), SynthesisConfig(), seed=1)
    assert prompt.fields["baglam"] == context
    assert template_lines(PROMPTS, "evol", rule)[0] in prompt.messages[-1].content


def test_instructions_that_stand_fast_or_lean_on_more_than_the_passage_are_not_evolved() -> None:
    weights = dict.fromkeys(TASKS, 1.0)
    able = ["soru-cevap", "tanim", "liste", "aciklama", "adim-adim", "geri-ceviri", "tohumdan", "evol"]
    assert evolved(SynthesisConfig.model_validate({"tasks": weights, "evolve": {}}), TASKS) == able
    assert evolved(SynthesisConfig.model_validate({"tasks": weights, "evolve": {"tasks": ["tanim"]}}), TASKS) == ["tanim"]
    assert evolved(SynthesisConfig.model_validate({"tasks": weights}), TASKS) == []


def test_the_schemas_of_a_recipe_that_evolves_hold_that_of_evolved_pairs() -> None:
    config = SynthesisConfig.model_validate({"tasks": {"ozet": 1, "tanim": 1}, "evolve": {}})
    assert set(schemas_of(config)) == {"ozet", "tanim", "evol"}
