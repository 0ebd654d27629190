"""The embedded server: who gets in, what it keeps to itself, how it starts and stops, what its search finds."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from alignment.argilla_desk.desk import open_argilla
from alignment.argilla_desk.local_server import LocalServer, local_credentials
from alignment.config import ReviewConfig
from curation.errors import ReviewError
from tests.argilla.items import free_port, pair_item
from tests.argilla.people import Person

pytestmark = [pytest.mark.argilla, pytest.mark.slow, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]


def owner(server: LocalServer, home: Path) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers={"X-Argilla-Api-Key": local_credentials(home).api_key}, timeout=60)


def test_only_who_belongs_there_gets_in(server: LocalServer, home: Path) -> None:
    own = server.url.removeprefix("http://")
    assert httpx.get(server.url, headers={"host": "kotu.example"}).status_code == 421
    assert httpx.get(server.url, headers={"origin": "http://kotu.example"}).status_code == 403
    assert httpx.get(server.url, headers={"origin": "null"}).status_code == 403
    assert httpx.get(server.url, headers={"origin": f"http://{own}"}).status_code == 200
    assert httpx.get(f"{server.url}/api/v1/me", headers={"X-Argilla-Api-Key": "argilla.apikey"}).status_code == 401
    assert httpx.post(f"{server.url}/api/v1/token", data={"username": "argilla", "password": "1234"}).status_code == 401
    assert httpx.get(f"{server.url}/api/v1/datasets").status_code in {401, 404, 405}
    with owner(server, home) as client:
        assert client.get("/api/v1/me").json()["role"] == "owner"


def test_a_page_may_load_nothing_from_elsewhere(server: LocalServer) -> None:
    policy = httpx.get(server.url).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


def test_it_listens_on_this_machine_alone(server: LocalServer) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"]
    assert [one for one in listening if one.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_secrets_lie_in_files_of_the_owner_alone_and_in_no_log(server: LocalServer, home: Path) -> None:
    for path in (home, *home.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    log = (home / "server.log").read_text(encoding="utf-8")
    known = json.loads((home / "credentials.json").read_text(encoding="utf-8"))
    command = Path(f"/proc/{server.pid}/cmdline").read_text() + Path(f"/proc/{server.pid}/environ").read_text(errors="replace")
    for secret in (known["password"], known["api_key"], *server.passwords.values()):
        assert secret not in log
        assert secret not in command


def test_no_redis_listens_and_telemetry_is_off(server: LocalServer) -> None:
    inodes = {str(one.readlink()) for one in Path(f"/proc/{server.pid}/fd").iterdir() if one.is_symlink()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [row for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes]
    assert len(listening) == 1
    assert not (Path(f"/proc/{server.pid}/cwd") / "telemetry").exists()


def test_a_password_is_given_once_and_anew_only_when_asked(start: Callable[..., LocalServer]) -> None:
    with start(annotators=["ayşe"]) as server:
        first = server.passwords["ayşe"]
    with start(annotators=["ayşe", "bora"]) as server:
        assert list(server.passwords) == ["bora"]
        Person(server.url, "ayşe", first)
    with start(annotators=["ayşe"], new_passwords=True) as server:
        assert server.passwords["ayşe"] != first
        with pytest.raises(httpx.HTTPStatusError, match="401"):
            Person(server.url, "ayşe", first)


def test_two_servers_do_not_share_a_folder_or_a_port(server: LocalServer, server_python: Path, home: Path, tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match="another server works"), LocalServer(server_python, home, port=free_port()):
        pass
    port = int(server.url.rsplit(":", 1)[1])
    with pytest.raises(ReviewError, match="--port"), LocalServer(server_python, tmp_path / "other", port=port):
        pass


def test_the_server_ends_with_its_parent_and_leaves_no_temporary_files(start: Callable[..., LocalServer], tmp_path: Path) -> None:
    with start(annotators=()) as server:
        assert (tmp_path / "home" / "scratch").exists()
        server._process.stdin.close()
        assert server._process.wait(30) == 0
    assert not (tmp_path / "home" / "scratch").exists()


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever fails in the block, nobody waits for the process afterwards."""
    try:
        yield
    finally:
        process.kill()


