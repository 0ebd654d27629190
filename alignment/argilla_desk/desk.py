"""Records laid out in an Argilla server and people's verdicts taken back; the folder keeps both, so that a run needs no server."""

from __future__ import annotations

import hashlib
import json
import os
import warnings
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

from alignment.argilla_desk.local_server import Credentials, home_folder, local_credentials
from alignment.argilla_desk.payload import BEFORE, CORRECTED, line_of, record_of
from alignment.config import ReviewConfig
from alignment.desk import DeskStatus, Item, Pulled, What
from alignment.exchange import JsonlDesk
from curation.errors import MissingPackage, ReviewError
from curation.progress import Tick, silent
from curation.storage import write_bytes, write_json

DATASETS: dict[What, str] = {"pairs": "ciftler", "preferences": "tercihler"}
DISPUTED = "hakem"
_BATCH = 100  # records a request: people's own requests wait for one such transaction at most
_PAGE = 500  # records a page when reading; Argilla gives 1,000 at most
_TIMEOUT_S = 60


def open_argilla(config: ReviewConfig, folder: Path, name: str, tick: Tick = silent) -> ArgillaDesk:
    """Return the desk on the server that `config` names. Raises ReviewError where there is none or it refuses the key."""
    credentials = Credentials(config.url, os.environ.get(config.api_key_env, "")) if config.url else local_credentials(home_folder())
    return ArgillaDesk(_connect(credentials), config, folder, name, tick)


def _connect(credentials: Credentials) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its classes are written for an older pydantic, which warns
            import argilla as rg
    except ImportError as error:
        raise MissingPackage("argilla", "review", "review.desk: argilla") from error
    with _server_errors(credentials.url):
        return rg.Argilla(credentials.url, credentials.api_key, timeout=_TIMEOUT_S)


