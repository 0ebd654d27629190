"""2,000 rows against a server that spoils 30 % of them in twelve ways: what is lost, and whether every row is accounted for.

    python -m benchmarks.faults [--rows 2000] [--faults 0.3] [--concurrency 64] [--distilabel]

A quarter of the faulty rows, and every bad request, can never succeed; the others fail once or twice. Rows lost should be just the former.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.fault_server import SCHEMA, TASK, Server, prompts, report, serving
from benchmarks.requests import distilabel
from curation.errors import ImbikError


def ours(server: Server, rows: int, concurrency: int) -> dict[str, Any]:
    """Return what became of the rows, and whether the lost ones are those that can never succeed."""
    from pipelines.graph import ask_all
    from pipelines.models.config import OpenAIConfig
    from pipelines.models.failures import holding_json

    asked = prompts(rows)
    config = OpenAIConfig(
        kind="openai", name="m", base_url=server.base_url, concurrency=concurrency, timeout_s=3, deadline_s=40, json_schema="off"
    )
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        replies = ask_all("olcum", asked, config, journal=Path(folder) / "replies.sqlite", schemas={TASK: SCHEMA})
        # JSON that stays broken comes back as it is, for the task's reader to mend or to ask about; here it counts as lost
        ended = {prompt.messages[-1].content: holding_json(replies[prompt.id]) for prompt in asked}
    lost = {row: reply for row, reply in ended.items() if reply.failure}
    doomed = server.tell("doomed")
    return {
        "who": "ours",
        "rows": rows,
        "accounted": len(replies),
        "answered": rows - len(lost),
        "lost": len(lost),
        "can_never_succeed": len(doomed),
        "lost_but_could_succeed": sorted(set(lost) - set(doomed)),
        "reasons": dict(Counter(reply.failure for reply in lost.values()).most_common()),
        "server": server.tell("stats"),
        "whole_s": round(time.perf_counter() - begin, 1),
    }


def plain(server: Server, rows: int, concurrency: int) -> dict[str, Any]:
    """Return how many rows plain distilabel answers of the same."""
    begin = time.perf_counter()
    try:
        answered: Any = distilabel(server, prompts(rows), concurrency)
    except (ImbikError, RuntimeError, KeyError, ValueError) as error:
        answered = f"{type(error).__name__}: {str(error)[:120]}"
    return {"who": "distilabel", "rows": rows, "answered": answered, "whole_s": round(time.perf_counter() - begin, 1)}


def main() -> None:
    """Print what became of the rows, and rows lost against rows that can never succeed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--faults", type=float, default=0.3)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--distilabel", action="store_true", help="plain distilabel too: minutes, its client's time-out is long")
    options = parser.parse_args()
    weather = ("--faults", str(options.faults), "--latency", "0.05", "--tail", "0.9", "--seed", str(options.seed))
    with serving(*weather) as server:
        lines = [ours(server, options.rows, options.concurrency)]
    if options.distilabel:
        with serving(*weather) as server:
            lines.append(plain(server, options.rows, options.concurrency))
    found = lines[0]
    ok = found["accounted"] == options.rows and not found["lost_but_could_succeed"] and found["lost"] == found["can_never_succeed"]
    report("faults", lines, found["lost"], found["can_never_succeed"], 1.0, ok=ok)


if __name__ == "__main__":
    main()