def test_the_command_says_what_people_need_and_ends_in_order_on_ctrl_c(server_python: Path, tmp_path: Path) -> None:
    port, home = free_port(), tmp_path / "home"
    command = [
        sys.executable,
        "-m",
        "pipelines.cli",
        "review",
        "serve",
        "--annotators",
        "ayşe, bora",
        "--port",
        str(port),
        "--home",
        str(home),
    ]
    # A shell's background job ignores Ctrl-C and so do its children, which this command must not be.
    heeding = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8", **heeding) as process, ended(process):
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        assert f"http://127.0.0.1:{port}" in lines[0]
        assert str(home / "credentials.json") in lines[1]
        name, password = lines[2].split(": password ")
        Person(f"http://127.0.0.1:{port}", name, password.removesuffix(" (shown once)\n"))
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(60) == 0
    known = json.loads((home / "credentials.json").read_text(encoding="utf-8"))
    assert not [secret for secret in (known["password"], known["api_key"]) if secret in "".join(lines) + rest]
    assert not (home / "scratch").exists()


# --- search --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def dataset(config: ReviewConfig, person: Callable[[str], Person], tmp_path: Path, run_name: str) -> str:
    """Thirty records that nobody has judged."""
    items = [pair_item(number, priority=(number * 7 % 10) / 10) for number in range(30)]
    open_argilla(config, tmp_path / "review", run_name).push(items)
    return person("ayşe").datasets()[f"{run_name}-ciftler"]


SPELLINGS = ("istanbul", "İSTANBUL", "ISTANBUL", "istanbul'da", "Istanbul’da", "ışık", "isik kooperatifi", '"ışık kooperatifi"', "koop*")


def test_turkish_casing_finds_everything(dataset: str, person: Callable[[str], Person]) -> None:
    one = person("ayşe")
    assert {words: one.find(dataset, words) for words in SPELLINGS} == dict.fromkeys(SPELLINGS, 30)


def test_what_is_not_there_is_not_found(dataset: str, person: Callable[[str], Person]) -> None:
    one = person("ayşe")
    assert [one.find(dataset, words) for words in ("ankara", "istan", "-istanbul", "(((", "😀")] == [0, 0, 0, 0, 0]


def test_the_queue_shows_half_reviewed_records_first_then_what_the_judge_doubted(dataset: str, person: Callable[[str], Person]) -> None:
    first, second = person("ayşe"), person("bora")
    last = first.queue(dataset, 30)[-1]
    first.respond(last["id"], karar="kabul")
    shown = [record["external_id"] for record in second.queue(dataset, 30)]
    assert shown[0] == last["external_id"]
    doubts = [int(one.removeprefix("pair-"), 16) * 7 % 10 for one in shown[1:]]
    assert doubts == sorted(doubts)
    assert shown == [record["external_id"] for record in second.queue(dataset, 30)]


def test_a_record_leaves_the_queue_once_enough_people_have_judged_it(dataset: str, person: Callable[[str], Person]) -> None:
    first, second, third = (person(name) for name in ("ayşe", "bora", "çağla"))
    record = first.queue(dataset, 1)[0]["id"]
    first.respond(record, karar="kabul")
    assert record in {one["id"] for one in third.queue(dataset, 30)}
    second.respond(record, karar="kabul")
    assert record not in {one["id"] for one in third.queue(dataset, 30)}


def test_the_judges_score_is_hidden_from_people(dataset: str, person: Callable[[str], Person]) -> None:
    record = person("ayşe").queue(dataset, 1)[0]
    assert record["metadata"] == {"gorev_turu": "soru-cevap"}
    assert {(one["agent"], one["score"]) for one in record["suggestions"]} == {(None, None)}


