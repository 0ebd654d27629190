"""Tests against a real, running argilla-server. They need its environment (`imbik review serve --prepare`) and say so where it was not made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alignment.argilla_desk.environment import environment_folder, ready
from alignment.argilla_desk.local_server import LocalServer
from alignment.config import ReviewConfig
from pipelines.stages.base import cache_folder
from tests.argilla.items import ANNOTATORS, free_port
from tests.argilla.people import Person


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "argilla: needs the environment of the embedded Argilla; run by `make test-review`")


@pytest.fixture(scope="session")
def server_python() -> Path:
    folder = environment_folder(cache_folder())
    if not ready(cache_folder()):
        pytest.skip(f"the embedded Argilla's environment was not made ({folder}): imbik review serve --prepare")
    return folder / "bin" / "python"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("review-home")


@pytest.fixture(scope="session")
def server(server_python: Path, home: Path) -> Iterator[LocalServer]:
    """One server for all tests that need no restart; each test has datasets of its own."""
    with LocalServer(server_python, home, annotators=ANNOTATORS, port=free_port()) as running:
        yield running


@pytest.fixture(autouse=True)
def _embedded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`open_argilla` without a URL means this server."""
    monkeypatch.setenv("IMBIK_REVIEW_HOME", str(home))


@pytest.fixture
def start(server_python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., LocalServer]:
    """A server of this test alone, not started yet: `with start() as own`. Each start is on the same home, `tmp_path / "home"`."""
    monkeypatch.setenv("IMBIK_REVIEW_HOME", str(tmp_path / "home"))

    def make(**options: object) -> LocalServer:
        settings = {"annotators": ANNOTATORS[:2], "port": free_port()} | options
        return LocalServer(server_python, tmp_path / "home", **settings)  # type: ignore[arg-type]

    return make


@pytest.fixture
def run_name(request: pytest.FixtureRequest) -> str:
    """A name that no other test uses."""
    return "deneme-" + hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:8]


@pytest.fixture(scope="session")
def person(server: LocalServer) -> Callable[[str], Person]:
    """An annotator of the common server who has logged in with the password that it gave out."""
    return lambda name: Person(server.url, name, server.passwords[name])


@pytest.fixture(scope="session")
def config() -> ReviewConfig:
    return ReviewConfig(desk="argilla", sample=10, annotators_per_record=2)
