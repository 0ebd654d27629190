"""The response journal: what was paid for is kept, what failed is told and asked again."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import ArtifactError
from curation.records import Message
from pipelines.models.body import request_body, request_key
from pipelines.models.config import OpenAIConfig
from pipelines.models.journal import Attempt, Batch, Journal
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt


def keep(journal: Journal, *attempts: Attempt) -> None:
    async def kept() -> None:
        await asyncio.gather(*map(journal.keep, attempts))

    asyncio.run(kept())


def attempt(key: str, reply: Reply, usd: float = 0.0) -> Attempt:
    return Attempt(key, "q-1", "model", "pairs", reply, usd)


def test_an_answer_is_on_disk_when_keep_returns(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    keep(journal, attempt("k", Reply("yanıt", input_tokens=3)))
    with sqlite3.connect(tmp_path / "j.sqlite") as other:
        assert other.execute("select count(*) from answers").fetchone() == (1,)
    assert journal.find("k") == Reply("yanıt", input_tokens=3)
    journal.close()


def test_a_failure_is_kept_with_its_reason_and_never_found_as_an_answer(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    keep(journal, attempt("k", Reply(failure="timeout", detail="yanıt yok")), attempt("k", Reply(failure="timeout")))
    assert journal.find("k") is None
    assert journal.failures("pairs") == {"timeout": 2}
    journal.close()


def test_what_came_before_a_cut_is_found_again_with_its_failure(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    cut = Reply("yarım", "cut_off", "sınıra vardı", 3, 9)
    keep(journal, attempt("k", cut))
    assert journal.find("k") == cut
    assert journal.failures("pairs") == {"cut_off": 1}
    journal.close()


def test_a_cut_with_nothing_before_it_is_kept_too(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    thought = Reply("", "cut_off", "sınıra vardı", 3, 64)
    keep(journal, attempt("k", thought))
    assert journal.find("k") == thought
    journal.close()


@pytest.mark.parametrize("text", ["merhaba \ud83d", '\\\udfff"', "çeşme 😀"])
def test_half_of_a_surrogate_pair_is_kept_as_what_it_was(tmp_path: Path, text: str) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    keep(journal, attempt("k", Reply(text, "cut_off", text)), attempt("l", Reply(failure="http_500", detail=text)))
    assert journal.find("k") == Reply(text, "cut_off", text)
    assert journal.failures("pairs") == {"cut_off": 1, "http_500": 1}
    journal.close()


def test_what_no_database_can_hold_is_told_to_who_waits_and_stops_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    with pytest.raises(ArtifactError, match="the journal cannot be written"):
        keep(journal, attempt("k", Reply("x", input_tokens=1 << 70)))
    keep(journal, attempt("l", Reply("y")))
    assert journal.find("l") == Reply("y")
    journal.close()


def test_a_journal_that_another_program_holds_is_not_called_a_full_disk(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("pipelines.models.journal._LOCKED_S", 0.1)
    journal = Journal(tmp_path / "j.sqlite")
    with closing(sqlite3.connect(tmp_path / "j.sqlite", isolation_level=None)) as other:
        other.execute("begin exclusive")
        with pytest.raises(ArtifactError, match="Another program holds it: close that and run again"):
            keep(journal, attempt("k", Reply("x")))
    journal.close()


def test_a_journal_that_cannot_be_opened_is_not_to_be_moved_away(tmp_path: Path) -> None:
    (tmp_path / "j.sqlite").mkdir()
    with pytest.raises(ArtifactError, match="must be a file") as told:
        Journal(tmp_path / "j.sqlite")
    assert "Move it away" not in str(told.value)


def test_what_was_spent_is_added_up_by_stage_and_model(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    keep(
        journal,
        attempt("a", Reply("x", input_tokens=10, output_tokens=5), 0.5),
        attempt("b", Reply(failure="cut_off", input_tokens=10, output_tokens=100), 1.0),
    )
    assert journal.spent("pairs", "model") == (125, 1.5)
    assert journal.spent("preferences", "model") == (0, 0.0)
    journal.close()


def test_what_is_queued_is_written_before_the_journal_closes(tmp_path: Path) -> None:
    async def kept() -> None:
        journal = Journal(tmp_path / "j.sqlite")
        waiting = [asyncio.ensure_future(journal.keep(attempt(str(n), Reply("x")))) for n in range(100)]
        await asyncio.sleep(0)
        journal.close()
        await asyncio.gather(*waiting)

    asyncio.run(kept())
    journal = Journal(tmp_path / "j.sqlite")
    assert all(journal.find(str(n)) for n in range(100))
    journal.close()


def test_a_file_that_is_no_journal_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "j.sqlite").write_bytes(b"not a database at all, but long enough to be one" * 20)
    with pytest.raises(ArtifactError, match="Move it away"):
        Journal(tmp_path / "j.sqlite")


def test_a_batch_is_open_until_it_is_done(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    batch = Batch("t", "model", "batch-1", "open", ("a", "b"))
    journal.keep_batch(batch)
    assert list(journal.open_batches("model")) == [batch]
    journal.keep_batch(Batch("t", "model", "batch-1", "done", ("a", "b")))
    assert list(journal.open_batches("model")) == []
    journal.close()


BASE = {"name": "m", "base_url": "http://localhost/v1"}


def key(prompt: Prompt, schema: str = "", **keys: object) -> str:
    config = OpenAIConfig(**{"kind": "openai", **BASE, **keys})  # type: ignore[arg-type]
    return request_key(config.base_url, request_body(config, prompt, schema), prompt.task)


@pytest.mark.parametrize(
    "keys", [{"name": "n"}, {"base_url": "http://localhost/v2"}, {"temperature": 0.1}, {"max_tokens": 99}, {"extra_body": {"top_p": 0.5}}]
)
def test_whatever_shapes_a_reply_shapes_its_key(keys: dict[str, object]) -> None:
    prompt = Prompt("q", "t", {}, (Message("user", "soru"),), seed=1)
    assert key(prompt, **keys) != key(prompt)


@given(st.text(), st.integers(0, 2**31), st.sampled_from(["", '{"type": "object"}']))
def test_a_prompts_text_seed_and_schema_shape_its_key(text: str, seed: int, schema: str) -> None:
    plain = Prompt("q", "t", {}, (Message("user", "soru"),), seed=0)
    other = Prompt("q", "t", {}, (Message("user", text),), seed=seed)
    assert (key(other, schema) == key(plain)) == (text == "soru" and seed == 0 and not schema)


@pytest.mark.parametrize("seed", [2**32 - 2, 2**32 - 1, 2**32 + 1_000_003])
def test_a_seed_is_one_that_servers_take_and_none_that_means_any(seed: int) -> None:
    prompt = Prompt("q", "t", {}, (Message("user", "soru"),), seed=seed)
    assert 0 <= request_body(OpenAIConfig(kind="openai", **BASE), prompt, "")["seed"] < 2**32 - 1  # type: ignore[arg-type]


def test_how_fast_and_how_patiently_is_asked_does_not_shape_the_key() -> None:
    prompt = Prompt("q", "t", {}, (Message("user", "soru"),), seed=1)
    assert key(prompt, concurrency=99, timeout_s=5, retries=0, requests_per_minute=5) == key(prompt)