def test_filters_sorts_progress_and_metrics(dataset: str, person: Callable[[str], Person], server: LocalServer, home: Path) -> None:
    one = person("ayşe")
    for record, verdict in zip(one.queue(dataset, 3), ("kabul", "ret", "ret"), strict=True):
        one.respond(record["id"], karar=verdict)
    one.respond(one.queue(dataset, 1)[0]["id"], status="discarded")
    refused = {"type": "terms", "scope": {"entity": "response", "question": "karar"}, "values": ["ret"]}
    assert one.search(dataset, filters={"type": "and", "and": [refused]})["total"] == 2
    order = [{"scope": {"entity": "record", "property": "inserted_at"}, "order": "desc"}]
    shown = [found["record"]["inserted_at"] for found in one.search(dataset, 30, sort=order)["items"]]
    assert shown == sorted(shown, reverse=True)
    assert one.asked("GET", f"/api/v1/me/datasets/{dataset}/metrics")["responses"] == {
        "total": 30, "submitted": 3, "discarded": 1, "draft": 0, "pending": 26,
    }  # fmt: skip
    with owner(server, home) as client:
        progress = client.get(f"/api/v1/datasets/{dataset}/progress").json()
        assert (progress["total"], progress["completed"], progress["pending"]) == (30, 0, 30)
        properties = client.get(f"/api/v1/me/datasets/{dataset}/metadata-properties").json()["items"]
        metrics = {one["name"]: client.get(f"/api/v1/metadata-properties/{one['id']}/metrics").json() for one in properties}
    assert metrics["oncelik"] == {"type": "float", "min": 0.0, "max": 0.9}
    assert metrics["gorev_turu"]["values"] == [{"term": "soru-cevap", "count": 30}]


def test_similar_records_come_by_likeness(dataset: str, person: Callable[[str], Person]) -> None:
    one = person("ayşe")
    record = one.queue(dataset, 1)[0]
    near = one.search(dataset, 5, query={"vector": {"name": "benzerlik", "record_id": record["id"], "max_results": 5}})
    scores = [found["query_score"] for found in near["items"]]
    assert record["id"] not in {found["record"]["id"] for found in near["items"]}
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.9


# --- what a crash or an owner does ---------------------------------------------------------------------------------------


def test_a_lost_or_spoilt_index_is_made_anew(start: Callable[..., LocalServer], config: ReviewConfig, tmp_path: Path) -> None:
    with start() as server:
        open_argilla(config, tmp_path / "review", "dizin").push([pair_item(number) for number in range(60)])
        one = Person(server.url, "ayşe", server.passwords["ayşe"])
        dataset = one.datasets()["dizin-ciftler"]
        one.respond(one.queue(dataset, 1)[0]["id"], karar="ret")
        password = server.passwords["ayşe"]
    for file in (home := tmp_path / "home").glob("index.sqlite*"):
        file.unlink()
    with start() as server:
        assert server.healed == 60
        assert Person(server.url, "ayşe", password).find(dataset, "istanbul") == 60
    with sqlite3.connect(home / "index.sqlite") as db:
        db.execute("DELETE FROM responses")
        db.execute("UPDATE records SET suggestions='{}' WHERE row IN (1, 2)")
        db.execute("DELETE FROM records WHERE row=3")
        db.execute("DELETE FROM vectors WHERE record=4")
    with start() as server:
        assert 4 <= server.healed <= 5
        one = Person(server.url, "ayşe", password)
        assert one.search(dataset)["total"] == 60
        assert len(one.queue(dataset, 60)) == 59
    with start() as server:
        assert server.healed == 0


def test_a_status_that_a_kill_left_behind_is_set_right(start: Callable[..., LocalServer], config: ReviewConfig, tmp_path: Path) -> None:
    with start() as server:
        open_argilla(config, tmp_path / "review", "durum").push([pair_item(number) for number in range(3)])
        people = [Person(server.url, name, server.passwords[name]) for name in ("ayşe", "bora")]
        dataset = people[0].datasets()["durum-ciftler"]
        record = people[0].queue(dataset, 1)[0]["id"]
        for one in people:
            one.respond(record, karar="kabul")
    with sqlite3.connect(tmp_path / "home" / "argilla.db") as db:
        assert db.execute("UPDATE records SET status='pending' WHERE status='completed'").rowcount == 1
    with start() as server, owner(server, tmp_path / "home") as client:
        assert client.get(f"/api/v1/datasets/{dataset}/progress").json()["completed"] == 1


