"""A server that lets 40 requests a second through: rows failed, share of the limit used, share of requests wasted.

    python -m benchmarks.rate_limit [--rows 2000] [--rps 40] [--concurrency 64] [--told] [--no-retry-after] [--distilabel]

Without `--told` the recipe names no limit, and it is learned from the refusals.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.fault_server import Server, prompts, report, serving
from benchmarks.faults import plain


def ours(server: Server, rows: int, rps: float, concurrency: int, told: bool) -> dict[str, Any]:
    """Return rows failed, the share of the limit that was used and the share of requests that were refused."""
    from pipelines.graph import ask_all
    from pipelines.models.config import OpenAIConfig

    asked = prompts(rows)
    config = OpenAIConfig(
        kind="openai",
        name="m",
        base_url=server.base_url,
        concurrency=concurrency,
        requests_per_minute=int(rps * 60) if told else None,
    )
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        replies = ask_all("olcum", asked, config, journal=Path(folder) / "replies.sqlite")
        failed = sum(bool(reply.failure) for reply in replies.values())
    return {"who": "ours", "failed": failed, **shares(server, rps), "whole_s": round(time.perf_counter() - begin, 1)}


def shares(server: Server, rps: float) -> dict[str, Any]:
    """Return the server's counts: what was let through over what could have been, and refused over all."""
    stats = server.tell("stats")
    refused = stats.get("refused", 0)
    let_through = stats["requests"] - refused
    return {
        "requests": stats["requests"],
        "refused": refused,
        "wasted": round(refused / stats["requests"], 4),
        "span_s": round(stats["span_s"], 1),
        "used": round(let_through / (rps * stats["span_s"]), 4),
    }


def main() -> None:
    """Print the shares; used against the bar of 0.9."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--rps", type=float, default=40.0)
    parser.add_argument("--burst-s", type=float, default=1.0)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--told", action="store_true", help="name the limit in the recipe")
    parser.add_argument("--no-retry-after", action="store_true")
    parser.add_argument("--distilabel", action="store_true", help="plain distilabel too")
    options = parser.parse_args()
    limits = ("--rps", str(options.rps), "--burst-s", str(options.burst_s), "--latency", "0.3", "--tail", "0.5")
    limits += ("--retry-after", "-1" if options.no_retry_after else "1")
    with serving(*limits) as server:
        lines = [ours(server, options.rows, options.rps, options.concurrency, options.told)]
    if options.distilabel:
        with serving(*limits) as server:
            lines.append({**plain(server, options.rows, options.concurrency), **shares(server, options.rps)})
    found = lines[0]
    ok = found["failed"] == 0 and found["used"] >= 0.9 and found["wasted"] <= 0.05
    report("rate_limit", lines, found["used"], 1.0, 0.9, ok=ok)


if __name__ == "__main__":
    main()
