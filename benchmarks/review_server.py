"""The embedded Argilla: seconds from the command to a page that answers, records a second on their way in, and milliseconds of a search.

    python -m benchmarks.review_server [--starts 5] [--records 10000]

Its environment must be there (`imbik review serve --prepare`). There is no peer in the same run: Argilla's own start needs Docker, Elasticsearch and Redis.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from alignment.argilla_desk.desk import open_argilla
from alignment.argilla_desk.environment import server_python
from alignment.argilla_desk.local_server import LocalServer, local_credentials
from alignment.config import ReviewConfig
from alignment.desk import Item
from benchmarks.fault_server import report
from pipelines.stages.base import cache_folder

_BAR_S = 10.0


def start(python: Path, home: Path) -> LocalServer:
    """Return a server on `home`, not started yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    return LocalServer(python, home, port=port)


def starts(python: Path, home: Path, count: int) -> dict[str, Any]:
    """Return the seconds from the command to an answered page, `count` times on a home that was there before."""
    with start(python, home):
        pass
    seconds = []
    for _ in range(count):
        begin = time.perf_counter()
        with start(python, home) as server:
            httpx.get(server.url, timeout=30).raise_for_status()
            seconds.append(time.perf_counter() - begin)
    return {"what": "start", "seconds": [round(one, 2) for one in seconds], "median_s": round(statistics.median(seconds), 2)}


def records(count: int) -> list[Item]:
    """Return `count` pairs of our own writing."""
    texts = ("Kooperatif {} yılında kuruldu.", "Köprü {} yılında onarıldı.", "Değirmen {} yılında durdu.")
    return [
        Item(
            id=f"pair-{number:016x}",
            what="pairs",
            task="soru-cevap",
            instruction=f"{number}. sorunun konusu İstanbul'da ne zaman değişti?",
            input="",
            answers=(texts[number % 3].format(1900 + number % 120),),
            evidence=texts[number % 3].format(1900 + number % 120),
            priority=None,
        )
        for number in range(count)
    ]


def uploads(python: Path, home: Path, count: int) -> list[dict[str, Any]]:
    """Return how fast `count` records go up, and how long twenty searches over them take."""
    with start(python, home) as server:
        desk = open_argilla(ReviewConfig(desk="argilla", sample=count), home / "review", "olcum")
        begin = time.perf_counter()
        sent = desk.push(records(count))
        seconds = time.perf_counter() - begin
        with httpx.Client(base_url=server.url, headers={"X-Argilla-Api-Key": local_credentials(home).api_key}, timeout=60) as owner:
            (dataset,) = owner.get("/api/v1/me/datasets").raise_for_status().json()["items"]
            took = [_search(owner, dataset["id"], words) for words in ("istanbul", "köprü", "1919", "değirmen durdu") * 5]
    return [
        {"what": "upload", "records": sent, "seconds": round(seconds, 1), "per_s": round(sent / seconds, 1)},
        {"what": "search", "records": sent, "median_ms": round(statistics.median(took)), "most_ms": round(max(took))},
    ]


def _search(owner: httpx.Client, dataset: str, words: str) -> float:
    begin = time.perf_counter()
    found = owner.post(f"/api/v1/me/datasets/{dataset}/records/search", params={"limit": 10}, json={"query": {"text": {"q": words}}})
    if not found.raise_for_status().json()["total"]:
        raise AssertionError(f"the search for {words!r} found nothing")
    return (time.perf_counter() - begin) * 1000


def main() -> None:
    """Print the figures; the median start against the bar of ten seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--records", type=int, default=10_000)
    options = parser.parse_args()
    python = server_python(cache_folder(), lambda done, total: None)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "argilla"
        os.environ["IMBIK_REVIEW_HOME"] = str(home)
        begun = starts(python, home, options.starts)
        rows = [begun, *uploads(python, home, options.records)]
    report("review_server", rows, begun["median_s"], 0.0, _BAR_S, ok=begun["median_s"] < _BAR_S)


if __name__ == "__main__":
    main()
