"""The gate before a server: its limits, its breaker, and the budget."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from curation.records import Message
from pipelines.models.asking import Wall
from pipelines.models.budget import Budget, input_bound, input_tokens
from pipelines.models.config import BudgetConfig, OpenAIConfig, PricesConfig
from pipelines.models.counters import Counters
from pipelines.models.estimate import estimate
from pipelines.models.gate import Gate
from pipelines.models.journal import Journal
from pipelines.models.limits import Limits
from pipelines.models.rules import RulesModel
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt
from tests.servers.running import running
from tests.servers.scripted import chat, scripted, text_of


def prompt(text: str, max_tokens: int = 64) -> Prompt:
    return Prompt(f"q-{text}", "deneme", {}, (Message("user", text),), seed=1, max_tokens=max_tokens)


def config(base_url: str, **keys: Any) -> OpenAIConfig:
    return OpenAIConfig(**{"kind": "openai", "name": "m", "base_url": base_url, "timeout_s": 2, **keys})


def ask(models: dict[str, OpenAIConfig], asked: list[tuple[str, Prompt]], journal: Path | None = None) -> tuple[list[Reply], Counters]:
    """Replies in the order of `asked`, and the counters."""

    async def run() -> tuple[list[Reply], Counters]:
        kept = Journal(journal) if journal else None
        wall = Wall(models, journal=kept, purpose="deneme")
        replies: dict[tuple[str, str], Reply] = {}
        try:
            await wall.ask_all(asked, lambda role, one, reply: replies.__setitem__((role, one.id), reply))
        finally:
            await wall.close()
            if kept:
                kept.close()
        return [replies[role, one.id] for role, one in asked], wall.meter.counters

    return asyncio.run(run())


def rows(count: int, role: str = "") -> list[tuple[str, Prompt]]:
    return [(role, prompt(f"satır {n}")) for n in range(count)]


class Clock:
    """A clock that only sleeping moves, in place of the machine's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr("pipelines.models.limits.time.monotonic", lambda: self.now)

        async def sleep(seconds: float) -> None:
            self.now += seconds

        monkeypatch.setattr("pipelines.models.limits.asyncio.sleep", sleep)


def test_a_named_limit_of_requests_is_kept(monkeypatch) -> None:
    clock = Clock(monkeypatch)
    limits = Limits(600, None)

    async def send() -> None:
        for _ in range(100):
            await limits.admit(1)

    asyncio.run(send())
    assert clock.now - 100 == pytest.approx(9.7, abs=0.3)


def test_a_named_limit_of_tokens_is_kept_by_what_replies_really_took(monkeypatch) -> None:
    clock = Clock(monkeypatch)
    limits = Limits(None, 6000)

    async def send() -> None:
        for _ in range(100):
            await limits.admit(500)
            limits.settle(500, 100)

    asyncio.run(send())
    assert clock.now - 100 == pytest.approx(100, rel=0.06)


@pytest.mark.parametrize(("per_second", "bucket"), [(40, 40), (5, 300), (2, 2)])
def test_an_unnamed_limit_is_learned_from_refusals(monkeypatch, per_second: float, bucket: float) -> None:
    clock = Clock(monkeypatch)
    limits, held, at, outcomes = Limits(None, None), bucket, clock.now, []

    async def send() -> None:
        nonlocal held, at
        while clock.now < 400:
            sent = await limits.admit(1)
            held, at = min(bucket, held + (clock.now - at) * per_second), clock.now
            outcomes.append(held >= 1)
            held -= held >= 1
            clock.now += 0.002
            if not outcomes[-1]:
                limits.refused(sent, 1.0)

    asyncio.run(send())
    flowed = bucket + 300 * per_second
    assert sum(outcomes) >= 0.9 * flowed
    assert outcomes.count(False) <= 0.05 * len(outcomes)


