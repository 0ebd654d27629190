"""An argilla-server, unmodified, with its own page, in this process: set up, served, stopped.

One JSON object per line on standard output tells the parent what happens; the parent keeps standard input open, and its end means stop.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import io
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATABASE = "argilla.db"
INDEX = "index.sqlite"
OUTBOX = "outbox.sqlite"
_SCRATCH = "scratch"
_LOCK_TIMEOUT_S = 30  # an upload's transaction takes well under one second
_STOP_JOBS_S = 5.0


@dataclass(frozen=True, slots=True)
class Options:
    """What the parent asks for; `hosts` are further `name` or `name:port` under which browsers reach the server."""

    home: Path
    host: str
    port: int
    workspace: str
    annotators: tuple[str, ...]
    new_passwords: bool
    hosts: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"http://{_bracketed('127.0.0.1' if self.host == '0.0.0.0' else self.host)}:{self.port}"  # noqa: S104

    @property
    def known_hosts(self) -> list[str]:
        """What may stand in a request's Host: this machine's names with the port, and what the parent names, with and without it."""
        own = {f"{_bracketed(name)}:{self.port}" for name in (self.host, "127.0.0.1", "localhost", *self.hosts)}
        return sorted(own | set(self.hosts))


def _bracketed(host: str) -> str:
    return f"[{host}]" if host.count(":") > 1 else host  # IPv6


def main() -> None:
    """Serve until told to stop."""
    os.umask(0o077)
    options = _options(sys.argv[1:])
    options.home.mkdir(parents=True, exist_ok=True)
    options.home.chmod(0o700)
    with _only_one(options.home), _listening(options) as listener, _scratch(options.home):
        _configure(options)
        server = _server(options)
        threading.Thread(target=_stop_with_parent, args=(server,), name="review-parent", daemon=True).start()
        server.run(sockets=[listener])


def _options(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="imbik review serve")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=6900)
    parser.add_argument("--workspace", default="imbik")
    parser.add_argument("--annotator", action="append", default=[])
    parser.add_argument("--new-passwords", action="store_true")
    parser.add_argument("--known-host", action="append", default=[])
    given = parser.parse_args(arguments)
    home = given.home.expanduser().resolve()
    return Options(home, given.host, given.port, given.workspace, tuple(given.annotator), given.new_passwords, tuple(given.known_host))


def _tell(event: str, **values: Any) -> None:
    print(json.dumps({"event": event, **values}, ensure_ascii=False), flush=True)


def _fail(message: str) -> SystemExit:
    _tell("failed", message=message)
    return SystemExit(1)


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Two servers on one folder would index past each other."""
    with (home / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _fail(f"another server works in {home}: stop it, or give this one a folder of its own") from None
        yield


@contextlib.contextmanager
def _listening(options: Options) -> Iterator[socket.socket]:
    """The port is taken before the slow part, so that a taken one is told at once."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((options.host, options.port))
        except OSError as error:
            raise _fail(f"{options.host}:{options.port} cannot be used ({error.strerror}): give another --port") from None
        yield listener


@contextlib.contextmanager
def _scratch(home: Path) -> Iterator[None]:
    """Argilla copies its page to a new temporary folder at every start and never removes it; here the copy goes, after a kill too."""
    folder = home / _SCRATCH
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(options: Options) -> None:
    """Argilla reads its settings from the environment when it is imported; nothing of the user's own settings gets in."""
    for name in [name for name in os.environ if name.startswith("ARGILLA_")]:
        del os.environ[name]
    database = options.home / DATABASE
    os.environ |= {
        "ARGILLA_HOME_PATH": str(options.home),
        "ARGILLA_DATABASE_URL": f"sqlite+aiosqlite:///{database}?check_same_thread=False",
        "ARGILLA_DATABASE_SQLITE_TIMEOUT": str(_LOCK_TIMEOUT_S),
        "ARGILLA_SEARCH_ENGINE": "imbik",
        "ARGILLA_CORS_ORIGINS": json.dumps([f"http://{host}" for host in options.known_hosts]),
        "ARGILLA_AUTH_SECRET_KEY": _token_secret(options.home),
        "ARGILLA_AUTH_OAUTH_CFG": str(options.home / "no-oauth.yaml"),
        "ARGILLA_DOCS_ENABLED": "0",  # its page loads scripts from elsewhere
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "HF_HUB_OFFLINE": "1",
    }
    with sqlite3.connect(database) as db:
        db.execute("PRAGMA journal_mode=WAL")  # people read while an upload writes
    database.chmod(0o600)


def _token_secret(home: Path) -> str:
    from alignment.argilla_server.secrets_file import write_secret

    path = home / "token-secret"
    if not path.exists():
        write_secret(path, secrets.token_hex(32))
    return path.read_text(encoding="utf-8")


def _server(options: Options) -> Any:
    import uvicorn

    from alignment.argilla_server import absent, jobs

    absent.leave_out()
    jobs.replace_redis()
    from alignment.argilla_server.engine import register
    from alignment.argilla_server.store import Store

    store = Store(options.home / INDEX)
    engine_class = register(store)
    _migrate(options)
    passwords, healed = asyncio.run(_prepare(options, store, engine_class(store)))
    from argilla_server import app

    from alignment.argilla_server.guard import guarded
    from alignment.argilla_server.outbox import Outbox
    from alignment.argilla_server.uploads import speed_up

    speed_up()
    worker = jobs.Worker(Outbox(options.home / OUTBOX))
    loopback = options.host in {"127.0.0.1", "localhost", "::1"}
    shielded = guarded(app, hosts=options.known_hosts, compress=not loopback, user_deleted=store.purge_user)
    config = uvicorn.Config(shielded, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=10)

    class Server(uvicorn.Server):
        """Tells the parent when people can come in, and lets the job at hand finish."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """A signal ends the server in order; uvicorn's own way raises it again afterwards, and nothing behind it is cleaned up."""
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: setattr(self, "should_exit", True))
            yield

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            worker.start()
            await super().startup(sockets)
            _tell("ready", url=options.url, passwords=passwords, healed=healed)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await super().shutdown(sockets)
            await asyncio.to_thread(worker.stop, _STOP_JOBS_S)
            _tell("stopped")

    return Server(config)


def _migrate(options: Options) -> None:
    from argilla_server.cli.database.migrate import migrate_db

    new = not sqlite3.connect(options.home / DATABASE).execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    _tell("preparing", new=new)
    with contextlib.redirect_stdout(io.StringIO()):
        migrate_db("head")


async def _prepare(options: Options, store: Any, engine: Any) -> tuple[dict[str, str], int]:
    from argilla_server.database import async_engine

    from alignment.argilla_server.accounts import set_up_people
    from alignment.argilla_server.heal import heal, recount

    try:
        passwords = await set_up_people(
            options.home, options.url, options.workspace, options.annotators, new_passwords=options.new_passwords
        )
        database = options.home / DATABASE
        recount(database)
        return passwords, await heal(database, store, engine)
    except RuntimeError as error:
        raise _fail(str(error)) from error
    finally:
        await async_engine.dispose()  # its connections belong to this event loop, the server has another


def _stop_with_parent(server: Any) -> None:
    """Standard input ends when the parent is gone, however it went."""
    while sys.stdin.buffer.read(1):
        pass
    server.should_exit = True
