"""What tests prove: that a solution passes them, that nothing else does so lightly, and that a worse one fails."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Final

from synthesis.config import CodeConfig
from synthesis.drafts import Refusal
from synthesis.sandbox.child import Program, Verdict, VerdictName, run
from synthesis.sandbox.mutants import mutants
from synthesis.sandbox.source import called, exports, not_allowed, parsed, shadowed, without_imports_of
from synthesis.sandbox.turned import stand_ins, turned

MUTANTS: Final = 8
"""Mutants that a pair's tests are tried on."""

_VARIANT_S: Final = 0.1  # processor seconds of a mutant: one that loops for ever must not cost those of a solution
_WHY: Final[Mapping[VerdictName, str]] = {
    "failed": "solution_fails_tests",
    "raised": "solution_fails_tests",
    "forbidden": "code_not_allowed",
    "too_slow": "solution_too_slow",
    "too_much_memory": "solution_too_much_memory",
    "too_much_output": "solution_too_much_output",
    "crashed": "solution_crashed",
}


def prove(solution: str, tests: str, limits: CodeConfig) -> str | Refusal:
    """Return `tests` as they were run, if `solution` passes them and they test something, or why there is no such proof.

    The tests must fail every stand-in that gives back a constant, and the recipe's share of mutants; each of their assertions must fail
    once it claims something else.
    """
    program = _program(solution, tests, limits)
    if isinstance(program, Refusal):
        return program
    (first,) = run([program], limits.imports)
    if first.verdict != "passed":
        return _blamed(first)
    made = [source for _, source in mutants(solution, MUTANTS, "")]
    others = [
        Program(stand_ins(solution), program.tests, program.exports, limits.cpu_s, limits.memory_mb),
        Program((solution,), turned(program.tests), program.exports, limits.cpu_s, limits.memory_mb),
        *_variants(made, program),
    ]
    found = run(others, limits.imports)
    return _judged(found[0], found[1], found[2:], program.tests, limits)


def fails(solution: str, worse: str, tests: str, limits: CodeConfig) -> Refusal | None:
    """Return None where `tests` prove `worse` wrong beside a `solution` that passes them, else why they do not.

    Only an assertion that fails, or an error, is proof: what takes too long might have been right in the end.
    """
    program, other = _program(solution, tests, limits), _program(worse, tests, limits)
    if isinstance(program, Refusal):
        return program
    if isinstance(other, Refusal):
        return other
    right, wrong = run([program, other], limits.imports)
    if right.verdict != "passed":
        return _blamed(right)
    return None if wrong.verdict in ("failed", "raised") else Refusal("not_worse", f"the tests say {wrong.verdict}")


def failing(solution: str, candidates: Sequence[str], tests: str, limits: CodeConfig) -> list[str]:
    """Return those of the mutants `candidates` that fail an assertion of `tests`, or else those that raise an error; none where `solution` itself fails."""
    program = _program(solution, tests, limits)
    if isinstance(program, Refusal):
        return []
    first, *rest = run([program, *_variants(candidates, program)], limits.imports)
    if first.verdict != "passed":
        return []
    by_verdict = {name: [one for one, had in zip(candidates, rest, strict=True) if had.verdict == name] for name in ("failed", "raised")}
    return by_verdict["failed"] or by_verdict["raised"]


def _program(solution: str, tests: str, limits: CodeConfig) -> Program | Refusal:
    """The two as they can be run, with the tests' imports of the solution gone."""
    tree = parsed(solution)
    if tree is None:
        return Refusal("code_not_parsed", solution[:80])
    names = exports(tree)
    tests = without_imports_of(tests, names)
    tests_tree = parsed(tests)
    if tests_tree is None:
        return Refusal("tests_not_parsed", tests[:80])
    refusal = _empty(tree, tests_tree) or not_allowed(tree, limits.imports) or not_allowed(tests_tree, limits.imports) or _shadowing(names)
    return refusal or Program((solution,), tests, names, limits.cpu_s, limits.memory_mb)


def _empty(solution: ast.Module, tests: ast.Module) -> Refusal | None:
    if not called(solution):
        return Refusal("no_function", ast.unparse(solution)[:80])
    asserts = any(isinstance(node, ast.Assert) for node in ast.walk(tests))
    return None if asserts else Refusal("tests_without_assertion", ast.unparse(tests)[:80])


def _shadowing(names: Sequence[str]) -> Refusal | None:
    hidden = shadowed(names)
    return None if hidden is None else Refusal("code_not_allowed", f"{hidden} is a built-in")


def _variants(sources: Sequence[str], program: Program) -> list[Program]:
    return [Program((one,), program.tests, program.exports, _VARIANT_S, program.memory_mb) for one in sources]


def _judged(stood_in: Verdict, opposite: Verdict, mutated: Sequence[Verdict], tests: str, limits: CodeConfig) -> str | Refusal:
    if stood_in.verdict == "passed":
        return Refusal("tests_pass_on_stub", tests[:80])
    if opposite.verdict != "passed":
        return _blamed(opposite)
    if opposite.fooled:
        return Refusal("solution_fools_tests", f"{opposite.fooled} of {opposite.reached} assertions hold whatever they say")
    ended = [one for one in mutated if one.verdict != "too_slow"]
    killed = sum(one.verdict != "passed" for one in ended)
    if killed < limits.mutants_killed * len(ended):
        return Refusal("tests_too_weak", f"{killed} of {len(ended)} mutants fail, the share wanted is {limits.mutants_killed:g}")
    return tests


def _blamed(verdict: Verdict) -> Refusal:
    return Refusal(_WHY[verdict.verdict], verdict.detail)