def test_refusals_that_have_nothing_to_do_with_the_pace_do_not_slow_it_down(monkeypatch) -> None:
    clock = Clock(monkeypatch)
    limits, dice, sent_in_all = Limits(None, None), random.Random(1), 0

    async def send() -> None:
        nonlocal sent_in_all
        while clock.now < 200:
            sent = await limits.admit(1)
            sent_in_all += 1
            clock.now += 0.01
            if dice.random() < 0.03:
                limits.refused(sent, 0.1)

    asyncio.run(send())
    assert sent_in_all >= 0.8 * 100 * 100


def test_a_limit_that_is_lowered_is_learned_anew(monkeypatch) -> None:
    clock = Clock(monkeypatch)
    limits, held, at = Limits(None, None), 10.0, clock.now
    late = {True: 0, False: 0}

    async def send() -> None:
        nonlocal held, at
        while clock.now < 300:
            per_second = 40 if clock.now < 150 else 10
            sent = await limits.admit(1)
            held, at = min(10.0, held + (clock.now - at) * per_second), clock.now
            passed = held >= 1
            held -= passed
            clock.now += 0.002
            if not passed:
                limits.refused(sent, 1.0)
            if clock.now > 160:
                late[passed] += 1

    asyncio.run(send())
    assert late[True] >= 0.9 * 140 * 10
    assert late[False] <= 0.05 * late[True]


def test_processes_share_a_limit_through_a_file(monkeypatch, tmp_path: Path) -> None:
    clock = Clock(monkeypatch)
    first, second = Limits(60, None, tmp_path / "limits"), Limits(60, None, tmp_path / "limits")

    async def send() -> None:
        for limits in (first, second) * 10:
            await limits.admit(1)

    asyncio.run(send())
    assert clock.now - 100 == pytest.approx(19, abs=1)
    first.close()
    second.close()


def test_a_pause_holds_up_every_request(monkeypatch) -> None:
    clock = Clock(monkeypatch)
    limits = Limits(None, None)

    async def send() -> float:
        sent = [await limits.admit(1) for _ in range(4)][-1]
        for _ in range(2):
            limits.refused(sent, 7.0)
        return await limits.admit(1) - sent

    assert asyncio.run(send()) >= 7.0
    assert clock.now >= 107.0


def test_a_pause_that_was_asked_for_holds_whatever_the_pace_is_and_ends_with_the_run(monkeypatch) -> None:
    clock = Clock(monkeypatch)
    limits = Limits(None, None)

    async def send() -> tuple[float, float]:
        limits.pause(40.0)
        late = await limits.admit(1) - 100
        limits.pause(3600.0)
        return late, await limits.admit(1, lambda: clock.now > 145) - 100

    assert asyncio.run(send()) == (pytest.approx(40, abs=0.1), pytest.approx(46, abs=1.1))


def test_a_limited_server_is_used_and_no_row_fails() -> None:
    with running("--rps", "100", "--burst-s", "0.2", "--retry-after", "0.2") as server:
        replies, counters = ask({"": config(server.base_url, concurrency=32)}, rows(300))
    assert [reply.failure for reply in replies] == [""] * 300
    assert counters.refused > 0


def test_models_of_one_server_share_its_slots() -> None:
    with running("--latency", "0.05") as server:
        models = {"writer": config(server.base_url, concurrency=4), "judge": config(server.base_url, name="n", concurrency=8)}
        replies, _ = ask(models, rows(20, "writer") + rows(20, "judge"))
        assert server.get("/stats")["most_in_flight"] == 4
    assert not any(reply.failure for reply in replies)


def test_a_server_that_comes_back_costs_no_row() -> None:
    with running() as server:
        port = server.base_url.split(":")[-1].removesuffix("/v1")
    asked = rows(60)

    async def run() -> list[str]:
        wall = Wall({"": config(f"http://127.0.0.1:{port}/v1", patience_s=20, retries=2, concurrency=8)})
        failures: list[str] = []
        asking = asyncio.create_task(wall.ask_all(asked, lambda role, one, reply: failures.append(reply.failure)))
        await asyncio.sleep(1.0)
        with running("--port", port):
            await asking
        await wall.close()
        return failures

    assert asyncio.run(run()) == [""] * 60


