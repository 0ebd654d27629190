"""The Batch API when something goes wrong: nothing is paid for twice, and what ends the run does not pass for failures of rows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curation.errors import ModelError
from curation.records import Message
from pipelines.models import batch as batch_module
from pipelines.models.asking import Wall
from pipelines.models.body import ledger_name
from pipelines.models.config import OpenAIConfig
from pipelines.models.counters import Counters
from pipelines.models.journal import Journal
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt
from tests.servers.scripted_batches import PASS, Row, ScriptedBatches, answer, answered, refused, scripted_batches

HTML = (200, "text/html", b"<html>busy</html>")
HALF = (200, "application/json", b'{"id": "b0", ')


@pytest.fixture
def server() -> Iterator[ScriptedBatches]:
    with scripted_batches() as started:
        yield started


def prompt(text: str, identity: str = "") -> Prompt:
    return Prompt(identity or f"q-{text}", "deneme", {}, (Message("user", text),), seed=1, max_tokens=64)


def config(server: ScriptedBatches, **keys: Any) -> OpenAIConfig:
    return OpenAIConfig(**{"kind": "openai", "name": "m", "base_url": server.base_url, "mode": "batch", "batch_poll_s": 0.02, **keys})


def ask(
    settings: OpenAIConfig, prompts: list[Prompt], journal: Path, killed_after_s: float | None = None
) -> tuple[dict[str, Reply], Counters]:
    """Replies by prompt id; with `killed_after_s` the asking is broken off then."""

    async def run() -> tuple[dict[str, Reply], Counters]:
        kept = Journal(journal)
        wall = Wall({"": settings}, journal=kept, purpose="deneme")
        replies: dict[str, Reply] = {}
        try:
            async with asyncio.timeout(killed_after_s or 30):
                await wall.ask_all([("", one) for one in prompts], lambda _, one, reply: replies.__setitem__(one.id, reply))
        except TimeoutError:
            assert killed_after_s
        finally:
            await wall.close()
            kept.close()
        return replies, wall.meter.counters

    return asyncio.run(run())


def killed(settings: OpenAIConfig, prompts: list[Prompt], journal: Path, server: ScriptedBatches) -> None:
    """A run that is killed while its batch waits; then the batch is done."""
    server.done = False
    assert ask(settings, prompts, journal, killed_after_s=0.5)[0] == {}
    server.done = True


def spent(settings: OpenAIConfig, path: Path) -> int:
    journal = Journal(path)
    tokens, _ = journal.spent("deneme", ledger_name("", settings))
    journal.close()
    return tokens


@pytest.mark.parametrize("lost", [None, (504, "text/html", b"<html>gateway time-out</html>"), HTML])
def test_a_batch_whose_making_was_not_answered_is_not_made_again(
    server: ScriptedBatches, tmp_path: Path, lost: tuple[int, str, bytes] | None
) -> None:
    server.first = lambda method, path, number: lost if (method, path, number) == ("POST", "/v1/batches", 0) else PASS
    replies, _ = ask(config(server, retries=0), [prompt("a"), prompt("b")], tmp_path / "j.sqlite")
    assert [reply.failure for reply in replies.values()] == ["", ""]
    assert server.rows == 2


@pytest.mark.parametrize("failure", ["cut_off", "http_400", "content_filter"])
def test_a_row_that_failed_for_good_in_a_killed_runs_batch_is_not_asked_again(
    server: ScriptedBatches, tmp_path: Path, failure: str
) -> None:
    finish = {"cut_off": "length", "content_filter": "content_filter"}
    server.row = lambda row: answered(row, "yarım", finish[failure]) if failure in finish else refused(row, 400, message="no")
    killed(config(server), [prompt("a"), prompt("b")], tmp_path / "j.sqlite", server)
    replies, _ = ask(config(server), [prompt("a"), prompt("b")], tmp_path / "j.sqlite")
    assert [reply.failure for reply in replies.values()] == [failure, failure]
    assert server.rows == 2


def test_paid_rows_that_the_recipe_asks_for_no_more_are_booked_and_kept(server: ScriptedBatches, tmp_path: Path) -> None:
    killed(config(server), [prompt("a"), prompt("b")], tmp_path / "j.sqlite", server)
    ask(config(server), [prompt("a")], tmp_path / "j.sqlite")
    assert spent(config(server), tmp_path / "j.sqlite") == 40
    replies, counters = ask(config(server), [prompt("a"), prompt("b")], tmp_path / "j.sqlite")
    assert [reply.text for reply in replies.values()] == ["tamam", "tamam"]
    assert (counters.kept, server.rows) == (2, 2)


@pytest.mark.parametrize("gone", ["/v1/batches/batch-0", "/v1/files/out-file-0/content"])
def test_a_batch_that_the_server_knows_no_more_is_made_anew_and_blocks_no_run(server: ScriptedBatches, tmp_path: Path, gone: str) -> None:
    killed(config(server), [prompt("a")], tmp_path / "j.sqlite", server)
    server.first = lambda _, path, __: answer(404, {"error": {"message": "no such object"}}) if path == gone else PASS
    replies, _ = ask(config(server), [prompt("a")], tmp_path / "j.sqlite")
    assert [reply.text for reply in replies.values()] == ["tamam"]
    assert len(server.made) == 2


def test_a_server_that_lost_its_batch_api_does_not_pass_for_one_that_lost_the_batch(server: ScriptedBatches, tmp_path: Path) -> None:
    killed(config(server), [prompt("a")], tmp_path / "j.sqlite", server)
    server.first = lambda _, path, __: answer(404, {"error": {"message": "no such route"}}) if "/batches" in path else PASS
    with pytest.raises(ExceptionGroup) as group:
        ask(config(server), [prompt("a")], tmp_path / "j.sqlite")
    assert "refuses the Batch API" in str(group.value.exceptions[0])
    server.first = lambda *_: PASS
    replies, _ = ask(config(server), [prompt("a")], tmp_path / "j.sqlite")
    assert [reply.text for reply in replies.values()] == ["tamam"]
    assert server.rows == 1


def test_a_budget_too_small_for_all_rows_is_spent_on_those_it_is_enough_for(server: ScriptedBatches, tmp_path: Path) -> None:
    settings = config(server, budget={"tokens": 240, "when_spent": "finish"})
    replies, _ = ask(settings, [prompt(str(number)) for number in range(20)], tmp_path / "j.sqlite")
    answers = [reply.text for reply in replies.values() if not reply.failure]
    assert {reply.failure for reply in replies.values()} == {"", "budget"}
    assert len(answers) == 7  # 140 tokens; the 117 that the next may cost are more than what is left
    assert spent(settings, tmp_path / "j.sqlite") == 140


def test_a_budget_too_small_for_one_row_says_that_it_is_too_small(server: ScriptedBatches, tmp_path: Path) -> None:
    replies, _ = ask(config(server, budget={"tokens": 20}), [prompt("a")], tmp_path / "j.sqlite")
    assert "the budget of this stage is too small for one request (0 of 20 tokens" in replies["q-a"].detail
    assert server.made == []


@pytest.mark.parametrize(
    ("code", "failure"), [("billing_hard_limit_reached", "no_quota"), ("invalid_json_line", "refused"), ("model_not_found", "refused")]
)
def test_a_batch_that_the_server_does_not_take_ends_the_run_and_not_its_rows(
    server: ScriptedBatches, tmp_path: Path, code: str, failure: str
) -> None:
    server.errors = [code]
    replies, _ = ask(config(server), [prompt("a"), prompt("b")], tmp_path / "j.sqlite")
    assert [reply.failure for reply in replies.values()] == [failure, failure]
    assert f"batch batch-0 failed: because of {code}" in replies["q-a"].detail
    assert len(server.made) == 1
    server.errors = []
    replies, _ = ask(config(server), [prompt("a"), prompt("b")], tmp_path / "j.sqlite")
    assert [reply.failure for reply in replies.values()] == ["", ""]


def test_what_ended_a_killed_run_does_not_end_the_next(server: ScriptedBatches, tmp_path: Path) -> None:
    killed(config(server), [prompt("a")], tmp_path / "j.sqlite", server)
    server.made[0] |= {"status": "failed", "errors": {"data": [{"code": "billing_hard_limit_reached", "message": "no money"}]}}
    replies, _ = ask(config(server), [prompt("a")], tmp_path / "j.sqlite")
    assert [reply.text for reply in replies.values()] == ["tamam"]


@pytest.mark.parametrize(
    ("status", "error", "failure"),
    [(429, {"code": "insufficient_quota", "message": "no money"}, "no_quota"), (401, {"message": "wrong key"}, "refused")],
)
def test_rows_refused_for_want_of_quota_or_a_key_end_the_run_with_the_answers_kept(
    server: ScriptedBatches, tmp_path: Path, status: int, error: dict[str, Any], failure: str
) -> None:
    def row(asked: Row) -> Row:
        return answered(asked) if asked["body"]["messages"][0]["content"] == "a" else refused(asked, status, **error)

    server.row = row
    replies, _ = ask(config(server, batch_rows=2), [prompt(text) for text in "abcd"], tmp_path / "j.sqlite")
    assert {key: reply.failure for key, reply in replies.items()} == {"q-a": "", "q-b": failure, "q-c": failure, "q-d": failure}
    assert len(server.made) == 1


def test_a_model_that_the_server_does_not_have_ends_the_run(server: ScriptedBatches, tmp_path: Path) -> None:
    server.row = lambda row: refused(row, 404, code="model_not_found", message="The model `m` does not exist")
    replies, _ = ask(config(server), [prompt("a"), prompt("b")], tmp_path / "j.sqlite")
    assert [reply.failure for reply in replies.values()] == ["refused", "refused"]
    assert "does not exist" in replies["q-a"].detail


def test_a_row_refused_while_others_passed_fails_alone(server: ScriptedBatches, tmp_path: Path) -> None:
    server.row = lambda row: refused(row, 403, message="moderated") if "kötü" in str(row["body"]) else answered(row)
    replies, _ = ask(config(server), [prompt("kötü"), prompt("iyi")], tmp_path / "j.sqlite")
    assert {key: reply.failure for key, reply in replies.items()} == {"q-kötü": "http_403", "q-iyi": ""}
    replies, _ = ask(config(server), [prompt("kötü"), prompt("iyi")], tmp_path / "j.sqlite")
    assert {key: reply.failure for key, reply in replies.items()} == {"q-kötü": "http_403", "q-iyi": ""}


def test_a_full_queue_is_waited_for_longer_than_rows_are_tried_and_then_taken_in_smaller_batches(
    server: ScriptedBatches, tmp_path: Path
) -> None:
    server.errors = [*["token_limit_exceeded"] * 4, ""]
    replies, _ = ask(config(server, retries=0), [prompt(str(number)) for number in range(8)], tmp_path / "j.sqlite")
    assert {reply.failure for reply in replies.values()} == {""}
    assert [len(rows) for rows in server.batches] == [8, 4, 2, 1, 1, 1, 2, 4]


def test_a_queue_full_for_too_long_ends_the_run_and_not_its_rows(
    server: ScriptedBatches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_module, "_QUEUE_PATIENCE_S", 0.1)
    server.errors = ["token_limit_exceeded"]
    replies, _ = ask(config(server), [prompt("a"), prompt("b")], tmp_path / "j.sqlite")
    assert {reply.failure for reply in replies.values()} == {"server_down"}
    assert "the batch queue" in replies["q-a"].detail


def test_a_parameter_that_the_rows_are_refused_for_is_left_out_of_all_further_ones(server: ScriptedBatches, tmp_path: Path) -> None:
    error = {"code": "unsupported_parameter", "param": "max_tokens", "message": "Use 'max_completion_tokens' instead."}
    server.row = lambda row: refused(row, 400, **error) if "max_tokens" in row["body"] else answered(row)
    replies, counters = ask(config(server, retries=0, batch_rows=2), [prompt(text) for text in "abcd"], tmp_path / "j.sqlite")
    assert [reply.failure for reply in replies.values()] == [""] * 4
    assert counters.left_out == ["max_tokens"]
    assert [len(rows) for rows in server.batches] == [2, 2, 2]


def test_rows_all_refused_for_what_cannot_be_left_out_end_the_run(server: ScriptedBatches, tmp_path: Path) -> None:
    server.row = lambda row: refused(row, 400, message="the field `seed` is not known")
    replies, _ = ask(config(server, batch_rows=10), [prompt(str(number)) for number in range(30)], tmp_path / "j.sqlite")
    assert {reply.failure for reply in replies.values()} == {"refused"}
    assert len(server.made) == 1


@pytest.mark.parametrize("padding", [0, 250, 265, 280])
def test_the_key_is_in_no_message_not_even_half_of_it(
    server: ScriptedBatches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, padding: int
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-gizli-anahtar-123456")
    said = {"message": "x" * padding + " sk-gizli-anahtar-123456"}
    server.row = lambda row: refused(row, 400, **said)
    replies, _ = ask(config(server), [prompt("a")], tmp_path / "j.sqlite")
    assert "x" * min(padding, 260) in replies["q-a"].detail
    assert "sk-g" not in replies["q-a"].detail
    server.first = lambda *_: answer(401, {"error": said})
    with pytest.raises(ExceptionGroup) as group:
        ask(config(server), [prompt("b")], tmp_path / "j.sqlite")
    assert isinstance(group.value.exceptions[0], ModelError)
    assert "sk-g" not in str(group.value.exceptions[0])


def test_prompts_that_ask_the_same_share_one_row_and_each_gets_its_reply(server: ScriptedBatches, tmp_path: Path) -> None:
    replies, counters = ask(config(server), [prompt("a", "q-1"), prompt("a", "q-2"), prompt("b")], tmp_path / "j.sqlite")
    assert {key: reply.text for key, reply in replies.items()} == {"q-1": "tamam", "q-2": "tamam", "q-b": "tamam"}
    assert (counters.done, server.rows) == (3, 2)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        *((path, sent) for path in ("/v1/files", "/v1/batches/batch-0") for sent in (HTML, HALF, (200, "application/json", b"{}"))),
        ("/v1/files/out-file-0/content", HTML),
    ],
)
def test_one_page_or_half_an_object_ends_no_run(server: ScriptedBatches, tmp_path: Path, path: str, sent: tuple[int, str, bytes]) -> None:
    server.first = lambda _, asked, number: sent if (asked, number) == (path, 0) else PASS
    replies, _ = ask(config(server, retries=0), [prompt("a")], tmp_path / "j.sqlite")
    assert [reply.failure for reply in replies.values()] == [""]
    assert server.rows == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [("error", "broken_body"), ({"choices": {"a": 1}}, "no_choices"), ({"choices": [1]}, "no_choices"), (None, "broken_body")],
)
def test_a_row_whose_answer_is_no_completion_fails_alone(server: ScriptedBatches, tmp_path: Path, body: Any, reason: str) -> None:
    def row(asked: Row) -> Row:
        given = answered(asked)
        return given if "iyi" in json.dumps(asked) else given | {"response": {"status_code": 200, "body": body}}

    server.row = row
    replies, _ = ask(config(server, retries=0), [prompt("bozuk"), prompt("iyi")], tmp_path / "j.sqlite")
    assert {key: reply.failure for key, reply in replies.items()} == {"q-bozuk": reason, "q-iyi": ""}
