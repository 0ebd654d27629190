"""Many people at once, and the server killed under their hands: nothing submitted is lost, database and index stay equal."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from alignment.argilla_desk.desk import open_argilla
from alignment.argilla_desk.local_server import LocalServer
from alignment.config import ReviewConfig
from alignment.exchange import JsonlDesk
from curation.errors import ReviewError
from tests.argilla.items import ANNOTATORS, pair_item
from tests.argilla.people import Person

pytestmark = [pytest.mark.argilla, pytest.mark.slow]

RECORDS = 10_000


def counts(home: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Records and responses by status, in the database and in the index."""
    queries = (
        "SELECT 'record ' || status, count(*) FROM records GROUP BY 1",
        "SELECT 'response ' || status, count(*) FROM responses GROUP BY 1",
    )
    found = []
    for file in ("argilla.db", "index.sqlite"):
        with sqlite3.connect(home / file) as db:
            found.append(dict(row for query in queries for row in db.execute(query)))
    return found[0], found[1]


@pytest.mark.timeout(900)
def test_eight_people_label_while_ten_thousand_records_arrive(
    start: Callable[..., LocalServer], config: ReviewConfig, tmp_path: Path
) -> None:
    with start(annotators=ANNOTATORS) as server:
        desk = open_argilla(config, tmp_path / "review", "kalabalık")
        desk.push([pair_item(number) for number in range(200)])
        uploaded = threading.Event()
        problems: list[str] = []
        submitted: dict[str, list[str]] = {}

        def label(name: str) -> None:
            one, done = Person(server.url, name, server.passwords[name]), submitted.setdefault(name, [])
            dataset = one.datasets()["kalabalık-ciftler"]
            while not uploaded.is_set() or len(done) < 20:
                try:
                    for record in one.queue(dataset, 5):
                        one.respond(record["id"], karar="kabul")
                        done.append(record["external_id"])
                    one.find(dataset, "istanbul")
                except httpx.HTTPStatusError as error:
                    problems.append(f"{name}: {error.response.status_code} {error.response.text[:200]}")
                    return

        with ThreadPoolExecutor(len(ANNOTATORS)) as pool:
            people = [pool.submit(label, name) for name in ANNOTATORS]
            began = time.monotonic()
            try:
                sent = desk.push([pair_item(number) for number in range(RECORDS)])
            finally:
                uploaded.set()
            seconds = time.monotonic() - began
            for future in people:
                future.result()
        assert problems == []
        assert sent == RECORDS - 200
        pulled = desk.pull()
        assert pulled.problems == ()
        assert {(v.reviewer, v.id) for v in pulled.verdicts} == {(name, one) for name, done in submitted.items() for one in done}
        database, index = counts(tmp_path / "home")
        assert database == index
        assert database["response submitted"] == sum(map(len, submitted.values()))
        print(
            f"\n{sent} records in {seconds:.0f} s ({sent / seconds:.0f}/s) beside {database['response submitted']} verdicts of eight people"
        )


@pytest.mark.timeout(300)
def test_a_kill_during_an_upload_loses_nothing_that_was_taken(
    start: Callable[..., LocalServer], config: ReviewConfig, tmp_path: Path
) -> None:
    items = [pair_item(number) for number in range(1500)]
    with start() as server:
        taken: list[int] = []
        desk = open_argilla(config, tmp_path / "review", "kesinti", lambda done, total: taken.append(done))
        killer = threading.Thread(target=_kill_after, args=(server.pid, taken, 500))
        killer.start()
        with pytest.raises(ReviewError, match="imbik review serve"):
            desk.push(items)
        killer.join()
    with start() as server:
        again = open_argilla(config, tmp_path / "review", "kesinti")
        left = again.push(items)
        assert left <= len(items) - taken[-1]
        assert again.status().shown == len(items)
        assert again.push(items) == 0
        database, index = counts(tmp_path / "home")
        assert database == index == {"record pending": len(items)}


@pytest.mark.timeout(300)
def test_a_kill_during_labelling_loses_no_verdict_that_was_answered(
    start: Callable[..., LocalServer], config: ReviewConfig, tmp_path: Path
) -> None:
    answered: list[str] = []
    with start() as server:
        desk = open_argilla(config, tmp_path / "review", "etiket")
        desk.push([pair_item(number) for number in range(300)])
        one = Person(server.url, "ayşe", server.passwords["ayşe"])
        dataset = one.datasets()["etiket-ciftler"]
        killer = threading.Thread(target=_kill_after, args=(server.pid, answered, 40))
        killer.start()
        with pytest.raises(httpx.TransportError):
            while True:
                for record in one.queue(dataset, 5):
                    one.respond(record["id"], karar="ret")
                    answered.append(record["external_id"])
        killer.join()
    with start() as server:
        pulled = open_argilla(config, tmp_path / "review", "etiket").pull()
        kept = {verdict.id for verdict in pulled.verdicts}
        assert set(answered) <= kept
        assert len(kept) <= len(answered) + 1  # the one in flight may have been written before its answer was
        database, index = counts(tmp_path / "home")
        assert database == index
    assert {verdict.id for verdict in JsonlDesk(tmp_path / "review").pull().verdicts} == kept


def _kill_after(pid: int, seen: list, wanted: int) -> None:
    while len(seen) < wanted and not (seen and isinstance(seen[-1], int) and seen[-1] >= wanted):
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
