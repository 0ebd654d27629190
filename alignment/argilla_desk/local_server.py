"""The embedded Argilla server as a child process: started, ready, stopped."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from alignment.argilla_desk.environment import SERVER, clean_environment
from curation.errors import ReviewError

CREDENTIALS = "credentials.json"
LOG = "server.log"
_STOP_S = 25.0  # ten for open requests, five for jobs, the rest for a slow disk


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to speak to a server as its owner."""

    url: str
    api_key: str = field(repr=False)


def home_folder() -> Path:
    """Return where the embedded server keeps people's work: IMBIK_REVIEW_HOME, or `imbik/argilla` in the user's data folder."""
    default = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "imbik" / "argilla"
    return Path(os.environ.get("IMBIK_REVIEW_HOME") or default)


def local_credentials(home: Path) -> Credentials:
    """Return the credentials of the embedded server. Raises ReviewError where it was never started."""
    try:
        values = json.loads((home / CREDENTIALS).read_text(encoding="utf-8"))
        return Credentials(values["url"], values["api_key"])
    except FileNotFoundError:
        raise ReviewError(f"there is no embedded Argilla in {home} yet: start it with `imbik review serve`, or set `review.url`") from None
    except (ValueError, KeyError, OSError) as error:
        raise ReviewError(f"{home / CREDENTIALS} cannot be read ({error}): start `imbik review serve` again") from error


class LocalServer:
    """A running server; leaving the block stops it. `passwords` holds the new annotators' and is not kept anywhere."""

    def __init__(
        self,
        python: Path,
        home: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 6900,
        workspace: str = "imbik",
        annotators: Sequence[str] = (),
        new_passwords: bool = False,
        known_hosts: Sequence[str] = (),
    ) -> None:
        options = [f"--home={home}", f"--host={host}", f"--port={port}", f"--workspace={workspace}"]
        options += [f"--annotator={name}" for name in annotators] + [f"--known-host={name}" for name in known_hosts]
        self._command = [str(python), "-I", str(SERVER / "__main__.py"), *options, *(["--new-passwords"] if new_passwords else [])]
        self._home = home
        self.url = ""
        self.passwords: Mapping[str, str] = {}
        self.healed = 0

    def __enter__(self) -> LocalServer:
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = os.open(self._home / LOG, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        # A group of its own: Ctrl-C reaches this process alone, which then stops the server in order.
        self._process = subprocess.Popen(  # noqa: S603
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=clean_environment(), process_group=0
        )
        os.close(log)
        try:
            self._wait_until_ready()
        except BaseException:
            self._process.kill()
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid

    def wait(self) -> None:
        """Return when the server ends of itself. Raises ReviewError when it broke."""
        if self._process.wait():
            raise ReviewError(f"the server ended with code {self._process.returncode}: {self._home / LOG} says why")

    def stop(self) -> None:
        """Let the server finish its requests and jobs, and end it."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def _wait_until_ready(self) -> None:
        for line in self._process.stdout or ():
            event: dict[str, Any] = json.loads(line)
            if event["event"] == "ready":
                self.url, self.passwords, self.healed = event["url"], event["passwords"], event["healed"]
                return
            if event["event"] == "failed":
                raise ReviewError(event["message"])
        raise ReviewError(f"the server ended before it was ready: {self._home / LOG} says why")
