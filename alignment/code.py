"""A solution with one mistake put into it, and the proof that it is one: the pair's own tests pass the right solution and fail this one."""

from __future__ import annotations

import ast
import random
from typing import Final, get_args

from alignment.case import Case, Fault
from synthesis.code_blocks import code_in, with_code
from synthesis.config import CodeConfig, Module
from synthesis.drafts import Refusal
from synthesis.sandbox.mutants import mutants
from synthesis.sandbox.proof import failing, fails, prove
from synthesis.sandbox.source import parsed

# Which modules the recipe's own pairs may import is no question here: the right solution has to pass once more beside the wrong one.
_LIMITS: Final = CodeConfig(imports=get_args(Module), mutants_killed=0.0)
_TRIED = 12  # mutants; of an ordinary function most of them fail


def wrong_code(case: Case, rng: random.Random) -> str | None:
    """Return the answer with one mistake in its code that the tests find, all else as it was; None where they find none."""
    solution = code_in(case.answer)
    made = [source for _, source in mutants(solution, _TRIED, str(rng.random()))]
    wrong = failing(solution, made, case.tests, _LIMITS)
    return with_code(case.answer, wrong[0]) if wrong else None


def corrected(answer: str, tests: str) -> Fault | None:
    """Return why the code of an `answer` that people corrected does not pass the `tests` of its pair, or None where it does."""
    found = prove(code_in(answer), tests, _LIMITS)
    return Fault(found.reason, found.detail) if isinstance(found, Refusal) else None


def proven_worse(case: Case, worse: str) -> Fault | None:
    """Return why the tests do not prove the code of `worse` wrong, or None where they do."""
    solution, wrong = code_in(case.answer), code_in(worse)
    if not case.tests or not solution or not wrong:
        return Fault("not_worse", "there is no code to try, or nothing to try it on")
    right_tree, wrong_tree = parsed(solution), parsed(wrong)
    if right_tree is None or wrong_tree is None:
        return Fault("broken_format", "the code cannot be read")
    if ast.dump(right_tree) == ast.dump(wrong_tree):
        return Fault("same_as_chosen")
    found = fails(solution, wrong, case.tests, _LIMITS)
    return None if found is None else Fault(found.reason, found.detail)
