"""`imbik review serve`: the embedded Argilla in the foreground, with what its owner must know and nothing that must stay secret."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from alignment.argilla_desk.environment import ready, server_python
from alignment.argilla_desk.local_server import CREDENTIALS, LocalServer
from curation.counted import counted

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Serving:
    """What `imbik review serve` was asked for."""

    home: Path
    host: str
    port: int
    workspace: str
    annotators: tuple[str, ...]
    new_passwords: bool
    known_hosts: tuple[str, ...]


def serve(asked: Serving, cache: Path, console: Console) -> None:
    """Serve until Ctrl-C or until the server ends. Raises ReviewError where it cannot start."""
    python = environment(cache, console)
    server = LocalServer(
        python,
        asked.home,
        host=asked.host,
        port=asked.port,
        workspace=asked.workspace,
        annotators=asked.annotators,
        new_passwords=asked.new_passwords,
        known_hosts=asked.known_hosts,
    )
    with contextlib.ExitStack() as stack:
        with console.status("Argilla starts"):
            stack.enter_context(server)
        for line in _words(asked, server):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.wait()
        console.print("stopping")


def environment(cache: Path, console: Console) -> Path:
    """Return the Python of the server's environment, which is made where it is missing. Raises ReviewError where it cannot be."""
    if ready(cache):
        return server_python(cache, lambda done, total: None)
    console.print("argilla-server gets an environment of its own, once; this takes some minutes")
    columns = (TextColumn("packages"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("packages", total=None)
        return server_python(cache, lambda done, total: progress.update(task, completed=done, total=total))


def _words(asked: Serving, server: LocalServer) -> Sequence[str]:
    lines = [f"Argilla at {server.url}, workspace {asked.workspace}; Ctrl-C stops it"]
    lines.append(f"the owner's name, password and key are in {asked.home / CREDENTIALS}")
    if server.healed:
        lines.append(f"{counted(server.healed, 'record')} indexed anew")
    if asked.host not in LOOPBACK:
        lines.append("everyone on this network can reach it, and passwords travel unencrypted: put a TLS proxy before it")
    for name, password in server.passwords.items():
        lines.append(f"{name}: password {password} (shown once)")
    known = [name for name in asked.annotators if name not in server.passwords]
    if known:
        lines.append(f"{', '.join(known)}: password as before (--new-passwords gives new ones)")
    return lines
