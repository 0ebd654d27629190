"""distilabel in its cage: every prompt comes back, whatever happened to it, and a kill at any moment costs the requests in flight at most."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from curation.errors import ArtifactError, ModelError
from curation.records import Message
from pipelines.graph import Ask, WallLLM, ask_all, ask_each
from pipelines.models.config import OpenAIConfig, RulesConfig
from pipelines.models.counters import Counters
from pipelines.models.spool import OfOneModel, Replies, write_reply
from pipelines.models.wall import Reply
from synthesis.prompt import Prompt
from tests.servers.running import Running, running

ROOT = Path(__file__).parents[2]
KILLED = ROOT / "tests" / "servers" / "asking_run.py"


def prompts(texts: list[str]) -> list[Prompt]:
    return [Prompt(f"q-{number}", "soru-cevap", {}, (Message("user", text),), seed=1) for number, text in enumerate(texts)]


def config(server, **keys) -> OpenAIConfig:
    return OpenAIConfig(**{"kind": "openai", "name": "m", "base_url": server.base_url, "retries": 0, "timeout_s": 5, **keys})


def test_failing_rows_fail_alone_and_every_prompt_is_accounted_for(chat_server, tmp_path: Path) -> None:
    texts = [f"Okul {1900 + n} yılında açıldı. {'[[http_400]]' if n % 10 == 0 else ''}" for n in range(60)]
    ticks: list[tuple[int, int | None]] = []
    seen: list[Counters] = []
    replies = ask_all(
        "deneme",
        prompts(texts),
        config(chat_server),
        journal=tmp_path / "j.sqlite",
        tick=lambda done, total: ticks.append((done, total)),
        watch=seen.append,
    )
    assert len(replies) == 60
    assert [replies[f"q-{n}"].failure for n in range(60)] == ["http_400" if n % 10 == 0 else "" for n in range(60)]
    assert ticks[-1] == (60, 60)
    assert (seen[-1].answered, seen[-1].failed, seen[-1].input_tokens) == (54, {"http_400": 6}, 54 * 11)


def test_a_second_run_asks_only_what_failed(chat_server, tmp_path: Path) -> None:
    texts = ["Han 1500 yılında yapıldı.", "Han [[http_400]]"]
    first = ask_all("deneme", prompts(texts), config(chat_server), journal=tmp_path / "j.sqlite")
    second = ask_all("deneme", prompts(texts), config(chat_server), journal=tmp_path / "j.sqlite")
    seen = chat_server.seen()["seen"]
    assert dict(first) == dict(second)
    assert (seen[texts[0]], seen[texts[1]]) == (1, 2)


def test_several_models_are_asked_in_one_graph(chat_server, tmp_path: Path) -> None:
    (one,) = prompts(["Kale 1444 yılında onarıldı."])
    fields = {"metin": "Kale 1444 yılında onarıldı.", "baslik": "", "adet": "1", "baglam": "none", "bolum": "ilk", "yonerge": ""}
    other = Prompt("q-r", "soru-cevap", fields, one.messages, seed=1)
    models = {"writer": config(chat_server), "judge": config(chat_server, name="n"), "rules": RulesConfig()}
    replies = ask_each("deneme", [("writer", one), ("judge", one), ("rules", other)], models, journal=tmp_path / "j.sqlite")
    assert list(replies) == [("writer", "q-0"), ("judge", "q-0"), ("rules", "q-r")]
    assert not any(reply.failure for reply in replies.values())
    assert {body["model"] for body in chat_server.seen()["bodies"] if body["messages"][-1]["content"] == one.messages[0].content} == {
        "m",
        "n",
    }


def test_a_spent_budget_stops_the_run_unless_it_shall_finish_without_the_rest(chat_server, tmp_path: Path) -> None:
    asked = prompts([f"Hamam {1600 + n} yılında yapıldı." for n in range(10)])
    small = config(chat_server, budget={"tokens": 1200}, concurrency=1)
    with pytest.raises(ModelError, match=r"of 10 prompts are left: the budget of this stage is spent") as stopped:
        ask_all("deneme", asked, small, journal=tmp_path / "j.sqlite")
    assert stopped.value.reason == "budget"
    finished = small.model_copy(update={"budget": small.budget.model_copy(update={"when_spent": "finish"})})
    assert "budget" in {reply.failure for reply in ask_all("deneme", asked, finished, journal=tmp_path / "j.sqlite").values()}


def test_an_error_in_the_worker_is_raised_here_and_does_not_hang(tmp_path: Path, chat_server) -> None:
    (tmp_path / "j.sqlite").write_bytes(b"this is no database, although it is as long as a header would be, and longer" * 9)
    with pytest.raises((ModelError, ArtifactError), match="Move it away"):
        ask_all("deneme", prompts(["Ev 1800 yılında yapıldı."]), config(chat_server), journal=tmp_path / "j.sqlite")


def test_nothing_asked_is_nothing_answered(tmp_path: Path) -> None:
    assert dict(ask_all("deneme", [], OpenAIConfig(kind="openai", name="m"), journal=tmp_path / "j.sqlite")) == {}


def test_the_key_is_in_no_byte_that_a_run_writes(chat_server, tmp_path: Path, monkeypatch, capfd) -> None:
    monkeypatch.setenv("IMBIK_TEST_KEY", "cok-gizli-anahtar")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("DISTILABEL_LOG_LEVEL", "DEBUG")
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("pipelines.graph.tempfile.TemporaryDirectory", lambda prefix: Kept(tmp_path / f"{prefix}klasor"))
    asked = prompts(["Köşk 1888 yılında yapıldı.", "[[echo_key]]", "[[html]]", "[[http_500]]"])
    ask_all("deneme", asked, config(chat_server, api_key_env="IMBIK_TEST_KEY"), journal=tmp_path / "j.sqlite")
    assert "Bearer cok-gizli-anahtar" in chat_server.seen()["headers"]
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"j.sqlite", "prompts.jsonl", "replies.jsonl"} <= {path.name for path in written}
    assert [path for path in written if b"cok-gizli-anahtar" in path.read_bytes()] == []
    assert "cok-gizli-anahtar" not in "".join(capfd.readouterr())


class Kept:
    """A temporary folder that stays."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> str:
        self.path.mkdir()
        return str(self.path)

    def __exit__(self, *_: object) -> None:
        pass


