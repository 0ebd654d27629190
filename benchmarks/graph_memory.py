"""Memory of asking many rows: ours beside plain distilabel's, the whole tree of processes.

    python -m benchmarks.graph_memory [--rows 100000] [--characters 1500] [--concurrency 50]

Measured is the largest sum of proportional set sizes (PSS, so that pages which processes share count once) over the process that asks and
all it started, from when the prompts are in its memory; the server is left out. Both ask the same prompts of the same server, which answers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.fault_server import Server, prompts, report, serving
from benchmarks.requests import distilabel, ours

_EVERY_S = 0.5


def tree_pss_mb(root: int) -> float:
    """Return the proportional set size of a process and all its descendants in MB (10^6 bytes)."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    wanted, found = {root}, True
    while found:
        found = {pid for pid, parent in parents.items() if parent in wanted and pid not in wanted}
        wanted |= found
    return sum(map(_pss_mb, wanted))


def _pss_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0.0
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("Pss:")), 0.0)


def asking(who: str, base_url: str, rows: int, characters: int, concurrency: int) -> None:
    """In a process of its own: ask, and print how many answered, the peak and what the prompts alone took."""
    run = {"ours": ours, "distilabel": distilabel}[who]
    asked = prompts(rows, characters)
    begin, peak, stop = tree_pss_mb(os.getpid()), 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not stop.wait(_EVERY_S):
            peak = max(peak, tree_pss_mb(os.getpid()))

    thread = threading.Thread(target=watch)
    thread.start()
    start = time.perf_counter()
    answered = run(Server(base_url), asked, concurrency)
    seconds = time.perf_counter() - start
    stop.set()
    thread.join()
    print(json.dumps({"answered": answered, "prompts_mb": round(begin, 1), "peak_mb": round(peak, 1), "seconds": round(seconds, 1)}))


def measured(who: str, server: Server, options: argparse.Namespace) -> dict[str, Any]:
    """Return what `asking` printed."""
    command = [sys.executable, "-m", "benchmarks.graph_memory", "--who", who, "--base-url", server.base_url]
    command += ["--rows", str(options.rows), "--characters", str(options.characters), "--concurrency", str(options.concurrency)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "TMPDIR": tempfile.gettempdir()})
    return {"who": who, "rows": options.rows, **json.loads(done.stdout.splitlines()[-1])}


def main() -> None:
    """Print both peaks; the bar is half of plain distilabel's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--characters", type=int, default=1500)
    parser.add_argument("--concurrency", type=int, default=50)
    parser.add_argument("--who", choices=("ours", "distilabel"), help="used by the benchmark itself, with --base-url")
    parser.add_argument("--base-url")
    options = parser.parse_args()
    if options.who:
        asking(options.who, options.base_url, options.rows, options.characters, options.concurrency)
        return
    with serving() as server:
        lines = [measured(who, server, options) for who in ("ours", "distilabel")]
    us, them = lines[0]["peak_mb"], lines[1]["peak_mb"]
    report("graph_memory", lines, us, them, 0.5, ok=us <= 0.5 * them and lines[0]["answered"] == options.rows)


if __name__ == "__main__":
    main()
