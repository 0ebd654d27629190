"""What is the server's fault costs no row, and what is a prompt's own stops no run."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipelines.models.counters import Counters
from pipelines.models.gate import Gate
from pipelines.models.limits import Limits
from pipelines.models.rules import RulesModel
from pipelines.models.wall import Reply
from tests.pipelines.test_limits import ask, config, prompt, rows
from tests.servers.scripted import Said, chat, refusal, scripted, text_of


class Weather:
    """Answers until `after` of them were given, then says `fault` until `back` is set or for ever."""

    def __init__(self, after: int, fault: Said | None, *, for_s: float = float("inf")) -> None:
        self.left = after
        self.fault = fault
        self.for_s = for_s
        self.begin = 0.0

    def __call__(self, _: dict[str, Any]) -> Said | None:
        if self.left > 0:
            self.left -= 1
            self.begin = time.monotonic()
            return chat("evet")
        return self.fault if time.monotonic() - self.begin < self.for_s else chat("evet")


def failures(replies: list[Reply]) -> Counter[str]:
    return Counter(reply.failure for reply in replies)


@pytest.fixture(autouse=True)
def _quick(monkeypatch) -> None:
    monkeypatch.setattr("pipelines.models.gate._PROBES_S", (0.1,))
    monkeypatch.setattr("pipelines.models.asking._FIRST_PAUSE_S", 0.05)


HTML: Said = (200, {"content-type": "text/html"}, "<html>bakım var</html>".encode())
OUTAGES = {"503": refusal(503, "overloaded"), "500": refusal(500, "EngineDeadError"), "html": HTML, "drop": None}


@pytest.mark.parametrize("fault", OUTAGES.values(), ids=OUTAGES)
def test_an_outage_after_the_first_answers_ends_the_asking_and_its_rows_are_asked_in_the_next_run(
    tmp_path: Path, fault: Said | None
) -> None:
    asked = rows(150)
    with scripted(Weather(5, fault)) as server:
        settings, begin = config(server.base_url, patience_s=0.5), time.monotonic()
        replies, counters = ask({"": settings}, asked, tmp_path / "j.sqlite")
    assert time.monotonic() - begin < 10
    assert failures(replies) == {"": 5, "server_down": 145}
    assert "has been down for 0.5 s" in next(reply.detail for reply in replies if reply.failure)
    with scripted(lambda _: chat("evet")) as server:
        settings = settings.model_copy(update={"base_url": server.base_url})
        replies, counters = ask({"": settings}, asked, tmp_path / "other.sqlite")
    assert counters.answered == 150


@pytest.mark.parametrize(("concurrency", "retries"), [(16, 4), (4, 0), (1, 0), (1, 1)])
@pytest.mark.parametrize("fault", OUTAGES.values(), ids=OUTAGES)
def test_an_outage_that_ends_in_time_costs_no_row(fault: Said | None, concurrency: int, retries: int) -> None:
    with scripted(Weather(5, fault, for_s=0.7)) as server:
        settings = config(server.base_url, patience_s=30, concurrency=concurrency, retries=retries)
        replies, _ = ask({"": settings}, rows(60))
    assert failures(replies) == {"": 60}


def test_a_model_that_is_down_is_found_out_while_another_at_its_address_answers() -> None:
    with scripted(lambda body: chat("evet") if body["model"] == "m" else refusal(503)) as server:
        models = {"writer": config(server.base_url), "judge": config(server.base_url, name="yargıç", patience_s=0.5)}
        models["writer"] = models["writer"].model_copy(update={"patience_s": 0.5})
        both = [one for pair in zip(rows(100, "writer"), rows(100, "judge"), strict=True) for one in pair]
        replies, _ = ask(models, both)
    assert failures(replies[1::2]) == {"server_down": 100}


def test_a_prompt_that_brings_the_server_down_each_time_is_given_up() -> None:
    down_until = 0.0

    def answer(body: dict[str, Any]) -> Said | None:
        nonlocal down_until
        if "zehir" in text_of(body):
            down_until = time.monotonic() + 0.3
        return None if time.monotonic() < down_until else chat("evet")

    with scripted(answer) as server:
        settings = config(server.base_url, patience_s=30, concurrency=1, retries=0)
        replies, _ = ask({"": settings}, [("", prompt("zehir")), *rows(10)])
    assert replies[0].failure == "connection"
    assert failures(replies)[""] >= 9  # one may have stood beside it each time


def test_the_server_is_asked_for_few_tokens_and_within_its_slots() -> None:
    with scripted(lambda body: chat("evet") if body.get("max_tokens") == 16 else refusal(500)) as server:
        ask({"": config(server.base_url, retries=0, max_tokens=4000, reasoning_effort="none", reasoning="no")}, rows(3))
        assert [body["max_tokens"] for body in server.chats] == [4000] * 3
    assert 1 <= len(server.probes) <= 3


def test_a_server_that_answers_three_words_and_no_prompt_ends_the_run() -> None:
    with scripted(lambda body: chat("evet") if body["max_tokens"] == 16 else refusal(500, "CUDA out of memory")) as server:
        replies, _ = ask({"": config(server.base_url, retries=0, concurrency=4)}, rows(60))
    assert failures(replies)["server_down"] >= 40
    assert "has answered none of 20 prompts in a row: Error code: 500 - CUDA out of memory" in replies[-1].detail


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_prompt_that_is_refused_before_any_answer_stops_nothing(tmp_path: Path, status: int) -> None:
    flagged, journal = ("", prompt("uygunsuz")), tmp_path / "j.sqlite"
    with scripted(lambda body: refusal(status, "flagged") if "uygunsuz" in text_of(body) else chat("evet")) as server:
        settings = {"": config(server.base_url, concurrency=1)}
        for asked in ([flagged], [flagged, *rows(10)], [flagged, *rows(10)], [flagged, *rows(20)]):
            replies, _ = ask(settings, asked, journal)
            assert failures(replies) == Counter({f"http_{status}": 1}) + Counter({"": len(asked) - 1})


@pytest.mark.parametrize("status", [400, 403, 404, 422])
@pytest.mark.parametrize("count", [1, 40])
def test_a_server_that_refuses_all_prompts_ends_the_run(status: int, count: int) -> None:
    with scripted(lambda _: refusal(status, "no such model")) as server:
        replies, counters = ask({"": config(server.base_url, concurrency=4)}, rows(count))
    assert failures(replies) == {"refused": count}
    assert "refuses every request: Error code" in replies[0].detail
    assert counters.requests <= 8


def test_a_judge_with_a_wrong_name_ends_the_run_though_the_writer_answers() -> None:
    with scripted(lambda body: chat("evet") if body["model"] == "m" else refusal(404, "no such model")) as server:
        models = {"writer": config(server.base_url), "judge": config(server.base_url, name="yargıc")}
        replies, _ = ask(models, rows(5, "writer") + rows(30, "judge"))
    assert failures(replies[5:]) == {"refused": 30}


def test_a_server_that_refuses_every_prompt_but_three_words_ends_the_run() -> None:
    with scripted(lambda body: chat("evet") if body["max_tokens"] == 16 else refusal(400, "no schemas here")) as server:
        replies, _ = ask({"": config(server.base_url, concurrency=4)}, rows(60))
    assert failures(replies)["refused"] >= 40
    assert "refuses each of 20 prompts: Error code: 400 - no schemas here" in replies[-1].detail


def counted(weather: Weather, **keys: Any) -> tuple[list[Reply], Counters, float]:
    with scripted(weather) as server:
        begin = time.monotonic()
        replies, counters = ask({"": config(server.base_url, **keys)}, rows(200))
    return replies, counters, time.monotonic() - begin


def test_a_server_that_asks_to_wait_longer_than_a_prompt_may_ends_the_run_at_once() -> None:
    replies, counters, seconds = counted(Weather(50, refusal(429, "daily limit", retry_after="3600")))
    assert seconds < 10
    assert failures(replies) == {"": 50, "no_quota": 150}
    assert "asks to wait 3600 s, and `deadline_s` allows 900 s" in replies[-1].detail
    assert counters.requests <= 50 + 2 * 32


def test_a_server_that_asks_to_wait_a_little_costs_no_row_and_is_not_asked_meanwhile() -> None:
    replies, counters, _ = counted(Weather(50, refusal(429, "wait", retry_after="1"), for_s=1.5), deadline_s=5)
    assert failures(replies) == {"": 200}
    assert counters.refused <= 100


def test_a_server_that_refuses_for_haste_for_too_long_ends_the_run() -> None:
    class Hasty(RulesModel):
        async def probe(self) -> Reply:
            return Reply(failure="http_429", detail="wait")

    async def run() -> tuple[bool, Reply | None]:
        gate, model = Gate("sunucu", 4, Limits(None, None), patience_s=60, deadline_s=0.1), Hasty()
        reply = Reply(failure="http_429", detail="wait")
        gate.refused(time.monotonic(), reply, alone=False)
        early = await gate.is_to_blame(reply, model) and gate.stopped is None
        await asyncio.sleep(0.2)
        return early and await gate.is_to_blame(reply, model), gate.stopped

    blamed, stopped = asyncio.run(run())
    assert blamed
    assert stopped is not None
    assert (stopped.failure, stopped.detail.startswith("sunucu has refused every request for 0 s")) == ("no_quota", True)


def test_requests_in_flight_stay_within_the_slots_while_the_server_is_looked_after() -> None:
    in_flight = most = 0
    lock = threading.Lock()

    def answer(body: dict[str, Any]) -> Said:
        nonlocal in_flight, most
        with lock:
            in_flight += 1
            most = max(most, in_flight)
        time.sleep(0.02)
        with lock:
            in_flight -= 1
        return refusal(500) if int(text_of(body).split()[-1].rstrip(".") if text_of(body)[-1].isdecimal() else 0) % 3 else chat("evet")

    with scripted(answer) as server:
        ask({"": config(server.base_url, concurrency=3, retries=1)}, rows(40))
    assert most == 3
