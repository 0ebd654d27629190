"""Ctrl-C: asking ends within seconds, what was paid for is kept, the same command goes on, and no process is left behind."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.running import Running, running

ROOT = Path(__file__).parents[2]
IMBIK = [sys.executable, "-m", "pipelines.cli"]
TEXT = "Karaçam {number} köyünde okul {year} yılında açıldı. Köyün çeşmesi okulun bahçesindedir ve suyu yazın da soğuktur.{mark}\n"
ROWS = 40


def recipe(folder: Path, model: str, *, hanging: int = 0) -> Path:
    """A recipe that asks about ROWS documents; the server holds the answers to the last `hanging` of them."""
    (folder / "belgeler").mkdir()
    for number in range(ROWS):
        mark = " [[hang]]" if number >= ROWS - hanging else ""
        text = TEXT.format(number=number, year=1900 + number, mark=mark)
        (folder / "belgeler" / f"{number:02}.txt").write_text(text, encoding="utf-8")
    path = folder / "tarif.yaml"
    path.write_text(
        f"name: kesilen\ncurate: {{inputs: [belgeler], dedup: {{threshold: 1.0}}}}\npairs: {{tasks: {{soru-cevap: 1}}, model: {model}}}\n",
        encoding="utf-8",
    )
    return path


def asked_at(server: Running, more: str = "") -> str:
    return f"{{kind: openai, base_url: '{server.base_url}', name: m, concurrency: 2, timeout_s: 60{more}}}"


def started(path: Path, *, last: str = "pairs") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*IMBIK, "run", str(path), "--to", last, "--runs", str(path.parent / "runs")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # a job in the background of a shell ignores it
    )


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.02)


def asked(server: Running) -> int:
    return int(server.get("/stats").get("requests", 0))


def answers(path: Path) -> int:
    with sqlite3.connect(path.parent / "runs" / "kesilen" / "journal" / "replies.sqlite") as database:
        return int(database.execute("select count(*) from answers").fetchone()[0])


def descendants(parent: int) -> list[int]:
    children = [
        int(pid) for thread in Path(f"/proc/{parent}/task").glob("*/children") for pid in thread.read_text(encoding="ascii").split()
    ]
    return children + [one for child in children for one in descendants(child)]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def nothing_left(workers: list[int]) -> None:
    assert workers
    until(lambda: not any(alive(pid) for pid in workers), 5)


def test_one_interrupt_stops_the_asking_and_keeps_what_came(tmp_path: Path) -> None:
    with running("--latency", "0.2") as server:
        path = recipe(tmp_path, asked_at(server))
        process = started(path)
        until(lambda: asked(server) >= 6)
        workers = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        sent = asked(server)
        told, _ = process.communicate(timeout=15)
        assert process.returncode == 130
        assert asked(server) <= sent + 2  # one look at the file that tells the worker, two requests at a time
        assert answers(path) == asked(server)
        assert "no new prompt goes out" in told
        assert told.splitlines()[-1].startswith("imbik: interrupted. Finished stages and every answer that came are kept")
        nothing_left(workers)
        again = started(path)
        again.communicate(timeout=60)
        assert again.returncode == 0
        assert asked(server) == ROWS


def test_a_request_that_does_not_come_back_is_cut_after_a_few_seconds(tmp_path: Path) -> None:
    with running() as server:
        path = recipe(tmp_path, asked_at(server), hanging=ROWS)
        process = started(path)
        until(lambda: asked(server) >= 2)
        workers = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        begin = time.monotonic()
        process.communicate(timeout=20)
        assert process.returncode == 130
        assert time.monotonic() - begin < 12
        assert asked(server) == 2
        nothing_left(workers)


def test_a_second_interrupt_ends_at_once(tmp_path: Path) -> None:
    with running() as server:
        path = recipe(tmp_path, asked_at(server), hanging=ROWS)
        process = started(path)
        until(lambda: asked(server) >= 2)
        workers = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=10)
        assert process.returncode == 130
        assert time.monotonic() - begin < 2
        assert told.splitlines()[-1].startswith("imbik: interrupted. ")
        nothing_left(workers)


@dataclass
class Terminal:
    """A child on a terminal of its own."""

    pid: int
    screen: int
    seen: bytes = b""

    def read(self, seconds: float) -> bool:
        """Read what the child writes; False once it has closed its terminal."""
        if not select.select([self.screen], [], [], seconds)[0]:
            return True
        try:
            more = os.read(self.screen, 1 << 16)
        except OSError:  # Linux says so when the other side is gone
            return False
        self.seen += more
        return bool(more)

    def words(self) -> str:
        return re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", self.seen).decode(errors="replace")


def test_ctrl_c_at_a_terminal_reaches_every_process_and_still_keeps_what_came(tmp_path: Path) -> None:
    with running("--latency", "0.2") as server:
        path = recipe(tmp_path, asked_at(server))
        pid, screen = pty.fork()
        if pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.chdir(ROOT)
            os.execv(sys.executable, [*IMBIK, "run", str(path), "--to", "pairs", "--runs", str(tmp_path / "runs")])
        terminal = Terminal(pid, screen)
        until(lambda: terminal.read(0.02) and asked(server) >= 6)
        workers = descendants(pid)
        os.write(screen, b"\x03")
        sent = asked(server)
        deadline = time.monotonic() + 20
        while terminal.read(0.2):
            assert time.monotonic() < deadline
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 130
        os.close(screen)
        assert asked(server) <= sent + 2
        assert answers(path) == asked(server)
        assert "imbik: interrupted. Finished stages" in terminal.words()
        nothing_left(workers)


@pytest.mark.parametrize(
    "wait_s", [0.4, 2.5]
)  # while libraries are loaded, some of which swallow a KeyboardInterrupt, and while rules write
def test_the_embedded_writer_is_interrupted_with_the_same_words(tmp_path: Path, wait_s: float) -> None:
    path = recipe(tmp_path, "{kind: rules}")
    process = started(path)
    assert process.stdout is not None
    until(lambda: "pairs" in process.stdout.readline())  # type: ignore[union-attr]
    time.sleep(wait_s)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "imbik: interrupted. Finished stages" in told


@pytest.mark.slow
def test_a_gguf_is_interrupted_too(tmp_path: Path, gguf: Path) -> None:
    path = recipe(tmp_path, f"{{kind: gguf, path: '{gguf}', max_tokens: 200}}")
    process = started(path)
    until(lambda: any("gguf_chat" in command(pid) for pid in descendants(process.pid)))
    time.sleep(1)
    workers = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=20)
    assert process.returncode == 130, told
    nothing_left(workers)


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""
