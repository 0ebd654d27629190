"""Our model, task and steps in anyone's distilabel pipeline, anyone's LLM in ours; and the graph on Ray."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from curation.config import EngineConfig
from curation.records import Message
from pipelines.graph import Ask, WallLLM, ask_all
from pipelines.models.config import OpenAIConfig
from pipelines.steps import DocumentsToPrompts, PromptsToPairs
from synthesis.prompt import Prompt

# after pipelines.graph, which knows how to import distilabel quietly
from distilabel.models import OpenAILLM  # isort: skip
from distilabel.pipeline import Pipeline  # isort: skip
from distilabel.steps import LoadDataFromDicts  # isort: skip
from distilabel.steps.tasks import TextGeneration  # isort: skip

pytestmark = [pytest.mark.filterwarnings("ignore")]  # of distilabel's and Ray's own code

TEXT = """Liman kasabasının feneri

Liman kasabasının feneri {year} yılında kesme taştan yapıldı. Fenerin ilk bekçisi otuz yıl boyunca aynı odada yaşadı.

Bugün fenerde 12 kişilik bir sergi salonu var ve yaz aylarında çocuklara deniz masalları okunuyor.
"""
DOCUMENTS = [{"text": TEXT.format(year=1860 + number), "title": "Liman kasabasının feneri"} for number in range(4)]


def ours(server: Any) -> OpenAIConfig:
    return OpenAIConfig(kind="openai", name="m", base_url=server.base_url)


def rows(pipeline: Pipeline) -> list[dict[str, Any]]:
    found = pipeline.run(use_cache=False)["default"]["train"]
    return [dict(row) for row in found]


def test_our_model_answers_their_task_in_their_pipeline(chat_server: Any, tmp_path: Path) -> None:
    with Pipeline(name="onlarin", cache_dir=tmp_path / "d") as pipeline:
        load = LoadDataFromDicts(data=[{"instruction": f"satır {number}"} for number in range(6)])
        generate = TextGeneration(
            llm=WallLLM(config_json=ours(chat_server).model_dump_json(), journal_path=str(tmp_path / "j.sqlite")),
            input_batch_size=6,
            add_raw_output=False,
            add_raw_input=False,
        )
        load >> generate
    made = rows(pipeline)
    assert sorted(row["generation"] for row in made) == [
        json.dumps([{"soru": f"satır {n}", "cevap": f"satır {n}"[::-1]}], ensure_ascii=False) for n in range(6)
    ]


@pytest.mark.parametrize("whose", ["theirs", "ours"])
def test_their_llm_and_ours_write_pairs_through_our_steps(chat_server: Any, tmp_path: Path, whose: str) -> None:
    theirs = OpenAILLM(model="m", base_url=chat_server.base_url, api_key="yok")  # type: ignore[arg-type]
    llm = theirs if whose == "theirs" else WallLLM(config_json=ours(chat_server).model_dump_json())
    with Pipeline(name="adimlar", cache_dir=tmp_path / "d") as pipeline:
        load = LoadDataFromDicts(data=DOCUMENTS)
        prompts = DocumentsToPrompts(config_json='{"tasks": {"soru-cevap": 1}}', input_batch_size=4)
        asked = Ask(llm=llm, input_batch_size=4, add_raw_output=False, add_raw_input=False)
        pairs = PromptsToPairs(writer=whose)
        load >> prompts >> asked >> pairs
    made = rows(pipeline)
    assert sorted(row["output"] for row in made) == [f"{1860 + n} yılında." for n in range(4)]
    assert {row["failure"] for row in made} == {""}
    assert all(len(json.loads(row["evidence"])) == 1 for row in made)


def test_items_that_are_no_pairs_come_out_with_their_reason() -> None:
    step = PromptsToPairs(name="pairs")
    prompts = DocumentsToPrompts(name="prompts", config_json='{"tasks": {"soru-cevap": 1}}')
    prompts.load()
    (asked,) = prompts.process(DOCUMENTS[:1])
    replies = [{"text": '[{"soru": "Fener kaç yılında yapıldı?", "cevap": "1999", "kanit": "yok"}]'}, {"failure": "timeout"}]
    (made,) = step.process([{**asked[0], "reply": json.dumps(reply)} for reply in replies])
    assert [row["failure"] for row in made] == ["evidence_not_found", "model_timeout"]
    assert [list(row) for row in made] == [step.outputs, step.outputs]


@pytest.mark.slow
def test_the_graph_runs_on_ray_to_the_same_replies(chat_server: Any, tmp_path: Path) -> None:
    pytest.importorskip("ray")
    prompts = [Prompt(f"q-{n}", "deneme", {}, (Message("user", f"satır {n}"),), seed=1, max_tokens=64) for n in range(20)]
    config = ours(chat_server)
    here = ask_all("burada", prompts, config, journal=tmp_path / "a.sqlite")
    there = ask_all("kumede", prompts, config, journal=tmp_path / "b.sqlite", ray=EngineConfig(kind="ray", workers=2))
    assert {key: there[key] for key in there} == {key: here[key] for key in here}
    before = sum(chat_server.seen()["seen"].values())
    ask_all("kumede", prompts, config, journal=tmp_path / "b.sqlite", ray=EngineConfig(kind="ray", workers=2))
    assert sum(chat_server.seen()["seen"].values()) == before  # the journal was written from the cluster
