"""Every reason that the code can give has Turkish words in the report: the reasons are read out of the source."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from alignment.judge import Criterion
from curation.quality.rules import PRESETS, limits
from pipelines.models.failures import STOPPING
from pipelines.report import words
from pipelines.report.words import reason_word

ROOT = Path(__file__).parents[2]
_REASON = re.compile(r"[a-z]+(?:_[a-z0-9]+)*")
# Which argument of a call is the reason; `fail` and `reject` as methods too.
_CALLS = {"Refusal": 0, "Fault": 0, "reject": 0, "ValueError": 0, "Rejected": 1, "_rejected": 1, "_not_kept": 1, "_dropped": 1, "Proven": 1}
_CALLS |= {"NoRecord": 0, "InputError": 1, "fail": 1, "_split_off": 2, "_without_couples": 3, "FoundList": 3, "Candidate": 4, "Span": 5}
_ROOMS = ("curation", "synthesis", "alignment", "training", "pipelines")
# What looks like a reason and is none: forms of a suffix, a verdict, and what only a cost estimate writes.
_NO_REASONS = {"az", "gag", "ret", "model_not_asked"}
_SOME = (
    "missing_key",
    "not_the_length",
    "wrong_suffix",
    "damaged_pdf",
    "people_both_bad",
    "people_code_fails",
    "solution_too_slow",
    "over_count",
)
_SOME += (
    "special_token",
    "document_full",
    "unknown_role",
    "doubt_list_goes_on",
    "doubt_lead_alone",
    "doubt_title_does_not_fit",
    "model_cut_off",
)
_NAMES = ("reason", "doubt", "_WHY", "_OVER", "REASON")
_CHECK = re.compile(r"str \| None|(?:Row \| )?tuple\[(?:\w+, )*(?:str|str \| None)\](?: \| None)?")


def _literals(node: ast.AST) -> Iterator[str]:
    """The texts that an expression may be: both sides of a choice, the values of a dict, the places of a tuple."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from [node.value] if _REASON.fullmatch(node.value) else []
    elif isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))
    elif isinstance(node, ast.BoolOp | ast.Dict | ast.Tuple):
        for value in node.elts if isinstance(node, ast.Tuple) else node.values:
            yield from _literals(value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        yield from _literals(node.func.value)


def _given(node: ast.AST) -> Iterator[str]:
    """The reasons that stand in a call, an assignment or the returns of a check."""
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = _CALLS.get(name)
        if place is not None and len(node.args) > place:
            yield from _literals(node.args[place])
        yield from (found for one in node.keywords if one.arg in ("reason", "doubt") for found in _literals(one.value))
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if ast.unparse(targets[0]) == "_FAULTS" and isinstance(node.value, ast.Dict):
            yield from (found for one in node.value.keys if one is not None for found in _literals(one))
        if any(ast.unparse(target).strip("()").partition(",")[0] in _NAMES for target in targets):
            yield from _literals(node.value)
    elif isinstance(node, ast.FunctionDef) and node.returns is not None and _CHECK.fullmatch(ast.unparse(node.returns)):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return) and inner.value is not None:
                yield from _literals(inner.value)
    elif isinstance(node, ast.Dict):
        doubts = [
            value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant) and key.value == "suphe"
        ]
        yield from (found for value in doubts for found in _literals(value))


def _failures(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reply":
        yield from (found for one in (*node.args[1:2], *(k.value for k in node.keywords if k.arg == "failure")) for found in _literals(one))
    elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "failure":
        yield from _literals(node.value)


def _in_the_code() -> Iterator[str]:
    for path in sorted(path for room in _ROOMS for path in (ROOT / room).rglob("*.py")):
        doubts = path.is_relative_to(ROOT / "synthesis" / "rules")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield from (f"doubt_{found}" if doubts else found for found in _given(node))
            yield from (f"model_{found}" for found in _failures(node))


def _made_up() -> Iterator[str]:
    """Those that are put together of a prefix and a name, or looked up in a table."""
    yield from (f"judge_{criterion}" for criterion in get_args(Criterion))
    yield from (f"model_{failure}" for failure in STOPPING)
    yield from (one.reason for rules in PRESETS.values() for one in limits(rules))
    yield from (f"damaged_{kind}" for kind in ("docx", "epub", "html"))


def test_every_reason_that_the_code_can_give_has_turkish_words():
    worded = json.loads(Path(words.__file__).with_name("reasons.json").read_text(encoding="utf-8"))
    given = {*_in_the_code(), *_made_up()} - _NO_REASONS
    assert sorted(given - worded.keys()) == []


def test_the_reasons_are_found_wherever_the_code_gives_them():
    assert set(_SOME) <= set(_in_the_code())


def test_no_reason_has_empty_or_doubled_words():
    worded = json.loads(Path(words.__file__).with_name("reasons.json").read_text(encoding="utf-8"), object_pairs_hook=list)
    assert len({key for key, _ in worded}) == len(worded)
    assert [key for key, text in worded if not text.strip() or text != text.strip() or text.endswith(".")] == []


def test_a_doubt_in_a_models_own_words_and_a_servers_own_code_have_words_too():
    assert reason_word("doubt_tarih belirsiz") == "Yazan model emin olamadı"
    assert reason_word("model_http_418") == "Model yanıt vermedi"
    assert reason_word("unheard_of") == ""
