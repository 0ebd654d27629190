import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.sandbox.mutants import mutants
from synthesis.sandbox.source import exports, parsed, without_imports_of
from synthesis.sandbox.turned import stand_ins


def made(source: str) -> set[str]:
    return {after for _, after in mutants(source, 99, "")}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", {"a <= b"}),
        ("(a) >= (b)", {"(a) > (b)"}),
        ("a in b", {"a not in b"}),
        ("içinde not  in liste", {"içinde in liste"}),
        ("a is not b", {"a is b"}),
        ("a < b < c", {"a <= b < c", "a < b <= c"}),
        ("ağırlık*şey", {"ağırlık+şey"}),
        ("a // b", {"a % b"}),
        ("a ** b", {"a * b"}),
        ("x += y", {"x -= y"}),
        ("a and b and c", {"a or b and c", "a and b or c"}),
        ("not a", {"a"}),
        ("f(1)", {"f(2)", "f(0)"}),
        ("f(0)", {"f(1)"}),
        ("f(0.2)", {"f(0.3)"}),
        ("f(True)", {"f(False)"}),
        ("max(a, b)", {"min(a, b)"}),
        ("m.ceil(a)", {"m.floor(a)"}),
        ("x = 'ölçü: ' + a", set()),
        ("x = f'{a + 1}'", set()),
        ("raise ValueError(1)", set()),
        ("if __name__ == '__main__':\n    print(f(1))", set()),
        ("def f(x: int = None) -> int:\n    return x", set()),
        ("def f(x):\n    if x:\n        return a\n    return b", {"def f(x):\n    return b"}),
        ("def f(x):\n    if x:\n        return a", set()),
        ("if a:\n    b\nelif c:\n    d\n", {"if a:\n    b\n"}),
    ],
)
def test_a_mutant_differs_from_its_source_in_one_mistake(source, expected):
    assert made(source) == expected


def test_comments_and_layout_stay_as_they_were():
    source = "def f( x ):\n    # eşik\n    return x  >  10   # ondan büyük\n"
    assert "def f( x ):\n    # eşik\n    return x  >=  10   # ondan büyük\n" in made(source)


def test_the_same_source_and_seed_give_the_same_mutants_in_the_same_order():
    source = "def f(a, b):\n    return a + b * 2 - 1 if a < b else a // b"
    assert mutants(source, 3, "bir") == mutants(source, 3, "bir")
    assert len(mutants(source, 3, "bir")) == 3
    assert mutants(source, 9, "bir") != mutants(source, 9, "iki")


@given(st.text(alphabet="abçş01 +-*/%<>=()[]:,.\n'\"#ifnotreud", max_size=60))
def test_whatever_is_written_every_mutant_is_other_python(source):
    tree = parsed(source)
    for _, after in mutants(source, 5, ""):
        assert tree is not None
        assert ast.dump(ast.parse(after)) != ast.dump(tree)


@pytest.mark.parametrize("source", ["def f(", "x" * 9000, "-" * 5000 + "1", "(" * 300 + ")" * 300, "a" + ".b" * 200, "\0", "\ud800"])
def test_what_is_no_python_or_too_deep_is_not_looked_at(source):
    assert parsed(source) is None
    assert mutants(source, 3, "") == []


def test_stand_ins_keep_signatures_and_constructors_and_give_back_constants():
    source = "ORAN = 2\ndef f(x, y):\n    return x\nclass A:\n    def __init__(self, x):\n        self.x = x\n    def g(self, z):\n        return self.x\n"
    found = stand_ins(source)
    assert found[0] == (
        "ORAN = 2\n\ndef f(x, y):\n    return None\n\nclass A:\n\n    def __init__(self, x):\n        self.x = x\n\n    def g(self, z):\n        return None"
    )
    assert "return x" in found[-1]
    assert "return z" in found[-1]
    assert len(set(found)) == len(found)


def test_what_a_solution_defines_at_its_top_is_what_tests_see():
    tree = ast.parse("import math\nA, B = 1, 2\nC: int = 3\ndef f():\n    x = 1\nclass K:\n    y = 1\nif A:\n    def h(): pass\n")
    assert exports(tree) == ("A", "B", "C", "f", "K")


def test_only_imports_of_the_solution_are_taken_out_of_tests():
    tests = "from cozum import f\nfrom math import (\n    pi,\n)\nfrom main import *\nassert f(pi)"
    assert without_imports_of(tests, ("f",)) == "from math import (\n    pi,\n)\nassert f(pi)"
    assert without_imports_of("def f(", ("f",)) == "def f("
    assert without_imports_of("from os import *\nassert 1", ("f",)) == "from os import *\nassert 1"