def test_a_half_written_reply_and_a_missing_one_are_lost_rows(tmp_path: Path) -> None:
    lost = Reply(failure="lost_row")
    with (tmp_path / "replies.jsonl").open("wb") as file:
        write_reply(file, "", "q-0", Reply("yanıt"))
        file.write(b'["", "q-1", {"text": "yar')
    replies = Replies(tmp_path / "replies.jsonl", [("", "q-0"), ("", "q-1"), ("", "q-2")], lost)
    (tmp_path / "replies.jsonl").unlink()
    assert list(replies.values()) == [Reply("yanıt"), lost, lost]
    assert dict(OfOneModel(replies, "")) == {"q-0": Reply("yanıt"), "q-1": lost, "q-2": lost}


def test_tracebacks_stay_free_of_local_variables() -> None:
    assert sys.excepthook.__module__ == "sys"


def test_a_models_samples_are_different_requests_in_anyones_pipeline(chat_server) -> None:
    llm = WallLLM(config_json=config(chat_server).model_dump_json())
    llm.load()
    (output,) = llm.generate([[{"role": "user", "content": "Fırın 1922 yılında açıldı."}]], num_generations=3)
    llm.unload()
    seeds = [body["seed"] for body in chat_server.seen()["bodies"] if body["messages"][-1]["content"].startswith("Fırın")]
    assert len(output["generations"]) == len(set(seeds)) == 3
    assert output["statistics"]["input_tokens"] == [11, 11, 11]


def test_the_task_takes_prompts_and_gives_whole_replies_in_anyones_pipeline(chat_server) -> None:
    from dataclasses import asdict

    task = Ask(name="ask", llm=WallLLM(config_json=config(chat_server).model_dump_json()), add_raw_output=False, add_raw_input=False)
    task.load()
    rows = [{"prompt": json.dumps(asdict(one), ensure_ascii=False)} for one in prompts(["Su 1931 yılında geldi.", "[[http_400]]"])]
    (out,) = task.process(rows)
    task.unload()
    assert [json.loads(row["reply"])["failure"] for row in out] == ["", "http_400"]


def started(server: Running, folder: Path, name: str, rows: int, concurrency: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(KILLED), server.base_url, str(folder / f"{name}.sqlite"), str(folder / f"{name}.json"), str(rows), str(concurrency)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def killed_in_the_middle(server: Running, folder: Path, rows: int, concurrency: int, moments: int, seed: int) -> int:
    """How many requests were repeated over a run that was killed at `moments` random moments and then left to end."""
    dice = random.Random(seed)
    for moment in range(moments):
        before = server.get("/stats")["prompts"]
        run = started(server, folder, "killed", rows, concurrency)
        # the moments are spread over the whole run: each kill waits for its share of the rows, and a moment more
        wanted = before + dice.randint(1, max(1, (rows - before) // (moments - moment + 1)))
        while server.get("/stats")["prompts"] < wanted and run.poll() is None:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.05))
        run.send_signal(signal.SIGKILL)
        run.wait(10)
        time.sleep(0.3)
        asked = server.get("/stats")["requests"]
        time.sleep(0.5)
        assert server.get("/stats")["requests"] == asked, "workers go on asking after their run was killed"
    assert started(server, folder, "killed", rows, concurrency).wait(120) == 0
    return int(server.get("/stats")["repeated"])


def check_kills(folder: Path, rows: int, concurrency: int, moments: int) -> None:
    with running("--latency", "0.1", "--tail", "0.5") as server:
        repeated = killed_in_the_middle(server, folder, rows, concurrency, moments, seed=7)
    with running() as server:
        assert started(server, folder, "whole", rows, concurrency).wait(120) == 0
    assert (folder / "killed.json").read_bytes() == (folder / "whole.json").read_bytes()
    print(f"{repeated} requests repeated over {moments} kills, {moments * concurrency} were in flight at most")
    assert repeated <= moments * concurrency


def test_a_run_killed_three_times_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    check_kills(tmp_path, rows=120, concurrency=8, moments=3)


@pytest.mark.slow
def test_a_run_killed_twenty_times_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    check_kills(tmp_path, rows=1000, concurrency=16, moments=20)


def test_a_server_that_is_not_there_is_told_of_with_its_address_and_the_patience(tmp_path: Path) -> None:
    heard: list[Counters] = []
    gone = OpenAIConfig(kind="openai", name="m", base_url="http://127.0.0.1:9/v1", patience_s=2.0)
    with pytest.raises(ModelError, match="has been down for 2 s"):
        ask_all(
            "deneme",
            prompts([f"Ev {1800 + n} yılında yapıldı." for n in range(20)]),
            gone,
            journal=tmp_path / "j.sqlite",
            watch=heard.append,
        )
    (note,) = {one.note for one in heard} - {""}
    assert note.startswith("http://127.0.0.1:9/v1 cannot be reached (")
    assert note.endswith("it is waited for, up to 2 s")
    assert next(one for one in heard if one.note).done == 0
