"""Seconds to prove a pair of task `kod`: forks of one warm worker beside a fresh interpreter for each program.

    python -m benchmarks.code_pairs [--repeat 3]

The peer runs the same programs (the solution, its stand-ins, its turned tests, its mutants) with `python -I`, as most harnesses do, without
any of the sandbox. Bar: a pair in 0.1 seconds, and three times as fast as that.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest import mock

from synthesis.config import CodeConfig
from synthesis.sandbox import another, child, proof

GOLD = Path(__file__).parents[1] / "tests" / "synthesis" / "kod_gold.json"
BAR_S, BAR_RATIO = 0.1, 3.0


def fresh(programs: Sequence[child.Program], _imports: Sequence[str]) -> list[child.Verdict]:
    """Return the verdicts of fresh interpreters; names and counts of turned tests are defined in front of them."""
    head = f"{Path(another.__file__).read_text(encoding='utf-8')}\n{another.ANOTHER}, {another.SEEN} = another, lambda passed: None\n"
    tail = "\nfor one in [v for k, v in list(globals().items()) if k.startswith('test')]:\n    one()\n"
    return [
        child.Verdict("passed" if any(_passes(f"{head}{one}\n{it.tests}{tail}") for one in it.solutions) else "failed") for it in programs
    ]


def _passes(source: str) -> bool:
    try:
        done = subprocess.run([sys.executable, "-I", "-S", "-c", source], capture_output=True, timeout=2, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def seconds(run: Callable[..., list[child.Verdict]]) -> float:
    """Return the median seconds of a pair. Raises ValueError where one is not proven."""
    taken = []
    with mock.patch.object(proof, "run", run):
        for gold in json.loads(GOLD.read_text(encoding="utf-8")):
            start = time.perf_counter()
            found = proof.prove(gold["oge"]["cozum"], "\n".join(gold["oge"]["testler"]), CodeConfig())
            taken.append(time.perf_counter() - start)
            if not isinstance(found, str):
                raise ValueError(f"{gold['baslik']}: {found}")
    return statistics.median(taken)


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    seconds(child.run)  # the worker starts, which a run pays once
    both = [(seconds(child.run), seconds(fresh)) for _ in range(options.repeat)]
    ours, peer = (statistics.median(values) for values in zip(*both, strict=True))
    ratio = peer / ours
    bar = {"seconds": BAR_S, "ratio": BAR_RATIO}
    print(
        json.dumps(
            {"name": "code_pairs", "ours": ours, "peer": peer, "ratio": ratio, "bar": bar, "ok": ours <= BAR_S and ratio >= BAR_RATIO}
        )
    )


if __name__ == "__main__":
    main()