def test_a_deleted_persons_verdicts_leave_the_index(
    server: LocalServer, config: ReviewConfig, home: Path, tmp_path: Path, run_name: str
) -> None:
    open_argilla(config, tmp_path / "review", run_name).push([pair_item(number) for number in range(5)])
    one, other = (Person(server.url, name, server.passwords[name]) for name in ("hakan", "bora"))
    dataset = one.datasets()[f"{run_name}-ciftler"]
    one.respond(one.queue(dataset, 1)[0]["id"], karar="ret")
    refused = {"type": "terms", "scope": {"entity": "response", "question": "karar"}, "values": ["ret"]}
    with owner(server, home) as client, sqlite3.connect(home / "index.sqlite") as index:
        user = next(u["id"] for u in client.get("/api/v1/users").json()["items"] if u["username"] == "hakan")
        theirs = ("SELECT count(*) FROM responses WHERE user_id=?", (user,))
        assert index.execute(*theirs).fetchone() == (1,)
        assert client.delete(f"/api/v1/users/{user}").status_code == 200
        assert index.execute(*theirs).fetchone() == (0,)
    assert other.search(dataset, filters={"type": "and", "and": [refused]})["total"] == 0


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """The address of a listener and the events it heard; it refuses the first."""
    heard: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["content-length"])))["type"])
            self.send_response(500 if len(heard) == 1 else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", heard
    server.shutdown()
    server.server_close()


def listen(client: httpx.Client, url: str) -> None:
    hook = {"url": url, "events": ["response.created"], "description": "deneme"}
    assert client.post("/api/v1/webhooks", json=hook).status_code == 201


def wait_for(true: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.1)
    assert true()


def waiting_calls(home: Path) -> int:
    with closing(sqlite3.connect(home / "outbox.sqlite")) as db:
        return int(db.execute("SELECT count(*) FROM calls").fetchone()[0])


def test_a_webhook_that_fails_is_tried_again(
    server: LocalServer,
    config: ReviewConfig,
    person: Callable[[str], Person],
    home: Path,
    tmp_path: Path,
    run_name: str,
    listener: tuple[str, list[str]],
) -> None:
    url, heard = listener
    open_argilla(config, tmp_path / "review", run_name).push([pair_item(1)])
    with owner(server, home) as client:
        listen(client, url)
        one = person("ayşe")
        one.respond(one.queue(one.datasets()[f"{run_name}-ciftler"], 1)[0]["id"], karar="kabul")
        wait_for(lambda: len(heard) == 2)  # the first retry waits ten seconds
        for hook in client.get("/api/v1/webhooks").json()["items"]:
            client.delete(f"/api/v1/webhooks/{hook['id']}")
    assert heard == ["response.created", "response.created"]
    wait_for(lambda: waiting_calls(home) == 0)


def test_a_webhook_call_that_a_kill_left_is_made_after_the_next_start(
    start: Callable[..., LocalServer], config: ReviewConfig, tmp_path: Path, listener: tuple[str, list[str]]
) -> None:
    (url, heard), home = listener, tmp_path / "home"
    with start() as server, owner(server, home) as client:
        open_argilla(config, tmp_path / "review", "cagri").push([pair_item(1)])
        listen(client, url)
        one = Person(server.url, "ayşe", server.passwords["ayşe"])
        one.respond(one.queue(one.datasets()["cagri-ciftler"], 1)[0]["id"], karar="kabul")
        wait_for(lambda: len(heard) == 1)
        os.kill(server.pid, signal.SIGKILL)
    assert waiting_calls(home) == 1
    with start():
        wait_for(lambda: len(heard) == 2)
        wait_for(lambda: waiting_calls(home) == 0)
    assert heard == ["response.created", "response.created"]


def test_whoever_guesses_passwords_must_wait(start: Callable[..., LocalServer]) -> None:
    with start(annotators=["ayşe"]) as server, httpx.Client(base_url=server.url) as client:
        codes = [client.post("/api/v1/token", data={"username": "ayşe", "password": f"tahmin-{n}"}).status_code for n in range(12)]
        assert codes == [401] * 10 + [429] * 2


def test_a_folder_with_argillas_default_user_is_refused(start: Callable[..., LocalServer], tmp_path: Path) -> None:
    with start(annotators=()):
        pass
    with closing(sqlite3.connect(tmp_path / "home" / "argilla.db")) as db, db:
        assert db.execute("UPDATE users SET api_key='argilla.apikey' WHERE username='imbik'").rowcount == 1
    with pytest.raises(ReviewError, match="default key"), start(annotators=()):
        pass