def test_a_server_that_stays_away_ends_the_asking_with_a_message() -> None:
    replies, _ = ask({"": config("http://127.0.0.1:9/v1", patience_s=0.5, concurrency=4)}, rows(50))
    assert {reply.failure for reply in replies} == {"server_down"}
    assert "http://127.0.0.1:9/v1 has been down for 0.5 s" in replies[0].detail
    assert "run again" in replies[0].detail


@pytest.mark.parametrize(("fault", "failure"), [("http_401", "refused"), ("http_404", "refused"), ("quota", "no_quota")])
def test_a_server_that_refuses_everything_is_not_asked_everything(fault: str, failure: str) -> None:
    with running("--every", fault) as server:
        replies, counters = ask({"": config(server.base_url, concurrency=4)}, rows(200))
    assert {reply.failure for reply in replies} == {failure}
    assert counters.requests <= 8


def test_rows_that_fail_by_themselves_do_not_trip_the_breaker() -> None:
    with running() as server:
        asked = rows(5) + [("", prompt(f"{n} [[http_500]]")) for n in range(40)]
        replies, _ = ask({"": config(server.base_url, concurrency=4, retries=0)}, asked)
    assert [reply.failure for reply in replies] == [""] * 5 + ["http_500"] * 40


def test_a_gate_stays_shut_while_the_server_is_down(monkeypatch) -> None:
    monkeypatch.setattr("pipelines.models.gate._PROBES_S", (0.01,))

    async def run() -> bool:
        up = asyncio.Event()

        class Down(RulesModel):
            async def probe(self) -> Reply:
                return Reply() if up.is_set() else Reply(failure="connection")

        gate, model = Gate("sunucu", 4, Limits(None, None), patience_s=60), Down()
        for _ in range(10):
            gate.note(Reply(failure="connection"), model)
        passed: list[float] = []

        async def pass_through() -> None:
            async with gate.slot(1) as sent:
                passed.append(sent)

        waiting = asyncio.create_task(pass_through())
        await asyncio.sleep(0.1)
        shut = not passed
        up.set()
        await waiting
        return shut

    assert asyncio.run(run())


def test_a_gate_opens_again_where_looking_after_the_server_breaks() -> None:
    class Broken(RulesModel):
        async def probe(self) -> Reply:
            raise RuntimeError("bozuk")

    async def run() -> float:
        gate, model = Gate("sunucu", 4, Limits(None, None), patience_s=60), Broken()
        for _ in range(10):
            gate.note(Reply(failure="connection"), model)
        with pytest.raises(RuntimeError, match="bozuk"):
            await gate.is_to_blame(Reply(failure="connection"), model)
        async with asyncio.timeout(5), gate.slot(1) as sent:
            return sent

    assert asyncio.run(run()) > 0


@pytest.mark.parametrize("text", ["0123456789" * 50, "çğıöşü " * 50, "😀𓀀" * 50, ""])
def test_no_tokeniser_takes_more_tokens_of_a_prompt_than_its_bound(text: str) -> None:
    assert input_bound(prompt(text)) >= len(text.encode()) + 12
    assert input_bound(prompt(text), '{"type": "array"}') == input_bound(prompt(text)) + 17
    assert 0 < input_tokens(prompt(text)) <= input_bound(prompt(text))


def test_a_budget_is_never_exceeded_by_text_of_a_token_a_byte() -> None:
    with scripted(lambda body: chat("evet", tokens=(len(text_of(body)), 5))) as server:
        asked = [("", prompt("1234567890" * 100 + str(n))) for n in range(20)]
        _, counters = ask({"": config(server.base_url, concurrency=16, budget={"tokens": 9000})}, asked)
    assert 0 < counters.answered < 20
    assert counters.input_tokens + counters.output_tokens <= 9000


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens", "n", "best_of", "model", "messages", "stream"])
def test_no_further_field_of_a_request_passes_by_the_budget(name: str) -> None:
    with pytest.raises(ValidationError, match=f"`{name}` would pass by"):
        config("http://localhost/v1", extra_body={name: 8, "top_p": 0.9})


