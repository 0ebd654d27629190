"""Task `kod`: good items become pairs, each bad one is refused with its reason."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from curation.records import Document, Pair, Rejected
from synthesis.code_blocks import code_in, outside, prose, with_code
from synthesis.config import CodeConfig, SynthesisConfig
from synthesis.passages import passages
from synthesis.prompt import Prompt
from synthesis.replies import items
from synthesis.retry import repairable
from synthesis.sandbox.proof import prove
from synthesis.schemas import CODE
from synthesis.tasks import accept, requests

GOLD = json.loads((Path(__file__).parent / "kod_gold.json").read_text(encoding="utf-8"))
ITEM = GOLD[0]["oge"]
SOLUTION, TESTS = ITEM["cozum"], "\n".join(ITEM["testler"])


def read(item: object, gold: dict = GOLD[0], **keys: object) -> tuple[list[Pair], list[Rejected], Prompt]:
    document = Document("doc-1", f"# {gold['baslik']}\n\n{gold['metin']}", "a.md", title=gold["baslik"])
    config = SynthesisConfig(tasks={"kod": 1}, **keys)
    (passage,) = passages(document, config)
    (prompt,) = requests(passage, config, seed=1)
    rejected: list[Rejected] = []
    reply = item if isinstance(item, str) else json.dumps([item], ensure_ascii=False)
    return list(accept(prompt, passage, reply, "qwen", rejected.append)), rejected, prompt


@pytest.mark.parametrize("gold", GOLD, ids=lambda gold: gold["baslik"])
def test_a_good_item_becomes_a_pair_that_holds_its_tests(gold):
    assert set(gold["oge"]) == set(CODE["required"])
    (pair,), rejected, _ = read(gold["oge"], gold)
    assert rejected == []
    assert pair.instruction == gold["oge"]["yonerge"]
    assert pair.output == f"{gold['oge']['aciklama']}\n\n```python\n{gold['oge']['cozum']}\n```"
    assert prove(code_in(pair.output), pair.tests, CodeConfig()) == pair.tests
    text = f"# {gold['baslik']}\n\n{gold['metin']}"
    assert [text[one.start : one.end] for one in pair.evidence] == gold["oge"]["kanit"]


def weak(tests: str) -> dict:
    return {"testler": tests}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"cozum": ""}, "missing_key"),
        ({"testler": []}, "missing_key"),
        ({"yonerge": 3}, "missing_key"),
        ({"kanit": []}, "missing_key"),
        ({"kanit": ["Kitaplar hiçbir zaman ödünç verilmez, okuma odasında okunur."]}, "evidence_not_found"),
        ({"yonerge": ITEM["yonerge"].replace("2 lira", "3 lira")}, "claims_not_in_text"),
        ({"yonerge": ITEM["yonerge"].replace("Gölbaşı", "Yenipazar").replace("Halk", "Kent")}, "claims_not_in_text"),
        ({"aciklama": "Bedel 75 lirayla sınırlanır, gerisi hesaba katılmaz."}, "claims_not_in_text"),
        ({"yonerge": "Verilen sayının asal olup olmadığını bildiren `asal(sayi)` fonksiyonunu Python ile yaz."}, "off_topic"),
        ({"yonerge": f"Yukarıdaki kurallara göre çöz. {ITEM['yonerge']}"}, "not_self_contained"),
        ({"yonerge": "Gecikme bedelini hesapla."}, "too_short"),
        ({"aciklama": "gün sayısı " * 80}, "too_long"),
        ({"cozum": "def gecikme_bedeli(gun) return 1"}, "code_not_parsed"),
        ({"cozum": f"{SOLUTION}\n" + "# uzun\n" * 2000}, "code_not_parsed"),
        ({"testler": ["assert gecikme_bedeli(20) = 10"]}, "tests_not_parsed"),
        ({"testler": ["gecikme_bedeli(20)", "print('tamam')"]}, "tests_without_assertion"),
        ({"testler": ["assert True", "assert 1 + 1 == 2"]}, "tests_pass_on_stub"),
        ({"testler": ["assert gecikme_bedeli(15) == 0"]}, "tests_pass_on_stub"),
        ({"testler": ["assert gecikme_bedeli(3) is not None"]}, "tests_pass_on_stub"),
        ({"testler": ["assert gecikme_bedeli(1000) > 1", "assert gecikme_bedeli(1) < 999"]}, "tests_pass_on_stub"),
        ({"testler": ["assert gecikme_bedeli(1000) > 1 and gecikme_bedeli(1000) != 1000"]}, "tests_too_weak"),
        ({"cozum": SOLUTION.replace("* 2", "* 3")}, "solution_fails_tests"),
        ({"cozum": SOLUTION.replace("gecikme_bedeli", "bedel")}, "solution_fails_tests"),
        ({"cozum": f"import os\n{SOLUTION}"}, "import_not_allowed"),
        ({"cozum": f"from math import *\n{SOLUTION}"}, "import_not_allowed"),
        ({"cozum": f"from .x import y\n{SOLUTION}"}, "import_not_allowed"),
        ({"testler": ["import subprocess", *ITEM["testler"]]}, "import_not_allowed"),
        ({"cozum": f"{SOLUTION}\nopen('x')"}, "code_not_allowed"),
        ({"cozum": f"{SOLUTION}\ngun = int(input())"}, "code_not_allowed"),
        ({"cozum": f"{SOLUTION}\nx = ().__class__.__base__"}, "code_not_allowed"),
        ({"cozum": f"{SOLUTION}\nx = __builtins__"}, "code_not_allowed"),
        ({"cozum": f"{SOLUTION}\nx = (i for i in []).gi_frame"}, "code_not_allowed"),
        ({"cozum": f"{SOLUTION}\nmatch int:\n    case object(__subclasses__=x):\n        pass"}, "code_not_allowed"),
        ({"cozum": f"{SOLUTION}\ndef min(*a):\n    return a[-1]"}, "code_not_allowed"),
        ({"cozum": f"{SOLUTION}\ngetattr(int, '__sub' + 'classes__')"}, "code_not_allowed"),
        ({"cozum": "gecikme_bedeli = 3"}, "no_function"),
        ({"cozum": f"{SOLUTION}\nwhile True:\n    pass"}, "solution_too_slow"),
        ({"cozum": f"{SOLUTION}\nx = [0] * 10**10"}, "solution_too_much_memory"),
        ({"cozum": f"{SOLUTION}\nprint('a' * 10**6)"}, "solution_too_much_output"),
        (
            {"cozum": "class Her:\n    def __eq__(self, other):\n        return True\n\n\ndef gecikme_bedeli(gun):\n    return Her()"},
            "solution_fools_tests",
        ),
    ],
)
def test_a_bad_item_is_refused_with_its_reason(change, reason):
    pairs, rejected, _ = read(ITEM | change, code={"cpu_s": 0.3})
    assert pairs == []
    assert [one.reason for one in rejected] == [reason]


FENCED = f"```python\n{SOLUTION}\n```"


@pytest.mark.parametrize(
    "change",
    [
        {"cozum": FENCED},
        {"cozum": f"```\n{SOLUTION}\n"},
        {"cozum": f"{ITEM['aciklama']}\n\n{FENCED}", "aciklama": ""},
        {"cozum": "\n".join(f"    {line}" for line in SOLUTION.split("\n"))},
        {"cozum": SOLUTION.replace("\n", "\r\n")},
        {"cozum": SOLUTION.split("\n")},
        {"testler": TESTS},
        {"testler": f"```python\n{TESTS}\n```"},
        {"testler": [f"```python\n{one}\n```" for one in ITEM["testler"]]},
        {"testler": [f"from cozum import gecikme_bedeli\n{TESTS}"]},
        {"testler": [f"    {one}" for one in ITEM["testler"]]},
        {"testler": ["def test_bedel():", *(f"    {one}" for one in ITEM["testler"])]},
    ],
)
def test_fences_indentation_and_line_ends_are_no_fault(change):
    (pair,), rejected, _ = read(ITEM | change)
    assert rejected == []
    assert pair.output == f"{ITEM['aciklama']}\n\n{FENCED}"
    assert "```" not in pair.tests
    assert "cozum" not in pair.tests


def test_an_answer_without_explanation_is_its_code():
    (pair,), _, _ = read(ITEM | {"aciklama": ""})
    assert pair.output == FENCED


def test_with_its_passage_the_instruction_may_lean_on_it():
    leaning = ITEM | {"yonerge": f"Bu kurallara göre çöz. {ITEM['yonerge']}"}
    (pair,), _, _ = read(leaning, context="passage")
    assert pair.input.endswith(GOLD[0]["metin"])


def test_the_limits_of_the_recipe_hold():
    assert read(ITEM | {"cozum": f"import math\n{SOLUTION}"})[0]
    (refused,) = read(ITEM | {"cozum": f"import math\n{SOLUTION}"}, code={"imports": ["re"]})[1]
    assert (refused.reason, refused.detail) == ("import_not_allowed", "math")
    assert read(ITEM, code={"mutants_killed": 1.0})[0]
    assert "math" not in read(ITEM, code={"imports": ["re"]})[2].messages[-1].content
    with pytest.raises(ValidationError, match="imports"):
        CodeConfig(imports=("os",))


def test_the_same_tests_on_the_same_solution_give_the_same_proof():
    assert prove(SOLUTION, TESTS, CodeConfig()) == prove(SOLUTION, TESTS, CodeConfig())


def test_what_a_model_can_mend_it_is_told():
    for reason in ("tests_pass_on_stub", "tests_too_weak", "solution_fails_tests", "import_not_allowed", "code_not_parsed"):
        assert repairable(reason)
    assert not repairable("solution_fools_tests")


def test_code_is_not_judged_as_turkish_but_the_words_around_it_are():
    english = SOLUTION.replace("# süresi geçmeyen kitap için bedel yok", "# no fee is due for a book that was brought back in time")
    assert read(ITEM | {"cozum": english, "aciklama": ""})[0]
    told = "The number of late days is found first, then multiplied by two and capped at the upper limit of the fee."
    (refused,) = read(ITEM | {"aciklama": told})[1]
    assert refused.reason in ("foreign_sentence", "not_turkish")


@pytest.mark.parametrize(
    "reply",
    [
        json.dumps([ITEM | {"cozum": FENCED}], ensure_ascii=False),
        f"```json\n{json.dumps([ITEM | {'cozum': FENCED}], ensure_ascii=False)}\n```",
        f"İşte alıştırma:\n\n```json\n{json.dumps({'sonuclar': [ITEM | {'cozum': FENCED}]}, ensure_ascii=False, indent=2)}\n```\nBaşarılar!",
        f"Alıştırma: {json.dumps([ITEM | {'cozum': FENCED}], ensure_ascii=False)}",
    ],
)
def test_a_fence_inside_json_is_no_end_of_the_json(reply):
    assert items(reply) == [ITEM | {"cozum": FENCED}]


def test_code_blocks_are_told_from_the_words_around_them():
    text = "Önce bak:\n\n```python\na = 1\n```\n\nSonra `b` yaz.\n\n```\nb = 2\n```"
    assert code_in(text) == "a = 1\n\nb = 2"
    assert outside("Açıklama.\n\n```python\na = 1\n```") == "Açıklama."
    assert prose(text).split() == ["Önce", "bak:", "Sonra", "yaz."]
    assert prose("Kod yok.") == "Kod yok."
    assert code_in("Kod yok.") == ""
    assert with_code("Bak:\n```python\na = 1\n```\nBitti.", "a = 2") == "Bak:\n```python\na = 2\n```\nBitti."
    assert with_code(text, "a = 2") is None
