"""Preferences of code: the worse answer is wrong by proof, and nothing that was made for prose touches it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from alignment.candidates import usable
from alignment.case import Case, case_of
from alignment.checks import fault
from alignment.config import PreferenceConfig
from alignment.corruptions import CODE_TASK, write
from alignment.kinds import KINDS
from alignment.preferences import accept, requests
from curation.records import Document, Evidence, Pair, Rejected
from synthesis.code_blocks import code_in, outside

GOLD = json.loads((Path(__file__).parents[1] / "synthesis" / "kod_gold.json").read_text(encoding="utf-8"))
CODE = "def carp(a, b):\n    return a * b"
ANSWER = f"Sayılar çarpılır.\n\n```python\n{CODE}\n```"
TESTS = "assert carp(2, 3) == 6\nassert carp(0, 5) == 0"


def document(number: int) -> Document:
    return Document(f"doc-{number}", GOLD[number]["metin"], "a.md", GOLD[number]["baslik"])


def pair(number: int) -> Pair:
    item = GOLD[number]["oge"]
    output = f"{item['aciklama']}\n\n```python\n{item['cozum']}\n```"
    evidence = (Evidence(f"doc-{number}", 0, 20),)
    return Pair(f"pair-{number}", item["yonerge"], output, "kod", evidence, "qwen", tests="\n".join(item["testler"]))


def case(answer: str = ANSWER, tests: str = TESTS) -> Case:
    return Case("kod", "Çarpan fonksiyonu yaz.", "Metin.", answer, "Kanıt.", "", tests)


@pytest.mark.parametrize("number", range(len(GOLD)), ids=lambda number: GOLD[number]["baslik"])
def test_a_mutant_that_the_tests_find_is_the_rejected_answer(number):
    ((_, prompt),) = requests([pair(number)], [document(number)], PreferenceConfig(), 1)
    refused: list[Rejected] = []
    made = accept(prompt, pair(number), write(prompt), "rules", PreferenceConfig(), refused.append)
    assert refused == []
    assert (made.chosen, made.rejected_by, made.margin) == (pair(number).output, "wrong_result", KINDS["wrong_result"].margin)
    assert outside(made.rejected) == outside(made.chosen)
    before, after = code_in(made.chosen).split("\n"), code_in(made.rejected).split("\n")
    assert sum(line not in before for line in after) <= 1, "one mistake, and the rest as it was"
    namespace: dict = {}
    exec(code_in(made.rejected), namespace)
    with pytest.raises((AssertionError, TypeError, ValueError, IndexError, KeyError, ZeroDivisionError)):
        exec(pair(number).tests + "\nfor test in [v for k, v in list(globals().items()) if k.startswith('test')]:\n    test()", namespace)


def test_the_same_pair_and_seed_give_the_same_mistake():
    ((_, one),) = requests([pair(1)], [document(1)], PreferenceConfig(), 1)
    ((_, other),) = requests([pair(1)], [document(1)], PreferenceConfig(), 2)
    assert write(one) == write(one)
    assert write(one) != write(other)


def test_nothing_made_for_prose_touches_code_and_nothing_made_for_code_touches_prose():
    assert [name for name, kind in KINDS.items() if "kod" in kind.tasks] == ["wrong_result"]
    assert KINDS["wrong_result"].tasks == {"kod"}
    ((_, prompt),) = requests([pair(0)], [document(0)], PreferenceConfig(spare_kinds=9), 1)
    assert prompt.task == CODE_TASK


def test_code_without_tests_is_left_alone():
    assert list(requests([replace(pair(0), tests="")], [document(0)], PreferenceConfig(), 1)) == []


def test_a_model_is_shown_the_tests_and_no_other_text():
    ((_, prompt),) = requests([pair(0)], [document(0)], PreferenceConfig(), 1)
    asked = prompt.messages[-1].content
    assert pair(0).tests in asked
    assert pair(0).output in asked
    assert case_of(prompt.fields).tests == pair(0).tests


GOLDEN = [
    (ANSWER.replace("a * b", "a + b"), None),
    (ANSWER.replace("a * b", "a * c"), None),
    (f"Bak:\n```python\n{CODE.replace('a * b', 'a - b')}\n```", None),
    (ANSWER, "same_as_chosen"),
    (ANSWER.replace("a * b", "(a * b)  # çarpım"), "same_as_chosen"),
    (ANSWER.replace("a * b", "b * a"), "not_worse"),
    (ANSWER.replace("return a * b", "while True: pass"), "not_worse"),
    (ANSWER.replace("return a * b", "return a *"), "broken_format"),
    ("Sayılar çarpılmaz.", "not_worse"),
    (ANSWER.replace("    return", "    import os\n    return"), "import_not_allowed"),
    (ANSWER.replace("a * b", "a + b  # yanlış cevap"), "gives_itself_away"),
    ("", "empty_answer"),
]


@pytest.mark.parametrize(("worse", "reason"), GOLDEN)
def test_worse_code_stands_only_where_the_tests_prove_it(worse, reason):
    found = fault("wrong_result", case(), worse)
    assert (found.reason if found else None) == reason


@pytest.mark.parametrize("tests", ["", "assert carp(2, 3) == 7", "carp(2, 3)", "assert carp(1, 1"])
def test_tests_that_the_right_code_does_not_pass_prove_nothing(tests):
    assert fault("wrong_result", case(tests=tests), ANSWER.replace("a * b", "a + b")) is not None


def test_where_no_mistake_is_found_the_writer_doubts():
    ((_, prompt),) = requests([replace(pair(0), tests="assert gecikme_bedeli")], [document(0)], PreferenceConfig(), 1)
    assert json.loads(write(prompt)) == {"suphe": "no_mutant_fails"}
    refused: list[Rejected] = []
    assert accept(prompt, pair(0), write(prompt), "rules", PreferenceConfig(), refused.append) is None
    assert [one.reason for one in refused] == ["cannot_be_made"]


def test_a_models_answer_in_code_is_usable_though_its_code_is_not_turkish():
    code = "```python\ndef longest_dry_spell(measurements):\n    return max(len(spell) for spell in spells_of(measurements))\n```"
    assert usable(code) == code
    assert usable(f"Önce dönemler bulunur.\n\n{code}").startswith("Önce")
