"""What goes over the wire to a model server and what comes back, in forms that no manual names."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from curation.errors import ModelError, RecipeError
from pipelines.check import checked
from pipelines.models.asking import Wall
from pipelines.models.body import request_body, sound
from pipelines.models.config import OpenAIConfig
from pipelines.models.counters import Meter
from pipelines.models.journal import Journal
from pipelines.models.openai_server import OpenAIModel, api_key, key_missing
from pipelines.models.wall import Reply
from tests.pipelines.test_limits import ask, config, prompt, rows
from tests.servers.scripted import Said, chat, refusal, scripted, text_of

KEY = "sk-gizli-anahtar-123456"
PYDANTIC = {"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted", "input": 1}]}
REFUSALS: dict[str, Said] = {
    "pydantic": (422, {}, PYDANTIC),
    "old OpenAI": refusal(400, "Unrecognized request argument supplied: seed"),
    "quoted": refusal(400, "Unknown parameter: 'seed'."),
    "TGI": refusal(422, "unexpected field `seed`"),
}


def once(base_url: str, text: str = "soru", **keys: Any) -> Reply:
    async def asked() -> Reply:
        opened = OpenAIModel(config(base_url, **keys))
        try:
            return await opened.complete(prompt(text))
        finally:
            await opened.close()

    return asyncio.run(asked())


@pytest.mark.parametrize("said", REFUSALS.values(), ids=REFUSALS)
def test_a_parameter_that_is_refused_in_any_form_is_left_out(said: Said) -> None:
    with scripted(lambda body: said if "seed" in body else chat("evet")) as server:
        replies, counters = ask({"": config(server.base_url, concurrency=2)}, rows(20))
        assert "seed" not in server.chats[-1]
    assert [reply.failure for reply in replies] == [""] * 20
    assert counters.left_out == ["seed"]


@pytest.mark.parametrize("message", ["The seed of doubt is sown in your prompt", "unknown model: tohum"])
def test_a_refusal_that_is_about_no_parameter_leaves_none_out(message: str) -> None:
    with scripted(lambda _: refusal(400, message)) as server:
        assert once(server.base_url).failure == "http_400"
        assert len(server.chats) == 1


def test_the_parameter_that_a_refusal_names_first_is_the_one_it_is_about() -> None:
    told = refusal(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.")
    with scripted(lambda body: told if "max_tokens" in body else chat("evet")) as server:
        assert once(server.base_url).failure == ""
        assert server.chats[-1]["max_completion_tokens"] == 64


def test_fields_that_only_one_server_knows_reach_it() -> None:
    further = {"chat_template_kwargs": {"enable_thinking": False}, "top_k": 20, "top_p": 0.9}
    with scripted(lambda _: chat("evet")) as server:
        assert once(server.base_url, extra_body=further).failure == ""
        assert further.items() <= server.chats[-1].items()
        assert (server.chats[-1]["model"], text_of(server.chats[-1])) == ("m", "soru")


@pytest.mark.parametrize("choices", [{"a": 1}, [1], ["x"], [{}], [{"index": 0, "message": None}], [None], "x", 7])
def test_choices_of_any_shape_are_no_answer_and_no_exception(choices: Any) -> None:
    _, _, body = chat("evet")
    with scripted(lambda _: (200, {}, {**body, "choices": choices})) as server:
        assert once(server.base_url).failure == "no_choices"


@pytest.mark.parametrize("usage", [[], 7, {"prompt_tokens": "x"}, {"prompt_tokens": -5}, {"prompt_tokens": [1]}, None])
def test_tokens_that_are_no_count_are_none(usage: Any) -> None:
    _, _, body = chat("evet")
    with scripted(lambda _: (200, {}, {**body, "usage": usage})) as server:
        reply = once(server.base_url)
    assert (reply.text, reply.input_tokens) == ("evet", 0)


@pytest.mark.parametrize(
    ("text", "whole"), [("kes \ud83d", "kes \ufffd"), ("\ud83d\ude00", "😀"), ("\udfffç", "\ufffdç"), ("çğ 😀", "çğ 😀"), ("a", "a")]
)
def test_half_of_a_surrogate_pair_is_replaced_on_its_way_out_and_in(tmp_path: Path, text: str, whole: str) -> None:
    assert sound(text) == whole
    with scripted(lambda body: chat(text, "length")) as server:
        for _ in range(2):
            replies, counters = ask({"": config(server.base_url)}, [("", prompt(text))], tmp_path / "j.sqlite")
            assert (replies[0].text, replies[0].failure, counters.failed) == (whole, "cut_off", {"cut_off": 1})
        assert [text_of(body) for body in server.chats] == [whole]


def test_a_reply_that_was_all_thought_is_paid_for_once(tmp_path: Path) -> None:
    with scripted(lambda _: chat("", "length")) as server:
        for _ in range(3):
            replies, counters = ask({"": config(server.base_url)}, rows(1), tmp_path / "j.sqlite")
            assert (replies[0].failure, counters.failed, counters.kept) == ("cut_off", {"cut_off": 1}, 0)
        assert len(server.chats) == 1


def test_a_kept_cut_counts_among_the_failures() -> None:
    meter = Meter()
    meter.ended(Reply("yarım", "cut_off"), kept=True)
    meter.ended(Reply("evet"), kept=True)
    assert (meter.counters.kept, meter.counters.failed, meter.counters.done) == (1, {"cut_off": 1}, 2)


@pytest.mark.parametrize("said", [chat("evet"), refusal(400, "flagged")], ids=["answered", "refused"])
def test_equal_prompts_are_asked_once_and_each_has_its_reply(tmp_path: Path, said: Said) -> None:
    asked = [("", prompt("aynı"))] * 3 + [("", prompt("başka"))] + [("", prompt("aynı"))] * 30
    taken: list[str] = []

    async def run() -> None:
        wall = Wall({"": config(server.base_url, concurrency=1)}, journal=(journal := Journal(tmp_path / "j.sqlite")), purpose="deneme")
        wall_asked = [(role, replace(one, id=f"q-{number}")) for number, (role, one) in enumerate(asked)]
        await wall.ask_all(wall_asked, lambda _, one, reply: taken.append(f"{one.id} {reply.failure}"))
        await wall.close()
        journal.close()
        assert wall.meter.counters.done == len(asked)

    with scripted(lambda body: said if text_of(body) == "aynı" else chat("evet")) as server:
        asyncio.run(run())
        same = [body for body in server.chats if text_of(body) == "aynı"]
    assert len(taken) == len(set(taken)) == 34
    assert len(same) == 1


@pytest.mark.parametrize("key", ["sk-abc\rdefgh", "sk-abc\ndefgh", "sk-çok-gizli", "sk-abc\x00defgh"])
def test_a_key_that_no_header_can_carry_is_told_by_the_name_of_its_variable(monkeypatch, key: str) -> None:
    settings = config("https://api.example.com/v1", api_key_env="IMBIK_TEST_KEY")
    monkeypatch.setattr("pipelines.models.openai_server.os.environ", {"IMBIK_TEST_KEY": key})
    for use in (api_key, key_missing, OpenAIModel):
        with pytest.raises(ModelError, match="the key in `IMBIK_TEST_KEY` holds a character") as told:
            use(settings)
        assert key not in str(told.value)


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:9/v1", "https://api.example.com/v1"])
def test_a_key_that_no_header_can_carry_is_a_mistake_of_the_recipe_before_the_run(monkeypatch, tmp_path: Path, base_url: str) -> None:
    monkeypatch.setenv("IMBIK_TEST_KEY", "sk-çok-gizli")
    (tmp_path / "a.txt").write_text("Okul 1954 yılında açıldı.", encoding="utf-8")
    model = f"{{kind: openai, name: m, base_url: '{base_url}', api_key_env: IMBIK_TEST_KEY}}"
    (tmp_path / "tarif.yaml").write_text(f"name: a\ncurate: {{inputs: [a.txt]}}\npairs: {{model: {model}}}\n", encoding="utf-8")
    with pytest.raises(RecipeError, match="the key in `IMBIK_TEST_KEY` holds a character") as told:
        checked(tmp_path / "tarif.yaml")
    assert [mistake.key for mistake in told.value.mistakes] == ["pairs.model.api_key_env"]
    assert "sk-çok-gizli" not in str(told.value)


def test_a_line_break_behind_the_key_is_no_part_of_it(monkeypatch) -> None:
    monkeypatch.setenv("IMBIK_TEST_KEY", "sk-abcdefgh\r\n")
    assert api_key(config("http://localhost/v1", api_key_env="IMBIK_TEST_KEY")) == "sk-abcdefgh"


@pytest.mark.parametrize("before", range(255, 305, 7))
def test_no_half_of_a_key_is_left_where_a_message_is_cut(monkeypatch, tmp_path: Path, before: int) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with scripted(lambda _: refusal(400, "x" * (before - len("Error code: 400 - ")) + KEY)) as server:
        reply = once(server.base_url)
    with scripted(lambda _: (200, {"content-type": "text/html"}, b"<" + b"x" * (before - 20) + KEY.encode())) as server:
        page = once(server.base_url)
    for told in (reply, page):
        assert "sk-g" not in told.detail
        assert 0 < len(told.detail) <= 300


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("2.5", 2.5), ("-3", 0), ("nan", 0), ("inf", 0), ("1e999", 0), ("yarın", 0), ("", 0),
        ("in two hours", 7200), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 01 Jan 2099 00:00:00", 0),
    ],
)  # fmt: skip
def test_a_wait_is_read_from_seconds_and_from_a_date(asked: str, seconds: float) -> None:
    said = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True) if asked == "in two hours" else asked
    with scripted(lambda _: refusal(429, "wait", retry_after=said)) as server:
        assert once(server.base_url).retry_after_s == pytest.approx(seconds, abs=30)


@pytest.mark.parametrize(("name", "temperature", "sent"), [("gpt-oss-20b", 0.2, 0.2), ("gpt-oss-20b", None, None), ("m", None, 0.7)])
def test_a_temperature_that_the_recipe_names_is_sent_to_a_reasoning_model_too(name: str, temperature: Any, sent: Any) -> None:
    settings = OpenAIConfig(kind="openai", name=name, temperature=temperature)
    assert request_body(settings, replace(prompt("soru"), temperature=0.7), "").get("temperature") == sent