def test_a_budget_is_never_exceeded_and_goes_on_when_it_is_raised(tmp_path: Path) -> None:
    prices = {"input_usd": 1000.0, "output_usd": 1000.0}  # an answer of the test server takes 11 + 7 tokens: 0.018 US dollars
    with running() as server:
        small = config(server.base_url, prices=prices, budget={"usd": 1.0}, concurrency=4)
        replies, counters = ask({"": small}, rows(100), tmp_path / "j.sqlite")
        answered = sum(not reply.failure for reply in replies)
        assert {reply.failure for reply in replies} == {"", "budget"}
        assert counters.usd <= 1.0
        assert "raise `budget`" in next(reply.detail for reply in replies if reply.failure)
        larger = small.model_copy(update={"budget": BudgetConfig(usd=5.0)})
        again, counters = ask({"": larger}, rows(100), tmp_path / "j.sqlite")
        assert not any(reply.failure for reply in again)
        assert (counters.kept, counters.requests) == (answered, 100 - answered)
        assert max(server.get("/seen")["seen"].values()) == 1


@pytest.mark.parametrize("seed", range(5))
def test_holds_and_costs_never_add_up_to_more_than_the_budget(seed: int) -> None:
    dice = random.Random(seed)

    async def spend() -> Budget:
        budget = Budget(BudgetConfig(tokens=5000), PricesConfig())

        async def one() -> None:
            hold = await budget.reserve(dice.randint(1, 200), 100)
            if hold is not None:
                await asyncio.sleep(0)
                budget.settle(hold, Reply("x", input_tokens=dice.randint(0, hold[0] - 100), output_tokens=dice.randint(0, 100)))

        await asyncio.gather(*(one() for _ in range(300)))
        return budget

    assert asyncio.run(spend()).tokens <= 5000


def test_an_estimate_counts_what_is_not_kept_and_bounds_what_it_costs(tmp_path: Path) -> None:
    prices = {"input_usd": 2.0, "output_usd": 10.0}
    asked = [one for _, one in rows(10)]
    with running() as server:
        settings = config(server.base_url, prices=prices, requests_per_minute=120)
        before = estimate(asked, settings)
        ask({"": settings}, rows(4), tmp_path / "j.sqlite")
        journal = Journal(tmp_path / "j.sqlite")
        after = estimate(asked, settings, journal)
        journal.close()
    assert (before.prompts, before.kept, before.requests) == (10, 0, 10)
    assert before.most_usd == pytest.approx((2.0 * sum(map(input_bound, asked)) + 10.0 * 640) / 1e6)
    assert (after.kept, after.requests, after.input_tokens, after.output_tokens) == (4, 6, 66, 42)
    assert after.minutes_at_limit == pytest.approx(6 / 120)


def test_counters_tell_rate_tokens_money_and_reasons() -> None:
    heard: list[int] = []
    with running() as server:

        async def run() -> Counters:
            wall = Wall(
                {"": config(server.base_url, retries=0, prices={"input_usd": 1e4})}, watch=lambda counters: heard.append(counters.done)
            )
            wall.meter.counters.total = 4
            await wall.ask_all([*rows(3), ("", prompt("[[http_400]]"))], lambda *_: None)
            await wall.close()
            return wall.meter.counters

        begin = time.monotonic()
        counters = asyncio.run(run())
    assert heard[-1] == counters.done == 4
    assert counters.failed == {"http_400": 1}
    assert (counters.input_tokens, counters.output_tokens, counters.usd) == (33, 21, 0.33)
    assert 0 < counters.seconds <= time.monotonic() - begin
    assert counters.remaining_s == 0