class ArgillaDesk:
    """A desk that is a workspace: one dataset of pairs, one of preferences, and one more of each for what is disputed."""

    def __init__(self, client: Any, config: ReviewConfig, folder: Path, name: str, tick: Tick = silent) -> None:
        self._client = client
        self._config = config
        self._folder = folder
        self._name = name
        self._files = JsonlDesk(folder, keep_shown=True)
        self._tick = tick
        weakref.finalize(self, client.api.http_client.close)

    def push(self, items: Sequence[Item]) -> int:
        """Return how many `items` are new to the server. What it has already is not sent again, so nobody's work is touched."""
        self._files.push(items)
        fresh = 0
        for what in get_args(What):
            for disputed in (False, True):
                chosen = [item for item in items if item.what == what and item.disputed == disputed]
                if chosen:
                    with _server_errors(self._client.api_url):
                        fresh += self._push(chosen, what, disputed=disputed)
        return fresh

    def _push(self, items: Sequence[Item], what: What, *, disputed: bool) -> int:
        dataset = self._dataset(what, disputed=disputed) or self._create(what, disputed=disputed)
        self._note_guideline(dataset)
        questions = {question.name: str(question.id) for question in dataset.settings.questions}
        if what == "pairs" and CORRECTED not in questions:
            raise ReviewError(f"dataset {dataset.name} on {self._client.api_url} was not made by imbik: rename it, or the run")
        known = {record["external_id"] for record in self._records(dataset, responses=False)}
        fresh = [item for item in items if item.id not in known]
        if any(item.before for item in fresh) and BEFORE not in {field.name for field in dataset.settings.fields}:
            raise ReviewError(
                f"dataset {dataset.name} on {self._client.api_url} was made before conversations were shown: give the run another name, "
                "or delete the dataset once its verdicts are pulled"
            )
        for start in range(0, len(fresh), _BATCH):
            batch = [record_of(item, questions, blind=self._config.blind) for item in fresh[start : start + _BATCH]]
            self._put(f"/api/v1/datasets/{dataset.id}/records/bulk", {"items": batch})
            self._tick(min(start + _BATCH, len(fresh)), len(fresh))
        return len(fresh)

    def pull(self) -> Pulled:
        """Return what people said so far, after writing it to `*.argilla-*.done.jsonl`; people may go on working meanwhile."""
        for what in get_args(What):
            for disputed in (False, True):
                with _server_errors(self._client.api_url):
                    dataset = self._dataset(what, disputed=disputed)
                    if dataset is not None:
                        self._take(dataset, what, final=disputed)
        return self._files.pull()

    def _take(self, dataset: Any, what: What, *, final: bool) -> None:
        """One file per dataset of the server: another server, or one that lost its work, never writes over what was taken before."""
        self._note_guideline(dataset)
        people = self._people()
        versions = self._guidelines().get(str(dataset.id), [])
        lines = [
            line_of(record, response, what=what, reviewer=people.get(response["user_id"], response["user_id"]),
                    guideline=_version_at(versions, response["updated_at"]), final=final)
            for record in self._records(dataset, responses=True)
            for response in sorted(record.get("responses") or (), key=lambda one: (one["updated_at"], one["user_id"]))
            if response["status"] == "submitted"
        ]  # fmt: skip
        path = self._folder / f"{what}.argilla-{str(dataset.id)[:8]}.done.jsonl"
        if lines or path.exists():
            write_bytes(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())

    def status(self) -> DeskStatus:
        """Return how far people are on the server, without taking anything."""
        shown = judged = verdicts = 0
        for what in get_args(What):
            with _server_errors(self._client.api_url):
                dataset = self._dataset(what, disputed=False)
                for record in self._records(dataset, responses=True) if dataset is not None else ():
                    submitted = sum(response["status"] == "submitted" for response in record.get("responses") or ())
                    shown, judged, verdicts = shown + 1, judged + bool(submitted), verdicts + submitted
        return DeskStatus(shown, judged, verdicts, 0)

    # --- the server ------------------------------------------------------------------------------------------------------

    def _dataset_name(self, what: What, *, disputed: bool) -> str:
        return f"{self._name}-{DATASETS[what]}" + (f"-{DISPUTED}" if disputed else "")

    def _dataset(self, what: What, *, disputed: bool) -> Any:
        workspace, name = self._workspace(), self._dataset_name(what, disputed=disputed)
        found = next((one for one in workspace.datasets if one.name == name), None) if workspace is not None else None
        return found.get() if found is not None else None

    def _workspace(self) -> Any:
        return next((one for one in self._client.workspaces if one.name == self._config.workspace), None)

    def _create(self, what: What, *, disputed: bool) -> Any:
        import argilla as rg

        from alignment.argilla_desk.layout import settings

        if self._workspace() is None:
            rg.Workspace(name=self._config.workspace, client=self._client).create()
        people = 1 if disputed else self._config.annotators_per_record
        made = rg.Dataset(
            name=self._dataset_name(what, disputed=disputed),
            workspace=self._config.workspace,
            settings=settings(self._client, what, people=people, blind=self._config.blind),
            client=self._client,
        )
        return made.create()

    def _records(self, dataset: Any, *, responses: bool) -> Iterator[dict[str, Any]]:
        """Every record, in the order it came; new ones come behind, so a page never skips one."""
        offset = 0
        while True:
            asked = {"offset": offset, "limit": _PAGE} | ({"include": "responses"} if responses else {})
            answer = self._client.api.http_client.get(f"/api/v1/datasets/{dataset.id}/records", params=asked)
            answer.raise_for_status()
            page = answer.json()["items"]
            yield from page
            if len(page) < _PAGE:
                return
            offset += _PAGE

    def _put(self, path: str, values: dict[str, Any]) -> None:
        answer = self._client.api.http_client.put(path, json=values)
        if answer.status_code >= 400:
            raise ReviewError(f"{self._client.api_url} refused the records ({answer.status_code}): {answer.text[:400]}")

    def _people(self) -> dict[str, str]:
        """Names by id; a key that may not list people leaves the ids."""
        answer = self._client.api.http_client.get("/api/v1/users")
        return {user["id"]: user["username"] for user in answer.json()["items"]} if answer.status_code == 200 else {}

    # --- which guidelines people had before them ---------------------------------------------------------------------------

    def _note_guideline(self, dataset: Any) -> None:
        """Guidelines can be edited in Argilla: every version seen is kept with the server's time from which it held."""
        answer = self._client.api.http_client.get(f"/api/v1/datasets/{UUID(str(dataset.id))}")
        answer.raise_for_status()
        values = answer.json()
        version = hashlib.sha256((values["guidelines"] or "").encode()).hexdigest()[:8]
        known = self._guidelines()
        versions = known.setdefault(str(dataset.id), [])
        if not versions or versions[-1]["version"] != version:
            versions.append(
                {"version": version, "since": values["updated_at"] if versions else values["inserted_at"], "text": values["guidelines"]}
            )
            write_json(self._folder / "kilavuzlar.json", known)

    def _guidelines(self) -> dict[str, list[dict[str, str]]]:
        path = self._folder / "kilavuzlar.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _version_at(versions: Sequence[dict[str, str]], moment: str) -> str:
    """The version that held at a moment; the server's times sort as text."""
    held = [one["version"] for one in versions if one["since"] <= moment]
    return held[-1] if held else versions[0]["version"] if versions else ""


@contextmanager
def _server_errors(url: str) -> Iterator[None]:
    """Say what is wrong with the server in one line, instead of the traceback of its client."""
    import httpx
    from argilla._exceptions import ArgillaAPIError, ArgillaError

    try:
        yield
    except httpx.TransportError as error:
        raise ReviewError(f"no Argilla answers at {url} ({error}): start it with `imbik review serve`, or mend `review.url`") from error
    except httpx.HTTPStatusError as error:
        raise ReviewError(f"{url} refused {error.request.url.path} ({error.response.status_code}): {error.response.text[:400]}") from error
    except (ArgillaAPIError, ArgillaError) as error:
        raise ReviewError(f"{url} refused ({type(error).__name__}): {' '.join(str(error).split())[:400]}") from error
